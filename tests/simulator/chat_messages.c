/* Messages and their content. */
#include "chat_messages.h"

#include <stdio.h>
#include <string.h>

#include "chat_tools.h"
#include "media.h"

#define OTHERS (AIMLAPI | OPENROUTER | LOCAL)

static bool is_image_url(struct query *query, const cJSON *value, const char *name,
                         const struct field *field, struct failure *failure)
{
    static const char *const details[] = {"low", "high", NULL};
    static const char *const more_details[] = {"low", "high", "auto", NULL};
    static const struct field fields[] = {
        {.name = "url", .check = is_text, .required = true},
        {.name = "detail", .check = is_word, .words = more_details, .of = AIMLAPI | OPENROUTER},
        {.name = "detail", .check = is_word, .words = details, .of = STEPFUN},
        {0},
    };
    (void)field;
    if (!check_fields(query, value, name, fields, failure))
        return false;
    const char *detail = string_in(value, "detail");
    return media_add_picture(query, string_in(value, "url"), detail && !strcmp(detail, "high"),
                             name, failure);
}

static bool is_video_url(struct query *query, const cJSON *value, const char *name,
                         const struct field *field, struct failure *failure)
{
    static const struct field fields[] = {{.name = "url", .check = is_text, .required = true}, {0}};
    (void)field;
    return check_fields(query, value, name, fields, failure) &&
           media_add_video(query, string_in(value, "url"), name, failure);
}

static bool is_audio(struct query *query, const cJSON *value, const char *name,
                     const struct field *field, struct failure *failure)
{
    (void)query, (void)value, (void)field;
    return refuse(failure, "%s: no model here takes input_audio", name);
}

static bool is_user_content(struct query *query, const cJSON *value, const char *name,
                            const struct field *field, struct failure *failure)
{
    static const struct field text[] = {
        {.name = "type", .check = is_text},
        {.name = "text", .check = is_asked_text, .required = true},
        {0},
    };
    static const struct field image[] = {
        {.name = "type", .check = is_text},
        {.name = "image_url", .check = is_image_url, .required = true},
        {0},
    };
    static const struct field video[] = {
        {.name = "type", .check = is_text},
        {.name = "video_url", .check = is_video_url, .required = true},
        {0},
    };
    static const struct field audio[] = {
        {.name = "type", .check = is_text},
        {.name = "input_audio", .check = is_audio, .required = true},
        {0},
    };
    static const struct variant parts[] = {{"text", text, 0},
                                           {"image_url", image, 0},
                                           {"video_url", video, STEPFUN | AIMLAPI | OPENROUTER},
                                           {"input_audio", audio, STEPFUN},
                                           {0}};
    if (cJSON_IsArray(value))
        return check_variants(query, value, name, "type", parts, failure);
    if (cJSON_IsString(value))
        return is_asked_text(query, value, name, field, failure);
    return refuse(failure, "%s must be a string or an array", name);
}

/* A string; with others than StepFun also an array of texts. */
static bool is_plain_content(struct query *query, const cJSON *value, const char *name,
                             const struct field *field, struct failure *failure)
{
    static const struct field text[] = {
        {.name = "type", .check = is_text},
        {.name = "text", .check = is_counted_text, .required = true},
        {0},
    };
    static const struct variant parts[] = {{"text", text, 0}, {0}};
    if (cJSON_IsArray(value) && query->providers != STEPFUN)
        return check_variants(query, value, name, "type", parts, failure);
    return is_counted_text(query, value, name, field, failure);
}

static bool is_result(struct query *query, const cJSON *value, const char *name,
                      const struct field *field, struct failure *failure)
{
    if (cJSON_IsString(value)) {
        query_add_result(query, value->valuestring);
        return true;
    }
    const cJSON *first = cJSON_GetArrayItem(value, 0);
    if (!is_plain_content(query, value, name, field, failure))
        return false;
    query_add_result(query, string_in(first, "text"));
    return true;
}

static const struct field system_fields[] = {
    {.name = "role", .check = is_text},
    {.name = "content", .check = is_plain_content, .required = true},
    {.name = "name", .check = is_text, .of = OTHERS},
    {0},
};
static const struct field user_fields[] = {
    {.name = "role", .check = is_text},
    {.name = "content", .check = is_user_content, .required = true},
    {.name = "name", .check = is_text, .of = OTHERS},
    {0},
};
static const struct field assistant_fields[] = {
    {.name = "role", .check = is_text},
    {.name = "content", .check = is_plain_content, .nullable = true},
    {.name = "reasoning",
     .check = is_counted_text,
     .of = STEPFUN | OPENROUTER | LOCAL,
     .nullable = true},
    {.name = "reasoning_content",
     .check = is_counted_text,
     .of = STEPFUN | LOCAL,
     .nullable = true},
    {.name = "reasoning_details", .check = is_array, .of = OPENROUTER},
    {.name = "tool_calls", .check = are_chat_calls},
    {.name = "refusal", .check = is_counted_text, .of = OTHERS, .nullable = true},
    {.name = "name", .check = is_text, .of = OTHERS},
    {0},
};
static const struct field tool_fields[] = {
    {.name = "role", .check = is_text},
    {.name = "content", .check = is_result, .required = true},
    {.name = "tool_call_id", .check = is_ended_call, .required = true},
    {.name = "name", .check = is_text, .of = OTHERS, .nullable = true},
    {0},
};
static const struct variant roles[] = {
    {"system", system_fields, 0}, {"developer", system_fields, OTHERS},
    {"user", user_fields, 0},     {"assistant", assistant_fields, 0},
    {"tool", tool_fields, 0},     {0},
};

static bool is_of(const cJSON *message, const char *role)
{
    const char *its = string_in(message, "role");
    return its && !strcmp(its, role);
}

/* An assistant's message says something or calls something. */
static bool says_something(const cJSON *message)
{
    const cJSON *content = cJSON_GetObjectItemCaseSensitive(message, "content");
    return !is_of(message, "assistant") || (content && !cJSON_IsNull(content)) ||
           cJSON_HasObjectItem(message, "tool_calls") || cJSON_HasObjectItem(message, "refusal");
}

static bool check_message(struct query *query, const cJSON *message, const char *where,
                          struct failure *failure)
{
    if (!is_of(message, "tool") && !query_check_calls(query, failure))
        return false;
    if (is_of(message, "user")) {
        text_release(&query->asked);
        query->user_messages++;
    }
    if (!check_variant(query, message, where, "role", roles, failure))
        return false;
    query_end_message(query, message);
    return says_something(message) ||
           refuse(failure, "%s has neither content nor tool_calls", where);
}

bool are_chat_messages(struct query *query, const cJSON *value, const char *name,
                       const struct field *field, struct failure *failure)
{
    const cJSON *message;
    int i = 0;
    if (!is_array(query, value, name, field, failure))
        return false;
    cJSON_ArrayForEach(message, value)
    {
        char where[64];
        snprintf(where, sizeof where, "%s[%d]", name, i++);
        if (!check_message(query, message, where, failure))
            return false;
    }
    if (!query->user_messages)
        return refuse(failure, "%s must hold at least one of the user", name);
    return query_check_calls(query, failure);
}
