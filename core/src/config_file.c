/* The configuration file: what may stand in it, and where it is wrong. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "config_file.h"
#include "file.h"
#include "json.h"
#include "translate.h"
#include "utf8.h"

enum { MAX_WARNINGS = 16, MAX_DEPTH = 8 }; /* each warning costs a search through the file */

/* A file while it is checked. */
struct reading {
    struct sl_config *config;
    const char *text;
    const char *path[MAX_DEPTH]; /* the names down to the object at hand */
    struct sl_error *error;
};

enum kind { TEXT = 1, TEXT_OR_NULL, TEXTS, BOOLEAN, AMOUNT, ANY_OBJECT, OBJECT, MAP };

struct member {
    const char *name;
    enum kind kind;
    const char *expected;
    const struct member *members; /* of an OBJECT, or of each object in a MAP */
};

static const struct member timeout_members[] = {
    {"connect", AMOUNT, SL__TR_NOOP("a number of seconds"), NULL},
    {"first_byte", AMOUNT, SL__TR_NOOP("a number of seconds"), NULL},
    {"stall", AMOUNT, SL__TR_NOOP("a number of seconds"), NULL},
    {NULL, 0, NULL, NULL},
};

static const struct member provider_members[] = {
    {"base_url", TEXT, SL__TR_NOOP("a string like \"https://api.stepfun.ai/v1\""), NULL},
    {"model", TEXT, SL__TR_NOOP("a string like \"step-3.7-flash\""), NULL},
    {"like", TEXT, SL__TR_NOOP("a string, the name of a provider that comes with Sightline"), NULL},
    {"protocol", TEXT, SL__TR_NOOP("\"chat\" or \"messages\""), NULL},
    {"stream", BOOLEAN, SL__TR_NOOP("true or false"), NULL},
    {"key_env", TEXT, SL__TR_NOOP("a string, the name of an environment variable"), NULL},
    {"key_command", TEXTS, SL__TR_NOOP("a list of strings: a program, then its arguments"), NULL},
    {"key", TEXT_OR_NULL, SL__TR_NOOP("a string, or null for a provider that needs no key"), NULL},
    {"ca_file", TEXT, SL__TR_NOOP("a string, the path of a file of certificates"), NULL},
    {"proxy", TEXT_OR_NULL, SL__TR_NOOP("a string like \"http://proxy.example.com:3128\""), NULL},
    {"timeouts", OBJECT, SL__TR_NOOP("an object like {\"first_byte\": 660}"), timeout_members},
    {"retries", AMOUNT, SL__TR_NOOP("a number from 0 up"), NULL},
    {"concurrency", AMOUNT, SL__TR_NOOP("a number from 1 up"), NULL},
    {"options", ANY_OBJECT, SL__TR_NOOP("an object like {\"temperature\": 0.2}"), NULL},
    {NULL, 0, NULL, NULL},
};

static const struct member price_members[] = {
    {"currency", TEXT, SL__TR_NOOP("a string like \"USD\""), NULL},
    {"input", AMOUNT, SL__TR_NOOP("the price of a million tokens"), NULL},
    {"cached", AMOUNT, SL__TR_NOOP("the price of a million tokens"), NULL},
    {"output", AMOUNT, SL__TR_NOOP("the price of a million tokens"), NULL},
    {NULL, 0, NULL, NULL},
};

static const struct member model_members[] = {
    {"context", AMOUNT, SL__TR_NOOP("a number of tokens"), NULL},
    {"max_output", AMOUNT, SL__TR_NOOP("a number of tokens"), NULL},
    {"efforts", TEXTS, SL__TR_NOOP("a list like [\"low\", \"high\"]"), NULL},
    {"images", BOOLEAN, SL__TR_NOOP("true or false"), NULL},
    {"videos", BOOLEAN, SL__TR_NOOP("true or false"), NULL},
    {"max_pictures", AMOUNT, SL__TR_NOOP("a number of pictures"), NULL},
    {"max_picture_mb", AMOUNT, SL__TR_NOOP("a number of megabytes"), NULL},
    {"low_side", AMOUNT, SL__TR_NOOP("a number of pixels"), NULL},
    {"high_step", AMOUNT, SL__TR_NOOP("a number of pixels"), NULL},
    {"high_max", AMOUNT, SL__TR_NOOP("a number of pixels"), NULL},
    {"max_side", AMOUNT, SL__TR_NOOP("a number of pixels"), NULL},
    {"price", OBJECT,
     SL__TR_NOOP("an object like {\"currency\": \"USD\", \"input\": 0.2, \"output\": 1.15}"),
     price_members},
    {NULL, 0, NULL, NULL},
};

static const struct member budget_members[] = {
    {"request", AMOUNT, SL__TR_NOOP("an amount of money"), NULL},
    {"day", AMOUNT, SL__TR_NOOP("an amount of money"), NULL},
    {NULL, 0, NULL, NULL},
};

static const struct member video_members[] = {
    {"part_seconds", AMOUNT, SL__TR_NOOP("a number of seconds from 5 to 120"), NULL},
    {"frames", AMOUNT, SL__TR_NOOP("a number of pictures from 1 to 60"), NULL},
    {"rate", AMOUNT, SL__TR_NOOP("a number of pictures a second, as 0.5"), NULL},
    {"choose", TEXT, SL__TR_NOOP("\"even\" or \"scenes\""), NULL},
    {"transcode", BOOLEAN, SL__TR_NOOP("true or false"), NULL},
    {NULL, 0, NULL, NULL},
};

static const struct member files_members[] = {
    {"policy", TEXT, SL__TR_NOOP("\"auto\", \"always\" or \"never\""), NULL},
    {"delete_after_use", BOOLEAN, SL__TR_NOOP("true or false"), NULL},
    {NULL, 0, NULL, NULL},
};

static const struct member top_members[] = {
    {"provider", TEXT, SL__TR_NOOP("a string, the name of a provider"), NULL},
    {"providers", MAP,
     SL__TR_NOOP("an object, with an object like {\"base_url\": \"…\"} for each provider"),
     provider_members},
    {"models", MAP,
     SL__TR_NOOP("an object, with an object like {\"context\": 32000} for each model"),
     model_members},
    {"budget", OBJECT, SL__TR_NOOP("an object like {\"request\": 0.1, \"day\": 2}"),
     budget_members},
    {"consent", BOOLEAN, SL__TR_NOOP("true or false"), NULL},
    {"video", OBJECT, SL__TR_NOOP("an object like {\"part_seconds\": 60}"), video_members},
    {"urls", TEXT, SL__TR_NOOP("\"auto\", \"pass\" or \"fetch\""), NULL},
    {"files", OBJECT, SL__TR_NOOP("an object like {\"policy\": \"never\"}"), files_members},
    {"detail", TEXT_OR_NULL, SL__TR_NOOP("\"low\", \"high\", \"auto\" or null"), NULL},
    {"effort", TEXT_OR_NULL, SL__TR_NOOP("\"low\", \"medium\", \"high\" or null"), NULL},
    {"language", TEXT_OR_NULL, SL__TR_NOOP("a string or null"), NULL},
    {"tasks_dir", TEXT_OR_NULL, SL__TR_NOOP("a string, the path of a folder"), NULL},
    {NULL, 0, NULL, NULL},
};

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left to read the configuration");
}

static bool all_are(const cJSON *list, cJSON_bool (*is)(const cJSON *))
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (!is(item))
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
    case TEXTS:
        return cJSON_IsArray(value) && value->child && all_are(value, cJSON_IsString) &&
               *value->child->valuestring;
    case BOOLEAN:
        return cJSON_IsBool(value);
    case AMOUNT:
        return cJSON_IsNumber(value) && value->valuedouble >= 0 && isfinite(value->valuedouble);
    case ANY_OBJECT:
    case OBJECT:
        return cJSON_IsObject(value);
    case MAP:
        return cJSON_IsObject(value) && all_are(value, cJSON_IsObject);
    }
    return false;
}

static const struct member *find_member(const struct member *table, const char *name)
{
    while (table->name && strcmp(table->name, name) != 0)
        table++;
    return table->name ? table : NULL;
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

/* Says what is wrong with a member, or that nobody knows it. */
static int complain(struct reading *reading, size_t depth, const char *name,
                    const struct member *member)
{
    if (!member && reading->config->warning_count == MAX_WARNINGS)
        return 0;
    reading->path[depth] = name;
    reading->path[depth + 1] = NULL;
    size_t offset = sl__json_find(reading->text, reading->path);
    size_t line = sl__json_place(reading->text, offset).line;
    if (!member)
        return warn_unknown(reading, line, name);
    return sl_error_set(reading->error, SL_E_CONFIG, "%s:%zu: “%s” must be %s",
                        reading->config->path, line, name, sl__tr(member->expected));
}

static int check_members(struct reading *reading, const cJSON *object, const struct member *table,
                         size_t depth);

static int check_below(struct reading *reading, const cJSON *value, const struct member *member,
                       size_t depth)
{
    const cJSON *entry;
    int code = 0;
    reading->path[depth] = value->string;
    if (member->kind == OBJECT)
        return check_members(reading, value, member->members, depth + 1);
    cJSON_ArrayForEach(entry, value)
    {
        reading->path[depth + 1] = entry->string;
        if (!code)
            code = check_members(reading, entry, member->members, depth + 2);
    }
    return code;
}

static int check_members(struct reading *reading, const cJSON *object, const struct member *table,
                         size_t depth)
{
    const cJSON *value;
    int code = 0;
    cJSON_ArrayForEach(value, object)
    {
        const struct member *member = find_member(table, value->string);
        if (code)
            break;
        if (!member || !has_kind(value, member->kind))
            code = complain(reading, depth, value->string, member);
        else if (member->members)
            code = check_below(reading, value, member, depth);
    }
    return code;
}

static int parse(struct reading *reading, size_t len, cJSON **root)
{
    size_t at = 0;
    *root = sl__json_parse(reading->text, len, &at);
    if (cJSON_IsObject(*root))
        return check_members(reading, *root, top_members, 0);
    if (!*root && errno == ENOMEM)
        return sl_error_set(reading->error, SL_E_NOMEM, "%s: there is no memory left",
                            reading->config->path);
    struct sl__place place = sl__json_place(reading->text, at);
    if (*root)
        return sl_error_set(reading->error, SL_E_CONFIG, "%s: the file must hold an object: { … }",
                            reading->config->path);
    return sl_error_set(reading->error, SL_E_CONFIG,
                        "%s: broken JSON at line %zu, column %zu; mend it or move the file away",
                        reading->config->path, place.line, place.column);
}

int sl__config_file_read(struct sl_config *config, cJSON **root, struct sl_error *error)
{
    struct sl__buf text = SL__BUF_SECRET(SL__MAX_CONFIG);
    struct stat status = {0};
    struct reading reading = {.config = config, .error = error};
    *root = NULL;
    int code = sl__file_read(config->path, &text, &config->exists, &status, error);
    config->private = (status.st_mode & 077) == 0;
    reading.text = sl__buf_text(&text);
    if (!code && !sl__utf8_is_valid(reading.text, text.len))
        code =
            sl_error_set(error, SL_E_CONFIG, "%s: the file is not UTF-8; convert it", config->path);
    if (!code && config->exists)
        code = parse(&reading, text.len, root);
    sl__buf_wipe(&text);
    return code;
}
