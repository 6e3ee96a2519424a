/* Data URLs and base64, to the letter. */
#ifndef SIMULATOR_DATA_URL_H
#define SIMULATOR_DATA_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "failure.h"

#define MIME_ROOM 32

struct bytes {
    unsigned char *data; /* the caller frees it in every case */
    size_t len;
};

/* `name` begins the sentence of a refusal. */
bool base64_decode(const char *base64, struct bytes *bytes, const char *name,
                   struct failure *failure);
bool data_url_decode(const char *url, char mime[MIME_ROOM], struct bytes *bytes, const char *name,
                     struct failure *failure);

#endif
