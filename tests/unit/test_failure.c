/* From what a server or a connection did to a code and a sentence. */
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "harness.h"

static struct sl__provider_row row = {
    .name = "stepfun", .other_region = "stepfun-cn", .currency = "USD"};
static struct sl_config config = {.provider = "stepfun",
                                  .row = &row,
                                  .built_in = true,
                                  .url = {.base = "https://api.test/v1", .host = "api.test"},
                                  .limits = SL__LIMITS_INIT};
static const struct sl__failure_context context = {.config = &config,
                                                   .setup_hint = "run the set-up"};

#define ERROR(type, message) "{\"error\":{\"message\":\"" message "\",\"type\":\"" type "\"}}"
#define WRAPPED(code, type, message)                                                               \
    "{\"error\":{\"message\":\"Provider returned error\",\"code\":" code ",\"metadata\":"          \
    "{\"raw\":\"{\\\"error\\\":{\\\"message\\\":\\\"" message "\\\",\\\"type\\\":\\\"" type        \
    "\\\"}}\",\"provider_name\":\"StepFun\"}}}"
#define HTML "<html><body>Bad gateway</body></html>"

enum { MINUTE = 60000 };

static const struct {
    long status;
    const char *type, *body;
    int64_t after_ms;
    int code, told; /* the status in the error */
    const char *sentence;
} answers[] = {
    {400, "json", ERROR("request_params_invalid", "max_tokens is bad."), 0, SL_E_HTTP, 400,
     "api.test answered 400: max_tokens is bad; change what was asked or the model"},
    {401, "json", ERROR("invalid_api_key", "Incorrect API key provided"), 0, SL_E_AUTH, 401,
     "401: Incorrect API key provided; run the set-up, or choose provider stepfun-cn if the key is "
     "from there"},
    {401, "", "", 0, SL_E_AUTH, 401, "answered 401 with an empty body; run the set-up"},
    {400, "json", ERROR("invalid_api_key", "no"), 0, SL_E_AUTH, 400, "run the set-up"},
    {402, "json", ERROR("insufficient_quota", "Balance too low."), 0, SL_E_BALANCE, 402,
     "Balance too low; top up the account, or use provider step-plan with a subscription"},
    {402, "json", ERROR("quota_exceeded", "x"), 0, SL_E_BALANCE, 402, "top up the account"},
    {402, "json", "{}", 0, SL_E_BALANCE, 402, "top up the account"},
    {429, "json", ERROR("insufficient_quota", "You have no credit"), 0, SL_E_BALANCE, 429,
     "top up the account"},
    {403, "json", ERROR("x", "no"), 0, SL_E_HTTP, 403, "the key may not use this"},
    {404, "json", ERROR("model_invalid", "The model \\\"m\\\" does not exist"), 0, SL_E_MODEL, 404,
     "The model \"m\" does not exist; set “model” to one that this provider and key have"},
    {400, "json", ERROR("model_invalid", "m"), 0, SL_E_MODEL, 400, "set “model”"},
    {404, "text/html; charset=utf-8", HTML, 0, SL_E_MODEL, 404,
     "answered 404 with a web page instead of an answer; check the base URL and the model's name"},
    {408, "json", "{}", 0, SL_E_TIMEOUT, 408, "took too long to arrive"},
    {413, "text/html", HTML, 0, SL_E_TOO_LARGE, 413, "send fewer or smaller pictures"},
    {422, "json", ERROR("x", "strange"), 0, SL_E_HTTP, 422, "422: strange; change what was asked"},
    {429, "json", "{\"error\":\"slow down\"}", 0, SL_E_RATE, 429,
     "429: slow down; too many requests; wait a little"},
    {429, "text/plain", "slow down\n", 0, SL_E_RATE, 429, "429: slow down; too many requests"},
    {451, "json", ERROR("censorship_blocked", "The content is blocked."), 0, SL_E_MODERATION, 451,
     "The content is blocked; the provider's moderation refused it; change the picture"},
    {400, "json", ERROR("censorship_block", "x"), 0, SL_E_MODERATION, 400, "moderation refused it"},
    {451, "json", "{}", 0, SL_E_MODERATION, 451, "moderation refused it"},
    {499, "json", "{}", 0, SL_E_SERVER, 499, "gave the request up"},
    {500, "json", "{oops", 0, SL_E_SERVER, 500,
     "answered 500 with something that is no answer; the server has a problem; wait a little"},
    {500, "", "", 0, SL_E_SERVER, 500, "answered 500 with an empty body"},
    {502, "text/html", HTML, 0, SL_E_SERVER, 502, "with a web page instead of an answer"},
    {502, "", HTML, 0, SL_E_SERVER, 502, "with a web page instead of an answer"},
    {503, "json", ERROR("x", "busy"), 9000, SL_E_SERVER, 503, "the server has a problem"},
    {503, "json", ERROR("x", "busy"), 20000, SL_E_SERVER, 503,
     "so it was not sent again by itself"},
    {503, "json", ERROR("x", "stopped"), 10 * MINUTE, SL_E_SERVER, 503,
     "503: stopped; the server stops after ten minutes; ask for less at once"},
    {504, "text/html", HTML, 10 * MINUTE, SL_E_SERVER, 504, "stops after ten minutes"},
    {529, "json", ERROR("overloaded_error", "Overloaded"), 0, SL_E_SERVER, 529, "Overloaded"},
    {502, "json", WRAPPED("451", "censorship_blocked", "blocked"), 0, SL_E_MODERATION, 451,
     "api.test answered 451: blocked; the provider's moderation"},
    {200, "json", WRAPPED("429", "x", "busy"), 0, SL_E_RATE, 429, "too many requests"},
    {200, "text/html", HTML, 0, SL_E_PROTOCOL, 200,
     "api.test answered 200 with a web page instead of an answer; check the base URL"},
    {200, "", "", 0, SL_E_PROTOCOL, 200, "answered 200 with an empty body; check the base URL"},
    {999, "", "\x01\x02", 0, SL_E_PROTOCOL, 999, "something that is no answer; check the base URL"},
};

static void each_answer_has_a_code_and_a_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        bool json = strcmp(answers[i].type, "json") == 0;
        struct sl__reply reply = {.status = answers[i].status,
                                  .type = json ? "application/json" : answers[i].type,
                                  .trace = "t-1",
                                  .body = answers[i].body,
                                  .body_len = strlen(answers[i].body),
                                  .after_ms = answers[i].after_ms,
                                  .retry_after_ms = -1};
        struct sl__failure failure;
        int code = sl__failure_http(&context, &reply, &failure);
        if (code != answers[i].code || !strstr(failure.error.message, answers[i].sentence))
            fail_msg("row %zu: %d «%s»", i, code, failure.error.message);
        assert_int_equal(failure.error.code, code);
        assert_int_equal(failure.error.http_status, answers[i].told);
        assert_non_null(strstr(failure.error.message, " (trace t-1)"));
        assert_int_equal(failure.attempts, code == SL_E_RATE || code == SL_E_SERVER ? 0 : 1);
    }
}

static void what_a_server_wants_is_said(void **state)
{
    (void)state;
    struct sl__failure failure;
    struct sl__reply reply = {
        .status = 429, .type = "", .trace = "", .body = "", .retry_after_ms = 600000};
    assert_int_equal(sl__failure_http(&context, &reply, &failure), SL_E_RATE);
    assert_string_equal(failure.error.message, "api.test answered 429 with an empty body; it wants "
                                               "no request for 10 min; ask again then");
    assert_string_equal(failure.reason, "api.test answered 429");
    reply = (struct sl__reply){.status = 302,
                               .type = "",
                               .trace = "",
                               .body = "",
                               .location = "https://other.test/x",
                               .retry_after_ms = -1};
    assert_int_equal(sl__failure_http(&context, &reply, &failure), SL_E_HTTP);
    assert_non_null(strstr(failure.error.message, "it points to https://other.test/x, which is not "
                                                  "followed; set base_url"));
}

static void a_subscription_is_not_suggested_to_who_has_it(void **state)
{
    (void)state;
    struct sl__failure failure;
    struct sl__reply reply = {
        .status = 402, .type = "", .trace = "", .body = "", .retry_after_ms = -1};
    row.currency = NULL;
    assert_int_equal(sl__failure_http(&context, &reply, &failure), SL_E_BALANCE);
    row.currency = "USD";
    assert_string_equal(failure.error.message,
                        "api.test answered 402 with an empty body; top up the account");
}

static void a_long_sentence_is_cut_between_characters(void **state)
{
    (void)state;
    static char body[4096] = "{\"error\":{\"message\":\"a";
    struct sl__failure failure;
    while (strlen(body) < 3000)
        strcat(body, "\xc3\xa9");
    strcat(body, "\"}}");
    struct sl__reply reply = {.status = 500,
                              .type = "application/json",
                              .trace = "",
                              .body = body,
                              .body_len = strlen(body)};
    sl__failure_http(&context, &reply, &failure);
    assert_null(strchr(failure.error.message, '?'));
    assert_non_null(strstr(failure.error.message, "\xc3\xa9; the server has a problem"));
}

/* Elsewhere time may mend a 500. */
static void a_500_may_be_about_the_request(void **state)
{
    (void)state;
    struct sl__failure failure;
    struct sl__reply reply = {.status = 500, .type = "", .trace = "", .body = ""};
    sl__failure_http(&context, &reply, &failure);
    assert_int_equal(failure.attempts, 0);
    row.quirks = SL__LASTING_ERRORS;
    sl__failure_http(&context, &reply, &failure);
    assert_int_equal(failure.attempts, 1);
    reply.status = 503;
    sl__failure_http(&context, &reply, &failure);
    assert_int_equal(failure.attempts, 0);
    row.quirks = 0;
}

static const struct {
    struct sl__broken broken;
    bool loopback;
    const char *proxy;
    int code;
    unsigned attempts;
    const char *sentence;
} breaks[] = {
    {{CURLE_COULDNT_RESOLVE_HOST, "", 0, false, false},
     false,
     NULL,
     SL_E_NETWORK,
     2,
     "https://api.test/v1: its name could not be found; check the base URL and the network"},
    {{CURLE_COULDNT_RESOLVE_PROXY, "", 0, false, false},
     false,
     "http://p:1",
     SL_E_NETWORK,
     2,
     "the proxy's name could not be found; check https_proxy, or “proxy”"},
    {{CURLE_COULDNT_CONNECT, "", 0, false, false},
     false,
     NULL,
     SL_E_NETWORK,
     0,
     "it does not accept connections; check that the server runs"},
    {{CURLE_COULDNT_CONNECT, "", 0, false, false},
     true,
     NULL,
     SL_E_NETWORK,
     1,
     "it does not accept connections; check that the server runs"},
    {{CURLE_COULDNT_CONNECT, "", 0, false, false},
     false,
     "http://p:1",
     SL_E_NETWORK,
     0,
     "it, or the proxy of “proxy” of the configuration, does not accept connections"},
    {{CURLE_RECV_ERROR, "", 407, false, false},
     false,
     "http://p:1",
     SL_E_NETWORK,
     1,
     "the proxy answered 407 instead of connecting; check “proxy” of the configuration and its"},
    {{CURLE_RECV_ERROR, "", 502, false, false},
     false,
     NULL,
     SL_E_NETWORK,
     0,
     "the proxy answered 502 instead of connecting"},
    {{CURLE_GOT_NOTHING, "", 0, true, false},
     true,
     NULL,
     SL_E_NETWORK,
     0,
     "it closed the connection without an answer; everything was sent and may be billed"},
    {{CURLE_SEND_ERROR, "", 0, false, false},
     true,
     NULL,
     SL_E_NETWORK,
     0,
     "the connection broke while sending; ask again"},
    {{CURLE_RECV_ERROR, "", 0, true, true},
     true,
     NULL,
     SL_E_INCOMPLETE,
     0,
     "the connection broke before the answer was whole; ask again"},
    {{CURLE_PARTIAL_FILE, "", 0, true, false},
     true,
     NULL,
     SL_E_INCOMPLETE,
     0,
     "the connection ended before the answer did; ask again"},
    {{CURLE_PEER_FAILED_VERIFICATION, "", 0, false, false},
     false,
     NULL,
     SL_E_TLS,
     1,
     "its certificate cannot be trusted"},
    {{CURLE_SSL_CONNECT_ERROR, "", 0, false, false},
     false,
     NULL,
     SL_E_TLS,
     2,
     "no secure connection came about"},
    {{CURLE_WEIRD_SERVER_REPLY, "", 0, true, false},
     true,
     NULL,
     SL_E_PROTOCOL,
     1,
     "it does not speak HTTP"},
    {{CURLE_BAD_CONTENT_ENCODING, "", 0, true, true},
     true,
     NULL,
     SL_E_PROTOCOL,
     1,
     "compressed in a broken way"},
    {{CURLE_INTERFACE_FAILED, "no such device", 0, false, false},
     false,
     NULL,
     SL_E_NETWORK,
     0,
     "https://api.test/v1: no such device; check the network"},
};

static void each_break_has_a_code_and_a_sentence(void **state)
{
    (void)state;
    unsetenv("https_proxy");
    unsetenv("HTTPS_PROXY");
    unsetenv("all_proxy");
    unsetenv("ALL_PROXY");
    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
        struct sl__failure failure;
        config.url.loopback = breaks[i].loopback;
        config.proxy = (char *)breaks[i].proxy;
        int code = sl__failure_curl(&context, &breaks[i].broken, &failure);
        if (code != breaks[i].code || failure.attempts != breaks[i].attempts ||
            !strstr(failure.error.message, breaks[i].sentence))
            fail_msg("row %zu: %d, %u, «%s»", i, code, failure.attempts, failure.error.message);
    }
    config.url.loopback = false;
    config.proxy = NULL;
}

static void each_limit_names_its_setting(void **state)
{
    (void)state;
    static const struct {
        enum sl__limit limit;
        const char *sentence;
    } limits[] = {
        {SL__LIMIT_LOOKUP, "its name was not found within 30 s; check the network, or raise "
                           "“connect” of “timeouts” in the configuration"},
        {SL__LIMIT_CONNECT, "no connection came about within 30 s; check the network, or raise "
                            "“connect”"},
        {SL__LIMIT_FIRST_BYTE, "no answer began within 11 min; ask for less at once, or raise "
                               "“first_byte”"},
        {SL__LIMIT_UPLOAD, "nothing more could be sent for 3 min; check the network, or raise "
                           "“stall”"},
        {SL__LIMIT_STALL, "the answer stopped for 3 min; ask again, or raise “stall”"},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct sl__failure failure;
        assert_int_equal(sl__failure_limit(&context, limits[i].limit, &failure), SL_E_TIMEOUT);
        if (!strstr(failure.error.message, limits[i].sentence))
            fail_msg("row %zu: «%s»", i, failure.error.message);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_has_a_code_and_a_sentence),
        cmocka_unit_test(what_a_server_wants_is_said),
        cmocka_unit_test(a_subscription_is_not_suggested_to_who_has_it),
        cmocka_unit_test(a_long_sentence_is_cut_between_characters),
        cmocka_unit_test(a_500_may_be_about_the_request),
        cmocka_unit_test(each_break_has_a_code_and_a_sentence),
        cmocka_unit_test(each_limit_names_its_setting),
    };
    return run_cases(tests, argc, argv);
}
