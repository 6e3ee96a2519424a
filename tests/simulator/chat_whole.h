/* A chat's answer in one piece, and what it shares with a stream. */
#ifndef SIMULATOR_CHAT_WHOLE_H
#define SIMULATOR_CHAT_WHOLE_H

#include "answer.h"
#include "reply.h"

/* The object around the choices: id, object, created, model. The caller owns it. */
cJSON *chat_object(const char *id, const char *object, const struct answer *answer);

/* An id of the form that StepFun's have. */
void chat_id(char id[66]);

/* Into a message or a delta, in the fields that the plan wants. */
void chat_add_reasoning(cJSON *object, const struct answer *answer, const char *data, size_t len);
void chat_add_annotations(cJSON *object, const struct answer *answer);
void chat_add_logprobs(cJSON *choice, const struct answer *answer, const char *data, size_t len);

/* The usage of an answer of which this much has been said. */
void chat_add_usage(cJSON *object, const struct answer *answer, size_t reasoning, size_t content);

bool chat_whole(struct reply *reply, const struct answer *answer);

#endif
