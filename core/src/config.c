/* The configuration: the file, then the environment on top of it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "config.h"
#include "config_file.h"
#include "consent.h"
#include "frames.h"
#include "json.h"
#include "parameter.h"
#include "parts.h"
#include "words.h"

static const char DEFAULT_PROVIDER[] = "stepfun";

const char *sl__env(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

const char *sl__config_env(const struct sl_config *config, const char *name)
{
    return config->chosen ? NULL : sl__env(name);
}

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left to read the configuration");
}

static int set(char **to, const char *value, struct sl_error *error)
{
    char *copy;
    if (!sl__copy_string(&copy, value))
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

/* A relative one counts for nothing, as the XDG specification has it: it would be a folder of the
 * one that the person works in. */
static const char *xdg_folder(const char *name)
{
    const char *folder = sl__env(name);
    return folder && *folder == '/' ? folder : NULL;
}

static char *default_path(void)
{
    const char *folder = xdg_folder("XDG_CONFIG_HOME"), *home = sl__env("HOME");
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
    const char *state = xdg_folder("XDG_STATE_HOME"), *home = sl__env("HOME");
    config->state_dir =
        state ? join(state, "/sightline") : join(home ? home : "", "/.local/state/sightline");
    return config->keys_path && config->state_dir ? 0 : no_memory(error);
}

/* Beside the configuration file, as its keys are. */
static char *beside(const struct sl_config *config, const char *name)
{
    struct sl__buf path = SL__BUF_INIT(8192);
    size_t folder = (size_t)(strrchr(config->keys_path, '/') + 1 - config->keys_path);
    if (sl__buf_add(&path, config->keys_path, folder) || sl__buf_adds(&path, name))
        sl__buf_release(&path);
    return sl__buf_take(&path);
}

/* What the file calls by a relative path is found beside it, wherever the host was started. */
static int set_path(const struct sl_config *config, char **to, const char *path,
                    struct sl_error *error)
{
    char *expanded = path ? expand_home(path) : NULL;
    bool relative = expanded && *expanded != '/';
    *to = relative ? beside(config, expanded) : expanded;
    if (relative)
        free(expanded);
    return path && !*to ? no_memory(error) : 0;
}

/* One of the words a setting may have, or nothing. */
static int set_word(struct sl_config *config, char **to, const cJSON *root, const char *name,
                    const char *const words[], struct sl_error *error)
{
    const char *value = sl__json_string(root, name);
    struct sl__buf list = SL__BUF_INIT(256);
    int code = 0;
    if (value && !sl__words_have(words, value))
        code = sl_error_set(error, SL_E_CONFIG, "%s: “%s” must be one of %s", config->path, name,
                            sl__words_list(words, &list));
    sl__buf_release(&list);
    return code ? code : set(to, value, error);
}

/* A setting that is one of the words, by its number; the first where nothing is set. */
static int read_choice(const struct sl_config *config, const cJSON *object, const char *name,
                       const char *const words[], unsigned *choice, struct sl_error *error)
{
    const char *value = sl__json_string(object, name);
    struct sl__buf list = SL__BUF_INIT(256);
    int code = 0;
    *choice = 0;
    while (value && words[*choice] && strcmp(words[*choice], value) != 0)
        (*choice)++;
    if (!words[*choice])
        code = sl_error_set(error, SL_E_CONFIG, "%s: “%s” must be one of %s", config->path, name,
                            sl__words_list(words, &list));
    sl__buf_release(&list);
    return code;
}

static int read_policies(struct sl_config *config, const cJSON *root, struct sl_error *error)
{
    static const char *const policies[] = {"auto", "always", "never", NULL};
    static const char *const urls[] = {"auto", "pass", "fetch", NULL};
    const cJSON *files = sl__json_object(root, "files");
    unsigned policy;
    int code = read_choice(config, files, "policy", policies, &policy, error);
    config->files_policy = policy;
    if (!code)
        code = read_choice(config, root, "urls", urls, &policy, error);
    config->urls_policy = policy;
    config->delete_after_use = cJSON_IsTrue(sl__json_member(files, "delete_after_use"));
    return code;
}

static double amount(const cJSON *object, const char *name, double otherwise)
{
    const cJSON *value = sl__json_member(object, name);
    return cJSON_IsNumber(value) ? value->valuedouble : otherwise;
}

static int read_video(struct sl_config *config, const cJSON *root, struct sl_error *error)
{
    static const char *const ways[] = {"even", "scenes", NULL};
    const cJSON *video = sl__json_object(root, "video");
    struct sl__frame_choice *frames = &config->frames;
    double seconds = amount(video, "part_seconds", SL__PART_SECONDS);
    unsigned way;
    int code = read_choice(config, video, "choose", ways, &way, error);
    frames->scenes = way > 0;
    frames->rate = amount(video, "rate", 0);
    double most = amount(video, "frames", frames->rate > 0 ? SL__MOST_FRAMES : SL__FRAMES);
    frames->most = (size_t)fmin(fmax(most, 1), SL__MOST_FRAMES);
    config->transcode = cJSON_IsTrue(sl__json_member(video, "transcode"));
    config->part_seconds = fmin(fmax(seconds, SL__MIN_PART_SECONDS), SL__PART_SECONDS);
    return code;
}

static int read_settings(struct sl_config *config, const cJSON *root, struct sl_error *error)
{
    const cJSON *budget = sl__json_object(root, "budget");
    config->request_budget = amount(budget, "request", -1);
    config->day_budget = amount(budget, "day", -1);
    int code = read_policies(config, root, error);
    if (!code)
        code = read_video(config, root, error);
    if (!code)
        code = set_word(config, &config->detail, root, "detail", sl__detail_words, error);
    if (!code)
        code = set_word(config, &config->effort, root, "effort", sl__effort_words, error);
    const char *language = sl__json_string(root, "language");
    if (!code && language && *language)
        code = set(&config->language, language, error);
    if (!code)
        code = set_path(config, &config->tasks_dir, sl__json_string(root, "tasks_dir"), error);
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

/* A name is looked for on the PATH, a relative path beside the configuration. */
static int place_program(const struct sl_config *config, char **command, struct sl_error *error)
{
    char *path = NULL;
    if (!command || !strchr(command[0], '/'))
        return 0;
    int code = set_path(config, &path, command[0], error);
    if (code)
        return code;
    free(command[0]);
    command[0] = path;
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
    return code ? code : place_program(config, keys->command, error);
}

static size_t list_length(char **list)
{
    size_t length = 0;
    while (list && list[length])
        length++;
    return length;
}

static int add_to_list(char ***list, const char *text)
{
    size_t length = list_length(*list);
    char **longer = realloc(*list, (length + 2) * sizeof *longer);
    if (!longer)
        return SL_E_NOMEM;
    *list = longer;
    longer[length] = strdup(text);
    longer[length + 1] = NULL;
    return longer[length] ? 0 : SL_E_NOMEM;
}

void sl_config_hide_keys(const struct sl_config *config)
{
    for (char **variable = config->key_variables; *variable; variable++)
        unsetenv(*variable);
}

/* No program that is run for one key needs to see another. */
static int list_key_variables(struct sl_config *config, const cJSON *root, struct sl_error *error)
{
    const struct sl__provider_row *row;
    const cJSON *entry;
    int code = add_to_list(&config->key_variables, "SIGHTLINE_API_KEY");
    for (size_t i = 0; !code && (row = sl__provider_at(i)); i++) {
        if (row->key_env)
            code = add_to_list(&config->key_variables, row->key_env);
    }
    cJSON_ArrayForEach(entry, sl__json_object(root, "providers"))
    {
        const char *name = sl__json_string(entry, "key_env");
        if (!code && name)
            code = add_to_list(&config->key_variables, name);
    }
    return code ? no_memory(error) : 0;
}

static int read_address(struct sl_config *config, const char *own, struct sl_error *error)
{
    const char *other = sl__config_env(config, "SIGHTLINE_BASE_URL");
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

static int read_protocol(struct sl_config *config, const cJSON *entry, struct sl_error *error)
{
    static const char *const names[SL__PROTOCOLS] = {"chat", "messages"};
    const char *name = sl__json_string(entry, "protocol");
    unsigned protocol = 0;
    while (name && protocol < SL__PROTOCOLS && strcmp(names[protocol], name) != 0)
        protocol++;
    if (protocol == SL__PROTOCOLS)
        return sl_error_set(error, SL_E_CONFIG,
                            "%s: the protocol “%s” is not known; write \"chat\" or \"messages\"",
                            config->path, name);
    config->protocol = protocol;
    config->abilities = &config->row->abilities[protocol];
    if (!config->abilities->spoken)
        return sl_error_set(error, SL_E_CONFIG,
                            "%s: the provider “%s” does not speak the protocol “%s”; leave it out",
                            config->path, config->provider, name);
    return 0;
}

/* A setting of milliseconds from one of seconds. */
static void read_time(int64_t *to, const cJSON *times, const char *name)
{
    static const double most = 24 * 3600;
    double seconds = amount(times, name, -1);
    if (seconds >= 0)
        *to = (int64_t)((seconds < most ? seconds : most) * 1000);
}

static void read_limits(struct sl_config *config, const cJSON *entry)
{
    const cJSON *times = sl__json_object(entry, "timeouts");
    struct sl__limits *limits = &config->limits;
    *limits = (struct sl__limits)SL__LIMITS_INIT;
    read_time(&limits->connect_ms, times, "connect");
    read_time(&limits->first_byte_ms, times, "first_byte");
    read_time(&limits->stall_ms, times, "stall");
    limits->retries = (unsigned)fmin(99, amount(entry, "retries", limits->retries));
    limits->concurrency =
        (unsigned)fmax(1, fmin(999, amount(entry, "concurrency", config->row->concurrency)));
}

static int read_options(struct sl_config *config, const cJSON *entry, struct sl_error *error)
{
    const cJSON *options = sl__json_object(entry, "options"), *value;
    cJSON_ArrayForEach(value, options)
    {
        int code = sl__parameter_check(value->string, value, config->path, error);
        if (code)
            return code;
    }
    config->settings = options ? cJSON_Duplicate(options, true) : cJSON_CreateObject();
    return config->settings ? 0 : no_memory(error);
}

static int read_model(struct sl_config *config, const cJSON *root, struct sl_error *error)
{
    const cJSON *models = sl__json_object(root, "models");
    sl__model_find(&config->model_row, config->model);
    return sl__model_override(&config->model_row, sl__json_object(models, config->model),
                              config->path, error);
}

/* The names of those that come with the library, and of the file's own after them. */
static int list_providers(struct sl_config *config, const cJSON *root, struct sl_error *error)
{
    const struct sl__provider_row *row;
    const cJSON *entry;
    int code = 0;
    for (size_t i = 0; !code && (row = sl__provider_at(i)); i++)
        code = add_to_list(&config->providers, row->name);
    cJSON_ArrayForEach(entry, sl__json_object(root, "providers"))
    {
        if (!code && !sl__provider_find(entry->string))
            code = add_to_list(&config->providers, entry->string);
    }
    return code ? no_memory(error) : 0;
}

static int unknown_provider(const struct sl_config *config, const char *name,
                            struct sl_error *error)
{
    struct sl__buf list = SL__BUF_INIT(512);
    sl_error_set(error, SL_E_CONFIG,
                 "the provider “%s” is not known; choose one of %s, or add it to %s", name,
                 sl__words_list((const char *const *)config->providers, &list), config->path);
    sl__buf_release(&list);
    return SL_E_CONFIG;
}

/* The entry of the provider in use, NULL where the file has none. */
static int find_provider(struct sl_config *config, const cJSON *root, const struct sl__pick *pick,
                         const cJSON **entry, struct sl_error *error)
{
    const char *name = sl__env("SIGHTLINE_PROVIDER");
    if (!name)
        name = sl__json_string(root, "provider");
    name = name ? name : DEFAULT_PROVIDER;
    config->chosen = pick->provider && strcmp(pick->provider, name) != 0;
    name = config->chosen ? pick->provider : name;
    *entry = sl__json_object(sl__json_object(root, "providers"), name);
    config->row = sl__provider_find(name);
    config->built_in = config->row != NULL;
    int code = list_providers(config, root, error);
    if (!code && !config->row && !*entry)
        code = unknown_provider(config, name, error);
    return code ? code : set(&config->provider, name, error);
}

/* What a provider of the user's own is like: as the file says, else by where it is. */
static int find_likeness(struct sl_config *config, const cJSON *entry, struct sl_error *error)
{
    const char *like = sl__json_string(entry, "like");
    if (config->built_in)
        return 0;
    if (!like)
        like = config->url.loopback ? "local" : DEFAULT_PROVIDER;
    config->row = sl__provider_find(like);
    if (config->row)
        return 0;
    return sl_error_set(error, SL_E_CONFIG, "%s: “like” must be one of %s", config->path,
                        SL__PROVIDER_NAMES);
}

static int read_texts(struct sl_config *config, const cJSON *entry, const char *chosen_model,
                      struct sl_error *error)
{
    const char *model = chosen_model ? chosen_model : sl__config_env(config, "SIGHTLINE_MODEL");
    if (!model)
        model = sl__json_string(entry, "model");
    int code = set(&config->model, model ? model : config->row->model, error);
    if (!code)
        code = set_path(config, &config->ca_file, sl__json_string(entry, "ca_file"), error);
    return code ? code : set(&config->proxy, sl__json_string(entry, "proxy"), error);
}

static int read_entry(struct sl_config *config, const cJSON *entry, const char *chosen_model,
                      struct sl_error *error)
{
    const char *base = sl__json_string(entry, "base_url");
    int code =
        read_address(config, base || !config->built_in ? base : config->row->base_url, error);
    if (!code)
        code = find_likeness(config, entry, error);
    if (!code)
        code = read_texts(config, entry, chosen_model, error);
    if (!code)
        code = read_protocol(config, entry, error);
    if (!code)
        code = read_options(config, entry, error);
    return code ? code : read_keys(config, entry, error);
}

static int read_provider(struct sl_config *config, const cJSON *root, const struct sl__pick *pick,
                         struct sl_error *error)
{
    const cJSON *entry;
    int code = find_provider(config, root, pick, &entry, error);
    if (!code)
        code = read_entry(config, entry, pick->model, error);
    if (code)
        return code;
    config->streams = !cJSON_IsFalse(sl__json_member(entry, "stream"));
    read_limits(config, entry);
    code = read_model(config, root, error);
    return code ? code : list_key_variables(config, root, error);
}

static int load(struct sl_config *config, const struct sl__pick *pick, struct sl_error *error)
{
    cJSON *root = NULL;
    int code = find_paths(config, error);
    if (!code)
        code = sl__config_file_read(config, &root, error);
    if (!code)
        code = read_settings(config, root, error);
    if (!code)
        code = read_provider(config, root, pick, error);
    if (!code)
        code = sl__consent_load(config, sl__json_member(root, "consent"), error);
    sl__json_delete_wiped(root);
    return code;
}

int sl__config_load(struct sl_config **config, const struct sl__pick *pick, struct sl_error *error)
{
    static const struct sl__pick none = {NULL, NULL};
    struct sl_config *loaded = calloc(1, sizeof *loaded);
    if (!loaded)
        return no_memory(error);
    int code = load(loaded, pick ? pick : &none, error);
    if (code) {
        sl_config_free(loaded);
        return code;
    }
    *config = loaded;
    return 0;
}

int sl_config_load(struct sl_config **config, struct sl_error *error)
{
    return sl__config_load(config, NULL, error);
}

static void free_list(char **list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i]);
    free(list);
}

struct sl_config *sl__config_hold(struct sl_config *config)
{
    atomic_fetch_add(&config->holds, 1);
    return config;
}

void sl_config_free(struct sl_config *config)
{
    if (!config || atomic_fetch_sub(&config->holds, 1) > 0)
        return;
    struct sl__key_sources *keys = &config->keys;
    free_list(keys->command, list_length(keys->command));
    free_list(config->key_variables, list_length(config->key_variables));
    free_list(config->providers, list_length(config->providers));
    free_list(config->warnings, config->warning_count);
    if (keys->literal)
        sl__wipe(keys->literal, strlen(keys->literal));
    char *strings[] = {config->path,    config->keys_path, config->state_dir, config->provider,
                       config->model,   config->detail,    config->effort,    config->language,
                       config->ca_file, config->tasks_dir, config->proxy,     config->question,
                       keys->env,       keys->literal};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        free(strings[i]);
    cJSON_Delete(config->settings);
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

const char *sl_config_provider_at(const struct sl_config *config, size_t index)
{
    return index < list_length(config->providers) ? config->providers[index] : NULL;
}

const char *sl_config_base_url(const struct sl_config *config)
{
    return config->url.base;
}

const char *sl_config_model(const struct sl_config *config)
{
    return config->model;
}

struct sl_image_options sl__config_image_options(const struct sl_config *config, const char *detail,
                                                 const atomic_bool *cancel)
{
    return (struct sl_image_options){.detail = detail ? sl__detail_of(detail) : SL_DETAIL_LOW,
                                     .sizes = config->model_row.sizes,
                                     .jpeg_and_png = config->row->quirks & SL__JPEG_AND_PNG,
                                     .cancel = cancel};
}

const char *sl_config_detail(const struct sl_config *config)
{
    return config->detail;
}

const char *sl_config_effort(const struct sl_config *config)
{
    return config->effort;
}

const char *sl_config_language(const struct sl_config *config)
{
    return config->language;
}

const char *sl_config_console_url(const struct sl_config *config)
{
    return config->built_in ? config->row->console : NULL;
}

const char *sl_config_warning(const struct sl_config *config, size_t index)
{
    return index < config->warning_count ? config->warnings[index] : NULL;
}
