/* One HTTP exchange with libcurl: set up, fed and read. */
#define _GNU_SOURCE /* POLLRDHUP */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "event_stream.h"
#include "exchange.h"
#include "transfer.h"

#ifndef POLLRDHUP
#define POLLRDHUP 0 /* a reset is noticed all the same */
#endif

enum { PROGRESS_MS = 50 }; /* between two reports of how much has left */

static void show_phase(struct sl__hop *hop, enum sl_phase phase)
{
    if (phase <= hop->phase)
        return;
    hop->phase = phase;
    sl__request_progress(hop->request, phase, hop->sent, hop->exchange->body.len);
}

static void note_sent(struct sl__hop *hop)
{
    hop->sent_at = sl__now_ms();
    show_phase(hop, SL_PHASE_CHECKING);
}

/* The request's body. */

static size_t on_read(char *to, size_t size, size_t count, void *context)
{
    struct sl__hop *hop = context;
    const struct sl__body *body = &hop->exchange->body;
    size_t copied = 0;
    if (atomic_load(hop->request->cancel))
        return CURL_READFUNC_PAUSE; /* until it is removed, which resets the connection */
    if (sl__body_read(body, hop->sent, to, size * count, &copied, &hop->failure.error)) {
        hop->failure.attempts = 1;
        return CURL_READFUNC_ABORT;
    }
    hop->sent += copied;
    hop->moved_at = sl__now_ms();
    if (hop->phase == SL_PHASE_UPLOADING && hop->moved_at - hop->reported_at >= PROGRESS_MS) {
        hop->reported_at = hop->moved_at;
        sl__request_progress(hop->request, SL_PHASE_UPLOADING, hop->sent, body->len);
    }
    if (hop->sent == body->len && hop->sent_at == 0)
        note_sent(hop);
    return copied;
}

/*
 * A kept connection may turn out to be dead, and libcurl then sends again. Once everything was sent
 * the server may have begun to work, and a second copy could be billed: that is the user's
 * decision.
 */
static int on_seek(void *context, curl_off_t offset, int origin)
{
    struct sl__hop *hop = context;
    if (origin != SEEK_SET || offset < 0 || hop->sent_at > 0)
        return CURL_SEEKFUNC_FAIL;
    hop->sent = (uint64_t)offset;
    return CURL_SEEKFUNC_OK;
}

/*
 * Whether a kept connection was closed by the server. libcurl looks itself, newer ones however not
 * again within a second.
 */
static bool is_stale(const struct sl__hop *hop)
{
    curl_socket_t socket = CURL_SOCKET_BAD;
    long made = 0;
    curl_easy_getinfo(hop->easy, CURLINFO_NUM_CONNECTS, &made);
    curl_easy_getinfo(hop->easy, CURLINFO_ACTIVESOCKET, &socket);
    struct pollfd ended = {.fd = socket, .events = POLLRDHUP};
    return made == 0 && socket != CURL_SOCKET_BAD && poll(&ended, 1, 0) > 0;
}

/* The connection is there, and the request goes out now. */
static int on_ready(void *context, char *to, char *from, int to_port, int from_port)
{
    struct sl__hop *hop = context;
    (void)to, (void)from, (void)to_port, (void)from_port;
    hop->stale = is_stale(hop);
    if (hop->stale)
        return CURL_PREREQFUNC_ABORT;
    hop->ready = true;
    hop->moved_at = sl__now_ms();
    if (hop->exchange->body.len == 0)
        note_sent(hop);
    return CURL_PREREQFUNC_OK;
}

/* The answer. */

static int on_part(const struct sl__part *part, void *context)
{
    struct sl__hop *hop = context;
    if (part->type == SL_EVENT_TEXT)
        show_phase(hop, SL_PHASE_ANSWERING);
    else if (part->type == SL_EVENT_REASONING)
        show_phase(hop, SL_PHASE_THINKING);
    return hop->request->operation->part(hop->request, part);
}

/* What follows the announced end changes nothing: the host has its answer by then. */
static int on_stream_event(const char *type, const char *data, size_t len, void *context)
{
    struct sl__hop *hop = context;
    hop->spoke = true;
    if (hop->answer.done)
        return 0;
    return hop->exchange->dialect->event(&hop->answer, type, data, len, &hop->failure.error);
}

long sl__hop_status(const struct sl__hop *hop)
{
    long status = 0;
    curl_easy_getinfo(hop->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

const char *sl__hop_type(const struct sl__hop *hop)
{
    char *type = NULL;
    curl_easy_getinfo(hop->easy, CURLINFO_CONTENT_TYPE, &type);
    return type ? type : "";
}

/* "application/json", "application/problem+json; charset=utf-8" */
static bool is_json(const char *type)
{
    static const char word[] = "json";
    const char *slash = strchr(type, '/');
    size_t len = strcspn(type, "; "), tail = sizeof word - 1;
    return slash && len > tail && strncasecmp(type + len - tail, word, tail) == 0;
}

enum sl__hop_kind sl__hop_find_kind(const struct sl__hop *hop)
{
    static const char stream[] = "text/event-stream";
    const char *type = sl__hop_type(hop);
    long status = sl__hop_status(hop);
    if (!hop->exchange->dialect && status >= 200 && status < 300)
        return SL__HOP_TEXT;
    if (status != 200)
        return SL__HOP_OTHER;
    if (strncasecmp(type, stream, sizeof stream - 1) == 0)
        return SL__HOP_STREAM;
    return is_json(type) ? SL__HOP_WHOLE : SL__HOP_OTHER;
}

/* Until the first event comes it may be no stream after all, whatever the server calls it. */
static int keep_beginning(struct sl__hop *hop, const char *bytes, size_t len)
{
    size_t room = hop->body.max - hop->body.len;
    return hop->spoke ? 0 : sl__buf_add(&hop->body, bytes, len < room ? len : room);
}

static int read_stream(struct sl__hop *hop, const char *bytes, size_t len)
{
    struct sl_error *error = &hop->failure.error;
    if (hop->received > SL__MAX_STREAM)
        return sl_error_set(error, SL_E_TOO_LARGE,
                            "the answer does not end: it is over %u MB; ask for a shorter one",
                            SL__MAX_STREAM >> 20);
    int code = keep_beginning(hop, bytes, len);
    if (!code)
        code = sl__event_stream_feed(&hop->stream, bytes, len);
    if (code == SL_E_NOMEM && !error->code)
        sl_error_set(error, code, "there is no memory left for the answer; close something");
    else if (code && !error->code)
        sl_error_set(error, SL_E_PROTOCOL, "the server sent an event of over %u MB; ask again",
                     SL__MAX_STREAM_EVENT >> 20);
    return code;
}

static void begin_body(struct sl__hop *hop)
{
    static const size_t maxima[SL__HOP_KINDS] = {[SL__HOP_STREAM] = SL__MAX_ERROR_BODY,
                                                 [SL__HOP_WHOLE] = SL__MAX_STREAM,
                                                 [SL__HOP_TEXT] = SL__MAX_MODEL_LIST,
                                                 [SL__HOP_OTHER] = SL__MAX_ERROR_BODY};
    hop->kind = sl__hop_find_kind(hop);
    hop->body.max = maxima[hop->kind];
    hop->first_at = hop->moved_at;
}

static size_t on_write(char *bytes, size_t size, size_t count, void *context)
{
    struct sl__hop *hop = context;
    size_t len = size * count;
    hop->moved_at = sl__now_ms();
    hop->received += len;
    if (hop->kind == SL__HOP_UNKNOWN)
        begin_body(hop);
    if (hop->kind == SL__HOP_STREAM)
        return read_stream(hop, bytes, len) ? 0 : len;
    size_t room = hop->body.max - hop->body.len;
    hop->full = len > room;
    if (sl__buf_add(&hop->body, bytes, hop->full ? room : len))
        return 0;
    return hop->full ? 0 : len;
}

static void keep_header(struct sl__hop *hop, const char *line, size_t len)
{
    static const char *const names[SL__HOP_HEADERS] = {[SL__HOP_TRACE] = "x-trace-id:",
                                                       [SL__HOP_REQUEST_ID] = "x-request-id:",
                                                       [SL__HOP_RETRY_AFTER] = "retry-after:",
                                                       [SL__HOP_DATE] = "date:"};
    for (size_t i = 0; i < SL__HOP_HEADERS; i++) {
        char *to = hop->headers[i];
        size_t start = strlen(names[i]);
        if (len <= start || strncasecmp(line, names[i], start) != 0)
            continue;
        while (start < len && line[start] == ' ')
            start++;
        snprintf(to, sizeof hop->headers[i], "%.*s", (int)(len - start), line + start);
        to[strcspn(to, "\r\n")] = '\0';
    }
}

/* Each answer begins with its status, also those that only precede the one that counts. */
static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    struct sl__hop *hop = context;
    size_t len = size * count;
    hop->moved_at = sl__now_ms();
    hop->head_bytes += len;
    if (hop->head_bytes > SL__MAX_HEADERS) {
        hop->failure.attempts = 1;
        sl_error_set(&hop->failure.error, SL_E_TOO_LARGE,
                     "the headers of the answer are over %u KB; check the base URL",
                     SL__MAX_HEADERS >> 10);
        return 0;
    }
    if (len > 5 && memcmp(line, "HTTP/", 5) == 0) {
        hop->headed_at = hop->moved_at;
        memset(hop->headers, 0, sizeof hop->headers);
    }
    keep_header(hop, line, len);
    return len;
}

/* Setting up and taking down. */

static int add_line(struct sl__hop *hop, const char *line)
{
    struct curl_slist *list = curl_slist_append(hop->lines, line);
    if (!list)
        return SL_E_NOMEM;
    hop->lines = list;
    return 0;
}

static int add_lines(struct sl__hop *hop)
{
    const struct sl__buf *key = &hop->request->key;
    const struct sl__exchange *exchange = hop->exchange;
    bool streams = exchange->streams, posts = exchange->body.len > 0;
    struct sl__buf line = SL__BUF_SECRET(SL__MAX_KEY + 64);
    int code = add_line(hop, streams ? "Accept: text/event-stream, application/json"
                                     : "Accept: application/json");
    bool form = *exchange->boundary;
    if (!code && posts)
        code = sl__buf_addf(&line, "Content-Type: %s%s",
                            form ? "multipart/form-data; boundary=" : "application/json",
                            exchange->boundary);
    if (!code && posts)
        code = add_line(hop, line.data);
    sl__buf_reset(&line);
    if (!code && posts)
        code = add_line(hop, "Expect:"); /* a server that never says 100 costs a second */
    if (!code && key->len > 0) {
        code = sl__buf_addf(&line, "Authorization: Bearer %s", key->data);
        if (!code)
            code = add_line(hop, line.data);
    }
    sl__buf_wipe(&line);
    return code;
}

static int set_url(struct sl__hop *hop, const char *url)
{
    struct sl__buf made = SL__BUF_INIT(8192);
    int code = 0;
    if (!url)
        code = sl__buf_addf(&made, "%s%s", hop->request->config->url.base, hop->exchange->path);
    if (!code && curl_easy_setopt(hop->easy, CURLOPT_URL, url ? url : made.data) != CURLE_OK)
        code = SL_E_NOMEM;
    sl__buf_release(&made);
    return code;
}

static void set_body(struct sl__hop *hop)
{
    CURL *easy = hop->easy;
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)hop->exchange->body.len);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, hop);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, hop);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);
}

/* A child of the host that inherited the socket would keep it open after we closed it. */
static int on_socket(void *context, curl_socket_t socket, curlsocktype purpose)
{
    (void)context, (void)purpose;
    fcntl(socket, F_SETFD, FD_CLOEXEC);
    return CURL_SOCKOPT_OK;
}

/*
 * What libcurl has given to the system would be sent even after the connection was closed. A reset
 * throws it away, so that the server, too, has the end of a cancelled upload at once.
 */
static int on_close(void *context, curl_socket_t socket)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    struct sl__connections *connections = context;
    if (connections->resetting)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return close(socket);
}

static void set_callbacks(struct sl__hop *hop)
{
    CURL *easy = hop->easy;
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, hop->reason);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_socket);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, hop->connections);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_ready);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, hop);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, hop);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, hop);
}

/*
 * A folder of certificates beside the file would be read anew for each connection, which takes
 * longer than the connection, and would be trusted beside the user's own file.
 */
static int set_trust(CURL *easy, const char *ca_file)
{
    const char *system = curl_version_info(CURLVERSION_NOW)->cainfo;
    if (ca_file && curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file) != CURLE_OK)
        return SL_E_NOMEM;
    if (ca_file || (system && access(system, R_OK) == 0))
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    return 0;
}

static int set_route(struct sl__hop *hop, const char *url)
{
    const struct sl_config *config = hop->request->config;
    const char *proxy = config->url.loopback ? "" : config->proxy;
    CURL *easy = hop->easy;
    if (set_url(hop, url) || (proxy && curl_easy_setopt(easy, CURLOPT_PROXY, proxy) != CURLE_OK))
        return SL_E_NOMEM;
    if (set_trust(easy, config->ca_file))
        return SL_E_NOMEM;
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)config->limits.connect_ms);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_SHARE, hop->connections->share);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, (long)hop->exchange->fresh);
    if (config->row->quirks & SL__CLOSES_EARLY)
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    return 0;
}

static int set_up(struct sl__hop *hop, const char *url)
{
    CURL *easy = hop->easy;
    sl__restrict(easy);
    if (set_route(hop, url) || add_lines(hop))
        return SL_E_NOMEM;
    set_callbacks(hop);
    if (hop->exchange->body.len > 0)
        set_body(hop);
    if (hop->exchange->method)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, hop->exchange->method);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, hop);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, hop->lines);
    /* None is asked for, and one that comes all the same is decoded. */
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "identity");
    return curl_multi_add_handle(hop->connections->multi, easy) == CURLM_OK ? 0 : SL_E_NOMEM;
}

static void free_lines(struct curl_slist *lines)
{
    for (struct curl_slist *line = lines; line; line = line->next)
        sl__wipe(line->data, strlen(line->data));
    curl_slist_free_all(lines);
}

struct sl__hop *sl__hop_new(struct sl__connections *connections, struct sl__request *request,
                            const struct sl__exchange *exchange, const char *url)
{
    struct sl__hop *hop = calloc(1, sizeof *hop);
    if (!hop)
        return NULL;
    hop->connections = connections;
    hop->request = request;
    hop->exchange = exchange;
    hop->moved_at = hop->reported_at = sl__now_ms();
    sl__event_stream_init(&hop->stream, on_stream_event, hop);
    sl__answer_init(&hop->answer, on_part, hop);
    hop->answer.wanted = exchange->alternatives;
    hop->easy = curl_easy_init();
    if (!hop->easy || set_up(hop, url)) {
        sl__hop_free(hop);
        return NULL;
    }
    show_phase(hop, SL_PHASE_UPLOADING);
    return hop;
}

/*
 * Where others use the same connection libcurl keeps it and resets the stream; where none does, it
 * is closed, since a reset alone would wait for the next bytes to be sent.
 */
void sl__hop_free(struct sl__hop *hop)
{
    struct sl__connections *connections = hop->connections;
    if (hop->easy) {
        curl_easy_setopt(hop->easy, CURLOPT_FORBID_REUSE, 1L);
        connections->resetting = true;
        curl_multi_remove_handle(connections->multi, hop->easy);
        connections->resetting = false;
        curl_easy_cleanup(hop->easy);
    }
    free_lines(hop->lines);
    sl__event_stream_release(&hop->stream);
    sl__answer_release(&hop->answer);
    sl__buf_release(&hop->body);
    free(hop);
}

/* A pause changes how much the server may send, of which it is told at once. */
void sl__hop_flush(struct sl__hop *hop)
{
    if (!hop->ready)
        return;
    curl_easy_pause(hop->easy, CURLPAUSE_RECV);
    curl_easy_pause(hop->easy, CURLPAUSE_CONT);
}
