/* Base64, twelve bits at a time. */
#include <pthread.h>
#include <string.h>

#include "base64.h"

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The two characters of each twelve bits. */
static char pairs[4096][2];

/* The other way: the six bits of a character, or -1. */
static signed char values[256];

static void fill_tables(void)
{
    for (unsigned i = 0; i < 4096; i++) {
        pairs[i][0] = ALPHABET[i >> 6];
        pairs[i][1] = ALPHABET[i & 63];
    }
    memset(values, -1, sizeof values);
    for (int i = 0; i < 64; i++)
        values[(unsigned char)ALPHABET[i]] = (signed char)i;
}

static void prepare_tables(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fill_tables);
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
    prepare_tables();
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

/* The number of bytes in a group of four characters, or 0 when it is none. */
static size_t decode_group(const char text[4], unsigned char bytes[3])
{
    size_t digits = text[3] != '=' ? 4 : text[2] != '=' ? 3 : 2;
    unsigned bits = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i < digits ? values[(unsigned char)text[i]] : 0;
        if (value < 0)
            return 0;
        bits = bits << 6 | (unsigned)value;
    }
    for (size_t i = 0; i < 3; i++)
        bytes[i] = (unsigned char)(bits >> (16 - 8 * i));
    return digits - 1;
}

bool sl__base64_decode(const char *text, size_t len, unsigned char *to, uint64_t *count)
{
    uint64_t bytes = 0;
    prepare_tables();
    for (size_t i = 0; i + 4 <= len; i += 4) {
        unsigned char group[3];
        size_t some = decode_group(text + i, group);
        if (some == 0 || (some < 3 && i + 4 < len))
            return false;
        memcpy(to + bytes, group, some);
        bytes += some;
    }
    *count = bytes;
    return len % 4 == 0;
}
