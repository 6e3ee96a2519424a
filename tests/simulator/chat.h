/* Chat Completions: requests validated as strictly as the documentation allows. */
#ifndef SIMULATOR_CHAT_H
#define SIMULATOR_CHAT_H

#include "query.h"
#include "reply.h"

/* POST /v1/chat/completions */
bool chat_answer(struct reply *reply, const char *path);
/* POST /v1/token/count */
bool chat_count(struct reply *reply, const char *path);

#endif
