/* The tools of a chat request. */
#include "chat_tools.h"

#include <string.h>

#include "query.h"
#include "syntax.h"

#define OTHERS (AIMLAPI | OPENROUTER | LOCAL)

static bool is_schema(struct query *query, const cJSON *value, const char *name,
                      const struct field *field, struct failure *failure)
{
    const char *type = string_in(value, "type");
    (void)query, (void)field;
    return (type && !strcmp(type, "object")) ||
           refuse(failure, "%s must be a JSON Schema with the type \"object\"", name);
}

static bool is_function(struct query *query, const cJSON *value, const char *name,
                        const struct field *field, struct failure *failure)
{
    static const struct field fields[] = {
        {.name = "name", .check = is_text, .required = true},
        {.name = "description", .check = is_text},
        {.name = "parameters", .check = is_schema},
        {.name = "strict", .check = is_flag, .of = OTHERS, .nullable = true},
        {0},
    };
    (void)field;
    return check_fields(query, value, name, fields, failure) &&
           query_add_tool(query, string_in(value, "name"),
                          cJSON_GetObjectItemCaseSensitive(value, "parameters"), name, failure);
}

static const struct field function_tool[] = {
    {.name = "type", .check = is_text},
    {.name = "function", .check = is_function, .required = true},
    {0},
};

/* StepFun runs these itself; here nobody does. */
static const struct field server_tool[] = {
    {.name = "type", .check = is_text}, {.name = "function", .check = is_object}, {0}};

bool are_chat_tools(struct query *query, const cJSON *value, const char *name,
                    const struct field *field, struct failure *failure)
{
    static const struct variant kinds[] = {{"function", function_tool, 0},
                                           {"web_search", server_tool, STEPFUN},
                                           {"retrieval", server_tool, STEPFUN},
                                           {0}};
    (void)field;
    return check_variants(query, value, name, "type", kinds, failure);
}

static bool is_chosen(struct query *query, const cJSON *value, const char *name,
                      const struct field *field, struct failure *failure)
{
    static const struct field fields[] = {{.name = "name", .check = is_text, .required = true},
                                          {0}};
    (void)field;
    if (!check_fields(query, value, name, fields, failure))
        return false;
    const char *wanted = string_in(value, "name");
    for (size_t i = 0; i < query->tool_count; i++) {
        if (!strcmp(query->tools[i].name, wanted))
            query->chosen = &query->tools[i];
    }
    return query->chosen || refuse(failure, "%s: there is no tool named %s", name, wanted);
}

bool is_chat_tool_choice(struct query *query, const cJSON *value, const char *name,
                         const struct field *field, struct failure *failure)
{
    static const struct field chosen[] = {
        {.name = "type", .check = is_text},
        {.name = "function", .check = is_chosen, .required = true},
        {0},
    };
    static const struct variant kinds[] = {{"function", chosen, OTHERS}, {0}};
    static const char *const words[] = {"auto", "none", "required", NULL};
    static const char *const strict_words[] = {"auto", NULL};
    const struct field choice = {.words = query->providers == STEPFUN ? strict_words : words};
    (void)field;
    if (cJSON_IsObject(value) && query->providers != STEPFUN) {
        query->choice = CALL_ALWAYS;
        return check_variant(query, value, name, "type", kinds, failure);
    }
    if (!is_word(query, value, name, &choice, failure))
        return false;
    if (!strcmp(value->valuestring, "none"))
        query->choice = CALL_NEVER;
    if (!strcmp(value->valuestring, "required"))
        query->choice = CALL_ALWAYS;
    return true;
}

static bool are_arguments(struct query *query, const cJSON *value, const char *name,
                          const struct field *field, struct failure *failure)
{
    size_t at;
    if (!is_counted_text(query, value, name, field, failure))
        return false;
    return is_json(value->valuestring, strlen(value->valuestring), &at) ||
           refuse(failure, "%s must be JSON", name);
}

bool are_chat_calls(struct query *query, const cJSON *value, const char *name,
                    const struct field *field, struct failure *failure)
{
    static const char *const types[] = {"function", NULL};
    static const struct field function[] = {
        {.name = "name", .check = is_text, .required = true},
        {.name = "arguments", .check = are_arguments, .required = true},
        {0},
    };
    static const struct field fields[] = {
        {.name = "id", .check = is_call_id, .required = true},
        {.name = "type", .check = is_word, .required = true, .words = types},
        {.name = "function", .check = is_fields, .required = true, .fields = function},
        {.name = "index", .check = is_integer, .min = 0, .max = 1e6, .of = OPENROUTER},
        {0},
    };
    const struct field calls = {.fields = fields};
    (void)field;
    if (!cJSON_GetArraySize(value))
        return refuse(failure, "%s must be an array that is not empty", name);
    query->calling_messages++;
    return are_fields(query, value, name, &calls, failure);
}
