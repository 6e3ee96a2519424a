/* What an operation about stored files works on; see op_files.c. */
#ifndef SL_ERRAND_H
#define SL_ERRAND_H

#include <stddef.h>

#include "buf.h"
#include "files_api.h"

struct sl__errand {
    char (*ids)[SL__MAX_FILE_ID + 1];
    size_t count, at; /* `at`: the one that is worked on */
    bool ready;       /* the key is there, and the account */
    bool answered;
    bool gone; /* the one before `at` is deleted, and the index is to know */
    char *detail;
    struct sl__account account;
    char path[SL__FILE_PATH];
    struct sl__buf reply;
    struct sl_error first; /* why the first that failed did */
};

/* With room for so many ids. NULL without memory. */
struct sl__errand *sl__errand_new(size_t count);
void sl__errand_free(struct sl__errand *errand); /* NULL is fine */

#endif
