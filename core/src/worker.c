/* The threads that prepare requests. */
#include <stdlib.h>
#include <unistd.h>

#include "request.h"
#include "thread.h"
#include "worker.h"

void sl__workers_init(struct sl__workers *workers, struct sl__transfers *transfers)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    *workers = (struct sl__workers){.transfers = transfers};
    workers->at_once = cores < SL__MAX_WORKERS ? (int)cores : SL__MAX_WORKERS;
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->wake, NULL);
    pthread_cond_init(&workers->done, NULL);
}

/* Works on one request and passes its reference on. */
static void work(struct sl__workers *workers, struct sl__request *request)
{
    const struct sl__operation *operation = request->operation;
    struct sl_error error = SL_ERROR_INIT;
    int code = atomic_load(request->cancel) ? SL_E_CANCELLED : operation->prepare(request, &error);
    if (!code && (request->exchange.path || request->exchange.pause_ms > 0)) {
        sl__transfers_add(workers->transfers, request);
        return;
    }
    if (!code)
        operation->finish(request, NULL);
    else if (code != SL_E_CANCELLED)
        sl__request_failed(request, &error);
    else
        sl__request_cancelled(request);
    sl__request_drop(request);
}

static int busy(const struct sl__workers *workers)
{
    return workers->count - workers->idle - workers->out;
}

/* Those that stepped in again may be too many: then who is done leaves the rest to them. */
static bool are_too_many(const struct sl__workers *workers)
{
    return busy(workers) - workers->helping > SL__MAX_WORKERS;
}

/* Takes the first from the list, for which the lock is let go meanwhile. */
static void do_request(struct sl__workers *workers)
{
    struct sl__request *request = workers->first;
    workers->first = request->next;
    if (!workers->first)
        workers->last = NULL;
    workers->waiting--;
    pthread_mutex_unlock(&workers->lock);
    work(workers, request);
    pthread_mutex_lock(&workers->lock);
}

/* The same with the first piece that nobody has begun. */
static void do_piece(struct sl__workers *workers, struct sl__pieces *pieces)
{
    size_t at = pieces->begun++;
    pieces->under_way++;
    pthread_mutex_unlock(&workers->lock);
    pieces->one(at, pieces->context);
    pthread_mutex_lock(&workers->lock);
    pieces->done[at] = true;
    pieces->under_way--;
    pthread_cond_broadcast(&workers->done);
}

static struct sl__pieces *find_help_wanted(const struct sl__workers *workers)
{
    struct sl__pieces *pieces = workers->shared;
    while (pieces && pieces->begun == pieces->count)
        pieces = pieces->next;
    return busy(workers) <= workers->at_once ? pieces : NULL;
}

static void *run(void *argument)
{
    struct sl__workers *workers = argument;
    pthread_mutex_lock(&workers->lock);
    while (!workers->quit) {
        struct sl__pieces *pieces = find_help_wanted(workers);
        if (workers->first && !are_too_many(workers)) {
            do_request(workers);
        } else if (pieces) {
            workers->helping++;
            do_piece(workers, pieces);
            workers->helping--;
        } else {
            workers->idle++;
            pthread_cond_wait(&workers->wake, &workers->lock);
            workers->idle--;
        }
    }
    pthread_mutex_unlock(&workers->lock);
    return NULL;
}

static void append(struct sl__workers *workers, struct sl__request *request)
{
    sl__request_hold(request);
    request->next = NULL;
    if (workers->last)
        workers->last->next = request;
    else
        workers->first = request;
    workers->last = request;
    workers->waiting++;
}

/* One more where there may be more. Under the lock. False when none could be started. */
static bool start_another(struct sl__workers *workers)
{
    if (workers->count - workers->out - workers->helping >= SL__MAX_WORKERS ||
        workers->count == SL__MAX_WORKERS + SL__MAX_OUT)
        return true;
    if (sl__thread_start(&workers->threads[workers->count], run, workers) != 0)
        return false;
    workers->count++;
    return true;
}

int sl__workers_add(struct sl__workers *workers, struct sl__request *request,
                    struct sl_error *error)
{
    int code = 0;
    pthread_mutex_lock(&workers->lock);
    if (workers->quit) {
        pthread_mutex_unlock(&workers->lock);
        return sl_error_set(error, SL_E_CANCELLED, "the client is about to end");
    }
    /* An idle worker that was woken for another request is not there for this one. */
    if (workers->waiting >= workers->idle && !start_another(workers) && workers->count == 0)
        code = sl_error_set(error, SL_E_NOMEM, "no thread could be started; try again");
    if (!code) {
        append(workers, request);
        pthread_cond_signal(&workers->wake);
    }
    pthread_mutex_unlock(&workers->lock);
    return code;
}

void sl__workers_step_out(struct sl__workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    workers->out++;
    if (workers->waiting > workers->idle && !workers->quit)
        start_another(workers);
    pthread_cond_signal(&workers->wake);
    pthread_mutex_unlock(&workers->lock);
}

void sl__workers_step_in(struct sl__workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    workers->out--;
    pthread_mutex_unlock(&workers->lock);
}

/* As many as there is work for. Those that were woken for a request are not there for it. */
static void call_for_help(struct sl__workers *workers, size_t pieces)
{
    int wanted = workers->at_once - busy(workers);
    for (int i = 0; i < wanted && (size_t)i < pieces; i++) {
        if (i >= workers->idle - workers->waiting && !start_another(workers))
            return;
        pthread_cond_signal(&workers->wake);
    }
}

int sl__workers_share(struct sl__workers *workers, struct sl__pieces *pieces)
{
    pieces->begun = pieces->under_way = 0;
    pieces->done = calloc(pieces->count + 1, sizeof *pieces->done);
    if (!pieces->done)
        return SL_E_NOMEM;
    pthread_mutex_lock(&workers->lock);
    pieces->next = workers->shared;
    workers->shared = pieces;
    if (pieces->count > 1 && !workers->quit)
        call_for_help(workers, pieces->count - 1);
    pthread_mutex_unlock(&workers->lock);
    return 0;
}

void sl__workers_finish(struct sl__workers *workers, struct sl__pieces *pieces, size_t at)
{
    pthread_mutex_lock(&workers->lock);
    while (!pieces->done[at]) {
        if (pieces->begun < pieces->count)
            do_piece(workers, pieces);
        else
            pthread_cond_wait(&workers->done, &workers->lock);
    }
    pthread_mutex_unlock(&workers->lock);
}

void sl__workers_unshare(struct sl__workers *workers, struct sl__pieces *pieces)
{
    struct sl__pieces **link = &workers->shared;
    pthread_mutex_lock(&workers->lock);
    while (*link != pieces)
        link = &(*link)->next;
    *link = pieces->next;
    while (pieces->under_way > 0)
        pthread_cond_wait(&workers->done, &workers->lock);
    pthread_mutex_unlock(&workers->lock);
    free(pieces->done);
}

void sl__workers_stop(struct sl__workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    workers->quit = true;
    pthread_cond_broadcast(&workers->wake);
    pthread_mutex_unlock(&workers->lock);
    for (int i = 0; i < workers->count; i++)
        pthread_join(workers->threads[i], NULL);
}

void sl__workers_release(struct sl__workers *workers)
{
    while (workers->first) {
        struct sl__request *request = workers->first;
        workers->first = request->next;
        sl__request_drop(request);
    }
    pthread_cond_destroy(&workers->wake);
    pthread_cond_destroy(&workers->done);
    pthread_mutex_destroy(&workers->lock);
}
