/* Event streams: bytes to lines, lines to fields, fields to events. */
#include <string.h>

#include "event_stream.h"

void sl__event_stream_init(struct sl__event_stream *stream, sl__stream_event_fn on_event,
                           void *context)
{
    struct sl__buf empty = SL__BUF_INIT(SL__MAX_STREAM_EVENT);
    *stream = (struct sl__event_stream){
        .line = empty, .type = empty, .data = empty, .on_event = on_event, .context = context};
}

void sl__event_stream_release(struct sl__event_stream *stream)
{
    sl__buf_release(&stream->line);
    sl__buf_release(&stream->type);
    sl__buf_release(&stream->data);
}

static int deliver(struct sl__event_stream *stream)
{
    int code = 0;
    if (stream->has_data) {
        const char *type = stream->type.len > 0 ? stream->type.data : "message";
        code =
            stream->on_event(type, sl__buf_text(&stream->data), stream->data.len, stream->context);
    }
    stream->has_data = false;
    sl__buf_reset(&stream->data);
    sl__buf_reset(&stream->type);
    return code;
}

static int take_field(struct sl__event_stream *stream, const char *name, size_t name_len,
                      const char *value, size_t value_len)
{
    if (name_len == 5 && memcmp(name, "event", 5) == 0) {
        sl__buf_reset(&stream->type);
        return sl__buf_add(&stream->type, value, value_len);
    }
    if (name_len != 4 || memcmp(name, "data", 4) != 0)
        return 0;
    int code = stream->has_data ? sl__buf_add(&stream->data, "\n", 1) : 0;
    stream->has_data = true;
    return code ? code : sl__buf_add(&stream->data, value, value_len);
}

static int take_line(struct sl__event_stream *stream, const char *line, size_t len)
{
    if (!stream->past_start && len >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
        line += 3;
        len -= 3;
    }
    stream->past_start = true;
    if (len == 0)
        return deliver(stream);
    const char *colon = memchr(line, ':', len);
    size_t name_len = colon ? (size_t)(colon - line) : len;
    const char *value = line + name_len + (colon != NULL);
    size_t value_len = len - name_len - (colon != NULL);
    if (value_len > 0 && value[0] == ' ') {
        value++;
        value_len--;
    }
    return take_field(stream, line, name_len, value, value_len);
}

/* The length of what stands before the first CR or LF; `len` when there is none. */
static size_t line_length(const char *bytes, size_t len)
{
    const char *end = memchr(bytes, '\n', len);
    size_t length = end ? (size_t)(end - bytes) : len;
    end = memchr(bytes, '\r', length);
    return end ? (size_t)(end - bytes) : length;
}

/* A line that lies whole in `bytes` is read where it is; one in pieces is gathered first. */
static int end_line(struct sl__event_stream *stream, const char *bytes, size_t len)
{
    if (stream->line.len == 0)
        return take_line(stream, bytes, len);
    int code = sl__buf_add(&stream->line, bytes, len);
    if (!code)
        code = take_line(stream, stream->line.data, stream->line.len);
    sl__buf_reset(&stream->line);
    return code;
}

int sl__event_stream_feed(struct sl__event_stream *stream, const char *bytes, size_t len)
{
    while (len > 0) {
        if (stream->after_cr && bytes[0] == '\n') {
            stream->after_cr = false;
            bytes++;
            len--;
            continue;
        }
        stream->after_cr = false;
        size_t length = line_length(bytes, len);
        if (length == len)
            return sl__buf_add(&stream->line, bytes, len);
        stream->after_cr = bytes[length] == '\r';
        int code = end_line(stream, bytes, length);
        if (code)
            return code;
        bytes += length + 1;
        len -= length + 1;
    }
    return 0;
}
