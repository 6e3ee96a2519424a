/* The stored files. Their bytes lie in one temporary file that has no name, so nothing is left. */
#ifndef SIMULATOR_STORE_H
#define SIMULATOR_STORE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "data_url.h"
#include "failure.h"

#define STORE_MAX_FILES 1000
#define STORE_MAX_BYTES 128000000 /* of one file */

struct store;

/* Any thread may call all but the first two. NULL when the temporary file cannot be made. */
struct store *store_new(void);
void store_free(struct store *store);

/* The File object, or NULL with a failure. `status` is what the object says. The caller owns it. */
cJSON *store_add(struct store *store, const char *filename, const char *purpose, const char *status,
                 const char *data, size_t len, struct failure *failure);

/* A File object of that id, or NULL. The caller owns it. */
cJSON *store_find(struct store *store, const char *id);
/* An array of all. */
cJSON *store_list(struct store *store);
bool store_remove(struct store *store, const char *id);

/* A copy of a file's bytes; false when there is none of that id. */
bool store_read(struct store *store, const char *id, struct bytes *bytes);

#endif
