/* What the command line says, and what all connections share. */
#ifndef SIMULATOR_SETTINGS_H
#define SIMULATOR_SETTINGS_H

#include "cache.h"
#include "journal.h"
#include "store.h"
#include "times.h"
#include "tls.h"

/* Constant while the server runs; what the pointers lead to is safe for every thread. */
struct settings {
    int port;
    long pace;          /* milliseconds between two chunks of a stream */
    const char *bodies; /* a directory, or NULL */
    const char *key;    /* the only one accepted, or NULL: any or none */
    bool http1_only;    /* HTTP/2 is not offered */
    bool stall_hello;   /* the TLS handshake never ends */
    struct journal *journal;
    struct tls_server *tls; /* NULL: plain HTTP */
    struct store *store;
    struct cache *cache;
    struct times *times;
};

#endif
