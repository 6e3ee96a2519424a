/* A request: its memory and its events. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "consent.h"
#include "errand.h"
#include "groups.h"
#include "request.h"
#include "split.h"
#include "talk.h"
#include "translate.h"
#include "watch.h"
#include "worker.h"

struct sl__request *sl__request_new(const struct sl__operation *operation, struct sl_config *config)
{
    struct sl__request *request = calloc(1, sizeof *request);
    if (!request) {
        sl_config_free(config);
        return NULL;
    }
    atomic_init(&request->references, 1);
    request->cancel = &request->cancelled;
    request->operation = operation;
    request->storing.claim = (struct sl__claim)SL__CLAIM_INIT;
    request->config = config;
    request->key = request->new_key = (struct sl__buf)SL__BUF_SECRET(SL__MAX_KEY);
    request->key_source = (struct sl__buf)SL__BUF_INIT(8192);
    return request;
}

void sl__request_join(struct sl__request *request, struct sl__request *parent, size_t group)
{
    sl__request_hold(parent);
    request->parent = parent;
    request->group = group;
    request->cancel = parent->cancel;
    request->id = parent->id;
    request->queue = parent->queue;
    request->workers = parent->workers;
    request->key_cache = parent->key_cache;
    request->setup_hint = parent->setup_hint;
    request->config = parent->config;
    request->task = parent->task;
    request->detail = parent->detail;
    request->effort = parent->effort;
}

/* What is the parent's is not to be freed. */
static void give_back(struct sl__request *request)
{
    request->config = NULL;
    request->task = (struct sl__task){0};
    request->detail = request->effort = NULL;
    request->media = NULL;
    request->media_count = 0;
}

void sl__request_hold(struct sl__request *request)
{
    atomic_fetch_add(&request->references, 1);
}

int sl__request_take_media(struct sl__request *request, const struct sl_media *media, size_t count)
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
        mine->path = mine->url = mine->name = NULL;
        good = sl__copy_string((char **)&mine->path, media[i].path) &&
               sl__copy_string((char **)&mine->url, media[i].url) &&
               sl__copy_string((char **)&mine->name, media[i].name);
    }
    return good ? 0 : SL_E_NOMEM;
}

void sl__request_release_media(struct sl__request *request)
{
    for (size_t i = 0; i < request->media_count; i++) {
        struct sl_media *media = &request->media[i];
        if (media->release)
            media->release(media->release_data);
        free((char *)media->path);
        free((char *)media->url);
        free((char *)media->name);
    }
    free(request->media);
    request->media = NULL;
    request->media_count = 0;
}

void sl__request_drop(struct sl__request *request)
{
    if (atomic_fetch_sub(&request->references, 1) > 1)
        return;
    struct sl__request *parent = request->parent;
    if (parent)
        give_back(request);
    sl__request_release_media(request);
    sl__task_release(&request->task);
    char *strings[] = {request->instruction, request->language, request->text_language,
                       request->detail,      request->effort,   request->selection,
                       request->context,     request->filetype, request->stack};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        free(strings[i]);
    sl__buf_wipe(&request->new_key);
    sl__buf_wipe(&request->key);
    sl__buf_release(&request->key_source);
    sl__body_release(&request->exchange.body);
    sl__talk_free(request->talk);
    sl__errand_free(request->errand);
    sl__storing_release(&request->storing);
    cJSON_Delete(request->options);
    sl_config_free(request->config);
    free(request);
    if (parent)
        sl__request_drop(parent);
}

/* With the part of a long video that is asked about, or the group of pictures. */
static void tell_progress(struct sl__request *request, struct sl_event *event)
{
    const struct sl__talk *talk = request->parent ? request->parent->talk : request->talk;
    event->type = SL_EVENT_PROGRESS;
    event->tokens = talk ? talk->tokens : 0;
    sl__split_place(talk ? talk->split : NULL, &event->part, &event->parts);
    sl__watch_place(talk ? talk->watch : NULL, &event->part, &event->parts);
    if (talk && talk->groups)
        sl__groups_place(talk->groups, &event->part, &event->parts);
    sl__request_event(request, event);
}

void sl__request_progress(struct sl__request *request, enum sl_phase phase, uint64_t sent,
                          uint64_t total)
{
    struct sl_event event = {.phase = phase, .sent = sent, .total = total};
    if (request->parent) /* several are on their way */
        event.sent = event.total = 0;
    tell_progress(request, &event);
}

void sl__request_waiting(struct sl__request *request, uint64_t wait_ms)
{
    struct sl_event event = {.phase = SL_PHASE_WAITING, .wait_ms = wait_ms};
    tell_progress(request, &event);
}

int sl__request_event(struct sl__request *request, struct sl_event *event)
{
    event->usage = (struct sl_usage)SL_USAGE_INIT;
    event->cost = (struct sl_cost)SL_COST_INIT;
    return sl__queue_push(request->queue, request->parent ? request->parent : request, event);
}

static void say(struct sl__request *request, struct sl_event *event, const char *format,
                va_list args)
{
    char text[1024];
    struct sl_error line = SL_ERROR_INIT;
    vsnprintf(text, sizeof text, sl__tr(format), args);
    sl__error_set_plain(&line, 0, "%s", text); /* one harmless line, as all sentences are */
    event->text = line.message;
    event->len = strlen(line.message);
    sl__request_event(request, event);
}

void sl__request_note(struct sl__request *request, enum sl_level level, const char *format, ...)
{
    struct sl_event event = {.type = SL_EVENT_NOTE, .level = level};
    va_list args;
    va_start(args, format);
    say(request, &event, format, args);
    va_end(args);
}

void sl__request_tool(struct sl__request *request, const char *format, ...)
{
    struct sl_event event = {.type = SL_EVENT_TOOL};
    va_list args;
    va_start(args, format);
    say(request, &event, format, args);
    va_end(args);
}

/* Ends the request with what it has used. */
static void end(struct sl__request *request, struct sl_event *event)
{
    const struct sl__talk *talk = request->talk;
    event->usage = talk ? talk->usage : (struct sl_usage)SL_USAGE_INIT;
    event->cost = talk ? talk->cost : (struct sl_cost)SL_COST_INIT;
    event->model = talk ? talk->model : "";
    sl__queue_end(request->queue, request, event);
}

void sl__request_done(struct sl__request *request, const char *text)
{
    struct sl_event event = {.type = SL_EVENT_DONE, .text = text, .len = strlen(text)};
    end(request, &event);
}

void sl__request_failed(struct sl__request *request, const struct sl_error *error)
{
    struct sl_event event = {.type = SL_EVENT_FAILED, .error = error};
    if (request->parent && error->code != SL_E_CANCELLED)
        sl__groups_end_one(request->parent, error);
    else if (error->code == SL_E_CANCELLED)
        sl__request_cancelled(request);
    else
        end(request, &event);
}

void sl__request_cancelled(struct sl__request *request)
{
    struct sl_event event = {.type = SL_EVENT_CANCELLED};
    if (request->parent) /* which was told */
        return;
    struct sl_usage none = SL_USAGE_INIT;
    event.usage = none;
    event.cost = (struct sl_cost)SL_COST_INIT;
    sl__queue_end(request->queue, request, &event);
}

void sl__request_again(struct sl__request *request)
{
    struct sl_error error = SL_ERROR_INIT;
    if (sl__workers_add(request->workers, request, &error))
        sl__request_failed(request, &error);
}

struct sl__key_search sl__request_key_search(const struct sl__request *request)
{
    return (struct sl__key_search){.config = request->config,
                                   .cache = request->key_cache,
                                   .setup_hint = request->setup_hint,
                                   .cancel = request->cancel};
}

int sl__request_find_key(struct sl__request *request, struct sl_error *error)
{
    struct sl__key_search search = sl__request_key_search(request);
    return sl__key_find(&search, &request->key, &request->key_source, error);
}

void sl__request_clear_exchange(struct sl__request *request)
{
    sl__body_release(&request->exchange.body);
    request->exchange = (struct sl__exchange){.path = NULL};
}

int sl__request_may_send(const struct sl__request *request, struct sl_error *error)
{
    const struct sl_config *config = request->config;
    if (!config->url.loopback && sl__env("SIGHTLINE_LOOPBACK_ONLY"))
        return sl_error_set(error, SL_E_CONFIG,
                            "%s is another machine and SIGHTLINE_LOOPBACK_ONLY is set; unset it or "
                            "choose a provider of this machine",
                            config->url.base);
    return sl__consent_check(config, error);
}
