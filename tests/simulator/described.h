/* A JSON Schema that the words of a request describe, where the protocol has no field for it. */
#ifndef SIMULATOR_DESCRIBED_H
#define SIMULATOR_DESCRIBED_H

#include <cjson/cJSON.h>

/* The first that stands on a line of its own in a message of the user, to be deleted, or NULL. */
cJSON *described_schema(const cJSON *body);

#endif
