/* The models that exist here: StepFun's. */
#ifndef SIMULATOR_MODELS_H
#define SIMULATOR_MODELS_H

#include <stdbool.h>

#include "reply.h"

struct model {
    const char *id;
    bool sees;          /* takes pictures */
    bool medium_effort; /* takes reasoning_effort "medium" */
};

/* NULL when there is none of this name. */
const struct model *model_named(const char *id);

/* GET /v1/models and GET /v1/models/{id}. */
bool models_answer(struct reply *reply, const char *path);

#endif
