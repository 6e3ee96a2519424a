/*
 * One connection: bytes in and out, with or without TLS. Every wait ends when the client goes or
 * when the server is told to stop. Used by one thread.
 */
#ifndef SIMULATOR_CONNECTION_H
#define SIMULATOR_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "tls.h"

#define CONNECTION_BUFFER 65536

struct connection {
    int fd;
    int stop_fd; /* readable once the server is to stop */
    long number;
    struct tls *tls; /* NULL without TLS */
    char in[CONNECTION_BUFFER];
    size_t start, end; /* what was received and not yet taken */
};

/* The greeting of TLS, if there is one. False when it failed. */
bool connection_greet(struct connection *connection);
/* Whether it chose HTTP/2. */
bool connection_speaks_http2(const struct connection *connection);

/* Without waiting: bytes, 0 at the end, or what is awaited (tls.h). */
ssize_t connection_read_now(struct connection *connection, char *data, size_t len);
ssize_t connection_write_now(struct connection *connection, const char *data, size_t len);

/* Receives more into `in`. False at the end of input, on an error, or when `in` is full. */
bool connection_fill(struct connection *connection);
/* At least one byte; 0 or less: no more comes. */
ssize_t connection_read(struct connection *connection, char *data, size_t len);
/* All of it, or false: the client is gone. */
bool connection_write(struct connection *connection, const char *data, size_t len);
/* True when the time has passed, false as soon as the client has gone. Below 0: until it goes. */
bool connection_wait(struct connection *connection, long ms);
/* From now on little is received ahead of what is taken, so a slow reader is felt. */
void connection_narrow(struct connection *connection);
/* `broken`: without the farewell of TLS. */
void connection_close(struct connection *connection, bool broken);

#endif
