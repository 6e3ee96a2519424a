/* The Messages API: requests validated as strictly as the documentation allows. */
#ifndef SIMULATOR_MESSAGES_H
#define SIMULATOR_MESSAGES_H

#include "reply.h"

/* POST /v1/messages and POST /v1/messages/count_tokens */
bool messages_answer(struct reply *reply, const char *path);
bool messages_count(struct reply *reply, const char *path);

#endif
