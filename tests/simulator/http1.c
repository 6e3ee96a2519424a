/* Answering over HTTP/1.1. Reading a request is in http1_read.c. */
#include "http1.h"

#include <stdio.h>

#include "carrier.h"
#include "http1_read.h"
#include "route.h"
#include "text.h"

struct http1 {
    struct carrier carrier;
    struct connection *connection;
    bool is_1_0, keep_alive, chunked, broken;
};

static struct http1 *http1_of(struct carrier *carrier)
{
    return (struct http1 *)carrier;
}

static bool put_head(struct carrier *carrier, int status, const struct header *headers,
                     size_t count, long len, enum ending planned)
{
    struct http1 *http1 = http1_of(carrier);
    struct text head = {0};
    http1->chunked = len < 0 && !http1->is_1_0;
    http1->keep_alive = http1->keep_alive && planned != ENDING_LAST && (len >= 0 || http1->chunked);
    text_format(&head, "HTTP/1.1 %d %s\r\n", status, status_reason(status));
    for (size_t i = 0; i < count; i++)
        text_format(&head, "%s: %s\r\n", headers[i].name, headers[i].value);
    if (len >= 0)
        text_format(&head, "Content-Length: %ld\r\n", len);
    if (http1->chunked)
        text_adds(&head, "Transfer-Encoding: chunked\r\n");
    text_adds(&head, http1->keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
    bool good = connection_write(http1->connection, head.data, head.len);
    text_release(&head);
    return good;
}

/* A part falls into the middle of a piece: the chunked coding promises what does not come. */
static bool put_data(struct carrier *carrier, const char *data, size_t part, size_t len)
{
    struct http1 *http1 = http1_of(carrier);
    struct text piece = {0};
    if (http1->chunked)
        text_format(&piece, "%zx\r\n", len);
    text_add(&piece, data, part);
    if (http1->chunked && part == len)
        text_adds(&piece, "\r\n");
    bool good = connection_write(http1->connection, piece.data, piece.len);
    text_release(&piece);
    return good;
}

static bool put_end(struct carrier *carrier)
{
    static const char last[] = "0\r\n\r\n";
    struct http1 *http1 = http1_of(carrier);
    return !http1->chunked || connection_write(http1->connection, last, sizeof last - 1);
}

static bool pause_for(struct carrier *carrier, long ms)
{
    return connection_wait(http1_of(carrier)->connection, ms);
}

static void end(struct carrier *carrier, enum ending ending)
{
    struct http1 *http1 = http1_of(carrier);
    http1->broken = ending == ENDING_BREAK || ending == ENDING_CLOSE || ending == ENDING_CUT;
    http1->keep_alive = http1->keep_alive && ending == ENDING_KEPT;
}

static const struct carrier_way way = {put_head, put_data, put_end, pause_for, end};

/* True while the connection can take another request. */
static bool serve_one(struct connection *connection, const struct settings *settings, bool *broken)
{
    struct request request;
    struct failure failure = {0};
    struct http1 http1 = {.carrier = {&way}, .connection = connection};
    bool whole = http1_read(&request, connection, settings, &failure, &http1.keep_alive);
    if (whole) {
        http1.is_1_0 = request.version && request.version[7] == '0';
        route(&http1.carrier, &request, &failure);
        *broken = http1.broken;
    }
    request_release(&request);
    return whole && http1.keep_alive;
}

void http1_serve(struct connection *connection, const struct settings *settings, bool *broken)
{
    while (serve_one(connection, settings, broken))
        ;
}
