/* Base64 (RFC 4648, with padding), of any part of the coded text. */
#ifndef SL_BASE64_H
#define SL_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint64_t sl__base64_length(uint64_t len)
{
    return (len + 2) / 3 * 4;
}

/* Copies up to `room` characters of the base64 of data[0…len) from `offset` on; returns how many.
 */
size_t sl__base64_read(const void *data, size_t len, uint64_t offset, char *to, size_t room);

/*
 * Decodes `len` characters into `to`, which has room for as many bytes, and sets `*count`. False
 * when they are no base64 with its padding.
 */
bool sl__base64_decode(const char *text, size_t len, unsigned char *to, uint64_t *count);

#endif
