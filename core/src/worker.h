/* The threads that prepare requests: a few, each started when there is work and none is free. */
#ifndef SL_WORKER_H
#define SL_WORKER_H

#include <pthread.h>

#include "transfer.h"

enum { SL__MAX_WORKERS = 4 };

struct sl__workers {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct sl__request *first, *last;
    pthread_t threads[SL__MAX_WORKERS];
    int count, idle;
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

/* Joins the threads; what they work on should have been cancelled. */
void sl__workers_stop(struct sl__workers *workers);

/* Drops what waits. After sl__workers_stop, and when nobody adds any more. */
void sl__workers_release(struct sl__workers *workers);

#endif
