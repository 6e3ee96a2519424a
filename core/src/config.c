/* The configuration: the file, then the environment on top of it. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "config.h"
#include "file.h"
#include "json.h"
#include "words.h"

static const char DEFAULT_PROVIDER[] = "stepfun";

enum { MAX_WARNINGS = 16 }; /* each costs a search through the file */

/* A file while it is read into a config. */
struct reading {
    struct sl_config *config;
    const char *text;
    cJSON *root;
    struct sl_error *error;
};

const char *sl__env(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left to read the configuration");
}

static int set(char **to, const char *value, struct sl_error *error)
{
    char *copy = value ? strdup(value) : NULL;
    if (value && !copy)
        return no_memory(error);
    free(*to);
    *to = copy;
    return 0;
}

static char *join(const char *folder, const char *rest)
{
    struct sl__buf path = SL__BUF_INIT(8192);
    if (sl__buf_addf(&path, "%s%s", folder, rest))
        sl__buf_release(&path);
    return sl__buf_take(&path);
}

/* A path of the file, where a leading ~ means the home folder. */
static char *expand_home(const char *path)
{
    const char *home = sl__env("HOME");
    return path[0] == '~' && path[1] == '/' && home ? join(home, path + 1) : strdup(path);
}

static char *default_path(void)
{
    const char *folder = sl__env("XDG_CONFIG_HOME"), *home = sl__env("HOME");
    if (folder)
        return join(folder, "/sightline/config.json");
    return join(home ? home : "", "/.config/sightline/config.json");
}

static int find_paths(struct sl_config *config, struct sl_error *error)
{
    const char *named = sl__env("SIGHTLINE_CONFIG");
    config->path = named ? expand_home(named) : default_path();
    char *folder = config->path ? strdup(config->path) : NULL;
    char *slash = folder ? strrchr(folder, '/') : NULL;
    if (slash)
        *slash = '\0';
    config->keys_path = folder ? join(slash ? folder : ".", "/keys.json") : NULL;
    free(folder);
    return config->keys_path ? 0 : no_memory(error);
}

/* What may stand in the file. */
enum kind { TEXT = 1, TEXT_OR_NULL, OBJECT, TEXTS };

struct member {
    const char *name;
    enum kind kind;
    const char *expected;
};

static const struct member top_members[] = {
    {"provider", TEXT, "a string, the name of a provider"},
    {"providers", OBJECT, "an object, with the name of each provider"},
    {"detail", TEXT_OR_NULL, "\"low\", \"high\" or null"},
    {"effort", TEXT_OR_NULL, "\"low\", \"medium\", \"high\" or null"},
    {"language", TEXT_OR_NULL, "a string or null"},
    {"tasks_dir", TEXT_OR_NULL, "a string, the path of a folder"},
    {NULL, 0, NULL},
};

static const struct member provider_members[] = {
    {"base_url", TEXT, "a string like \"https://api.stepfun.ai/v1\""},
    {"model", TEXT, "a string like \"step-3.7-flash\""},
    {"protocol", TEXT, "\"chat\""},
    {"key_env", TEXT, "a string, the name of an environment variable"},
    {"key_command", TEXTS, "a list of strings, the program and its arguments"},
    {"key", TEXT_OR_NULL, "a string, or null for a provider that needs no key"},
    {"ca_file", TEXT, "a string, the path of a file of certificates"},
    {NULL, 0, NULL},
};

static bool is_texts(const cJSON *value)
{
    const cJSON *item;
    if (!cJSON_IsArray(value) || !value->child)
        return false;
    cJSON_ArrayForEach(item, value)
    {
        if (!cJSON_IsString(item))
            return false;
    }
    return true;
}

static bool has_kind(const cJSON *value, enum kind kind)
{
    switch (kind) {
    case TEXT:
        return cJSON_IsString(value) && *value->valuestring;
    case TEXT_OR_NULL:
        return cJSON_IsString(value) || cJSON_IsNull(value);
    case OBJECT:
        return cJSON_IsObject(value);
    case TEXTS:
        return is_texts(value);
    }
    return false;
}

static const struct member *find_member(const struct member *table, const char *name)
{
    for (; table->name; table++) {
        if (strcmp(table->name, name) == 0)
            return table;
    }
    return NULL;
}

static int warn_unknown(struct reading *reading, size_t line, const char *name)
{
    struct sl_config *config = reading->config;
    char **warnings =
        realloc(config->warnings, (config->warning_count + 1) * sizeof *config->warnings);
    if (!warnings)
        return no_memory(reading->error);
    config->warnings = warnings;
    struct sl_error sentence = SL_ERROR_INIT;
    sl_error_set(&sentence, SL_E_CONFIG,
                 "%s:%zu: “%s” means nothing here; remove it or look for a spelling mistake",
                 config->path, line, name);
    warnings[config->warning_count] = strdup(sentence.message);
    if (!warnings[config->warning_count])
        return no_memory(reading->error);
    config->warning_count++;
    return 0;
}

/* Checks one object of the file against its table. `path` names it and has room for one more name.
 */
static int check_members(struct reading *reading, const cJSON *object, const struct member *table,
                         const char **path, size_t depth)
{
    const cJSON *value;
    cJSON_ArrayForEach(value, object)
    {
        const struct member *member = find_member(table, value->string);
        bool enough = reading->config->warning_count == MAX_WARNINGS;
        if (member ? has_kind(value, member->kind) : enough)
            continue;
        path[depth] = value->string;
        path[depth + 1] = NULL;
        size_t offset = sl__json_find(reading->text, path);
        size_t line = sl__json_place(reading->text, offset).line;
        if (member)
            return sl_error_set(reading->error, SL_E_CONFIG, "%s:%zu: “%s” must be %s",
                                reading->config->path, line, value->string, member->expected);
        int code = warn_unknown(reading, line, value->string);
        if (code)
            return code;
    }
    return 0;
}

static int check_file(struct reading *reading)
{
    const char *path[4] = {NULL};
    int code = check_members(reading, reading->root, top_members, path, 0);
    const cJSON *entry;
    path[0] = "providers";
    cJSON_ArrayForEach(entry, sl__json_object(reading->root, "providers"))
    {
        path[1] = entry->string;
        if (!code && !cJSON_IsObject(entry))
            code =
                sl_error_set(reading->error, SL_E_CONFIG,
                             "%s: the provider “%s” must be an object like {\"base_url\": \"…\"}",
                             reading->config->path, entry->string);
        if (!code)
            code = check_members(reading, entry, provider_members, path, 2);
    }
    return code;
}

static int parse_file(struct reading *reading, size_t len)
{
    size_t at = 0;
    reading->root = sl__json_parse(reading->text, len, &at);
    if (cJSON_IsObject(reading->root))
        return check_file(reading);
    struct sl__place place = sl__json_place(reading->text, at);
    if (reading->root)
        return sl_error_set(reading->error, SL_E_CONFIG, "%s: the file must hold an object: { … }",
                            reading->config->path);
    return sl_error_set(reading->error, SL_E_CONFIG,
                        "%s: broken JSON at line %zu, column %zu; mend it or move the file away",
                        reading->config->path, place.line, place.column);
}

static int set_path(char **to, const char *path, struct sl_error *error)
{
    *to = path ? expand_home(path) : NULL;
    return path && !*to ? no_memory(error) : 0;
}

/* One of the words a setting may have, or nothing. */
static int set_word(struct reading *reading, char **to, const char *name, const char *const words[])
{
    const char *value = sl__json_string(reading->root, name);
    struct sl__buf list = SL__BUF_INIT(256);
    int code = 0;
    if (value && !sl__words_have(words, value))
        code = sl_error_set(reading->error, SL_E_CONFIG, "%s: “%s” must be one of %s",
                            reading->config->path, name, sl__words_list(words, &list));
    sl__buf_release(&list);
    return code ? code : set(to, value, reading->error);
}

static int read_settings(struct reading *reading)
{
    struct sl_config *config = reading->config;
    int code = set_word(reading, &config->detail, "detail", sl__detail_words);
    if (!code)
        code = set_word(reading, &config->effort, "effort", sl__effort_words);
    const char *language = sl__json_string(reading->root, "language");
    if (!code && language && *language)
        code = set(&config->language, language, reading->error);
    if (!code)
        code = set_path(&config->tasks_dir, sl__json_string(reading->root, "tasks_dir"),
                        reading->error);
    return code;
}

static int copy_command(char ***to, const cJSON *list, struct sl_error *error)
{
    if (!list)
        return 0;
    const cJSON *item;
    size_t count = 0;
    char **command = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof *command);
    if (!command)
        return no_memory(error);
    *to = command;
    cJSON_ArrayForEach(item, list)
    {
        command[count] = strdup(item->valuestring);
        if (!command[count++])
            return no_memory(error);
    }
    return 0;
}

static int read_keys(struct sl_config *config, const cJSON *entry, struct sl_error *error)
{
    struct sl__key_sources *keys = &config->keys;
    const char *env = sl__json_string(entry, "key_env");
    const char *literal = sl__json_string(entry, "key");
    keys->none = cJSON_IsNull(sl__json_member(entry, "key")) ||
                 (config->built_in && !config->row->key_env && !env && !literal);
    if (literal && *literal && !config->private)
        return sl_error_set(error, SL_E_CONFIG,
                            "%s holds a key and others can read it; run: chmod 600 '%s'",
                            config->path, config->path);
    int code = set(&keys->env, env ? env : config->built_in ? config->row->key_env : NULL, error);
    if (!code)
        code = set(&keys->literal, literal && *literal ? literal : NULL, error);
    if (!code)
        code = copy_command(&keys->command, sl__json_array(entry, "key_command"), error);
    return code;
}

static int add_variable(struct sl_config *config, size_t *count, const char *name)
{
    char **variables = realloc(config->key_variables, (*count + 2) * sizeof *variables);
    if (!variables)
        return SL_E_NOMEM;
    config->key_variables = variables;
    variables[*count] = strdup(name);
    variables[*count + 1] = NULL;
    return variables[(*count)++] ? 0 : SL_E_NOMEM;
}

/* No program that is run for one key needs to see another. */
static int list_key_variables(struct sl_config *config, const cJSON *root, struct sl_error *error)
{
    const struct sl__provider_row *row;
    const cJSON *entry;
    size_t count = 0;
    int code = add_variable(config, &count, "SIGHTLINE_API_KEY");
    for (size_t i = 0; !code && (row = sl__provider_at(i)); i++) {
        if (row->key_env)
            code = add_variable(config, &count, row->key_env);
    }
    cJSON_ArrayForEach(entry, sl__json_object(root, "providers"))
    {
        const char *name = sl__json_string(entry, "key_env");
        if (!code && name)
            code = add_variable(config, &count, name);
    }
    return code ? no_memory(error) : 0;
}

static int read_address(struct sl_config *config, const char *own, struct sl_error *error)
{
    const char *other = sl__env("SIGHTLINE_BASE_URL");
    struct sl__url home = SL__URL_INIT;
    if (!own && !other)
        return sl_error_set(error, SL_E_CONFIG,
                            "%s: the provider “%s” has no base_url; add one like "
                            "\"https://api.example.com/v1\"",
                            config->path, config->provider);
    int code = sl__url_parse(&config->url, other ? other : own, error);
    if (!code && other && own)
        code = sl__url_parse(&home, own, error);
    config->elsewhere = !code && other && (!own || strcmp(home.origin, config->url.origin) != 0);
    sl__url_release(&home);
    return code;
}

static int check_protocol(struct sl_config *config, const cJSON *entry, struct sl_error *error)
{
    const char *protocol = sl__json_string(entry, "protocol");
    if (!protocol || strcmp(protocol, "chat") == 0)
        return 0;
    return sl_error_set(error, SL_E_CONFIG, "%s: the protocol “%s” is not known; write \"chat\"",
                        config->path, protocol);
}

static int read_provider(struct sl_config *config, const cJSON *root, struct sl_error *error)
{
    const char *name = sl__env("SIGHTLINE_PROVIDER");
    if (!name)
        name = sl__json_string(root, "provider");
    name = name ? name : DEFAULT_PROVIDER;
    const cJSON *entry = sl__json_object(sl__json_object(root, "providers"), name);
    config->row = sl__provider_find(name);
    config->built_in = config->row != NULL;
    if (!config->row && !entry)
        return sl_error_set(error, SL_E_CONFIG,
                            "the provider “%s” is not known; choose one of %s, or add it to %s",
                            name, SL__PROVIDER_NAMES, config->path);
    if (!config->row)
        config->row = sl__provider_default();
    const char *base = sl__json_string(entry, "base_url");
    const char *model = sl__env("SIGHTLINE_MODEL");
    if (!model)
        model = sl__json_string(entry, "model");
    int code = set(&config->provider, name, error);
    if (!code)
        code = set(&config->model, model ? model : config->row->model, error);
    if (!code)
        code = check_protocol(config, entry, error);
    if (!code)
        code = set_path(&config->ca_file, sl__json_string(entry, "ca_file"), error);
    if (!code)
        code =
            read_address(config, base || !config->built_in ? base : config->row->base_url, error);
    if (!code)
        code = list_key_variables(config, root, error);
    return code ? code : read_keys(config, entry, error);
}

static int load(struct sl_config *config, struct sl_error *error)
{
    struct sl__buf text = SL__BUF_INIT(SL__MAX_CONFIG);
    struct stat status = {0};
    struct reading reading = {.config = config, .error = error};
    int code = find_paths(config, error);
    if (!code)
        code = sl__file_read(config->path, &text, &config->exists, &status, error);
    config->private = (status.st_mode & 077) == 0;
    reading.text = sl__buf_text(&text);
    if (!code && config->exists)
        code = parse_file(&reading, text.len);
    if (!code)
        code = read_settings(&reading);
    if (!code)
        code = read_provider(config, reading.root, error);
    sl__json_delete_wiped(reading.root);
    sl__buf_wipe(&text);
    return code;
}

int sl_config_load(struct sl_config **config, struct sl_error *error)
{
    struct sl_config *loaded = calloc(1, sizeof *loaded);
    if (!loaded)
        return no_memory(error);
    int code = load(loaded, error);
    if (code) {
        sl_config_free(loaded);
        return code;
    }
    *config = loaded;
    return 0;
}

static size_t list_length(char **list)
{
    size_t length = 0;
    while (list && list[length])
        length++;
    return length;
}

static void free_list(char **list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i]);
    free(list);
}

void sl_config_free(struct sl_config *config)
{
    if (!config)
        return;
    struct sl__key_sources *keys = &config->keys;
    free_list(keys->command, list_length(keys->command));
    free_list(config->key_variables, list_length(config->key_variables));
    free_list(config->warnings, config->warning_count);
    if (keys->literal)
        sl__wipe(keys->literal, strlen(keys->literal));
    char *strings[] = {config->path,    config->keys_path, config->provider, config->model,
                       config->detail,  config->effort,    config->language, config->tasks_dir,
                       config->ca_file, keys->env,         keys->literal};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        free(strings[i]);
    sl__url_release(&config->url);
    free(config);
}

const char *sl_config_path(const struct sl_config *config)
{
    return config->path;
}

bool sl_config_exists(const struct sl_config *config)
{
    return config->exists;
}

const char *sl_config_provider(const struct sl_config *config)
{
    return config->provider;
}

const char *sl_config_base_url(const struct sl_config *config)
{
    return config->url.base;
}

const char *sl_config_model(const struct sl_config *config)
{
    return config->model;
}

const char *sl_config_console_url(const struct sl_config *config)
{
    return config->built_in ? config->row->console : NULL;
}

const char *sl_config_warning(const struct sl_config *config, size_t index)
{
    return index < config->warning_count ? config->warnings[index] : NULL;
}
