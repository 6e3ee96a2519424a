/* The body of a chat request, and the answer's way out. */
#include "chat.h"

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "completion.h"
#include "fields.h"
#include "messages.h"
#include "stream.h"
#include "syntax.h"

static const char *const efforts[] = {"low", "medium", "high", NULL};
static const char *const reasoning_formats[] = {"general", "deepseek-style", NULL};
static const char *const choices[] = {"auto", NULL};

static bool is_model(struct chat *chat, const cJSON *value, const char *name,
                     const struct field *field, struct failure *failure)
{
    if (!is_text(chat, value, name, field, failure))
        return false;
    chat->model = model_named(value->valuestring);
    return chat->model ||
           refuse_with(failure, 404,
                       "The model \"%s\" does not exist or you do not have access to it.",
                       value->valuestring);
}

static bool is_stop(struct chat *chat, const cJSON *value, const char *name,
                    const struct field *field, struct failure *failure)
{
    const cJSON *one;
    if (cJSON_IsString(value))
        return true;
    if (!cJSON_IsArray(value))
        return refuse(failure, "%s must be a string or an array of strings", name);
    cJSON_ArrayForEach(one, value)
    {
        if (!is_text(chat, one, name, field, failure))
            return false;
    }
    return true;
}

static bool is_format(struct chat *chat, const cJSON *value, const char *name,
                      const struct field *field, struct failure *failure)
{
    static const char *const types[] = {"text", "json_object", NULL};
    static const struct field fields[] = {
        {.name = "type", .check = is_word, .required = true, .words = types}, {0}};
    (void)field;
    return check_fields(chat, value, name, fields, failure);
}

static bool are_tools(struct chat *chat, const cJSON *value, const char *name,
                      const struct field *field, struct failure *failure)
{
    static const char *const types[] = {"function", "web_search", "retrieval", NULL};
    static const struct field fields[] = {
        {.name = "type", .check = is_word, .required = true, .words = types},
        {.name = "function", .check = is_object},
        {0},
    };
    const cJSON *tool;
    (void)field;
    if (!cJSON_IsArray(value))
        return refuse(failure, "%s must be an array", name);
    cJSON_ArrayForEach(tool, value)
    {
        if (!check_fields(chat, tool, name, fields, failure))
            return false;
    }
    return true;
}

static const struct field fields[] = {
    {.name = "model", .check = is_model, .required = true},
    {.name = "messages", .check = are_messages, .required = true},
    {.name = "max_tokens", .check = is_integer, .min = 1, .max = 1e6},
    {.name = "temperature", .check = is_number, .min = 0, .max = 2},
    {.name = "top_p", .check = is_number, .min = 0, .max = 1},
    {.name = "n", .check = is_integer, .min = 1, .max = 1}, /* more is documented, not simulated */
    {.name = "stream", .check = is_flag},
    {.name = "stop", .check = is_stop},
    {.name = "frequency_penalty", .check = is_number, .min = -2, .max = 2},
    {.name = "response_format", .check = is_format},
    {.name = "reasoning_format", .check = is_word, .words = reasoning_formats},
    {.name = "reasoning_effort", .check = is_word, .words = efforts},
    {.name = "tools", .check = are_tools},
    {.name = "tool_choice", .check = is_word, .words = choices},
    {0},
};

static const char *string_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* What no field can say alone. */
static bool check_together(const struct chat *chat, struct failure *failure)
{
    const char *effort = string_of(chat->body, "reasoning_effort");
    if (chat->picture_count && !chat->model->sees)
        return refuse(failure, "The model %s takes no images.", chat->model->id);
    if (effort && !strcmp(effort, "medium") && !chat->model->medium_effort)
        return refuse(failure, "The model %s takes reasoning_effort low or high only.",
                      chat->model->id);
    return true;
}

static void take_options(struct chat *chat)
{
    const cJSON *max = cJSON_GetObjectItemCaseSensitive(chat->body, "max_tokens");
    const cJSON *format = cJSON_GetObjectItemCaseSensitive(chat->body, "response_format");
    const char *type = string_of(format, "type");
    chat->stream = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(chat->body, "stream"));
    chat->max_tokens = max ? (long)max->valuedouble : -1;
    chat->json = type && !strcmp(type, "json_object");
}

static bool is_json_type(const char *type)
{
    static const char json[] = "application/json";
    size_t len = sizeof json - 1;
    return type && !strncmp(type, json, len) && (!type[len] || type[len] == ';');
}

static bool parse_body(struct chat *chat, const struct request *request, struct failure *failure)
{
    size_t at = 0;
    if (!request->body || !is_json(request->body, request->body_len, &at))
        return refuse(failure, "The body is not JSON from byte %zu on.", at);
    chat->body = cJSON_ParseWithLength(request->body, request->body_len);
    return chat->body || refuse(failure, "The body cannot be read.");
}

bool chat_read(struct chat *chat, const struct request *request, struct failure *failure)
{
    *chat = (struct chat){0};
    if (!is_json_type(request_header(request, "content-type")))
        return refuse(failure, "The content-type must be application/json.");
    if (!parse_body(chat, request, failure) ||
        !check_fields(chat, chat->body, "", fields, failure) || !check_together(chat, failure))
        return false;
    take_options(chat);
    return true;
}

void chat_release(struct chat *chat)
{
    cJSON_Delete(chat->body);
    text_release(&chat->asked);
}

bool chat_answer(struct reply *reply, const char *path)
{
    struct failure failure = {0};
    struct chat *chat = must_alloc(sizeof *chat);
    bool good;
    (void)path;
    if (!chat_read(chat, reply->request, &failure)) {
        good = reply_failure(reply, &failure);
    } else {
        struct answer answer;
        answer_init(&answer, chat, &reply->request->plan);
        good = (chat->stream ? stream_send : completion_send)(reply, chat, &answer);
        answer_release(&answer);
    }
    chat_release(chat);
    free(chat);
    return good;
}
