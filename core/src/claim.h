/*
 * The right to store a content, which one request of one process has at a time. It ends with the
 * process, however that ends.
 */
#ifndef SL_CLAIM_H
#define SL_CLAIM_H

#include <stdbool.h>

#include "stored_index.h"

struct sl__claim {
    int fd;     /* -1 without */
    char *path; /* of a file that is there as long as somebody has the right, or wants it */
};

#define SL__CLAIM_INIT                                                                             \
    {                                                                                              \
        .fd = -1                                                                                   \
    }

/*
 * Takes the right to a content, in the state folder, which is there. False when another has it.
 * Where no such right can be had, since the folder is full or of a strange kind, it is granted.
 */
bool sl__claim_take(struct sl__claim *claim, const char *folder, const struct sl__account *account,
                    const unsigned char digest[SL__SHA256_BYTES]);

/* Once is enough; further calls do nothing. */
void sl__claim_release(struct sl__claim *claim);

#endif
