/*
 * A server that says what a test wrote down: it listens on a loopback port of its own, keeps the
 * bytes of each request, and answers each with the next of its scripts.
 */
#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

enum { PEER_MAX_REQUESTS = 16 };

/* What follows an answer. */
enum peer_end {
    PEER_KEEP,  /* the next request may come on the same connection */
    PEER_CLOSE, /* the connection is closed */
    PEER_RESET, /* the connection is reset, as by a crash */
    PEER_HOLD,  /* silence until the client goes */
};

struct peer_script {
    const char *answer;
    enum peer_end end;
    size_t piece; /* bytes of each write; 0: all at once */
};

struct peer_request {
    struct sl__buf bytes; /* head and body */
    int connection;       /* counted from 1 */
    int64_t gone_ms;      /* monotonic, when the client went in a hold; 0 otherwise */
};

struct peer {
    int listener, port;
    pthread_t thread;
    const struct peer_script *scripts;
    int script_count;
    struct peer_request requests[PEER_MAX_REQUESTS]; /* read after peer_stop, or after an answer */
    int request_count, connections;
    atomic_int closed; /* connections that the peer has closed */
};

/* Serves until every script was used or peer_stop is called. */
void peer_start(struct peer *peer, const struct peer_script *scripts, int count);

/* Waits until this many connections were closed: a client on this machine has the news then. */
void peer_wait_closed(struct peer *peer, int count);

/* Joins the thread; the requests stay until peer_release. */
void peer_stop(struct peer *peer);
void peer_release(struct peer *peer);

#endif
