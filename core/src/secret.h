/*
 * The desktop's secret service, through libsecret, which is opened on first use. Each call may wait
 * for a person to unlock the keyring. A machine without one is no error: see the results.
 */
#ifndef SL_SECRET_H
#define SL_SECRET_H

#include "buf.h"

enum sl__secret_result {
    SL__SECRET_DONE,
    SL__SECRET_NOTHING, /* the service is there and has no such key */
    SL__SECRET_NO_SERVICE,
};

enum sl__secret_result sl__secret_find(const char *provider, struct sl__buf *key);
enum sl__secret_result sl__secret_store(const char *provider, const char *key);
enum sl__secret_result sl__secret_remove(const char *provider);

#endif
