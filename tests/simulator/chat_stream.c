/* The chunks of a chat's answer, as StepFun documents them. Alternatives take turns. */
#include "chat_stream.h"

#include <string.h>

#include "chat_whole.h"
#include "events.h"
#include "json.h"

#define ARGUMENT_CHUNK 8 /* bytes of a call's arguments */

struct stream {
    struct events events;
    const struct answer *answer;
    char id[66];
    size_t reasoning_said, content_said;
    const char *piece; /* the text of the next chunk, for its log probabilities */
    size_t piece_len;
};

static bool is_usage_due(const struct stream *stream, bool last)
{
    return stream->answer->plan->usage != USAGE_LAST || last;
}

/* Takes the delta; NULL: no choices. */
static bool send_chunk(struct stream *stream, size_t index, cJSON *delta, const char *finish)
{
    const struct answer *answer = stream->answer;
    cJSON *chunk = chat_object(stream->id, "chat.completion.chunk", answer);
    cJSON *choices = cJSON_AddArrayToObject(chunk, "choices");
    if (delta) {
        cJSON *choice = cJSON_CreateObject();
        cJSON_AddItemToArray(choices, choice);
        cJSON_AddNumberToObject(choice, "index", (double)index);
        cJSON_AddItemToObject(choice, "delta", delta);
        cJSON_AddStringToObject(choice, "finish_reason", finish);
        if (stream->piece_len)
            chat_add_logprobs(choice, answer, stream->piece, stream->piece_len);
        stream->piece_len = 0;
        json_add_unknown(delta, answer->plan);
        json_add_unknown(choice, answer->plan);
    }
    if (is_usage_due(stream, !delta))
        chat_add_usage(chunk, answer, stream->reasoning_said, stream->content_said);
    return events_send(&stream->events, NULL, chunk);
}

static cJSON *delta_new(const char *data, size_t len)
{
    cJSON *delta = cJSON_CreateObject();
    cJSON_AddStringToObject(delta, "role", "assistant");
    json_add_text(delta, "content", data, len);
    return delta;
}

static bool send_starts(struct stream *stream)
{
    for (size_t i = 0; i < stream->answer->count; i++) {
        if (!send_chunk(stream, i, delta_new("", 0), ""))
            return false;
    }
    return true;
}

static bool send_thought(struct stream *stream, const char *data, size_t len)
{
    for (size_t i = 0; i < stream->answer->count; i++) {
        cJSON *delta = delta_new("", 0);
        chat_add_reasoning(delta, stream->answer, data, len);
        if (!send_chunk(stream, i, delta, ""))
            return false;
    }
    return true;
}

static bool send_reasoning(struct stream *stream)
{
    const struct text *text = &stream->answer->reasoning;
    if (stream->answer->query->no_reasoning) {
        stream->reasoning_said = text->len;
        return true;
    }
    while (stream->reasoning_said < text->len) {
        const char *at = text->data + stream->reasoning_said;
        size_t len = strcspn(at, "\n");
        len += at[len] == '\n';
        stream->reasoning_said += len;
        if (!send_thought(stream, at, len))
            return false;
    }
    return true;
}

/* The next chunk of one alternative. */
static bool send_piece(struct stream *stream, size_t index, size_t *at)
{
    const struct answer *answer = stream->answer;
    const struct text *text = &answer->contents[index];
    size_t end = answer_chunk_end(text, *at);
    cJSON *delta = delta_new(text->data + *at, answer->refused ? 0 : end - *at);
    if (answer->refused)
        json_add_text(delta, "refusal", text->data + *at, end - *at);
    stream->piece = text->data + *at;
    stream->piece_len = end - *at;
    stream->content_said += end - *at;
    *at = end;
    return send_chunk(stream, index, delta, "");
}

static bool send_contents(struct stream *stream)
{
    size_t at[QUERY_MAX_N] = {0};
    const struct answer *answer = stream->answer;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < answer->count; i++) {
            if (at[i] == answer->contents[i].len)
                continue;
            if (!send_piece(stream, i, &at[i]))
                return false;
            more = true;
        }
    }
    return true;
}

static cJSON *call_delta(const struct stream *stream, size_t number, bool first, const char *data,
                         size_t len)
{
    const struct plan *plan = stream->answer->plan;
    const struct call *call = &stream->answer->calls[number];
    cJSON *delta = cJSON_CreateObject(), *object = cJSON_CreateObject();
    cJSON_AddStringToObject(delta, "role", "assistant");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(delta, "tool_calls"), object);
    if (plan->tools_no_index < 0)
        cJSON_AddNumberToObject(object, "index", (double)number);
    if (first || plan->tools_no_index > 0) /* else nothing tells to which call it belongs */
        cJSON_AddStringToObject(object, "id", call->id);
    if (first)
        cJSON_AddStringToObject(object, "type", "function");
    cJSON *function = cJSON_AddObjectToObject(object, "function");
    if (first)
        cJSON_AddStringToObject(function, "name", call->name);
    json_add_text(function, "arguments", data, len);
    json_add_unknown(object, plan);
    return delta;
}

static bool send_call(struct stream *stream, size_t index, size_t number)
{
    const struct text *text = &stream->answer->calls[number].arguments;
    size_t step = stream->answer->plan->tools_whole > 0 ? text->len : ARGUMENT_CHUNK;
    size_t at = stream->answer->plan->tools_whole > 0 ? step : 0;
    stream->content_said += at;
    if (!send_chunk(stream, index, call_delta(stream, number, true, text->data, at), ""))
        return false;
    while (at < text->len) {
        size_t end = at + step < text->len ? text_boundary(text->data, at + step) : text->len;
        stream->content_said += end - at;
        if (!send_chunk(stream, index, call_delta(stream, number, false, text->data + at, end - at),
                        ""))
            return false;
        at = end;
    }
    return true;
}

static bool send_calls(struct stream *stream)
{
    for (size_t i = 0; i < stream->answer->count; i++) {
        for (size_t number = 0; number < stream->answer->call_count; number++) {
            if (!send_call(stream, i, number))
                return false;
        }
    }
    return true;
}

static bool send_end(struct stream *stream)
{
    const struct answer *answer = stream->answer;
    if (answer->plan->no_end > 0)
        return true;
    for (size_t i = 0; i < answer->count; i++) {
        cJSON *delta = delta_new("", 0);
        chat_add_annotations(delta, answer);
        if (!send_chunk(stream, i, delta, answer->finish))
            return false;
    }
    if (answer->plan->usage == USAGE_LAST && !send_chunk(stream, 0, NULL, ""))
        return false;
    return events_send_text(&stream->events, NULL, "[DONE]");
}

bool chat_stream(struct reply *reply, const struct answer *answer)
{
    struct stream stream = {.answer = answer};
    chat_id(stream.id);
    bool good = events_start(&stream.events, reply) && send_starts(&stream) &&
                send_reasoning(&stream) && send_contents(&stream) && send_calls(&stream) &&
                send_end(&stream);
    return events_finish(&stream.events, good);
}
