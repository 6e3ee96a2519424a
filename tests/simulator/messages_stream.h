/* An answer of the Messages API as a stream of events. */
#ifndef SIMULATOR_MESSAGES_STREAM_H
#define SIMULATOR_MESSAGES_STREAM_H

#include "answer.h"
#include "reply.h"

bool messages_stream(struct reply *reply, const struct answer *answer);

#endif
