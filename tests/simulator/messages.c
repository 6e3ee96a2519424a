/* Messages and their content. */
#include "messages.h"

#include <stdio.h>
#include <string.h>

#include "chat.h"
#include "data_url.h"

static bool add_text(struct chat *chat, const cJSON *value, bool from_user)
{
    chat->text_bytes += strlen(value->valuestring);
    if (from_user && chat->asked.len)
        text_adds(&chat->asked, " ");
    if (from_user)
        text_adds(&chat->asked, value->valuestring);
    return true;
}

static bool is_counted_text(struct chat *chat, const cJSON *value, const char *name,
                            const struct field *field, struct failure *failure)
{
    return is_text(chat, value, name, field, failure) && add_text(chat, value, false);
}

static bool is_asked_text(struct chat *chat, const cJSON *value, const char *name,
                          const struct field *field, struct failure *failure)
{
    return is_text(chat, value, name, field, failure) && add_text(chat, value, true);
}

static const char *const details[] = {"low", "high", NULL};

static bool is_picture_url(struct chat *chat, const cJSON *value, const char *name,
                           const struct field *field, struct failure *failure)
{
    if (!is_text(chat, value, name, field, failure))
        return false;
    if (chat->picture_count == CHAT_MAX_PICTURES)
        return refuse(failure, "Too many images: a request takes up to %d", CHAT_MAX_PICTURES);
    struct picture *picture = &chat->pictures[chat->picture_count];
    if (!data_url_picture(picture, value->valuestring, name, failure))
        return false;
    chat->picture_count++;
    chat->picture_bytes += picture->bytes;
    return chat->picture_bytes <= CHAT_MAX_PICTURE_BYTES ||
           refuse(failure, "The images are larger than %d bytes together", CHAT_MAX_PICTURE_BYTES);
}

static bool is_image_url(struct chat *chat, const cJSON *value, const char *name,
                         const struct field *field, struct failure *failure)
{
    static const struct field fields[] = {
        {.name = "url", .check = is_picture_url, .required = true},
        {.name = "detail", .check = is_word, .words = details},
        {0},
    };
    (void)field;
    if (!check_fields(chat, value, name, fields, failure))
        return false;
    const char *detail = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(value, "detail"));
    chat->pictures[chat->picture_count - 1].high_detail = detail && !strcmp(detail, "high");
    return true;
}

struct variant {
    const char *name;
    const struct field *fields; /* NULL: documented, but not simulated */
};

/* An object whose fields depend on the word in its field `key`. */
static bool check_variant(struct chat *chat, const cJSON *object, const char *where,
                          const char *key, const struct variant *variants, struct failure *failure)
{
    if (!cJSON_IsObject(object))
        return refuse(failure, "%s must be an object", where);
    const char *word = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    if (!word)
        return refuse(failure, "Missing required parameter: %s.%s", where, key);
    for (; variants->name; variants++) {
        if (strcmp(variants->name, word) != 0)
            continue;
        return variants->fields ? check_fields(chat, object, where, variants->fields, failure)
                                : refuse(failure, "%s: the simulator takes no %s", where, word);
    }
    return refuse(failure, "invalid %s.%s: %s", where, key, word);
}

static bool check_parts(struct chat *chat, const cJSON *parts, const char *name,
                        const struct variant *variants, struct failure *failure)
{
    const cJSON *part;
    int i = 0;
    if (!cJSON_GetArraySize(parts))
        return refuse(failure, "%s must not be empty", name);
    cJSON_ArrayForEach(part, parts)
    {
        char where[128];
        snprintf(where, sizeof where, "%.100s[%d]", name, i++);
        if (!check_variant(chat, part, where, "type", variants, failure))
            return false;
    }
    return true;
}

static bool is_user_content(struct chat *chat, const cJSON *value, const char *name,
                            const struct field *field, struct failure *failure)
{
    static const struct field text[] = {
        {.name = "type", .check = is_text, .required = true},
        {.name = "text", .check = is_asked_text, .required = true},
        {0},
    };
    static const struct field image[] = {
        {.name = "type", .check = is_text, .required = true},
        {.name = "image_url", .check = is_image_url, .required = true},
        {0},
    };
    static const struct variant parts[] = {
        {"text", text}, {"image_url", image}, {"video_url", NULL}, {"input_audio", NULL}, {0}};
    if (cJSON_IsArray(value))
        return check_parts(chat, value, name, parts, failure);
    if (cJSON_IsString(value))
        return is_asked_text(chat, value, name, field, failure);
    return refuse(failure, "%s must be a string or an array", name);
}

static bool is_assistant_content(struct chat *chat, const cJSON *value, const char *name,
                                 const struct field *field, struct failure *failure)
{
    return cJSON_IsNull(value) || is_counted_text(chat, value, name, field, failure);
}

static bool is_array(struct chat *chat, const cJSON *value, const char *name,
                     const struct field *field, struct failure *failure)
{
    (void)chat, (void)field;
    return cJSON_IsArray(value) || refuse(failure, "%s must be an array", name);
}

static const struct field system_fields[] = {
    {.name = "role", .check = is_text, .required = true},
    {.name = "content", .check = is_counted_text, .required = true},
    {0},
};
static const struct field user_fields[] = {
    {.name = "role", .check = is_text, .required = true},
    {.name = "content", .check = is_user_content, .required = true},
    {0},
};
static const struct field assistant_fields[] = {
    {.name = "role", .check = is_text, .required = true},
    {.name = "content", .check = is_assistant_content, .required = true},
    {.name = "reasoning", .check = is_counted_text},
    {.name = "reasoning_content", .check = is_counted_text},
    {.name = "tool_calls", .check = is_array},
    {0},
};
static const struct field tool_fields[] = {
    {.name = "role", .check = is_text, .required = true},
    {.name = "content", .check = is_counted_text, .required = true},
    {.name = "tool_call_id", .check = is_text, .required = true},
    {0},
};
static const struct variant roles[] = {
    {"system", system_fields},
    {"user", user_fields},
    {"assistant", assistant_fields},
    {"tool", tool_fields},
    {0},
};

static bool is_from_user(const cJSON *message)
{
    const char *role = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "role"));
    return role && !strcmp(role, "user");
}

bool are_messages(struct chat *chat, const cJSON *value, const char *name,
                  const struct field *field, struct failure *failure)
{
    const cJSON *message;
    int i = 0, from_user = 0;
    (void)field;
    if (!cJSON_IsArray(value))
        return refuse(failure, "%s must be an array", name);
    cJSON_ArrayForEach(message, value)
    {
        char where[64];
        snprintf(where, sizeof where, "%s[%d]", name, i++);
        if (is_from_user(message)) {
            text_release(&chat->asked);
            from_user++;
        }
        if (!check_variant(chat, message, where, "role", roles, failure))
            return false;
    }
    return from_user || refuse(failure, "%s must hold at least one of the user", name);
}
