/* A conversation as the client sees it; the host's thread alone. */
#ifndef SL_CONVERSATION_INTERNAL_H
#define SL_CONVERSATION_INTERNAL_H

#include <stdbool.h>

#include <sightline/conversation.h>

#include "message.h"

struct sl_conversation {
    int references;
    bool busy; /* a request runs in it */
    size_t turns;
    struct sl__history history;
};

struct sl_conversation *sl__conversation_hold(struct sl_conversation *conversation);

/* Takes over what was said; `history` becomes empty. */
void sl__conversation_take(struct sl_conversation *conversation, struct sl__history *history);

#endif
