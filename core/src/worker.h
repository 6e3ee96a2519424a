/* The threads that prepare requests: a few, each started when there is work and none is free. */
#ifndef SL_WORKER_H
#define SL_WORKER_H

#include <pthread.h>

#include "transfer.h"

enum {
    SL__MAX_WORKERS = 4, /* that work at once */
    SL__MAX_OUT = 12,    /* and that wait for others */
};

struct sl__workers {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct sl__request *first, *last;
    pthread_t threads[SL__MAX_WORKERS + SL__MAX_OUT];
    int count, idle, out;
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

/* Joins the threads; what they work on should have been cancelled. */
void sl__workers_stop(struct sl__workers *workers);

/* Drops what waits. After sl__workers_stop, and when nobody adds any more. */
void sl__workers_release(struct sl__workers *workers);

#endif
