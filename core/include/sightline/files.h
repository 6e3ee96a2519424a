/*
 * Files stored with a provider.
 *
 * A provider that has a Files API keeps pictures and videos, so that a question refers to one
 * instead of sending it again. That is billed by the day. What requests store by themselves is said
 * by “files” in the configuration:
 *
 *     "files": {"policy": "auto", "delete_after_use": false}
 *
 *   auto    videos, and pictures that are sent a second time; a note says so each time, and they
 *           are deleted after seven days
 *   always  all pictures and videos over 4 KB; they stay until somebody deletes them
 *   never   nothing; what was stored already is not referred to either
 *
 * With `delete_after_use` what a request referred to is deleted when its answer is whole.
 *
 * All this holds for pictures that are described in groups as for others, and for conversations
 * that were saved and read back. Under 4 KB nothing is stored, and nothing of 128 MB or more can
 * be.
 *
 * What is stored is remembered in `files.db` of the state folder, which all hosts share: by
 * provider, by account (a digest of the server's origin and the key), and by the SHA-256 of the
 * content as it is sent. So the same content is stored once, however often and in however many
 * hosts it is used; where two of them need it at once, one stores it and the others wait. When the
 * provider does not have a file any more it is stored anew and the question is asked once more.
 * When the account is full, the oldest of our own files gives way. A question never fails because
 * of all this: what cannot be stored is sent with it, and a note says why. What is due for deletion
 * is deleted in the background of the next request to the same account, once an hour.
 *
 * The provider does not hear what a file is called here: its name there is made of the content's
 * digest.
 *
 * The calls below are operations of a client, with its events, rules and threads: see client.h.
 * Besides the errors named they come to SL_EVENT_FAILED with those of any request, and with
 * SL_E_UNSUPPORTED where the provider has no Files API.
 */
#ifndef SIGHTLINE_FILES_H
#define SIGHTLINE_FILES_H

#include <sightline/client.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What an event of type SL_EVENT_STORED tells. Valid until the callback returns. */
struct sl_stored_file {
    const char *id;    /* as in stepfile://ID */
    const char *name;  /* what it was called here where that is known, else its name there */
    uint64_t bytes;    /* 0 where not known */
    int64_t stored_at; /* seconds since 1970; 0 where not known */
    int64_t used_at;   /* by a request of this machine; 0 where not known */
    int64_t delete_at; /* when it will be deleted by itself; 0: not at all */
    bool ours;         /* stored by Sightline, on this machine or another */
};

/*
 * Lists what the account has stored, ours and others': one SL_EVENT_STORED a file, then
 * SL_EVENT_DONE. Errors: SL_E_CONFIG, SL_E_NOMEM.
 */
SL_API int sl_client_files(struct sl_client *client, sl_event_fn on_event, void *data, uint64_t *id,
                           struct sl_error *error);

/*
 * Asks for one file: SL_EVENT_STORED, then SL_EVENT_DONE. `file` is copied. Errors: SL_E_CONFIG,
 * SL_E_INVALID (this cannot be an id), SL_E_NOMEM.
 */
SL_API int sl_client_file(struct sl_client *client, const char *file, sl_event_fn on_event,
                          void *data, uint64_t *id, struct sl_error *error);

/*
 * Stores a picture or a video that can be sent as it is, as a task would send it with this detail
 * ("low" or "high"; NULL: as configured), until somebody deletes it. Progress has the bytes that
 * have left; then SL_EVENT_STORED and SL_EVENT_DONE, whose `text` is the id. A content that is
 * stored already is not sent again. Media are taken as sl_client_start says; addresses are refused.
 * Errors: SL_E_CONFIG, SL_E_INVALID, SL_E_NOMEM.
 */
SL_API int sl_client_store(struct sl_client *client, const struct sl_media *media,
                           const char *detail, sl_event_fn on_event, void *data, uint64_t *id,
                           struct sl_error *error);

/*
 * Deletes files by their ids, which are copied; one that is not there counts as deleted. Each that
 * cannot be deleted is told by a note, and the first of these fails the whole at its end. At most
 * SL_MAX_DELETED at once. Errors: SL_E_CONFIG, SL_E_INVALID (none or too many, or one that cannot
 * be an id), SL_E_NOMEM.
 */
#define SL_MAX_DELETED 1000u
SL_API int sl_client_delete_files(struct sl_client *client, const char *const *files, size_t count,
                                  sl_event_fn on_event, void *data, uint64_t *id,
                                  struct sl_error *error);

#ifdef __cplusplus
}
#endif

#endif
