/*
 * Many requests at once: their turns, and that an answer without an end holds up nobody. As in
 * test_transfer.c the test itself is the server.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"
#include "station.h"

enum { AT_ONCE = 64, ROUNDS = 3, TURNS = 6 };

/* Who has failed and waits lets the next one go, and loses its own place to nobody. */
static void turns_come_in_the_order_of_asking(void **state)
{
    (void)state;
    static const char *const paths[TURNS] = {"/0", "/1", "/2", "/3", "/4", "/5"};
    struct station station;
    struct sl__request *requests[TURNS];
    struct seen seen[TURNS] = {0};
    char order[TURNS + 2] = "", others[TURNS + 2] = "", bytes[4096];
    station_start(&station);
    for (size_t i = 0; i < TURNS; i++) {
        requests[i] = station_make(&station, HERE, 5);
        requests[i]->exchange.path = paths[i];
        requests[i]->config->limits.concurrency = 1;
        station_send(&station, requests[i]);
    }
    for (size_t i = 0; i < TURNS + 1; i++) {
        int connection = take_connection(&station);
        assert_true(read_request(connection, bytes, sizeof bytes));
        order[i] = bytes[strlen("POST /")];
        if (i > 0 && order[i] != '0')
            others[strlen(others)] = order[i];
        answer(connection, i == 0 ? STATUS("429 Wait") "Retry-After: 1\r\n\r\n" : ANSWER);
        close(connection);
    }
    for (size_t i = 0; i < TURNS; i++) {
        while (!seen[i].terminal) {
            station_await_news(&station);
            station_look_at(&station, requests, seen, TURNS);
        }
        assert_int_equal(seen[i].terminal, SL_EVENT_DONE);
        sl__request_drop(requests[i]);
    }
    assert_string_equal(others, "12345");
    assert_int_equal(order[0], '0');
    assert_int_equal(order[1], '1');
    station_end(&station);
}

/* Says more until the client has had enough. */
static void *flood(void *argument)
{
    const int *connection = argument;
    char text[128];
    int len = snprintf(text, sizeof text, "data: %0100d\n\n", 0);
    while (send(*connection, text, (size_t)len, MSG_NOSIGNAL) > 0)
        ;
    return NULL;
}

static struct sl__request *ask_with_many(struct station *station, int *connection)
{
    char bytes[4096];
    struct sl__request *request = station_make(station, HERE, 5);
    request->config->limits.concurrency = AT_ONCE;
    station_send(station, request);
    *connection = take_connection(station);
    assert_true(read_request(*connection, bytes, sizeof bytes));
    answer(*connection, STREAM);
    return request;
}

/* A letter to each but the first, and then it waits until all have arrived. */
static void one_round(struct station *station, struct sl__request *const *requests,
                      struct seen *seen, const int *connections, size_t letters)
{
    for (size_t i = 1; i < AT_ONCE; i++)
        answer(connections[i], "data: x\n\n");
    for (size_t i = 1; i < AT_ONCE; i++) {
        while (strlen(seen[i].text) < letters) {
            station_await_news(station);
            station_look_at(station, requests, seen, AT_ONCE);
        }
    }
}

static void an_answer_without_an_end_holds_up_nobody(void **state)
{
    (void)state;
    static struct seen seen[AT_ONCE];
    struct sl__request *requests[AT_ONCE];
    struct station station;
    int connections[AT_ONCE];
    pthread_t flooding;
    station_start(&station);
    for (size_t i = 0; i < AT_ONCE; i++)
        requests[i] = ask_with_many(&station, &connections[i]);
    assert_int_equal(pthread_create(&flooding, NULL, flood, &connections[0]), 0);
    while (!*seen[0].text) {
        station_await_news(&station);
        station_look_at(&station, requests, seen, AT_ONCE);
    }
    for (size_t round = 1; round <= ROUNDS; round++)
        one_round(&station, requests, seen, connections, round);
    assert_int_equal(seen[0].terminal, 0);
    for (size_t i = 1; i < AT_ONCE; i++) {
        answer(connections[i], "data: [DONE]\n\n");
        close(connections[i]);
    }
    for (size_t i = 0; i < AT_ONCE; i++) {
        while (!seen[i].terminal) {
            station_await_news(&station);
            station_look_at(&station, requests, seen, AT_ONCE);
        }
        assert_int_equal(seen[i].terminal, i == 0 ? SL_EVENT_FAILED : SL_EVENT_DONE);
        sl__request_drop(requests[i]);
    }
    assert_int_equal(seen[0].error.code, SL_E_TOO_LARGE);
    pthread_join(flooding, NULL);
    close(connections[0]);
    station_end(&station);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_come_in_the_order_of_asking),
        cmocka_unit_test(an_answer_without_an_end_holds_up_nobody),
    };
    return run_cases(tests, argc, argv);
}
