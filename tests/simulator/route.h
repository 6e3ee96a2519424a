/* From a request to its answer. */
#ifndef SIMULATOR_ROUTE_H
#define SIMULATOR_ROUTE_H

#include "carrier.h"
#include "request.h"

/* Answers the request, or the failure that its head already is. */
void route(struct carrier *carrier, const struct request *request, struct failure *failure);

#endif
