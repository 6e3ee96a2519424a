/* The gzip coding of a body, as it is written. */
#ifndef SIMULATOR_CODING_H
#define SIMULATOR_CODING_H

#include "text.h"

struct coding;

struct coding *coding_new(void);
void coding_free(struct coding *coding);

/* Adds all that can be decoded so far to `out`; `last` ends the coding. */
void coding_add(struct coding *coding, struct text *out, const char *data, size_t len, bool last);

#endif
