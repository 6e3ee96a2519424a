/* From a status, a libcurl code or a time limit to a sentence. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "answer.h"
#include "failure.h"
#include "json.h"
#include "translate.h"
#include "utf8.h"

enum { SAID_MAX = 400, LONG_WORK_MS = 60000 };

/*
 * What a server's answer means, by the type of its error object where that says more than the
 * status, else by the status. Types and statuses: the vendors' tables of error codes. The first row
 * that fits counts.
 */
static const struct cause {
    const char *type; /* how it begins, or NULL: any */
    long first, last; /* statuses; 0 to 0: any */
    int64_t least_ms; /* the server was silent at least this long */
    int code;
    const char *remedy; /* NULL: about the key */
} causes[] = {
    {"invalid_api_key", 0, 0, 0, SL_E_AUTH, NULL},
    {"authentication", 0, 0, 0, SL_E_AUTH, NULL},
    {"insufficient_", 0, 0, 0, SL_E_BALANCE, SL__TR_NOOP("top up the account")},
    {"quota_exceeded", 0, 0, 0, SL_E_BALANCE, SL__TR_NOOP("top up the account")},
    {"billing", 0, 0, 0, SL_E_BALANCE, SL__TR_NOOP("top up the account")},
    {"censorship", 0, 0, 0, SL_E_MODERATION,
     SL__TR_NOOP("the provider's moderation refused it; change the picture or the text")},
    {"content_filter", 0, 0, 0, SL_E_MODERATION,
     SL__TR_NOOP("the provider's moderation refused it; change the picture or the text")},
    {"model_", 0, 0, 0, SL_E_MODEL,
     SL__TR_NOOP("set “model” to one that this provider and key have")},
    {"rate_limit", 0, 0, 0, SL_E_RATE,
     SL__TR_NOOP("too many requests; wait a little and ask again")},
    {NULL, 300, 399, 0, SL_E_HTTP,
     SL__TR_NOOP("the address has moved; set base_url to the new one")},
    {NULL, 401, 401, 0, SL_E_AUTH, NULL},
    {NULL, 402, 402, 0, SL_E_BALANCE, SL__TR_NOOP("top up the account")},
    {NULL, 403, 403, 0, SL_E_HTTP, SL__TR_NOOP("the key may not use this; check the account")},
    {NULL, 404, 404, 0, SL_E_MODEL, SL__TR_NOOP("check the base URL and the model's name")},
    {NULL, 405, 405, 0, SL_E_HTTP, SL__TR_NOOP("check the base URL")},
    {NULL, 407, 407, 0, SL_E_NETWORK,
     SL__TR_NOOP("a proxy is in the way; check its name and password")},
    {NULL, 408, 408, 0, SL_E_TIMEOUT,
     SL__TR_NOOP("the request took too long to arrive; ask again")},
    {NULL, 413, 413, 0, SL_E_TOO_LARGE, SL__TR_NOOP("send fewer or smaller pictures")},
    {NULL, 429, 429, 0, SL_E_RATE, SL__TR_NOOP("too many requests; wait a little and ask again")},
    {NULL, 451, 451, 0, SL_E_MODERATION,
     SL__TR_NOOP("the provider's moderation refused it; change the picture or the text")},
    {NULL, 499, 499, 0, SL_E_SERVER, SL__TR_NOOP("the server gave the request up; ask again")},
    {NULL, 400, 499, 0, SL_E_HTTP, SL__TR_NOOP("change what was asked or the model")},
    {NULL, 503, 504, LONG_WORK_MS, SL_E_SERVER,
     SL__TR_NOOP("the server stops after ten minutes; ask for less at once, or with less effort")},
    {NULL, 500, 599, SL__UNBILLED_MS + 1, SL_E_SERVER,
     SL__TR_NOOP(
         "it may have been worked on and billed, so it was not sent again by itself; ask again")},
    {NULL, 500, 599, 0, SL_E_SERVER,
     SL__TR_NOOP("the server has a problem; wait a little and ask again")},
    {NULL, 0, 0, 0, SL_E_PROTOCOL, SL__TR_NOOP("check the base URL")},
};

static bool fits(const struct cause *row, const char *type, long status, int64_t after_ms)
{
    if (row->type && (!type || strncmp(type, row->type, strlen(row->type)) != 0))
        return false;
    if (row->last > 0 && (status < row->first || status > row->last))
        return false;
    return after_ms >= row->least_ms;
}

static const struct cause *find_cause(const char *type, long status, int64_t after_ms)
{
    const struct cause *row = causes;
    while (!fits(row, type, status, after_ms))
        row++;
    return row;
}

int sl__failure_code(const char *type, long status)
{
    return find_cause(type, status, 0)->code;
}

void sl__failure_span(char *to, size_t room, int64_t ms)
{
    int64_t seconds = (ms + 999) / 1000;
    if (ms > 0 && ms < 1000)
        snprintf(to, room, sl__tr("%lld ms"), (long long)ms);
    else if (seconds < 120)
        snprintf(to, room, sl__tr("%lld s"), (long long)seconds);
    else
        snprintf(to, room, sl__tr("%lld min"), (long long)((seconds + 59) / 60));
}

/* Remedies that depend on more than the row. */
static void describe_remedy(const struct sl__failure_context *context,
                            const struct sl__reply *reply, const struct cause *cause, char *to,
                            size_t room)
{
    const struct sl_config *config = context->config;
    const char *hint = context->setup_hint ? context->setup_hint : sl__tr("set another key");
    const char *other = config->built_in ? config->row->other_region : NULL;
    bool by_token = other && config->row->currency;
    char span[48];
    sl__failure_span(span, sizeof span, reply->retry_after_ms);
    if (reply->location)
        snprintf(to, room,
                 sl__tr("it points to %.200s, which is not followed; set base_url if that is "
                        "right"),
                 reply->location);
    else if (reply->retry_after_ms > SL__LONGEST_WAIT_MS)
        snprintf(to, room, sl__tr("it wants no request for %s; ask again then"), span);
    else if (cause->code == SL_E_BALANCE && by_token)
        snprintf(to, room, "%s",
                 sl__tr("top up the account, or use provider step-plan with a subscription"));
    else if (cause->remedy)
        snprintf(to, room, "%s", sl__tr(cause->remedy));
    else if (other)
        snprintf(to, room, sl__tr("%s, or choose provider %s if the key is from there"), hint,
                 other);
    else
        snprintf(to, room, "%s", hint);
}

/* Cuts what a full buffer may have left of a character at the end, and the sentence's full stop. */
static void trim(char *text)
{
    size_t len = strlen(text), at = 0;
    while (at < len) {
        struct sl__utf8 next = sl__utf8_next(text + at, len - at);
        if (next.kind == SL__UTF8_CUT)
            break;
        at += next.length;
    }
    while (at > 0 && strchr(". \r\n\t", text[at - 1]))
        at--;
    text[at] = '\0';
}

/* The sentence about a body without one of the server's: host, status, remedy and trace. */
static const char *describe_body(const struct sl__reply *reply)
{
    if (reply->body_len == 0)
        return SL__TR_NOOP("%s answered %ld with an empty body; %s%s");
    if (strncasecmp(reply->type, "text/html", 9) == 0 || reply->body[0] == '<')
        return SL__TR_NOOP("%s answered %ld with a web page instead of an answer; %s%s");
    return SL__TR_NOOP("%s answered %ld with something that is no answer; %s%s");
}

/* The server's own words: of an error object, or a text that is plain and short; else "". */
static void quote(const struct sl__reply *reply, const struct sl__server_error *found, char *to,
                  size_t room)
{
    bool plain = strncasecmp(reply->type, "text/plain", 10) == 0 && reply->body_len > 0 &&
                 reply->body_len < SAID_MAX;
    *to = '\0';
    if (found->sentence && *found->sentence)
        snprintf(to, room, "%s", found->sentence);
    else if (plain)
        snprintf(to, room, "%.*s", (int)reply->body_len, reply->body);
    if (*to)
        trim(to);
}

/* Failures that the same request would meet again, however long one waits. */
static bool is_lasting(const struct sl_config *config, int code, long status)
{
    if (status == 500 && config->row->quirks & SL__LASTING_ERRORS)
        return true;
    return code != SL_E_RATE && code != SL_E_SERVER;
}

int sl__failure_http(const struct sl__failure_context *context, const struct sl__reply *reply,
                     struct sl__failure *failure)
{
    const char *host = context->config->url.host;
    char remedy[SL_ERROR_MESSAGE_MAX], said[SAID_MAX], trace[120] = "";
    struct sl__server_error found = {0};
    cJSON *json = sl__json_parse(reply->body, reply->body_len, NULL);
    if (json)
        sl__server_error_read(&found, json);
    long status = found.status >= 300 && found.status <= 599 ? found.status : reply->status;
    const struct cause *cause = find_cause(found.type, status, reply->after_ms);
    quote(reply, &found, said, sizeof said);
    cJSON_Delete(found.inner);
    cJSON_Delete(json);
    describe_remedy(context, reply, cause, remedy, sizeof remedy);
    if (*reply->trace)
        snprintf(trace, sizeof trace, sl__tr(" (trace %.100s)"), reply->trace);
    *failure =
        (struct sl__failure){.attempts = is_lasting(context->config, cause->code, status) ? 1 : 0};
    snprintf(failure->reason, sizeof failure->reason, sl__tr("%.200s answered %ld"), host, status);
    if (*said)
        sl_error_set(&failure->error, cause->code, "%s answered %ld: %s; %s%s", host, status, said,
                     remedy, trace);
    else
        sl_error_set(&failure->error, cause->code, describe_body(reply), host, status, remedy,
                     trace);
    failure->error.http_status = (int)status;
    return cause->code;
}

/* What broke, and the remedy; how often it is worth a try, 0: as the configuration says. */
static const struct breakage {
    CURLcode result;
    int code;
    unsigned attempts;
    const char *reason, *remedy;
} breakages[] = {
    {CURLE_COULDNT_RESOLVE_HOST, SL_E_NETWORK, 2, SL__TR_NOOP("its name could not be found"),
     SL__TR_NOOP("check the base URL and the network")},
    {CURLE_COULDNT_RESOLVE_PROXY, SL_E_NETWORK, 2,
     SL__TR_NOOP("the proxy's name could not be found"),
     SL__TR_NOOP("check https_proxy, or “proxy” in the configuration")},
    {CURLE_COULDNT_CONNECT, SL_E_NETWORK, 0, SL__TR_NOOP("it does not accept connections"),
     SL__TR_NOOP("check that the server runs and the base URL is right")},
    {CURLE_GOT_NOTHING, SL_E_NETWORK, 0, SL__TR_NOOP("it closed the connection without an answer"),
     SL__TR_NOOP("ask again")},
    {CURLE_SEND_ERROR, SL_E_NETWORK, 0, SL__TR_NOOP("the connection broke while sending"),
     SL__TR_NOOP("ask again")},
    {CURLE_SEND_FAIL_REWIND, SL_E_NETWORK, 0, SL__TR_NOOP("the connection broke"),
     SL__TR_NOOP("ask again")},
    {CURLE_RECV_ERROR, SL_E_NETWORK, 0, SL__TR_NOOP("the connection broke"),
     SL__TR_NOOP("ask again")},
    {CURLE_HTTP2, SL_E_NETWORK, 0, SL__TR_NOOP("the connection broke"), SL__TR_NOOP("ask again")},
    {CURLE_HTTP2_STREAM, SL_E_NETWORK, 0, SL__TR_NOOP("the server dropped the request"),
     SL__TR_NOOP("ask again")},
    {CURLE_PARTIAL_FILE, SL_E_INCOMPLETE, 0,
     SL__TR_NOOP("the connection ended before the answer did"), SL__TR_NOOP("ask again")},
    {CURLE_BAD_CONTENT_ENCODING, SL_E_PROTOCOL, 1,
     SL__TR_NOOP("its answer is compressed in a broken way"),
     SL__TR_NOOP("check the base URL and the proxies on the way")},
    {CURLE_PEER_FAILED_VERIFICATION, SL_E_TLS, 1, SL__TR_NOOP("its certificate cannot be trusted"),
     SL__TR_NOOP("check the base URL and the clock, or set ca_file for a private authority")},
    {CURLE_SSL_CONNECT_ERROR, SL_E_TLS, 2, SL__TR_NOOP("no secure connection came about"),
     SL__TR_NOOP("check that the base URL is an https server")},
    {CURLE_SSL_CACERT_BADFILE, SL_E_TLS, 1, SL__TR_NOOP("the certificates to trust cannot be read"),
     SL__TR_NOOP("check ca_file, or install ca-certificates")},
    {CURLE_WEIRD_SERVER_REPLY, SL_E_PROTOCOL, 1, SL__TR_NOOP("it does not speak HTTP"),
     SL__TR_NOOP("check the base URL and the port")},
    {CURLE_UNSUPPORTED_PROTOCOL, SL_E_PROTOCOL, 1, SL__TR_NOOP("it does not speak HTTP"),
     SL__TR_NOOP("check the base URL and the port")},
    {CURLE_WRITE_ERROR, SL_E_NOMEM, 1, SL__TR_NOOP("there is no memory left"),
     SL__TR_NOOP("close something")},
    {CURLE_OUT_OF_MEMORY, SL_E_NOMEM, 1, SL__TR_NOOP("there is no memory left"),
     SL__TR_NOOP("close something")},
};

static const struct breakage *find_breakage(CURLcode result)
{
    for (size_t i = 0; i < sizeof breakages / sizeof *breakages; i++) {
        if (breakages[i].result == result)
            return &breakages[i];
    }
    return NULL;
}

/* What sends a request through a proxy, in words, or NULL; NO_PROXY may still make an exception. */
static const char *proxy_setting(const struct sl_config *config)
{
    static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    if (config->url.loopback)
        return NULL;
    if (config->proxy)
        return *config->proxy ? sl__tr("“proxy” of the configuration") : NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (sl__env(names[i]))
            return names[i];
    }
    return NULL;
}

static int tell(struct sl__failure *failure, int code, const char *base, const char *reason,
                const char *remedy)
{
    snprintf(failure->reason, sizeof failure->reason, sl__tr("%.80s: %.160s"), base, reason);
    return sl_error_set(&failure->error, code, "%s: %s; %s", base, reason, remedy);
}

static int tell_proxy(const struct sl__failure_context *context, const struct sl__broken *broken,
                      struct sl__failure *failure)
{
    const char *setting = proxy_setting(context->config);
    char reason[300], remedy[300];
    if (setting)
        snprintf(remedy, sizeof remedy, sl__tr("check %s and its password"), setting);
    else
        snprintf(remedy, sizeof remedy, "%s", sl__tr("check the proxy's address and its password"));
    snprintf(reason, sizeof reason, sl__tr("the proxy answered %ld instead of connecting"),
             broken->proxy_status);
    failure->attempts = broken->proxy_status < 500 ? 1 : 0;
    return tell(failure, SL_E_NETWORK, context->config->url.base, reason, remedy);
}

int sl__failure_curl(const struct sl__failure_context *context, const struct sl__broken *broken,
                     struct sl__failure *failure)
{
    const struct sl_config *config = context->config;
    const char *base = config->url.base, *setting = proxy_setting(config);
    const struct breakage *row = find_breakage(broken->result);
    int code = row ? row->code : SL_E_NETWORK;
    const char *reason = row               ? sl__tr(row->reason)
                         : *broken->detail ? broken->detail
                                           : curl_easy_strerror(broken->result);
    const char *remedy = row ? sl__tr(row->remedy) : sl__tr("check the network and ask again");
    char proxied[300];
    *failure = (struct sl__failure){.attempts = row ? row->attempts : 0};
    if (broken->proxy_status >= 400)
        return tell_proxy(context, broken, failure);
    if (broken->begun && code == SL_E_NETWORK)
        return tell(failure, SL_E_INCOMPLETE, base,
                    sl__tr("the connection broke before the answer was whole"),
                    sl__tr("ask again"));
    if (broken->sent && code == SL_E_NETWORK)
        remedy =
            sl__tr("everything was sent and may be billed, so it was not sent again; ask again");
    if (broken->result == CURLE_COULDNT_CONNECT && setting) {
        snprintf(proxied, sizeof proxied,
                 sl__tr("it, or the proxy of %s, does not accept connections"), setting);
        return tell(failure, code, base, proxied, sl__tr("check both"));
    }
    if (broken->result == CURLE_COULDNT_CONNECT && config->url.loopback)
        failure->attempts = 1; /* nothing runs there, and waiting starts nothing */
    return tell(failure, code, base, reason, remedy);
}

int sl__failure_limit(const struct sl__failure_context *context, enum sl__limit limit,
                      struct sl__failure *failure)
{
    static const struct {
        const char *reason, *remedy, *setting;
    } rows[] = {
        [SL__LIMIT_LOOKUP] = {SL__TR_NOOP("its name was not found within %s"),
                              SL__TR_NOOP("check the network"), "connect"},
        [SL__LIMIT_CONNECT] = {SL__TR_NOOP("no connection came about within %s"),
                               SL__TR_NOOP("check the network"), "connect"},
        [SL__LIMIT_FIRST_BYTE] = {SL__TR_NOOP("no answer began within %s"),
                                  SL__TR_NOOP("ask for less at once"), "first_byte"},
        [SL__LIMIT_UPLOAD] = {SL__TR_NOOP("nothing more could be sent for %s"),
                              SL__TR_NOOP("check the network"), "stall"},
        [SL__LIMIT_STALL] = {SL__TR_NOOP("the answer stopped for %s"), SL__TR_NOOP("ask again"),
                             "stall"},
    };
    const struct sl__limits *limits = &context->config->limits;
    const int64_t lengths[] = {[SL__LIMIT_LOOKUP] = limits->connect_ms,
                               [SL__LIMIT_CONNECT] = limits->connect_ms,
                               [SL__LIMIT_FIRST_BYTE] = limits->first_byte_ms,
                               [SL__LIMIT_UPLOAD] = limits->stall_ms,
                               [SL__LIMIT_STALL] = limits->stall_ms};
    char span[48], reason[240], remedy[300];
    sl__failure_span(span, sizeof span, lengths[limit]);
    snprintf(reason, sizeof reason, sl__tr(rows[limit].reason), span);
    snprintf(remedy, sizeof remedy, sl__tr("%s, or raise “%s” of “timeouts” in the configuration"),
             sl__tr(rows[limit].remedy), rows[limit].setting);
    *failure = (struct sl__failure){0};
    return tell(failure, SL_E_TIMEOUT, context->config->url.base, reason, remedy);
}
