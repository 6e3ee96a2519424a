/*
 * What is known of contents that were sent: which of them are stored with a provider, under which
 * id, and which were sent once. One SQLite file in the state folder, `files.db`, mode 0600, that
 * all hosts share; see sightline/files.h for what it is for.
 *
 * It is opened for each use and closed again: a host that sends nothing never opens it, and what
 * happens to the file between two uses harms nobody. Its rollback journal works where folders lie
 * on another machine, which a write-ahead log does not. Every change is one transaction, so that a
 * process may be killed at any time. A file that is no index, or a damaged one, is renamed to
 * `files.db.damaged` and begun anew; one of a newer version is left alone.
 *
 * Calls wait up to five seconds for other processes: not for a host's thread. One thread at a time.
 */
#ifndef SL_STORED_INDEX_H
#define SL_STORED_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sightline/error.h>

#include "sha256.h"

struct sl__index;

/* Whose files: no key can be had from it. */
struct sl__account {
    const char *provider; /* borrowed */
    char digest[65];      /* of the origin and the key */
};

/* Fills an account. `key` may be empty. `provider` is borrowed. */
void sl__account_make(struct sl__account *account, const char *provider, const char *origin,
                      const char *key);

enum { SL__MAX_FILE_ID = 127, SL__MAX_FILE_NAME = 255 };

/* A content. Times are seconds since 1970. */
struct sl__stored {
    unsigned char digest[SL__SHA256_BYTES];
    char id[SL__MAX_FILE_ID + 1]; /* "" while it is not stored */
    char name[SL__MAX_FILE_NAME + 1];
    uint64_t bytes;
    bool video;
    int64_t stored_at;
    int64_t used_at;
    int64_t delete_at; /* 0: it stays until somebody deletes it */
};

/*
 * Opens `files.db` in `folder`, which is made where it is not there. `*notice`, which the caller
 * frees, becomes a sentence for the person when a damaged index was set aside; with NULL such an
 * index is left as it is. Errors: SL_E_IO (also SQLite's), SL_E_UNSUPPORTED (of a newer version),
 * SL_E_NOMEM.
 */
int sl__index_open(struct sl__index **index, const char *folder, char **notice,
                   struct sl_error *error);
void sl__index_close(struct sl__index *index); /* NULL is fine */

/* Whether there is an index in `folder`, of which opening one that is not would make one. */
bool sl__index_exists(const char *folder);

/* The calls below fail with SL_E_IO. */

/* Looks a content up; `*found` is whether it was sent before, stored or not. */
int sl__index_find(struct sl__index *index, const struct sl__account *account,
                   const unsigned char digest[SL__SHA256_BYTES], bool *found,
                   struct sl__stored *stored, struct sl_error *error);

/* Writes all that is known of a content over what was. An id stands for one content alone. */
int sl__index_put(struct sl__index *index, const struct sl__account *account,
                  const struct sl__stored *stored, struct sl_error *error);

/* Writes that a content was sent, unless something is known of it already. */
int sl__index_note(struct sl__index *index, const struct sl__account *account,
                   const struct sl__stored *stored, struct sl_error *error);

/* Notes that it was used now, and where `delete_at` is not 0, that it is needed until then. */
int sl__index_use(struct sl__index *index, const struct sl__account *account,
                  const unsigned char digest[SL__SHA256_BYTES], int64_t now, int64_t delete_at,
                  struct sl_error *error);

/* The id is not there any more: the content counts as sent, not as stored. */
int sl__index_forget(struct sl__index *index, const struct sl__account *account, const char *id,
                     struct sl_error *error);

/*
 * Calls `each` for what is stored, the oldest first, until it returns false. It must not use the
 * index.
 */
int sl__index_each(struct sl__index *index, const struct sl__account *account,
                   bool (*each)(const struct sl__stored *stored, void *data), void *data,
                   struct sl_error *error);

/* Forgets contents that are not stored and were last sent before `before`. */
int sl__index_prune(struct sl__index *index, int64_t before, struct sl_error *error);

#endif
