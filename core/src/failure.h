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
    const char *location;   /* where it points to instead of an answer, or NULL */
    int64_t after_ms;       /* from the end of the request to the answer's first line */
    int64_t retry_after_ms; /* the wait that it asks for, -1 without */
};

struct sl__failure_context {
    const struct sl_config *config;
    const char *setup_hint; /* or NULL */
};

struct sl__failure {
    struct sl_error error;
    char reason[256];  /* what happened, without the remedy: "api.stepfun.ai answered 429" */
    unsigned attempts; /* more of them than this do not help; 0: as the configuration says */
};

/* An answer that is none. The type of its error object decides over the status. */
int sl__failure_http(const struct sl__failure_context *context, const struct sl__reply *reply,
                     struct sl__failure *failure);

/* How an exchange broke off. */
struct sl__broken {
    CURLcode result;
    const char *detail; /* libcurl's own text, or "" */
    long proxy_status;  /* what a proxy answered instead of connecting, or 0 */
    bool sent;          /* a request that can be billed had left whole */
    bool begun;         /* a part of the answer had come */
};

int sl__failure_curl(const struct sl__failure_context *context, const struct sl__broken *broken,
                     struct sl__failure *failure);

/* Which limit of time passed; their lengths are those of the configuration. */
enum sl__limit {
    SL__LIMIT_LOOKUP,  /* connect_ms, while the name was looked up */
    SL__LIMIT_CONNECT, /* connect_ms, later */
    SL__LIMIT_FIRST_BYTE,
    SL__LIMIT_UPLOAD, /* stall_ms, while the request was sent */
    SL__LIMIT_STALL,  /* stall_ms, later */
};

int sl__failure_limit(const struct sl__failure_context *context, enum sl__limit limit,
                      struct sl__failure *failure);

/* The code of an error's type, or of the status where the type says nothing. */
int sl__failure_code(const char *type, long status);

/* "8 s", "3 min": rounded up. */
void sl__failure_span(char *to, size_t room, int64_t ms);

#endif
