/* An answer that is not streamed. */
#include "completion.h"

#include <time.h>

#include "token.h"

void completion_id(char id[66])
{
    token_new(id);
    token_new(id + 33);
    id[32] = '.';
}

cJSON *completion_object(const char *id, const char *object, const struct model *model)
{
    cJSON *completion = cJSON_CreateObject();
    cJSON_AddStringToObject(completion, "id", id);
    cJSON_AddStringToObject(completion, "object", object);
    cJSON_AddNumberToObject(completion, "created", (double)time(NULL));
    cJSON_AddStringToObject(completion, "model", model->id);
    return completion;
}

void completion_add_text(cJSON *object, const char *name, const char *data, size_t len)
{
    struct text json = {0};
    text_add_json(&json, data, len);
    cJSON_AddRawToObject(object, name, json.data);
    text_release(&json);
}

static void add_choice(cJSON *completion, const struct answer *answer)
{
    cJSON *choice = cJSON_CreateObject();
    cJSON_AddItemToArray(cJSON_AddArrayToObject(completion, "choices"), choice);
    cJSON_AddNumberToObject(choice, "index", 0);
    cJSON_AddStringToObject(choice, "finish_reason", answer->finish);
    cJSON *message = cJSON_AddObjectToObject(choice, "message");
    cJSON_AddStringToObject(message, "role", "assistant");
    completion_add_text(message, "content", answer->content.data, answer->content.len);
    if (!answer->reasoning.len)
        return;
    completion_add_text(message, "reasoning", answer->reasoning.data, answer->reasoning.len);
    completion_add_text(message, "reasoning_content", answer->reasoning.data,
                        answer->reasoning.len);
}

bool completion_send(struct reply *reply, const struct chat *chat, const struct answer *answer)
{
    char id[66];
    completion_id(id);
    cJSON *completion = completion_object(id, "chat.completion", chat->model);
    add_choice(completion, answer);
    if (reply->request->plan.no_usage < 0)
        cJSON_AddItemToObject(completion, "usage",
                              answer_usage(answer, answer->reasoning.len, answer->content.len));
    char *body = cJSON_PrintUnformatted(completion);
    cJSON_Delete(completion);
    bool good = reply_with(reply, 200, "application/json", body);
    cJSON_free(body);
    return good;
}
