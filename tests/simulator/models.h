/* The models that exist here, and the endpoints that tell them. */
#ifndef SIMULATOR_MODELS_H
#define SIMULATOR_MODELS_H

#include <stdbool.h>

#include "reply.h"

struct model {
    const char *id;
    unsigned of;        /* enum provider: who has it under this name */
    bool sees;          /* takes pictures and videos */
    bool medium_effort; /* takes the effort "medium" */
};

/* NULL when none of these providers has one of this name. */
const struct model *model_named(const char *id, unsigned providers);

/* GET /v1/models and GET /v1/models/{id}. */
bool models_list(struct reply *reply, const char *path);
bool models_one(struct reply *reply, const char *path);

#endif
