/* Whether a failed exchange is tried again by itself, and when: a pure function of what is known.
 */
#ifndef SL_RETRY_H
#define SL_RETRY_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* A server that asks for a longer wait is not waited for: the person decides. */
enum { SL__LONGEST_WAIT_MS = 120000 };

/*
 * A server that fails later than this after it had the whole request may have worked on it, and
 * bill it.
 */
enum { SL__UNBILLED_MS = 10000 };

/* The limits of a provider, in milliseconds; a configuration's “timeouts” and “retries”. */
struct sl__limits {
    int64_t connect_ms;
    int64_t first_byte_ms; /* from the end of the body to the first byte of the answer's body */
    int64_t stall_ms;      /* without a byte in either direction, once bytes flow */
    unsigned retries;
    unsigned concurrency; /* requests at once to one origin; 0: as many as come */
};

#define SL__LIMITS_INIT                                                                            \
    {                                                                                              \
        .connect_ms = 30000, .first_byte_ms = 660000, .stall_ms = 180000, .retries = 4             \
    }

/* How an attempt failed. */
struct sl__attempt {
    unsigned number;        /* from 1 */
    int status;             /* 0: no answer came */
    bool sent;              /* the body had left whole */
    bool begun;             /* a byte of the answer's body was handed on */
    bool fatal;             /* in a way that time does not mend: a certificate, a proxy's 407 */
    int64_t after_ms;       /* of the body's end to the failure, where `sent` */
    int64_t retry_after_ms; /* what the server asked for, -1 when it did not */
};

/* Milliseconds to wait before the next attempt, -1 for none. `random` is any 32 bits. */
int64_t sl__retry_wait(const struct sl__limits *limits, const struct sl__attempt *attempt,
                       uint32_t random);

/* The value of a Retry-After header, seconds or a date, in milliseconds; -1 when it is neither. */
int64_t sl__retry_after(const char *value, time_t now);

#endif
