/* An answer of the Messages API in one piece. */
#include "messages_whole.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "token.h"

cJSON *messages_object(const struct answer *answer)
{
    char token[33], id[40];
    token_new(token);
    snprintf(id, sizeof id, "msg_%s", token);
    cJSON *message = cJSON_CreateObject();
    cJSON_AddStringToObject(message, "id", id);
    cJSON_AddStringToObject(message, "type", "message");
    cJSON_AddStringToObject(message, "role", "assistant");
    cJSON_AddStringToObject(message, "model", answer->query->model->id);
    return message;
}

static const char *stop_reason(const struct answer *answer)
{
    static const char *const reasons[][2] = {
        {"stop", "end_turn"},
        {"length", "max_tokens"},
        {"tool_calls", "tool_use"},
        {"content_filter", "refusal"},
    };
    if (answer->plan->finish[0])
        return answer->finish;
    if (answer->refused)
        return "refusal";
    if (answer->stop)
        return "stop_sequence";
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (!strcmp(reasons[i][0], answer->finish))
            return reasons[i][1];
    }
    return answer->finish;
}

void messages_add_stop(cJSON *object, const struct answer *answer)
{
    cJSON_AddStringToObject(object, "stop_reason", stop_reason(answer));
    if (answer->stop)
        cJSON_AddStringToObject(object, "stop_sequence", answer->stop);
}

/* What was cached is told apart from the rest, where something was. */
void messages_add_usage(cJSON *object, const struct answer *answer, size_t said)
{
    long cached = answer->cached_tokens;
    if (answer->plan->no_usage > 0)
        return;
    cJSON *usage = cJSON_AddObjectToObject(object, "usage");
    cJSON_AddNumberToObject(usage, "input_tokens", (double)(answer->prompt_tokens - cached));
    if (cached)
        cJSON_AddNumberToObject(usage, "cache_read_input_tokens", (double)cached);
    cJSON_AddNumberToObject(usage, "output_tokens", (double)answer_tokens(said));
    json_add_unknown(usage, answer->plan);
}

void messages_add_citations(cJSON *object, const struct answer *answer)
{
    if (answer->plan->annotations < 0)
        return;
    cJSON *citation = cJSON_CreateObject();
    cJSON_AddItemToArray(cJSON_AddArrayToObject(object, "citations"), citation);
    cJSON_AddStringToObject(citation, "type", "web_search_result_location");
    cJSON_AddStringToObject(citation, "url", "https://example.com/source");
    cJSON_AddStringToObject(citation, "title", "A simulated source");
    cJSON_AddStringToObject(citation, "cited_text", "Simulated");
    cJSON_AddStringToObject(citation, "encrypted_index", "c2ltdWxhdGVk");
}

void messages_add_call(cJSON *block, const struct call *call)
{
    struct text id = {0};
    text_format(&id, "toolu_%s", call->id + strlen("call_"));
    cJSON_AddStringToObject(block, "id", id.data);
    cJSON_AddStringToObject(block, "name", call->name);
    text_release(&id);
}

static cJSON *add_block(cJSON *content, const char *type)
{
    cJSON *block = cJSON_CreateObject();
    cJSON_AddItemToArray(content, block);
    cJSON_AddStringToObject(block, "type", type);
    return block;
}

static void add_blocks(cJSON *content, const struct answer *answer)
{
    const struct text *text = &answer->contents[0];
    if (answer->reasoning.len) {
        cJSON *block = add_block(content, "thinking");
        json_add_text(block, "thinking", answer->reasoning.data, answer->reasoning.len);
        cJSON_AddStringToObject(block, "signature", "c2ltdWxhdGVk");
    }
    if (answer->plan->unknown_fields > 0)
        cJSON_AddStringToObject(add_block(content, "x_unknown"), "text", "not this");
    if (!answer->call_count) {
        cJSON *block = add_block(content, "text");
        json_add_text(block, "text", text->data, text->len);
        messages_add_citations(block, answer);
        json_add_unknown(block, answer->plan);
    }
    for (size_t i = 0; i < answer->call_count; i++) {
        cJSON *block = add_block(content, "tool_use");
        messages_add_call(block, &answer->calls[i]);
        cJSON_AddRawToObject(block, "input", answer->calls[i].arguments.data);
    }
}

bool messages_whole(struct reply *reply, const struct answer *answer)
{
    cJSON *message = messages_object(answer);
    add_blocks(cJSON_AddArrayToObject(message, "content"), answer);
    messages_add_stop(message, answer);
    messages_add_usage(message, answer, answer->reasoning.len + answer_bytes(answer));
    json_add_unknown(message, answer->plan);
    return reply_json(reply, message);
}
