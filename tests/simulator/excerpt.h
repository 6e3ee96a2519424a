/* How a text begins, quoted. */
#ifndef SIMULATOR_EXCERPT_H
#define SIMULATOR_EXCERPT_H

#include "text.h"

/* “Up to 60 characters, white space made single spaces…” */
void excerpt_add(struct text *text, const char *from, size_t len);

#endif
