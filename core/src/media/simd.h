/*
 * The inner loops over samples, in the instructions that the machine has.
 *
 * Every set gives the same bytes: arithmetic is in whole numbers, and no sum can overflow.
 */
#ifndef SL__SIMD_H
#define SL__SIMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined __GNUC__ && defined __x86_64__
#define SL__SIMD_X86 1
#elif defined __aarch64__ && defined __ARM_NEON && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define SL__SIMD_NEON 1
#endif

#define SL__WEIGHT_BITS 14 /* of fraction, in a weight */
#define SL__KEPT_BITS 6    /* of fraction, in a sample between the two directions of scaling */
#define SL__BLOCK 64       /* columns are summed in blocks of so many samples */
#define SL__LANES 16       /* weights of a row come in blocks of so many */
#define SL__UNFILTER_ROOM 16

struct sl__simd {
    const char *name;
    /*
     * Adds `count` rows, an even number, each with its weight, into samples with SL__KEPT_BITS.
     * `n` is a multiple of SL__BLOCK; the rows have as many samples.
     */
    void (*columns)(int16_t *out, const unsigned char *const *rows, const int16_t *weights,
                    uint32_t count, size_t n);
    /*
     * Makes each of `n` samples of two of row `a` and the two under them of row `b`. Halves are
     * rounded down and up in turn, so that the mean stays.
     */
    void (*halve)(unsigned char *out, const unsigned char *a, const unsigned char *b, size_t n);
    /* Puts the three channels of `n` pixels apart, `plane` samples one behind the other. */
    void (*split)(int16_t *out, size_t plane, const int16_t *in, size_t n);
    /*
     * Makes `n` samples of a row and writes them `step` bytes apart. Each is made of `most` samples
     * of `in`, a multiple of SL__LANES, from its own place in `first` on; where fewer make it, the
     * other weights are zero.
     */
    void (*dots)(unsigned char *out, unsigned step, const int16_t *in, const uint32_t *first,
                 const int16_t *weights, uint32_t most, size_t n);
    /* Lays `n` pixels of RGBA on white; returns whether any was not opaque. */
    bool (*flatten)(unsigned char *out, const unsigned char *in, size_t n);
    /*
     * Undoes the filters of `n` rows of a PNG in place. Each has the number of its filter, 0 to 4,
     * and then `len` bytes, of `pixel` bytes a pixel; they follow each other without a gap, and
     * SL__UNFILTER_ROOM bytes that nobody reads behind the last. `above` is the row over them.
     */
    void (*unfilter)(unsigned char *rows, const unsigned char *above, uint32_t n, size_t len,
                     unsigned pixel);
};

/* The set `i` that this machine can run, the fastest first; NULL when there are no more. */
const struct sl__simd *sl__simd_at(size_t i);

extern const struct sl__simd sl__simd_plain, sl__simd_sse2, sl__simd_avx2, sl__simd_neon;

/* simd_plain.c: one row, for what a set has no faster way for. */
void sl__unfilter_row(unsigned char *row, const unsigned char *above, unsigned filter, size_t len,
                      unsigned pixel);

#endif
