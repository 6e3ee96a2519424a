/* A chat's answer as a stream of events. */
#ifndef SIMULATOR_CHAT_STREAM_H
#define SIMULATOR_CHAT_STREAM_H

#include "answer.h"
#include "reply.h"

bool chat_stream(struct reply *reply, const struct answer *answer);

#endif
