/*
 * A run of bytes that grows at its end, is used up at its start and never exceeds a maximum.
 *
 * Keys pass through here on their way to the client, so memory that is given up is overwritten
 * first.
 */
#ifndef EDITOR_BYTES_H
#define EDITOR_BYTES_H

#include <stddef.h>

struct bytes {
    char *data;
    size_t len, capacity;
    size_t max; /* set once, before the first append */
};

/* 0, or -1 and nothing appended: over the maximum, or no memory. */
int bytes_append(struct bytes *bytes, const void *data, size_t len);

/* Removes `count` bytes, at most all, from the start. */
void bytes_drop(struct bytes *bytes, size_t count);

/* Frees what is held; the maximum stays. */
void bytes_release(struct bytes *bytes);

/* Overwrites memory in a way that the compiler does not leave out. */
void wipe(void *memory, size_t len);

#endif
