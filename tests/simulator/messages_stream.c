/* The events of the Messages API: each block has its start, its deltas and its stop. */
#include "messages_stream.h"

#include <string.h>

#include "events.h"
#include "json.h"
#include "messages_whole.h"

#define ARGUMENT_CHUNK 8 /* bytes of a call's arguments */

struct stream {
    struct events events;
    const struct answer *answer;
    int blocks; /* begun so far */
};

/* An event's object has its name as its type. */
static cJSON *event_new(const char *name)
{
    cJSON *event = cJSON_CreateObject();
    cJSON_AddStringToObject(event, "type", name);
    return event;
}

/* Takes the event. */
static bool send(struct stream *stream, const char *name, cJSON *event)
{
    return events_send(&stream->events, name, event);
}

static bool send_start(struct stream *stream)
{
    cJSON *event = event_new("message_start");
    cJSON *message = messages_object(stream->answer);
    cJSON_AddItemToObject(event, "message", message);
    cJSON_AddArrayToObject(message, "content");
    cJSON_AddNullToObject(message, "stop_reason");
    cJSON_AddNullToObject(message, "stop_sequence");
    messages_add_usage(message, stream->answer, 0);
    json_add_unknown(message, stream->answer->plan);
    return send(stream, "message_start", event) && send(stream, "ping", event_new("ping"));
}

static cJSON *block_new(const char *type)
{
    cJSON *block = cJSON_CreateObject();
    cJSON_AddStringToObject(block, "type", type);
    return block;
}

/* Takes the block. */
static bool start_block(struct stream *stream, cJSON *block)
{
    cJSON *event = event_new("content_block_start");
    cJSON_AddNumberToObject(event, "index", stream->blocks++);
    json_add_unknown(block, stream->answer->plan);
    cJSON_AddItemToObject(event, "content_block", block);
    return send(stream, "content_block_start", event);
}

/* Takes the delta. */
static bool send_delta(struct stream *stream, cJSON *delta)
{
    cJSON *event = event_new("content_block_delta");
    cJSON_AddNumberToObject(event, "index", stream->blocks - 1);
    json_add_unknown(delta, stream->answer->plan);
    cJSON_AddItemToObject(event, "delta", delta);
    return send(stream, "content_block_delta", event);
}

static bool send_text_delta(struct stream *stream, const char *type, const char *member,
                            const char *data, size_t len)
{
    cJSON *delta = block_new(type);
    json_add_text(delta, member, data, len);
    return send_delta(stream, delta);
}

static bool stop_block(struct stream *stream)
{
    cJSON *event = event_new("content_block_stop");
    cJSON_AddNumberToObject(event, "index", stream->blocks - 1);
    return send(stream, "content_block_stop", event);
}

static bool send_thinking(struct stream *stream)
{
    const struct text *text = &stream->answer->reasoning;
    cJSON *block = block_new("thinking");
    if (!text->len) {
        cJSON_Delete(block);
        return true;
    }
    cJSON_AddStringToObject(block, "thinking", "");
    cJSON_AddStringToObject(block, "signature", "");
    if (!start_block(stream, block))
        return false;
    for (size_t at = 0, len; at < text->len; at += len) {
        len = strcspn(text->data + at, "\n");
        len += text->data[at + len] == '\n';
        if (!send_text_delta(stream, "thinking_delta", "thinking", text->data + at, len))
            return false;
    }
    return send_text_delta(stream, "signature_delta", "signature", "c2ltdWxhdGVk", 12) &&
           stop_block(stream);
}

static bool send_unknown_block(struct stream *stream)
{
    if (stream->answer->plan->unknown_fields < 0)
        return true;
    return start_block(stream, block_new("x_unknown")) &&
           send_text_delta(stream, "x_unknown_delta", "text", "not this", 8) && stop_block(stream);
}

static bool send_citations(struct stream *stream)
{
    cJSON *holder = cJSON_CreateObject();
    messages_add_citations(holder, stream->answer);
    cJSON *citation = cJSON_DetachItemFromArray(cJSON_GetObjectItem(holder, "citations"), 0);
    cJSON_Delete(holder);
    if (!citation)
        return true;
    cJSON *delta = block_new("citations_delta");
    cJSON_AddItemToObject(delta, "citation", citation);
    return send_delta(stream, delta);
}

static bool send_content(struct stream *stream)
{
    const struct text *text = &stream->answer->contents[0];
    cJSON *block = block_new("text");
    cJSON_AddStringToObject(block, "text", "");
    if (!start_block(stream, block))
        return false;
    for (size_t at = 0, end; at < text->len; at = end) {
        end = answer_chunk_end(text, at);
        if (!send_text_delta(stream, "text_delta", "text", text->data + at, end - at))
            return false;
    }
    return send_citations(stream) && stop_block(stream);
}

static bool send_call(struct stream *stream, const struct call *call)
{
    const struct text *text = &call->arguments;
    size_t step = stream->answer->plan->tools_whole > 0 ? text->len : ARGUMENT_CHUNK;
    cJSON *block = block_new("tool_use");
    messages_add_call(block, call);
    cJSON_AddObjectToObject(block, "input");
    if (!start_block(stream, block) ||
        !send_text_delta(stream, "input_json_delta", "partial_json", "", 0))
        return false;
    for (size_t at = 0, end; at < text->len; at = end) {
        end = at + step < text->len ? text_boundary(text->data, at + step) : text->len;
        if (!send_text_delta(stream, "input_json_delta", "partial_json", text->data + at, end - at))
            return false;
    }
    return stop_block(stream);
}

static bool send_blocks(struct stream *stream)
{
    const struct answer *answer = stream->answer;
    if (!send_thinking(stream) || !send_unknown_block(stream))
        return false;
    for (size_t i = 0; i < answer->call_count; i++) {
        if (!send_call(stream, &answer->calls[i]))
            return false;
    }
    return answer->call_count > 0 || send_content(stream);
}

/* StepFun documents the reason at the top, Anthropic within the delta. */
static bool send_end(struct stream *stream)
{
    const struct answer *answer = stream->answer;
    if (answer->plan->no_end > 0)
        return true;
    cJSON *event = event_new("message_delta");
    messages_add_stop(
        answer->plan->stop_in_delta > 0 ? cJSON_AddObjectToObject(event, "delta") : event, answer);
    messages_add_usage(event, answer, answer->reasoning.len + answer_bytes(answer));
    return send(stream, "message_delta", event) &&
           send(stream, "message_stop", event_new("message_stop"));
}

bool messages_stream(struct reply *reply, const struct answer *answer)
{
    struct stream stream = {.answer = answer};
    bool good = events_start(&stream.events, reply) && send_start(&stream) &&
                send_blocks(&stream) && send_end(&stream);
    return events_finish(&stream.events, good);
}
