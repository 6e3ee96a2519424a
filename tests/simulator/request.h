/* One request, whichever HTTP brought it: its head, its instructions, and its body in a file. */
#ifndef SIMULATOR_REQUEST_H
#define SIMULATOR_REQUEST_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "failure.h"
#include "plan.h"
#include "settings.h"

#define REQUEST_MAX_BODY 300000000
#define REQUEST_MAX_HEADERS 100

struct request {
    const struct settings *settings;
    long id;
    long connection, stream; /* numbers; the stream of HTTP/2, else 0 */
    const char *version;     /* "HTTP/1.1" and so on */
    char method[16];
    char path[2048];
    const char *api_path; /* inside `path`: without the instructions */
    cJSON *headers;       /* lower-case names */
    struct plan plan;
    FILE *spool;
    char *body; /* mapped from the spool; NULL when there is none */
    size_t body_len;
};

/* A new number and no instructions. The caller releases it in every case. */
void request_init(struct request *request, const struct settings *settings, long connection);
void request_release(struct request *request);

bool request_set_target(struct request *request, const char *method, size_t method_len,
                        const char *target, size_t target_len, struct failure *failure);
/* The name is made lower-case where it stands. */
bool request_add_header(struct request *request, char *name, const char *value,
                        struct failure *failure);
/* Once the head is there: reads the instructions in the path. */
bool request_read_plan(struct request *request, struct failure *failure);

void request_journal(const struct request *request);
/* The client went before the request was whole. */
void request_journal_gone(const struct request *request);

/* The header's value or NULL; `name` in lower case. */
const char *request_header(const struct request *request, const char *name);

/* Where the body of request `id` is kept; the caller frees it. */
char *request_body_path(const char *directory, long id);

#endif
