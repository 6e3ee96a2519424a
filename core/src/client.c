/* The client as the host sees it: starts, cancels and delivers. */
#include <stdlib.h>
#include <string.h>

#include <sightline/sightline.h>

#include "request.h"
#include "utf8.h"
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
        [SL_PHASE_ANSWERING] = "answering",
    };
    bool known = phase >= SL_PHASE_PREPARING && phase <= SL_PHASE_ANSWERING;
    return known ? names[phase] : "unknown";
}

int sl_client_new(struct sl_client **client, const struct sl_client_options *options,
                  struct sl_error *error)
{
    struct sl_client *made = calloc(1, sizeof *made);
    const char *hint = options ? options->setup_hint : NULL;
    if (!made)
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left for a client");
    made->setup_hint = hint ? strdup(hint) : NULL;
    int code = hint && !made->setup_hint
                   ? sl_error_set(error, SL_E_NOMEM, "there is no memory left for a client")
                   : sl__queue_init(&made->queue, error);
    if (code) {
        free(made->setup_hint);
        free(made);
        return code;
    }
    sl__key_cache_init(&made->key_cache);
    sl__transfers_init(&made->transfers, &made->queue);
    sl__workers_init(&made->workers, &made->transfers);
    *client = made;
    return 0;
}

void sl_client_free(struct sl_client *client)
{
    if (!client)
        return;
    for (struct sl__request *request = client->running; request; request = request->next_running)
        atomic_store(&request->cancelled, true);
    sl__workers_release(&client->workers);
    sl__transfers_release(&client->transfers);
    sl__queue_release(&client->queue);
    while (client->running) {
        struct sl__request *request = client->running;
        client->running = request->next_running;
        sl__request_drop(request);
    }
    sl__key_cache_release(&client->key_cache);
    free(client->setup_hint);
    free(client);
}

int sl_client_fd(const struct sl_client *client)
{
    return client->queue.read_end;
}

static void forget(struct sl_client *client, struct sl__request *request)
{
    struct sl__request **link = &client->running;
    while (*link != request)
        link = &(*link)->next_running;
    *link = request->next_running;
    sl__request_drop(request);
}

static void deliver(struct sl_client *client, struct sl__queued *queued)
{
    struct sl__request *request = queued->request;
    struct sl_event event = queued->event;
    event.request = request->id;
    event.text = sl__buf_text(&queued->text);
    event.len = queued->text.len;
    event.model = queued->model;
    event.error = event.type == SL_EVENT_FAILED ? &queued->error : NULL;
    bool terminal = event.type >= SL_EVENT_DONE;
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

/* Sends a request on its way. Takes the reference, also on failure. */
static int launch(struct sl_client *client, struct sl__request *request, sl_event_fn on_event,
                  void *data, uint64_t *id, struct sl_error *error)
{
    request->id = ++client->last_id;
    request->queue = &client->queue;
    request->key_cache = &client->key_cache;
    request->setup_hint = client->setup_hint;
    request->on_event = on_event;
    request->data = data;
    int code = sl__transfers_start(&client->transfers, error);
    if (!code)
        code = sl__workers_add(&client->workers, request, error);
    if (code) {
        sl__request_drop(request);
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

/* A copy of a string that may be missing. */
static bool copy(char **to, const char *from)
{
    *to = from ? strdup(from) : NULL;
    return !from || *to;
}

/* From here on the request releases the media; on failure those it has not taken are released too.
 */
static int take_media(struct sl__request *request, const struct sl_media *media, size_t count)
{
    request->media = calloc(count + 1, sizeof *request->media);
    bool good = request->media != NULL;
    for (size_t i = 0; i < count; i++) {
        if (!good) {
            if (media[i].release)
                media[i].release(media[i].release_data);
            continue;
        }
        struct sl_media *mine = &request->media[request->media_count++];
        *mine = media[i];
        mine->path = mine->name = NULL;
        good =
            copy((char **)&mine->path, media[i].path) && copy((char **)&mine->name, media[i].name);
    }
    return good ? 0 : SL_E_NOMEM;
}

static int check_word(const char *what, const char *value, const char *const words[],
                      struct sl_error *error)
{
    struct sl__buf list = SL__BUF_INIT(256);
    int code = 0;
    if (value && !sl__words_have(words, value))
        code = sl_error_set(error, SL_E_INVALID, "%s “%s” is not known; choose one of %s", what,
                            value, sl__words_list(words, &list));
    sl__buf_release(&list);
    return code;
}

/* Latin-1 in a request would make JSON that no server reads. */
static int check_utf8(const char *what, const char *text, struct sl_error *error)
{
    for (size_t left = text ? strlen(text) : 0; left > 0;) {
        struct sl__utf8 next = sl__utf8_next(text, left);
        if (next.kind != SL__UTF8_VALID)
            return sl_error_set(error, SL_E_INVALID, "%s is not UTF-8; convert it and ask again",
                                what);
        text += next.length;
        left -= next.length;
    }
    return 0;
}

static int check_count(const struct sl__request *request, struct sl_error *error)
{
    const struct sl__task *task = &request->task;
    unsigned most = sl__model_find(request->config->model)->max_pictures;
    if (request->media_count < task->min_media)
        return sl_error_set(error, SL_E_INVALID, "%s needs a picture; name a file", task->name);
    if (task->max_media < most)
        most = task->max_media;
    if (request->media_count > most)
        return sl_error_set(
            error, SL_E_INVALID,
            "%s takes no more than %u picture%s, and %zu were given; leave some out", task->name,
            most, most == 1 ? "" : "s", request->media_count);
    return 0;
}

static int fill(struct sl__request *request, const struct sl_request *asked, struct sl_error *error)
{
    int code = check_word("detail", asked->detail, sl__detail_words, error);
    if (!code)
        code = check_word("effort", asked->effort, sl__effort_words, error);
    if (!code)
        code = check_utf8("the instruction", asked->instruction, error);
    if (!code)
        code = check_utf8("the language", asked->language, error);
    if (!code)
        code =
            sl__task_load(&request->task, request->config, asked->task ? asked->task : "", error);
    if (!code)
        code = check_count(request, error);
    if (!code && !(copy(&request->instruction, asked->instruction) &&
                   copy(&request->language, asked->language) &&
                   copy(&request->detail, asked->detail) && copy(&request->effort, asked->effort)))
        code = no_memory(error);
    return code;
}

static void release_all(const struct sl_request *asked)
{
    for (size_t i = 0; i < asked->media_count; i++) {
        if (asked->media[i].release)
            asked->media[i].release(asked->media[i].release_data);
    }
}

int sl_client_start(struct sl_client *client, const struct sl_request *asked, sl_event_fn on_event,
                    void *data, uint64_t *id, struct sl_error *error)
{
    struct sl_config *config = NULL;
    int code = sl_config_load(&config, error);
    struct sl__request *request = code ? NULL : sl__request_new(&sl__task_operation, config);
    if (!request) {
        release_all(asked);
        return code ? code : no_memory(error);
    }
    if (take_media(request, asked->media, asked->media_count))
        code = no_memory(error);
    if (!code)
        code = fill(request, asked, error);
    if (code) {
        sl__request_drop(request);
        return code;
    }
    return launch(client, request, on_event, data, id, error);
}

int sl_client_check(struct sl_client *client, sl_event_fn on_event, void *data, uint64_t *id,
                    struct sl_error *error)
{
    struct sl_config *config = NULL;
    struct sl_error finding = SL_ERROR_INIT;
    int code = sl_config_load(&config, &finding);
    struct sl__request *request = sl__request_new(&sl__check_operation, code ? NULL : config);
    if (!request)
        return no_memory(error);
    request->config_error = finding;
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
    int code = sl_config_load(&config, error);
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
