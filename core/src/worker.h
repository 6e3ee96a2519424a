/* The threads that prepare requests: a few, each started when there is work and none is free. */
#ifndef SL_WORKER_H
#define SL_WORKER_H

#include <pthread.h>

#include "transfer.h"

enum {
    SL__MAX_WORKERS = 4, /* that work at once */
    SL__MAX_OUT = 12,    /* and that wait for others */
};

/*
 * Work of a request in pieces that need nothing of each other: free workers do some of them ahead,
 * while the worker whose request it is takes them in order.
 */
struct sl__pieces {
    void (*one)(size_t at, void *context); /* any worker; does not step out */
    void *context;
    size_t count;

    /* The workers'. */
    size_t begun, under_way; /* those before `begun` are done or under way */
    bool *done;
    struct sl__pieces *next;
};

struct sl__workers {
    pthread_mutex_t lock;
    pthread_cond_t wake, done; /* `done`: a piece is */
    struct sl__request *first, *last;
    struct sl__pieces *shared;
    pthread_t threads[SL__MAX_WORKERS + SL__MAX_OUT];
    int count, idle, out, helping; /* `helping`: do a piece of another's */
    int at_once; /* that work while one of them helps: as many as the machine has cores */
    int waiting; /* requests in the list */
    bool quit;
    struct sl__transfers *transfers; /* where prepared requests go */
};

void sl__workers_init(struct sl__workers *workers, struct sl__transfers *transfers);

/*
 * Takes a reference on success. Any thread. Errors: SL_E_NOMEM (no thread could be started),
 * SL_E_CANCELLED (they were stopped).
 */
int sl__workers_add(struct sl__workers *workers, struct sl__request *request,
                    struct sl_error *error);

/*
 * A worker says that it waits for others from now on, as for a server that it gets a picture from,
 * and that it goes on working: meanwhile another takes its place.
 */
void sl__workers_step_out(struct sl__workers *workers);
void sl__workers_step_in(struct sl__workers *workers);

/*
 * Lets others help with `pieces`, of which `one`, `context` and `count` are set, until
 * sl__workers_unshare. A request that waits goes before any help, and does not wait for it.
 * Worker. 0 or SL_E_NOMEM.
 */
int sl__workers_share(struct sl__workers *workers, struct sl__pieces *pieces);

/*
 * Returns when the piece `at` is done; does itself what nobody has begun meanwhile. Pieces are
 * begun in order, so that all before one that is done were begun too.
 */
void sl__workers_finish(struct sl__workers *workers, struct sl__pieces *pieces, size_t at);

/* Waits for the pieces under way; the others are not begun any more. */
void sl__workers_unshare(struct sl__workers *workers, struct sl__pieces *pieces);

/* Joins the threads; what they work on should have been cancelled. */
void sl__workers_stop(struct sl__workers *workers);

/* Drops what waits. After sl__workers_stop, and when nobody adds any more. */
void sl__workers_release(struct sl__workers *workers);

#endif
