/* One HTTP/1.1 request: its head, its instructions, and its body in a file. */
#ifndef SIMULATOR_REQUEST_H
#define SIMULATOR_REQUEST_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "connection.h"
#include "failure.h"
#include "plan.h"
#include "settings.h"

#define REQUEST_MAX_BODY 300000000

struct request {
    long id;
    char method[16];
    char path[2048];
    const char *api_path; /* inside `path`: without the instructions */
    cJSON *headers;       /* lower-case names */
    bool http_1_0;
    bool keep_alive;
    struct plan plan;
    FILE *spool;
    char *body; /* mapped from the spool; NULL when there is none */
    size_t body_len;
};

enum request_outcome {
    REQUEST_WHOLE, /* `failure` may hold what the request's head makes of it */
    REQUEST_GONE,  /* the client went, or the request cannot be told from what follows it */
};

/*
 * Reads a request and journals it. With a failure whose connection cannot go on, keep_alive is
 * false. The caller releases the request in every case.
 */
enum request_outcome request_read(struct request *request, struct connection *connection,
                                  const struct settings *settings, struct failure *failure);
void request_release(struct request *request);

/* The header's value or NULL; `name` in lower case. */
const char *request_header(const struct request *request, const char *name);

#endif
