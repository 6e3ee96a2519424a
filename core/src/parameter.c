/* The settings of a request: a table, and checks of what is given. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "answer.h"
#include "json.h"
#include "parameter.h"
#include "translate.h"

enum { MOST_STOPS = 16 };
_Static_assert(SL__MAX_ALTERNATIVES == 8, "a sentence below names it");

struct definition {
    struct sl__parameter_row row;
    bool (*fits)(const struct definition *definition, const cJSON *value);
    double least, most; /* of numbers */
    const char *must;   /* what the value must be, in words */
};

static bool is_number(const struct definition *definition, const cJSON *value)
{
    return cJSON_IsNumber(value) && value->valuedouble >= definition->least &&
           value->valuedouble <= definition->most;
}

static bool is_whole(const struct definition *definition, const cJSON *value)
{
    return is_number(definition, value) && value->valuedouble == floor(value->valuedouble);
}

static bool is_flag(const struct definition *definition, const cJSON *value)
{
    (void)definition;
    return cJSON_IsBool(value);
}

static bool is_filled(const cJSON *value)
{
    return cJSON_IsString(value) && *value->valuestring;
}

static bool is_stop(const struct definition *definition, const cJSON *value)
{
    (void)definition;
    const cJSON *item;
    bool good = is_filled(value) || cJSON_IsArray(value);
    int count = cJSON_IsArray(value) ? cJSON_GetArraySize(value) : 1;
    cJSON_ArrayForEach(item, value)
    {
        good = good && is_filled(item);
    }
    return good && count > 0 && count <= MOST_STOPS;
}

static bool is_choice(const struct definition *definition, const cJSON *value)
{
    static const char *const words[] = {"auto", "none", "required"};
    (void)definition;
    bool known = cJSON_IsObject(value);
    for (size_t i = 0; i < sizeof words / sizeof *words && cJSON_IsString(value); i++)
        known = known || strcmp(value->valuestring, words[i]) == 0;
    return known;
}

/* What core itself relies on is not to be changed behind its back. */
static bool is_extra(const struct definition *definition, const cJSON *value)
{
    (void)definition;
    return cJSON_IsObject(value) && !sl__json_member(value, "messages") &&
           !sl__json_member(value, "model") && !sl__json_member(value, "stream");
}

#define LARGEST_WHOLE 9007199254740991.0 /* that a double holds exactly */

#define SAME(name)                                                                                 \
    {                                                                                              \
        name,                                                                                      \
        {                                                                                          \
            name, name                                                                             \
        }                                                                                          \
    }
#define CHAT_ONLY(name)                                                                            \
    {                                                                                              \
        name,                                                                                      \
        {                                                                                          \
            name, NULL                                                                             \
        }                                                                                          \
    }
#define PLACED(name)                                                                               \
    {                                                                                              \
        name,                                                                                      \
        {                                                                                          \
            NULL, NULL                                                                             \
        }                                                                                          \
    }

static const struct definition definitions[SL__PARAMETERS] = {
    [SL__TEMPERATURE] = {SAME("temperature"), is_number, 0, 2, SL__TR_NOOP("a number from 0 to 2")},
    [SL__TOP_P] = {SAME("top_p"), is_number, 0, 1, SL__TR_NOOP("a number from 0 to 1")},
    [SL__TOP_K] = {SAME("top_k"), is_whole, -1, 1000000, SL__TR_NOOP("a whole number")},
    [SL__MAX_TOKENS] = {PLACED("max_tokens"), is_whole, 1, 1e9,
                        SL__TR_NOOP("a whole number from 1 up")},
    [SL__STOP] = {CHAT_ONLY("stop"), is_stop, 0, 0,
                  SL__TR_NOOP("a text or a list of up to 16 texts")},
    [SL__SEED] = {CHAT_ONLY("seed"), is_whole, -LARGEST_WHOLE, LARGEST_WHOLE,
                  SL__TR_NOOP("a whole number")},
    [SL__N] = {CHAT_ONLY("n"), is_whole, 1, SL__MAX_ALTERNATIVES,
               SL__TR_NOOP("a whole number from 1 to 8")},
    [SL__FREQUENCY_PENALTY] = {CHAT_ONLY("frequency_penalty"), is_number, -2, 2,
                               SL__TR_NOOP("a number from -2 to 2")},
    [SL__PRESENCE_PENALTY] = {CHAT_ONLY("presence_penalty"), is_number, -2, 2,
                              SL__TR_NOOP("a number from -2 to 2")},
    [SL__LOGPROBS] = {CHAT_ONLY("logprobs"), is_flag, 0, 0, SL__TR_NOOP("true or false")},
    [SL__TOP_LOGPROBS] = {CHAT_ONLY("top_logprobs"), is_whole, 0, 20,
                          SL__TR_NOOP("a whole number from 0 to 20")},
    [SL__TOOL_CHOICE] = {PLACED("tool_choice"), is_choice, 0, 0,
                         SL__TR_NOOP(
                             "\"auto\", \"none\", \"required\" or an object that names a tool")},
    [SL__PARALLEL_TOOL_CALLS] = {PLACED("parallel_tool_calls"), is_flag, 0, 0,
                                 SL__TR_NOOP("true or false")},
    [SL__REASONING_MAX_TOKENS] = {PLACED("reasoning_max_tokens"), is_whole, 1, 1e9,
                                  SL__TR_NOOP("a whole number from 1 up")},
    [SL__REASONING_EXCLUDE] = {PLACED("reasoning_exclude"), is_flag, 0, 0,
                               SL__TR_NOOP("true or false")},
    [SL__EXTRA] = {PLACED("extra"), is_extra, 0, 0,
                   SL__TR_NOOP("an object without the members messages, model and stream")},
};

const struct sl__parameter_row *sl__parameter_at(enum sl__parameter parameter)
{
    return &definitions[parameter].row;
}

int sl__parameter_find(const char *name)
{
    for (int i = 0; i < SL__PARAMETERS; i++) {
        if (strcmp(definitions[i].row.name, name) == 0)
            return i;
    }
    return -1;
}

static int refuse_name(const char *name, const char *where, struct sl_error *error)
{
    struct sl__buf names = SL__BUF_INIT(1024);
    for (int i = 0; i < SL__PARAMETERS; i++)
        sl__buf_addf(&names, "%s%s", i > 0 ? ", " : "", definitions[i].row.name);
    int code = sl_error_set(error, SL_E_CONFIG, "%s: %s is no setting of a request; use one of %s",
                            where, name, sl__buf_text(&names));
    sl__buf_release(&names);
    return code;
}

int sl__parameter_check(const char *name, const cJSON *value, const char *where,
                        struct sl_error *error)
{
    int parameter = sl__parameter_find(name);
    if (parameter < 0)
        return refuse_name(name, where, error);
    const struct definition *definition = &definitions[parameter];
    if (definition->fits(definition, value))
        return 0;
    return sl_error_set(error, SL_E_CONFIG, "%s: %s must be %s", where, name,
                        sl__tr(definition->must));
}

int sl__settings_merge(cJSON *to, const cJSON *from)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, from)
    {
        cJSON *copy = cJSON_Duplicate(item, true);
        if (!copy)
            return SL_E_NOMEM;
        cJSON_DeleteItemFromObjectCaseSensitive(to, item->string);
        if (!cJSON_AddItemToObject(to, item->string, copy)) {
            cJSON_Delete(copy);
            return SL_E_NOMEM;
        }
    }
    return 0;
}

uint32_t sl__settings_undocumented(const cJSON *settings, const struct sl__abilities *abilities)
{
    uint32_t missing = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, settings)
    {
        int parameter = sl__parameter_find(item->string);
        if (parameter >= 0)
            missing |= SL__BIT(parameter) & ~abilities->parameters;
    }
    return missing;
}
