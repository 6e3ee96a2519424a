/* The client as the host sees it: starts, cancels and delivers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sightline/sightline.h>

#include "asked.h"
#include "conversation.h"
#include "errand.h"
#include "request.h"
#include "talk.h"
#include "translate.h"
#include "words.h"
#include "worker.h"

struct sl_client {
    struct sl__queue queue;
    struct sl__transfers transfers;
    struct sl__workers workers;
    struct sl__key_cache key_cache;
    struct sl__request *running; /* the host's list, with a reference each */
    uint64_t last_id;
    char *setup_hint;
    struct sl__pick pick;
};

const char *sl_version(void)
{
    return SL_VERSION;
}

const char *sl_phase_name(enum sl_phase phase)
{
    static const char *const names[] = {
        [SL_PHASE_PREPARING] = "preparing", [SL_PHASE_UPLOADING] = "uploading",
        [SL_PHASE_CHECKING] = "checking",   [SL_PHASE_THINKING] = "thinking",
        [SL_PHASE_ANSWERING] = "answering", [SL_PHASE_WAITING] = "waiting",
    };
    bool known = phase >= SL_PHASE_PREPARING && phase <= SL_PHASE_WAITING;
    return known ? names[phase] : "unknown";
}

int sl_client_new(struct sl_client **client, const struct sl_client_options *options,
                  struct sl_error *error)
{
    struct sl_client *made = calloc(1, sizeof *made);
    const char *hint = options ? options->setup_hint : NULL;
    if (!made)
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left for a client");
    int code = sl__copy_string(&made->setup_hint, hint)
                   ? sl__queue_init(&made->queue, error)
                   : sl_error_set(error, SL_E_NOMEM, "there is no memory left for a client");
    if (code) {
        free(made->setup_hint);
        free(made);
        return code;
    }
    sl__key_cache_init(&made->key_cache);
    sl__transfers_init(&made->transfers, &made->queue);
    sl__workers_init(&made->workers, &made->transfers);
    if (options && options->eager)
        sl__transfers_start(&made->transfers, NULL); /* a request that cannot either says so */
    *client = made;
    return 0;
}

static void forget(struct sl_client *client, struct sl__request *request)
{
    struct sl__request **link = &client->running;
    while (*link != request)
        link = &(*link)->next_running;
    *link = request->next_running;
    sl_conversation_free(request->conversation);
    request->conversation = NULL;
    sl__request_drop(request);
}

void sl_client_free(struct sl_client *client)
{
    if (!client)
        return;
    for (struct sl__request *request = client->running; request; request = request->next_running)
        atomic_store(&request->cancelled, true);
    sl__workers_stop(&client->workers);
    sl__transfers_release(&client->transfers);
    sl__workers_release(&client->workers);
    sl__queue_release(&client->queue);
    while (client->running)
        forget(client, client->running);
    sl__key_cache_release(&client->key_cache);
    free(client->pick.provider);
    free(client->pick.model);
    free(client->setup_hint);
    free(client);
}

int sl_client_fd(const struct sl_client *client)
{
    return client->queue.read_end;
}

/* Whether there is an answer, whole or as far as it came. */
static bool is_answered(const struct sl__request *request, const struct sl_event *event)
{
    const struct sl__history *history = &request->talk->history;
    bool whole = event->type == SL_EVENT_DONE;
    return (whole || (event->error && event->error->code == SL_E_LENGTH)) && history->count > 0 &&
           history->items[history->count - 1]->role == SL__ASSISTANT;
}

/* What was said becomes part of the conversation; also an answer that can be continued. */
static void keep(struct sl__request *request, const struct sl_event *event)
{
    if (request->conversation && is_answered(request, event))
        sl__conversation_take(request->conversation, &request->talk->history, request->task.output,
                              &request->task.schema);
    if (request->conversation)
        request->conversation->busy = false;
}

static void deliver(struct sl_client *client, struct sl__queued *queued)
{
    struct sl__request *request = queued->request;
    struct sl_event event = queued->event;
    event.request = request->id;
    event.text = sl__buf_text(&queued->text);
    event.len = queued->text.len;
    event.model = queued->model;
    event.language = queued->language;
    event.error = event.type == SL_EVENT_FAILED ? &queued->error : NULL;
    event.stored = event.type == SL_EVENT_STORED ? &queued->stored : NULL;
    queued->stored.id = queued->model;
    queued->stored.name = event.text;
    bool terminal = event.type >= SL_EVENT_DONE;
    if (terminal)
        keep(request, &event);
    request->on_event(&event, request->data);
    if (terminal)
        forget(client, request);
}

int sl_client_dispatch(struct sl_client *client)
{
    int count = 0;
    struct sl__queued *queued = sl__queue_take(&client->queue);
    while (queued) {
        struct sl__queued *next = queued->next;
        deliver(client, queued);
        sl__queued_free(queued);
        queued = next;
        count++;
    }
    return count;
}

void sl_client_cancel(struct sl_client *client, uint64_t id)
{
    struct sl__request *request = client->running;
    while (request && request->id != id)
        request = request->next_running;
    if (!request)
        return;
    atomic_store(&request->cancelled, true);
    sl__request_cancelled(request);
    sl__transfers_wake(&client->transfers);
}

/* Lets go of a request that the host never heard of. */
static void abandon(struct sl__request *request)
{
    sl_conversation_free(request->conversation);
    request->conversation = NULL;
    sl__request_drop(request);
}

/* Sends a request on its way. Takes the reference, also on failure. */
static int launch(struct sl_client *client, struct sl__request *request, sl_event_fn on_event,
                  void *data, uint64_t *id, struct sl_error *error)
{
    request->id = ++client->last_id;
    request->queue = &client->queue;
    request->workers = &client->workers;
    request->key_cache = &client->key_cache;
    request->setup_hint = client->setup_hint;
    request->on_event = on_event;
    request->data = data;
    int code = sl__transfers_start(&client->transfers, error);
    if (!code)
        code = sl__workers_add(&client->workers, request, error);
    if (code) {
        abandon(request);
        return code;
    }
    request->next_running = client->running;
    client->running = request;
    *id = request->id;
    return 0;
}

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for a request");
}

static void release_all(const struct sl_request *asked)
{
    for (size_t i = 0; i < asked->media_count; i++) {
        if (asked->media[i].release)
            asked->media[i].release(asked->media[i].release_data);
    }
}

int sl_client_config(const struct sl_client *client, struct sl_config **config,
                     struct sl_error *error)
{
    return sl__config_load(config, &client->pick, error);
}

/* What is chosen already stays for what is not named, but a model goes with its provider. */
static bool combine(struct sl__pick *next, const struct sl__pick *now, const char *provider,
                    const char *model)
{
    bool kept = !provider && model;
    return sl__copy_string(&next->provider, kept ? now->provider : provider) &&
           sl__copy_string(&next->model, model);
}

int sl_client_choose(struct sl_client *client, const char *provider, const char *model,
                     struct sl_error *error)
{
    struct sl__pick next = {NULL, NULL}, last = client->pick;
    struct sl_config *config = NULL;
    int code = sl__asked_text(SL__TR_NOOP("the model's name"), model, error);
    if (!code && !combine(&next, &client->pick, provider, model))
        code = no_memory(error);
    if (!code)
        code = sl__config_load(&config, &next, error);
    sl_config_free(config);
    client->pick = code ? last : next;
    last = code ? next : last;
    free(last.provider);
    free(last.model);
    return code;
}

int sl_client_start(struct sl_client *client, const struct sl_request *asked, sl_event_fn on_event,
                    void *data, uint64_t *id, struct sl_error *error)
{
    struct sl_config *config = NULL;
    int code = sl__config_load(&config, &client->pick, error);
    struct sl__request *request = code ? NULL : sl__request_new(&sl__task_operation, config);
    if (!request) {
        release_all(asked);
        return code ? code : no_memory(error);
    }
    if (sl__request_take_media(request, asked->media, asked->media_count))
        code = no_memory(error);
    if (!code)
        code = sl__asked_take(request, asked, error);
    if (code) {
        abandon(request);
        return code;
    }
    code = launch(client, request, on_event, data, id, error);
    if (!code && asked->conversation)
        asked->conversation->busy = true;
    return code;
}

int sl_client_check(struct sl_client *client, sl_event_fn on_event, void *data, uint64_t *id,
                    struct sl_error *error)
{
    struct sl_config *config = NULL;
    struct sl_error finding = SL_ERROR_INIT;
    int code = sl__config_load(&config, &client->pick, &finding);
    struct sl__request *request = sl__request_new(&sl__check_operation, code ? NULL : config);
    if (!request)
        return no_memory(error);
    request->config_error = finding;
    return launch(client, request, on_event, data, id, error);
}

int sl_client_models(struct sl_client *client, sl_event_fn on_event, void *data, uint64_t *id,
                     struct sl_error *error)
{
    struct sl_config *config = NULL;
    int code = sl__config_load(&config, &client->pick, error);
    struct sl__request *request = code ? NULL : sl__request_new(&sl__models_operation, config);
    if (!request)
        return code ? code : no_memory(error);
    return launch(client, request, on_event, data, id, error);
}

int sl_client_set_key(struct sl_client *client, const char *key, sl_event_fn on_event, void *data,
                      uint64_t *id, struct sl_error *error)
{
    struct sl_config *config = NULL;
    if (*key && !sl__key_is_valid(key))
        return sl_error_set(error, SL_E_INVALID,
                            "this cannot be a key: keys have no spaces and no special characters; "
                            "copy it again from the provider's console");
    int code = sl__config_load(&config, &client->pick, error);
    struct sl__request *request = code ? NULL : sl__request_new(&sl__set_key_operation, config);
    if (!code && (!request || sl__buf_adds(&request->new_key, key)))
        code = no_memory(error);
    if (code) {
        if (request)
            sl__request_drop(request);
        return code;
    }
    return launch(client, request, on_event, data, id, error);
}

/* A request about stored files, with room for so many ids. */
static int new_errand(struct sl_client *client, const struct sl__operation *operation, size_t ids,
                      struct sl__request **request, struct sl_error *error)
{
    struct sl_config *config = NULL;
    int code = sl__config_load(&config, &client->pick, error);
    if (code)
        return code;
    *request = sl__request_new(operation, config);
    if (*request)
        (*request)->errand = sl__errand_new(ids);
    if (*request && (*request)->errand)
        return 0;
    if (*request)
        sl__request_drop(*request);
    return no_memory(error);
}

static int take_ids(struct sl__errand *errand, const char *const *ids, size_t count,
                    struct sl_error *error)
{
    for (; errand->count < count; errand->count++) {
        const char *id = ids[errand->count];
        if (!sl__file_id_is_valid(id))
            return sl_error_set(error, SL_E_INVALID,
                                "“%.80s” cannot be the id of a stored file; ids look like "
                                "file-abc123",
                                id);
        snprintf(errand->ids[errand->count], sizeof errand->ids[0], "%s", id);
    }
    return 0;
}

/* Of requests that name files. */
static int launch_errand(struct sl_client *client, const struct sl__operation *operation,
                         const char *const *ids, size_t count, sl_event_fn on_event, void *data,
                         uint64_t *id, struct sl_error *error)
{
    struct sl__request *request = NULL;
    int code = new_errand(client, operation, count, &request, error);
    if (code)
        return code;
    code = take_ids(request->errand, ids, count, error);
    if (code) {
        sl__request_drop(request);
        return code;
    }
    return launch(client, request, on_event, data, id, error);
}

int sl_client_files(struct sl_client *client, sl_event_fn on_event, void *data, uint64_t *id,
                    struct sl_error *error)
{
    return launch_errand(client, &sl__list_files_operation, NULL, 0, on_event, data, id, error);
}

int sl_client_file(struct sl_client *client, const char *file, sl_event_fn on_event, void *data,
                   uint64_t *id, struct sl_error *error)
{
    return launch_errand(client, &sl__show_file_operation, &file, 1, on_event, data, id, error);
}

int sl_client_delete_files(struct sl_client *client, const char *const *files, size_t count,
                           sl_event_fn on_event, void *data, uint64_t *id, struct sl_error *error)
{
    if (count == 0 || count > SL_MAX_DELETED)
        return sl_error_set(error, SL_E_INVALID, "name the files to delete, %u at most at once",
                            SL_MAX_DELETED);
    return launch_errand(client, &sl__delete_files_operation, files, count, on_event, data, id,
                         error);
}

int sl_client_store(struct sl_client *client, const struct sl_media *media, const char *detail,
                    sl_event_fn on_event, void *data, uint64_t *id, struct sl_error *error)
{
    struct sl__request *request = NULL;
    int code = sl__words_check("detail", detail, sl__detail_words, error);
    if (!code)
        code = new_errand(client, &sl__store_file_operation, 0, &request, error);
    if (code) {
        if (media->release)
            media->release(media->release_data);
        return code;
    }
    if (sl__request_take_media(request, media, 1) ||
        !sl__copy_string(&request->errand->detail, detail)) {
        sl__request_drop(request);
        return no_memory(error);
    }
    return launch(client, request, on_event, data, id, error);
}
