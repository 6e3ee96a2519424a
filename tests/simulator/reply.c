/* Writing one answer. */
#include "reply.h"

#include <cjson/cJSON.h>
#include <string.h>
#include <time.h>

#include "coding.h"
#include "token.h"

#define SLOW_PIECE 256
#define MAX_HEADERS 7

static const char COMPLETE[] = "complete", FAULT[] = "fault", CLOSED[] = "client closed";

void reply_init(struct reply *reply, struct carrier *carrier, const struct request *request)
{
    *reply = (struct reply){
        .carrier = carrier, .request = request, .settings = request->settings, .how = FAULT};
}

static const struct plan *plan_of(const struct reply *reply)
{
    return &reply->request->plan;
}

static bool gone(struct reply *reply)
{
    reply->how = CLOSED;
    return false;
}

bool reply_pause(struct reply *reply, long ms)
{
    return ms == 0 || reply->carrier->way->pause(reply->carrier, ms) || gone(reply);
}

static void journal_answer(const struct reply *reply, int status)
{
    cJSON *event = journal_event("answer", "id", reply->request->id);
    cJSON_AddNumberToObject(event, "status", status);
    journal_write(reply->settings->journal, event);
}

struct head {
    struct header headers[MAX_HEADERS];
    size_t count;
    char trace[33], retry[64], date[64];
};

static void add_header(struct head *head, const char *name, const char *value)
{
    head->headers[head->count++] = (struct header){name, value};
}

static void write_date(char to[64], time_t at)
{
    struct tm tm;
    strftime(to, 64, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&at, &tm));
}

/* A date says little without the server's own. */
static void add_retry_after(struct head *head, const struct plan *plan)
{
    time_t now = time(NULL);
    if (plan->retry_at >= 0) {
        write_date(head->date, now);
        write_date(head->retry, now + plan->retry_at);
        add_header(head, "Date", head->date);
    } else {
        snprintf(head->retry, sizeof head->retry, "%ld", plan->retry_after);
    }
    if (plan->retry_at >= 0 || plan->retry_after >= 0)
        add_header(head, "Retry-After", head->retry);
}

static enum ending planned_ending(const struct plan *plan)
{
    if (plan->disconnect > 0)
        return ENDING_CUT;
    return plan->goaway > 0 || plan->wrong_length > 0 ? ENDING_LAST : ENDING_KEPT;
}

static bool put_head(struct reply *reply, long len, const char *location)
{
    const struct plan *plan = plan_of(reply);
    struct head head = {0};
    if (plan->delay > 0 && !reply_pause(reply, plan->delay))
        return false;
    token_new(head.trace);
    add_header(&head, "Content-Type", reply->type);
    add_header(&head, "X-Trace-Id", head.trace);
    if (reply->status >= 400)
        add_retry_after(&head, plan);
    if (reply->coding)
        add_header(&head, "Content-Encoding", "gzip");
    if (len < 0)
        add_header(&head, "Cache-Control", "no-cache");
    if (location)
        add_header(&head, "Location", location);
    journal_answer(reply, reply->status); /* before the client can know it */
    return reply->carrier->way->head(reply->carrier, reply->status, head.headers, head.count, len,
                                     planned_ending(plan)) ||
           gone(reply);
}

bool reply_start(struct reply *reply, int status, const char *type, long len)
{
    const struct plan *plan = plan_of(reply);
    reply->status = status;
    reply->type = type;
    reply->coding = plan->gzip > 0 ? coding_new() : NULL;
    reply->held_back = plan->wrong_length > 0;
    return reply->held_back || put_head(reply, reply->coding ? -1 : len, NULL);
}

/* How much of `len` may go out before the next fault. */
static size_t up_to_fault(const struct reply *reply, size_t len)
{
    long limits[] = {plan_of(reply)->drop, plan_of(reply)->stall};
    for (int i = 0; i < 2; i++) {
        if (limits[i] >= 0 && (size_t)limits[i] - reply->sent < len)
            len = (size_t)limits[i] - reply->sent;
    }
    return len;
}

/* False when the answer is to break here, and it did. */
static bool pass_fault(struct reply *reply)
{
    const struct plan *plan = plan_of(reply);
    if (plan->drop >= 0 && reply->sent == (size_t)plan->drop)
        return false;
    if (plan->stall >= 0 && reply->sent == (size_t)plan->stall)
        return reply_pause(reply, -1);
    return true;
}

static bool put_piece(struct reply *reply, const char *data, size_t len)
{
    size_t part = up_to_fault(reply, len);
    if (plan_of(reply)->slow_write > 0 && !reply_pause(reply, plan_of(reply)->slow_write))
        return false;
    if (!reply->carrier->way->data(reply->carrier, data, part, len))
        return gone(reply);
    reply->sent += part;
    return part == len || pass_fault(reply);
}

static size_t piece_size(const struct plan *plan, size_t len)
{
    size_t size = plan->split > 0 ? (size_t)plan->split : plan->slow_write > 0 ? SLOW_PIECE : len;
    return size < len ? size : len;
}

static bool put(struct reply *reply, const char *data, size_t len)
{
    while (len) {
        size_t piece = piece_size(plan_of(reply), len);
        if (!pass_fault(reply) || !put_piece(reply, data, piece))
            return false;
        data += piece;
        len -= piece;
    }
    return true;
}

/* What the coding makes of the data now goes out, or is kept until its length is known. */
static bool put_coded(struct reply *reply, const char *data, size_t len, bool last)
{
    struct text coded = {0};
    if (reply->coding)
        coding_add(reply->coding, &coded, data, len, last);
    else
        text_add(&coded, data, len);
    bool good = true;
    if (reply->held_back)
        text_add(&reply->held, coded.data, coded.len);
    else
        good = put(reply, coded.data, coded.len);
    text_release(&coded);
    return good;
}

bool reply_write(struct reply *reply, const char *data, size_t len)
{
    return put_coded(reply, data, len, false);
}

static bool put_held(struct reply *reply)
{
    reply->held_back = false;
    return put_head(reply, (long)reply->held.len + plan_of(reply)->wrong_length, NULL) &&
           put(reply, reply->held.data, reply->held.len);
}

bool reply_finish(struct reply *reply)
{
    if (reply->coding && !put_coded(reply, "", 0, true))
        return false;
    if (reply->held_back && !put_held(reply))
        return false;
    if (!pass_fault(reply))
        return false;
    if (!reply->carrier->way->finish(reply->carrier))
        return gone(reply);
    reply->how = COMPLETE;
    return true;
}

bool reply_with(struct reply *reply, int status, const char *type, const char *body, size_t len)
{
    return reply_start(reply, status, type, (long)len) && reply_write(reply, body, len) &&
           reply_finish(reply);
}

bool reply_json(struct reply *reply, cJSON *object)
{
    char *body = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    bool good = reply_with(reply, 200, "application/json", body, strlen(body));
    cJSON_free(body);
    return good;
}

bool reply_failure(struct reply *reply, const struct failure *failure)
{
    char *body = failure_body(failure, reply->shape);
    size_t len = plan_of(reply)->bare_error > 0 ? 0 : strlen(body);
    bool good = reply_with(reply, failure->status, "application/json", body, len);
    cJSON_free(body);
    return good;
}

bool reply_redirect(struct reply *reply, const char *location)
{
    reply->status = 307;
    reply->type = "text/plain";
    return put_head(reply, 0, location) && reply_finish(reply);
}

static enum ending ending_of(const struct reply *reply)
{
    if (reply->how == COMPLETE)
        return planned_ending(plan_of(reply));
    return plan_of(reply)->refuse > 0 ? ENDING_CLOSE : ENDING_BREAK;
}

void reply_end(struct reply *reply)
{
    cJSON *event = journal_event("end", "id", reply->request->id);
    cJSON_AddStringToObject(event, "how", reply->how);
    cJSON_AddNumberToObject(event, "sent", (double)reply->sent);
    journal_write(reply->settings->journal, event);
    reply->carrier->way->end(reply->carrier, ending_of(reply));
    coding_free(reply->coding);
    text_release(&reply->held);
}
