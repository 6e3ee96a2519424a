/* SHA-256 (FIPS 180-4), of bytes that come piece by piece. */
#ifndef SL_SHA256_H
#define SL_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SL__SHA256_BYTES = 32 };

struct sl__sha256 {
    uint32_t state[8];
    uint64_t len;            /* bytes so far */
    unsigned char block[64]; /* those that fill no block yet */
};

void sl__sha256_init(struct sl__sha256 *sha);
void sl__sha256_add(struct sl__sha256 *sha, const void *data, size_t len);
void sl__sha256_finish(struct sl__sha256 *sha, unsigned char digest[SL__SHA256_BYTES]);

/* The digest as 64 hexadecimal digits and a NUL. */
void sl__sha256_text(const unsigned char digest[SL__SHA256_BYTES], char text[65]);

/* Back from such a text; false for any other. */
bool sl__sha256_parse(const char *text, unsigned char digest[SL__SHA256_BYTES]);

#endif
