/* Server-sent events. */
#include "events.h"

#include <string.h>

#include "json.h"

bool events_start(struct events *events, struct reply *reply)
{
    *events = (struct events){.reply = reply, .plan = &reply->request->plan};
    return reply_start(reply, 200, "text/event-stream", -1);
}

/* With `crlf` every freedom of the format is taken: a comment, and data on two lines. */
static void add_event(struct text *out, const struct events *events, const char *name,
                      const char *data)
{
    bool crlf = events->plan->crlf > 0;
    const char *end = crlf ? "\r\n" : "\n", *comma = crlf ? strchr(data, ',') : NULL;
    if (comma)
        text_format(out, ": a comment%s", end);
    if (name)
        text_format(out, "event: %s%s", name, end);
    if (comma)
        text_format(out, "data:%.*s%sdata: %s%s%s", (int)(comma + 1 - data), data, end, comma + 1,
                    end, end);
    else
        text_format(out, "data: %s%s%s", data, end, end);
}

bool events_send_text(struct events *events, const char *name, const char *data)
{
    struct text out = {0};
    if (events->plan->crlf > 0 && !events->sent)
        text_adds(&out, "\xef\xbb\xbf"); /* a byte order mark */
    add_event(&out, events, name, data);
    events->sent++;
    bool good = reply_write(events->reply, out.data, out.len);
    text_release(&out);
    return good;
}

static bool send_error(struct events *events)
{
    struct failure failure;
    failure_of_status(&failure, 500);
    char *body = failure_body(&failure, events->reply->shape);
    const char *name = events->reply->shape == SHAPE_MESSAGES ? "error" : NULL;
    events->ended = events_send_text(events, name, body);
    cJSON_free(body);
    return false;
}

static bool send_unknown(struct events *events)
{
    static const char unknown[] = ": a comment\nid: 7\nretry: 10\nevent: x_unknown\n"
                                  "data: {\"type\":\"x_unknown\",\"x_text\":\"not this\"}\n\n";
    return reply_write(events->reply, unknown, sizeof unknown - 1);
}

bool events_send(struct events *events, const char *name, cJSON *object)
{
    const struct plan *plan = events->plan;
    json_add_unknown(object, plan);
    char *text = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    bool good = !events->sent || reply_pause(events->reply, plan->pace);
    if (good && plan->unknown_fields > 0 && events->sent == 1)
        good = send_unknown(events);
    if (good && events->sent == plan->error_event)
        good = send_error(events);
    else if (good && events->sent + 1 == plan->malformed)
        good = events_send_text(events, name, "{\"id\":\"broken\",\"choices\":[{");
    else if (good)
        good = events_send_text(events, name, text);
    cJSON_free(text);
    return good;
}

bool events_finish(struct events *events, bool good)
{
    return (good || events->ended) && reply_finish(events->reply);
}
