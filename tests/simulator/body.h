/* The body of a request, spooled to a file so that its size costs no memory. */
#ifndef SIMULATOR_BODY_H
#define SIMULATOR_BODY_H

#include "request.h"

/* Fills spool, body and body_len. False with a failure, or without one when the client went. */
bool body_read(struct request *request, struct connection *connection,
               const struct settings *settings, struct failure *failure);

/* Where the body of request `id` is kept; the caller frees it. */
char *body_path(const char *directory, long id);

#endif
