/* The body of a chat request, and the answer's way out. */
#include "chat.h"

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "chat_messages.h"
#include "chat_stream.h"
#include "chat_tools.h"
#include "chat_whole.h"
#include "fields.h"

#define OTHERS (AIMLAPI | OPENROUTER | LOCAL)

static const char *const efforts[] = {"low", "medium", "high", NULL};
static const char *const reasoning_formats[] = {"general", "deepseek-style", NULL};

static bool is_schema_format(struct query *query, const cJSON *value, const char *name,
                             const struct field *field, struct failure *failure)
{
    static const struct field fields[] = {
        {.name = "name", .check = is_text, .required = true},
        {.name = "schema", .check = is_object, .of = OTHERS},
        {.name = "schema", .check = is_object, .of = STEPFUN, .required = true},
        {.name = "strict", .check = is_flag, .nullable = true},
        {.name = "description", .check = is_text, .of = OTHERS},
        {0},
    };
    (void)field;
    query->json = JSON_SCHEMA;
    query->schema = cJSON_GetObjectItemCaseSensitive(value, "schema");
    return check_fields(query, value, name, fields, failure);
}

static bool is_format(struct query *query, const cJSON *value, const char *name,
                      const struct field *field, struct failure *failure)
{
    static const struct field plain[] = {{.name = "type", .check = is_text}, {0}};
    static const struct field schema[] = {
        {.name = "type", .check = is_text},
        {.name = "json_schema", .check = is_schema_format, .required = true},
        {0},
    };
    static const struct variant formats[] = {
        {"text", plain, 0}, {"json_object", plain, 0}, {"json_schema", schema, 0}, {0}};
    (void)field;
    if (!check_variant(query, value, name, "type", formats, failure))
        return false;
    if (!strcmp(string_in(value, "type"), "json_object"))
        query->json = JSON_OBJECT;
    return query->json != JSON_SCHEMA || query->request->plan.no_schema < 0 ||
           refuse(failure, "%s.type json_schema is not supported by this model", name);
}

static const struct field stream_options[] = {
    {.name = "include_usage", .check = is_flag, .required = true}, {0}};

static const struct field reasoning[] = {
    {.name = "effort", .check = is_word, .words = efforts},
    {.name = "max_tokens", .check = is_integer, .min = 1, .max = 1e6},
    {.name = "exclude", .check = is_flag},
    {.name = "enabled", .check = is_flag, .of = OPENROUTER},
    {0},
};

static const struct field fields[] = {
    {.name = "model", .check = is_model, .required = true},
    {.name = "tools", .check = are_chat_tools},
    {.name = "messages", .check = are_chat_messages, .required = true},
    {.name = "max_tokens", .check = is_integer, .min = 1, .max = 1e6},
    {.name = "max_completion_tokens", .check = is_integer, .of = OTHERS, .min = 1, .max = 1e6},
    {.name = "temperature", .check = is_number, .min = 0, .max = 2},
    {.name = "top_p", .check = is_number, .min = 0, .max = 1},
    {.name = "top_k", .check = is_integer, .of = OPENROUTER | LOCAL, .min = -1, .max = 1e6},
    {.name = "min_p", .check = is_number, .of = OPENROUTER | LOCAL, .min = 0, .max = 1},
    {.name = "n",
     .check = is_integer,
     .of = STEPFUN | AIMLAPI | LOCAL,
     .min = 1,
     .max = QUERY_MAX_N},
    {.name = "stream", .check = is_flag},
    {.name = "stream_options", .check = is_fields, .of = OTHERS, .fields = stream_options},
    {.name = "stop", .check = is_text_or_texts},
    {.name = "seed", .check = is_integer, .of = OTHERS, .min = -9e15, .max = 9e15},
    {.name = "frequency_penalty", .check = is_number, .min = -2, .max = 2},
    {.name = "presence_penalty", .check = is_number, .of = OTHERS, .min = -2, .max = 2},
    {.name = "repetition_penalty",
     .check = is_number,
     .of = OPENROUTER | LOCAL,
     .min = 0,
     .max = 2},
    {.name = "logprobs", .check = is_flag, .of = OTHERS},
    {.name = "top_logprobs", .check = is_integer, .of = OTHERS, .min = 0, .max = 20},
    {.name = "logit_bias", .check = is_object, .of = OPENROUTER | LOCAL},
    {.name = "response_format", .check = is_format},
    {.name = "reasoning_format", .check = is_word, .of = STEPFUN, .words = reasoning_formats},
    {.name = "reasoning_effort", .check = is_word, .of = STEPFUN, .words = efforts},
    {.name = "reasoning", .check = is_fields, .of = AIMLAPI | OPENROUTER, .fields = reasoning},
    {.name = "tool_choice", .check = is_chat_tool_choice},
    {.name = "parallel_tool_calls", .check = is_flag, .of = OTHERS},
    {.name = "normalize_tool_schemas", .check = is_flag, .of = AIMLAPI},
    {.name = "chat_template_kwargs", .check = is_object, .of = LOCAL},
    {.name = "user", .check = is_text, .of = OPENROUTER | LOCAL},
    {.name = "usage", .check = is_object, .of = OPENROUTER},
    {.name = "provider", .check = is_object, .of = OPENROUTER},
    {0},
};

static const cJSON *item(const struct query *query, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(query->body, name);
}

static long number(const cJSON *value, long otherwise)
{
    return cJSON_IsNumber(value) ? (long)value->valuedouble : otherwise;
}

static void take_options(struct query *query)
{
    const cJSON *thinking = item(query, "reasoning"),
                *parallel = item(query, "parallel_tool_calls");
    query->stream = cJSON_IsTrue(item(query, "stream"));
    query->max_tokens =
        number(item(query, "max_completion_tokens"), number(item(query, "max_tokens"), -1));
    query->n = number(item(query, "n"), 1);
    query->stop = item(query, "stop");
    query->logprobs = cJSON_IsTrue(item(query, "logprobs"));
    query->one_at_a_time = cJSON_IsFalse(parallel);
    query->no_reasoning = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(thinking, "exclude"));
    query->reasoning_tokens = number(cJSON_GetObjectItemCaseSensitive(thinking, "max_tokens"), -1);
}

/* What no field can say alone. */
static bool check_together(const struct query *query, struct failure *failure)
{
    if (item(query, "max_tokens") && item(query, "max_completion_tokens"))
        return refuse(failure, "max_tokens and max_completion_tokens exclude each other");
    if (item(query, "top_logprobs") && !cJSON_IsTrue(item(query, "logprobs")))
        return refuse(failure, "top_logprobs needs logprobs");
    if (item(query, "tool_choice") && query->choice == CALL_ALWAYS && !query->tool_count)
        return refuse(failure, "tool_choice needs tools");
    return query_check_model(query, string_in(query->body, "reasoning_effort"), failure);
}

static bool read_query(struct query *query, const struct request *request, struct failure *failure)
{
    if (!query_init(query, request, failure) ||
        !check_fields(query, query->body, "", fields, failure) || !check_together(query, failure))
        return false;
    take_options(query);
    return true;
}

bool chat_answer(struct reply *reply, const char *path)
{
    struct failure failure = {0};
    struct query *query = must_alloc(sizeof *query);
    bool good;
    (void)path;
    if (!read_query(query, reply->request, &failure)) {
        good = reply_failure(reply, &failure);
    } else {
        struct answer answer;
        answer_init(&answer, query, PROTOCOL_CHAT);
        good = (query->stream ? chat_stream : chat_whole)(reply, &answer);
        answer_release(&answer);
    }
    query_release(query);
    free(query);
    return good;
}

static bool read_counted(struct query *query, const struct request *request,
                         struct failure *failure)
{
    static const struct field counted[] = {
        {.name = "model", .check = is_model, .required = true},
        {.name = "messages", .check = are_chat_messages, .required = true},
        {0},
    };
    return query_init(query, request, failure) &&
           check_fields(query, query->body, "", counted, failure) &&
           query_check_model(query, NULL, failure);
}

bool chat_count(struct reply *reply, const char *path)
{
    struct failure failure = {0};
    struct query *query = must_alloc(sizeof *query);
    bool good;
    (void)path;
    if (!read_counted(query, reply->request, &failure)) {
        good = reply_failure(reply, &failure);
    } else {
        cJSON *object = cJSON_CreateObject();
        cJSON_AddNumberToObject(cJSON_AddObjectToObject(object, "data"), "total_tokens",
                                (double)query_prompt_tokens(query));
        good = reply_json(reply, object);
    }
    query_release(query);
    free(query);
    return good;
}
