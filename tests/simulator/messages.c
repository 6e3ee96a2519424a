/* The body of a request to the Messages API, and the answer's way out. */
#include "messages.h"

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "fields.h"
#include "messages_blocks.h"
#include "messages_stream.h"
#include "messages_whole.h"

static const char *const efforts[] = {"low", "medium", "high", NULL};

static bool is_schema(struct query *query, const cJSON *value, const char *name,
                      const struct field *field, struct failure *failure)
{
    query->json = JSON_SCHEMA;
    query->schema = value;
    return is_object(query, value, name, field, failure);
}

static bool is_tool_schema(struct query *query, const cJSON *value, const char *name,
                           const struct field *field, struct failure *failure)
{
    const char *type = string_in(value, "type");
    (void)query, (void)field;
    return (type && !strcmp(type, "object")) ||
           refuse(failure, "%s must be a JSON Schema with the type \"object\"", name);
}

static bool are_tools(struct query *query, const cJSON *value, const char *name,
                      const struct field *field, struct failure *failure)
{
    static const struct field tool_fields[] = {
        {.name = "name", .check = is_text, .required = true},
        {.name = "description", .check = is_text},
        {.name = "input_schema", .check = is_tool_schema, .required = true},
        {.name = "type", .check = is_text, .of = ANTHROPIC},
        {.name = "strict", .check = is_flag, .of = ANTHROPIC},
        {.name = "cache_control", .check = is_object, .of = ANTHROPIC, .nullable = true},
        {0},
    };
    const struct field tools = {.fields = tool_fields};
    const cJSON *tool;
    (void)field;
    if (!are_fields(query, value, name, &tools, failure))
        return false;
    cJSON_ArrayForEach(tool, value)
    {
        if (!query_add_tool(query, string_in(tool, "name"),
                            cJSON_GetObjectItemCaseSensitive(tool, "input_schema"), name, failure))
            return false;
    }
    return true;
}

static bool is_chosen(struct query *query, const cJSON *value, const char *name,
                      const struct field *field, struct failure *failure)
{
    if (!is_text(query, value, name, field, failure))
        return false;
    for (size_t i = 0; i < query->tool_count; i++) {
        if (!strcmp(query->tools[i].name, value->valuestring))
            query->chosen = &query->tools[i];
    }
    return query->chosen ||
           refuse(failure, "%s: there is no tool named %s", name, value->valuestring);
}

static bool is_tool_choice(struct query *query, const cJSON *value, const char *name,
                           const struct field *field, struct failure *failure)
{
    static const struct field plain[] = {
        {.name = "type", .check = is_text},
        {.name = "disable_parallel_tool_use", .check = is_flag},
        {0},
    };
    static const struct field tool[] = {
        {.name = "type", .check = is_text},
        {.name = "name", .check = is_chosen, .required = true},
        {.name = "disable_parallel_tool_use", .check = is_flag},
        {0},
    };
    static const struct variant kinds[] = {
        {"auto", plain, 0}, {"any", plain, 0}, {"none", plain, 0}, {"tool", tool, 0}, {0}};
    (void)field;
    if (!check_variant(query, value, name, "type", kinds, failure))
        return false;
    const char *type = string_in(value, "type");
    query->choice = !strcmp(type, "auto")   ? CALL_IF_WANTED
                    : !strcmp(type, "none") ? CALL_NEVER
                                            : CALL_ALWAYS;
    query->one_at_a_time =
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(value, "disable_parallel_tool_use"));
    return true;
}

static const struct field format[] = {
    {.name = "type", .check = is_text, .required = true},
    {.name = "schema", .check = is_schema, .required = true},
    {0},
};

static const struct field output_config[] = {
    {.name = "effort", .check = is_word, .words = efforts},
    {.name = "format", .check = is_fields, .of = ANTHROPIC, .nullable = true, .fields = format},
    {0},
};

static const struct field fields[] = {
    {.name = "model", .check = is_model, .required = true},
    {.name = "max_tokens", .check = is_integer, .min = 1, .max = 1e6},
    {.name = "system", .check = is_system},
    {.name = "tools", .check = are_tools},
    {.name = "messages", .check = are_messages, .required = true},
    {.name = "output_config", .check = is_fields, .fields = output_config},
    {.name = "stream", .check = is_flag},
    {.name = "temperature", .check = is_number, .min = 0, .max = 2},
    {.name = "top_p", .check = is_number, .min = 1e-9, .max = 1},
    {.name = "top_k", .check = is_integer, .min = 0, .max = 500},
    {.name = "stop_sequences", .check = are_texts},
    {.name = "tool_choice", .check = is_tool_choice, .of = ANTHROPIC},
    {.name = "thinking", .check = is_object, .of = ANTHROPIC},
    {.name = "metadata", .check = is_object, .of = ANTHROPIC},
    {.name = "service_tier", .check = is_text, .of = ANTHROPIC},
    {.name = "cache_control", .check = is_object, .of = ANTHROPIC},
    {0},
};

static const cJSON *item(const struct query *query, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(query->body, name);
}

static bool read_query(struct query *query, const struct request *request, bool counting,
                       struct failure *failure)
{
    if (!query_init(query, request, failure) ||
        !check_fields(query, query->body, "", fields, failure))
        return false;
    if (!counting && !item(query, "max_tokens"))
        return refuse(failure, "Missing required parameter: max_tokens");
    if (!query_check_model(query, string_in(item(query, "output_config"), "effort"), failure))
        return false;
    query->stream = cJSON_IsTrue(item(query, "stream"));
    query->stop = item(query, "stop_sequences");
    if (!counting)
        query->max_tokens = (long)item(query, "max_tokens")->valuedouble;
    return true;
}

bool messages_answer(struct reply *reply, const char *path)
{
    struct failure failure = {0};
    struct query *query = must_alloc(sizeof *query);
    bool good;
    (void)path;
    if (!read_query(query, reply->request, false, &failure)) {
        good = reply_failure(reply, &failure);
    } else {
        struct answer answer;
        answer_init(&answer, query, PROTOCOL_MESSAGES);
        good = (query->stream ? messages_stream : messages_whole)(reply, &answer);
        answer_release(&answer);
    }
    query_release(query);
    free(query);
    return good;
}

bool messages_count(struct reply *reply, const char *path)
{
    struct failure failure = {0};
    struct query *query = must_alloc(sizeof *query);
    bool good;
    (void)path;
    if (!read_query(query, reply->request, true, &failure)) {
        good = reply_failure(reply, &failure);
    } else {
        cJSON *object = cJSON_CreateObject();
        cJSON_AddNumberToObject(object, "input_tokens", (double)query_prompt_tokens(query));
        good = reply_json(reply, object);
    }
    query_release(query);
    free(query);
    return good;
}
