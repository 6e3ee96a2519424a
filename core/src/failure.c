/* From a status or a libcurl code to a sentence. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "chat.h"
#include "failure.h"
#include "json.h"
#include "utf8.h"

/* What to do next, by status. Meanings: the vendor's table of error codes. */
static const struct {
    long first, last;
    int code;
    const char *remedy;
} remedies[] = {
    {300, 399, SL_E_HTTP, "the address has moved; set base_url to the new one"},
    {401, 401, SL_E_AUTH, NULL},
    {402, 402, SL_E_HTTP, "top up the account, or use provider step-plan with a subscription"},
    {403, 403, SL_E_HTTP, "the key may not use this; check the account"},
    {404, 404, SL_E_HTTP, "check the base URL and the model's name"},
    {413, 413, SL_E_HTTP, "send fewer or smaller pictures"},
    {429, 429, SL_E_HTTP, "too many requests; wait a little and ask again"},
    {451, 451, SL_E_HTTP, "the provider's moderation refused it; change the picture or the text"},
    {400, 499, SL_E_HTTP, "change what was asked or the model"},
    {500, 599, SL_E_HTTP, "the server has a problem; wait a little and ask again"},
    {0, 999, SL_E_HTTP, "check the base URL"},
};

static void describe_key_remedy(const struct sl__failure_context *context, char *to, size_t room)
{
    const struct sl_config *config = context->config;
    const char *hint = context->setup_hint ? context->setup_hint : "set another key";
    const char *other = config->built_in ? config->row->other_region : NULL;
    if (other)
        snprintf(to, room, "%s, or choose provider %s if the key is from there", hint, other);
    else
        snprintf(to, room, "%s", hint);
}

/* The length of a text that may be cut within its last character, without that. */
static size_t whole_length(const char *text)
{
    size_t len = strlen(text), at = 0;
    while (at < len) {
        struct sl__utf8 next = sl__utf8_next(text + at, len - at);
        if (next.kind == SL__UTF8_CUT)
            break;
        at += next.length;
    }
    return at;
}

static void describe_body(const struct sl__reply *reply, char *to, size_t room)
{
    cJSON *json = sl__json_parse(reply->body, reply->body_len, NULL);
    const char *sentence = json ? sl__error_sentence(json) : NULL;
    bool html = strncasecmp(reply->type, "text/html", 9) == 0;
    if (sentence)
        snprintf(to, room, ": %s", sentence);
    else
        snprintf(to, room, "%s", html ? " with a web page instead of an answer" : "");
    size_t len = whole_length(to);
    to[len] = '\0';
    while (len > 0 && (to[len - 1] == '.' || to[len - 1] == '\n'))
        to[--len] = '\0';
    cJSON_Delete(json);
}

int sl__failure_http(const struct sl__failure_context *context, const struct sl__reply *reply,
                     struct sl_error *error)
{
    char key_remedy[256], said[400], trace[120] = "";
    size_t row = 0;
    while (reply->status < remedies[row].first || reply->status > remedies[row].last)
        row++;
    describe_key_remedy(context, key_remedy, sizeof key_remedy);
    describe_body(reply, said, sizeof said);
    if (*reply->trace)
        snprintf(trace, sizeof trace, " (trace %.100s)", reply->trace);
    int code = sl_error_set(error, remedies[row].code, "%s answered %ld%s; %s%s",
                            context->config->url.host, reply->status, said,
                            remedies[row].remedy ? remedies[row].remedy : key_remedy, trace);
    if (error)
        error->http_status = (int)reply->status;
    return code;
}

static const struct {
    CURLcode result;
    int code;
    const char *sentence;
} transfers[] = {
    {CURLE_COULDNT_RESOLVE_HOST, SL_E_NETWORK,
     "its name could not be found; check the base URL and the network"},
    {CURLE_COULDNT_RESOLVE_PROXY, SL_E_NETWORK,
     "the proxy's name could not be found; check https_proxy"},
    {CURLE_COULDNT_CONNECT, SL_E_NETWORK,
     "it does not accept connections; check that the server runs and the base URL is right"},
    {CURLE_OPERATION_TIMEDOUT, SL_E_TIMEOUT,
     "it did not answer in time; check the network and ask again"},
    {CURLE_GOT_NOTHING, SL_E_NETWORK, "it closed the connection without an answer; ask again"},
    {CURLE_SEND_ERROR, SL_E_NETWORK, "the connection broke while sending; ask again"},
    {CURLE_SEND_FAIL_REWIND, SL_E_NETWORK,
     "the connection broke after everything was sent; ask again"},
    {CURLE_RECV_ERROR, SL_E_NETWORK, "the connection broke; ask again"},
    {CURLE_PARTIAL_FILE, SL_E_INCOMPLETE, "the connection ended before the answer did; ask again"},
    {CURLE_PEER_FAILED_VERIFICATION, SL_E_TLS,
     "its certificate cannot be trusted; check the base URL and the clock, or set ca_file for a "
     "private authority"},
    {CURLE_SSL_CONNECT_ERROR, SL_E_TLS,
     "no secure connection came about; check that the base URL is an https server"},
    {CURLE_SSL_CACERT_BADFILE, SL_E_TLS,
     "the certificates to trust cannot be read; check ca_file, or install ca-certificates"},
    {CURLE_WEIRD_SERVER_REPLY, SL_E_PROTOCOL,
     "it does not speak HTTP; check the base URL and the port"},
    {CURLE_UNSUPPORTED_PROTOCOL, SL_E_PROTOCOL,
     "it does not speak HTTP; check the base URL and the port"},
    {CURLE_OUT_OF_MEMORY, SL_E_NOMEM, "there is no memory left"},
};

/* Whether the environment sends a request through a proxy; NO_PROXY may still make an exception. */
static bool may_use_proxy(const struct sl_config *config)
{
    static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    bool set = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        set = set || sl__env(names[i]);
    return set && !config->url.loopback;
}

int sl__failure_curl(const struct sl__failure_context *context, const struct sl__broken *broken,
                     struct sl_error *error)
{
    const char *base = context->config->url.base;
    if (broken->proxy_status >= 400)
        return sl_error_set(error, SL_E_NETWORK,
                            "%s: the proxy answered %ld instead of connecting; check https_proxy "
                            "and its password",
                            base, broken->proxy_status);
    if (broken->result == CURLE_COULDNT_CONNECT && may_use_proxy(context->config))
        return sl_error_set(error, SL_E_NETWORK,
                            "%s: it, or the proxy of https_proxy, does not accept connections; "
                            "check both",
                            base);
    for (size_t i = 0; i < sizeof transfers / sizeof *transfers; i++) {
        if (transfers[i].result == broken->result)
            return sl_error_set(error, transfers[i].code, "%s: %s", base, transfers[i].sentence);
    }
    return sl_error_set(error, SL_E_NETWORK, "%s: %s; check the network and ask again", base,
                        *broken->detail ? broken->detail : curl_easy_strerror(broken->result));
}
