/* An answer in one piece, and what it shares with a stream. */
#ifndef SIMULATOR_COMPLETION_H
#define SIMULATOR_COMPLETION_H

#include "answer.h"
#include "reply.h"

/* The object around the choices: id, object, created, model. The caller owns it. */
cJSON *completion_object(const char *id, const char *object, const struct model *model);

/* Adds text that may hold U+0000. */
void completion_add_text(cJSON *object, const char *name, const char *data, size_t len);

/* An id of the form that StepFun's have. */
void completion_id(char id[66]);

bool completion_send(struct reply *reply, const struct chat *chat, const struct answer *answer);

#endif
