/* TLS of the server's side, over a socket that does not block. */
#ifndef SIMULATOR_TLS_H
#define SIMULATOR_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tls_server; /* a certificate and its key, shared by all connections */
struct tls;        /* one connection's */

/* What an input or output call may return besides a number of bytes. */
enum { IO_FAILED = -1, IO_WANT_READ = -2, IO_WANT_WRITE = -3 };

/* NULL after a line on stderr. `http2`: a client that can speak it is told to. */
struct tls_server *tls_server_new(const char *certificate, const char *key, bool http2);
void tls_server_free(struct tls_server *server);

struct tls *tls_new(struct tls_server *server, int fd);
void tls_free(struct tls *tls);

/* 1 once the connection can be used, else what is awaited. */
ssize_t tls_greet(struct tls *tls);
bool tls_speaks_http2(struct tls *tls);
/* Whether the client came back to an earlier session. */
bool tls_is_resumed(struct tls *tls);
/* 0 is the end of input. */
ssize_t tls_read(struct tls *tls, void *data, size_t len);
ssize_t tls_write(struct tls *tls, const void *data, size_t len);
/* Tells the client that nothing more comes; not called where a connection is to break. */
void tls_end(struct tls *tls);

#endif
