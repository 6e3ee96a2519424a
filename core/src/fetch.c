/* Getting a picture or video by its address. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <curl/curl.h>

#include "address.h"
#include "buf.h"
#include "config.h"
#include "fetch.h"
#include "temporary.h"
#include "thread.h"
#include "transfer.h"

enum {
    MAX_REDIRECTS = 5,
    TOTAL_MS = 120000,
    STALL_SECONDS = 30,
    TICK_MS = 50, /* between two looks at whether it was cancelled */
};

struct fetching {
    const struct sl__fetch *fetch;
    CURL *easy;
    char *url;      /* of this hop */
    bool near;      /* this hop may reach the own network */
    bool refused;   /* it would have, and may not */
    bool elsewhere; /* it would have left this machine, and may not */
    bool too_large;
    int fd, failed_write; /* errno */
    size_t head_bytes;    /* of this hop */
    uint64_t got;
};

static int no_memory(const struct sl__fetch *fetch, struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "%s: there is no memory left to get it", fetch->name);
}

static char *host_of(const char *url)
{
    CURLU *parts = curl_url();
    char *host = NULL;
    if (parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK)
        curl_url_get(parts, CURLUPART_HOST, &host, 0);
    curl_url_cleanup(parts);
    return host;
}

static bool is_same_host(const char *one, const char *other)
{
    char *first = host_of(one), *second = host_of(other);
    bool same = first && second && strcasecmp(first, second) == 0;
    curl_free(first);
    curl_free(second);
    return same;
}

static bool is_near(const char *url)
{
    char *host = host_of(url);
    bool near = host && sl__host_is_near(host);
    curl_free(host);
    return near;
}

/* Looked at before anything is connected, whatever the name resolved to. */
static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct fetching *fetching = context;
    (void)purpose;
    bool loopback = sl__address_is_loopback(&address->addr);
    fetching->elsewhere = !loopback && sl__env("SIGHTLINE_LOOPBACK_ONLY");
    fetching->refused = !fetching->near && !sl__address_is_public(&address->addr);
    if (fetching->elsewhere || fetching->refused)
        return CURL_SOCKET_BAD;
    int made = socket(address->family, address->socktype, address->protocol);
    if (made >= 0)
        fcntl(made, F_SETFD, FD_CLOEXEC);
    return made;
}

/* libcurl keeps all of them, older ones without an end. */
static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    struct fetching *fetching = context;
    (void)line;
    fetching->head_bytes += size * count;
    return fetching->head_bytes > SL__MAX_HEADERS ? 0 : size * count;
}

static size_t on_write(char *bytes, size_t size, size_t count, void *context)
{
    struct fetching *fetching = context;
    size_t len = size * count, left = len;
    fetching->too_large = fetching->got + len >= SL__MAX_VIDEO;
    while (left > 0 && !fetching->too_large && !fetching->failed_write) {
        ssize_t done = write(fetching->fd, bytes, left);
        if (done < 0 && errno != EINTR)
            fetching->failed_write = errno;
        if (done > 0) {
            bytes += done;
            left -= (size_t)done;
        }
    }
    fetching->got += len - left;
    return left > 0 ? 0 : len;
}

static int on_progress(void *context, curl_off_t total, curl_off_t got, curl_off_t to_send,
                       curl_off_t sent)
{
    const struct fetching *fetching = context;
    (void)to_send, (void)sent;
    if (fetching->fetch->progress && got > 0)
        fetching->fetch->progress((uint64_t)got, (uint64_t)total, fetching->fetch->context);
    return atomic_load(fetching->fetch->cancel);
}

/* What the environment says a request goes through, by its scheme. */
static const char *proxy_of(const struct fetching *fetching)
{
    static const char *const all[] = {"all_proxy", "ALL_PROXY"};
    static const char *const secure[] = {"https_proxy", "HTTPS_PROXY"};
    const char *found = NULL;
    if (fetching->near)
        return "";
    if (fetching->fetch->config->proxy)
        return fetching->fetch->config->proxy;
    if (strncasecmp(fetching->url, "https:", 6) == 0)
        found = sl__env(secure[0]) ? sl__env(secure[0]) : sl__env(secure[1]);
    else
        found = sl__env("http_proxy"); /* in capitals it may be a CGI client's header */
    for (size_t i = 0; !found && i < 2; i++)
        found = sl__env(all[i]);
    return found ? found : "";
}

/* Through a proxy everything goes, since the addresses that are connected to are then its own. */
static void set_proxy(struct fetching *fetching)
{
    const char *proxy = proxy_of(fetching);
    curl_easy_setopt(fetching->easy, CURLOPT_PROXY, proxy);
    curl_easy_setopt(fetching->easy, CURLOPT_NOPROXY, "");
    if (*proxy)
        return;
    curl_easy_setopt(fetching->easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(fetching->easy, CURLOPT_OPENSOCKETDATA, fetching);
}

static bool set_up(struct fetching *fetching)
{
    const struct sl_config *config = fetching->fetch->config;
    CURL *easy = fetching->easy;
    sl__restrict(easy);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, fetching);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, fetching);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, fetching);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)config->limits.connect_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)TOTAL_MS);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
    set_proxy(fetching);
    return curl_easy_setopt(easy, CURLOPT_URL, fetching->url) == CURLE_OK;
}

static CURLcode take_result(CURLM *multi)
{
    int left;
    const CURLMsg *message = curl_multi_info_read(multi, &left);
    return message ? message->data.result : CURLE_ABORTED_BY_CALLBACK;
}

static void *clean_up(void *multi)
{
    curl_multi_cleanup(multi);
    return NULL;
}

/*
 * Newer libcurls wait here for a lookup of theirs that hangs, which nothing can interrupt: it is
 * left to a thread that ends when the lookup does.
 */
static void leave(CURLM *multi, CURL *easy, CURLcode result)
{
    curl_off_t took = 0;
    pthread_t thread;
    curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &took);
    curl_multi_remove_handle(multi, easy);
    if (result != CURLE_OK && took == 0 && sl__thread_start(&thread, clean_up, multi) == 0)
        pthread_detach(thread);
    else
        curl_multi_cleanup(multi);
}

/* As curl_easy_perform, but a cancel is noticed at once. */
static CURLcode perform(struct fetching *fetching)
{
    CURLM *multi = curl_multi_init();
    int active = 1;
    if (!multi || curl_multi_add_handle(multi, fetching->easy) != CURLM_OK) {
        curl_multi_cleanup(multi);
        return CURLE_OUT_OF_MEMORY;
    }
    while (active > 0 && !atomic_load(fetching->fetch->cancel) &&
           curl_multi_perform(multi, &active) == CURLM_OK) {
        if (active > 0)
            curl_multi_poll(multi, NULL, 0, TICK_MS, NULL);
    }
    CURLcode result = take_result(multi);
    leave(multi, fetching->easy, result);
    return result;
}

static int tell_refusal(const struct fetching *fetching, struct sl_error *error)
{
    const struct sl__fetch *fetch = fetching->fetch;
    if (fetching->elsewhere)
        return sl_error_set(error, SL_E_CONFIG,
                            "%s: it is on another machine and SIGHTLINE_LOOPBACK_ONLY is set; "
                            "unset it, or name a file",
                            fetch->name);
    return sl_error_set(error, SL_E_INVALID,
                        "%s: it leads into a private network, which only an address that you write "
                        "yourself may do (http://192.168.1.5/…); save what it leads to and name "
                        "the file",
                        fetch->name);
}

/* Why nothing was got, by what our own code found, else by libcurl. */
static int tell(const struct fetching *fetching, CURLcode result, struct sl_error *error)
{
    const struct sl__fetch *fetch = fetching->fetch;
    const char *name = fetch->name;
    if (atomic_load(fetch->cancel))
        return sl_error_set(error, SL_E_CANCELLED, "cancelled");
    if (fetching->refused || fetching->elsewhere)
        return tell_refusal(fetching, error);
    if (fetching->too_large)
        return sl_error_set(error, SL_E_TOO_LARGE,
                            "%s: what the address leads to is over %u MB; make it smaller", name,
                            SL__MAX_VIDEO / 1000000);
    if (fetching->head_bytes > SL__MAX_HEADERS)
        return sl_error_set(error, SL_E_TOO_LARGE,
                            "%s: the headers of what the address leads to are over %u KB; save it "
                            "and name the file",
                            name, SL__MAX_HEADERS >> 10);
    if (fetching->failed_write)
        return sl_error_set(error, SL_E_IO, "%s: it cannot be kept while it is got: %s", name,
                            strerror(fetching->failed_write));
    if (result == CURLE_OPERATION_TIMEDOUT)
        return sl_error_set(error, SL_E_TIMEOUT,
                            "%s: it did not come in time; save what it leads to and name the file",
                            name);
    bool trust = result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CONNECT_ERROR;
    return sl_error_set(error, trust ? SL_E_TLS : SL_E_NETWORK,
                        "%s: it could not be got (%s); check the address", name,
                        curl_easy_strerror(result));
}

static int tell_status(const struct fetching *fetching, long status, struct sl_error *error)
{
    sl_error_set(error, SL_E_HTTP,
                 "%s: its server answered %ld; save what it leads to and name the file",
                 fetching->fetch->name, status);
    if (error)
        error->http_status = (int)status;
    return SL_E_HTTP;
}

/* One request. `*next` becomes where it was redirected to, the caller's. */
static int hop(struct fetching *fetching, char **next, struct sl_error *error)
{
    long status = 0;
    char *location = NULL;
    const struct sl__fetch *fetch = fetching->fetch;
    fetching->near = fetch->typed && is_near(fetch->url) && is_same_host(fetch->url, fetching->url);
    bool far = !is_near(fetching->url);
    fetching->refused = !far && !fetching->near;
    fetching->elsewhere = far && sl__env("SIGHTLINE_LOOPBACK_ONLY"); /* not even looked up */
    fetching->head_bytes = 0;
    if (fetching->refused || fetching->elsewhere)
        return tell_refusal(fetching, error);
    curl_easy_reset(fetching->easy);
    if (!set_up(fetching))
        return no_memory(fetch, error);
    CURLcode result = perform(fetching);
    if (result != CURLE_OK)
        return tell(fetching, result, error);
    curl_easy_getinfo(fetching->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(fetching->easy, CURLINFO_REDIRECT_URL, &location);
    if (status >= 300 && status < 400 && location) {
        *next = strdup(location);
        return *next ? 0 : no_memory(fetch, error);
    }
    return status == 200 ? 0 : tell_status(fetching, status, error);
}

static bool is_downgrade(const char *from, const char *to)
{
    static const char secure[] = "https:";
    const size_t len = sizeof secure - 1;
    return strncasecmp(from, secure, len) == 0 && strncasecmp(to, secure, len) != 0;
}

/* Takes `next`. */
static int go_to(struct fetching *fetching, char *next, struct sl_error *error)
{
    bool downgrade = is_downgrade(fetching->url, next);
    free(fetching->url);
    fetching->url = next;
    if (downgrade)
        return sl_error_set(error, SL_E_HTTP,
                            "%s: it leads from https to plain http, where anybody on the way could "
                            "change it; save what it leads to and name the file",
                            fetching->fetch->name);
    return 0;
}

/* The body of a redirect is not what was asked for. */
static bool begin_anew(struct fetching *fetching)
{
    fetching->got = 0;
    return ftruncate(fetching->fd, 0) == 0 && lseek(fetching->fd, 0, SEEK_SET) == 0;
}

static int follow(struct fetching *fetching, struct sl_error *error)
{
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
        char *next = NULL;
        int code = hop(fetching, &next, error);
        if (code || !next)
            return code;
        code = go_to(fetching, next, error);
        if (code)
            return code;
        if (!begin_anew(fetching))
            return sl_error_set(error, SL_E_IO, "%s: it cannot be kept while it is got: %s",
                                fetching->fetch->name, strerror(errno));
    }
    return sl_error_set(error, SL_E_HTTP,
                        "%s: it leads from one address to the next, over %d times",
                        fetching->fetch->name, MAX_REDIRECTS);
}

int sl__fetch(const struct sl__fetch *fetch, int *fd, struct sl_error *error)
{
    struct fetching fetching = {.fetch = fetch, .url = strdup(fetch->url), .fd = -1};
    sl__prepare_libcurl();
    fetching.easy = curl_easy_init();
    int code = fetching.url && fetching.easy ? 0 : no_memory(fetch, error);
    if (!code) {
        fetching.fd = sl__temporary_file(error);
        code = fetching.fd < 0 ? SL_E_IO : follow(&fetching, error);
    }
    if (code && fetching.fd >= 0)
        close(fetching.fd);
    curl_easy_cleanup(fetching.easy);
    free(fetching.url);
    if (!code)
        *fd = fetching.fd;
    return code;
}
