/* Writing one response. */
#include "reply.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "text.h"
#include "token.h"

static const char COMPLETE[] = "complete", FAULT[] = "fault", CLOSED[] = "client closed";

void reply_init(struct reply *reply, struct connection *connection, const struct settings *settings,
                const struct request *request)
{
    *reply = (struct reply){.connection = connection,
                            .journal = settings->journal,
                            .request = request,
                            .keep_alive = request->keep_alive,
                            .how = FAULT};
}

static bool gone(struct reply *reply)
{
    reply->how = CLOSED;
    return false;
}

static bool put(struct reply *reply, const struct text *text)
{
    return connection_write(reply->connection, text->data, text->len) || gone(reply);
}

bool reply_pause(struct reply *reply, long ms)
{
    return ms == 0 || connection_wait(reply->connection, ms) || gone(reply);
}

static void add_head(struct reply *reply, struct text *head, int status, const char *type, long len)
{
    char trace[33];
    token_new(trace);
    text_format(head, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nX-Trace-Id: %s\r\n", status,
                status_reason(status), type, trace);
    if (status >= 400 && reply->request->plan.retry_after >= 0)
        text_format(head, "Retry-After: %ld\r\n", reply->request->plan.retry_after);
    if (len >= 0)
        text_format(head, "Content-Length: %ld\r\n", len);
    if (reply->chunked)
        text_adds(head, "Transfer-Encoding: chunked\r\nCache-Control: no-cache\r\n");
    if (!reply->keep_alive)
        text_adds(head, "Connection: close\r\n");
    text_adds(head, "\r\n");
}

static void journal_answer(const struct reply *reply, int status)
{
    cJSON *event = journal_event("answer", "id", reply->request->id);
    cJSON_AddNumberToObject(event, "status", status);
    journal_write(reply->journal, event);
}

bool reply_start(struct reply *reply, int status, const char *type, long len)
{
    if (reply->request->plan.delay > 0 && !reply_pause(reply, reply->request->plan.delay))
        return false;
    reply->chunked = len < 0 && !reply->request->http_1_0;
    reply->keep_alive = reply->keep_alive && (len >= 0 || reply->chunked);
    struct text head = {0};
    add_head(reply, &head, status, type, len);
    journal_answer(reply, status); /* before the client can know it */
    bool good = put(reply, &head);
    text_release(&head);
    return good;
}

/* How much of `len` may go out before the next fault. */
static size_t up_to_fault(const struct reply *reply, size_t len)
{
    const struct plan *plan = &reply->request->plan;
    long limits[] = {plan->drop, plan->stall};
    for (int i = 0; i < 2; i++) {
        if (limits[i] >= 0 && (size_t)limits[i] - reply->sent < len)
            len = (size_t)limits[i] - reply->sent;
    }
    return len;
}

/* False when the response is to break here, and it did. */
static bool pass_fault(struct reply *reply)
{
    const struct plan *plan = &reply->request->plan;
    if (plan->drop >= 0 && reply->sent == (size_t)plan->drop)
        return false;
    if (plan->stall >= 0 && reply->sent == (size_t)plan->stall)
        return reply_pause(reply, -1);
    return true;
}

/* A fault falls into the middle of a piece: the chunked coding then promises what does not come. */
static bool put_piece(struct reply *reply, const char *data, size_t len)
{
    struct text piece = {0};
    size_t part = up_to_fault(reply, len);
    if (reply->chunked)
        text_format(&piece, "%zx\r\n", len);
    text_add(&piece, data, part);
    if (reply->chunked && part == len)
        text_adds(&piece, "\r\n");
    bool good = put(reply, &piece);
    text_release(&piece);
    reply->sent += good ? part : 0;
    return good && (part == len || pass_fault(reply));
}

bool reply_write(struct reply *reply, const char *data, size_t len)
{
    long split = reply->request->plan.split;
    while (len) {
        size_t piece = split > 0 && (size_t)split < len ? (size_t)split : len;
        if (!pass_fault(reply) || !put_piece(reply, data, piece))
            return false;
        data += piece;
        len -= piece;
    }
    return true;
}

bool reply_finish(struct reply *reply)
{
    static const char last[] = "0\r\n\r\n";
    if (!pass_fault(reply))
        return false;
    if (reply->chunked && !connection_write(reply->connection, last, sizeof last - 1))
        return gone(reply);
    reply->how = COMPLETE;
    return true;
}

bool reply_with(struct reply *reply, int status, const char *type, const char *body)
{
    size_t len = strlen(body);
    return reply_start(reply, status, type, (long)len) && reply_write(reply, body, len) &&
           reply_finish(reply);
}

bool reply_failure(struct reply *reply, const struct failure *failure)
{
    char *body = failure_body(failure);
    bool good = reply_with(reply, failure->status, "application/json", body);
    cJSON_free(body);
    return good;
}

bool reply_end(struct reply *reply, bool *broken)
{
    cJSON *event = journal_event("end", "id", reply->request->id);
    cJSON_AddStringToObject(event, "how", reply->how);
    cJSON_AddNumberToObject(event, "sent", (double)reply->sent);
    journal_write(reply->journal, event);
    *broken = reply->how != COMPLETE;
    return reply->keep_alive && !*broken;
}
