/* A stream of server-sent events, as it should be and as it may go wrong. */
#ifndef SIMULATOR_EVENTS_H
#define SIMULATOR_EVENTS_H

#include "reply.h"

struct events {
    struct reply *reply;
    const struct plan *plan;
    long sent;
    bool ended; /* by an error: what was sent is all there is */
};

bool events_start(struct events *events, struct reply *reply);

/* One event, after the pause; `name` NULL: it has none. Takes the object. */
bool events_send(struct events *events, const char *name, cJSON *object);
/* One event that is no object, at once. */
bool events_send_text(struct events *events, const char *name, const char *data);

/* `good`: what the last call said. */
bool events_finish(struct events *events, bool good);

#endif
