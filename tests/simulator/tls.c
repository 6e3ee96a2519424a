/* TLS by OpenSSL. */
#include "tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

/* The two structs are OpenSSL's own objects under our names, so that only this file includes it. */
static SSL_CTX *context_of(struct tls_server *server)
{
    return (SSL_CTX *)server;
}

static SSL *ssl_of(struct tls *tls)
{
    return (SSL *)tls;
}

struct tls_server *tls_server_new(const char *certificate, const char *key)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
        SSL_CTX_use_certificate_chain_file(context, certificate) == 1 &&
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 &&
        SSL_CTX_check_private_key(context) == 1) {
        SSL_CTX_set_mode(context,
                         SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        return (struct tls_server *)context;
    }
    fprintf(stderr, "sightline-simulator: --tls %s %s cannot be used: %s\n", certificate, key,
            ERR_reason_error_string(ERR_peek_last_error()));
    SSL_CTX_free(context);
    return NULL;
}

void tls_server_free(struct tls_server *server)
{
    SSL_CTX_free(context_of(server));
}

struct tls *tls_new(struct tls_server *server, int fd)
{
    SSL *ssl = SSL_new(context_of(server));
    if (!ssl || SSL_set_fd(ssl, fd) != 1) {
        fputs("sightline-simulator: out of memory for TLS\n", stderr);
        abort();
    }
    SSL_set_accept_state(ssl);
    return (struct tls *)ssl;
}

void tls_free(struct tls *tls)
{
    SSL_free(ssl_of(tls));
}

static ssize_t outcome(SSL *ssl, int result, size_t done)
{
    if (result == 1)
        return (ssize_t)done;
    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return IO_WANT_READ;
    case SSL_ERROR_WANT_WRITE:
        return IO_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    default:
        return IO_FAILED;
    }
}

ssize_t tls_read(struct tls *tls, void *data, size_t len)
{
    size_t done = 0;
    ERR_clear_error();
    int result = SSL_read_ex(ssl_of(tls), data, len, &done);
    return outcome(ssl_of(tls), result, done);
}

ssize_t tls_write(struct tls *tls, const void *data, size_t len)
{
    size_t done = 0;
    ERR_clear_error();
    int result = SSL_write_ex(ssl_of(tls), data, len, &done);
    return outcome(ssl_of(tls), result, done);
}

void tls_end(struct tls *tls)
{
    ERR_clear_error();
    SSL_shutdown(ssl_of(tls));
}
