/* The thread that talks to servers, as a test drives it. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "harness.h"
#include "station.h"

/* A protocol for these tests: the data of an event is text, and “[DONE]” is the end. */
static int read_event(struct sl__answer *answer, const char *type, const char *data, size_t len,
                      struct sl_error *error)
{
    (void)type, (void)len;
    if (strcmp(data, "[DONE]") != 0)
        return sl__answer_failed(sl__answer_part(answer, SL_EVENT_TEXT, 0, data), error);
    answer->done = true;
    answer->finish = SL__FINISH_STOP;
    return sl__buf_adds(&answer->text, "said");
}

static int read_whole(struct sl__answer *answer, const char *text, size_t len,
                      struct sl_error *error)
{
    int code = read_event(answer, "", text, len, error);
    return code ? code : read_event(answer, "", "[DONE]", 6, error);
}

const struct sl__dialect station_dialect = {
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

void station_start(struct station *station)
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

void station_end(struct station *station)
{
    sl__transfers_release(&station->transfers);
    sl__queue_release(&station->queue);
    close(station->listener);
}

struct sl__request *station_make(struct station *station, const char *address, size_t body)
{
    struct sl_config *config = calloc(1, sizeof *config);
    char *text = malloc(body + 1), url[128];
    assert_true(config && text);
    snprintf(url, sizeof url, address, station->port);
    assert_int_equal(sl__url_parse(&config->url, url, NULL), 0);
    config->row = sl__provider_find("stepfun");
    config->limits = (struct sl__limits)SL__LIMITS_INIT;
    config->proxy = strdup(""); /* none, whatever the environment says */
    struct sl__request *request = sl__request_new(&operation, config);
    assert_non_null(request);
    request->queue = &station->queue;
    memset(text, 'x', body);
    text[body] = '\0';
    request->exchange.path = "/ask";
    request->exchange.dialect = body > 0 ? &station_dialect : NULL;
    request->exchange.streams = true;
    if (body > 0)
        assert_int_equal(sl__body_text(&request->exchange.body, text), 0);
    free(text);
    return request;
}

void station_send(struct station *station, struct sl__request *request)
{
    sl__request_hold(request);
    sl__transfers_add(&station->transfers, request);
}

struct sl__request *station_ask(struct station *station, const char *address, size_t body)
{
    struct sl__request *request = station_make(station, address, body);
    station_send(station, request);
    return request;
}

void station_cancel(struct station *station, struct sl__request *request)
{
    atomic_store(&request->cancelled, true);
    sl__request_cancelled(request);
    sl__transfers_wake(&station->transfers);
}

void station_await_release(struct station *station, struct sl__request *request)
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
        seen->sent = event->sent;
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

void station_look_at(struct station *station, struct sl__request *const *requests,
                     struct seen *seen, size_t count)
{
    for (struct sl__queued *queued = sl__queue_take(&station->queue), *next; queued;
         queued = next) {
        next = queued->next;
        for (size_t i = 0; i < count; i++) {
            if (queued->request == requests[i])
                see(&seen[i], queued);
        }
        sl__queued_free(queued);
    }
}

void station_look(struct station *station, struct sl__request *request, struct seen *seen)
{
    station_look_at(station, &request, seen, 1);
}

void station_await_news(struct station *station)
{
    struct pollfd ready = {.fd = station->queue.read_end, .events = POLLIN};
    if (poll(&ready, 1, PATIENCE_MS) <= 0)
        fail_msg("no event came");
}

void station_await_end(struct station *station, struct sl__request *request, struct seen *seen)
{
    while (!seen->terminal) {
        station_await_news(station);
        station_look(station, request, seen);
    }
}

void station_await_waiting(struct station *station, struct sl__request *request, struct seen *seen)
{
    while (seen->wait_count == 0) {
        station_await_news(station);
        station_look(station, request, seen);
    }
}

/* The server's side. */

int take_connection(struct station *station)
{
    struct pollfd ready = {.fd = station->listener, .events = POLLIN};
    int one = 1;
    assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
    int connection = accept(station->listener, NULL, NULL);
    assert_true(connection >= 0);
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return connection;
}

bool read_request(int connection, char *to, size_t room)
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

void answer(int connection, const char *text)
{
    size_t len = strlen(text);
    assert_int_equal(send(connection, text, len, MSG_NOSIGNAL), len);
}

void serve(struct station *station, const char *text)
{
    char request[4096];
    int connection = take_connection(station);
    assert_true(read_request(connection, request, sizeof request));
    answer(connection, text);
    close(connection);
}
