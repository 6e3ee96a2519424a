/* The thread that talks to servers: its list of transfers, its retries and its limits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "exchange.h"
#include "thread.h"
#include "transfer.h"

enum {
    END_MS = 2000,  /* for a server to end its answer after it said that it is whole */
    FREE_MS = 10,   /* of that, worth waiting for, since a new connection takes longer */
    TICK_MS = 1000, /* between two reports of a wait */
    GRACE_MS = 50,  /* for a thread to end that may hang in a lookup */
    SPARE_MS = 250, /* of one look at whether it did; below a second */
    MAX_REDIRECTS = 3,
    IDLE_MS = 60000,
};

/* A request on this thread, with all its attempts. */
struct transfer {
    struct transfer *next;
    struct sl__request *request;
    struct sl__exchange exchange; /* taken from the request */
    struct sl__hop *hop;          /* what runs now; NULL while it waits */
    char *url;                    /* where a redirect led, or NULL */
    unsigned number, redirects;
    int64_t wake_at;   /* the end of a wait; 0: it waits for its turn alone */
    int64_t tell_at;   /* when to report the wait again; 0: not yet told */
    int64_t finish_at; /* once the host has its answer, the time to drop the connection; else 0 */
};

struct loop {
    struct sl__transfers *transfers;
    struct sl__connections connections;
    struct transfer *first; /* in the order of their coming */
    bool hangs;             /* a lookup was left behind */
};

/* Transfers come and go. */

static void fail_for_memory(struct sl__request *request)
{
    struct sl_error error;
    sl_error_set(&error, SL_E_NOMEM, "there is no memory left for a request; close something");
    sl__request_failed(request, &error);
}

static void refuse_for_memory(struct sl__request *request)
{
    fail_for_memory(request);
    sl__request_drop(request);
}

static void drop_hop(struct loop *loop, struct transfer *transfer)
{
    if (!transfer->hop)
        return;
    loop->hangs = loop->hangs || sl__hop_is_looking_up(transfer->hop);
    sl__hop_free(transfer->hop);
    transfer->hop = NULL;
}

static bool shares_origin(const struct transfer *one, const struct transfer *other)
{
    return strcmp(one->request->config->url.origin, other->request->config->url.origin) == 0;
}

/* Once an exchange was cut off, which its server is to know. */
static void flush_others(struct loop *loop, const struct transfer *transfer)
{
    for (struct transfer *other = loop->first; other; other = other->next) {
        if (other->hop && shares_origin(other, transfer))
            sl__hop_flush(other->hop);
    }
}

static bool is_asking(const struct transfer *transfer)
{
    return transfer->hop && transfer->finish_at == 0;
}

/* Ends what was cancelled: the server hears of it first. */
static void leave_hop(struct loop *loop, struct transfer *transfer)
{
    const struct sl__operation *operation = transfer->request->operation;
    bool counts = is_asking(transfer) && operation->leave && transfer->exchange.dialect;
    struct sl_usage usage = counts ? transfer->hop->answer.usage : (struct sl_usage)SL_USAGE_INIT;
    struct sl_cost cost = counts ? transfer->hop->answer.cost : (struct sl_cost)SL_COST_INIT;
    if (transfer->hop) {
        drop_hop(loop, transfer);
        flush_others(loop, transfer);
    }
    if (counts)
        operation->leave(transfer->request, &usage, &cost);
}

static void remove_transfer(struct loop *loop, struct transfer **link)
{
    struct transfer *transfer = *link;
    *link = transfer->next;
    leave_hop(loop, transfer);
    sl__body_release(&transfer->exchange.body);
    free(transfer->url);
    sl__request_drop(transfer->request);
    free(transfer);
}

static void append(struct loop *loop, struct sl__request *request)
{
    struct transfer **end = &loop->first, *transfer = calloc(1, sizeof *transfer);
    if (!transfer) {
        refuse_for_memory(request);
        return;
    }
    transfer->request = request;
    transfer->exchange = request->exchange;
    request->exchange.body = (struct sl__body)SL__BODY_INIT;
    transfer->number = 1;
    if (transfer->exchange.pause_ms > 0) {
        transfer->wake_at = sl__now_ms() + transfer->exchange.pause_ms;
        transfer->tell_at = INT64_MAX;
    }
    while (*end)
        end = &(*end)->next;
    *end = transfer;
}

static struct sl__request *take_list(struct sl__transfers *transfers)
{
    pthread_mutex_lock(&transfers->lock);
    struct sl__request *request = transfers->incoming;
    transfers->incoming = NULL;
    pthread_mutex_unlock(&transfers->lock);
    return request;
}

static void take_incoming(struct loop *loop)
{
    for (struct sl__request *request = take_list(loop->transfers), *next; request; request = next) {
        next = request->next;
        append(loop, request);
    }
}

static void each_incoming(struct sl__transfers *transfers, void (*act)(struct sl__request *))
{
    for (struct sl__request *request = take_list(transfers), *next; request; request = next) {
        next = request->next;
        act(request);
    }
}

/* How an attempt ends. */

/* From here on the request may be in another thread's hands. */
static void finish(struct transfer *transfer, const struct sl__outcome *outcome)
{
    transfer->finish_at = sl__now_ms() + END_MS;
    transfer->request->operation->finish(transfer->request, outcome);
}

/* Chance enough for a wait: none of its bits is a secret. */
static uint32_t random_bits(const struct transfer *transfer)
{
    uint64_t bits = (uint64_t)sl__now_ms() ^ (uint64_t)(uintptr_t)transfer;
    return (uint32_t)((bits * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

static void wait_for(struct loop *loop, struct transfer *transfer, int64_t wait,
                     const struct sl__failure *failure)
{
    char span[32];
    sl__failure_span(span, sizeof span, wait);
    sl__request_note(transfer->request, SL_LEVEL_WARNING, "%s; asking again in %s", failure->reason,
                     span);
    drop_hop(loop, transfer);
    transfer->number++;
    transfer->wake_at = sl__now_ms() + wait;
    transfer->tell_at = 0;
}

static void follow(struct loop *loop, struct transfer *transfer, const char *redirect)
{
    char *url = strdup(redirect);
    if (!url) {
        fail_for_memory(transfer->request);
        transfer->finish_at = sl__now_ms();
        return;
    }
    drop_hop(loop, transfer);
    free(transfer->url);
    transfer->url = url;
    transfer->redirects++;
}

static void fail(struct transfer *transfer, struct sl__verdict *verdict)
{
    struct sl_error *error = &verdict->outcome.error;
    if (transfer->number > 1)
        sl_error_set(&verdict->outcome.error, error->code, "%s (asked %u times)",
                     verdict->failure.error.message, transfer->number);
    error->http_status = verdict->failure.error.http_status;
    finish(transfer, &verdict->outcome);
}

/* The end of an exchange, by the answer's own word, libcurl's, or a limit of time. */
static void settle(struct loop *loop, struct transfer *transfer, CURLcode result)
{
    struct sl__verdict verdict;
    if (transfer->hop->stale) {
        transfer->exchange.fresh = true;
        drop_hop(loop, transfer);
        return;
    }
    sl__hop_judge(transfer->hop, result, &verdict);
    unsigned most = verdict.failure.attempts;
    verdict.attempt.number = transfer->number;
    verdict.attempt.fatal = most > 0 && transfer->number >= most;
    if (verdict.outcome.code == 0) {
        finish(transfer, &verdict.outcome);
    } else if (verdict.redirect && transfer->redirects < MAX_REDIRECTS) {
        follow(loop, transfer, verdict.redirect);
    } else {
        const struct sl__limits *limits = &transfer->request->config->limits;
        int64_t wait = sl__retry_wait(limits, &verdict.attempt, random_bits(transfer));
        if (wait >= 0)
            wait_for(loop, transfer, wait, &verdict.failure);
        else
            fail(transfer, &verdict);
    }
}

/* One round of the loop. */

static bool is_over(const struct transfer *transfer, int64_t now)
{
    return atomic_load(transfer->request->cancel) ||
           (transfer->finish_at > 0 && (!transfer->hop || transfer->finish_at <= now));
}

/* Removes what was cancelled, and answers that are whole but do not end. */
static void remove_ended(struct loop *loop)
{
    int64_t now = sl__now_ms();
    for (struct transfer **link = &loop->first; *link;) {
        if (is_over(*link, now))
            remove_transfer(loop, link);
        else
            link = &(*link)->next;
    }
}

/* Until when a connection that is about to become free is worth waiting for, or 0. */
static int64_t free_at(const struct loop *loop, const struct transfer *candidate, int64_t now)
{
    for (const struct transfer *other = loop->first; other; other = other->next) {
        int64_t until = other->finish_at - END_MS + FREE_MS;
        if (other->hop && other->finish_at > 0 && until > now && shares_origin(other, candidate))
            return until;
    }
    return 0;
}

/* Whether another exchange may begin; draining connections are no burden for a server. */
static bool may_start(const struct loop *loop, const struct transfer *candidate)
{
    unsigned count = 0, most = candidate->request->config->limits.concurrency;
    for (const struct transfer *other = loop->first; other; other = other->next)
        count += is_asking(other) && shares_origin(other, candidate);
    return most == 0 || count < most;
}

static void start(struct loop *loop, struct transfer *transfer)
{
    transfer->hop =
        sl__hop_new(&loop->connections, transfer->request, &transfer->exchange, transfer->url);
    if (transfer->hop)
        return;
    fail_for_memory(transfer->request);
    transfer->finish_at = sl__now_ms();
}

/* Reports a wait at once and then each second; that for a turn once. */
static void tell_wait(struct transfer *transfer, int64_t now)
{
    int64_t left = transfer->wake_at > now ? transfer->wake_at - now : 0;
    if (transfer->tell_at > now)
        return;
    sl__request_waiting(transfer->request, (uint64_t)left);
    transfer->tell_at = left > 0 ? now + TICK_MS : INT64_MAX;
}

static void start_or_wait(struct loop *loop)
{
    int64_t now = sl__now_ms();
    for (struct transfer *transfer = loop->first; transfer; transfer = transfer->next) {
        if (transfer->hop || transfer->finish_at > 0)
            continue;
        if (transfer->wake_at > 0 && transfer->wake_at <= now)
            transfer->wake_at = transfer->tell_at = 0;
        if (transfer->wake_at == 0 && transfer->exchange.pause_ms > 0) {
            finish(transfer, NULL);
            continue;
        }
        if (transfer->wake_at > 0 || !may_start(loop, transfer)) {
            tell_wait(transfer, now);
            continue;
        }
        transfer->tell_at = free_at(loop, transfer, now);
        if (transfer->tell_at == 0)
            start(loop, transfer);
    }
}

static void settle_expired(struct loop *loop)
{
    int64_t now = sl__now_ms();
    for (struct transfer *transfer = loop->first; transfer; transfer = transfer->next) {
        if (!is_asking(transfer) || sl__hop_deadline(transfer->hop) > now)
            continue;
        sl__hop_expire(transfer->hop);
        settle(loop, transfer, CURLE_OPERATION_TIMEDOUT);
        drop_hop(loop, transfer);
        flush_others(loop, transfer);
    }
}

static void settle_whole(struct loop *loop)
{
    for (struct transfer *transfer = loop->first; transfer; transfer = transfer->next) {
        if (is_asking(transfer) && transfer->hop->answer.done &&
            !atomic_load(transfer->request->cancel))
            settle(loop, transfer, CURLE_OK);
    }
}

static void settle_completed(struct loop *loop)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(loop->connections.multi, &left))) {
        CURL *easy = message->easy_handle;
        CURLcode result = message->data.result;
        struct transfer *transfer = loop->first;
        while (!transfer->hop || transfer->hop->easy != easy)
            transfer = transfer->next;
        struct sl__hop *hop = transfer->hop;
        if (atomic_load(transfer->request->cancel))
            continue; /* it is removed next */
        if (transfer->finish_at == 0)
            settle(loop, transfer, result);
        if (transfer->hop == hop)
            drop_hop(loop, transfer);
    }
}

/* The next thing to do without news from the network. */
static int64_t next_deadline(const struct transfer *transfer)
{
    if (transfer->finish_at > 0)
        return transfer->finish_at;
    if (transfer->hop)
        return sl__hop_deadline(transfer->hop);
    return transfer->wake_at > 0 && transfer->wake_at < transfer->tell_at ? transfer->wake_at
                                                                          : transfer->tell_at;
}

/* Milliseconds until then. */
static int idle_time(const struct loop *loop, int bell)
{
    int64_t now = sl__now_ms(), least = bell >= 0 ? bell : IDLE_MS;
    for (const struct transfer *transfer = loop->first; transfer; transfer = transfer->next) {
        int64_t left = next_deadline(transfer) - now;
        least = left < least ? left : least;
    }
    return least > 0 ? (int)least : 0;
}

static void run_loop(struct loop *loop)
{
    struct sl__transfers *transfers = loop->transfers;
    int active;
    while (!atomic_load(&transfers->quit)) {
        take_incoming(loop);
        remove_ended(loop);
        start_or_wait(loop);
        int wait = idle_time(loop, sl__queue_tick(transfers->queue));
        curl_multi_poll(loop->connections.multi, NULL, 0, wait, NULL);
        curl_multi_perform(loop->connections.multi, &active);
        settle_whole(loop);
        settle_completed(loop);
        settle_expired(loop);
    }
    while (loop->first)
        remove_transfer(loop, &loop->first);
}

/* The thread's beginning and end. */

/*
 * Newer libcurls wait for their lookups when a multi handle is cleaned up. So that nobody waits
 * for the thread then, it shares with the one who ends it nothing but this, and the last of them
 * frees it.
 */
struct sl__departure {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool leaving;   /* the client's memory is not touched any more */
    bool hangs;     /* what is left to do may take as long as a lookup */
    bool gone;      /* nothing is left to do */
    bool abandoned; /* nobody waits */
};

static struct sl__departure *new_departure(void)
{
    struct sl__departure *departure = calloc(1, sizeof *departure);
    if (!departure)
        return NULL;
    pthread_mutex_init(&departure->lock, NULL);
    sl__cond_init(&departure->changed);
    return departure;
}

static void free_departure(struct sl__departure *departure)
{
    pthread_mutex_destroy(&departure->lock);
    pthread_cond_destroy(&departure->changed);
    free(departure);
}

static void announce(struct sl__departure *departure, bool *what)
{
    pthread_mutex_lock(&departure->lock);
    *what = true;
    pthread_cond_signal(&departure->changed);
    bool abandoned = departure->abandoned;
    pthread_mutex_unlock(&departure->lock);
    if (abandoned)
        free_departure(departure);
}

/* Whether the thread has gone; if not, it frees the departure. */
static bool await_departure(struct sl__departure *departure)
{
    int64_t patience = INT64_MAX;
    pthread_mutex_lock(&departure->lock);
    while (!departure->gone && sl__now_ms() < patience) {
        if (departure->leaving && departure->hangs && patience == INT64_MAX)
            patience = sl__now_ms() + GRACE_MS;
        else
            sl__cond_wait_ms(&departure->changed, &departure->lock,
                             patience == INT64_MAX ? SPARE_MS : GRACE_MS);
    }
    bool gone = departure->gone;
    departure->abandoned = !gone;
    pthread_mutex_unlock(&departure->lock);
    return gone;
}

static void prepare_libcurl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

void sl__prepare_libcurl(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare_libcurl);
}

void sl__restrict(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "sightline");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

static CURLSH *new_share(void)
{
    CURLSH *share = curl_share_init();
    if (share)
        curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    return share;
}

static void publish(struct sl__transfers *transfers, CURLM *multi)
{
    pthread_mutex_lock(&transfers->lock);
    transfers->multi = multi;
    transfers->broken = !multi;
    pthread_mutex_unlock(&transfers->lock);
}

/* libcurl takes milliseconds to prepare itself: here, while a worker prepares the first picture. */
static void *run(void *argument)
{
    struct sl__transfers *transfers = argument;
    struct sl__departure *departure = transfers->departure;
    struct loop loop = {.transfers = transfers};
    sl__prepare_libcurl();
    loop.connections.multi = curl_multi_init();
    loop.connections.share = new_share();
    publish(transfers, loop.connections.multi);
    if (loop.connections.multi)
        run_loop(&loop);
    publish(transfers, NULL);
    each_incoming(transfers, loop.connections.multi ? sl__request_drop : refuse_for_memory);
    departure->hangs = loop.hangs;
    announce(departure, &departure->leaving);
    curl_multi_cleanup(loop.connections.multi); /* here, since it may write to its connections */
    curl_share_cleanup(loop.connections.share);
    announce(departure, &departure->gone);
    return NULL;
}

/* The interface. */

void sl__transfers_init(struct sl__transfers *transfers, struct sl__queue *queue)
{
    *transfers = (struct sl__transfers){.queue = queue};
    pthread_mutex_init(&transfers->lock, NULL);
}

int sl__transfers_start(struct sl__transfers *transfers, struct sl_error *error)
{
    if (transfers->departure)
        return 0;
    transfers->departure = new_departure();
    if (transfers->departure && sl__thread_start(&transfers->thread, run, transfers) == 0)
        return 0;
    if (transfers->departure)
        free_departure(transfers->departure);
    transfers->departure = NULL;
    return sl_error_set(error, SL_E_NOMEM, "no thread could be started; try again");
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

static void end_thread(struct sl__transfers *transfers)
{
    atomic_store(&transfers->quit, true);
    sl__transfers_wake(transfers);
    if (await_departure(transfers->departure)) {
        pthread_join(transfers->thread, NULL);
        free_departure(transfers->departure);
    } else {
        pthread_detach(transfers->thread);
    }
}

void sl__transfers_release(struct sl__transfers *transfers)
{
    if (transfers->departure)
        end_thread(transfers);
    each_incoming(transfers, sl__request_drop);
    pthread_mutex_destroy(&transfers->lock);
}
