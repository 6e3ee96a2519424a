/*
 * The thread that talks to servers, without the rest of a client: cancels, limits of time, retries,
 * redirects and turns. The test itself is the server, on a socket of its own, so that it knows in
 * which state each exchange is.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "hang.h"
#include "harness.h"
#include "request.h"
#include "transfer.h"

enum { PATIENCE_MS = 20000, CANCEL_MS = 50, TRIES = 5, LARGE = 64 << 20 };

/* A protocol for these tests: the data of an event is text, and “end” is the end. */
static int read_event(struct sl__answer *answer, const char *type, const char *data, size_t len,
                      struct sl_error *error)
{
    (void)type, (void)len, (void)error;
    if (strcmp(data, "end") != 0)
        return sl__answer_part(answer, SL_EVENT_TEXT, 0, data);
    answer->done = true;
    answer->finish = SL__FINISH_STOP;
    return sl__buf_adds(&answer->text, "said");
}

static int read_whole(struct sl__answer *answer, const char *text, size_t len,
                      struct sl_error *error)
{
    int code = read_event(answer, "", text, len, error);
    return code ? code : read_event(answer, "", "end", 3, error);
}

static const struct sl__dialect dialect = {
    .path = "/ask", .event = read_event, .whole = read_whole};

static int take_part(struct sl__request *request, const struct sl__part *part)
{
    struct sl_event event = {.type = part->type, .text = part->text, .len = part->len};
    return sl__request_event(request, &event);
}

static void finish(struct sl__request *request, const struct sl__outcome *outcome)
{
    if (outcome->code)
        sl__request_failed(request, &outcome->error);
    else
        sl__request_done(request, outcome->answer ? "" : outcome->reply.body);
}

static const struct sl__operation operation = {.part = take_part, .finish = finish};

/* A thread under test and a server. */
struct station {
    struct sl__queue queue;
    struct sl__transfers transfers;
    int listener, port;
};

static void station_start(struct station *station)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    assert_int_equal(sl__queue_init(&station->queue, NULL), 0);
    sl__transfers_init(&station->transfers, &station->queue);
    assert_int_equal(sl__transfers_start(&station->transfers, NULL), 0);
    station->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(station->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(station->listener, 0), 0);
    assert_int_equal(getsockname(station->listener, (struct sockaddr *)&address, &len), 0);
    station->port = ntohs(address.sin_port);
}

static void station_end(struct station *station)
{
    sl__transfers_release(&station->transfers);
    sl__queue_release(&station->queue);
    close(station->listener);
}

/* A request that is not yet on its way; `address` has the port for its %d. */
static struct sl__request *make(struct station *station, const char *address, size_t body)
{
    struct sl_config *config = calloc(1, sizeof *config);
    char *text = malloc(body + 1), url[128];
    assert_true(config && text);
    snprintf(url, sizeof url, address, station->port);
    assert_int_equal(sl__url_parse(&config->url, url, NULL), 0);
    config->row = sl__provider_default();
    config->limits = (struct sl__limits)SL__LIMITS_INIT;
    config->proxy = strdup(""); /* none, whatever the environment says */
    struct sl__request *request = sl__request_new(&operation, config);
    assert_non_null(request);
    request->queue = &station->queue;
    memset(text, 'x', body);
    text[body] = '\0';
    request->exchange.path = "/ask";
    request->exchange.dialect = body > 0 ? &dialect : NULL;
    request->exchange.streams = true;
    if (body > 0)
        assert_int_equal(sl__body_text(&request->exchange.body, text), 0);
    free(text);
    return request;
}

static void set_off(struct station *station, struct sl__request *request)
{
    sl__request_hold(request);
    sl__transfers_add(&station->transfers, request);
}

static struct sl__request *start(struct station *station, const char *address, size_t body)
{
    struct sl__request *request = make(station, address, body);
    set_off(station, request);
    return request;
}

#define HERE "http://127.0.0.1:%d"
#define HERE_TLS "https://127.0.0.1:%d"

/* As the client does it. */
static void cancel(struct station *station, struct sl__request *request)
{
    atomic_store(&request->cancelled, true);
    sl__request_cancelled(request);
    sl__transfers_wake(&station->transfers);
}

/* Waits until the thread has let the request go; queued events may hold it too. */
static void await_release(struct station *station, struct sl__request *request)
{
    int64_t limit = sl__now_ms() + PATIENCE_MS;
    while (atomic_load(&request->references) > 1) {
        assert_true(sl__now_ms() < limit);
        for (struct sl__queued *queued = sl__queue_take(&station->queue), *next; queued;
             queued = next) {
            next = queued->next;
            sl__queued_free(queued);
        }
        sched_yield();
    }
}

/* What the host sees of one request. */
struct seen {
    char text[256], notes[512], phases[256];
    uint64_t waits[16];
    int wait_count;
    enum sl_event_type terminal;
    struct sl_error error;
};

static void add(char *to, size_t room, const char *text)
{
    size_t len = strlen(to);
    snprintf(to + len, room - len, "%s", text);
}

static void see(struct seen *seen, const struct sl__queued *queued)
{
    const struct sl_event *event = &queued->event;
    const char *text = sl__buf_text(&queued->text);
    if (event->type == SL_EVENT_PROGRESS && event->phase == SL_PHASE_WAITING &&
        seen->wait_count < 16)
        seen->waits[seen->wait_count++] = event->wait_ms;
    if (event->type == SL_EVENT_PROGRESS) {
        char phase[8];
        snprintf(phase, sizeof phase, "%d", (int)event->phase);
        size_t len = strlen(seen->phases);
        if (len == 0 || seen->phases[len - 1] != phase[0])
            add(seen->phases, sizeof seen->phases, phase);
    } else if (event->type == SL_EVENT_TEXT) {
        add(seen->text, sizeof seen->text, text);
    } else if (event->type == SL_EVENT_NOTE) {
        add(seen->notes, sizeof seen->notes, text);
    } else {
        seen->terminal = event->type;
        seen->error = queued->error;
        if (event->type == SL_EVENT_DONE)
            add(seen->text, sizeof seen->text, text);
    }
}

/* Takes what waits; the events of others are dropped. */
static void look(struct station *station, struct sl__request *request, struct seen *seen)
{
    for (struct sl__queued *queued = sl__queue_take(&station->queue), *next; queued;
         queued = next) {
        next = queued->next;
        if (queued->request == request)
            see(seen, queued);
        sl__queued_free(queued);
    }
}

static void wait_for_news(struct station *station)
{
    struct pollfd ready = {.fd = station->queue.read_end, .events = POLLIN};
    if (poll(&ready, 1, PATIENCE_MS) <= 0)
        fail_msg("no event came");
}

static void await_end(struct station *station, struct sl__request *request, struct seen *seen)
{
    while (!seen->terminal) {
        wait_for_news(station);
        look(station, request, seen);
    }
}

static void await_waiting(struct station *station, struct sl__request *request, struct seen *seen)
{
    while (seen->wait_count == 0) {
        wait_for_news(station);
        look(station, request, seen);
    }
}

/* The server's side. */

static int take_connection(struct station *station)
{
    struct pollfd ready = {.fd = station->listener, .events = POLLIN};
    int one = 1;
    assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
    int connection = accept(station->listener, NULL, NULL);
    assert_true(connection >= 0);
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return connection;
}

/* Reads one request, whose body is at most a few bytes; false when the client went. */
static bool read_request(int connection, char *to, size_t room)
{
    size_t len = 0;
    for (;;) {
        ssize_t count = recv(connection, to + len, room - 1 - len, 0);
        if (count <= 0)
            return false;
        to[len += (size_t)count] = '\0';
        const char *end = strstr(to, "\r\n\r\n"), *length = strstr(to, "Content-Length: ");
        size_t body = length ? strtoul(length + 16, NULL, 10) : 0;
        if (end && len >= (size_t)(end + 4 - to) + body)
            return true;
    }
}

static void answer(int connection, const char *text)
{
    size_t len = strlen(text);
    assert_int_equal(send(connection, text, len, MSG_NOSIGNAL), len);
}

/* Serves one request on a connection of its own and closes that. */
static void serve(struct station *station, const char *text)
{
    char request[4096];
    int connection = take_connection(station);
    assert_true(read_request(connection, request, sizeof request));
    answer(connection, text);
    close(connection);
}

static int64_t await_gone(int connection)
{
    static char bytes[1 << 16];
    struct timeval limit = {.tv_sec = PATIENCE_MS / 1000};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    while (recv(connection, bytes, sizeof bytes, 0) > 0)
        ;
    return sl__now_ms();
}

#define OK(type) "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " type "\r\n\r\n"
#define STREAM OK("text/event-stream")
#define ANSWER STREAM "data: yes\n\ndata: end\n\n"
#define STATUS(line) "HTTP/1.1 " line "\r\nConnection: close\r\nContent-Length: 0\r\n"

static void an_answer_ends_a_request(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    station_start(&station);
    struct sl__request *request = start(&station, HERE, 5);
    serve(&station, ANSWER);
    await_end(&station, request, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    assert_string_equal(seen.text, "yes");
    assert_string_equal(seen.phases, "235");
    assert_string_equal(seen.notes, "");
    sl__request_drop(request);
    struct seen whole = {0};
    request = start(&station, HERE, 5);
    serve(&station, OK("application/json") "yes");
    await_end(&station, request, &whole);
    assert_int_equal(whole.terminal, SL_EVENT_DONE);
    assert_string_equal(whole.text, "yes");
    sl__request_drop(request);
    struct seen got = {0};
    request = start(&station, HERE, 0);
    serve(&station, OK("application/json") "[1]");
    await_end(&station, request, &got);
    assert_int_equal(got.terminal, SL_EVENT_DONE);
    assert_string_equal(got.text, "[1]");
    sl__request_drop(request);
    station_end(&station);
}

/* Cancels. */

/* A server that does not even accept: its backlog is full. */
static void fill_backlog(struct station *station, int fillers[2])
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)station->port)};
    for (int i = 0; i < 2; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(fillers[i], (struct sockaddr *)&address, sizeof address);
    }
}

static const struct cancelled {
    const char *what, *address;
    size_t body;
    size_t await; /* bytes that the server reads before the cancel */
    const char *say;
} cancelled[] = {
    {"handshake", HERE_TLS, 5, 1, NULL},
    {"upload", HERE, LARGE, 1, NULL},
    {"first byte", HERE, 5, 0, NULL},
    {"headers", HERE, 5, 0, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"},
    {"streaming", HERE, 5, 0, STREAM "data: half\n\n"},
};

/* From the cancel until the server knows it and the thread has let go. */
static int64_t cancel_once(struct station *station, const struct cancelled *row)
{
    char bytes[4096];
    struct sl__request *request = start(station, row->address, row->body);
    int connection = take_connection(station);
    if (row->await > 0)
        assert_true(recv(connection, bytes, row->await, 0) > 0);
    else
        assert_true(read_request(connection, bytes, sizeof bytes));
    if (row->say)
        answer(connection, row->say);
    struct seen seen = {0};
    while (row->say && strstr(row->say, "data") && !*seen.text) {
        wait_for_news(station);
        look(station, request, &seen);
    }
    int64_t asked = sl__now_ms();
    cancel(station, request);
    int64_t gone = await_gone(connection);
    await_release(station, request);
    int64_t released = sl__now_ms();
    sl__request_drop(request);
    close(connection);
    return (gone > released ? gone : released) - asked;
}

/* The first handshake of a thread reads the certificates of the system, which is not its cancel. */
static void a_cancel_reaches_the_server_in_each_state(void **state)
{
    (void)state;
    struct station station;
    station_start(&station);
    for (size_t i = 0; i < sizeof cancelled / sizeof *cancelled; i++) {
        int64_t best = INT64_MAX;
        for (int k = 0; k < TRIES && best > CANCEL_MS; k++) {
            int64_t took = cancel_once(&station, &cancelled[i]);
            best = took < best ? took : best;
        }
        if (best > CANCEL_MS)
            fail_msg("%s: %lld ms", cancelled[i].what, (long long)best);
    }
    station_end(&station);
}

static int64_t release_time(struct station *station, struct sl__request *request)
{
    int64_t asked = sl__now_ms();
    cancel(station, request);
    await_release(station, request);
    sl__request_drop(request);
    return sl__now_ms() - asked;
}

static void a_cancel_ends_a_connect_that_hangs(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    int fillers[2];
    station_start(&station);
    fill_backlog(&station, fillers);
    struct sl__request *request = start(&station, HERE, 5);
    while (!*seen.phases) {
        wait_for_news(&station);
        look(&station, request, &seen);
    }
    assert_true(release_time(&station, request) <= CANCEL_MS);
    for (int i = 0; i < 2; i++)
        close(fillers[i]);
    station_end(&station);
}

static void a_cancel_ends_a_wait(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    station_start(&station);
    struct sl__request *request = start(&station, HERE, 5);
    serve(&station, STATUS("429 Too Many") "Retry-After: 60\r\n\r\n");
    await_waiting(&station, request, &seen);
    assert_string_equal(seen.notes, "127.0.0.1 answered 429; asking again in 60 s");
    assert_in_range(seen.waits[0], 59000, 60000);
    assert_true(release_time(&station, request) <= CANCEL_MS);
    station_end(&station);
}

/* A resolver that does not answer: others go on, a cancel is heard, and nobody waits at the end. */
static void a_hung_lookup_disturbs_nobody(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    station_start(&station);
    struct sl__request *hung = start(&station, "https://hang.test/%d", 5);
    struct sl__request *more = start(&station, "https://hang.test/%d", 5);
    hang_await(2);
    assert_true(release_time(&station, hung) <= CANCEL_MS);
    struct sl__request *other = start(&station, HERE, 5);
    serve(&station, ANSWER);
    await_end(&station, other, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    sl__request_drop(other);
    int64_t asked = sl__now_ms();
    sl__transfers_release(&station.transfers);
    assert_true(sl__now_ms() - asked <= 4 * CANCEL_MS);
    sl__queue_release(&station.queue);
    assert_int_equal(atomic_load(&more->references), 1);
    sl__request_drop(more);
    close(station.listener);
    hang_end();
}

/* Limits of time. */

static const struct limited {
    const char *what, *address;
    size_t body;
    bool accept;
    const char *say;
    struct sl__limits limits;
    const char *sentence;
} limited[] = {
    {"lookup",
     "https://hang.test/%d",
     5,
     false,
     NULL,
     {50, 0, 0, 0, 0},
     "its name was not found within 50 ms; check the network, or raise “connect”"},
    {"connect",
     HERE,
     5,
     false,
     NULL,
     {50, 0, 0, 0, 0},
     "no connection came about within 50 ms; check the network, or raise “connect” of “timeouts”"},
    {"handshake", HERE_TLS, 5, true, NULL, {50, 0, 0, 0, 0}, "no connection came about within 50"},
    {"upload",
     HERE,
     LARGE,
     true,
     NULL,
     {5000, 0, 50, 0, 0},
     "nothing more could be sent for 50 ms; check the network, or raise “stall” of “timeouts”"},
    {"first byte",
     HERE,
     5,
     true,
     "HTTP/1.1 200 OK\r\n",
     {5000, 50, 5000, 0, 0},
     "no answer began within 50 ms; ask for less at once, or raise “first_byte” of “timeouts”"},
    {"stall",
     HERE,
     5,
     true,
     STREAM "data: half\n\n",
     {5000, 5000, 50, 0, 0},
     "the answer stopped for 50 ms; ask again, or raise “stall” of “timeouts”"},
    {"stall of a whole",
     HERE,
     5,
     true,
     OK("application/json") "{",
     {5000, 5000, 50, 0, 0},
     "the answer stopped for 50 ms"},
};

static void check_limit(const struct limited *row)
{
    struct station station;
    struct seen seen = {0};
    char bytes[4096];
    int fillers[2] = {-1, -1}, connection = -1;
    station_start(&station);
    if (!row->accept)
        fill_backlog(&station, fillers);
    struct sl__request *request = make(&station, row->address, row->body);
    request->config->limits = row->limits;
    set_off(&station, request);
    if (row->accept)
        connection = take_connection(&station);
    if (row->say) {
        assert_true(read_request(connection, bytes, sizeof bytes));
        answer(connection, row->say);
    }
    await_end(&station, request, &seen);
    if (seen.error.code != SL_E_TIMEOUT || !strstr(seen.error.message, row->sentence))
        fail_msg("%s: %d «%s»", row->what, seen.error.code, seen.error.message);
    assert_string_equal(seen.notes, "");
    sl__request_drop(request);
    for (int i = 0; i < 2; i++)
        close(fillers[i]);
    close(connection);
    station_end(&station);
    hang_end();
}

static void each_limit_of_time_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof limited / sizeof *limited; i++)
        check_limit(&limited[i]);
}

/* A comment is a byte of the answer: the limit of the first one is kept by it. */
static void comments_are_bytes(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    char bytes[4096];
    station_start(&station);
    struct sl__request *request = make(&station, HERE, 5);
    request->config->limits = (struct sl__limits){5000, 100, 5000, 0, 0};
    set_off(&station, request);
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    answer(connection, STREAM ": ping\n\n");
    struct pollfd never = {.fd = connection, .events = 0};
    assert_int_equal(poll(&never, 1, 200), 0); /* the limit passes, and the client stays */
    answer(connection, "data: yes\n\ndata: end\n\n");
    await_end(&station, request, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    close(connection);
    sl__request_drop(request);
    station_end(&station);
}

/* Retries. */

static const struct retried {
    const char *first, *second; /* what the server says */
    enum sl_event_type terminal;
    const char *text, *notes;
} retried[] = {
    {STATUS("429 Too Many") "Retry-After: 0\r\n\r\n", ANSWER, SL_EVENT_DONE, "yes",
     "127.0.0.1 answered 429; asking again in 0 s"},
    {STATUS("503 Busy") "Retry-After: 0\r\n\r\n", ANSWER, SL_EVENT_DONE, "yes",
     "127.0.0.1 answered 503; asking again in 0 s"},
    {"HTTP/1.1 502 Bad\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: close\r\n"
     "Content-Length: 99\r\n\r\n<html>",
     ANSWER, SL_EVENT_DONE, "yes", "127.0.0.1 answered 502; asking again in 0 s"},
    {STATUS("429 Too Many") "Retry-After: 121\r\n\r\n", NULL, SL_EVENT_FAILED, "", ""},
    {STATUS("400 Bad") "Retry-After: 0\r\n\r\n", NULL, SL_EVENT_FAILED, "", ""},
    {STATUS("501 No") "Retry-After: 0\r\n\r\n", NULL, SL_EVENT_FAILED, "", ""},
    {STREAM "Retry-After: 0\r\n\r\n", NULL, SL_EVENT_FAILED, "", ""},
    {STREAM "data: half\n\n", NULL, SL_EVENT_FAILED, "half", ""},
    {OK("application/json"), NULL, SL_EVENT_FAILED, "", ""},
    {"", NULL, SL_EVENT_FAILED, "", ""},
    {"HTTP/1.1 429 Too Many\r\nRetry-After: 0\r\nConnection: close\r\n"
     "Content-Type: application/json\r\n\r\n{\"error\":{\"type\":\"insufficient_quota\"}}",
     NULL, SL_EVENT_FAILED, "", ""},
};

static void what_may_be_billed_twice_is_not_asked_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof retried / sizeof *retried; i++) {
        struct station station;
        struct seen seen = {0};
        station_start(&station);
        struct sl__request *request = start(&station, HERE, 5);
        serve(&station, retried[i].first);
        if (retried[i].second)
            serve(&station, retried[i].second);
        await_end(&station, request, &seen);
        if (seen.terminal != retried[i].terminal || strcmp(seen.text, retried[i].text) != 0 ||
            strcmp(seen.notes, retried[i].notes) != 0)
            fail_msg("row %zu: %d «%s» «%s» «%s»", i, (int)seen.terminal, seen.text, seen.notes,
                     seen.error.message);
        struct pollfd more = {.fd = station.listener, .events = POLLIN};
        assert_int_equal(poll(&more, 1, 0), 0);
        sl__request_drop(request);
        station_end(&station);
    }
}

static void a_broken_upload_is_sent_again(void **state)
{
    (void)state;
    static const struct linger now = {.l_onoff = 1, .l_linger = 0};
    struct station station;
    struct seen seen = {0};
    char byte;
    station_start(&station);
    struct sl__request *request = start(&station, HERE, LARGE);
    int connection = take_connection(&station);
    assert_int_equal(recv(connection, &byte, 1, 0), 1);
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(connection);
    connection = take_connection(&station);
    for (size_t got = 0; got < LARGE;) {
        static char bytes[1 << 18];
        ssize_t count = recv(connection, bytes, sizeof bytes, 0);
        assert_true(count > 0);
        got += (size_t)count;
    }
    answer(connection, ANSWER);
    await_end(&station, request, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    assert_non_null(strstr(seen.notes, "the connection broke"));
    assert_string_equal(seen.phases, "26235");
    close(connection);
    sl__request_drop(request);
    station_end(&station);
}

static void a_wait_is_told_each_second(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    station_start(&station);
    struct sl__request *request = start(&station, HERE, 5);
    serve(&station, STATUS("429 Too Many") "Retry-After: 2\r\n\r\n");
    serve(&station, ANSWER);
    await_end(&station, request, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    assert_true(seen.wait_count >= 1 && seen.wait_count <= 3);
    assert_true(seen.waits[0] <= 2000 && seen.waits[seen.wait_count - 1] <= 1000);
    sl__request_drop(request);
    station_end(&station);
}

static void retries_end(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    station_start(&station);
    struct sl__request *request = start(&station, HERE, 5);
    for (int i = 0; i < 5; i++)
        serve(&station, STATUS("503 Busy") "Retry-After: 0\r\n\r\n");
    await_end(&station, request, &seen);
    assert_int_equal(seen.error.code, SL_E_SERVER);
    assert_int_equal(seen.error.http_status, 503);
    assert_non_null(strstr(seen.error.message, "ask again (asked 5 times)"));
    sl__request_drop(request);
    station_end(&station);
}

/* Redirects. */

static void redirects_stay_within_an_origin(void **state)
{
    (void)state;
    static const struct {
        const char *line, *location;
        int hops;
        const char *sentence;
    } rows[] = {
        {"307 Temporary", "/there", 1, NULL},
        {"308 Permanent", "http://127.0.0.1:%d/there", 3, NULL},
        {"307 Temporary", "/there", 4, "which is not followed; set base_url"},
        {"302 Found", "/there", 1,
         "answered 302 with an empty body; it points to http://127.0.0.1"},
        {"307 Temporary", "http://127.0.0.2:%d/there", 1, "it points to http://127.0.0.2"},
        {"307 Temporary", "http://u:p@127.0.0.1:%d/there", 1, "it points to http://u:p@127.0.0.1"},
        {"307 Temporary", "https://127.0.0.1:%d/there", 1, "it points to https://127.0.0.1"},
        {"308 Permanent", "ftp://127.0.0.1:%d/there", 1, "it points to ftp://127.0.0.1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct station station;
        struct seen seen = {0};
        char location[128], text[512], bytes[4096];
        station_start(&station);
        snprintf(location, sizeof location, rows[i].location, station.port);
        snprintf(text, sizeof text, STATUS("%s") "Location: %s\r\n\r\n", rows[i].line, location);
        struct sl__request *request = make(&station, HERE, 5);
        sl__buf_adds(&request->key, "sk-secret");
        set_off(&station, request);
        for (int hop = 0; hop < rows[i].hops; hop++)
            serve(&station, text);
        if (!rows[i].sentence) {
            int connection = take_connection(&station);
            assert_true(read_request(connection, bytes, sizeof bytes));
            assert_int_equal(strncmp(bytes, "POST /there HTTP/1.1\r\n", 22), 0);
            assert_non_null(strstr(bytes, "\r\nAuthorization: Bearer sk-secret\r\n"));
            assert_non_null(strstr(bytes, "\r\n\r\nxxxxx"));
            answer(connection, ANSWER);
            close(connection);
        }
        await_end(&station, request, &seen);
        assert_int_equal(seen.terminal, rows[i].sentence ? SL_EVENT_FAILED : SL_EVENT_DONE);
        if (rows[i].sentence && !strstr(seen.error.message, rows[i].sentence))
            fail_msg("row %zu: «%s»", i, seen.error.message);
        sl__request_drop(request);
        station_end(&station);
    }
}

/* Turns, and what else the wire brings. */

static void requests_over_the_limit_wait_their_turn(void **state)
{
    (void)state;
    enum { COUNT = 3 };
    struct station station;
    struct sl__request *requests[COUNT];
    struct seen seen = {0};
    char bytes[4096];
    station_start(&station);
    for (int i = 0; i < COUNT; i++) {
        requests[i] = make(&station, HERE, 5);
        requests[i]->config->limits.concurrency = 1;
        set_off(&station, requests[i]);
    }
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    struct pollfd second = {.fd = station.listener, .events = POLLIN};
    assert_int_equal(poll(&second, 1, 20), 0);
    assert_true(release_time(&station, requests[1]) <= CANCEL_MS);
    answer(connection, STREAM "data: end\n\n"); /* it stays open, which hinders nobody */
    serve(&station, ANSWER);
    await_end(&station, requests[2], &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    close(connection);
    sl__request_drop(requests[0]);
    sl__request_drop(requests[2]);
    station_end(&station);
}

static void a_turn_is_waited_for_with_an_event(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    char bytes[4096];
    station_start(&station);
    struct sl__request *first = start(&station, HERE, 5);
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    struct sl__request *request = make(&station, HERE, 5);
    request->config->limits.concurrency = 1;
    set_off(&station, request);
    await_waiting(&station, request, &seen);
    assert_int_equal(seen.waits[0], 0);
    close(connection); /* the first one fails, and the second has its turn */
    serve(&station, ANSWER);
    await_end(&station, request, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    assert_string_equal(seen.phases, "6235");
    sl__request_drop(first);
    sl__request_drop(request);
    station_end(&station);
}

/* "data: yes\n\ndata: end\n\n" */
static const unsigned char GZIPPED[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff,
                                        0x4b, 0x49, 0x2c, 0x49, 0xb4, 0x52, 0xa8, 0x4c, 0x2d, 0xe6,
                                        0xe2, 0x4a, 0x01, 0x33, 0x53, 0xf3, 0x52, 0xb8, 0xb8, 0x00,
                                        0x3a, 0xc2, 0xbc, 0xb6, 0x16, 0x00, 0x00, 0x00};

static void a_compressed_answer_is_read_though_none_was_asked_for(void **state)
{
    (void)state;
    for (int broken = 0; broken < 2; broken++) {
        struct station station;
        struct seen seen = {0};
        char bytes[4096];
        station_start(&station);
        struct sl__request *request = start(&station, HERE, 5);
        int connection = take_connection(&station);
        assert_true(read_request(connection, bytes, sizeof bytes));
        assert_non_null(strstr(bytes, "\r\nAccept-Encoding: identity\r\n"));
        answer(connection, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
                           "Content-Type: text/event-stream\r\n\r\n");
        if (broken)
            answer(connection, "this is not compressed");
        else
            send(connection, GZIPPED, sizeof GZIPPED, MSG_NOSIGNAL);
        close(connection);
        await_end(&station, request, &seen);
        assert_int_equal(seen.terminal, broken ? SL_EVENT_FAILED : SL_EVENT_DONE);
        assert_string_equal(seen.text, broken ? "" : "yes");
        if (broken)
            assert_non_null(strstr(seen.error.message, "compressed in a broken way"));
        sl__request_drop(request);
        station_end(&station);
    }
}

static void a_proxy_of_the_configuration_is_used_but_not_for_loopback(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0}, direct = {0};
    char bytes[4096], proxy[64];
    station_start(&station);
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", station.port);
    struct sl__request *request = make(&station, "https://elsewhere.test/%d", 5);
    free(request->config->proxy);
    request->config->proxy = strdup(proxy);
    set_off(&station, request);
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    assert_int_equal(strncmp(bytes, "CONNECT elsewhere.test:443 ", 27), 0);
    answer(connection, "HTTP/1.1 407 Who\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    close(connection);
    await_end(&station, request, &seen);
    assert_int_equal(seen.error.code, SL_E_NETWORK);
    assert_non_null(strstr(seen.error.message, "the proxy answered 407 instead of connecting; "
                                               "check “proxy” of the configuration"));
    assert_string_equal(seen.notes, "");
    sl__request_drop(request);
    request = make(&station, HERE, 5);
    free(request->config->proxy);
    request->config->proxy = strdup("http://127.0.0.1:9");
    set_off(&station, request);
    serve(&station, ANSWER);
    await_end(&station, request, &direct);
    assert_int_equal(direct.terminal, SL_EVENT_DONE);
    sl__request_drop(request);
    station_end(&station);
}

static void endless_headers_are_cut_off(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    char line[1024], bytes[4096];
    station_start(&station);
    struct sl__request *request = start(&station, HERE, 5);
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    answer(connection, "HTTP/1.1 200 OK\r\n");
    memset(line, 'a', sizeof line);
    memcpy(line, "X: ", 3);
    memcpy(line + sizeof line - 2, "\r\n", 2);
    while (send(connection, line, sizeof line, MSG_NOSIGNAL) > 0)
        ;
    await_end(&station, request, &seen);
    assert_int_equal(seen.error.code, SL_E_TOO_LARGE);
    assert_non_null(strstr(seen.error.message, "headers of the answer are over 256 KB"));
    close(connection);
    sl__request_drop(request);
    station_end(&station);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_ends_a_request),
        cmocka_unit_test(a_cancel_reaches_the_server_in_each_state),
        cmocka_unit_test(a_cancel_ends_a_connect_that_hangs),
        cmocka_unit_test(a_cancel_ends_a_wait),
        cmocka_unit_test(a_hung_lookup_disturbs_nobody),
        cmocka_unit_test(each_limit_of_time_is_told),
        cmocka_unit_test(comments_are_bytes),
        cmocka_unit_test(what_may_be_billed_twice_is_not_asked_again),
        cmocka_unit_test(a_broken_upload_is_sent_again),
        cmocka_unit_test(a_wait_is_told_each_second),
        cmocka_unit_test(retries_end),
        cmocka_unit_test(redirects_stay_within_an_origin),
        cmocka_unit_test(requests_over_the_limit_wait_their_turn),
        cmocka_unit_test(a_turn_is_waited_for_with_an_event),
        cmocka_unit_test(a_compressed_answer_is_read_though_none_was_asked_for),
        cmocka_unit_test(a_proxy_of_the_configuration_is_used_but_not_for_loopback),
        cmocka_unit_test(endless_headers_are_cut_off),
    };
    return run_cases(tests, argc, argv);
}
