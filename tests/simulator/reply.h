/*
 * One answer, with the faults that were asked for: whatever is written goes through here, so
 * `drop`, `stall`, `split`, `delay`, `gzip` and their like hold for every endpoint and for every
 * HTTP. A call that returns false means that the answer is over and nothing more is to be written.
 */
#ifndef SIMULATOR_REPLY_H
#define SIMULATOR_REPLY_H

#include "carrier.h"
#include "failure.h"
#include "request.h"
#include "text.h"

struct coding;

struct reply {
    struct carrier *carrier;
    const struct request *request;
    const struct settings *settings;
    enum failure_shape shape;
    struct coding *coding; /* NULL: the body goes out as it is */
    bool held_back;        /* the length must be known before the head goes out */
    int status;
    const char *type;
    struct text held;
    size_t sent;     /* bytes of the body, without the framing */
    const char *how; /* how it ended, for the journal */
};

void reply_init(struct reply *reply, struct carrier *carrier, const struct request *request);

/* `len` below 0: not known yet. */
bool reply_start(struct reply *reply, int status, const char *type, long len);
bool reply_write(struct reply *reply, const char *data, size_t len);
/* The body is whole. */
bool reply_finish(struct reply *reply);
/* A pause in which the client's going is noticed; below 0: until it goes. */
bool reply_pause(struct reply *reply, long ms);

/* Whole answers. */
bool reply_with(struct reply *reply, int status, const char *type, const char *body, size_t len);
/* Takes the object. */
bool reply_json(struct reply *reply, cJSON *object);
bool reply_failure(struct reply *reply, const struct failure *failure);
/* To another address. */
bool reply_redirect(struct reply *reply, const char *location);

/* Journals the end, and leaves the connection as it is to be left. */
void reply_end(struct reply *reply);

#endif
