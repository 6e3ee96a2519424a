/* An answer as a stream of events. */
#ifndef SIMULATOR_STREAM_H
#define SIMULATOR_STREAM_H

#include "answer.h"
#include "reply.h"

bool stream_send(struct reply *reply, const struct chat *chat, const struct answer *answer);

#endif
