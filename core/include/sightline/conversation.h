/*
 * Conversations: the turns so far, so that a question can follow up on an answer.
 *
 * A host makes one, gives it to each request that belongs to it (`conversation` of struct
 * sl_request) and frees it when nobody can ask any further. Pictures stay in it as they were sent,
 * so that nothing is prepared twice and the provider's prompt cache finds the same beginning again.
 *
 * When a conversation has grown past what the model takes, its oldest pictures are described first
 * and the descriptions stand in for them; a note says so.
 *
 * All functions belong to the thread of the client that the conversation is used with.
 */
#ifndef SIGHTLINE_CONVERSATION_H
#define SIGHTLINE_CONVERSATION_H

#include <stddef.h>

#include <sightline/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sl_conversation;

/* An empty one. Errors: SL_E_NOMEM. */
SL_API int sl_conversation_new(struct sl_conversation **conversation, struct sl_error *error);

/* A request that still runs in it goes on and adds to it no more. NULL is fine. */
SL_API void sl_conversation_free(struct sl_conversation *conversation);

/* How many questions have been answered in it. */
SL_API size_t sl_conversation_turns(const struct sl_conversation *conversation);

/*
 * Writes it to a file, mode 0600, that is there whole or not at all: JSON with the turns in their
 * order, indented, and the pictures after them. Videos are in it by name and SHA-256 only: in what
 * is read back the model sees one as long as it is stored with the provider (files.h), and is told
 * its name otherwise. Errors: SL_E_IO, SL_E_NOMEM.
 */
SL_API int sl_conversation_save(const struct sl_conversation *conversation, const char *path,
                                struct sl_error *error);

/*
 * Reads one back that was saved. On success `*conversation` is the caller's. Errors: SL_E_IO,
 * SL_E_CORRUPT (it is no conversation, or one that was damaged), SL_E_TOO_LARGE, SL_E_NOMEM.
 */
SL_API int sl_conversation_open(struct sl_conversation **conversation, const char *path,
                                struct sl_error *error);

enum sl_speaker {
    SL_SPEAKER_PERSON = 1, /* a question, with all of the task's prompt */
    SL_SPEAKER_MODEL = 2,  /* an answer */
};

/* `text` is as in an event (client.h), and valid until the callback returns. */
typedef void (*sl_said_fn)(enum sl_speaker speaker, const char *text, size_t len, void *data);

/*
 * Tells what was said, in its order. What the model asked of its tools is left out. Errors:
 * SL_E_NOMEM, with the rest left untold.
 */
SL_API int sl_conversation_read(const struct sl_conversation *conversation, sl_said_fn on_said,
                                void *data, struct sl_error *error);

#ifdef __cplusplus
}
#endif

#endif
