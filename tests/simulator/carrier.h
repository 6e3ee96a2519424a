/*
 * What carries one answer to the client: an HTTP/1.1 connection or a stream of HTTP/2. Whoever
 * answers knows no more of HTTP than this. A call that returns false means that the client has
 * gone, and nothing more is to be written.
 */
#ifndef SIMULATOR_CARRIER_H
#define SIMULATOR_CARRIER_H

#include <stdbool.h>
#include <stddef.h>

#include "failure.h"

struct header {
    const char *name, *value; /* the name as HTTP/1.1 writes it; HTTP/2 makes it lower-case */
};

/* How an answer's end leaves the connection. */
enum ending {
    ENDING_KEPT,  /* whole, and the connection takes more requests */
    ENDING_LAST,  /* whole, and the client is told that no more are taken */
    ENDING_CUT,   /* whole, and the connection closes without a word */
    ENDING_BREAK, /* not whole: on HTTP/2 only its stream ends */
    ENDING_CLOSE, /* not whole: the connection closes */
};

struct carrier;

struct carrier_way {
    /* `len` below 0: not known. `planned`: how a whole answer will leave the connection. */
    bool (*head)(struct carrier *, int status, const struct header *headers, size_t count, long len,
                 enum ending planned);
    /* The first `part` of a piece of `len` bytes; the rest will never come where it is less. */
    bool (*data)(struct carrier *, const char *data, size_t part, size_t len);
    bool (*finish)(struct carrier *);
    /* True when the time has passed; below 0: until the client goes. */
    bool (*pause)(struct carrier *, long ms);
    void (*end)(struct carrier *, enum ending ending);
};

struct carrier {
    const struct carrier_way *way;
};

#endif
