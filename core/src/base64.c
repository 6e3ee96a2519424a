/* Base64, twelve bits at a time. */
#include <pthread.h>
#include <string.h>

#include "base64.h"

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The two characters of each twelve bits. */
static char pairs[4096][2];

static void fill_pairs(void)
{
    for (unsigned i = 0; i < 4096; i++) {
        pairs[i][0] = ALPHABET[i >> 6];
        pairs[i][1] = ALPHABET[i & 63];
    }
}

static void encode_whole(const unsigned char *from, size_t groups, char *to)
{
    for (; groups > 0; groups--, from += 3, to += 4) {
        unsigned bits = (unsigned)from[0] << 16 | (unsigned)from[1] << 8 | from[2];
        memcpy(to, pairs[bits >> 12], 2);
        memcpy(to + 2, pairs[bits & 4095], 2);
    }
}

/* One group of four characters, also the padded last one. */
static void encode_group(const unsigned char *from, size_t len, char to[4])
{
    unsigned char bytes[3] = {0};
    memcpy(bytes, from, len < 3 ? len : 3);
    encode_whole(bytes, 1, to);
    for (size_t i = len + 1; i < 4; i++)
        to[i] = '=';
}

size_t sl__base64_read(const void *data, size_t len, uint64_t offset, char *to, size_t room)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fill_pairs);
    const unsigned char *from = data;
    uint64_t total = sl__base64_length(len);
    size_t copied = 0;
    while (copied < room && offset < total) {
        size_t at = (size_t)(offset / 4) * 3, skip = (size_t)(offset % 4);
        size_t groups = (len - at) / 3, fit = (room - copied) / 4;
        size_t whole = skip > 0 ? 0 : groups < fit ? groups : fit;
        size_t count = whole * 4;
        if (whole > 0) {
            encode_whole(from + at, whole, to + copied);
        } else {
            char group[4];
            encode_group(from + at, len - at, group);
            count = 4 - skip < room - copied ? 4 - skip : room - copied;
            memcpy(to + copied, group + skip, count);
        }
        copied += count;
        offset += count;
    }
    return copied;
}
