/* Deleting what is due. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "errand.h"
#include "request.h"
#include "sweep.h"
#include "worker.h"

enum { EVERY_SECONDS = 3600, MOST = 100 };

static atomic_llong last_sweep;

bool sl__sweep_is_due(const struct sl_config *config)
{
    struct sl__buf path = SL__BUF_INIT(8192);
    bool due = time(NULL) - atomic_load(&last_sweep) >= EVERY_SECONDS &&
               sl__buf_addf(&path, "%s/files.db", config->state_dir) == 0 &&
               access(path.data, F_OK) == 0;
    sl__buf_release(&path);
    return due;
}

static bool take_due(const struct sl__stored *stored, void *data)
{
    struct sl__errand *errand = data;
    if (stored->delete_at > 0 && stored->delete_at <= time(NULL))
        snprintf(errand->ids[errand->count++], sizeof errand->ids[0], "%s", stored->id);
    return errand->count < MOST;
}

static struct sl__request *new_sweep(const struct sl__request *request, struct sl__errand *errand)
{
    struct sl__request *made =
        sl__request_new(&sl__delete_files_operation, sl__config_hold(request->config));
    if (!made) {
        sl__errand_free(errand);
        return NULL;
    }
    made->errand = errand;
    made->quiet = true;
    made->queue = request->queue;
    made->workers = request->workers;
    made->key_cache = request->key_cache;
    made->setup_hint = request->setup_hint;
    return made;
}

void sl__sweep(struct sl__request *request, const struct sl__account *account,
               struct sl__index *index)
{
    struct sl__errand *errand = sl__errand_new(MOST);
    int64_t now = time(NULL);
    if (!errand)
        return;
    atomic_store(&last_sweep, now);
    sl__index_prune(index, now - SL__STORED_SECONDS, NULL);
    sl__index_each(index, account, take_due, errand, NULL);
    struct sl__request *made = errand->count > 0 ? new_sweep(request, errand) : NULL;
    if (errand->count == 0)
        sl__errand_free(errand);
    if (made) {
        sl__workers_add(made->workers, made, NULL);
        sl__request_drop(made);
    }
}
