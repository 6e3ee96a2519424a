/* A request: its memory and its events. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request.h"

struct sl__request *sl__request_new(const struct sl__operation *operation, struct sl_config *config)
{
    struct sl__request *request = calloc(1, sizeof *request);
    if (!request) {
        sl_config_free(config);
        return NULL;
    }
    atomic_init(&request->references, 1);
    request->operation = operation;
    request->config = config;
    request->key = request->new_key = (struct sl__buf)SL__BUF_INIT(SL__MAX_KEY);
    request->key_source = (struct sl__buf)SL__BUF_INIT(8192);
    return request;
}

void sl__request_hold(struct sl__request *request)
{
    atomic_fetch_add(&request->references, 1);
}

void sl__request_release_media(struct sl__request *request)
{
    for (size_t i = 0; i < request->media_count; i++) {
        struct sl_media *media = &request->media[i];
        if (media->release)
            media->release(media->release_data);
        free((char *)media->path);
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
    sl__request_release_media(request);
    sl__task_release(&request->task);
    char *strings[] = {request->instruction, request->language, request->detail, request->effort};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        free(strings[i]);
    sl__buf_wipe(&request->new_key);
    sl__buf_wipe(&request->key);
    sl__buf_release(&request->key_source);
    sl__body_release(&request->body);
    sl_config_free(request->config);
    free(request);
}

void sl__request_progress(struct sl__request *request, enum sl_phase phase, uint64_t sent)
{
    struct sl_event event = {.type = SL_EVENT_PROGRESS,
                             .usage = SL_USAGE_INIT,
                             .phase = phase,
                             .sent = sent,
                             .total = phase >= SL_PHASE_UPLOADING ? request->body.len : 0};
    sl__queue_push(request->queue, request, &event);
}

void sl__request_note(struct sl__request *request, enum sl_level level, const char *format, ...)
{
    char text[1024];
    struct sl_error line = SL_ERROR_INIT;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    sl_error_set(&line, 0, "%s", text); /* one harmless line, as all sentences are */
    struct sl_event event = {.type = SL_EVENT_NOTE,
                             .usage = SL_USAGE_INIT,
                             .level = level,
                             .text = line.message,
                             .len = strlen(line.message)};
    sl__queue_push(request->queue, request, &event);
}

void sl__request_done(struct sl__request *request, const char *text, const char *model,
                      const struct sl_usage *usage)
{
    struct sl_event event = {.type = SL_EVENT_DONE,
                             .text = text,
                             .len = strlen(text),
                             .model = model,
                             .usage = usage ? *usage : (struct sl_usage)SL_USAGE_INIT};
    sl__queue_end(request->queue, request, &event);
}

void sl__request_failed(struct sl__request *request, const struct sl_error *error)
{
    struct sl_event event = {.type = SL_EVENT_FAILED, .error = error, .usage = SL_USAGE_INIT};
    if (error->code == SL_E_CANCELLED)
        sl__request_cancelled(request);
    else
        sl__queue_end(request->queue, request, &event);
}

void sl__request_cancelled(struct sl__request *request)
{
    struct sl_event event = {.type = SL_EVENT_CANCELLED, .usage = SL_USAGE_INIT};
    sl__queue_end(request->queue, request, &event);
}

struct sl__key_search sl__request_key_search(const struct sl__request *request)
{
    return (struct sl__key_search){.config = request->config,
                                   .cache = request->key_cache,
                                   .setup_hint = request->setup_hint,
                                   .cancel = &request->cancelled};
}

int sl__request_find_key(struct sl__request *request, struct sl_error *error)
{
    const struct sl_config *config = request->config;
    struct sl__key_search search = sl__request_key_search(request);
    int code = sl__key_find(&search, &request->key, &request->key_source, error);
    if (!code && !config->url.loopback && sl__env("SIGHTLINE_LOOPBACK_ONLY"))
        code = sl_error_set(error, SL_E_CONFIG,
                            "%s is another machine and SIGHTLINE_LOOPBACK_ONLY is set; unset it or "
                            "choose a provider of this machine",
                            config->url.base);
    return code;
}
