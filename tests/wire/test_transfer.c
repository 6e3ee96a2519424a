/*
 * The thread that talks to servers, without the rest of a client: cancels, limits of time, retries,
 * redirects and turns. The test itself is the server, on a socket of its own, so that it knows in
 * which state each exchange is.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <zlib.h>

#include "clock.h"
#include "hang.h"
#include "harness.h"
#include "retry.h"
#include "station.h"

enum { CANCEL_MS = 50, TRIES = 5, LARGE = 16 << 20 };

#define HERE_TLS "https://127.0.0.1:%d"

/* Seconds by which the clock is ahead, for all that this program does. */
static atomic_int ahead;

SL_API int clock_gettime(clockid_t clock, struct timespec *now)
{
    typedef int clock_fn(clockid_t, struct timespec *);
    clock_fn *next;
    void *symbol = dlsym(RTLD_NEXT, "clock_gettime");
    memcpy(&next, &symbol, sizeof next);
    int result = next(clock, now);
    now->tv_sec += atomic_load(&ahead);
    return result;
}

/* The server's side. */

static void await_gone(int connection)
{
    static char bytes[1 << 16];
    struct timeval limit = {.tv_sec = PATIENCE_MS / 1000};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    while (recv(connection, bytes, sizeof bytes, 0) > 0)
        ;
}

static void an_answer_ends_a_request(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    station_start(&station);
    struct sl__request *request = station_ask(&station, HERE, 5);
    serve(&station, ANSWER);
    station_await_end(&station, request, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    assert_string_equal(seen.text, "yes");
    assert_string_equal(seen.phases, "235");
    assert_string_equal(seen.notes, "");
    sl__request_drop(request);
    struct seen whole = {0};
    request = station_ask(&station, HERE, 5);
    serve(&station, OK("application/json") "yes");
    station_await_end(&station, request, &whole);
    assert_int_equal(whole.terminal, SL_EVENT_DONE);
    assert_string_equal(whole.text, "yes");
    sl__request_drop(request);
    struct seen got = {0};
    request = station_ask(&station, HERE, 0);
    serve(&station, OK("application/json") "[1]");
    station_await_end(&station, request, &got);
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
        (void)connect(fillers[i], (struct sockaddr *)&address, sizeof address);
    }
}

/* The least of several times, since a busy machine has its own. */
static void note_best(int64_t *best, int64_t took)
{
    *best = took < *best ? took : *best;
}

/* Another request whose answer goes on while something is cancelled. */
struct neighbour {
    struct sl__request *request;
    int connection;
    struct seen seen;
};

static void neighbour_start(struct neighbour *neighbour, struct station *station)
{
    char bytes[4096];
    *neighbour = (struct neighbour){.request = station_ask(station, HERE, 5)};
    neighbour->connection = take_connection(station);
    assert_true(read_request(neighbour->connection, bytes, sizeof bytes));
    answer(neighbour->connection, STREAM);
}

/* Has its server say more, and waits for that. The events of others are dropped. */
static void neighbour_goes_on(struct neighbour *neighbour, struct station *station)
{
    neighbour->seen = (struct seen){0};
    answer(neighbour->connection, "data: more\n\n");
    while (!strstr(neighbour->seen.text, "more")) {
        station_await_news(station);
        station_look(station, neighbour->request, &neighbour->seen);
    }
}

static void neighbour_end(struct neighbour *neighbour, struct station *station)
{
    answer(neighbour->connection, "data: [DONE]\n\n");
    close(neighbour->connection);
    station_await_end(station, neighbour->request, &neighbour->seen);
    assert_int_equal(neighbour->seen.terminal, SL_EVENT_DONE);
    sl__request_drop(neighbour->request);
}

static const struct cancelled {
    const char *what, *address;
    bool proxied; /* by the server */
    size_t body;
    size_t await; /* bytes that the server reads before the cancel */
    const char *say;
} cancelled[] = {
    {"handshake", HERE_TLS, false, 5, 1, NULL},
    {"tunnel", "https://elsewhere.test/%d", true, 5, 1, NULL},
    {"upload", HERE, false, LARGE, 1, NULL},
    {"first byte", HERE, false, 5, 0, NULL},
    {"headers", HERE, false, 5, 0, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"},
    {"streaming", HERE, false, 5, 0, STREAM "data: half\n\n"},
};

static struct sl__request *make_cancelled(struct station *station, const struct cancelled *row)
{
    char proxy[64];
    struct sl__request *request = station_make(station, row->address, row->body);
    snprintf(proxy, sizeof proxy, HERE, station->port);
    if (row->proxied) {
        free(request->config->proxy);
        request->config->proxy = strdup(proxy);
    }
    return request;
}

/* From the cancel until the server knows it and the thread has let go. Another goes on. */
static int64_t cancel_once(struct station *station, const struct cancelled *row,
                           struct neighbour *neighbour)
{
    char bytes[4096];
    struct sl__request *request = make_cancelled(station, row);
    station_send(station, request);
    int connection = take_connection(station);
    if (row->await > 0)
        assert_true(recv(connection, bytes, row->await, 0) > 0);
    else
        assert_true(read_request(connection, bytes, sizeof bytes));
    if (row->say)
        answer(connection, row->say);
    struct seen seen = {0};
    while (row->say && strstr(row->say, "data") && !*seen.text) {
        station_await_news(station);
        station_look(station, request, &seen);
    }
    int64_t asked = sl__now_ms();
    station_cancel(station, request);
    await_gone(connection);
    station_await_release(station, request);
    int64_t took = sl__now_ms() - asked;
    neighbour_goes_on(neighbour, station);
    sl__request_drop(request);
    close(connection);
    return took;
}

/* The first handshake of a thread reads the certificates of the system, which is not its cancel. */
static void a_cancel_reaches_the_server_in_each_state(void **state)
{
    (void)state;
    struct station station;
    struct neighbour neighbour;
    station_start(&station);
    neighbour_start(&neighbour, &station);
    for (size_t i = 0; i < sizeof cancelled / sizeof *cancelled; i++) {
        int64_t best = INT64_MAX;
        for (int k = 0; k < TRIES && best > CANCEL_MS; k++) {
            note_best(&best, cancel_once(&station, &cancelled[i], &neighbour));
        }
        if (best > CANCEL_MS)
            fail_msg("%s: %lld ms", cancelled[i].what, (long long)best);
    }
    neighbour_end(&neighbour, &station);
    station_end(&station);
}

static int64_t release_time(struct station *station, struct sl__request *request)
{
    int64_t asked = sl__now_ms();
    station_cancel(station, request);
    station_await_release(station, request);
    sl__request_drop(request);
    return sl__now_ms() - asked;
}

static void a_cancel_ends_a_connect_that_hangs(void **state)
{
    (void)state;
    struct station station;
    int64_t best = INT64_MAX;
    int fillers[2];
    station_start(&station);
    fill_backlog(&station, fillers);
    for (int k = 0; k < TRIES && best > CANCEL_MS; k++) {
        struct seen seen = {0};
        struct sl__request *request = station_ask(&station, HERE, 5);
        while (!*seen.phases) {
            station_await_news(&station);
            station_look(&station, request, &seen);
        }
        note_best(&best, release_time(&station, request));
    }
    assert_true(best <= CANCEL_MS);
    for (int i = 0; i < 2; i++)
        close(fillers[i]);
    station_end(&station);
}

static void a_cancel_ends_a_wait(void **state)
{
    (void)state;
    struct station station;
    int64_t best = INT64_MAX;
    station_start(&station);
    for (int k = 0; k < TRIES && best > CANCEL_MS; k++) {
        struct seen seen = {0};
        struct sl__request *request = station_ask(&station, HERE, 5);
        serve(&station, STATUS("429 Too Many") "Retry-After: 60\r\n\r\n");
        station_await_waiting(&station, request, &seen);
        assert_string_equal(seen.notes, "127.0.0.1 answered 429; asking again in 60 s");
        assert_true(seen.waits[0] > 59000 && seen.waits[0] <= 60000);
        note_best(&best, release_time(&station, request));
    }
    assert_true(best <= CANCEL_MS);
    station_end(&station);
}

/* A resolver that does not answer: others go on, a cancel is heard, and nobody waits at the end. */
static void a_hung_lookup_disturbs_nobody(void **state)
{
    (void)state;
    struct station station;
    struct neighbour neighbour;
    int64_t best = INT64_MAX;
    station_start(&station);
    neighbour_start(&neighbour, &station);
    struct sl__request *more = station_ask(&station, "https://hang.test/%d", 5);
    for (int k = 0; k < TRIES && best > CANCEL_MS; k++) {
        struct sl__request *hung = station_ask(&station, "https://hang.test/%d", 5);
        hang_await(2 + k);
        note_best(&best, release_time(&station, hung));
        neighbour_goes_on(&neighbour, &station);
    }
    assert_true(best <= CANCEL_MS);
    neighbour_end(&neighbour, &station);
    struct seen seen = {0};
    struct sl__request *other = station_ask(&station, HERE, 5);
    serve(&station, ANSWER);
    station_await_end(&station, other, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    sl__request_drop(other);
    int64_t asked = sl__now_ms();
    sl__transfers_release(&station.transfers); /* the lookups are let go below */
    assert_true(sl__now_ms() - asked <= 1000);
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
    struct sl__request *request = station_make(&station, row->address, row->body);
    request->config->limits = row->limits;
    station_send(&station, request);
    if (row->accept)
        connection = take_connection(&station);
    if (row->say) {
        assert_true(read_request(connection, bytes, sizeof bytes));
        answer(connection, row->say);
    }
    station_await_end(&station, request, &seen);
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
    struct sl__request *request = station_make(&station, HERE, 5);
    request->config->limits = (struct sl__limits){5000, 100, 5000, 0, 0};
    station_send(&station, request);
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    answer(connection, STREAM ": ping\n\n");
    struct pollfd never = {.fd = connection, .events = 0};
    assert_int_equal(poll(&never, 1, 200), 0); /* the limit passes, and the client stays */
    answer(connection, "data: yes\n\ndata: [DONE]\n\n");
    station_await_end(&station, request, &seen);
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
        struct sl__request *request = station_ask(&station, HERE, 5);
        serve(&station, retried[i].first);
        if (retried[i].second)
            serve(&station, retried[i].second);
        station_await_end(&station, request, &seen);
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

/* The clock goes on by more than ten seconds while the server has the whole request. */
static void a_late_failure_is_not_asked_again(void **state)
{
    (void)state;
    static const int statuses[] = {500, 502, 503, 504};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct station station;
        struct seen seen = {0};
        char bytes[4096], text[128];
        station_start(&station);
        struct sl__request *request = station_ask(&station, HERE, 5);
        int connection = take_connection(&station);
        assert_true(read_request(connection, bytes, sizeof bytes));
        while (!strchr(seen.phases, '0' + SL_PHASE_CHECKING)) {
            station_await_news(&station);
            station_look(&station, request, &seen);
        }
        atomic_store(&ahead, SL__UNBILLED_MS / 1000 + 1);
        snprintf(text, sizeof text, STATUS("%d Late") "Retry-After: 0\r\n\r\n", statuses[i]);
        answer(connection, text);
        station_await_end(&station, request, &seen);
        atomic_store(&ahead, 0);
        assert_int_equal(seen.error.code, SL_E_SERVER);
        assert_int_equal(seen.error.http_status, statuses[i]);
        assert_non_null(strstr(seen.error.message, "it may have been worked on and billed, so it "
                                                   "was not sent again by itself; ask again"));
        assert_string_equal(seen.notes, "");
        close(connection);
        sl__request_drop(request);
        station_end(&station);
    }
}

/* The first request of a connection that is kept. */
static int serve_and_keep(struct station *station)
{
    struct seen seen = {0};
    char bytes[4096];
    struct sl__request *request = station_ask(station, HERE, 5);
    int connection = take_connection(station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    answer(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                       "Content-Length: 3\r\n\r\nyes");
    station_await_end(station, request, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    sl__request_drop(request);
    return connection;
}

/* libcurl by itself sends again what a kept connection took whole and did not answer. */
static void a_whole_body_is_sent_once_over_a_kept_connection(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    char bytes[4096];
    station_start(&station);
    int connection = serve_and_keep(&station);
    struct sl__request *request = station_ask(&station, HERE, 5);
    assert_true(read_request(connection, bytes, sizeof bytes));
    close(connection);
    *bytes = '\0';
    station_await_end(&station, request, &seen);
    assert_int_equal(seen.error.code, SL_E_NETWORK);
    assert_non_null(strstr(seen.error.message, "everything was sent and may be billed, so it was "
                                               "not sent again; ask again"));
    assert_string_equal(seen.notes, "");
    struct pollfd more = {.fd = station.listener, .events = POLLIN};
    if (poll(&more, 1, 0) > 0) { /* it connects before it asks whether it may */
        connection = take_connection(&station);
        assert_false(read_request(connection, bytes, sizeof bytes));
        assert_string_equal(bytes, "");
        close(connection);
    }
    sl__request_drop(request);
    station_end(&station);
}

static void a_broken_upload_is_sent_again(void **state)
{
    (void)state;
    static const struct linger now = {.l_onoff = 1, .l_linger = 0};
    struct station station;
    struct seen seen = {0};
    char byte;
    station_start(&station);
    struct sl__request *request = station_ask(&station, HERE, LARGE);
    int connection = take_connection(&station);
    assert_int_equal(recv(connection, &byte, 1, 0), 1);
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(connection);
    connection = take_connection(&station);
    for (char last[4] = ""; memcmp(last, "\r\n\r\n", sizeof last) != 0;) {
        memmove(last, last + 1, sizeof last - 1);
        assert_int_equal(recv(connection, last + 3, 1, 0), 1);
    }
    for (size_t got = 0; got < LARGE;) {
        static char bytes[1 << 18];
        ssize_t count = recv(connection, bytes, sizeof bytes, 0);
        assert_true(count > 0);
        got += (size_t)count;
    }
    answer(connection, ANSWER);
    station_await_end(&station, request, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    assert_non_null(strstr(seen.notes, "the connection broke"));
    assert_string_equal(seen.phases, "26235");
    close(connection);
    sl__request_drop(request);
    station_end(&station);
}

static void a_reset_in_the_middle_is_not_asked_again(void **state)
{
    (void)state;
    static const struct linger now = {.l_onoff = 1, .l_linger = 0};
    struct station station;
    struct seen seen = {0};
    char bytes[4096];
    station_start(&station);
    struct sl__request *request = station_ask(&station, HERE, 5);
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    answer(connection, STREAM "data: half\n\n");
    while (!*seen.text) {
        station_await_news(&station);
        station_look(&station, request, &seen);
    }
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(connection);
    station_await_end(&station, request, &seen);
    assert_int_equal(seen.error.code, SL_E_INCOMPLETE);
    assert_non_null(strstr(seen.error.message, "broke before the answer was whole; ask again"));
    assert_string_equal(seen.notes, "");
    sl__request_drop(request);
    station_end(&station);
}

/* The next request is asked at once, when libcurl may not look again whether it is still there. */
static void a_connection_that_was_closed_is_not_used(void **state)
{
    (void)state;
    struct station station;
    struct seen first = {0}, second = {0};
    char bytes[4096];
    station_start(&station);
    struct sl__request *request = station_ask(&station, HERE, 5);
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    answer(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                       "Content-Length: 3\r\n\r\nyes");
    station_await_end(&station, request, &first);
    assert_string_equal(first.text, "yes");
    station_await_release(&station, request);
    close(connection);
    sl__request_drop(request);
    request = station_ask(&station, HERE, 5);
    serve(&station, ANSWER);
    station_await_end(&station, request, &second);
    assert_int_equal(second.terminal, SL_EVENT_DONE);
    assert_string_equal(second.notes, "");
    sl__request_drop(request);
    station_end(&station);
}

static void a_wait_is_told_each_second(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    station_start(&station);
    struct sl__request *request = station_ask(&station, HERE, 5);
    serve(&station, STATUS("429 Too Many") "Retry-After: 2\r\n\r\n");
    serve(&station, ANSWER);
    station_await_end(&station, request, &seen);
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
    struct sl__request *request = station_ask(&station, HERE, 5);
    for (int i = 0; i < 5; i++)
        serve(&station, STATUS("503 Busy") "Retry-After: 0\r\n\r\n");
    station_await_end(&station, request, &seen);
    assert_int_equal(seen.error.code, SL_E_SERVER);
    assert_int_equal(seen.error.http_status, 503);
    assert_non_null(strstr(seen.error.message, "ask again (asked 5 times)"));
    sl__request_drop(request);
    station_end(&station);
}

static void a_missing_name_is_looked_up_twice(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    station_start(&station);
    struct sl__request *request = station_ask(&station, "https://missing.test/%d", 5);
    station_await_end(&station, request, &seen);
    assert_int_equal(seen.error.code, SL_E_NETWORK);
    assert_non_null(strstr(seen.error.message,
                           "its name could not be found; check the base URL and "
                           "the network (asked 2 times)"));
    assert_non_null(strstr(seen.notes, "its name could not be found; asking again in 2 s"));
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
        struct sl__request *request = station_make(&station, HERE, 5);
        sl__buf_adds(&request->key, "sk-secret");
        station_send(&station, request);
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
        station_await_end(&station, request, &seen);
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
        requests[i] = station_make(&station, HERE, 5);
        requests[i]->config->limits.concurrency = 1;
        station_send(&station, requests[i]);
    }
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    struct pollfd second = {.fd = station.listener, .events = POLLIN};
    assert_int_equal(poll(&second, 1, 20), 0);
    release_time(&station, requests[1]);
    answer(connection, STREAM "data: [DONE]\n\n"); /* it stays open, which hinders nobody */
    serve(&station, ANSWER);
    station_await_end(&station, requests[2], &seen);
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
    struct sl__request *first = station_ask(&station, HERE, 5);
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    struct sl__request *request = station_make(&station, HERE, 5);
    request->config->limits.concurrency = 1;
    station_send(&station, request);
    station_await_waiting(&station, request, &seen);
    assert_int_equal(seen.waits[0], 0);
    close(connection); /* the first one fails, and the second has its turn */
    serve(&station, ANSWER);
    station_await_end(&station, request, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    assert_string_equal(seen.phases, "6235");
    sl__request_drop(first);
    sl__request_drop(request);
    station_end(&station);
}

/* "data: yes\n\ndata: [DONE]\n\n" */
static const unsigned char GZIPPED[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0x4b, 0x49, 0x2c, 0x49,
    0xb4, 0x52, 0xa8, 0x4c, 0x2d, 0xe6, 0xe2, 0x4a, 0x01, 0x33, 0xa3, 0x5d, 0xfc, 0xfd,
    0x5c, 0x63, 0xb9, 0xb8, 0x00, 0x74, 0x2b, 0x1d, 0x6b, 0x19, 0x00, 0x00, 0x00};

static void a_compressed_answer_is_read_though_none_was_asked_for(void **state)
{
    (void)state;
    for (int broken = 0; broken < 2; broken++) {
        struct station station;
        struct seen seen = {0};
        char bytes[4096];
        station_start(&station);
        struct sl__request *request = station_ask(&station, HERE, 5);
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
        station_await_end(&station, request, &seen);
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
    struct sl__request *request = station_make(&station, "https://elsewhere.test/%d", 5);
    free(request->config->proxy);
    request->config->proxy = strdup(proxy);
    station_send(&station, request);
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    assert_int_equal(strncmp(bytes, "CONNECT elsewhere.test:443 ", 27), 0);
    answer(connection, "HTTP/1.1 407 Who\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    close(connection);
    station_await_end(&station, request, &seen);
    assert_int_equal(seen.error.code, SL_E_NETWORK);
    assert_non_null(strstr(seen.error.message, "the proxy answered 407 instead of connecting; "
                                               "check “proxy” of the configuration"));
    assert_string_equal(seen.notes, "");
    sl__request_drop(request);
    request = station_make(&station, HERE, 5);
    free(request->config->proxy);
    request->config->proxy = strdup("http://127.0.0.1:9");
    station_send(&station, request);
    serve(&station, ANSWER);
    station_await_end(&station, request, &direct);
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
    struct sl__request *request = station_ask(&station, HERE, 5);
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    answer(connection, "HTTP/1.1 200 OK\r\n");
    memset(line, 'a', sizeof line);
    memcpy(line, "X: ", 3);
    memcpy(line + sizeof line - 2, "\r\n", 2);
    while (send(connection, line, sizeof line, MSG_NOSIGNAL) > 0)
        ;
    station_await_end(&station, request, &seen);
    assert_int_equal(seen.error.code, SL_E_TOO_LARGE);
    assert_non_null(strstr(seen.error.message, "headers of the answer are over 256 KB"));
    close(connection);
    sl__request_drop(request);
    station_end(&station);
}

static void an_endless_answer_that_does_not_stream_is_cut_off(void **state)
{
    (void)state;
    static char spaces[1 << 18];
    struct station station;
    struct seen seen = {0};
    char bytes[4096];
    station_start(&station);
    struct sl__request *request = station_ask(&station, HERE, 5);
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    answer(connection, OK("application/json"));
    memset(spaces, ' ', sizeof spaces);
    while (send(connection, spaces, sizeof spaces, MSG_NOSIGNAL) > 0)
        ;
    station_await_end(&station, request, &seen);
    assert_int_equal(seen.error.code, SL_E_TOO_LARGE);
    assert_non_null(strstr(seen.error.message, "the answer is over 64 MB; ask for less"));
    close(connection);
    sl__request_drop(request);
    station_end(&station);
}

/* 65 MB that take up little on the way. */
static size_t compress_much(unsigned char *to, size_t room)
{
    enum { GZIP = 15 + 16, MEGABYTES = 65 };
    static unsigned char spaces[1 << 20];
    z_stream stream = {.next_out = to, .avail_out = (unsigned)room};
    memset(spaces, ' ', sizeof spaces);
    assert_int_equal(deflateInit2(&stream, 1, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY), Z_OK);
    for (int i = 0; i < MEGABYTES; i++) {
        stream.next_in = spaces;
        stream.avail_in = sizeof spaces;
        deflate(&stream, i + 1 < MEGABYTES ? Z_NO_FLUSH : Z_FINISH);
        assert_int_equal(stream.avail_in, 0);
    }
    deflateEnd(&stream);
    return stream.total_out;
}

static void what_is_compressed_counts_as_large_as_it_is(void **state)
{
    (void)state;
    static unsigned char bomb[1 << 20];
    struct station station;
    struct seen seen = {0};
    char bytes[4096];
    station_start(&station);
    struct sl__request *request = station_ask(&station, HERE, 5);
    int connection = take_connection(&station);
    assert_true(read_request(connection, bytes, sizeof bytes));
    answer(connection, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
                       "Content-Type: application/json\r\n\r\n");
    send(connection, bomb, compress_much(bomb, sizeof bomb), MSG_NOSIGNAL);
    station_await_end(&station, request, &seen);
    assert_int_equal(seen.error.code, SL_E_TOO_LARGE);
    assert_non_null(strstr(seen.error.message, "the answer is over 64 MB; ask for less"));
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
        cmocka_unit_test(a_whole_body_is_sent_once_over_a_kept_connection),
        cmocka_unit_test(a_late_failure_is_not_asked_again),
        cmocka_unit_test(a_broken_upload_is_sent_again),
        cmocka_unit_test(a_reset_in_the_middle_is_not_asked_again),
        cmocka_unit_test(a_connection_that_was_closed_is_not_used),
        cmocka_unit_test(a_wait_is_told_each_second),
        cmocka_unit_test(retries_end),
        cmocka_unit_test(a_missing_name_is_looked_up_twice),
        cmocka_unit_test(redirects_stay_within_an_origin),
        cmocka_unit_test(requests_over_the_limit_wait_their_turn),
        cmocka_unit_test(a_turn_is_waited_for_with_an_event),
        cmocka_unit_test(a_compressed_answer_is_read_though_none_was_asked_for),
        cmocka_unit_test(a_proxy_of_the_configuration_is_used_but_not_for_loopback),
        cmocka_unit_test(endless_headers_are_cut_off),
        cmocka_unit_test(an_endless_answer_that_does_not_stream_is_cut_off),
        cmocka_unit_test(what_is_compressed_counts_as_large_as_it_is),
    };
    return run_cases(tests, argc, argv);
}
