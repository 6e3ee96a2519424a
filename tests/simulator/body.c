/* Receiving a body: by Content-Length or in chunks, and slowly when a test asks for it. */
#include "body.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

#include "text.h"

#define PIECE 16384

char *body_path(const char *directory, long id)
{
    struct text path = {0};
    text_format(&path, "%s/%ld.body", directory, id);
    return path.data;
}

static bool open_spool(struct request *request, const char *directory, struct failure *failure)
{
    if (directory) {
        char *path = body_path(directory, request->id);
        request->spool = fopen(path, "w+b");
        free(path);
    } else {
        request->spool = tmpfile();
    }
    return request->spool ||
           refuse_with(failure, 500, "The simulator cannot write the file for the body.");
}

static bool receive(struct request *request, struct connection *connection, size_t len)
{
    char piece[PIECE];
    while (len) {
        if (request->plan.slow_read > 0 && !connection_wait(connection, request->plan.slow_read))
            return false;
        ssize_t got = connection_read(connection, piece, len < PIECE ? len : PIECE);
        if (got <= 0)
            return false;
        fwrite(piece, 1, (size_t)got, request->spool);
        request->body_len += (size_t)got;
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

static bool too_large(struct failure *failure)
{
    return refuse_with(failure, 413, "The body is larger than %d bytes.", REQUEST_MAX_BODY);
}

static bool receive_chunks(struct request *request, struct connection *connection,
                           struct failure *failure)
{
    char line[256];
    for (;;) {
        char *end;
        if (!receive_line(connection, line, sizeof line))
            return false;
        unsigned long len = strtoul(line, &end, 16);
        if (!strchr("0123456789abcdefABCDEF", line[0]) || !line[0] || (*end && *end != ';'))
            return refuse(failure, "A chunk's length is not a hexadecimal number.");
        if (len > REQUEST_MAX_BODY - request->body_len)
            return too_large(failure);
        if (!len)
            break;
        if (!receive(request, connection, len) || !receive_line(connection, line, sizeof line))
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

static bool length_of(const char *value, size_t *length, struct failure *failure)
{
    if (strspn(value, "0123456789") != strlen(value) || !*value)
        return refuse(failure, "The content-length is not a number.");
    unsigned long long number = strlen(value) < 15 ? strtoull(value, NULL, 10) : ~0ull;
    *length = (size_t)number;
    return number <= REQUEST_MAX_BODY || too_large(failure);
}

static bool invite(const struct request *request, struct connection *connection)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    const char *expects = request_header(request, "expect");
    return !expects || strcasecmp(expects, "100-continue") != 0 ||
           connection_write(connection, go_on, sizeof go_on - 1);
}

static bool map(struct request *request, struct failure *failure)
{
    if (fflush(request->spool) || ferror(request->spool))
        return refuse_with(failure, 500, "The simulator cannot write the file for the body.");
    if (!request->body_len)
        return true;
    void *body = mmap(NULL, request->body_len, PROT_READ, MAP_PRIVATE, fileno(request->spool), 0);
    if (body == MAP_FAILED)
        return refuse_with(failure, 500, "The simulator cannot read the body back.");
    request->body = body;
    return true;
}

static bool body_read_framed(struct request *request, struct connection *connection,
                             const struct settings *settings, struct failure *failure)
{
    const char *length = request_header(request, "content-length");
    const char *coding = request_header(request, "transfer-encoding");
    size_t len = 0;
    if (length && coding)
        return refuse(failure, "The request has both a content-length and a transfer-encoding.");
    if (coding && strcasecmp(coding, "chunked") != 0)
        return refuse(failure, "The transfer-encoding \"%s\" is not known here.", coding);
    if (length && !length_of(length, &len, failure))
        return false;
    if (!length && !coding)
        return true;
    if (request->plan.slow_read > 0)
        connection_narrow(connection);
    if (!open_spool(request, settings->bodies, failure) || !invite(request, connection))
        return false;
    if (coding ? !receive_chunks(request, connection, failure) : !receive(request, connection, len))
        return false;
    return map(request, failure);
}

bool body_read(struct request *request, struct connection *connection,
               const struct settings *settings, struct failure *failure)
{
    struct failure mine = {0};
    if (body_read_framed(request, connection, settings, &mine))
        return true;
    request->keep_alive = false; /* where the next request begins is not known */
    *failure = mine;
    return false;
}
