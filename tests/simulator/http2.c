/* A connection of HTTP/2: its frames, by libnghttp2, and the streams that they make. */
#include "http2.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "body.h"
#include "http2_stream.h"

#define MAX_STREAMS 100
#define SLOW_STEP 16384

static struct stream *stream_at(nghttp2_session *session, int32_t id)
{
    return nghttp2_session_get_stream_user_data(session, id);
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    struct http2 *http2 = user;
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0; /* trailers */
    struct stream *stream = stream_new(http2, frame->hd.stream_id);
    stream->next = http2->streams;
    http2->streams = stream;
    return nghttp2_session_set_stream_user_data(session, stream->id, stream);
}

static char *copy(const uint8_t *data, size_t len)
{
    char *string = must_alloc(len + 1);
    memcpy(string, data, len);
    string[len] = 0;
    return string;
}

static void add_header(struct stream *stream, char *name, const char *value)
{
    struct failure failure = {0};
    if (!request_add_header(&stream->request, name, value, &failure) && !stream->failure.status)
        stream->failure = failure;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name_data,
                     size_t name_len, const uint8_t *value_data, size_t value_len, uint8_t flags,
                     void *user)
{
    struct stream *stream = stream_at(session, frame->hd.stream_id);
    char host[] = "host";
    (void)flags, (void)user;
    if (!stream || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0;
    char *name = copy(name_data, name_len), *value = copy(value_data, value_len);
    if (!strcmp(name, ":method") && !stream->method)
        stream->method = value, value = NULL;
    else if (!strcmp(name, ":path") && !stream->target)
        stream->target = value, value = NULL;
    else if (!strcmp(name, ":authority"))
        add_header(stream, host, value);
    else if (*name != ':')
        add_header(stream, name, value);
    free(name);
    free(value);
    return 0;
}

/* The rest of the failures waits for the body, as it does over HTTP/1.1. */
static void end_head(struct stream *stream)
{
    struct failure *failure = &stream->failure;
    const char *method = stream->method ? stream->method : "";
    const char *target = stream->target ? stream->target : "";
    if (!failure->status && request_set_target(&stream->request, method, strlen(method), target,
                                               strlen(target), failure))
        request_read_plan(&stream->request, failure);
}

static void end_body(struct stream *stream)
{
    struct failure failure = {0};
    if (stream->runs)
        return; /* refused before it was whole */
    if (stream->request.spool && !body_end(&stream->request, &failure))
        stream->failure = failure;
    stream_answer(stream);
}

static void begin_body(struct stream *stream)
{
    struct failure failure = {0};
    if (body_open(&stream->request, &failure))
        return;
    stream->failure = failure;
    stream_answer(stream);
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    struct stream *stream = stream_at(session, frame->hd.stream_id);
    bool ends = frame->hd.flags & NGHTTP2_FLAG_END_STREAM;
    bool head = frame->hd.type == NGHTTP2_HEADERS;
    (void)user;
    if (!stream || (!head && frame->hd.type != NGHTTP2_DATA))
        return 0;
    if (head && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
        end_head(stream);
    if (ends)
        end_body(stream);
    else if (head)
        begin_body(stream);
    return 0;
}

/* What is read slowly is told to the client slowly, so that its window fills. */
static void consume(struct http2 *http2, struct stream *stream, size_t len)
{
    long pace = stream->request.plan.slow_read;
    nghttp2_session_consume_connection(http2->session, len);
    if (pace <= 0) {
        nghttp2_session_consume_stream(http2->session, stream->id, len);
        return;
    }
    if (!stream->unconsumed)
        stream->consume_at = now_ms() + (double)pace;
    stream->unconsumed += len;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data,
                   size_t len, void *user)
{
    struct stream *stream = stream_at(session, id);
    struct failure failure = {0};
    (void)flags;
    if (!stream || stream->runs) {
        nghttp2_session_consume(session, id, len);
        return 0;
    }
    consume(user, stream, len);
    if (body_add(&stream->request, (const char *)data, len, &failure))
        return 0;
    stream->failure = failure;
    stream_answer(stream);
    return 0;
}

static int on_stream_close(nghttp2_session *session, int32_t id, uint32_t code, void *user)
{
    struct stream *stream = stream_at(session, id);
    (void)code, (void)user;
    if (!stream)
        return 0;
    if (!stream->runs) {
        request_journal_gone(&stream->request);
        stream->done = true;
    }
    stream_close(stream);
    return 0;
}

static nghttp2_session *session_new(struct http2 *http2)
{
    nghttp2_session_callbacks *callbacks;
    nghttp2_option *option;
    nghttp2_session *session;
    const nghttp2_settings_entry entry = {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, MAX_STREAMS};
    if (nghttp2_session_callbacks_new(&callbacks) || nghttp2_option_new(&option))
        abort();
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
    if (nghttp2_session_server_new2(&session, callbacks, http2, option) ||
        nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, &entry, 1))
        abort();
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_option_del(option);
    return session;
}

struct output {
    const uint8_t *data; /* libnghttp2's, until it is asked for more */
    size_t len;
};

/* Writes until nothing is left or the socket is full: *awaited. False when the client has gone. */
static bool send_frames(struct http2 *http2, struct connection *connection, struct output *output,
                        short *awaited)
{
    for (;;) {
        if (!output->len) {
            ssize_t len = nghttp2_session_mem_send(http2->session, &output->data);
            if (len <= 0)
                return len == 0;
            output->len = (size_t)len;
        }
        ssize_t done = connection_write_now(connection, (const char *)output->data, output->len);
        if (done < 0) {
            *awaited = POLLOUT;
            return done == IO_WANT_WRITE || done == IO_WANT_READ;
        }
        output->data += done;
        output->len -= (size_t)done;
    }
}

/* False when the client has gone or speaks something else. */
static bool receive_frames(struct http2 *http2, struct connection *connection)
{
    for (;;) {
        char *in = connection->in;
        ssize_t got = connection_read_now(connection, in, sizeof connection->in);
        if (got == IO_WANT_READ || got == IO_WANT_WRITE)
            return true;
        if (got <= 0 || nghttp2_session_mem_recv(http2->session, (uint8_t *)in, (size_t)got) < 0)
            return false;
    }
}

/* Streams that are closed and whose thread has ended; with `all`, waits for every one. */
static void reap(struct http2 *http2, bool all)
{
    for (struct stream **at = &http2->streams; *at;) {
        struct stream *stream = *at;
        if (!(stream->done && stream->closed) && !all) {
            at = &stream->next;
            continue;
        }
        if (stream->runs) {
            pthread_mutex_unlock(&http2->lock);
            pthread_join(stream->thread, NULL);
            pthread_mutex_lock(&http2->lock);
        } else if (!stream->done) {
            request_journal_gone(&stream->request);
        }
        *at = stream->next;
        nghttp2_session_set_stream_user_data(http2->session, stream->id, NULL);
        stream_free(stream);
    }
}

/* Tells clients that are read slowly of what was read. The milliseconds until the next; -1: none.
 */
static int consume_slowly(struct http2 *http2)
{
    double next = -1, now = now_ms();
    for (struct stream *stream = http2->streams; stream; stream = stream->next) {
        size_t step = stream->unconsumed < SLOW_STEP ? stream->unconsumed : SLOW_STEP;
        if (!step || stream->runs)
            continue;
        if (stream->consume_at <= now) {
            nghttp2_session_consume_stream(http2->session, stream->id, step);
            stream->unconsumed -= step;
            stream->consume_at = now + (double)stream->request.plan.slow_read;
        }
        if (stream->unconsumed && (next < 0 || stream->consume_at < next))
            next = stream->consume_at;
    }
    return next < 0 ? -1 : (int)(next - now) + 1;
}

/* One round. False when the connection is over. */
static bool turn(struct http2 *http2, struct connection *connection, struct output *output)
{
    short awaited = 0;
    char bytes[256];
    pthread_mutex_lock(&http2->lock);
    reap(http2, false);
    int timeout = consume_slowly(http2);
    bool good = send_frames(http2, connection, output, &awaited);
    bool over = !output->len && (http2->cut || (http2->last && !http2->streams) ||
                                 (!nghttp2_session_want_read(http2->session) &&
                                  !nghttp2_session_want_write(http2->session)));
    pthread_mutex_unlock(&http2->lock);
    if (!good || over)
        return false;
    struct pollfd fds[] = {{connection->fd, (short)(POLLIN | awaited), 0},
                           {connection->stop_fd, POLLIN, 0},
                           {http2->wake[0], POLLIN, 0}};
    if (poll(fds, 3, timeout) < 0 && errno != EINTR)
        return false;
    if (fds[2].revents && read(http2->wake[0], bytes, sizeof bytes) < 0 && errno != EAGAIN)
        return false;
    if (fds[1].revents)
        return false;
    pthread_mutex_lock(&http2->lock);
    good = receive_frames(http2, connection);
    pthread_mutex_unlock(&http2->lock);
    return good;
}

static void end_all(struct http2 *http2)
{
    pthread_mutex_lock(&http2->lock);
    for (struct stream *stream = http2->streams; stream; stream = stream->next)
        stream_close(stream);
    reap(http2, true);
    pthread_mutex_unlock(&http2->lock);
}

void http2_serve(struct connection *connection, const struct settings *settings, bool *broken)
{
    struct http2 http2 = {.settings = settings, .connection = connection->number};
    struct output output = {0};
    if (pipe(http2.wake))
        return;
    fcntl(http2.wake[0], F_SETFL, O_NONBLOCK);
    fcntl(http2.wake[1], F_SETFL, O_NONBLOCK);
    pthread_mutex_init(&http2.lock, NULL);
    http2.session = session_new(&http2);
    while (turn(&http2, connection, &output))
        ;
    *broken = http2.cut;
    end_all(&http2);
    nghttp2_session_del(http2.session);
    pthread_mutex_destroy(&http2.lock);
    close(http2.wake[0]);
    close(http2.wake[1]);
}
