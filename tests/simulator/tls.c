/* TLS by OpenSSL. */
#include "tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The two structs are OpenSSL's own objects under our names, so that only this file includes it. */
static SSL_CTX *context_of(struct tls_server *server)
{
    return (SSL_CTX *)server;
}

static SSL *ssl_of(struct tls *tls)
{
    return (SSL *)tls;
}

/* The list of the client has each name after its length. */
static int choose_http2(SSL *ssl, const unsigned char **chosen, unsigned char *len,
                        const unsigned char *offered, unsigned offered_len, void *data)
{
    static const unsigned char wanted[] = "\2h2\10http/1.1";
    (void)ssl, (void)data;
    return SSL_select_next_proto((unsigned char **)(uintptr_t)chosen, len, wanted,
                                 sizeof wanted - 1, offered, offered_len) == OPENSSL_NPN_NEGOTIATED
               ? SSL_TLSEXT_ERR_OK
               : SSL_TLSEXT_ERR_NOACK;
}

struct tls_server *tls_server_new(const char *certificate, const char *key, bool http2)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
        SSL_CTX_use_certificate_chain_file(context, certificate) == 1 &&
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 &&
        SSL_CTX_check_private_key(context) == 1) {
        SSL_CTX_set_mode(context,
                         SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        if (http2)
            SSL_CTX_set_alpn_select_cb(context, choose_http2, NULL);
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

ssize_t tls_greet(struct tls *tls)
{
    ERR_clear_error();
    return outcome(ssl_of(tls), SSL_accept(ssl_of(tls)), 1);
}

bool tls_speaks_http2(struct tls *tls)
{
    const unsigned char *name = NULL;
    unsigned len = 0;
    SSL_get0_alpn_selected(ssl_of(tls), &name, &len);
    return len == 2 && !memcmp(name, "h2", 2);
}

bool tls_is_resumed(struct tls *tls)
{
    return SSL_session_reused(ssl_of(tls)) == 1;
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
