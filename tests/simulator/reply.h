/*
 * One response, with the faults that were asked for: whatever is written goes through here, so
 * `drop`, `stall`, `split` and `delay` hold for every endpoint. Every call that returns false means
 * that the connection is over and nothing more is to be written.
 */
#ifndef SIMULATOR_REPLY_H
#define SIMULATOR_REPLY_H

#include "connection.h"
#include "failure.h"
#include "request.h"

struct reply {
    struct connection *connection;
    struct journal *journal;
    const struct request *request;
    bool chunked, keep_alive;
    size_t sent;     /* bytes of the body, without the framing */
    const char *how; /* how it ended, for the journal */
};

void reply_init(struct reply *reply, struct connection *connection, const struct settings *settings,
                const struct request *request);

/* `len` below 0: not known, so the body is chunked. */
bool reply_start(struct reply *reply, int status, const char *type, long len);
bool reply_write(struct reply *reply, const char *data, size_t len);
/* The body is whole. */
bool reply_finish(struct reply *reply);
/* A pause in which the client's going is noticed. */
bool reply_pause(struct reply *reply, long ms);

/* Whole responses. */
bool reply_with(struct reply *reply, int status, const char *type, const char *body);
bool reply_failure(struct reply *reply, const struct failure *failure);

/*
 * Journals the end. True when the connection can take another request; *broken when the response
 * is not whole.
 */
bool reply_end(struct reply *reply, bool *broken);

#endif
