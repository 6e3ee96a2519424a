/* Answering over one stream of HTTP/2. */
#include "http2_stream.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "route.h"

#define MAX_HEADERS 10
#define MAX_WAITING 65536 /* bytes that wait for the client to take them */

static struct stream *stream_of(struct carrier *carrier)
{
    return (struct stream *)carrier;
}

/* Under the lock. */
static void stay_awake(struct stream *stream)
{
    nghttp2_session_resume_data(stream->http2->session, stream->id);
    http2_wake(stream->http2);
}

static void lock(struct stream *stream)
{
    pthread_mutex_lock(&stream->http2->lock);
}

static void unlock(struct stream *stream)
{
    pthread_mutex_unlock(&stream->http2->lock);
}

static void await_change(struct stream *stream)
{
    pthread_cond_wait(&stream->changed, &stream->http2->lock);
}

static ssize_t give_data(nghttp2_session *session, int32_t id, uint8_t *data, size_t room,
                         uint32_t *flags, nghttp2_data_source *source, void *user)
{
    struct stream *stream = source->ptr;
    size_t len = stream->out.len - stream->out_at;
    (void)session, (void)id, (void)user;
    len = len < room ? len : room;
    if (!len && !stream->out_ends)
        return NGHTTP2_ERR_DEFERRED;
    if (len)
        memcpy(data, stream->out.data + stream->out_at, len);
    stream->out_at += len;
    if (stream->out_at == stream->out.len)
        stream->out.len = stream->out_at = 0;
    if (stream->out_ends && !stream->out.len) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
        stream->sent = true;
        stream->http2->cut = stream->http2->cut || stream->planned == ENDING_CUT;
    }
    pthread_cond_broadcast(&stream->changed);
    return (ssize_t)len;
}

struct fields {
    nghttp2_nv all[MAX_HEADERS];
    char names[MAX_HEADERS][32];
    size_t count;
};

static void add_field(struct fields *fields, const char *name, const char *value)
{
    char *lower = fields->names[fields->count];
    size_t len = strlen(name);
    for (size_t i = 0; i <= len; i++)
        lower[i] = (char)tolower((unsigned char)name[i]);
    fields->all[fields->count++] = (nghttp2_nv){.name = (uint8_t *)lower,
                                                .value = (uint8_t *)(uintptr_t)value,
                                                .namelen = len,
                                                .valuelen = strlen(value)};
}

/* With the head: the client then sends nothing after what it has sent already. */
static void say_goodbye(struct http2 *http2)
{
    nghttp2_submit_goaway(http2->session, NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(http2->session), NGHTTP2_NO_ERROR,
                          NULL, 0);
    http2->last = true;
}

static bool put_head(struct carrier *carrier, int status, const struct header *headers,
                     size_t count, long len, enum ending planned)
{
    struct stream *stream = stream_of(carrier);
    nghttp2_data_provider provider = {.source.ptr = stream, .read_callback = give_data};
    struct fields fields = {.count = 0};
    char code[16], length[24];
    stream->planned = planned;
    stream->held = planned == ENDING_CUT && len >= 0;
    snprintf(code, sizeof code, "%d", status);
    snprintf(length, sizeof length, "%ld", len);
    add_field(&fields, ":status", code);
    for (size_t i = 0; i < count; i++)
        add_field(&fields, headers[i].name, headers[i].value);
    if (len >= 0)
        add_field(&fields, "content-length", length);
    lock(stream);
    bool good = !stream->closed && !nghttp2_submit_response(stream->http2->session, stream->id,
                                                            fields.all, fields.count, &provider);
    if (good && planned == ENDING_LAST)
        say_goodbye(stream->http2);
    http2_wake(stream->http2);
    unlock(stream);
    return good;
}

static bool put_data(struct carrier *carrier, const char *data, size_t part, size_t len)
{
    struct stream *stream = stream_of(carrier);
    (void)len;
    lock(stream);
    while (!stream->closed && stream->out.len - stream->out_at > MAX_WAITING)
        await_change(stream);
    bool good = !stream->closed;
    if (good) {
        text_add(&stream->out, data, part);
        if (!stream->held || stream->out.len > MAX_WAITING)
            stay_awake(stream);
    }
    unlock(stream);
    return good;
}

static bool put_end(struct carrier *carrier)
{
    struct stream *stream = stream_of(carrier);
    lock(stream);
    stream->out_ends = true;
    stay_awake(stream);
    while (!stream->closed && !stream->sent)
        await_change(stream);
    bool good = stream->sent;
    unlock(stream);
    return good;
}

static struct timespec time_in(long ms)
{
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += ms % 1000 * 1000000;
    at.tv_sec += at.tv_nsec / 1000000000;
    at.tv_nsec %= 1000000000;
    return at;
}

static bool pause_for(struct carrier *carrier, long ms)
{
    struct stream *stream = stream_of(carrier);
    struct timespec until = time_in(ms < 0 ? 0 : ms);
    int result = 0;
    lock(stream);
    while (!stream->closed && result != ETIMEDOUT) {
        if (ms < 0)
            await_change(stream);
        else
            result = pthread_cond_timedwait(&stream->changed, &stream->http2->lock, &until);
    }
    bool good = !stream->closed;
    unlock(stream);
    return good;
}

/* What was written goes out before the reset, which would overtake it. */
static void break_off(struct stream *stream)
{
    while (!stream->closed && stream->out.len)
        await_change(stream);
    if (!stream->closed)
        nghttp2_submit_rst_stream(stream->http2->session, NGHTTP2_FLAG_NONE, stream->id,
                                  NGHTTP2_INTERNAL_ERROR);
}

static void end(struct carrier *carrier, enum ending ending)
{
    struct stream *stream = stream_of(carrier);
    lock(stream);
    if (ending == ENDING_CLOSE)
        stream->http2->cut = true;
    else if (ending == ENDING_BREAK)
        break_off(stream);
    http2_wake(stream->http2);
    unlock(stream);
}

static const struct carrier_way way = {put_head, put_data, put_end, pause_for, end};

struct stream *stream_new(struct http2 *http2, int32_t id)
{
    struct stream *stream = must_alloc(sizeof *stream);
    *stream = (struct stream){.carrier = {&way}, .http2 = http2, .id = id};
    request_init(&stream->request, http2->settings, http2->connection);
    stream->request.version = "HTTP/2";
    stream->request.stream = id;
    pthread_cond_init(&stream->changed, NULL);
    return stream;
}

void stream_free(struct stream *stream)
{
    request_release(&stream->request);
    pthread_cond_destroy(&stream->changed);
    text_release(&stream->out);
    free(stream->method);
    free(stream->target);
    free(stream);
}

static void *run(void *data)
{
    struct stream *stream = data;
    route(&stream->carrier, &stream->request, &stream->failure);
    lock(stream);
    stream->done = true;
    http2_wake(stream->http2);
    unlock(stream);
    return NULL;
}

void stream_answer(struct stream *stream)
{
    request_journal(&stream->request);
    stream->runs = !pthread_create(&stream->thread, NULL, run, stream);
    if (!stream->runs)
        nghttp2_submit_rst_stream(stream->http2->session, NGHTTP2_FLAG_NONE, stream->id,
                                  NGHTTP2_REFUSED_STREAM);
}

void stream_close(struct stream *stream)
{
    stream->closed = true;
    pthread_cond_broadcast(&stream->changed);
}

void http2_wake(struct http2 *http2)
{
    if (write(http2->wake[1], "", 1) < 0 && errno != EAGAIN)
        abort();
}
