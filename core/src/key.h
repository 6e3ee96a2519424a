/*
 * The key of a provider: found when it is needed, sent to its own provider only, and kept nowhere
 * but in memory that is overwritten after use.
 *
 * Sources, in order: SIGHTLINE_API_KEY, the provider's key_env, its key_command, the key store
 * (keys.json beside the configuration, else the secret service; a key stands in one of them only),
 * its key in the file.
 */
#ifndef SL_KEY_H
#define SL_KEY_H

#include <pthread.h>
#include <stdatomic.h>

#include "buf.h"
#include "config.h"

/*
 * The last key that took time to get, from a command or the secret service, with all that it was
 * got for. Safe for several threads: one asks, the others wait for it.
 */
struct sl__key_cache {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool asking;
    struct sl__buf identity, key;
};

void sl__key_cache_init(struct sl__key_cache *cache);
void sl__key_cache_release(struct sl__key_cache *cache);

/* Forgets the key, if it is this one: after a server refused it. NULL forgets whatever there is. */
void sl__key_cache_forget(struct sl__key_cache *cache, const char *key);

struct sl__key_search {
    const struct sl_config *config;
    struct sl__key_cache *cache;
    const char *setup_hint;    /* or NULL; see sl_client_options */
    const atomic_bool *cancel; /* or NULL; ends the wait for a command or the service */
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

/*
 * Stores, or with an empty key removes, and says in `where` what became of it. `search->cache`
 * forgets what it had. Errors: SL_E_INVALID (a provider that takes no key), SL_E_IO,
 * SL_E_CANCELLED, SL_E_NOMEM.
 */
int sl__key_store(const struct sl__key_search *search, const char *key, struct sl__buf *where,
                  struct sl_error *error);

#endif
