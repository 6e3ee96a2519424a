/*
 * Getting a picture or video by its address, here instead of by the server.
 *
 * Nothing of ours goes along: no key, no cookie, no referrer. At most five redirects are followed,
 * to http and https alone. What is got lies in a file without a name, of at most SL__MAX_VIDEO
 * bytes; it has two minutes, and half a minute for each byte. What it is, its content says, and
 * whoever reads it.
 *
 * The own network is reached only when the person wrote an address into it (sl_media.typed), and
 * then that host alone: what the connection is made to counts, not what its name promised, and a
 * redirect from elsewhere leads nowhere. Through a proxy the hosts of addresses count.
 */
#ifndef SL_FETCH_H
#define SL_FETCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <sightline/error.h>

struct sl_config;

struct sl__fetch {
    const char *url;
    const char *name; /* for sentences */
    bool typed;       /* the person wrote the address */
    const struct sl_config *config;
    const atomic_bool *cancel;
    void (*progress)(uint64_t got, uint64_t total, void *context); /* or NULL; total 0: not known */
    void *context;
};

/*
 * On success `*fd` is the caller's. Worker: it waits for the network. Errors: SL_E_INVALID (it
 * leads into the own network), SL_E_NETWORK, SL_E_TLS, SL_E_HTTP, SL_E_TIMEOUT, SL_E_TOO_LARGE,
 * SL_E_CONFIG (SIGHTLINE_LOOPBACK_ONLY), SL_E_IO, SL_E_CANCELLED, SL_E_NOMEM.
 */
int sl__fetch(const struct sl__fetch *fetch, int *fd, struct sl_error *error);

#endif
