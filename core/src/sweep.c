/* What is done beside a question. */
#include <stdatomic.h>
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

static atomic_llong next_sweep; /* on the clock that nobody sets */

bool sl__sweep_is_due(const struct sl_config *config)
{
    return sl__now_ms() >= atomic_load(&next_sweep) && sl__index_exists(config->state_dir);
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

static void put_off(void)
{
    atomic_store(&next_sweep, sl__now_ms() + EVERY_MS);
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
    if (due && due->count > 0)
        start(request, &sl__delete_files_operation, due);
    else
        sl__errand_free(due);
    return code;
}

static const struct sl__operation sweep_operation = {.prepare = sweep, .finish = finish};

void sl__sweep(struct sl__request *request, const struct sl__account *account)
{
    struct sl__errand *errand = new_errand(request, account);
    if (!errand)
        return;
    put_off();
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
