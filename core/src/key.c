/* The key of a provider: where it is looked for, and where it may go. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "file.h"
#include "json.h"
#include "key.h"
#include "secret.h"

enum { COMMAND_LIMIT_MS = 30000 };

void sl__key_cache_clear(struct sl__key_cache *cache)
{
    pthread_mutex_lock(&cache->lock);
    free(cache->provider);
    cache->provider = NULL;
    sl__buf_wipe(&cache->key);
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
    (void)search;
    const char *found = sl__env("SIGHTLINE_API_KEY");
    sl__buf_adds(name, "SIGHTLINE_API_KEY");
    return found ? add(key, found, name->data, error) : 0;
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

/* The first line of what the command printed. */
static int run_command(const struct sl__key_search *search, struct sl__buf *key,
                       struct sl_error *error)
{
    char *const *command = search->config->keys.command;
    const char *hidden[16] = {"SIGHTLINE_API_KEY", search->config->keys.env};
    size_t count = hidden[1] ? 2 : 1;
    const struct sl__provider_row *row;
    for (size_t i = 0; (row = sl__provider_at(i)) && count < 15; i++) {
        if (row->key_env)
            hidden[count++] = row->key_env;
    }
    struct sl__buf out = SL__BUF_INIT(SL__MAX_KEY);
    int code = sl__command_run(command, hidden, COMMAND_LIMIT_MS, search->cancel, &out, error);
    if (!code) {
        char *text = out.len > 0 ? out.data : "";
        text[strcspn(text, "\r\n")] = '\0';
        code = add(key, text, command[0], error);
    }
    sl__buf_wipe(&out);
    return code;
}

static int from_command(const struct sl__key_search *search, struct sl__buf *key,
                        struct sl__buf *name, struct sl_error *error)
{
    const struct sl_config *config = search->config;
    struct sl__key_cache *cache = search->cache;
    if (!config->keys.command)
        return 0;
    sl__buf_addf(name, "the command %s", config->keys.command[0]);
    pthread_mutex_lock(&cache->lock);
    bool known = cache->provider && strcmp(cache->provider, config->provider) == 0;
    int code = 0;
    if (!known) {
        free(cache->provider);
        cache->provider = NULL;
        sl__buf_wipe(&cache->key);
        code = run_command(search, &cache->key, error);
        if (!code)
            cache->provider = strdup(config->provider);
    }
    if (!code)
        code = sl__buf_add(key, sl__buf_text(&cache->key), cache->key.len);
    pthread_mutex_unlock(&cache->lock);
    return code;
}

/* Reads keys.json: an object of provider and key. `*keys` is NULL when there is none. */
static int read_keys(const char *path, cJSON **keys, struct sl_error *error)
{
    struct sl__buf text = SL__BUF_INIT(SL__MAX_CONFIG);
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
        if (!cJSON_IsObject(*keys)) {
            sl__json_delete_wiped(*keys);
            *keys = NULL;
            code = sl_error_set(error, SL_E_CONFIG,
                                "%s is damaged; remove it and set the key again", path);
        }
    }
    sl__buf_wipe(&text);
    return code;
}

static int from_store(const struct sl__key_search *search, struct sl__buf *key,
                      struct sl__buf *name, struct sl_error *error)
{
    const struct sl_config *config = search->config;
    cJSON *keys = NULL;
    int code = read_keys(config->keys_path, &keys, error);
    const char *found = sl__json_string(keys, config->provider);
    if (!code && found) {
        sl__buf_adds(name, config->keys_path);
        code = add(key, found, config->keys_path, error);
    } else if (!code && sl__secret_find(config->provider, key) == SL__SECRET_DONE) {
        sl__buf_adds(name, "the secret service");
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
    if (variable && sl__env(variable) && !may_send(config, variable))
        return sl_error_set(error, SL_E_NO_KEY,
                            "%s has no key: %s is sent to its own provider only, not to %s; set "
                            "SIGHTLINE_API_KEY for this address",
                            config->provider, variable, config->url.host);
    return sl_error_set(error, SL_E_NO_KEY, "%s has no API key: %s%sset %s", config->provider,
                        hint ? hint : "", hint ? ", or " : "",
                        variable ? variable : "SIGHTLINE_API_KEY");
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
    if (config->keys.none && sl__env("SIGHTLINE_API_KEY"))
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

/* Writes keys.json with the provider's key, or without it when `key` is NULL. */
static int write_keys(const struct sl_config *config, const char *key, struct sl_error *error)
{
    cJSON *keys = NULL;
    int code = read_keys(config->keys_path, &keys, error);
    if (code || (!keys && !key))
        return code;
    if (!keys)
        keys = cJSON_CreateObject();
    cJSON_DeleteItemFromObjectCaseSensitive(keys, config->provider);
    if (key && !cJSON_AddStringToObject(keys, config->provider, key))
        code = sl_error_set(error, SL_E_NOMEM, "there is no memory left to store the key");
    char *text = code ? NULL : cJSON_Print(keys);
    if (text) {
        code = sl__file_write_private(config->keys_path, text, strlen(text), error);
        sl__wipe(text, strlen(text));
    }
    free(text);
    sl__json_delete_wiped(keys);
    return code;
}

static int remove_key(const struct sl_config *config, struct sl__buf *where, struct sl_error *error)
{
    sl__secret_remove(config->provider);
    int code = write_keys(config, NULL, error);
    if (!code)
        sl__buf_addf(where, "the stored key of %s was removed", config->provider);
    return code;
}

int sl__key_store(const struct sl_config *config, const char *key, struct sl__buf *where,
                  struct sl_error *error)
{
    if (!*key)
        return remove_key(config, where, error);
    if (sl__secret_store(config->provider, key) == SL__SECRET_DONE) {
        sl__buf_addf(where, "the key of %s is in the secret service", config->provider);
        return write_keys(config, NULL, error);
    }
    int code = write_keys(config, key, error);
    if (!code)
        sl__buf_addf(where, "the key of %s is in %s, readable by you alone", config->provider,
                     config->keys_path);
    return code;
}
