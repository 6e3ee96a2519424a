/* The key of a provider: where it is looked for, and where it may go. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "file.h"
#include "json.h"
#include "key.h"
#include "secret.h"
#include "thread.h"
#include "translate.h"

enum { COMMAND_LIMIT_MS = 30000, WAIT_MS = 20 };

void sl__key_cache_init(struct sl__key_cache *cache)
{
    *cache = (struct sl__key_cache){.identity = SL__BUF_INIT(SL__MAX_CONFIG),
                                    .key = SL__BUF_SECRET(SL__MAX_KEY)};
    pthread_mutex_init(&cache->lock, NULL);
    sl__cond_init(&cache->changed);
}

void sl__key_cache_release(struct sl__key_cache *cache)
{
    sl__key_cache_forget(cache, NULL);
    pthread_cond_destroy(&cache->changed);
    pthread_mutex_destroy(&cache->lock);
}

void sl__key_cache_forget(struct sl__key_cache *cache, const char *key)
{
    pthread_mutex_lock(&cache->lock);
    if (!key || strcmp(sl__buf_text(&cache->key), key) == 0) {
        sl__buf_release(&cache->identity);
        sl__buf_wipe(&cache->key);
    }
    pthread_mutex_unlock(&cache->lock);
}

bool sl__key_is_valid(const char *key)
{
    size_t len = strlen(key);
    for (size_t i = 0; i < len; i++) {
        if (key[i] <= 0x20 || key[i] >= 0x7f)
            return false;
    }
    return len > 0 && len < SL__MAX_KEY;
}

static int add(struct sl__buf *key, const char *found, const char *source, struct sl_error *error)
{
    if (!sl__key_is_valid(found))
        return sl_error_set(error, SL_E_CONFIG,
                            "the key from %s has spaces or characters that no key has; set it anew",
                            source);
    return sl__buf_adds(key, found) ? sl_error_set(error, SL_E_NOMEM, "there is no memory left")
                                    : 0;
}

/* A variable of the built-in table goes to the addresses of that table and to loopback only. */
static bool may_send(const struct sl_config *config, const char *variable)
{
    const struct sl__provider_row *row;
    bool listed = false, own = false;
    for (size_t i = 0; (row = sl__provider_at(i)); i++) {
        if (!row->key_env || strcmp(row->key_env, variable) != 0)
            continue;
        struct sl__url url = SL__URL_INIT;
        listed = true;
        if (sl__url_parse(&url, row->base_url, NULL) == 0)
            own = own || strcmp(url.origin, config->url.origin) == 0;
        sl__url_release(&url);
    }
    return !listed || own || config->url.loopback;
}

/*
 * A source: appends what it has, and its name to `name`. Having nothing is success with nothing
 * appended.
 */
typedef int source_fn(const struct sl__key_search *search, struct sl__buf *key,
                      struct sl__buf *name, struct sl_error *error);

static int from_override(const struct sl__key_search *search, struct sl__buf *key,
                         struct sl__buf *name, struct sl_error *error)
{
    static const char variable[] = "SIGHTLINE_API_KEY";
    const char *found = sl__config_env(search->config, variable);
    sl__buf_adds(name, variable);
    return found ? add(key, found, variable, error) : 0;
}

static int from_env(const struct sl__key_search *search, struct sl__buf *key, struct sl__buf *name,
                    struct sl_error *error)
{
    const char *variable = search->config->keys.env;
    const char *found = variable ? sl__env(variable) : NULL;
    if (!found || !may_send(search->config, variable))
        return 0;
    sl__buf_adds(name, variable);
    return add(key, found, variable, error);
}

/* Gets a key that takes time to get. Nothing found is success with nothing appended. */
typedef int slow_fn(const struct sl__key_search *search, struct sl__buf *key,
                    struct sl_error *error);

static int stopped(struct sl_error *error)
{
    return sl_error_set(error, SL_E_CANCELLED, "the search for the key was stopped");
}

/*
 * Takes the key from the cache, after whoever asks now. Having nothing there is success with
 * nothing appended, and then it is the caller's turn to ask.
 */
static int take_cached(const struct sl__key_search *search, const char *identity,
                       struct sl__buf *key, struct sl_error *error)
{
    struct sl__key_cache *cache = search->cache;
    int code = 0;
    pthread_mutex_lock(&cache->lock);
    while (cache->asking && !(search->cancel && atomic_load(search->cancel)))
        sl__cond_wait_ms(&cache->changed, &cache->lock, WAIT_MS);
    if (cache->asking)
        code = stopped(error);
    else if (cache->key.len > 0 && strcmp(sl__buf_text(&cache->identity), identity) == 0)
        code = add(key, cache->key.data, sl__tr("memory"), error);
    else
        cache->asking = true;
    pthread_mutex_unlock(&cache->lock);
    return code;
}

/* Remembers a key, unless it is empty, and lets the next one ask. */
static void end_asking(struct sl__key_cache *cache, const char *identity, const char *key)
{
    sl__key_cache_forget(cache, NULL);
    pthread_mutex_lock(&cache->lock);
    if (*key && sl__buf_adds(&cache->identity, identity) == 0)
        sl__buf_adds(&cache->key, key);
    cache->asking = false;
    pthread_cond_broadcast(&cache->changed);
    pthread_mutex_unlock(&cache->lock);
}

/* All that a key is got for: after the configuration was edited it is asked for anew. */
static int identify(const struct sl_config *config, const char *source, struct sl__buf *identity)
{
    int code = sl__buf_addf(identity, "%s\n%s\n%s", source, config->provider, config->url.origin);
    for (char **word = config->keys.command; word && *word && !code; word++)
        code = sl__buf_addf(identity, "\n%s", *word);
    return code;
}

static int from_slow(const struct sl__key_search *search, const char *source, slow_fn *ask,
                     struct sl__buf *key, struct sl_error *error)
{
    struct sl__buf identity = SL__BUF_INIT(SL__MAX_CONFIG);
    int code = identify(search->config, source, &identity);
    if (code)
        sl_error_set(error, code, "there is no memory left to look for the key");
    else
        code = take_cached(search, identity.data, key, error);
    if (!code && key->len == 0) {
        code = ask(search, key, error);
        end_asking(search->cache, identity.data, code ? "" : sl__buf_text(key));
    }
    sl__buf_release(&identity);
    return code;
}

/* The first line of what the command printed. */
static int run_command(const struct sl__key_search *search, struct sl__buf *key,
                       struct sl_error *error)
{
    const struct sl_config *config = search->config;
    struct sl__buf out = SL__BUF_SECRET(SL__MAX_KEY);
    int code = sl__command_run(config->keys.command, (const char *const *)config->key_variables,
                               COMMAND_LIMIT_MS, search->cancel, &out, error);
    if (!code) {
        char *text = out.len > 0 ? out.data : "";
        text[strcspn(text, "\r\n")] = '\0';
        code = add(key, text, config->keys.command[0], error);
    }
    sl__buf_wipe(&out);
    return code;
}

static int from_command(const struct sl__key_search *search, struct sl__buf *key,
                        struct sl__buf *name, struct sl_error *error)
{
    if (!search->config->keys.command)
        return 0;
    sl__buf_addf(name, sl__tr("the command %s"), search->config->keys.command[0]);
    return from_slow(search, "command", run_command, key, error);
}

/* A service that refuses may have the key or not: then the next source is asked. */
static int ask_service(const struct sl__key_search *search, struct sl__buf *key,
                       struct sl_error *error)
{
    struct sl__buf found = SL__BUF_SECRET(SL__MAX_KEY);
    enum sl__secret_result result =
        sl__secret_find(search->config->provider, search->cancel, &found);
    int code = 0;
    if (result == SL__SECRET_CANCELLED)
        code = stopped(error);
    else if (result == SL__SECRET_NO_MEMORY)
        code = sl_error_set(error, SL_E_NOMEM, "there is no memory left");
    else if (result == SL__SECRET_DONE)
        code = add(key, sl__buf_text(&found), sl__tr("the secret service"), error);
    sl__buf_wipe(&found);
    return code;
}

/* Reads keys.json: an object of provider and key. `*keys` is NULL when there is none. */
static int read_keys(const char *path, cJSON **keys, struct sl_error *error)
{
    struct sl__buf text = SL__BUF_SECRET(SL__MAX_CONFIG);
    struct stat status;
    bool found;
    int code = sl__file_read(path, &text, &found, &status, error);
    *keys = NULL;
    if (!code && found && (status.st_mode & 077) != 0)
        code =
            sl_error_set(error, SL_E_CONFIG,
                         "%s holds keys and others can read it; run: chmod 600 '%s'", path, path);
    if (!code && found) {
        *keys = sl__json_parse(sl__buf_text(&text), text.len, NULL);
        if (!*keys && errno == ENOMEM) {
            code = sl_error_set(error, SL_E_NOMEM, "%s: there is no memory left", path);
        } else if (!cJSON_IsObject(*keys)) {
            sl__json_delete_wiped(*keys);
            *keys = NULL;
            code = sl_error_set(error, SL_E_CONFIG,
                                "%s is damaged; remove it and set the key again", path);
        }
    }
    sl__buf_wipe(&text);
    return code;
}

/* What is stored under a built-in name is for the addresses of the table, as its variable is. */
static bool store_may_send(const struct sl_config *config)
{
    return !config->built_in || !config->row->key_env || may_send(config, config->row->key_env);
}

static int from_store(const struct sl__key_search *search, struct sl__buf *key,
                      struct sl__buf *name, struct sl_error *error)
{
    const struct sl_config *config = search->config;
    cJSON *keys = NULL;
    if (!store_may_send(config))
        return 0;
    int code = read_keys(config->keys_path, &keys, error);
    const char *found = sl__json_string(keys, config->provider);
    if (!code && found) {
        sl__buf_adds(name, config->keys_path);
        code = add(key, found, config->keys_path, error);
    } else if (!code) {
        sl__buf_adds(name, sl__tr("the secret service"));
        code = from_slow(search, "secret service", ask_service, key, error);
    }
    sl__json_delete_wiped(keys);
    return code;
}

static int from_file(const struct sl__key_search *search, struct sl__buf *key, struct sl__buf *name,
                     struct sl_error *error)
{
    const char *found = search->config->keys.literal;
    if (!found)
        return 0;
    sl__buf_adds(name, search->config->path);
    return add(key, found, name->data, error);
}

static int missing(const struct sl__key_search *search, struct sl_error *error)
{
    const struct sl_config *config = search->config;
    const char *hint = search->setup_hint, *variable = config->keys.env;
    if (!store_may_send(config))
        return sl_error_set(error, SL_E_NO_KEY,
                            "%s has no key for %s: its keys go to its own address only; set "
                            "SIGHTLINE_API_KEY, or give this address a provider of its own",
                            config->provider, config->url.host);
    variable = variable ? variable : "SIGHTLINE_API_KEY";
    if (!hint)
        return sl_error_set(error, SL_E_NO_KEY, "%s has no API key: set %s", config->provider,
                            variable);
    return sl_error_set(error, SL_E_NO_KEY, "%s has no API key: %s, or set %s", config->provider,
                        hint, variable);
}

int sl__key_find(const struct sl__key_search *search, struct sl__buf *key, struct sl__buf *source,
                 struct sl_error *error)
{
    static source_fn *const sources[] = {from_override, from_env, from_command, from_store,
                                         from_file};
    const struct sl_config *config = search->config;
    /* At an address that is not the provider's own, its keys stay at home. */
    bool own_only = config->elsewhere && !config->url.loopback;
    size_t count = config->keys.none ? 0 : own_only ? 1 : sizeof sources / sizeof *sources;
    if (config->keys.none && sl__config_env(config, "SIGHTLINE_API_KEY"))
        count = 1;
    for (size_t i = 0; i < count; i++) {
        sl__buf_reset(source);
        int code = sources[i](search, key, source, error);
        if (code || key->len > 0)
            return code;
    }
    sl__buf_reset(source);
    bool needed = config->built_in || config->keys.env || config->keys.command;
    if (needed && !config->keys.none && !config->elsewhere && !config->url.loopback)
        return missing(search, error);
    sl__buf_adds(source, "none");
    return 0;
}

/* Writes keys.json with the provider's key, or without it when `key` is empty. */
static int write_keys(const struct sl_config *config, const char *key, struct sl_error *error)
{
    cJSON *keys = NULL;
    int code = read_keys(config->keys_path, &keys, error);
    if (code || (!keys && !*key))
        return code;
    if (!keys)
        keys = cJSON_CreateObject();
    sl__json_delete_wiped(cJSON_DetachItemFromObjectCaseSensitive(keys, config->provider));
    bool good = !*key || cJSON_AddStringToObject(keys, config->provider, key);
    char *text = good ? cJSON_PrintBuffered(keys, SL__MAX_CONFIG, 1) : NULL;
    if (text) {
        code = sl__file_write_private(config->keys_path, text, strlen(text), error);
        sl__wipe(text, strlen(text));
        cJSON_free(text);
    } else {
        code = sl_error_set(error, SL_E_NOMEM, "there is no memory left to store the key");
    }
    sl__json_delete_wiped(keys);
    return code;
}

/* `*there` tells whether the secret service has the key now. */
static int store_in_service(const struct sl__key_search *search, const char *key, bool *there,
                            struct sl_error *error)
{
    enum sl__secret_result result = sl__secret_store(search->config->provider, key, search->cancel);
    *there = result == SL__SECRET_DONE && *key;
    if (result == SL__SECRET_CANCELLED)
        return sl_error_set(error, SL_E_CANCELLED, "the key was not changed");
    if (result == SL__SECRET_NO_MEMORY)
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left to store the key");
    if (result == SL__SECRET_REFUSED)
        return sl_error_set(error, SL_E_IO,
                            "the secret service refused to change the key of %s; unlock the "
                            "keyring and try again",
                            search->config->provider);
    return 0;
}

int sl__key_store(const struct sl__key_search *search, const char *key, struct sl__buf *where,
                  struct sl_error *error)
{
    const struct sl_config *config = search->config;
    bool in_service = false;
    if (config->keys.none)
        return sl_error_set(error, SL_E_INVALID,
                            "%s takes no key; choose the provider that the key is for",
                            config->provider);
    int code = store_in_service(search, key, &in_service, error);
    if (!code)
        code = write_keys(config, in_service ? "" : key, error);
    if (code)
        return code;
    sl__key_cache_forget(search->cache, NULL);
    if (!*key)
        return sl__buf_addf(where, sl__tr("the stored key of %s was removed"), config->provider);
    if (in_service)
        return sl__buf_addf(where, sl__tr("the key of %s is in the secret service"),
                            config->provider);
    return sl__buf_addf(where, sl__tr("the key of %s is in %s, readable by you alone"),
                        config->provider, config->keys_path);
}
