/* SHA-256, with the processor's own instructions where it has them. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sha256.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(SL_SHA256_PLAIN)
#include <cpuid.h>
#include <immintrin.h>
#define HAVE_SHA_NI 1
#endif

enum { BLOCK = 64 };

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t word, unsigned by)
{
    return word >> by | word << (32 - by);
}

static uint32_t read_word(const unsigned char *from)
{
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static void expand(const unsigned char *block, uint32_t words[64])
{
    for (size_t i = 0; i < 16; i++)
        words[i] = read_word(block + 4 * i);
    for (size_t i = 16; i < 64; i++) {
        uint32_t a = words[i - 15], b = words[i - 2];
        words[i] = words[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + words[i - 7] +
                   (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
}

static void plain_block(uint32_t state[8], const unsigned char *block)
{
    uint32_t words[64], s[8];
    expand(block, words);
    memcpy(s, state, sizeof s);
    for (size_t i = 0; i < 64; i++) {
        uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        uint32_t first = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) + choice +
                         constants[i] + words[i];
        uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        uint32_t second = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) + majority;
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += first;
        s[0] = first + second;
    }
    for (size_t i = 0; i < 8; i++)
        state[i] += s[i];
}

static void plain(uint32_t state[8], const unsigned char *data, size_t blocks)
{
    for (; blocks > 0; blocks--, data += BLOCK)
        plain_block(state, data);
}

#ifdef HAVE_SHA_NI
/* Four words of the schedule from the sixteen before them, which move up. */
__attribute__((target("sha,sse4.1"))) static __m128i next_words(__m128i words[4])
{
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(words[0], words[1]),
                                _mm_alignr_epi8(words[3], words[2], 4));
    __m128i next = _mm_sha256msg2_epu32(sum, words[3]);
    words[0] = words[1];
    words[1] = words[2];
    words[2] = words[3];
    words[3] = next;
    return next;
}

__attribute__((target("sha,sse4.1"))) static void native_block(__m128i *abef, __m128i *cdgh,
                                                               const unsigned char *block)
{
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    __m128i words[4], first = *abef, second = *cdgh;
    for (size_t i = 0; i < 4; i++)
        words[i] = _mm_shuffle_epi8(
            _mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i)), swap);
    for (size_t i = 0; i < 16; i++) {
        __m128i word = i < 4 ? words[i] : next_words(words);
        __m128i added = _mm_add_epi32(
            word, _mm_loadu_si128((const __m128i *)(const void *)(constants + 4 * i)));
        second = _mm_sha256rnds2_epu32(second, first, added);
        first = _mm_sha256rnds2_epu32(first, second, _mm_shuffle_epi32(added, 0x0e));
    }
    *abef = _mm_add_epi32(*abef, first);
    *cdgh = _mm_add_epi32(*cdgh, second);
}

/* The instructions want the eight words as ABEF and CDGH. */
__attribute__((target("sha,sse4.1"))) static void native(uint32_t state[8],
                                                         const unsigned char *data, size_t blocks)
{
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(const void *)state), 0xb1);
    __m128i high =
        _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(const void *)(state + 4)), 0x1b);
    __m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xf0);
    for (; blocks > 0; blocks--, data += BLOCK)
        native_block(&abef, &cdgh, data);
    low = _mm_shuffle_epi32(abef, 0x1b);
    high = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)(void *)state, _mm_blend_epi16(low, high, 0xf0));
    _mm_storeu_si128((__m128i *)(void *)(state + 4), _mm_alignr_epi8(high, low, 8));
}

static bool native_there;

static void look_for_native(void)
{
    unsigned a, b, c, d;
    bool shuffles = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_1) && (c & bit_SSSE3);
    native_there = shuffles && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

/* Asked once: in a virtual machine the question takes longer than a block. */
static bool has_native(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, look_for_native);
    return native_there;
}
#endif

static void add_blocks(uint32_t state[8], const unsigned char *data, size_t blocks)
{
#ifdef HAVE_SHA_NI
    if (has_native()) {
        native(state, data, blocks);
        return;
    }
#endif
    plain(state, data, blocks);
}

void sl__sha256_init(struct sl__sha256 *sha)
{
    static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    *sha = (struct sl__sha256){.len = 0};
    memcpy(sha->state, start, sizeof start);
}

/* Fills the block that has begun; returns how much of the data went into it. */
static size_t fill_block(struct sl__sha256 *sha, const unsigned char *data, size_t len)
{
    size_t used = (size_t)(sha->len % BLOCK), room = BLOCK - used;
    size_t count = len < room ? len : room;
    memcpy(sha->block + used, data, count);
    if (count == room)
        add_blocks(sha->state, sha->block, 1);
    return count;
}

void sl__sha256_add(struct sl__sha256 *sha, const void *data, size_t len)
{
    const unsigned char *from = data;
    size_t taken = sha->len % BLOCK > 0 && len > 0 ? fill_block(sha, from, len) : 0;
    size_t blocks = (len - taken) / BLOCK, rest = (len - taken) % BLOCK;
    add_blocks(sha->state, from + taken, blocks);
    if (rest > 0)
        memcpy(sha->block, from + len - rest, rest);
    sha->len += len;
}

void sl__sha256_finish(struct sl__sha256 *sha, unsigned char digest[SL__SHA256_BYTES])
{
    static const unsigned char padding[BLOCK] = {0x80};
    uint64_t bits = sha->len * 8;
    size_t used = (size_t)(sha->len % BLOCK);
    unsigned char length[8];
    for (size_t i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    sl__sha256_add(sha, padding, (used < 56 ? 56 : 120) - used);
    sl__sha256_add(sha, length, sizeof length);
    for (size_t i = 0; i < SL__SHA256_BYTES; i++)
        digest[i] = (unsigned char)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}

void sl__sha256_text(const unsigned char digest[SL__SHA256_BYTES], char text[65])
{
    for (size_t i = 0; i < SL__SHA256_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool sl__sha256_parse(const char *text, unsigned char digest[SL__SHA256_BYTES])
{
    if (strlen(text) != 2 * SL__SHA256_BYTES)
        return false;
    for (size_t i = 0; i < SL__SHA256_BYTES; i++) {
        int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        digest[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}
