/* How often each base path was asked, for the instruction `times`. */
#ifndef SIMULATOR_TIMES_H
#define SIMULATOR_TIMES_H

#include <stddef.h>

struct times;

struct times *times_new(void);
void times_free(struct times *times);

/* How often this was called with the same bytes, this time included. Any thread. */
long times_count(struct times *times, const char *path, size_t len);

#endif
