/* multipart/form-data, as browsers and API clients send it. */
#ifndef SIMULATOR_MULTIPART_H
#define SIMULATOR_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#include "failure.h"
#include "request.h"

#define MULTIPART_MAX_PARTS 16

struct part {
    char name[64];
    char filename[256]; /* empty where it has none */
    const char *data;   /* within the request's body */
    size_t len;
};

struct multipart {
    struct part parts[MULTIPART_MAX_PARTS];
    size_t count;
};

bool multipart_read(struct multipart *multipart, const struct request *request,
                    struct failure *failure);
/* NULL when there is none of this name. */
const struct part *multipart_part(const struct multipart *multipart, const char *name);

#endif
