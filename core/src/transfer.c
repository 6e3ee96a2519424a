/* The thread that talks to servers. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chat.h"
#include "clock.h"
#include "event_stream.h"
#include "failure.h"
#include "request.h"
#include "thread.h"
#include "transfer.h"

enum {
    CONNECT_LIMIT_S = 30,
    PROGRESS_MS = 50, /* between two reports of how much has left */
    END_MS = 2000,    /* for a server to end its answer after it said that it is whole */
    IDLE_MS = 60000,
};

/* One exchange with a server. */
struct transfer {
    struct transfer *next;
    struct sl__request *request;
    CURL *easy;
    struct curl_slist *headers;
    uint64_t sent;     /* the offset that libcurl has read to */
    uint64_t received; /* bytes of the stream */
    int64_t reported_at;
    int64_t end_by; /* when the host has its answer, the time to drop the connection; else 0 */
    enum sl_phase phase;
    bool streaming; /* the answer is an event stream, as asked */
    struct sl__event_stream stream;
    struct sl__answer answer;
    struct sl__buf body; /* of an answer that is none */
    char trace[128];
    char reason[CURL_ERROR_SIZE];
    struct sl_error error; /* what our own code found wrong */
};

static void show_phase(struct transfer *transfer, enum sl_phase phase)
{
    if (phase <= transfer->phase)
        return;
    transfer->phase = phase;
    sl__request_progress(transfer->request, phase, transfer->sent);
}

/* The request's body. */

static size_t on_read(char *to, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    struct sl__request *request = transfer->request;
    if (atomic_load(&request->cancelled))
        return CURL_READFUNC_ABORT;
    size_t copied = sl__body_read(&request->body, transfer->sent, to, size * count);
    transfer->sent += copied;
    int64_t now = sl__now_ms();
    if (transfer->phase == SL_PHASE_UPLOADING && now - transfer->reported_at >= PROGRESS_MS) {
        transfer->reported_at = now;
        sl__request_progress(request, SL_PHASE_UPLOADING, transfer->sent);
    }
    if (transfer->sent == request->body.len)
        show_phase(transfer, SL_PHASE_CHECKING);
    return copied;
}

/*
 * A kept connection may turn out to be dead, and libcurl then sends again. Once everything was sent
 * the server may have begun to work, and a second copy could be billed: that is the user's
 * decision.
 */
static int on_seek(void *context, curl_off_t offset, int origin)
{
    struct transfer *transfer = context;
    if (origin != SEEK_SET || offset < 0 || transfer->phase > SL_PHASE_UPLOADING)
        return CURL_SEEKFUNC_FAIL;
    transfer->sent = (uint64_t)offset;
    return CURL_SEEKFUNC_OK;
}

/* The answer. */

static int on_part(enum sl_event_type type, const char *text, size_t len, void *context)
{
    struct transfer *transfer = context;
    struct sl__request *request = transfer->request;
    struct sl_event event = {.type = type, .text = text, .len = len, .usage = SL_USAGE_INIT};
    show_phase(transfer, type == SL_EVENT_TEXT ? SL_PHASE_ANSWERING : SL_PHASE_THINKING);
    return sl__queue_push(request->queue, request, &event);
}

/*
 * Some servers repeat a refused key in their error text. What begins like the key is blotted out as
 * far as it goes, since a sentence may have been cut in its middle.
 */
static void hide_key(char *text, const char *key)
{
    enum { BEGINNING = 6 };
    size_t len = strlen(key), least = len < BEGINNING ? len : BEGINNING;
    for (; *text && least > 0; text++) {
        size_t same = 0;
        while (same < len && text[same] == key[same])
            same++;
        if (same >= least)
            memset(text, '*', same);
    }
}

static void finish(struct transfer *transfer, int code, const struct sl__reply *reply)
{
    hide_key(transfer->error.message, sl__buf_text(&transfer->request->key));
    struct sl__outcome outcome = {.code = code,
                                  .error = transfer->error,
                                  .usage = transfer->answer.usage,
                                  .model = transfer->answer.model};
    if (reply)
        outcome.reply = *reply;
    transfer->request->operation->finish(transfer->request, &outcome);
}

static int on_stream_event(const char *type, const char *data, size_t len, void *context)
{
    struct transfer *transfer = context;
    struct sl__answer *answer = &transfer->answer;
    (void)type;
    int code = sl__answer_event(answer, data, len, &transfer->error);
    if (!code && answer->done && transfer->end_by == 0) {
        transfer->end_by = sl__now_ms() + END_MS;
        finish(transfer, sl__answer_finish(answer, &transfer->error), NULL);
    }
    return code;
}

static bool is_event_stream(CURL *easy)
{
    static const char wanted[] = "text/event-stream";
    char *type = NULL;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return status == 200 && type && strncasecmp(type, wanted, sizeof wanted - 1) == 0;
}

static int read_stream(struct transfer *transfer, const char *bytes, size_t len)
{
    transfer->received += len;
    if (transfer->received > SL__MAX_STREAM)
        return sl_error_set(&transfer->error, SL_E_TOO_LARGE,
                            "the answer does not end: it is over %u MB; ask for a shorter one",
                            SL__MAX_STREAM >> 20);
    int code = sl__event_stream_feed(&transfer->stream, bytes, len);
    if (code && !transfer->error.code)
        sl_error_set(&transfer->error, code == SL_E_NOMEM ? code : SL_E_PROTOCOL,
                     code == SL_E_NOMEM ? "there is no memory left for the answer"
                                        : "the server sent an event of over %u MB; ask again",
                     SL__MAX_STREAM_EVENT >> 20);
    return code;
}

static size_t on_write(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t len = size * count;
    transfer->streaming = transfer->request->operation->streams && is_event_stream(transfer->easy);
    if (transfer->streaming)
        return read_stream(transfer, bytes, len) ? 0 : len;
    size_t room = transfer->body.max - transfer->body.len;
    sl__buf_add(&transfer->body, bytes, len < room ? len : room);
    return len < room ? len : 0; /* enough to tell what it is */
}

static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    static const char name[] = "x-trace-id:";
    struct transfer *transfer = context;
    size_t len = size * count, start = sizeof name - 1;
    if (len > start && strncasecmp(line, name, start) == 0) {
        while (start < len && line[start] == ' ')
            start++;
        snprintf(transfer->trace, sizeof transfer->trace, "%.*s", (int)(len - start), line + start);
        transfer->trace[strcspn(transfer->trace, "\r\n")] = '\0';
    }
    return len;
}

/* Setting up and taking down. */

static int add_header(struct transfer *transfer, const char *line)
{
    struct curl_slist *list = curl_slist_append(transfer->headers, line);
    if (!list)
        return SL_E_NOMEM;
    transfer->headers = list;
    return 0;
}

static int add_headers(struct transfer *transfer)
{
    struct sl__request *request = transfer->request;
    bool streams = request->operation->streams;
    struct sl__buf line = SL__BUF_INIT(SL__MAX_KEY + 64);
    int code = add_header(transfer, streams ? "Accept: text/event-stream, application/json"
                                            : "Accept: application/json");
    if (!code && streams)
        code = add_header(transfer, "Content-Type: application/json");
    if (!code && streams)
        code = add_header(transfer, "Expect:"); /* a server that never says 100 costs a second */
    if (!code && request->key.len > 0) {
        code = sl__buf_addf(&line, "Authorization: Bearer %s", request->key.data);
        if (!code)
            code = add_header(transfer, line.data);
    }
    sl__buf_wipe(&line);
    return code;
}

static int set_url(struct transfer *transfer)
{
    struct sl__request *request = transfer->request;
    struct sl__buf url = SL__BUF_INIT(8192);
    int code = sl__buf_addf(&url, "%s%s", request->config->url.base, request->operation->path);
    if (!code && curl_easy_setopt(transfer->easy, CURLOPT_URL, url.data) != CURLE_OK)
        code = SL_E_NOMEM;
    sl__buf_release(&url);
    return code;
}

static void set_body(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->request->body.len);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, transfer);
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
    struct sl__transfers *transfers = context;
    if (transfers->resetting)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return close(socket);
}

static int set_up(struct transfer *transfer, struct sl__transfers *transfers)
{
    CURL *easy = transfer->easy;
    const struct sl_config *config = transfer->request->config;
    if (set_url(transfer) || add_headers(transfer))
        return SL_E_NOMEM;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->reason);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a hung resolver is not waited for */
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_LIMIT_S);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "sightline");
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_socket);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, transfers);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    if (config->url.loopback && curl_easy_setopt(easy, CURLOPT_PROXY, "") != CURLE_OK)
        return SL_E_NOMEM;
    if (config->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_file);
    if (transfer->request->operation->streams)
        set_body(transfer);
    return 0;
}

static void free_headers(struct curl_slist *headers)
{
    for (struct curl_slist *line = headers; line; line = line->next)
        sl__wipe(line->data, strlen(line->data));
    curl_slist_free_all(headers);
}

static void free_transfer(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    free_headers(transfer->headers);
    sl__event_stream_release(&transfer->stream);
    sl__answer_release(&transfer->answer);
    sl__buf_release(&transfer->body);
    sl__request_drop(transfer->request);
    free(transfer);
}

static void fail_for_memory(struct sl__request *request)
{
    struct sl_error error;
    sl_error_set(&error, SL_E_NOMEM, "there is no memory left for a request; close something");
    sl__request_failed(request, &error);
}

/* Takes the reference. NULL, and the request has failed, when there is no memory. */
static struct transfer *new_transfer(struct sl__request *request, struct sl__transfers *transfers)
{
    struct transfer *transfer = calloc(1, sizeof *transfer);
    CURL *easy = transfer ? curl_easy_init() : NULL;
    if (easy) {
        transfer->request = request;
        transfer->easy = easy;
        transfer->body.max = request->operation->streams ? SL__MAX_ERROR_BODY : SL__MAX_MODEL_LIST;
        sl__event_stream_init(&transfer->stream, on_stream_event, transfer);
        sl__answer_init(&transfer->answer, on_part, transfer);
        if (set_up(transfer, transfers) == 0)
            return transfer;
    }
    fail_for_memory(request);
    if (easy) {
        free_transfer(transfer);
    } else {
        free(transfer);
        sl__request_drop(request);
    }
    return NULL;
}

static int describe_failure(struct transfer *transfer, CURLcode result,
                            const struct sl__failure_context *context)
{
    struct sl__broken broken = {.result = result, .detail = transfer->reason};
    curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &broken.proxy_status);
    return sl__failure_curl(context, &broken, &transfer->error);
}

/* The end of a transfer, in words: what our own code found, else libcurl, else the status. */
static int judge(struct transfer *transfer, CURLcode result, const struct sl__reply *reply)
{
    struct sl__failure_context context = {.config = transfer->request->config,
                                          .setup_hint = transfer->request->setup_hint};
    bool streams = transfer->request->operation->streams;
    if (transfer->error.code)
        return transfer->error.code;
    if (result != CURLE_OK && transfer->streaming)
        return sl_error_set(&transfer->error, SL_E_INCOMPLETE,
                            "the connection broke before the answer was whole; ask again");
    bool enough = result == CURLE_WRITE_ERROR && transfer->body.len == transfer->body.max;
    if (result != CURLE_OK && !enough)
        return describe_failure(transfer, result, &context);
    if (reply->status != 200)
        return sl__failure_http(&context, reply, &transfer->error);
    if (!streams)
        return 0;
    if (transfer->streaming)
        return sl__answer_finish(&transfer->answer, &transfer->error);
    return sl_error_set(&transfer->error, SL_E_PROTOCOL,
                        "%s answered with %s instead of an event stream; check the base URL",
                        context.config->url.host, *reply->type ? reply->type : "nothing");
}

static void complete(struct transfer *transfer, CURLcode result)
{
    char *type = NULL;
    struct sl__reply reply = {.trace = transfer->trace,
                              .body = sl__buf_text(&transfer->body),
                              .body_len = transfer->body.len};
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &reply.status);
    curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
    reply.type = type ? type : "";
    int code = judge(transfer, result, &reply);
    if (transfer->end_by == 0)
        finish(transfer, code, &reply);
}

/* The thread. */

/* What runs now; the thread's alone. */
struct running {
    struct sl__transfers *transfers;
    struct transfer *first;
};

static void remove_transfer(struct running *running, struct transfer **link)
{
    struct sl__transfers *transfers = running->transfers;
    struct transfer *transfer = *link;
    *link = transfer->next;
    transfers->resetting = atomic_load(&transfer->request->cancelled);
    curl_multi_remove_handle(transfers->multi, transfer->easy);
    transfers->resetting = false;
    free_transfer(transfer);
}

static struct sl__request *take_list(struct sl__transfers *transfers)
{
    pthread_mutex_lock(&transfers->lock);
    struct sl__request *request = transfers->incoming;
    transfers->incoming = NULL;
    pthread_mutex_unlock(&transfers->lock);
    return request;
}

static void each_incoming(struct sl__transfers *transfers, void (*act)(struct sl__request *))
{
    struct sl__request *request = take_list(transfers);
    while (request) {
        struct sl__request *next = request->next;
        act(request);
        request = next;
    }
}

static void take_incoming(struct running *running)
{
    struct sl__request *request = take_list(running->transfers);
    while (request) {
        struct sl__request *next = request->next;
        struct transfer *transfer = new_transfer(request, running->transfers);
        if (transfer) {
            transfer->next = running->first;
            running->first = transfer;
            transfer->reported_at = sl__now_ms();
            show_phase(transfer, SL_PHASE_UPLOADING);
            if (curl_multi_add_handle(running->transfers->multi, transfer->easy) != CURLM_OK) {
                fail_for_memory(request);
                remove_transfer(running, &running->first);
            }
        }
        request = next;
    }
}

static bool is_over(const struct transfer *transfer, int64_t now)
{
    return atomic_load(&transfer->request->cancelled) ||
           (transfer->end_by > 0 && transfer->end_by <= now);
}

/* Removes what was cancelled, and answers that are whole but do not end. */
static void remove_ended(struct running *running)
{
    int64_t now = sl__now_ms();
    for (struct transfer **link = &running->first; *link;) {
        if (is_over(*link, now))
            remove_transfer(running, link);
        else
            link = &(*link)->next;
    }
}

/* Milliseconds until there is something to do without news from the network. */
static int idle_time(const struct running *running, int wait)
{
    for (const struct transfer *transfer = running->first; transfer; transfer = transfer->next) {
        if (transfer->end_by > 0 && (wait < 0 || wait > END_MS))
            wait = END_MS;
    }
    return wait >= 0 ? wait : IDLE_MS;
}

static void remove_completed(struct running *running)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(running->transfers->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURL *easy = message->easy_handle;
        CURLcode result = message->data.result;
        struct transfer **link = &running->first;
        while ((*link)->easy != easy)
            link = &(*link)->next;
        complete(*link, result);
        remove_transfer(running, link);
    }
}

static void prepare_libcurl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static void loop(struct sl__transfers *transfers)
{
    struct running running = {.transfers = transfers};
    int active;
    while (!atomic_load(&transfers->quit)) {
        take_incoming(&running);
        remove_ended(&running);
        curl_multi_perform(transfers->multi, &active);
        remove_completed(&running);
        int wait = idle_time(&running, sl__queue_tick(transfers->queue));
        curl_multi_poll(transfers->multi, NULL, 0, wait, NULL);
    }
    while (running.first)
        remove_transfer(&running, &running.first);
}

static void refuse_for_memory(struct sl__request *request)
{
    fail_for_memory(request);
    sl__request_drop(request);
}

/* libcurl takes milliseconds to prepare itself: here, while a worker prepares the first picture. */
static void *run(void *argument)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct sl__transfers *transfers = argument;
    pthread_once(&once, prepare_libcurl);
    CURLM *multi = curl_multi_init();
    pthread_mutex_lock(&transfers->lock);
    transfers->multi = multi;
    transfers->broken = !multi;
    pthread_mutex_unlock(&transfers->lock);
    if (multi)
        loop(transfers);
    else
        each_incoming(transfers, refuse_for_memory);
    pthread_mutex_lock(&transfers->lock);
    transfers->multi = NULL;
    pthread_mutex_unlock(&transfers->lock);
    curl_multi_cleanup(multi); /* here, since it may write to its connections */
    return NULL;
}

void sl__transfers_init(struct sl__transfers *transfers, struct sl__queue *queue)
{
    *transfers = (struct sl__transfers){.queue = queue};
    pthread_mutex_init(&transfers->lock, NULL);
}

int sl__transfers_start(struct sl__transfers *transfers, struct sl_error *error)
{
    if (!transfers->started && sl__thread_start(&transfers->thread, run, transfers) != 0)
        return sl_error_set(error, SL_E_NOMEM, "no thread could be started; try again");
    transfers->started = true;
    return 0;
}

void sl__transfers_add(struct sl__transfers *transfers, struct sl__request *request)
{
    pthread_mutex_lock(&transfers->lock);
    bool broken = transfers->broken;
    if (!broken) {
        struct sl__request **end = &transfers->incoming;
        while (*end)
            end = &(*end)->next;
        request->next = NULL;
        *end = request;
    }
    pthread_mutex_unlock(&transfers->lock);
    if (broken)
        refuse_for_memory(request);
    else
        sl__transfers_wake(transfers);
}

void sl__transfers_wake(struct sl__transfers *transfers)
{
    pthread_mutex_lock(&transfers->lock);
    if (transfers->multi)
        curl_multi_wakeup(transfers->multi);
    pthread_mutex_unlock(&transfers->lock);
}

void sl__transfers_release(struct sl__transfers *transfers)
{
    atomic_store(&transfers->quit, true);
    sl__transfers_wake(transfers);
    if (transfers->started)
        pthread_join(transfers->thread, NULL);
    each_incoming(transfers, sl__request_drop);
    pthread_mutex_destroy(&transfers->lock);
}
