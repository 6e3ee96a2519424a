/* A conversation as the client sees it; the host's thread alone. */
#ifndef SL_CONVERSATION_INTERNAL_H
#define SL_CONVERSATION_INTERNAL_H

#include <stdbool.h>

#include <sightline/conversation.h>

#include <sightline/task.h>

#include "message.h"

struct sl_conversation {
    int references;
    bool busy; /* a request runs in it */
    size_t turns;
    struct sl__history history;
    enum sl_output output; /* of the last answer; 0 before there is one */
    cJSON *schema;         /* that it was to fit, or NULL */
};

struct sl_conversation *sl__conversation_hold(struct sl_conversation *conversation);

/* Takes over what was said, and the form of its last answer; what is taken becomes empty. */
void sl__conversation_take(struct sl_conversation *conversation, struct sl__history *history,
                           enum sl_output output, cJSON **schema);

#endif
