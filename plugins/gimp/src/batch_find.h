/* The pictures of a batch. */
#ifndef BATCH_FIND_H
#define BATCH_FIND_H

#include "batch.h"

/*
 * Appends an item for each picture that is to be asked about, in the order of their names, and
 * counts in `*skipped` those that have a text already. Errors: SL_E_INVALID (there is none),
 * SL_E_IO (the folder cannot be read).
 */
int batch_find(const struct batch_wish *wish, GPtrArray *items, int *skipped,
               struct sl_error *error);

/* Whether only GIMP reads such a file. */
bool batch_is_gimps(const char *name);

/* The path of the text file beside a picture, to be freed with g_free. */
char *batch_sidecar(const char *path);

#endif
