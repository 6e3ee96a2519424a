/* How an exchange ends: by a limit of time, or by what came of it. */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "exchange.h"
#include "json.h"

/* Limits of time. */

/* The next limit, and when it will have passed. libcurl itself keeps the one of connecting. */
static int64_t next_limit(const struct sl__hop *hop, enum sl__limit *limit)
{
    const struct sl__limits *limits = &hop->request->config->limits;
    int64_t length = limits->stall_ms, since = hop->moved_at;
    *limit = hop->first_at > 0 ? SL__LIMIT_STALL : SL__LIMIT_UPLOAD;
    if (hop->first_at == 0 && hop->sent_at > 0) {
        *limit = SL__LIMIT_FIRST_BYTE;
        length = limits->first_byte_ms;
        since = hop->sent_at;
    } else if (!hop->ready) {
        return INT64_MAX;
    }
    return length > 0 ? since + length : INT64_MAX;
}

int64_t sl__hop_deadline(const struct sl__hop *hop)
{
    enum sl__limit limit;
    return next_limit(hop, &limit);
}

static struct sl__failure_context context_of(const struct sl__hop *hop)
{
    return (struct sl__failure_context){.config = hop->request->config,
                                        .setup_hint = hop->request->setup_hint};
}

void sl__hop_expire(struct sl__hop *hop)
{
    struct sl__failure_context context = context_of(hop);
    enum sl__limit limit;
    next_limit(hop, &limit);
    sl__failure_limit(&context, limit, &hop->failure);
}

static bool is_looked_up(const struct sl__hop *hop)
{
    curl_off_t took = 0;
    curl_easy_getinfo(hop->easy, CURLINFO_NAMELOOKUP_TIME_T, &took);
    return took > 0;
}

bool sl__hop_is_looking_up(const struct sl__hop *hop)
{
    return !hop->ready && !hop->request->config->url.loopback && !is_looked_up(hop);
}

/* The verdict. */

/*
 * Some servers repeat a refused key in their error text. What begins like the key is blotted out as
 * far as it goes, since a sentence may have been cut in its middle.
 */
static void hide_key(char *text, const char *key)
{
    enum { BEGINNING = 6 };
    size_t len = strlen(key), least = len < BEGINNING ? len : BEGINNING;
    for (; *text && least > 0; text++) {
        size_t same = 0;
        while (same < len && text[same] == key[same])
            same++;
        if (same >= least)
            memset(text, '*', same);
    }
}

static char *part_of(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    return curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK ? text : NULL;
}

static bool is_same(CURLU *a, CURLU *b, CURLUPart part)
{
    char *first = part_of(a, part), *second = part_of(b, part);
    bool same = first && second ? strcasecmp(first, second) == 0 : first == second;
    curl_free(first);
    curl_free(second);
    return same;
}

/* Whether the key may go to an address: the same scheme, host and port, and no other user. */
static bool is_same_origin(const char *base, const char *address)
{
    static const CURLUPart parts[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT,
                                      CURLUPART_USER, CURLUPART_PASSWORD};
    CURLU *a = curl_url(), *b = curl_url();
    bool same = a && b && curl_url_set(a, CURLUPART_URL, base, 0) == CURLUE_OK &&
                curl_url_set(b, CURLUPART_URL, address, 0) == CURLUE_OK;
    for (size_t i = 0; same && i < sizeof parts / sizeof *parts; i++)
        same = is_same(a, b, parts[i]);
    curl_url_cleanup(a);
    curl_url_cleanup(b);
    return same;
}

/* What it is at the server, whose dates count by its own clock, however wrong this machine's is. */
static time_t server_time(const struct sl__hop *hop)
{
    time_t date = curl_getdate(hop->headers[SL__HOP_DATE], NULL);
    return date >= 0 ? date : time(NULL);
}

static void fill_reply(struct sl__hop *hop, struct sl__reply *reply)
{
    const char *trace = hop->headers[SL__HOP_TRACE];
    char *location = NULL;
    curl_easy_getinfo(hop->easy, CURLINFO_REDIRECT_URL, &location);
    bool timed = hop->sent_at > 0 && hop->headed_at > hop->sent_at;
    *reply = (struct sl__reply){
        .status = sl__hop_status(hop),
        .type = sl__hop_type(hop),
        .trace = *trace ? trace : hop->headers[SL__HOP_REQUEST_ID],
        .body = sl__buf_text(&hop->body),
        .body_len = hop->body.len,
        .location = location,
        .after_ms = timed ? hop->headed_at - hop->sent_at : 0,
        .retry_after_ms = sl__retry_after(hop->headers[SL__HOP_RETRY_AFTER], server_time(hop))};
}

static int tell_broken(struct sl__hop *hop, CURLcode result, struct sl__failure *failure)
{
    struct sl__failure_context context = context_of(hop);
    struct sl__broken broken = {.result = result,
                                .detail = hop->reason,
                                .sent = hop->sent_at > 0 && hop->exchange->dialect,
                                .begun = hop->kind == SL__HOP_STREAM};
    curl_easy_getinfo(hop->easy, CURLINFO_HTTP_CONNECTCODE, &broken.proxy_status);
    if (result == CURLE_PARTIAL_FILE && hop->headed_at == 0) /* of nothing, over HTTP/2 */
        broken.result = CURLE_GOT_NOTHING;
    if (result == CURLE_OPERATION_TIMEDOUT)
        return sl__failure_limit(&context, is_looked_up(hop) ? SL__LIMIT_CONNECT : SL__LIMIT_LOOKUP,
                                 failure);
    return sl__failure_curl(&context, &broken, failure);
}

/* An error, or an answer, that some servers send as it is where events were to come. */
static bool is_bare(const struct sl__hop *hop)
{
    if (hop->kind != SL__HOP_STREAM || hop->spoke)
        return false;
    cJSON *json = sl__json_parse(sl__buf_text(&hop->body), hop->body.len, NULL);
    bool bare = cJSON_IsObject(json);
    cJSON_Delete(json);
    return bare;
}

static int read_answer(struct sl__hop *hop, struct sl_error *error)
{
    const struct sl__dialect *dialect = hop->exchange->dialect;
    if (hop->full)
        return sl_error_set(error, SL_E_TOO_LARGE, "the answer is over %zu MB; ask for less",
                            hop->body.max >> 20);
    int code = 0;
    if (hop->kind == SL__HOP_WHOLE || is_bare(hop))
        code = dialect->whole(&hop->answer, hop->body.data, hop->body.len, error);
    if (!code && dialect)
        code = sl__answer_finish(&hop->answer, error);
    return code;
}

/* In words: what our own code found, else what the status says, else libcurl, else the answer. */
static int examine(struct sl__hop *hop, CURLcode result, const struct sl__reply *reply,
                   struct sl__failure *failure)
{
    struct sl__failure_context context = context_of(hop);
    bool cut = result != CURLE_OK && !hop->full;
    if (hop->failure.error.code) {
        *failure = hop->failure;
        return failure->error.code;
    }
    if (hop->kind == SL__HOP_UNKNOWN && !cut)
        hop->kind = sl__hop_find_kind(hop);
    bool nothing = hop->kind == SL__HOP_WHOLE && hop->body.len == 0;
    if (reply->status >= 300 || (!cut && (hop->kind == SL__HOP_OTHER || nothing)))
        return sl__failure_http(&context, reply, failure);
    if (cut)
        return tell_broken(hop, result, failure);
    return read_answer(hop, &failure->error);
}

static const char *find_redirect(const struct sl__hop *hop, const struct sl__reply *reply)
{
    bool repeats = reply->status == 307 || reply->status == 308;
    if (!repeats || !reply->location)
        return NULL;
    return is_same_origin(hop->request->config->url.base, reply->location) ? reply->location : NULL;
}

void sl__hop_judge(struct sl__hop *hop, CURLcode result, struct sl__verdict *verdict)
{
    struct sl__outcome *outcome = &verdict->outcome;
    struct sl__failure *failure = &verdict->failure;
    *verdict = (struct sl__verdict){.failure = {.attempts = 0}};
    fill_reply(hop, &outcome->reply);
    outcome->code = examine(hop, result, &outcome->reply, failure);
    hide_key(failure->error.message, sl__buf_text(&hop->request->key));
    outcome->error = failure->error;
    outcome->answer = hop->exchange->dialect ? &hop->answer : NULL;
    verdict->redirect = find_redirect(hop, &outcome->reply);
    verdict->attempt =
        (struct sl__attempt){.status = failure->error.http_status,
                             .sent = hop->sent_at > 0,
                             .begun = hop->first_at > 0 && hop->kind != SL__HOP_OTHER,
                             .after_ms = hop->sent_at > 0 ? outcome->reply.after_ms : 0,
                             .retry_after_ms = outcome->reply.retry_after_ms};
}
