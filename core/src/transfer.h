/*
 * The thread that talks to servers: one libcurl multi handle, so that connections are kept between
 * requests and any number of requests run at once. It asks again where retry.h says so, follows
 * redirects within an origin, and keeps the number of exchanges with one origin below its limit:
 * the others wait in their order.
 *
 * A request comes with its `exchange` filled. The thread takes the body out of it and touches
 * nothing that a worker uses once `finish` was called, so that the request can be prepared again
 * while its connection still comes to its end.
 */
#ifndef SL_TRANSFER_H
#define SL_TRANSFER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <curl/curl.h>
#include <sightline/error.h>

struct sl__departure;
struct sl__queue;
struct sl__request;

struct sl__transfers {
    struct sl__queue *queue;
    pthread_t thread;
    struct sl__departure *departure; /* of the thread; NULL while it does not run */
    pthread_mutex_t lock;            /* of the next three */
    CURLM *multi;                    /* NULL until the thread has prepared itself */
    bool broken;                     /* it could not, or has ended */
    struct sl__request *incoming;
    atomic_bool quit;
};

/* Before libcurl is used on any thread. */
void sl__prepare_libcurl(void);

/*
 * What holds for every exchange: http and https alone, TLS 1.2 at least whatever the system allows,
 * no signals, and no waiting for a resolver that hangs.
 */
void sl__restrict(CURL *easy);

void sl__transfers_init(struct sl__transfers *transfers, struct sl__queue *queue);

/* Starts the thread unless it runs. The host's thread only. Errors: SL_E_NOMEM. */
int sl__transfers_start(struct sl__transfers *transfers, struct sl_error *error);

/* Takes the caller's reference. Any thread. */
void sl__transfers_add(struct sl__transfers *transfers, struct sl__request *request);

/* Makes the thread look for requests that were cancelled. Any thread. */
void sl__transfers_wake(struct sl__transfers *transfers);

/*
 * Drops all transfers and joins the thread. Where a lookup of a name hangs, which nothing can
 * interrupt, the thread is left behind with what libcurl needs, and ends when the lookup does.
 */
void sl__transfers_release(struct sl__transfers *transfers);

#endif
