/*
 * The thread that talks to servers, without the rest of a client: a test gives it requests in a
 * protocol of its own, in which the data of an event is text and “[DONE]” is the end.
 */
#ifndef TESTS_STATION_H
#define TESTS_STATION_H

#include "request.h"
#include "transfer.h"

enum { PATIENCE_MS = 20000 };

/* A thread under test, and a listening socket for the test to be a server. */
struct station {
    struct sl__queue queue;
    struct sl__transfers transfers;
    int listener, port;
};

void station_start(struct station *station);
void station_end(struct station *station);

extern const struct sl__dialect station_dialect;

/*
 * A request that is not yet on its way; the caller has a reference. `address` has the port for its
 * %d. A body of 0 bytes makes a GET.
 */
struct sl__request *station_make(struct station *station, const char *address, size_t body);
void station_send(struct station *station, struct sl__request *request);

/* Both. */
struct sl__request *station_ask(struct station *station, const char *address, size_t body);

/* As the client does it. */
void station_cancel(struct station *station, struct sl__request *request);

/* Waits until the thread has let the request go; drops all events. */
void station_await_release(struct station *station, struct sl__request *request);

/* What the host sees of one request. */
struct seen {
    char text[256], notes[512], phases[256];
    uint64_t waits[16], sent; /* `sent`: bytes of the body */
    int wait_count;
    enum sl_event_type terminal;
    struct sl_error error;
};

/* Takes what waits; the events of others are dropped. */
void station_look_at(struct station *station, struct sl__request *const *requests,
                     struct seen *seen, size_t count);
void station_look(struct station *station, struct sl__request *request, struct seen *seen);
void station_await_news(struct station *station);
void station_await_end(struct station *station, struct sl__request *request, struct seen *seen);
void station_await_waiting(struct station *station, struct sl__request *request, struct seen *seen);

/* The server's side, for a test to play. */

#define HERE "http://127.0.0.1:%d"
#define OK(type) "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " type "\r\n\r\n"
#define STREAM OK("text/event-stream")
#define ANSWER STREAM "data: yes\n\ndata: [DONE]\n\n"
#define STATUS(line) "HTTP/1.1 " line "\r\nConnection: close\r\nContent-Length: 0\r\n"

int take_connection(struct station *station);

/* Reads one request, whose body is at most a few bytes; false when the client went. */
bool read_request(int connection, char *to, size_t room);
void answer(int connection, const char *text);

/* Serves one request on a connection of its own and closes that. */
void serve(struct station *station, const char *text);

#endif
