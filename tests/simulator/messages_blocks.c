/* Messages and their content blocks. */
#include "messages_blocks.h"

#include <stdio.h>
#include <string.h>

#include "media.h"

#define CACHE_CONTROL                                                                              \
    {                                                                                              \
        .name = "cache_control", .check = is_object, .of = ANTHROPIC, .nullable = true             \
    }

static const struct field counted_text[] = {
    {.name = "type", .check = is_text},
    {.name = "text", .check = is_counted_text, .required = true},
    {.name = "citations", .check = is_anything, .of = ANTHROPIC},
    CACHE_CONTROL,
    {0},
};

bool is_system(struct query *query, const cJSON *value, const char *name, const struct field *field,
               struct failure *failure)
{
    static const struct variant blocks[] = {{"text", counted_text, 0}, {0}};
    if (cJSON_IsArray(value))
        return check_variants(query, value, name, "type", blocks, failure);
    return is_counted_text(query, value, name, field, failure);
}

static bool is_source(struct query *query, const cJSON *value, const char *name,
                      const struct field *field, struct failure *failure)
{
    static const char *const mimes[] = {"image/jpeg", "image/png", "image/gif", "image/webp", NULL};
    static const struct field url[] = {
        {.name = "type", .check = is_text},
        {.name = "url", .check = is_text, .required = true},
        {0},
    };
    static const struct field base64[] = {
        {.name = "type", .check = is_text},
        {.name = "media_type", .check = is_word, .required = true, .words = mimes},
        {.name = "data", .check = is_text, .required = true},
        {0},
    };
    static const struct variant sources[] = {{"url", url, 0}, {"base64", base64, 0}, {0}};
    (void)field;
    if (!check_variant(query, value, name, "type", sources, failure))
        return false;
    const char *at = string_in(value, "url");
    if (!at)
        return media_add_base64(query, string_in(value, "media_type"), string_in(value, "data"),
                                name, failure);
    if (strncmp(at, "http://", 7) != 0 && strncmp(at, "https://", 8) != 0)
        return refuse(failure, "%s.url must begin with http:// or https://", name);
    return media_add_picture(query, at, false, name, failure);
}

static const struct field image[] = {
    {.name = "type", .check = is_text},
    {.name = "source", .check = is_source, .required = true},
    CACHE_CONTROL,
    {0},
};

static bool is_result(struct query *query, const cJSON *value, const char *name,
                      const struct field *field, struct failure *failure)
{
    static const struct variant blocks[] = {{"text", counted_text, 0}, {"image", image, 0}, {0}};
    const cJSON *block;
    const char *text = cJSON_GetStringValue(value);
    (void)field;
    if (!text && !check_variants(query, value, name, "type", blocks, failure))
        return false;
    cJSON_ArrayForEach(block, value)
    {
        text = text ? text : string_in(block, "text");
    }
    query_add_result(query, text ? text : "");
    return true;
}

static bool is_user_content(struct query *query, const cJSON *value, const char *name,
                            const struct field *field, struct failure *failure)
{
    static const struct field text[] = {
        {.name = "type", .check = is_text},
        {.name = "text", .check = is_asked_text, .required = true},
        CACHE_CONTROL,
        {0},
    };
    static const struct field result[] = {
        {.name = "type", .check = is_text},
        {.name = "tool_use_id", .check = is_ended_call, .required = true},
        {.name = "content", .check = is_result},
        {.name = "is_error", .check = is_flag},
        CACHE_CONTROL,
        {0},
    };
    static const struct variant blocks[] = {
        {"text", text, 0}, {"image", image, 0}, {"tool_result", result, 0}, {0}};
    if (cJSON_IsString(value))
        return is_asked_text(query, value, name, field, failure);
    return check_variants(query, value, name, "type", blocks, failure);
}

static bool is_assistant_content(struct query *query, const cJSON *value, const char *name,
                                 const struct field *field, struct failure *failure)
{
    static const struct field call[] = {
        {.name = "type", .check = is_text},
        {.name = "id", .check = is_call_id, .required = true},
        {.name = "name", .check = is_text, .required = true},
        {.name = "input", .check = is_object, .required = true},
        CACHE_CONTROL,
        {0},
    };
    static const struct field thinking[] = {
        {.name = "type", .check = is_text},
        {.name = "thinking", .check = is_counted_text, .required = true},
        {.name = "signature", .check = is_text, .required = true},
        {0},
    };
    static const struct variant blocks[] = {
        {"text", counted_text, 0}, {"tool_use", call, 0}, {"thinking", thinking, ANTHROPIC}, {0}};
    if (cJSON_IsString(value))
        return is_counted_text(query, value, name, field, failure);
    return check_variants(query, value, name, "type", blocks, failure);
}

static const struct field user_fields[] = {
    {.name = "role", .check = is_text},
    {.name = "content", .check = is_user_content, .required = true},
    {0},
};
static const struct field assistant_fields[] = {
    {.name = "role", .check = is_text},
    {.name = "content", .check = is_assistant_content, .required = true},
    {0},
};
static const struct variant roles[] = {
    {"user", user_fields, 0}, {"assistant", assistant_fields, 0}, {0}};

static bool has_block(const cJSON *message, const char *type)
{
    const cJSON *content = cJSON_GetObjectItemCaseSensitive(message, "content"), *block;
    cJSON_ArrayForEach(block, content)
    {
        const char *its = string_in(block, "type");
        if (its && !strcmp(its, type))
            return true;
    }
    return false;
}

/* A user's message that holds results alone asks nothing. */
static bool asks(const cJSON *message)
{
    return cJSON_IsString(cJSON_GetObjectItemCaseSensitive(message, "content")) ||
           has_block(message, "text") || has_block(message, "image");
}

static bool check_message(struct query *query, const cJSON *message, const char *where,
                          struct failure *failure)
{
    const char *role = string_in(message, "role");
    bool from_user = role && !strcmp(role, "user");
    if (from_user && asks(message)) {
        text_release(&query->asked);
        query->user_messages++;
    }
    if (!from_user && !query_check_calls(query, failure))
        return false;
    if (!check_variant(query, message, where, "role", roles, failure))
        return false;
    query->calling_messages += !from_user && has_block(message, "tool_use");
    query_end_message(query, message);
    return !from_user || query_check_calls(query, failure);
}

bool are_messages(struct query *query, const cJSON *value, const char *name,
                  const struct field *field, struct failure *failure)
{
    const cJSON *message;
    int i = 0;
    if (!is_array(query, value, name, field, failure))
        return false;
    if (!cJSON_GetArraySize(value))
        return refuse(failure, "%s must hold at least one", name);
    cJSON_ArrayForEach(message, value)
    {
        char where[64];
        snprintf(where, sizeof where, "%s[%d]", name, i);
        const char *role = string_in(message, "role");
        if (!i++ && role && strcmp(role, "user") != 0)
            return refuse(failure, "%s: the first message must be the user's", where);
        if (!check_message(query, message, where, failure))
            return false;
    }
    return query_check_calls(query, failure);
}
