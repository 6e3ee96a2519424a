/* Reading one request of HTTP/1.1. */
#ifndef SIMULATOR_HTTP1_READ_H
#define SIMULATOR_HTTP1_READ_H

#include "connection.h"
#include "request.h"

/*
 * Reads a request and journals it. True when there is something to answer, if only a failure;
 * false when the client went. *keep_alive: whether the connection can take another. The caller
 * releases the request in every case.
 */
bool http1_read(struct request *request, struct connection *connection,
                const struct settings *settings, struct failure *failure, bool *keep_alive);

#endif
