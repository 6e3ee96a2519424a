/* A chat's answer in one piece. */
#include "chat_whole.h"

#include <stdint.h>
#include <time.h>

#include "json.h"
#include "token.h"

#define MARGIN 1.3 /* what aimlapi adds to StepFun's price */
#define CREDITS_PER_DOLLAR 2e6

void chat_id(char id[66])
{
    token_new(id);
    token_new(id + 33);
    id[32] = '.';
}

cJSON *chat_object(const char *id, const char *object, const struct answer *answer)
{
    cJSON *chat = cJSON_CreateObject();
    cJSON_AddStringToObject(chat, "id", id);
    cJSON_AddStringToObject(chat, "object", object);
    cJSON_AddNumberToObject(chat, "created", (double)time(NULL));
    cJSON_AddStringToObject(chat, "model", answer->query->model->id);
    return chat;
}

static void add_reasoning_details(cJSON *object, const char *data, size_t len)
{
    cJSON *detail = cJSON_CreateObject();
    cJSON_AddItemToArray(cJSON_AddArrayToObject(object, "reasoning_details"), detail);
    cJSON_AddStringToObject(detail, "type", "reasoning.text");
    json_add_text(detail, "text", data, len);
    cJSON_AddStringToObject(detail, "format", "unknown");
    cJSON_AddNumberToObject(detail, "index", 0);
}

void chat_add_reasoning(cJSON *object, const struct answer *answer, const char *data, size_t len)
{
    long style = answer->plan->reasoning_style;
    bool both = style < 0 || style == STYLE_BOTH || style == STYLE_ALL;
    if (answer->query->no_reasoning || !len)
        return;
    if (both || style == STYLE_REASONING)
        json_add_text(object, "reasoning", data, len);
    if (both || style == STYLE_CONTENT)
        json_add_text(object, "reasoning_content", data, len);
    if (style == STYLE_DETAILS || style == STYLE_ALL)
        add_reasoning_details(object, data, len);
}

void chat_add_annotations(cJSON *object, const struct answer *answer)
{
    if (answer->plan->annotations < 0)
        return;
    cJSON *annotation = cJSON_CreateObject();
    cJSON_AddItemToArray(cJSON_AddArrayToObject(object, "annotations"), annotation);
    cJSON_AddStringToObject(annotation, "type", "url_citation");
    cJSON *citation = cJSON_AddObjectToObject(annotation, "url_citation");
    cJSON_AddStringToObject(citation, "url", "https://example.com/source");
    cJSON_AddStringToObject(citation, "title", "A simulated source");
    cJSON_AddNumberToObject(citation, "start_index", 0);
    cJSON_AddNumberToObject(citation, "end_index", 9);
}

/* One entry for each chunk's worth of text. */
void chat_add_logprobs(cJSON *choice, const struct answer *answer, const char *data, size_t len)
{
    if (!answer->query->logprobs)
        return;
    struct text text = {.data = (char *)(uintptr_t)data, .len = len};
    cJSON *content = cJSON_AddArrayToObject(cJSON_AddObjectToObject(choice, "logprobs"), "content");
    for (size_t start = 0, end; start < len; start = end) {
        end = answer_chunk_end(&text, start);
        cJSON *entry = cJSON_CreateObject();
        cJSON_AddItemToArray(content, entry);
        json_add_text(entry, "token", data + start, end - start);
        cJSON_AddNumberToObject(entry, "logprob", -0.25);
        cJSON_AddNullToObject(entry, "bytes");
        cJSON_AddItemToObject(entry, "top_logprobs", cJSON_CreateArray());
    }
}

static void add_meta(cJSON *object, double dollars)
{
    cJSON *usage = cJSON_AddObjectToObject(cJSON_AddObjectToObject(object, "meta"), "usage");
    cJSON_AddNumberToObject(usage, "credits_used",
                            (double)(long)(dollars * MARGIN * CREDITS_PER_DOLLAR + 0.5));
    cJSON_AddNumberToObject(usage, "usd_spent", dollars * MARGIN);
}

static void add_details(cJSON *usage, const struct answer *answer, long reasoning)
{
    if (answer->plan->usage == USAGE_FLAT) {
        cJSON_AddNumberToObject(usage, "cached_tokens", (double)answer->cached_tokens);
        return;
    }
    cJSON *details = cJSON_AddObjectToObject(usage, "prompt_tokens_details");
    cJSON_AddNumberToObject(details, "cached_tokens", (double)answer->cached_tokens);
    details = cJSON_AddObjectToObject(usage, "completion_tokens_details");
    cJSON_AddNumberToObject(details, "reasoning_tokens", (double)reasoning);
}

void chat_add_usage(cJSON *object, const struct answer *answer, size_t reasoning_bytes,
                    size_t content_bytes)
{
    const struct plan *plan = answer->plan;
    long reasoning = answer_tokens(reasoning_bytes);
    long completion = reasoning + answer_tokens(content_bytes);
    double dollars = answer_dollars(answer, completion);
    if (plan->usd > 0)
        add_meta(object, dollars);
    if (plan->no_usage > 0)
        return;
    cJSON *usage = cJSON_AddObjectToObject(object, "usage");
    cJSON_AddNumberToObject(usage, "prompt_tokens", (double)answer->prompt_tokens);
    cJSON_AddNumberToObject(usage, "completion_tokens", (double)completion);
    cJSON_AddNumberToObject(usage, "total_tokens", (double)(answer->prompt_tokens + completion));
    add_details(usage, answer, reasoning);
    if (plan->cost > 0)
        cJSON_AddNumberToObject(usage, "cost", dollars);
    json_add_unknown(usage, plan);
}

static void add_calls(cJSON *message, const struct answer *answer)
{
    cJSON *calls = cJSON_AddArrayToObject(message, "tool_calls");
    for (size_t i = 0; i < answer->call_count; i++) {
        const struct call *call = &answer->calls[i];
        cJSON *object = cJSON_CreateObject();
        cJSON_AddItemToArray(calls, object);
        cJSON_AddStringToObject(object, "id", call->id);
        cJSON_AddStringToObject(object, "type", "function");
        cJSON *function = cJSON_AddObjectToObject(object, "function");
        cJSON_AddStringToObject(function, "name", call->name);
        cJSON_AddStringToObject(function, "arguments", call->arguments.data);
        json_add_unknown(object, answer->plan);
    }
}

static void fill_message(cJSON *message, const struct answer *answer, const struct text *content)
{
    cJSON_AddStringToObject(message, "role", "assistant");
    if (answer->call_count || answer->refused)
        cJSON_AddNullToObject(message, "content");
    else
        json_add_text(message, "content", content->data, content->len);
    if (answer->refused)
        json_add_text(message, "refusal", content->data, content->len);
    chat_add_reasoning(message, answer, answer->reasoning.data, answer->reasoning.len);
    if (answer->call_count)
        add_calls(message, answer);
    chat_add_annotations(message, answer);
    json_add_unknown(message, answer->plan);
}

static void add_choice(cJSON *choices, const struct answer *answer, size_t index)
{
    const struct text *content = &answer->contents[index];
    cJSON *choice = cJSON_CreateObject();
    cJSON_AddItemToArray(choices, choice);
    cJSON_AddNumberToObject(choice, "index", (double)index);
    cJSON_AddStringToObject(choice, "finish_reason", answer->finish);
    fill_message(cJSON_AddObjectToObject(choice, "message"), answer, content);
    chat_add_logprobs(choice, answer, content->data, content->len);
    json_add_unknown(choice, answer->plan);
}

bool chat_whole(struct reply *reply, const struct answer *answer)
{
    char id[66];
    chat_id(id);
    cJSON *chat = chat_object(id, "chat.completion", answer);
    cJSON *choices = cJSON_AddArrayToObject(chat, "choices");
    for (size_t i = 0; i < answer->count; i++)
        add_choice(choices, answer, i);
    chat_add_usage(chat, answer, answer->reasoning.len, answer_bytes(answer));
    json_add_unknown(chat, answer->plan);
    return reply_json(reply, chat);
}
