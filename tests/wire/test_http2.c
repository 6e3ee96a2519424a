/* Cancels over HTTP/2: the server hears of them at once, and others on the connection do not. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "clock.h"
#include "harness.h"
#include "json.h"
#include "station.h"

enum { CANCEL_MS = 50, TRIES = 5 };

static const char BODY[] = "{\"model\":\"step-3.7-flash\",\"stream\":true,"
                           "\"messages\":[{\"role\":\"user\",\"content\":\"Say hi.\"}]}";

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    if (!value)
        fail_msg("%s is not set; run it by http2.sh", name);
    return value;
}

/* Asks for an answer that is told apart by its number of lines. */
static struct sl__request *ask(struct station *station, int lines, int pace)
{
    char url[128];
    snprintf(url, sizeof url, "%s/pace=%d/lines=%d/v1", variable("HTTP2_URL"), pace, lines);
    struct sl__request *request = station_make(station, url, 0);
    request->config->ca_file = strdup(variable("HTTP2_CA"));
    request->exchange.path = "/chat/completions";
    request->exchange.dialect = &station_dialect;
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

/* The journal's line about an event of the request with so many lines; NULL while there is none. */
static cJSON *find_line(const char *event, int lines)
{
    char line[4096], path[32];
    double id = 0;
    cJSON *found = NULL;
    FILE *journal = fopen(variable("HTTP2_JOURNAL"), "r");
    assert_non_null(journal);
    snprintf(path, sizeof path, "/lines=%d/", lines);
    while (!found && fgets(line, sizeof line, journal)) {
        cJSON *json = sl__json_parse(line, strlen(line), NULL);
        const char *name = sl__json_string(json, "event"), *its = sl__json_string(json, "path");
        const cJSON *number = sl__json_member(json, "id");
        if (its && strstr(its, path))
            id = number->valuedouble;
        if (name && strcmp(name, event) == 0 && id > 0 && number->valuedouble == id)
            found = json;
        else
            cJSON_Delete(json);
    }
    fclose(journal);
    return found;
}

static cJSON *await_line(const char *event, int lines)
{
    int64_t limit = sl__now_ms() + PATIENCE_MS;
    cJSON *found;
    while (!(found = find_line(event, lines))) {
        assert_true(sl__now_ms() < limit);
        sched_yield();
    }
    return found;
}

static double connection_of(int lines)
{
    cJSON *line = await_line("request", lines);
    assert_string_equal(sl__json_string(line, "version"), "HTTP/2");
    double connection = sl__json_member(line, "connection")->valuedouble;
    cJSON_Delete(line);
    return connection;
}

/* From a cancel until the server has it. */
static double cancel_time(struct station *station, struct sl__request *request, int lines)
{
    int64_t asked = sl__now_ms();
    station_cancel(station, request);
    cJSON *line = await_line("end", lines);
    assert_string_equal(sl__json_string(line, "how"), "client closed");
    double took = sl__json_member(line, "time_ms")->valuedouble - (double)asked;
    cJSON_Delete(line);
    return took;
}

static void a_lone_stream_is_cancelled_at_once(void **state)
{
    (void)state;
    double best = 1e9;
    for (int i = 0; i < TRIES && best > CANCEL_MS; i++) {
        struct station station;
        struct seen seen = {0};
        station_start(&station);
        struct sl__request *request = ask(&station, 300 + i, 20);
        await_text(&station, request, &seen);
        double took = cancel_time(&station, request, 300 + i);
        best = took < best ? took : best;
        station_await_release(&station, request);
        sl__request_drop(request);
        station_end(&station);
    }
    assert_true(best <= CANCEL_MS);
}

static void a_cancelled_stream_leaves_its_neighbour_alone(void **state)
{
    (void)state;
    double best = 1e9;
    for (int i = 0; i < TRIES && best > CANCEL_MS; i++) {
        int first = 100 + 2 * i, second = first + 1;
        struct station station;
        struct seen seen = {0}, other = {0};
        station_start(&station);
        struct sl__request *request = ask(&station, first, 20);
        await_text(&station, request, &seen);
        struct sl__request *neighbour = ask(&station, second, 1);
        await_text(&station, neighbour, &other);
        assert_true(connection_of(first) == connection_of(second));
        double took = cancel_time(&station, request, first);
        best = took < best ? took : best;
        station_await_end(&station, neighbour, &other);
        assert_int_equal(other.terminal, SL_EVENT_DONE);
        station_await_release(&station, request);
        sl__request_drop(request);
        sl__request_drop(neighbour);
        station_end(&station);
    }
    assert_true(best <= CANCEL_MS);
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
        cmocka_unit_test(a_lone_stream_is_cancelled_at_once),
        cmocka_unit_test(a_cancelled_stream_leaves_its_neighbour_alone),
        cmocka_unit_test(an_unknown_certificate_is_told_at_once),
    };
    return run_cases(tests, argc, argv);
}
