/* The events on their way to the host. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "descriptor.h"
#include "queue.h"
#include "request.h"

int sl__queue_init(struct sl__queue *queue, struct sl_error *error)
{
    int ends[2];
    if (sl__pipe(ends) != 0)
        return sl_error_set(error, SL_E_IO, "no descriptor is left for a client: %s",
                            strerror(errno));
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    *queue = (struct sl__queue){.read_end = ends[0], .write_end = ends[1]};
    pthread_mutex_init(&queue->lock, NULL);
    return 0;
}

void sl__queue_release(struct sl__queue *queue)
{
    struct sl__queued *queued = sl__queue_take(queue);
    while (queued) {
        struct sl__queued *next = queued->next;
        sl__queued_free(queued);
        queued = next;
    }
    close(queue->read_end);
    close(queue->write_end);
    pthread_mutex_destroy(&queue->lock);
}

static void ring(struct sl__queue *queue)
{
    if (queue->rung)
        return;
    queue->rung = true;
    queue->rung_at = sl__now_ms();
    while (write(queue->write_end, "", 1) < 0 && errno == EINTR)
        ;
}

static bool is_text(const struct sl_event *event)
{
    return event->type == SL_EVENT_TEXT || event->type == SL_EVENT_REASONING;
}

/* The event that waits last, if this one can become part of it. */
static struct sl__queued *joinable(const struct sl__queue *queue, const struct sl__request *request,
                                   const struct sl_event *event)
{
    struct sl__queued *last = queue->last;
    if (!last || last->request != request || last->event.type != event->type)
        return NULL;
    if (event->alternative != last->event.alternative)
        return NULL;
    bool same_phase = event->type == SL_EVENT_PROGRESS && event->phase == last->event.phase;
    return is_text(event) || same_phase ? last : NULL;
}

static void append(struct sl__queue *queue, struct sl__queued *queued)
{
    if (queue->last)
        queue->last->next = queued;
    else
        queue->first = queued;
    queue->last = queued;
}

static struct sl__queued *new_queued(struct sl__request *request, const struct sl_event *event)
{
    struct sl__queued *queued = calloc(1, sizeof *queued);
    if (!queued)
        return NULL;
    queued->request = request;
    queued->event = *event;
    queued->text = (struct sl__buf)SL__BUF_INIT(SL__MAX_PENDING);
    snprintf(queued->language, sizeof queued->language, "%s",
             event->language ? event->language : "");
    if (event->stored) {
        queued->stored = *event->stored;
        snprintf(queued->model, sizeof queued->model, "%s", event->stored->id);
    }
    sl__request_hold(request);
    return queued;
}

static int push(struct sl__queue *queue, struct sl__request *request, const struct sl_event *event)
{
    struct sl__queued *queued = joinable(queue, request, event), *added = NULL;
    size_t size = event->len + (queued ? 0 : sizeof *queued);
    if (queue->waiting_bytes + size > SL__MAX_PENDING)
        return SL_E_TOO_LARGE;
    if (!queued)
        queued = added = new_queued(request, event);
    int code = queued ? sl__buf_add(&queued->text, event->text, event->len) : SL_E_NOMEM;
    if (code) {
        if (added)
            sl__queued_free(added);
        return code;
    }
    queue->waiting_bytes += size;
    if (added)
        append(queue, added);
    else
        queued->event = *event;
    if (!is_text(event) || sl__now_ms() - queue->rung_at >= SL__BATCH_MS)
        ring(queue);
    return 0;
}

int sl__queue_push(struct sl__queue *queue, struct sl__request *request,
                   const struct sl_event *event)
{
    pthread_mutex_lock(&queue->lock);
    int code = request->ended || request->quiet ? 0 : push(queue, request, event);
    pthread_mutex_unlock(&queue->lock);
    return code;
}

void sl__queue_end(struct sl__queue *queue, struct sl__request *request,
                   const struct sl_event *event)
{
    struct sl__queued *terminal = &request->terminal;
    pthread_mutex_lock(&queue->lock);
    bool told = request->ended || request->quiet;
    request->ended = true;
    if (!told) {
        sl__request_hold(request);
        *terminal = (struct sl__queued){.request = request, .event = *event};
        terminal->text.max = SL__MAX_PENDING;
        if (event->error)
            terminal->error = *event->error;
        if (sl__buf_add(&terminal->text, event->text, event->len)) {
            terminal->event.type = SL_EVENT_FAILED;
            sl_error_set(&terminal->error, SL_E_NOMEM, "there is no memory left");
        }
        snprintf(terminal->model, sizeof terminal->model, "%s", event->model ? event->model : "");
        append(queue, terminal);
        ring(queue);
    }
    pthread_mutex_unlock(&queue->lock);
}

int sl__queue_tick(struct sl__queue *queue)
{
    int left = -1;
    pthread_mutex_lock(&queue->lock);
    if (queue->first && !queue->rung) {
        left = (int)(queue->rung_at + SL__BATCH_MS - sl__now_ms());
        if (left <= 0) {
            ring(queue);
            left = -1;
        }
    }
    pthread_mutex_unlock(&queue->lock);
    return left;
}

struct sl__queued *sl__queue_take(struct sl__queue *queue)
{
    char bells[8];
    pthread_mutex_lock(&queue->lock);
    struct sl__queued *queued = queue->first;
    queue->first = queue->last = NULL;
    queue->waiting_bytes = 0;
    queue->rung = false;
    while (read(queue->read_end, bells, sizeof bells) > 0)
        ;
    pthread_mutex_unlock(&queue->lock);
    return queued;
}

void sl__queued_free(struct sl__queued *queued)
{
    struct sl__request *request = queued->request;
    sl__buf_release(&queued->text);
    if (queued != &request->terminal)
        free(queued);
    sl__request_drop(request);
}
