/* What is done beside a question. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "errand.h"
#include "request.h"
#include "sweep.h"
#include "worker.h"

enum { EVERY_MS = 3600 * 1000, MOST = 100 };

/* The account that was swept last in this process, and when it is to be swept again. */
static char swept[sizeof((struct sl__account *)NULL)->digest];
static int64_t next_sweep; /* on the clock that nobody sets */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* One who has it takes it from the others. */
static bool has_turn(const struct sl__account *account)
{
    int64_t now = sl__now_ms();
    pthread_mutex_lock(&lock);
    bool turn = now >= next_sweep || strcmp(swept, account->digest) != 0;
    if (turn) {
        memcpy(swept, account->digest, sizeof swept);
        next_sweep = now + EVERY_MS;
    }
    pthread_mutex_unlock(&lock);
    return turn;
}

static void leave_rest_to_next(void)
{
    pthread_mutex_lock(&lock);
    next_sweep = 0;
    pthread_mutex_unlock(&lock);
}

static bool take_due(const struct sl__stored *stored, void *data)
{
    struct sl__errand *errand = data;
    if (stored->delete_at > 0 && stored->delete_at <= time(NULL))
        snprintf(errand->ids[errand->count++], sizeof errand->ids[0], "%s", stored->id);
    return errand->count < MOST;
}

/* Takes the errand. */
static void start(const struct sl__request *request, const struct sl__operation *operation,
                  struct sl__errand *errand)
{
    struct sl__request *made = sl__request_new(operation, sl__config_hold(request->config));
    if (!made) {
        sl__errand_free(errand);
        return;
    }
    made->errand = errand;
    made->quiet = true;
    made->queue = request->queue;
    made->workers = request->workers;
    made->key_cache = request->key_cache;
    made->setup_hint = request->setup_hint;
    sl__workers_add(made->workers, made, NULL);
    sl__request_drop(made);
}

/* For the account of `request`. NULL without memory. */
static struct sl__errand *new_errand(const struct sl__request *request,
                                     const struct sl__account *account)
{
    struct sl__errand *errand = sl__errand_new(0);
    if (!errand)
        return NULL;
    errand->account = *account;
    errand->account.provider = request->config->provider;
    return errand;
}

/* Nobody would hear of a damaged index: it is left to a question that needs it. */
static int open_index(const struct sl__request *request, struct sl__index **index,
                      struct sl_error *error)
{
    return sl__index_open(index, request->config->state_dir, NULL, error);
}

static void finish(struct sl__request *request, const struct sl__outcome *outcome)
{
    (void)outcome;
    sl__request_done(request, "");
}

/* A request of their own deletes them, when this one is done with the index. */
static int sweep(struct sl__request *request, struct sl_error *error)
{
    struct sl__errand *due = sl__errand_new(MOST);
    struct sl__index *index = NULL;
    int code = due ? open_index(request, &index, error) : SL_E_NOMEM;
    if (!code) {
        sl__index_prune(index, time(NULL) - SL__STORED_SECONDS, NULL);
        sl__index_each(index, &request->errand->account, take_due, due, NULL);
    }
    sl__index_close(index);
    if (due && due->count == MOST)
        leave_rest_to_next();
    if (due && due->count > 0)
        start(request, &sl__delete_files_operation, due);
    else
        sl__errand_free(due);
    return code;
}

static const struct sl__operation sweep_operation = {.prepare = sweep, .finish = finish};

void sl__sweep(struct sl__request *request, const struct sl__account *account)
{
    bool turn = has_turn(account) && sl__index_exists(request->config->state_dir);
    struct sl__errand *errand = turn ? new_errand(request, account) : NULL;
    if (errand)
        start(request, &sweep_operation, errand);
}

static int note(struct sl__request *request, struct sl_error *error)
{
    const struct sl__errand *errand = request->errand;
    struct sl__index *index = NULL;
    int code = open_index(request, &index, error);
    for (size_t i = 0; i < errand->count && !code; i++)
        code = sl__index_note(index, &errand->account, &errand->sent[i], error);
    sl__index_close(index);
    return code;
}

static const struct sl__operation note_operation = {.prepare = note, .finish = finish};

void sl__note_sent(struct sl__request *request, const struct sl__account *account,
                   struct sl__stored *sent, size_t count)
{
    struct sl__errand *errand = new_errand(request, account);
    if (!errand) {
        free(sent);
        return;
    }
    errand->sent = sent;
    errand->count = count;
    start(request, &note_operation, errand);
}
