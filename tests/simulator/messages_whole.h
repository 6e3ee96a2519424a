/* An answer of the Messages API in one piece, and what it shares with a stream. */
#ifndef SIMULATOR_MESSAGES_WHOLE_H
#define SIMULATOR_MESSAGES_WHOLE_H

#include "answer.h"
#include "reply.h"

/* id, type, role, model. The caller owns it. */
cJSON *messages_object(const struct answer *answer);

/* stop_reason and, when one ended the answer, stop_sequence. */
void messages_add_stop(cJSON *object, const struct answer *answer);
/* Of an answer of which this much has been said. */
void messages_add_usage(cJSON *object, const struct answer *answer, size_t said);
void messages_add_citations(cJSON *object, const struct answer *answer);
/* What is called, in the protocol's form of the id. */
void messages_add_call(cJSON *block, const struct call *call);

bool messages_whole(struct reply *reply, const struct answer *answer);

#endif
