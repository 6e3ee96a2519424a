/*
 * The key of a provider: found when it is needed, sent to its own provider only, and kept nowhere
 * but in memory that is overwritten after use.
 *
 * Sources, in order: SIGHTLINE_API_KEY, the provider's key_env, its key_command, the key store (the
 * secret service, else keys.json beside the configuration), its key in the file.
 */
#ifndef SL_KEY_H
#define SL_KEY_H

#include <pthread.h>
#include <stdatomic.h>

#include "buf.h"
#include "config.h"

/* What a key_command said, so that it is asked once. Safe for several threads. */
struct sl__key_cache {
    pthread_mutex_t lock;
    char *provider;
    struct sl__buf key;
};

#define SL__KEY_CACHE_INIT                                                                         \
    {                                                                                              \
        .lock = PTHREAD_MUTEX_INITIALIZER, .key = SL__BUF_INIT(SL__MAX_KEY)                        \
    }

void sl__key_cache_clear(struct sl__key_cache *cache);

struct sl__key_search {
    const struct sl_config *config;
    struct sl__key_cache *cache;
    const char *setup_hint;    /* or NULL; see sl_client_options */
    const atomic_bool *cancel; /* or NULL; ends a command that runs */
};

/*
 * Appends the key to `key`, which stays empty when the provider needs none, and its source in words
 * to `source`. May take as long as the user's command does. Errors: SL_E_NO_KEY, SL_E_CONFIG,
 * SL_E_IO, SL_E_TIMEOUT, SL_E_CANCELLED, SL_E_NOMEM.
 */
int sl__key_find(const struct sl__key_search *search, struct sl__buf *key, struct sl__buf *source,
                 struct sl_error *error);

/* Whether the bytes can be a key: printable ASCII without spaces, so that no header is forged. */
bool sl__key_is_valid(const char *key);

/* Stores, or with an empty key removes, and says in `where` what became of it. */
int sl__key_store(const struct sl_config *config, const char *key, struct sl__buf *where,
                  struct sl_error *error);

#endif
