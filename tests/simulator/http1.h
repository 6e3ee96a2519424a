/* HTTP/1.1 and 1.0 over one connection. */
#ifndef SIMULATOR_HTTP1_H
#define SIMULATOR_HTTP1_H

#include "connection.h"
#include "settings.h"

/* Serves requests, one after another, until one side ends the connection. */
void http1_serve(struct connection *connection, const struct settings *settings, bool *broken);

#endif
