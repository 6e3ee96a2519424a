/*
 * A parser of event streams (text/event-stream), as the HTML standard describes them:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 *
 * It takes bytes in pieces of any size and calls back for each whole event: line ends of every
 * kind, a byte order mark, comments, fields without a space or a colon, data on several lines. An
 * event that the stream's end cuts off is never delivered. Fields `id` and `retry` are of no use
 * here.
 */
#ifndef SL_EVENT_STREAM_H
#define SL_EVENT_STREAM_H

#include <stdbool.h>

#include "buf.h"

/*
 * One event. `type` is "message" where the stream named none. Both strings are valid during the
 * call. A result other than 0 ends the feed, which returns it.
 */
typedef int (*sl__stream_event_fn)(const char *type, const char *data, size_t len, void *context);

struct sl__event_stream {
    struct sl__buf line, type, data;
    bool has_data;   /* a data field was seen since the last event */
    bool after_cr;   /* a line feed that comes next belongs to the line before */
    bool past_start; /* a byte order mark has no meaning any more */
    sl__stream_event_fn on_event;
    void *context;
};

void sl__event_stream_init(struct sl__event_stream *stream, sl__stream_event_fn on_event,
                           void *context);
void sl__event_stream_release(struct sl__event_stream *stream);

/* 0, SL_E_TOO_LARGE for an event over SL__MAX_STREAM_EVENT, SL_E_NOMEM, or what on_event returned.
 */
int sl__event_stream_feed(struct sl__event_stream *stream, const char *bytes, size_t len);

#endif
