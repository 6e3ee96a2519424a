/*
 * The desktop's secret service, through libsecret, which is opened on first use. A call may wait
 * for a person to unlock the keyring: it ends early when `cancel`, which may be NULL, is set, and
 * after a minute. What the service says later is overwritten and thrown away.
 */
#ifndef SL_SECRET_H
#define SL_SECRET_H

#include <stdatomic.h>

#include "buf.h"

enum sl__secret_result {
    SL__SECRET_DONE,       /* for a search: found */
    SL__SECRET_NOTHING,    /* the service is there and has no such key */
    SL__SECRET_NO_SERVICE, /* this machine or session has none */
    SL__SECRET_REFUSED,    /* it is locked, or did not answer */
    SL__SECRET_CANCELLED,
    SL__SECRET_NO_MEMORY,
};

enum sl__secret_result sl__secret_find(const char *provider, const atomic_bool *cancel,
                                       struct sl__buf *key);

/* An empty key removes what is stored. */
enum sl__secret_result sl__secret_store(const char *provider, const char *key,
                                        const atomic_bool *cancel);

#endif
