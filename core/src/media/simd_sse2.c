/* The inner loops in SSE2, which every x86-64 has. */
#include "simd.h"

#ifdef SL__SIMD_X86

#include <string.h>

#include <emmintrin.h>

#define SSE2 __attribute__((target("sse2")))

SSE2 static inline __m128i load(const void *p)
{
    return _mm_loadu_si128(p);
}

SSE2 static inline __m128i two_weights(const int16_t *weights)
{
    int32_t both;

    memcpy(&both, weights, sizeof both);
    return _mm_set1_epi32(both);
}

/* Adds 16 samples of two rows to four sums. */
SSE2 static inline void add_pair(__m128i sums[4], const unsigned char *a, const unsigned char *b,
                                 __m128i weights)
{
    const __m128i zero = _mm_setzero_si128();
    __m128i low = _mm_unpacklo_epi8(load(a), load(b)), high = _mm_unpackhi_epi8(load(a), load(b));

    sums[0] = _mm_add_epi32(sums[0], _mm_madd_epi16(_mm_unpacklo_epi8(low, zero), weights));
    sums[1] = _mm_add_epi32(sums[1], _mm_madd_epi16(_mm_unpackhi_epi8(low, zero), weights));
    sums[2] = _mm_add_epi32(sums[2], _mm_madd_epi16(_mm_unpacklo_epi8(high, zero), weights));
    sums[3] = _mm_add_epi32(sums[3], _mm_madd_epi16(_mm_unpackhi_epi8(high, zero), weights));
}

SSE2 static inline __m128i kept(__m128i low, __m128i high)
{
    const int shift = SL__WEIGHT_BITS - SL__KEPT_BITS;

    return _mm_packs_epi32(_mm_srai_epi32(low, shift), _mm_srai_epi32(high, shift));
}

/* Eight sums of two neighbours. */
SSE2 static inline __m128i add_neighbours(const unsigned char *p)
{
    __m128i both = load(p);

    return _mm_add_epi16(_mm_and_si128(both, _mm_set1_epi16(255)), _mm_srli_epi16(both, 8));
}

SSE2 static inline __m128i quarter(const unsigned char *a, const unsigned char *b)
{
    __m128i sum = _mm_add_epi16(add_neighbours(a), add_neighbours(b));

    return _mm_srli_epi16(_mm_add_epi16(sum, _mm_set1_epi32(0x00020001)), 2);
}

SSE2 static void halve(unsigned char *out, const unsigned char *a, const unsigned char *b, size_t n)
{
    size_t x = 0;

    for (; x + 16 <= n; x += 16)
        _mm_storeu_si128((__m128i *)(out + x),
                         _mm_packus_epi16(quarter(a + 2 * x, b + 2 * x),
                                          quarter(a + 2 * x + 16, b + 2 * x + 16)));
    sl__simd_plain.halve(out + x, a + 2 * x, b + 2 * x, n - x);
}

SSE2 static void columns(int16_t *out, const unsigned char *const *rows, const int16_t *weights,
                         uint32_t count, size_t n)
{
    const __m128i half = _mm_set1_epi32(1 << (SL__WEIGHT_BITS - SL__KEPT_BITS - 1));

    for (size_t at = 0; at < n; at += 32) {
        __m128i left[4] = {half, half, half, half}, right[4] = {half, half, half, half};

        for (uint32_t k = 0; k < count; k += 2) {
            __m128i both = two_weights(weights + k);

            add_pair(left, rows[k] + at, rows[k + 1] + at, both);
            add_pair(right, rows[k] + at + 16, rows[k + 1] + at + 16, both);
        }
        _mm_storeu_si128((__m128i *)(out + at), kept(left[0], left[1]));
        _mm_storeu_si128((__m128i *)(out + at + 8), kept(left[2], left[3]));
        _mm_storeu_si128((__m128i *)(out + at + 16), kept(right[0], right[1]));
        _mm_storeu_si128((__m128i *)(out + at + 24), kept(right[2], right[3]));
    }
}

SSE2 static inline __m128i dot(const int16_t *in, const int16_t *weights, uint32_t most)
{
    __m128i sum = _mm_madd_epi16(load(in), load(weights));

    for (uint32_t i = 8; i < most; i += 8)
        sum = _mm_add_epi32(sum, _mm_madd_epi16(load(in + i), load(weights + i)));
    return sum;
}

/* The sum of each, one beside the other. */
SSE2 static inline __m128i sum_of_each(__m128i a, __m128i b, __m128i c, __m128i d)
{
    __m128i ab = _mm_add_epi32(_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b));
    __m128i cd = _mm_add_epi32(_mm_unpacklo_epi32(c, d), _mm_unpackhi_epi32(c, d));

    return _mm_add_epi32(_mm_unpacklo_epi64(ab, cd), _mm_unpackhi_epi64(ab, cd));
}

SSE2 static inline uint32_t to_samples(__m128i sums)
{
    const int shift = SL__WEIGHT_BITS + SL__KEPT_BITS;
    __m128i values = _mm_srai_epi32(_mm_add_epi32(sums, _mm_set1_epi32(1 << (shift - 1))), shift);

    values = _mm_packs_epi32(values, values);
    return (uint32_t)_mm_cvtsi128_si32(_mm_packus_epi16(values, values));
}

SSE2 static void dots(unsigned char *out, unsigned step, const int16_t *in, const uint32_t *first,
                      const int16_t *weights, uint32_t most, size_t n)
{
    size_t x = 0;

    for (; x + 4 <= n; x += 4, weights += 4 * (size_t)most) {
        __m128i a = dot(in + first[x], weights, most);
        __m128i b = dot(in + first[x + 1], weights + most, most);
        __m128i c = dot(in + first[x + 2], weights + 2 * (size_t)most, most);
        __m128i d = dot(in + first[x + 3], weights + 3 * (size_t)most, most);
        uint32_t samples = to_samples(sum_of_each(a, b, c, d));

        for (size_t i = 0; i < 4; i++)
            out[(x + i) * step] = (unsigned char)(samples >> 8 * i);
    }
    sl__simd_plain.dots(out + x * step, step, in, first + x, weights, most, n - x);
}

static void split(int16_t *out, size_t plane, const int16_t *in, size_t n)
{
    sl__simd_plain.split(out, plane, in, n);
}

/* Two pixels as eight words. */
SSE2 static inline __m128i over_white(__m128i pixels)
{
    const __m128i full = _mm_set1_epi16(255);
    __m128i alpha = _mm_shufflehi_epi16(_mm_shufflelo_epi16(pixels, 0xff), 0xff);
    __m128i white = _mm_mullo_epi16(_mm_sub_epi16(full, alpha), full);
    __m128i sum =
        _mm_add_epi16(_mm_mullo_epi16(pixels, alpha), _mm_add_epi16(white, _mm_set1_epi16(128)));

    return _mm_srli_epi16(_mm_add_epi16(sum, _mm_srli_epi16(sum, 8)), 8);
}

/* Leaves out the last byte of each of four pixels; writes 14 bytes, of which two mean nothing. */
SSE2 static inline void store_colours(unsigned char *out, __m128i pixels)
{
    __m128i first = _mm_and_si128(pixels, _mm_set1_epi64x(0xffffff));
    __m128i second = _mm_and_si128(_mm_srli_epi64(pixels, 8), _mm_set1_epi64x(0xffffff000000));
    __m128i both = _mm_or_si128(first, second);

    _mm_storel_epi64((__m128i *)out, both);
    _mm_storel_epi64((__m128i *)(out + 6), _mm_unpackhi_epi64(both, both));
}

SSE2 static bool flatten(unsigned char *out, const unsigned char *in, size_t n)
{
    const __m128i zero = _mm_setzero_si128(), colours = _mm_set1_epi32(0xffffff);
    bool transparent = false;

    for (; n >= 5; n -= 4, in += 16, out += 12) {
        __m128i pixels = load(in);
        __m128i opaque = _mm_cmpeq_epi32(_mm_or_si128(pixels, colours), _mm_set1_epi32(-1));

        if (_mm_movemask_epi8(opaque) != 0xffff) {
            transparent = true;
            pixels = _mm_packus_epi16(over_white(_mm_unpacklo_epi8(pixels, zero)),
                                      over_white(_mm_unpackhi_epi8(pixels, zero)));
        }
        store_colours(out, pixels);
    }
    return sl__simd_plain.flatten(out, in, n) || transparent;
}

SSE2 static void undo_up(unsigned char *row, const unsigned char *above, size_t len)
{
    size_t i = 0;

    for (; i + 16 <= len; i += 16)
        _mm_storeu_si128((__m128i *)(row + i), _mm_add_epi8(load(row + i), load(above + i)));
    for (; i < len; i++)
        row[i] = (unsigned char)(row[i] + above[i]);
}

SSE2 static inline __m128i load_pixel(const unsigned char *p)
{
    int32_t bytes;

    memcpy(&bytes, p, sizeof bytes);
    return _mm_cvtsi32_si128(bytes);
}

SSE2 static inline void store_pixel(unsigned char *p, __m128i value, unsigned pixel)
{
    int32_t bytes = _mm_cvtsi128_si32(value);

    memcpy(p, &bytes, pixel);
}

SSE2 static inline __m128i absolute(__m128i words)
{
    return _mm_max_epi16(words, _mm_sub_epi16(_mm_setzero_si128(), words));
}

SSE2 static inline __m128i choose(__m128i mask, __m128i yes, __m128i no)
{
    return _mm_or_si128(_mm_and_si128(mask, yes), _mm_andnot_si128(mask, no));
}

/* In words: the nearest of a, b and c to a + b - c. */
SSE2 static inline __m128i paeth(__m128i a, __m128i b, __m128i c)
{
    __m128i bc = _mm_sub_epi16(b, c), ac = _mm_sub_epi16(a, c);
    __m128i pa = absolute(bc), pb = absolute(ac), pc = absolute(_mm_add_epi16(bc, ac));
    __m128i least = _mm_min_epi16(pc, _mm_min_epi16(pa, pb));

    return choose(_mm_cmpeq_epi16(least, pa), a, choose(_mm_cmpeq_epi16(least, pb), b, c));
}

/* A pixel of each row is read before the one left of it is written: that takes a byte more. */
SSE2 static inline void undo_by_pixel(unsigned char *row, const unsigned char *above,
                                      unsigned filter, size_t len, unsigned pixel)
{
    const __m128i zero = _mm_setzero_si128();
    __m128i a = zero, c = zero, in = load_pixel(row);

    for (size_t i = 0; i < len; i += pixel) {
        __m128i b = _mm_unpacklo_epi8(load_pixel(above + i), zero), guess = a;

        if (filter == 3)
            guess = _mm_srli_epi16(_mm_add_epi16(a, b), 1);
        else if (filter == 4)
            guess = paeth(a, b, c);
        a = _mm_add_epi8(_mm_unpacklo_epi8(in, zero), guess);
        in = load_pixel(row + i + pixel);
        store_pixel(row + i, _mm_packus_epi16(a, a), pixel);
        c = b;
    }
}

SSE2 static void undo_row(unsigned char *row, const unsigned char *above, unsigned filter,
                          size_t len, unsigned pixel)
{
    if (filter == 2)
        undo_up(row, above, len);
    else if (pixel == 4 && filter == 1)
        undo_by_pixel(row, above, 1, len, 4);
    else if (pixel == 4 && filter == 3)
        undo_by_pixel(row, above, 3, len, 4);
    else if (pixel == 4 && filter == 4)
        undo_by_pixel(row, above, 4, len, 4);
    else if (pixel == 3 && filter == 1)
        undo_by_pixel(row, above, 1, len, 3);
    else if (pixel == 3 && filter == 3)
        undo_by_pixel(row, above, 3, len, 3);
    else if (pixel == 3 && filter == 4)
        undo_by_pixel(row, above, 4, len, 3);
    else
        sl__unfilter_row(row, above, filter, len, pixel);
}

static void unfilter(unsigned char *rows, const unsigned char *above, uint32_t n, size_t len,
                     unsigned pixel)
{
    for (; n > 0; n--, above = rows + 1, rows += len + 1)
        undo_row(rows + 1, above, rows[0], len, pixel);
}

const struct sl__simd sl__simd_sse2 = {
    .name = "SSE2",
    .columns = columns,
    .halve = halve,
    .split = split,
    .dots = dots,
    .flatten = flatten,
    .unfilter = unfilter,
};

#endif
