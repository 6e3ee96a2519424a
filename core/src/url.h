/* The parts of a base URL that decide where a key and a picture may go. */
#ifndef SL_URL_H
#define SL_URL_H

#include <stdbool.h>

#include <sightline/error.h>

struct sl__url {
    char *base;   /* without a slash at its end */
    char *origin; /* scheme://host:port */
    char *host;
    bool loopback;
};

#define SL__URL_INIT                                                                               \
    {                                                                                              \
        0                                                                                          \
    }

/*
 * Reads and checks a base URL: http or https, a host, no user, no query, no fragment; plain http
 * for loopback only. Errors: SL_E_CONFIG, SL_E_NOMEM.
 */
int sl__url_parse(struct sl__url *url, const char *text, struct sl_error *error);
void sl__url_release(struct sl__url *url);

#endif
