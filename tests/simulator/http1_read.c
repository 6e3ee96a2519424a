/* The head and the framing of a request of HTTP/1.1, to the letter. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "http1_read.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "body.h"
#include "text.h"

#define PIECE 16384

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

static bool parse_request_line(struct request *request, char *line, struct failure *failure)
{
    const char *target = strchr(line, ' ');
    const char *version = target ? strchr(target + 1, ' ') : NULL;
    if (version && !strcmp(version, " HTTP/1.1"))
        request->version = "HTTP/1.1";
    else if (version && !strcmp(version, " HTTP/1.0"))
        request->version = "HTTP/1.0";
    else
        return refuse(failure, "The request line is not one of HTTP/1.1.");
    return request_set_target(request, line, (size_t)(target - line), target + 1,
                              (size_t)(version - target - 1), failure);
}

static bool parse_header(struct request *request, char *line, struct failure *failure)
{
    char *value = strchr(line, ':');
    if (!value)
        return refuse(failure, "A header line has no colon.");
    *value++ = 0;
    value += strspn(value, " \t");
    for (size_t len = strlen(value); len && strchr(" \t", value[len - 1]); len--)
        value[len - 1] = 0;
    return request_add_header(request, line, value, failure);
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
    if (!parse_request_line(request, line, failure))
        return false;
    while ((line = next_line(&head))) {
        if (!parse_header(request, line, failure))
            return false;
    }
    return request->version[7] == '0' || request_header(request, "host") ||
           refuse(failure, "The header \"host\" is missing.");
}

static bool is_kept(const struct request *request)
{
    const char *option = request_header(request, "connection");
    return request->version[7] != '0' && !(option && !strcasecmp(option, "close"));
}

static bool receive(struct request *request, struct connection *connection, size_t len,
                    struct failure *failure)
{
    char piece[PIECE];
    size_t room = 0; /* until the next pause */
    while (len) {
        bool pauses = room == 0 && request->plan.slow_read > 0;
        if (pauses && !connection_wait(connection, request->plan.slow_read))
            return false;
        room = room ? room : PIECE;
        ssize_t got = connection_read(connection, piece, len < room ? len : room);
        if (got <= 0 || !body_add(request, piece, (size_t)got, failure))
            return false;
        room -= (size_t)got;
        len -= (size_t)got;
    }
    return true;
}

/* A line of the chunked coding, without its CR LF. */
static bool receive_line(struct connection *connection, char *line, size_t room)
{
    for (size_t len = 0; len < room; len++) {
        if (connection_read(connection, line + len, 1) != 1)
            return false;
        if (line[len] == '\n' && len && line[len - 1] == '\r') {
            line[len - 1] = 0;
            return true;
        }
    }
    return false;
}

static bool parse_chunk_length(const char *line, size_t *len, const struct request *request,
                               struct failure *failure)
{
    char *end;
    *len = strtoul(line, &end, 16);
    if (!line[0] || !strchr("0123456789abcdefABCDEF", line[0]) || (*end && *end != ';'))
        return refuse(failure, "A chunk's length is not a hexadecimal number.");
    return *len <= REQUEST_MAX_BODY - request->body_len ||
           refuse_with(failure, 413, "The body is larger than %d bytes.", REQUEST_MAX_BODY);
}

static bool receive_chunks(struct request *request, struct connection *connection,
                           struct failure *failure)
{
    char line[256];
    for (;;) {
        size_t len;
        if (!receive_line(connection, line, sizeof line) ||
            !parse_chunk_length(line, &len, request, failure))
            return false;
        if (!len)
            break;
        if (!receive(request, connection, len, failure) ||
            !receive_line(connection, line, sizeof line))
            return false;
        if (line[0])
            return refuse(failure, "A chunk is longer than its length says.");
    }
    do /* trailers */
        if (!receive_line(connection, line, sizeof line))
            return false;
    while (line[0]);
    return true;
}

static bool invite(const struct request *request, struct connection *connection)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    const char *expects = request_header(request, "expect");
    return !expects || strcasecmp(expects, "100-continue") != 0 ||
           connection_write(connection, go_on, sizeof go_on - 1);
}

static bool read_body(struct request *request, struct connection *connection,
                      struct failure *failure)
{
    const char *length = request_header(request, "content-length");
    const char *coding = request_header(request, "transfer-encoding");
    size_t len = 0;
    if (length && coding)
        return refuse(failure, "The request has both a content-length and a transfer-encoding.");
    if (coding && strcasecmp(coding, "chunked") != 0)
        return refuse(failure, "The transfer-encoding \"%s\" is not known here.", coding);
    if (length && !body_length(length, &len, failure))
        return false;
    if (!length && !coding)
        return true;
    if (request->plan.slow_read > 0)
        connection_narrow(connection);
    if (!body_open(request, failure) || !invite(request, connection))
        return false;
    if (coding ? !receive_chunks(request, connection, failure)
               : !receive(request, connection, len, failure))
        return false;
    return body_end(request, failure);
}

/* Where the body cannot be told from what follows it, the connection ends with the answer. */
static void read_rest(struct request *request, struct connection *connection,
                      struct failure *failure, bool *keep_alive, bool *gone)
{
    struct failure framing = {0};
    *keep_alive = is_kept(request);
    request_read_plan(request, failure);
    if (read_body(request, connection, &framing))
        return;
    *keep_alive = false;
    *gone = !framing.status;
    *failure = framing;
}

bool http1_read(struct request *request, struct connection *connection,
                const struct settings *settings, struct failure *failure, bool *keep_alive)
{
    bool too_large = false, gone = false;
    *request = (struct request){0};
    *keep_alive = false;
    char *head = take_head(connection, &too_large);
    if (!head && !too_large && connection->end == connection->start)
        return false; /* between two requests: nothing to tell */
    request_init(request, settings, connection->number);
    request->version = "HTTP/1.1";
    if (head && parse_head(request, head, failure))
        read_rest(request, connection, failure, keep_alive, &gone);
    else if (too_large)
        refuse_with(failure, 431, "The request's head is too large.");
    else
        gone = !failure->status;
    free(head);
    (gone ? request_journal_gone : request_journal)(request);
    return !gone;
}
