/*
 * The events on their way to the host, and the bell that calls it: a pipe that is readable while
 * there is something to deliver. Events of a request that has ended are dropped, so that a terminal
 * event is always the last.
 *
 * The bell is rung at once, but for text that follows within SL__BATCH_MS of the last ringing: then
 * the transfer thread, from which all text comes, rings when that time has passed.
 */
#ifndef SL_QUEUE_H
#define SL_QUEUE_H

#include <pthread.h>

#include <sightline/files.h>

#include "buf.h"

enum { SL__BATCH_MS = 16 };

struct sl__request;

struct sl__queued {
    struct sl__queued *next;
    struct sl__request *request; /* a reference */
    struct sl_event event;
    struct sl__buf text;
    struct sl_error error;
    char model[128], language[64];
    struct sl_stored_file stored; /* its name is `text`, its id `model` */
};

struct sl__queue {
    pthread_mutex_t lock;
    struct sl__queued *first, *last;
    size_t waiting_bytes; /* of all events, with their text */
    int read_end, write_end;
    bool rung;
    int64_t rung_at;
};

/* Errors: SL_E_IO. */
int sl__queue_init(struct sl__queue *queue, struct sl_error *error);
void sl__queue_release(struct sl__queue *queue);

/*
 * Adds a copy of an event that is not terminal; text joins the text before it. Errors: SL_E_NOMEM,
 * SL_E_TOO_LARGE (the host has not taken what waits).
 */
int sl__queue_push(struct sl__queue *queue, struct sl__request *request,
                   const struct sl_event *event);

/*
 * Adds the request's own terminal event, unless it has one already. Only its text needs memory;
 * without that the request has failed.
 */
void sl__queue_end(struct sl__queue *queue, struct sl__request *request,
                   const struct sl_event *event);

/* Rings for text that has waited long enough. Milliseconds until the next call, -1 for no need. */
int sl__queue_tick(struct sl__queue *queue);

/* Takes all that waits and silences the bell. The caller frees each with sl__queued_free. */
struct sl__queued *sl__queue_take(struct sl__queue *queue);
void sl__queued_free(struct sl__queued *queued);

#endif
