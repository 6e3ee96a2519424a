/* The account, which has money for ever. */
#ifndef SIMULATOR_ACCOUNT_H
#define SIMULATOR_ACCOUNT_H

#include "reply.h"

/* GET /v1/accounts */
bool account_answer(struct reply *reply, const char *path);

#endif
