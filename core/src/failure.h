/* What went wrong on the way to the server, as a sentence with what to do next. */
#ifndef SL_FAILURE_H
#define SL_FAILURE_H

#include <curl/curl.h>
#include <sightline/error.h>

#include "config.h"

/* What is known of an answer that is no stream. */
struct sl__reply {
    long status;
    const char *type;  /* content type, or "" */
    const char *trace; /* the server's trace id, or "" */
    const char *body;
    size_t body_len;
};

struct sl__failure_context {
    const struct sl_config *config;
    const char *setup_hint; /* or NULL */
};

int sl__failure_http(const struct sl__failure_context *context, const struct sl__reply *reply,
                     struct sl_error *error);

/* How an exchange broke off. */
struct sl__broken {
    CURLcode result;
    const char *detail; /* libcurl's own text, or "" */
    long proxy_status;  /* what a proxy answered instead of connecting, or 0 */
};

int sl__failure_curl(const struct sl__failure_context *context, const struct sl__broken *broken,
                     struct sl_error *error);

#endif
