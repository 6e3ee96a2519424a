/* Spooling a body. */
#include "body.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

bool body_open(struct request *request, struct failure *failure)
{
    const char *directory = request->settings->bodies;
    if (directory) {
        char *path = request_body_path(directory, request->id);
        request->spool = fopen(path, "w+b");
        free(path);
    } else {
        request->spool = tmpfile();
    }
    return request->spool ||
           refuse_with(failure, 500, "The simulator cannot write the file for the body.");
}

static bool too_large(struct failure *failure)
{
    return refuse_with(failure, 413, "The body is larger than %d bytes.", REQUEST_MAX_BODY);
}

bool body_add(struct request *request, const char *data, size_t len, struct failure *failure)
{
    if (len > REQUEST_MAX_BODY - request->body_len)
        return too_large(failure);
    fwrite(data, 1, len, request->spool);
    request->body_len += len;
    return true;
}

bool body_end(struct request *request, struct failure *failure)
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

bool body_length(const char *value, size_t *length, struct failure *failure)
{
    if (strspn(value, "0123456789") != strlen(value) || !*value)
        return refuse(failure, "The content-length is not a number.");
    unsigned long long number = strlen(value) < 15 ? strtoull(value, NULL, 10) : ~0ull;
    *length = (size_t)number;
    return number <= REQUEST_MAX_BODY || too_large(failure);
}
