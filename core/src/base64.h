/* Base64 (RFC 4648, with padding), of any part of the coded text. */
#ifndef SL_BASE64_H
#define SL_BASE64_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t sl__base64_length(uint64_t len)
{
    return (len + 2) / 3 * 4;
}

/* Copies up to `room` characters of the base64 of data[0…len) from `offset` on; returns how many.
 */
size_t sl__base64_read(const void *data, size_t len, uint64_t offset, char *to, size_t room);

#endif
