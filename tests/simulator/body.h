/* The body of a request, spooled to a file so that its size costs no memory. */
#ifndef SIMULATOR_BODY_H
#define SIMULATOR_BODY_H

#include "request.h"

/* Before the first byte. */
bool body_open(struct request *request, struct failure *failure);
bool body_add(struct request *request, const char *data, size_t len, struct failure *failure);
/* After the last: fills `body`. */
bool body_end(struct request *request, struct failure *failure);

/* The value of a content-length header. */
bool body_length(const char *value, size_t *length, struct failure *failure);

#endif
