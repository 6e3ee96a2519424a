/*
 * Over TLS, with HTTP/2 and without: the server hears of a cancel at once, and others on the
 * connection do not; what a connection is kept for; many on one connection.
 */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "clock.h"
#include "harness.h"
#include "json.h"
#include "station.h"

enum { CANCEL_MS = 50, TRIES = 5, LARGE = 16 << 20, AT_ONCE = 64 };

static const char BODY[] = "{\"model\":\"step-3.7-flash\",\"stream\":true,"
                           "\"messages\":[{\"role\":\"user\",\"content\":\"Say hi.\"}]}";

static const struct server {
    const char *url, *journal; /* variables of the environment */
} http1 = {"HTTP1_URL", "HTTP1_JOURNAL"}, http2 = {"HTTP2_URL", "HTTP2_JOURNAL"};

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    if (!value)
        fail_msg("%s is not set; run it by http2.sh", name);
    return value;
}

/* Asks by the simulator's instructions; what is `large` is no request, and is not to arrive. */
static struct sl__request *ask(struct station *station, const struct server *server,
                               const char *plan, bool large)
{
    char url[128];
    snprintf(url, sizeof url, "%s/%s/v1", variable(server->url), plan);
    struct sl__request *request = station_make(station, url, large ? LARGE : 0);
    request->config->ca_file = strdup(variable("CA"));
    request->config->limits.concurrency = AT_ONCE;
    request->exchange.path = "/chat/completions";
    request->exchange.dialect = &station_dialect;
    if (!large)
        assert_int_equal(sl__body_text(&request->exchange.body, BODY), 0);
    station_send(station, request);
    return request;
}

static void await_text(struct station *station, struct sl__request *request, struct seen *seen)
{
    while (!*seen->text && !seen->terminal) {
        station_await_news(station);
        station_look(station, request, seen);
    }
    if (seen->terminal)
        fail_msg("%s", seen->error.message);
}

/* The journal's last line of an event, and how many there are; NULL while there is none. */
static cJSON *last_line(const struct server *server, const char *event, int *count)
{
    static char line[16384];
    cJSON *last = NULL;
    FILE *journal = fopen(variable(server->journal), "r");
    assert_non_null(journal);
    *count = 0;
    while (fgets(line, sizeof line, journal)) {
        cJSON *json = sl__json_parse(line, strlen(line), NULL);
        const char *name = sl__json_string(json, "event");
        if (!name || strcmp(name, event) != 0) {
            cJSON_Delete(json);
            continue;
        }
        cJSON_Delete(last);
        last = json;
        ++*count;
    }
    fclose(journal);
    return last;
}

static int count_lines(const struct server *server, const char *event)
{
    int count;
    cJSON_Delete(last_line(server, event, &count));
    return count;
}

/* Waits for so many. */
static cJSON *await_line(const struct server *server, const char *event, int wanted)
{
    int64_t limit = sl__now_ms() + PATIENCE_MS;
    for (;;) {
        int count;
        cJSON *line = last_line(server, event, &count);
        if (count >= wanted)
            return line;
        cJSON_Delete(line);
        assert_true(sl__now_ms() < limit);
        sched_yield();
    }
}

static double await_number(const struct server *server, const char *event, int wanted,
                           const char *member)
{
    cJSON *line = await_line(server, event, wanted);
    double number = sl__json_member(line, member)->valuedouble;
    cJSON_Delete(line);
    return number;
}

/* Cancels. */

static const struct stage {
    const char *what, *plan;
    bool large;
    enum sl_phase phase; /* in which it is cancelled */
    const char *end;     /* the server's word for its end */
} stages[] = {
    {"upload", "slow-read=10", true, SL_PHASE_UPLOADING, "gone"},
    {"first byte", "silent", false, SL_PHASE_CHECKING, "end"},
    {"streaming", "pace=20/lines=300", false, SL_PHASE_ANSWERING, "end"},
};

enum { STAGES = sizeof stages / sizeof *stages };

static bool is_there(const struct seen *seen, const struct stage *stage)
{
    return strchr(seen->phases, '0' + (int)stage->phase) && (!stage->large || seen->sent > 0);
}

/* From a cancel at this stage until the server has it and the thread has let go. */
static double cancel_once(struct station *station, const struct server *server,
                          const struct stage *stage)
{
    struct seen seen = {0};
    int asked = count_lines(server, "request"), ended = count_lines(server, stage->end);
    struct sl__request *request = ask(station, server, stage->plan, stage->large);
    while (!is_there(&seen, stage)) {
        station_await_news(station);
        station_look(station, request, &seen);
    }
    if (!stage->large)
        cJSON_Delete(await_line(server, "request", asked + 1));
    int64_t cancelled = sl__now_ms();
    station_cancel(station, request);
    cJSON *line = await_line(server, stage->end, ended + 1);
    assert_string_equal(sl__json_string(line, "how"), "client closed");
    double took = sl__json_member(line, "time_ms")->valuedouble - (double)cancelled;
    cJSON_Delete(line);
    station_await_release(station, request);
    sl__request_drop(request);
    return took;
}

static void cancel_in_time(struct station *station, const struct server *server,
                           const struct stage *stage)
{
    double best = 1e9;
    for (int i = 0; i < TRIES && best > CANCEL_MS; i++) {
        double took = cancel_once(station, server, stage);
        best = took < best ? took : best;
    }
    if (best > CANCEL_MS)
        fail_msg("%s: %s: %.1f ms", server->url, stage->what, best);
}

static void a_lone_request_is_cancelled_at_once(void **state)
{
    (void)state;
    const struct server *const servers[] = {&http1, &http2};
    for (size_t i = 0; i < 2 * STAGES; i++) {
        struct station station;
        station_start(&station);
        cancel_in_time(&station, servers[i / STAGES], &stages[i % STAGES]);
        station_end(&station);
    }
}

/* The neighbour's connection brings nothing by itself that could take a reset along. */
static void a_cancel_beside_a_silent_stream(void **state)
{
    (void)state;
    struct station station;
    station_start(&station);
    struct sl__request *neighbour = ask(&station, &http2, "silent", false);
    cJSON_Delete(await_line(&http2, "request", 1));
    for (size_t i = 0; i < STAGES; i++)
        cancel_in_time(&station, &http2, &stages[i]);
    assert_int_equal(count_lines(&http2, "greeting"), 1);
    assert_int_equal(atomic_load(&neighbour->references), 2); /* it is still asked */
    station_cancel(&station, neighbour);
    station_await_release(&station, neighbour);
    sl__request_drop(neighbour);
    station_end(&station);
}

static void a_cancelled_stream_leaves_its_neighbour_alone(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    station_start(&station);
    struct sl__request *neighbour = ask(&station, &http2, "pace=2/lines=200", false);
    await_text(&station, neighbour, &seen);
    for (size_t i = 0; i < STAGES; i++)
        cancel_in_time(&station, &http2, &stages[i]);
    assert_int_equal(count_lines(&http2, "greeting"), 1);
    cJSON *line = await_line(&http2, "request", 1);
    assert_string_equal(sl__json_string(line, "version"), "HTTP/2");
    cJSON_Delete(line);
    station_await_end(&station, neighbour, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    sl__request_drop(neighbour);
    station_end(&station);
}

/* What a connection is kept for. */

static void ask_to_the_end(struct station *station, const struct server *server, const char *plan,
                           struct seen *seen)
{
    *seen = (struct seen){0};
    struct sl__request *request = ask(station, server, plan, false);
    station_await_end(station, request, seen);
    sl__request_drop(request);
}

/* libcurl by itself sends again what a kept connection took whole and did not answer. */
static void a_whole_body_is_sent_once_over_a_kept_connection(void **state)
{
    (void)state;
    const struct server *const servers[] = {&http1, &http2};
    for (size_t i = 0; i < 2; i++) {
        struct station station;
        struct seen seen;
        station_start(&station);
        ask_to_the_end(&station, servers[i], "lines=1", &seen);
        assert_int_equal(seen.terminal, SL_EVENT_DONE);
        ask_to_the_end(&station, servers[i], "refuse/times=1", &seen);
        if (seen.error.code != SL_E_NETWORK)
            fail_msg("%s: %s", servers[i]->url, seen.error.message);
        assert_non_null(strstr(seen.error.message, "everything was sent and may be billed, so it "
                                                   "was not sent again; ask again"));
        assert_int_equal(count_lines(servers[i], "request"), 2);
        assert_true(await_number(servers[i], "request", 2, "connection") == 1);
        station_end(&station);
    }
}

/*
 * What a server closes is begun again with less ado; an old libcurl (7.88) closes HTTP/2 without
 * TLS's farewell, after which OpenSSL does not go on with the session.
 */
static void a_session_is_resumed(void **state)
{
    (void)state;
    const struct server *const servers[] = {&http1, &http2};
    for (size_t i = 0; i < 2; i++) {
        struct station station;
        struct seen seen;
        bool is_old = i == 1 && curl_version_info(CURLVERSION_NOW)->version_num < 0x080e00;
        station_start(&station);
        for (int k = 1; k <= 2; k++) {
            ask_to_the_end(&station, servers[i], "goaway", &seen);
            assert_int_equal(seen.terminal, SL_EVENT_DONE);
            cJSON *line = await_line(servers[i], "greeting", k);
            bool resumed = cJSON_IsTrue(sl__json_member(line, "resumed"));
            assert_true(resumed == (k == 2) || is_old);
            cJSON_Delete(line);
        }
        assert_int_equal(count_lines(servers[i], "greeting"), 2);
        station_end(&station);
    }
}

/* Many streams of one connection, beside one that brings as much as the connection takes. */
static void a_stream_without_an_end_holds_up_nobody(void **state)
{
    (void)state;
    static struct seen seen[AT_ONCE];
    struct sl__request *requests[AT_ONCE];
    struct station station;
    station_start(&station);
    requests[0] = ask(&station, &http2, "lines=1000000", false);
    await_text(&station, requests[0], &seen[0]);
    for (size_t i = 1; i < AT_ONCE; i++)
        requests[i] = ask(&station, &http2, "pace=2/lines=5", false);
    for (size_t i = 1; i < AT_ONCE; i++) {
        while (!seen[i].terminal) {
            station_await_news(&station);
            station_look_at(&station, requests, seen, AT_ONCE);
        }
        assert_int_equal(seen[i].terminal, SL_EVENT_DONE);
    }
    assert_int_equal(seen[0].terminal, 0);
    assert_int_equal(count_lines(&http2, "greeting"), 1);
    station_cancel(&station, requests[0]);
    station_await_release(&station, requests[0]);
    for (size_t i = 0; i < AT_ONCE; i++)
        sl__request_drop(requests[i]);
    station_end(&station);
}

/* Time does not mend it: there is no second attempt. */
static void an_unknown_certificate_is_told_at_once(void **state)
{
    (void)state;
    struct station station;
    struct seen seen = {0};
    station_start(&station);
    struct sl__request *request = station_make(&station, variable("HTTP2_URL"), 5);
    station_send(&station, request);
    station_await_end(&station, request, &seen);
    assert_int_equal(seen.error.code, SL_E_TLS);
    assert_non_null(strstr(seen.error.message, "its certificate cannot be trusted; check the base "
                                               "URL and the clock, or set ca_file"));
    assert_string_equal(seen.notes, "");
    sl__request_drop(request);
    station_end(&station);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lone_request_is_cancelled_at_once),
        cmocka_unit_test(a_cancel_beside_a_silent_stream),
        cmocka_unit_test(a_cancelled_stream_leaves_its_neighbour_alone),
        cmocka_unit_test(a_whole_body_is_sent_once_over_a_kept_connection),
        cmocka_unit_test(a_session_is_resumed),
        cmocka_unit_test(a_stream_without_an_end_holds_up_nobody),
        cmocka_unit_test(an_unknown_certificate_is_told_at_once),
    };
    return run_cases(tests, argc, argv);
}
