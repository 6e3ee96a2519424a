/* Base URLs, read by libcurl so that both of us see the same address. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <arpa/inet.h>
#include <curl/curl.h>

#include "buf.h"
#include "translate.h"
#include "url.h"

static bool is_loopback(const char *host)
{
    struct in_addr v4;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

static const char *objection(CURLU *parts, const char *scheme, bool loopback)
{
    static const struct {
        CURLUPart part;
        const char *sentence;
    } unwanted[] = {
        {CURLUPART_USER,
         SL__TR_NOOP("it holds a user name; give a key by key_env, key_command or the set-up")},
        {CURLUPART_QUERY,
         SL__TR_NOOP("it has a query; leave out everything from the question mark on")},
        {CURLUPART_FRAGMENT, SL__TR_NOOP("it has a fragment; leave out everything from the # on")},
    };
    bool plain = strcmp(scheme, "http") == 0;
    if (!plain && strcmp(scheme, "https") != 0)
        return SL__TR_NOOP(
            "its scheme is neither https nor http; write one like https://api.stepfun.ai/v1");
    if (plain && !loopback)
        return SL__TR_NOOP(
            "plain http would show the key and the pictures to the network; write https://");
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++) {
        char *value = NULL;
        CURLUcode found = curl_url_get(parts, unwanted[i].part, &value, 0);
        curl_free(value);
        if (found == CURLUE_OK)
            return unwanted[i].sentence;
    }
    return NULL;
}

static int fill(struct sl__url *url, const char *text, const char *scheme, const char *host,
                const char *port)
{
    struct sl__buf origin = SL__BUF_INIT(4096);
    int code = sl__buf_addf(&origin, "%s://%s:%s", scheme, host, port);
    url->origin = sl__buf_take(&origin);
    url->base = strdup(text);
    url->host = strdup(host);
    if (code || !url->base || !url->host) {
        sl__url_release(url);
        return SL_E_NOMEM;
    }
    for (size_t len = strlen(url->base); len > 0 && url->base[len - 1] == '/'; len--)
        url->base[len - 1] = '\0';
    return 0;
}

int sl__url_parse(struct sl__url *url, const char *text, struct sl_error *error)
{
    CURLU *parts = curl_url();
    char *scheme = NULL, *host = NULL, *port = NULL;
    int code = 0;
    if (!parts)
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left");
    if (curl_url_set(parts, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) ||
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) ||
        curl_url_get(parts, CURLUPART_HOST, &host, 0)) {
        code = sl_error_set(error, SL_E_CONFIG,
                            "“%.*s” is no base URL; write one like https://api.stepfun.ai/v1 as "
                            "base_url or SIGHTLINE_BASE_URL",
                            (int)strcspn(text, "@?"), text);
    } else {
        curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
        url->loopback = is_loopback(host);
        const char *why = objection(parts, scheme, url->loopback);
        if (why)
            code = sl_error_set(error, SL_E_CONFIG, "the base URL %s://%s cannot be used: %s",
                                scheme, host, sl__tr(why));
        else
            code = fill(url, text, scheme, host, port ? port : "");
        if (code == SL_E_NOMEM)
            sl_error_set(error, code, "there is no memory left");
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(parts);
    return code;
}

void sl__url_release(struct sl__url *url)
{
    free(url->base);
    free(url->origin);
    free(url->host);
    *url = (struct sl__url)SL__URL_INIT;
}
