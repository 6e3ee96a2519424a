/*
 * One stream of HTTP/2: received by the connection's thread, answered by one of its own. Everything
 * here is under the session's lock but for what the comments except.
 */
#ifndef SIMULATOR_HTTP2_STREAM_H
#define SIMULATOR_HTTP2_STREAM_H

#include <nghttp2/nghttp2.h>
#include <pthread.h>

#include "carrier.h"
#include "request.h"
#include "text.h"

/* Of one connection. libnghttp2 is called under the lock only, by whichever thread. */
struct http2 {
    const struct settings *settings;
    long connection;
    nghttp2_session *session;
    pthread_mutex_t lock;
    int wake[2]; /* a byte in it makes the connection's thread look again */
    struct stream *streams;
    bool last; /* a GOAWAY went out */
    bool cut;  /* the connection is to close without a word */
};

struct stream {
    struct carrier carrier;
    struct http2 *http2;
    struct stream *next;
    int32_t id;
    struct request request; /* the thread's own once it runs */
    struct failure failure; /* the same */
    char *method, *target;
    size_t unconsumed; /* received, but the client is not told so yet: it is read slowly */
    double consume_at;

    pthread_t thread;
    pthread_cond_t changed;
    bool runs, done;
    struct text out;
    size_t out_at;
    enum ending planned;
    bool held;     /* the data goes out with its end, since clients may take its length for that */
    bool out_ends; /* no more comes into `out` */
    bool sent;     /* all of it went out */
    bool closed;   /* the client reset the stream, or the connection ended */
};

struct stream *stream_new(struct http2 *http2, int32_t id);
/* Its thread must not run any more. */
void stream_free(struct stream *stream);

/* The request is there, or a failure: starts the thread that answers it. */
void stream_answer(struct stream *stream);
void stream_close(struct stream *stream);

/* Makes the connection's thread look again. */
void http2_wake(struct http2 *http2);

#endif
