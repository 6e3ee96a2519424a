/* The event stream of an answer: chunks as StepFun documents them, and as they may go wrong. */
#include "stream.h"

#include <string.h>

#include "completion.h"

#define CHUNK_BYTES 16 /* of content: two or three words, which may be cut */

struct stream {
    struct reply *reply;
    const struct plan *plan;
    const struct chat *chat;
    const struct answer *answer;
    char id[66];
    long events;
    size_t reasoning_said, content_said;
    bool ended; /* by an error event: what was sent is all there is */
};

/* One event. With `crlf` every freedom of the format is taken: a comment, and data on two lines. */
static void add_event(struct text *out, const struct stream *stream, const char *data)
{
    const char *comma = strchr(data, ',');
    if (stream->plan->crlf < 0)
        text_format(out, "data: %s\n\n", data);
    else if (comma)
        text_format(out, ": a comment\r\ndata:%.*s\r\ndata: %s\r\n\r\n", (int)(comma + 1 - data),
                    data, comma + 1);
    else
        text_format(out, "data: %s\r\n\r\n", data);
}

static bool send_event(struct stream *stream, const char *data)
{
    struct text out = {0};
    if (stream->plan->crlf > 0 && !stream->events)
        text_adds(&out, "\xef\xbb\xbf"); /* a byte order mark */
    add_event(&out, stream, data);
    stream->events++;
    bool good = reply_write(stream->reply, out.data, out.len);
    text_release(&out);
    return good;
}

static bool send_error_event(struct stream *stream)
{
    struct failure failure;
    failure_of_status(&failure, 500);
    char *body = failure_body(&failure);
    stream->ended = send_event(stream, body);
    cJSON_free(body);
    return false;
}

/* The chunk around a delta. Takes the delta. */
static char *chunk_text(const struct stream *stream, cJSON *delta, const char *finish)
{
    cJSON *chunk = completion_object(stream->id, "chat.completion.chunk", stream->chat->model);
    cJSON *choice = cJSON_CreateObject();
    cJSON_AddItemToArray(cJSON_AddArrayToObject(chunk, "choices"), choice);
    cJSON_AddNumberToObject(choice, "index", 0);
    cJSON_AddItemToObject(choice, "delta", delta);
    cJSON_AddStringToObject(choice, "finish_reason", finish);
    if (stream->plan->no_usage < 0)
        cJSON_AddItemToObject(
            chunk, "usage",
            answer_usage(stream->answer, stream->reasoning_said, stream->content_said));
    char *text = cJSON_PrintUnformatted(chunk);
    cJSON_Delete(chunk);
    return text;
}

/* Takes the delta. */
static bool send_chunk(struct stream *stream, cJSON *delta, const char *finish)
{
    const struct plan *plan = stream->plan;
    char *text = chunk_text(stream, delta, finish);
    bool good = !stream->events || reply_pause(stream->reply, plan->pace);
    if (good && stream->events == plan->error_event)
        good = send_error_event(stream);
    else if (good && stream->events + 1 == plan->malformed)
        good = send_event(stream, "{\"id\":\"broken\",\"choices\":[{");
    else if (good)
        good = send_event(stream, text);
    cJSON_free(text);
    return good;
}

static cJSON *delta_new(void)
{
    cJSON *delta = cJSON_CreateObject();
    cJSON_AddStringToObject(delta, "role", "assistant");
    return delta;
}

static cJSON *content_delta(const char *data, size_t len)
{
    cJSON *delta = delta_new();
    completion_add_text(delta, "content", data, len);
    return delta;
}

static cJSON *reasoning_delta(const char *data, size_t len)
{
    cJSON *delta = content_delta("", 0);
    completion_add_text(delta, "reasoning", data, len);
    completion_add_text(delta, "reasoning_content", data, len);
    return delta;
}

static bool send_reasoning(struct stream *stream)
{
    const struct text *text = &stream->answer->reasoning;
    while (stream->reasoning_said < text->len) {
        const char *at = text->data + stream->reasoning_said;
        size_t len = strcspn(at, "\n");
        len += at[len] == '\n';
        stream->reasoning_said += len;
        if (!send_chunk(stream, reasoning_delta(at, len), ""))
            return false;
    }
    return true;
}

static bool send_content(struct stream *stream)
{
    const struct text *text = &stream->answer->content;
    for (size_t start = 0; start < text->len; start = stream->content_said) {
        size_t end = start + CHUNK_BYTES;
        end = end < text->len ? text_boundary(text->data, end) : text->len;
        stream->content_said = end;
        if (!send_chunk(stream, content_delta(text->data + start, end - start), ""))
            return false;
    }
    return true;
}

static bool send_end(struct stream *stream)
{
    if (stream->plan->no_end > 0)
        return true;
    return send_chunk(stream, content_delta("", 0), stream->answer->finish) &&
           send_event(stream, "[DONE]");
}

bool stream_send(struct reply *reply, const struct chat *chat, const struct answer *answer)
{
    struct stream stream = {
        .reply = reply, .plan = &reply->request->plan, .chat = chat, .answer = answer};
    completion_id(stream.id);
    bool good = reply_start(reply, 200, "text/event-stream", -1) &&
                send_chunk(&stream, content_delta("", 0), "") && send_reasoning(&stream) &&
                send_content(&stream) && send_end(&stream);
    return (good || stream.ended) && reply_finish(reply);
}
