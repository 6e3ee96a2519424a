/* Reading one request: the head, and the life of what was read. The body is in body.c. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "request.h"

#include <ctype.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

#include "body.h"
#include "text.h"

#define MAX_HEADERS 100

static atomic_long last_id;

const char *request_header(const struct request *request, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request->headers, name));
}

/* The head stays within the connection's buffer. NULL when it does not come or is too large. */
static char *take_head(struct connection *connection, bool *too_large)
{
    for (;;) {
        char *start = connection->in + connection->start;
        size_t held = connection->end - connection->start;
        char *end = memmem(start, held, "\r\n\r\n", 4);
        if (end) {
            char *head = must_alloc((size_t)(end - start) + 3);
            memcpy(head, start, (size_t)(end - start) + 2);
            head[end - start + 2] = 0;
            connection->start += (size_t)(end - start) + 4;
            return head;
        }
        *too_large = held == sizeof connection->in;
        if (!connection_fill(connection))
            return NULL;
    }
}

static bool is_printable(const char *text)
{
    for (; *text; text++) {
        if ((*text < ' ' && *text != '\t') || *text == 0x7f || (unsigned char)*text >= 0x80)
            return false;
    }
    return true;
}

static bool parse_request_line(struct request *request, char *line, struct failure *failure)
{
    char *target = strchr(line, ' ');
    char *version = target ? strchr(target + 1, ' ') : NULL;
    if (!version)
        return refuse(failure, "The request line is not one of HTTP/1.1.");
    *target++ = 0;
    *version++ = 0;
    request->http_1_0 = !strcmp(version, "HTTP/1.0");
    if (!request->http_1_0 && strcmp(version, "HTTP/1.1") != 0)
        return refuse(failure, "The request line is not one of HTTP/1.1.");
    if (strlen(line) >= sizeof request->method || strlen(target) >= sizeof request->path ||
        *target != '/')
        return refuse(failure, "The request's method or path is not one that is known here.");
    memcpy(request->method, line, strlen(line) + 1);
    memcpy(request->path, target, strlen(target) + 1);
    return true;
}

static bool is_name(const char *name)
{
    return *name && !name[strspn(name, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")];
}

static bool parse_header(struct request *request, char *line, struct failure *failure)
{
    char *value = strchr(line, ':');
    if (!value)
        return refuse(failure, "A header line has no colon.");
    *value++ = 0;
    for (char *at = line; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    value += strspn(value, " \t");
    for (size_t len = strlen(value); len && strchr(" \t", value[len - 1]); len--)
        value[len - 1] = 0;
    if (!is_name(line))
        return refuse(failure, "A header's name is not a valid one.");
    if (request_header(request, line))
        return refuse(failure, "The header \"%s\" stands twice.", line);
    cJSON_AddStringToObject(request->headers, line, value);
    return true;
}

static char *next_line(char **at)
{
    char *line = *at;
    char *end = strstr(line, "\r\n");
    if (!end)
        return NULL;
    *end = 0;
    *at = end + 2;
    return line;
}

static bool parse_head(struct request *request, char *head, struct failure *failure)
{
    char *line = next_line(&head);
    if (!is_printable(line) || !parse_request_line(request, line, failure))
        return failure->status ? false : refuse(failure, "The request line is not in ASCII.");
    for (int count = 0; (line = next_line(&head)); count++) {
        if (count == MAX_HEADERS)
            return refuse_with(failure, 431, "There are more than %d headers.", MAX_HEADERS);
        if (!is_printable(line))
            return refuse(failure, "A header is not in ASCII.");
        if (!parse_header(request, line, failure))
            return false;
    }
    if (!request->http_1_0 && !request_header(request, "host"))
        return refuse(failure, "The header \"host\" is missing.");
    const char *option = request_header(request, "connection");
    request->keep_alive = !request->http_1_0 && !(option && !strcasecmp(option, "close"));
    return true;
}

static void journal_gone(const struct request *request, const struct connection *connection,
                         struct journal *journal)
{
    cJSON *event = journal_event("gone", "connection", connection->number);
    cJSON_AddNumberToObject(event, "id", (double)request->id);
    cJSON_AddStringToObject(event, "how", "client closed");
    cJSON_AddNumberToObject(event, "received", (double)request->body_len);
    journal_write(journal, event);
}

static void journal_request(const struct request *request, const struct connection *connection,
                            const struct settings *settings)
{
    cJSON *event = journal_event("request", "id", request->id);
    cJSON_AddNumberToObject(event, "connection", (double)connection->number);
    cJSON_AddStringToObject(event, "method", request->method);
    cJSON_AddStringToObject(event, "path", request->path);
    cJSON_AddItemToObject(event, "headers", cJSON_Duplicate(request->headers, true));
    cJSON_AddNumberToObject(event, "body_bytes", (double)request->body_len);
    if (settings->bodies && request->spool) {
        char *path = body_path(settings->bodies, request->id);
        cJSON_AddStringToObject(event, "body", path);
        free(path);
    }
    journal_write(settings->journal, event);
}

enum request_outcome request_read(struct request *request, struct connection *connection,
                                  const struct settings *settings, struct failure *failure)
{
    bool too_large = false;
    *request = (struct request){.headers = cJSON_CreateObject()};
    plan_init(&request->plan, settings->pace);
    char *head = take_head(connection, &too_large);
    if (!head && !too_large && connection->end == connection->start)
        return REQUEST_GONE; /* between two requests: nothing to tell */
    request->id = atomic_fetch_add(&last_id, 1) + 1;
    bool good = head ? parse_head(request, head, failure)
                     : too_large && refuse_with(failure, 431, "The request's head is too large.");
    free(head);
    if (good) {
        good = plan_parse(&request->plan, request->path, &request->api_path, failure);
        good = body_read(request, connection, settings, failure) && good;
    } else {
        request->keep_alive = false;
    }
    if (!good && !failure->status) {
        journal_gone(request, connection, settings->journal);
        return REQUEST_GONE;
    }
    journal_request(request, connection, settings);
    return REQUEST_WHOLE;
}

void request_release(struct request *request)
{
    if (request->body)
        munmap(request->body, request->body_len);
    if (request->spool)
        fclose(request->spool);
    cJSON_Delete(request->headers);
}
