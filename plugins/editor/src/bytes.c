/* The bounded byte buffer of bytes.h. */
#include "bytes.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 4096 };

void wipe(void *memory, size_t len)
{
    volatile unsigned char *byte = memory;

    while (len--)
        *byte++ = 0;
}

/* Not realloc, which would leave the old bytes behind unwiped. */
static int grow(struct bytes *bytes, size_t needed)
{
    size_t capacity = bytes->capacity ? bytes->capacity : FIRST_CAPACITY;
    char *data;

    while (capacity < needed)
        capacity *= 2;
    data = malloc(capacity);
    if (!data)
        return -1;
    if (bytes->len)
        memcpy(data, bytes->data, bytes->len);
    wipe(bytes->data, bytes->len);
    free(bytes->data);
    bytes->data = data;
    bytes->capacity = capacity;
    return 0;
}

int bytes_append(struct bytes *bytes, const void *data, size_t len)
{
    if (len > bytes->max - bytes->len)
        return -1;
    if (bytes->len + len > bytes->capacity && grow(bytes, bytes->len + len))
        return -1;
    if (len)
        memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
    return 0;
}

void bytes_drop(struct bytes *bytes, size_t count)
{
    size_t left = bytes->len - count;

    if (!count)
        return;
    memmove(bytes->data, bytes->data + count, left);
    wipe(bytes->data + left, count);
    bytes->len = left;
}

void bytes_release(struct bytes *bytes)
{
    wipe(bytes->data, bytes->len);
    free(bytes->data);
    bytes->data = NULL;
    bytes->len = bytes->capacity = 0;
}
