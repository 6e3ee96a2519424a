/* From a request to its answer. */
#ifndef SIMULATOR_ROUTE_H
#define SIMULATOR_ROUTE_H

#include "reply.h"
#include "settings.h"

/* Answers the request, or the failure that its head already is. */
void route(struct reply *reply, const struct settings *settings, struct failure *failure);

#endif
