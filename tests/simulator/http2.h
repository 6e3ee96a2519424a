/* HTTP/2 over one connection: many streams at once, each answered by a thread of its own. */
#ifndef SIMULATOR_HTTP2_H
#define SIMULATOR_HTTP2_H

#include "connection.h"
#include "settings.h"

/* Serves until one side ends the connection. *broken: without a farewell. */
void http2_serve(struct connection *connection, const struct settings *settings, bool *broken);

#endif
