/* What the command line says, and what all connections share. Constant while the server runs. */
#ifndef SIMULATOR_SETTINGS_H
#define SIMULATOR_SETTINGS_H

#include "journal.h"
#include "tls.h"

struct settings {
    int port;
    long pace;          /* milliseconds between two chunks of a stream */
    const char *bodies; /* a directory, or NULL */
    const char *key;    /* the only one accepted, or NULL: any or none */
    struct journal *journal;
    struct tls_server *tls; /* NULL: plain HTTP */
};

#endif
