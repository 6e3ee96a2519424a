/*
 * The client on the wire: the exact bytes of its requests, and what each behaviour of a server
 * becomes for the host. The server is scripted; the sockets are real.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <sightline/sightline.h>

#include "clock.h"
#include "harness.h"
#include "peer.h"
#include "place.h"

/* A picture of one white pixel, with nothing to leave out, and its base64 as other programs give
 * it. */
static const unsigned char PIXEL[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00,
    0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x08,
    0xd7, 0x63, 0xf8, 0xff, 0xff, 0x3f, 0x00, 0x05, 0xfe, 0x02, 0xfe, 0xdc, 0xcc, 0x59,
    0xe7, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
#define PIXEL_BASE64                                                                               \
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVQI12P4//8/AAX+Av7czFnnAAAAAElFTkSuQmCC"

#define STREAM "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define CLOSING STREAM "Connection: close\r\n\r\n"
#define DELTA(text) "data: {\"choices\":[{\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define STOP "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
#define DONE "data: [DONE]\n\n"

/* What the host saw of one request. */
struct seen {
    struct sl__buf text, reasoning, notes, order;
    enum sl_phase phase;
    int terminals;
    enum sl_event_type terminal;
    struct sl_error error;
    struct sl_usage usage;
    char model[64];
    bool after_terminal;
};

static void seen_init(struct seen *seen)
{
    struct sl__buf empty = SL__BUF_INIT(1u << 20);
    *seen = (struct seen){.text = empty, .reasoning = empty, .notes = empty, .order = empty};
}

static void seen_release(struct seen *seen)
{
    sl__buf_release(&seen->text);
    sl__buf_release(&seen->reasoning);
    sl__buf_release(&seen->notes);
    sl__buf_release(&seen->order);
}

static void on_event(const struct sl_event *event, void *data)
{
    struct seen *seen = data;
    seen->after_terminal = seen->after_terminal || seen->terminals > 0;
    assert_int_equal(strlen(event->text), event->len);
    switch (event->type) {
    case SL_EVENT_PROGRESS:
        if (event->phase != seen->phase)
            sl__buf_addf(&seen->order, "%s ", sl_phase_name(event->phase));
        seen->phase = event->phase;
        break;
    case SL_EVENT_TEXT:
        sl__buf_adds(&seen->text, event->text);
        break;
    case SL_EVENT_REASONING:
        sl__buf_adds(&seen->reasoning, event->text);
        break;
    case SL_EVENT_NOTE:
        sl__buf_addf(&seen->notes, "%d %s\n", (int)event->level, event->text);
        break;
    default:
        seen->terminals++;
        seen->terminal = event->type;
        seen->usage = event->usage;
        snprintf(seen->model, sizeof seen->model, "%s", event->model);
        if (event->error)
            seen->error = *event->error;
    }
}

static void dispatch_until_terminal(struct sl_client *client, const struct seen *seen)
{
    struct pollfd ready = {.fd = sl_client_fd(client), .events = POLLIN};
    while (seen->terminals == 0) {
        if (poll(&ready, 1, 20000) <= 0)
            fail_msg("no terminal event came");
        sl_client_dispatch(client);
    }
}

static struct sl_client *new_client(void)
{
    struct sl_client_options options = {.setup_hint = "run the set-up"};
    struct sl_client *client = NULL;
    assert_int_equal(sl_client_new(&client, &options, NULL), 0);
    return client;
}

static uint64_t start_pixel(struct sl_client *client, struct seen *seen)
{
    struct sl_media media = {.kind = SL_MEDIA_BYTES, .bytes = PIXEL, .len = sizeof PIXEL};
    struct sl_request request = {
        .task = "describe", .media = &media, .media_count = 1, .instruction = "Say \"hi\"."};
    struct sl_error error = SL_ERROR_INIT;
    uint64_t id = 0;
    seen_init(seen);
    if (sl_client_start(client, &request, on_event, seen, &id, &error))
        fail_msg("%s", error.message);
    assert_int_not_equal(id, 0);
    return id;
}

static void ask(struct sl_client *client, struct seen *seen)
{
    start_pixel(client, seen);
    dispatch_until_terminal(client, seen);
    assert_int_equal(seen->terminals, 1);
    assert_false(seen->after_terminal);
}

static void use_peer(const struct peer *peer, const char *provider)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1", peer->port);
    setenv("SIGHTLINE_BASE_URL", url, 1);
    setenv("SIGHTLINE_PROVIDER", provider, 1);
    /* A proxy that nothing listens at: loopback must not go through it. */
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    setenv("all_proxy", "http://127.0.0.1:9", 1);
    /* The prompt is the task's own business; here it must not change under the test. */
    put_file("tasks/describe.task",
             "media: image+\ndetail: low\neffort: low\n\nLook. {{instruction}}\n", 0644);
    put_file(".config/sightline/config.json", "{\"tasks_dir\": \"~/tasks\"}", 0644);
}

/* A peer and a client that talks to it. */
struct pair {
    struct peer peer;
    struct sl_client *client;
};

static void pair_start(struct pair *pair, const struct peer_script *scripts, int count,
                       const char *provider)
{
    peer_start(&pair->peer, scripts, count);
    use_peer(&pair->peer, provider);
    pair->client = new_client();
}

/* Afterwards what the peer received can be looked at, until peer_release. */
static void pair_stop(struct pair *pair)
{
    sl_client_free(pair->client);
    peer_stop(&pair->peer);
}

/* One request and its answer. */
static void converse(struct pair *pair, const struct peer_script *script, const char *provider,
                     struct seen *seen)
{
    pair_start(pair, script, 1, provider);
    ask(pair->client, seen);
    pair_stop(pair);
}

/* Waits for the first text of a request that goes on. */
static uint64_t start_and_await_text(struct sl_client *client, struct seen *seen)
{
    uint64_t id = start_pixel(client, seen);
    struct pollfd ready = {.fd = sl_client_fd(client), .events = POLLIN};
    while (seen->text.len == 0 && poll(&ready, 1, 20000) > 0)
        sl_client_dispatch(client);
    return id;
}

static void the_request_is_exactly_this(void **state)
{
    (void)state;
    static const struct {
        const char *provider, *key, *middle, *detail;
    } rows[] = {
        {"stepfun", "sk-test",
         "\"model\":\"step-3.7-flash\",\"stream\":true,"
         "\"reasoning_effort\":\"low\"",
         ",\"detail\":\"low\""},
        {"simulator", NULL,
         "\"model\":\"step-3.7-flash\",\"stream\":true,"
         "\"reasoning_effort\":\"low\"",
         ",\"detail\":\"low\""},
        {"openrouter", NULL,
         "\"model\":\"stepfun/step-3.7-flash\",\"stream\":true,"
         "\"reasoning\":{\"effort\":\"low\"}",
         ",\"detail\":\"low\""},
        {"local", NULL, "\"model\":\"step3-vl-10b\",\"stream\":true", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static const struct peer_script script = {CLOSING DELTA("x") STOP DONE, PEER_CLOSE, 0};
        struct pair pair;
        struct seen seen;
        char body[2048], expected[4096], key[64] = "";
        if (rows[i].key) {
            setenv("STEP_API_KEY", rows[i].key, 1);
            snprintf(key, sizeof key, "Authorization: Bearer %s\r\n", rows[i].key);
        }
        converse(&pair, &script, rows[i].provider, &seen);
        snprintf(body, sizeof body,
                 "{%s,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                 "\"image_url\":{\"url\":\"data:image/png;base64," PIXEL_BASE64 "\"%s}},"
                 "{\"type\":\"text\",\"text\":\"Look. Say \\\"hi\\\".\"}]}]}",
                 rows[i].middle, rows[i].detail);
        snprintf(expected, sizeof expected,
                 "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                 "User-Agent: sightline\r\nAccept: text/event-stream, application/json\r\n"
                 "Content-Type: application/json\r\n%sContent-Length: %zu\r\n\r\n%s",
                 pair.peer.port, key, strlen(body), body);
        assert_int_equal(pair.peer.request_count, 1);
        assert_string_equal(sl__buf_text(&pair.peer.requests[0].bytes), expected);
        assert_int_equal(seen.terminal, SL_EVENT_DONE);
        unsetenv("STEP_API_KEY");
        seen_release(&seen);
        peer_release(&pair.peer);
    }
}

/* What a server does, and what the host is told. */
struct behaviour {
    const char *answer;
    enum peer_end end;
    enum sl_event_type terminal;
    int code, status;
    const char *text;     /* of the answer */
    const char *sentence; /* a part of the error */
};

#define STATUS(line, body)                                                                         \
    "HTTP/1.1 " line "\r\nContent-Type: application/json\r\nX-Trace-Id: t-1\r\n"                   \
    "Connection: close\r\n\r\n" body

static const struct behaviour behaviours[] = {
    {CLOSING DELTA("One ") DELTA("two.") STOP DONE, PEER_CLOSE, SL_EVENT_DONE, 0, 0, "One two.",
     ""},
    {CLOSING DELTA("No stop.") DONE, PEER_CLOSE, SL_EVENT_DONE, 0, 0, "No stop.", ""},
    {CLOSING DELTA("No done.") STOP, PEER_CLOSE, SL_EVENT_DONE, 0, 0, "No done.", ""},
    {CLOSING "data: {\"choices\":[{\"delta\":{\"content\":null}}]}\n\n"
             "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n" DELTA("Fine.") STOP DONE,
     PEER_CLOSE, SL_EVENT_DONE, 0, 0, "Fine.", ""},
    {CLOSING
     ": hello\r\n\r\ndata: {\"choices\":\r\ndata: [{\"delta\":{\"content\":\"Two lines.\"}}]"
     "}\r\n\r\n" STOP DONE,
     PEER_CLOSE, SL_EVENT_DONE, 0, 0, "Two lines.", ""},
    {CLOSING DELTA("\\u001b[2J\\u0000\\u0007x") STOP DONE, PEER_CLOSE, SL_EVENT_DONE, 0, 0,
     "\xe2\x90\x9b[2J\xe2\x90\x80\xe2\x90\x87x", ""},
    {CLOSING DELTA("Cut"), PEER_CLOSE, SL_EVENT_FAILED, SL_E_INCOMPLETE, 0, "Cut",
     "the connection ended before the answer did; ask again"},
    {STREAM "Content-Length: 9999\r\n\r\n" DELTA("Short"), PEER_CLOSE, SL_EVENT_FAILED,
     SL_E_INCOMPLETE, 0, "Short", "the connection broke before the answer was whole"},
    {STREAM "Transfer-Encoding: chunked\r\n\r\n40\r\n" DELTA("x"), PEER_RESET, SL_EVENT_FAILED,
     SL_E_INCOMPLETE, 0, NULL, "the connection broke before the answer was whole"},
    {CLOSING DELTA("Half") "data: {\"error\":{\"message\":\"engine gone\",\"type\":\"x\"}}\n\n",
     PEER_CLOSE, SL_EVENT_FAILED, SL_E_HTTP, 0, "Half", "engine gone; ask again"},
    {CLOSING DELTA("Half") "data: {oops\n\n", PEER_CLOSE, SL_EVENT_FAILED, SL_E_PROTOCOL, 0, "Half",
     "something that is no JSON"},
    {CLOSING DELTA(
         "Blocked") "data: {\"choices\":[{\"finish_reason\":\"content_filter\"}]}\n\n" DONE,
     PEER_CLOSE, SL_EVENT_FAILED, SL_E_HTTP, 0, "Blocked", "moderation stopped the answer"},
    {CLOSING DELTA("Long") "data: {\"choices\":[{\"finish_reason\":\"length\"}]}\n\n" DONE,
     PEER_CLOSE, SL_EVENT_FAILED, SL_E_INCOMPLETE, 0, "Long", "length limit"},
    {CLOSING STOP DONE, PEER_CLOSE, SL_EVENT_FAILED, SL_E_INCOMPLETE, 0, "", "with nothing"},
    {STATUS("401 Unauthorized", "{\"error\":{\"message\":\"Incorrect API key provided\","
                                "\"type\":\"invalid_api_key\"}}"),
     PEER_CLOSE, SL_EVENT_FAILED, SL_E_AUTH, 401, "",
     "127.0.0.1 answered 401: Incorrect API key provided; run the set-up, or choose provider "
     "stepfun-cn if the key is from there (trace t-1)"},
    {STATUS("401 Unauthorized", ""), PEER_CLOSE, SL_EVENT_FAILED, SL_E_AUTH, 401, "",
     "answered 401; run the set-up"},
    {STATUS("402 Payment Required", "{\"error\":{\"message\":\"Insufficient balance.\"}}"),
     PEER_CLOSE, SL_EVENT_FAILED, SL_E_HTTP, 402, "",
     "402: Insufficient balance; top up the account"},
    {STATUS("404 Not Found", "{\"error\":{\"message\":\"The model does not exist\"}}"), PEER_CLOSE,
     SL_EVENT_FAILED, SL_E_HTTP, 404, "", "check the base URL and the model's name"},
    {STATUS("429 Too Many Requests", "{\"error\":\"slow down\"}"), PEER_CLOSE, SL_EVENT_FAILED,
     SL_E_HTTP, 429, "", "429: slow down; too many requests; wait a little"},
    {STATUS("451 Unavailable", "{\"error\":{\"message\":\"blocked\"}}"), PEER_CLOSE,
     SL_EVENT_FAILED, SL_E_HTTP, 451, "", "moderation refused it"},
    {"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
     "<html><script>x</script></html>",
     PEER_CLOSE, SL_EVENT_FAILED, SL_E_HTTP, 502, "",
     "answered 502 with a web page instead of an answer; the server has a problem"},
    {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n"
     "Connection: close\r\n\r\n",
     PEER_CLOSE, SL_EVENT_FAILED, SL_E_HTTP, 302, "", "the address has moved"},
    {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html></html>",
     PEER_CLOSE, SL_EVENT_FAILED, SL_E_PROTOCOL, 0, "",
     "with text/html instead of an event stream; check the base URL"},
    {CLOSING DELTA("Half \\ud83d") DELTA("\\ude00 pair") STOP DONE, PEER_CLOSE, SL_EVENT_DONE, 0, 0,
     "Half \xef\xbf\xbd\xef\xbf\xbd pair", ""},
    {CLOSING "data: {\"object\":\"error\",\"message\":\"out of memory\"}\n\n", PEER_CLOSE,
     SL_EVENT_FAILED, SL_E_HTTP, 0, "", "out of memory; ask again"},
    {"", PEER_CLOSE, SL_EVENT_FAILED, SL_E_NETWORK, 0, "",
     "it closed the connection without an answer"},
    {"SSH-2.0-OpenSSH_9.2\r\n", PEER_CLOSE, SL_EVENT_FAILED, SL_E_PROTOCOL, 0, "",
     "it does not speak HTTP"},
};

static void check_behaviour(const struct behaviour *row, size_t piece)
{
    struct peer_script script = {row->answer, row->end, piece};
    struct pair pair;
    struct seen seen;
    converse(&pair, &script, "stepfun", &seen);
    if (seen.terminal != row->terminal || seen.error.code != row->code ||
        !strstr(seen.error.message, row->sentence))
        fail_msg("row %td: terminal %d, code %d, «%s»", row - behaviours, (int)seen.terminal,
                 seen.error.code, seen.error.message);
    assert_int_equal(seen.error.http_status, row->status);
    if (row->text)
        assert_string_equal(sl__buf_text(&seen.text), row->text);
    peer_release(&pair.peer);
    seen_release(&seen);
}

static void each_behaviour_becomes_one_clear_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++)
        check_behaviour(&behaviours[i], 0);
}

static void each_behaviour_is_the_same_in_small_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++)
        check_behaviour(&behaviours[i], 7);
}

static void a_refused_key_is_not_repeated(void **state)
{
    (void)state;
    static const struct peer_script script = {
        STATUS("401 Unauthorized",
               "{\"error\":{\"message\":\"Incorrect key provided: sk-very-secret-0123.\"}}"),
        PEER_CLOSE, 0};
    struct pair pair;
    struct seen seen;
    setenv("STEP_API_KEY", "sk-very-secret-0123", 1);
    converse(&pair, &script, "stepfun", &seen);
    assert_int_equal(seen.error.code, SL_E_AUTH);
    assert_null(strstr(seen.error.message, "very"));
    assert_non_null(strstr(seen.error.message, "Incorrect key provided: ****"));
    unsetenv("STEP_API_KEY");
    seen_release(&seen);
    peer_release(&pair.peer);
}

/* A proxy that asks for a password, and one that is not there, before a server that is elsewhere.
 */
static void a_proxy_in_the_way_is_named(void **state)
{
    (void)state;
    static const struct peer_script script = {
        "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", PEER_CLOSE, 0};
    struct pair pair;
    struct seen seen;
    char proxy[64];
    pair_start(&pair, &script, 1, "simulator");
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", pair.peer.port);
    setenv("https_proxy", proxy, 1);
    setenv("SIGHTLINE_BASE_URL", "https://elsewhere.example.com/v1", 1);
    ask(pair.client, &seen);
    assert_non_null(strstr(seen.error.message, "the proxy answered 407 instead of connecting"));
    seen_release(&seen);
    setenv("https_proxy", "http://127.0.0.1:9", 1);
    ask(pair.client, &seen);
    assert_non_null(strstr(seen.error.message, "or the proxy of https_proxy, does not accept"));
    unsetenv("https_proxy");
    pair_stop(&pair);
    seen_release(&seen);
    peer_release(&pair.peer);
}

static void an_endless_page_is_cut_off(void **state)
{
    (void)state;
    struct sl__buf page = SL__BUF_INIT(1u << 20);
    struct pair pair;
    struct seen seen;
    sl__buf_adds(&page, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
    while (page.len < 200000)
        sl__buf_adds(&page, "<p>and so on</p>");
    struct peer_script script = {page.data, PEER_HOLD, 0};
    converse(&pair, &script, "simulator", &seen);
    assert_int_equal(seen.error.code, SL_E_PROTOCOL);
    assert_non_null(strstr(seen.error.message, "text/html instead of an event stream"));
    seen_release(&seen);
    peer_release(&pair.peer);
    sl__buf_release(&page);
}

/* The answer is there; what keeps the connection open after it is dropped after a while. */
static void a_server_that_does_not_end_is_left(void **state)
{
    (void)state;
    static const struct peer_script script = {CLOSING DELTA("x") DONE, PEER_HOLD, 0};
    struct pair pair;
    struct seen seen;
    pair_start(&pair, &script, 1, "simulator");
    ask(pair.client, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    peer_wait_closed(&pair.peer, 1);
    pair_stop(&pair);
    seen_release(&seen);
    peer_release(&pair.peer);
}

/* Whether a child of this process would inherit a connection. */
static bool inherits_connection(void)
{
    for (int descriptor = 3; descriptor < 256; descriptor++) {
        struct sockaddr_in name;
        socklen_t len = sizeof name;
        if (getpeername(descriptor, (struct sockaddr *)&name, &len) == 0 &&
            name.sin_family == AF_INET && ntohs(name.sin_port) != 0 &&
            !(fcntl(descriptor, F_GETFD) & FD_CLOEXEC))
            return true;
    }
    return false;
}

static void no_child_inherits_a_connection(void **state)
{
    (void)state;
    static const struct peer_script script = {CLOSING DELTA("Wait"), PEER_HOLD, 0};
    struct pair pair;
    struct seen seen;
    pair_start(&pair, &script, 1, "simulator");
    start_and_await_text(pair.client, &seen);
    assert_false(inherits_connection());
    pair_stop(&pair);
    seen_release(&seen);
    peer_release(&pair.peer);
}

static void reasoning_usage_and_phases_are_told(void **state)
{
    (void)state;
    static const struct peer_script script = {
        CLOSING "data: {\"model\":\"m-1\",\"choices\":[{\"delta\":{\"content\":\"\","
                "\"reasoning\":\"Hm\",\"reasoning_content\":\"Hm\"}}]}\n\n"
                "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\" so\"}}]}\n\n" DELTA(
                    "Yes.") "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],"
                            "\"usage\":{\"prompt_tokens\":85,\"completion_tokens\":616,\"prompt_"
                            "tokens_details\":"
                            "{\"cached_tokens\":7},\"completion_tokens_details\":{\"reasoning_"
                            "tokens\":9}}}\n\n" DONE,
        PEER_CLOSE, 0};
    struct pair pair;
    struct seen seen;
    converse(&pair, &script, "simulator", &seen);
    assert_string_equal(sl__buf_text(&seen.reasoning), "Hm so");
    assert_string_equal(sl__buf_text(&seen.text), "Yes.");
    assert_string_equal(seen.model, "m-1");
    assert_int_equal(seen.usage.input_tokens, 85);
    assert_int_equal(seen.usage.output_tokens, 616);
    assert_int_equal(seen.usage.cached_tokens, 7);
    assert_int_equal(seen.usage.reasoning_tokens, 9);
    assert_string_equal(sl__buf_text(&seen.order),
                        "preparing uploading checking thinking answering ");
    seen_release(&seen);
    peer_release(&pair.peer);
}

static void a_connection_is_kept_and_a_dead_one_replaced(void **state)
{
    (void)state;
#define KEPT STREAM "Transfer-Encoding: chunked\r\n\r\n"
#define CHUNKED_ANSWER                                                                             \
    "34\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"yes\"}}]}  \n\n\r\n"                      \
    "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"
    static const struct peer_script scripts[] = {{KEPT CHUNKED_ANSWER, PEER_KEEP, 0},
                                                 {KEPT CHUNKED_ANSWER, PEER_CLOSE, 0},
                                                 {KEPT CHUNKED_ANSWER, PEER_CLOSE, 0}};
    struct pair pair;
    pair_start(&pair, scripts, 3, "simulator");
    for (int i = 0; i < 3; i++) {
        struct seen seen;
        if (i == 2)
            peer_wait_closed(&pair.peer, 1);
        ask(pair.client, &seen);
        if (i == 2 && seen.terminal == SL_EVENT_FAILED) {
            /* Newer libcurls look only once a second whether a kept connection still lives. Then
             * nothing is sent twice unasked, and the sentence says what to do. */
            assert_non_null(strstr(seen.error.message, "after everything was sent; ask again"));
            seen_release(&seen);
            ask(pair.client, &seen);
        }
        assert_int_equal(seen.terminal, SL_EVENT_DONE);
        assert_string_equal(sl__buf_text(&seen.text), "yes");
        seen_release(&seen);
    }
    pair_stop(&pair);
    assert_int_equal(pair.peer.requests[0].connection, 1);
    assert_int_equal(pair.peer.requests[1].connection, 1);
    assert_int_equal(pair.peer.requests[2].connection, 2);
    peer_release(&pair.peer);
}

/* The limit of a cancel, for host and server. */
enum { CANCEL_MS = 50, TRIES = 5 };

static int64_t cancel_once(void)
{
    static const struct peer_script script = {CLOSING DELTA("Wait"), PEER_HOLD, 0};
    struct pair pair;
    struct seen seen;
    pair_start(&pair, &script, 1, "simulator");
    uint64_t id = start_and_await_text(pair.client, &seen);
    int64_t asked = sl__now_ms();
    sl_client_cancel(pair.client, id);
    dispatch_until_terminal(pair.client, &seen);
    int64_t told = sl__now_ms();
    assert_int_equal(seen.terminal, SL_EVENT_CANCELLED);
    peer_wait_closed(&pair.peer, 1); /* once it has seen the client go */
    int64_t gone = pair.peer.requests[0].gone_ms;
    sl_client_cancel(pair.client, id); /* what has ended is ignored */
    sl_client_dispatch(pair.client);
    assert_int_equal(seen.terminals, 1);
    pair_stop(&pair);
    peer_release(&pair.peer);
    seen_release(&seen);
    return (told > gone ? told : gone) - asked;
}

static void a_cancel_ends_it_for_host_and_server(void **state)
{
    (void)state;
    int64_t best = INT64_MAX;
    for (int i = 0; i < TRIES && best > CANCEL_MS; i++) {
        int64_t took = cancel_once();
        best = took < best ? took : best;
    }
    assert_true(best <= CANCEL_MS);
}

static void nothing_calls_back_after_free(void **state)
{
    (void)state;
    static const struct peer_script script = {CLOSING DELTA("Wait"), PEER_HOLD, 0};
    struct pair pair;
    struct seen seen;
    pair_start(&pair, &script, 1, "simulator");
    start_and_await_text(pair.client, &seen);
    pair_stop(&pair);
    assert_int_equal(seen.terminals, 0);
    peer_release(&pair.peer);
    seen_release(&seen);
}

static void count_release(void *count)
{
    atomic_fetch_add((atomic_int *)count, 1);
}

/* Starts with one good and one borrowed picture; `bad` makes the preparation fail. */
static int start_counted(struct sl_client *client, const char *task, bool bad, atomic_int *releases,
                         struct seen *seen, uint64_t *id)
{
    struct sl_media media[2] = {
        {.kind = SL_MEDIA_BYTES, .bytes = PIXEL, .len = bad ? 20 : sizeof PIXEL},
        {.kind = SL_MEDIA_BYTES, .bytes = PIXEL, .len = sizeof PIXEL},
    };
    for (int i = 0; i < 2; i++) {
        media[i].release = count_release;
        media[i].release_data = releases;
    }
    struct sl_request request = {.task = task, .media = media, .media_count = 2};
    return sl_client_start(client, &request, on_event, seen, id, NULL);
}

static void media_are_released_once_however_it_ends(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{CLOSING DELTA("x") DONE, PEER_CLOSE, 0},
                                                 {CLOSING DELTA("x"), PEER_HOLD, 0}};
    struct pair pair;
    uint64_t id;
    pair_start(&pair, scripts, 2, "simulator");
    for (int way = 0; way < 4; way++) {
        static const char *const tasks[] = {"describe", "describe", "describe", "no-such-task"};
        struct seen seen;
        atomic_int releases = 0;
        seen_init(&seen);
        int code = start_counted(pair.client, tasks[way], way == 1, &releases, &seen, &id);
        assert_int_equal(code, way == 3 ? SL_E_INVALID : 0);
        if (way == 2)
            sl_client_cancel(pair.client, id);
        if (way < 3)
            dispatch_until_terminal(pair.client, &seen);
        if (way == 2) {
            sl_client_free(pair.client); /* the worker may have had the picture still */
            pair.client = new_client();
        }
        assert_int_equal(atomic_load(&releases), 2);
        seen_release(&seen);
    }
    pair_stop(&pair);
    peer_release(&pair.peer);
}

static void refused_starts_never_call_back(void **state)
{
    (void)state;
    static const struct peer_script script = {CLOSING DONE, PEER_CLOSE, 0};
    struct sl_media media = {.kind = SL_MEDIA_BYTES, .bytes = PIXEL, .len = sizeof PIXEL};
    const struct {
        struct sl_request request;
        int code;
        const char *sentence;
    } rows[] = {
        {{.task = "describe"}, SL_E_INVALID, "describe needs a picture; name a file"},
        {{.task = "describe", .media = &media, .media_count = 1, .detail = "huge"},
         SL_E_INVALID,
         "detail “huge” is not known; choose one of low, high"},
        {{.task = "describe", .media = &media, .media_count = 1, .effort = "x"},
         SL_E_INVALID,
         "effort “x” is not known; choose one of low, medium, high"},
        {{.task = "describe", .media = &media, .media_count = 1, .instruction = "caf\xe9"},
         SL_E_INVALID,
         "the instruction is not UTF-8; convert it"},
        {{.task = "nothing", .media = &media, .media_count = 1},
         SL_E_INVALID,
         "there is no task “nothing”"},
        {{.task = NULL}, SL_E_INVALID, "cannot be a task"},
    };
    struct pair pair;
    pair_start(&pair, &script, 1, "simulator");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl_error error = SL_ERROR_INIT;
        struct seen seen;
        uint64_t id = 7;
        seen_init(&seen);
        int code = sl_client_start(pair.client, &rows[i].request, on_event, &seen, &id, &error);
        assert_int_equal(code, rows[i].code);
        if (!strstr(error.message, rows[i].sentence))
            fail_msg("«%s» lacks «%s»", error.message, rows[i].sentence);
        assert_int_equal(id, 7);
        assert_int_equal(sl_client_dispatch(pair.client), 0);
        seen_release(&seen);
    }
    pair_stop(&pair);
    assert_int_equal(pair.peer.request_count, 0);
    peer_release(&pair.peer);
}

static void a_dead_port_and_a_missing_key_are_told(void **state)
{
    (void)state;
    struct peer peer;
    struct seen seen;
    peer_start(&peer, NULL, 0);
    use_peer(&peer, "stepfun");
    peer_stop(&peer); /* nothing listens there now */
    struct sl_client *client = new_client();
    ask(client, &seen);
    assert_int_equal(seen.error.code, SL_E_NETWORK);
    assert_non_null(strstr(seen.error.message, "it does not accept connections; check that"));
    seen_release(&seen);
    unsetenv("SIGHTLINE_BASE_URL");
    ask(client, &seen);
    assert_int_equal(seen.error.code, SL_E_NO_KEY);
    assert_string_equal(seen.error.message,
                        "stepfun has no API key: run the set-up, or set STEP_API_KEY");
    seen_release(&seen);
    setenv("STEP_API_KEY", "sk-test", 1);
    setenv("SIGHTLINE_LOOPBACK_ONLY", "1", 1);
    ask(client, &seen);
    assert_int_equal(seen.error.code, SL_E_CONFIG);
    assert_non_null(strstr(seen.error.message, "is another machine"));
    seen_release(&seen);
    sl_client_free(client);
}

static void a_check_reports_what_it_finds(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {
        {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
         "{\"object\":\"list\",\"data\":[{\"id\":\"other\"}]}",
         PEER_CLOSE, 0},
        {STATUS("401 Unauthorized", "{\"error\":{\"message\":\"no\"}}"), PEER_CLOSE, 0}};
    struct pair pair;
    struct seen seen;
    uint64_t id;
    pair_start(&pair, scripts, 2, "stepfun");
    setenv("STEP_API_KEY", "sk-test", 1);
    put_file(".config/sightline/config.json", "{\"oops\": 1}", 0644);
    for (int i = 0; i < 2; i++) {
        seen_init(&seen);
        assert_int_equal(sl_client_check(pair.client, on_event, &seen, &id, NULL), 0);
        dispatch_until_terminal(pair.client, &seen);
        const char *notes = sl__buf_text(&seen.notes);
        assert_int_equal(seen.terminal, SL_EVENT_DONE);
        assert_non_null(strstr(notes, "1 libsightline " SL_VERSION));
        assert_non_null(strstr(notes, "2 "));
        assert_non_null(strstr(notes, "“oops” means nothing here"));
        assert_non_null(strstr(notes, "1 key: STEP_API_KEY\n"));
        assert_null(strstr(notes, "sk-test"));
        assert_non_null(strstr(notes, i == 0 ? "1 provider: 127.0.0.1 answers and takes the key"
                                             : "3 provider: 127.0.0.1 answered 401: no"));
        assert_int_equal(strstr(notes, "does not list step-3.7-flash") != NULL, i == 0);
        seen_release(&seen);
    }
    put_file(".config/sightline/config.json", "{", 0644);
    seen_init(&seen);
    assert_int_equal(sl_client_check(pair.client, on_event, &seen, &id, NULL), 0);
    dispatch_until_terminal(pair.client, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    assert_non_null(strstr(sl__buf_text(&seen.notes), "3 "));
    assert_non_null(strstr(sl__buf_text(&seen.notes), "broken JSON at line 1"));
    seen_release(&seen);
    pair_stop(&pair);
    peer_release(&pair.peer);
}

static void a_key_is_stored_and_used(void **state)
{
    (void)state;
    static const struct peer_script script = {CLOSING DELTA("x") DONE, PEER_CLOSE, 0};
    struct pair pair;
    struct seen seen;
    uint64_t id;
    pair_start(&pair, &script, 1, "stepfun");
    seen_init(&seen);
    assert_int_equal(sl_client_set_key(pair.client, "bad key", on_event, &seen, &id, NULL),
                     SL_E_INVALID);
    assert_int_equal(sl_client_set_key(pair.client, "sk-stored", on_event, &seen, &id, NULL), 0);
    dispatch_until_terminal(pair.client, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    seen_release(&seen);
    ask(pair.client, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    pair_stop(&pair);
    assert_non_null(strstr(sl__buf_text(&pair.peer.requests[0].bytes),
                           "\r\nAuthorization: Bearer sk-stored\r\n"));
    seen_release(&seen);
    peer_release(&pair.peer);
}

static int count_descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (!folder)
        return 0;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void no_descriptor_is_left(void **state)
{
    (void)state;
    int before = 0;
    for (int round = 0; round < 3; round++) {
        static const struct peer_script script = {CLOSING DELTA("x") DONE, PEER_CLOSE, 0};
        struct pair pair;
        struct seen seen;
        converse(&pair, &script, "simulator", &seen);
        peer_release(&pair.peer);
        seen_release(&seen);
        if (round == 0)
            before = count_descriptors(); /* libraries keep what they opened the first time */
    }
    assert_int_equal(count_descriptors(), before);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_request_is_exactly_this, make_place, remove_place),
        cmocka_unit_test_setup_teardown(each_behaviour_becomes_one_clear_end, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(each_behaviour_is_the_same_in_small_pieces, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_refused_key_is_not_repeated, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_proxy_in_the_way_is_named, make_place, remove_place),
        cmocka_unit_test_setup_teardown(an_endless_page_is_cut_off, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_server_that_does_not_end_is_left, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(no_child_inherits_a_connection, make_place, remove_place),
        cmocka_unit_test_setup_teardown(reasoning_usage_and_phases_are_told, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_connection_is_kept_and_a_dead_one_replaced, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_cancel_ends_it_for_host_and_server, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(nothing_calls_back_after_free, make_place, remove_place),
        cmocka_unit_test_setup_teardown(media_are_released_once_however_it_ends, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(refused_starts_never_call_back, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_dead_port_and_a_missing_key_are_told, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_check_reports_what_it_finds, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_key_is_stored_and_used, make_place, remove_place),
        cmocka_unit_test_setup_teardown(no_descriptor_is_left, make_place, remove_place),
    };
    return run_cases(tests, argc, argv);
}
