/* The inner loops in AVX2. */
#include "simd.h"

#ifdef SL__SIMD_X86

#include <string.h>

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i load(const void *p)
{
    return _mm256_loadu_si256(p);
}

AVX2 static inline __m256i two_weights(const int16_t *weights)
{
    int32_t both;

    memcpy(&both, weights, sizeof both);
    return _mm256_set1_epi32(both);
}

/* Adds 32 samples of two rows to four sums: the low and the high half of each lane apart. */
AVX2 static inline void add_pair(__m256i sums[4], const unsigned char *a, const unsigned char *b,
                                 __m256i weights)
{
    const __m256i zero = _mm256_setzero_si256();
    __m256i low = _mm256_unpacklo_epi8(load(a), load(b));
    __m256i high = _mm256_unpackhi_epi8(load(a), load(b));

    sums[0] =
        _mm256_add_epi32(sums[0], _mm256_madd_epi16(_mm256_unpacklo_epi8(low, zero), weights));
    sums[1] =
        _mm256_add_epi32(sums[1], _mm256_madd_epi16(_mm256_unpackhi_epi8(low, zero), weights));
    sums[2] =
        _mm256_add_epi32(sums[2], _mm256_madd_epi16(_mm256_unpacklo_epi8(high, zero), weights));
    sums[3] =
        _mm256_add_epi32(sums[3], _mm256_madd_epi16(_mm256_unpackhi_epi8(high, zero), weights));
}

/* Sixteen sums of two neighbours. */
AVX2 static inline __m256i add_neighbours(const unsigned char *p)
{
    return _mm256_maddubs_epi16(load(p), _mm256_set1_epi8(1));
}

AVX2 static inline __m256i quarter(const unsigned char *a, const unsigned char *b)
{
    __m256i sum = _mm256_add_epi16(add_neighbours(a), add_neighbours(b));

    return _mm256_srli_epi16(_mm256_add_epi16(sum, _mm256_set1_epi32(0x00020001)), 2);
}

AVX2 static void halve(unsigned char *out, const unsigned char *a, const unsigned char *b, size_t n)
{
    size_t x = 0;

    for (; x + 32 <= n; x += 32) {
        __m256i both = _mm256_packus_epi16(quarter(a + 2 * x, b + 2 * x),
                                           quarter(a + 2 * x + 32, b + 2 * x + 32));

        _mm256_storeu_si256((__m256i *)(out + x), _mm256_permute4x64_epi64(both, 0xd8));
    }
    sl__simd_plain.halve(out + x, a + 2 * x, b + 2 * x, n - x);
}

AVX2 static inline __m256i kept(__m256i low, __m256i high)
{
    const int shift = SL__WEIGHT_BITS - SL__KEPT_BITS;

    return _mm256_packs_epi32(_mm256_srai_epi32(low, shift), _mm256_srai_epi32(high, shift));
}

AVX2 static inline void store_block(int16_t *out, const __m256i sums[4])
{
    __m256i low = kept(sums[0], sums[1]), high = kept(sums[2], sums[3]);

    _mm256_storeu_si256((__m256i *)out, _mm256_permute2x128_si256(low, high, 0x20));
    _mm256_storeu_si256((__m256i *)(out + 16), _mm256_permute2x128_si256(low, high, 0x31));
}

AVX2 static void columns(int16_t *out, const unsigned char *const *rows, const int16_t *weights,
                         uint32_t count, size_t n)
{
    const __m256i half = _mm256_set1_epi32(1 << (SL__WEIGHT_BITS - SL__KEPT_BITS - 1));

    for (size_t at = 0; at < n; at += SL__BLOCK) {
        __m256i left[4] = {half, half, half, half}, right[4] = {half, half, half, half};

        for (uint32_t k = 0; k < count; k += 2) {
            __m256i both = two_weights(weights + k);

            add_pair(left, rows[k] + at, rows[k + 1] + at, both);
            add_pair(right, rows[k] + at + 32, rows[k + 1] + at + 32, both);
        }
        store_block(out + at, left);
        store_block(out + at + 32, right);
    }
}

/* Which two bytes of 16 make each of the eight samples of a channel; the rest come from another. */
#define NONE -1, -1
#define SAMPLE(i) 2 * (i), 2 * (i) + 1

AVX2 static inline __m128i gather(__m128i a, __m128i b, __m128i c, __m128i of_a, __m128i of_b,
                                  __m128i of_c)
{
    return _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, of_a), _mm_shuffle_epi8(b, of_b)),
                        _mm_shuffle_epi8(c, of_c));
}

AVX2 static void split(int16_t *out, size_t plane, const int16_t *in, size_t n)
{
    const __m128i first[3] = {
        _mm_setr_epi8(SAMPLE(0), SAMPLE(3), SAMPLE(6), NONE, NONE, NONE, NONE, NONE),
        _mm_setr_epi8(NONE, NONE, NONE, SAMPLE(1), SAMPLE(4), SAMPLE(7), NONE, NONE),
        _mm_setr_epi8(NONE, NONE, NONE, NONE, NONE, NONE, SAMPLE(2), SAMPLE(5))};
    const __m128i second[3] = {
        _mm_setr_epi8(SAMPLE(1), SAMPLE(4), SAMPLE(7), NONE, NONE, NONE, NONE, NONE),
        _mm_setr_epi8(NONE, NONE, NONE, SAMPLE(2), SAMPLE(5), NONE, NONE, NONE),
        _mm_setr_epi8(NONE, NONE, NONE, NONE, NONE, SAMPLE(0), SAMPLE(3), SAMPLE(6))};
    const __m128i third[3] = {
        _mm_setr_epi8(SAMPLE(2), SAMPLE(5), NONE, NONE, NONE, NONE, NONE, NONE),
        _mm_setr_epi8(NONE, NONE, SAMPLE(0), SAMPLE(3), SAMPLE(6), NONE, NONE, NONE),
        _mm_setr_epi8(NONE, NONE, NONE, NONE, NONE, SAMPLE(1), SAMPLE(4), SAMPLE(7))};
    size_t i = 0;

    for (; i + 8 <= n; i += 8, in += 24) {
        __m128i a = _mm_loadu_si128((const __m128i *)in);
        __m128i b = _mm_loadu_si128((const __m128i *)(in + 8));
        __m128i c = _mm_loadu_si128((const __m128i *)(in + 16));

        _mm_storeu_si128((__m128i *)(out + i), gather(a, b, c, first[0], first[1], first[2]));
        _mm_storeu_si128((__m128i *)(out + plane + i),
                         gather(a, b, c, second[0], second[1], second[2]));
        _mm_storeu_si128((__m128i *)(out + 2 * plane + i),
                         gather(a, b, c, third[0], third[1], third[2]));
    }
    sl__simd_plain.split(out + i, plane, in, n - i);
}

AVX2 static inline __m256i dot(const int16_t *in, const int16_t *weights, uint32_t most)
{
    __m256i sum = _mm256_madd_epi16(load(in), load(weights));

    for (uint32_t i = SL__LANES; i < most; i += SL__LANES)
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(load(in + i), load(weights + i)));
    return sum;
}

/* The sum of each, one beside the other. */
AVX2 static inline __m128i sum_of_each(__m256i a, __m256i b, __m256i c, __m256i d)
{
    __m256i all = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));

    return _mm_add_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
}

AVX2 static inline uint32_t to_samples(__m128i sums)
{
    const int shift = SL__WEIGHT_BITS + SL__KEPT_BITS;
    __m128i values = _mm_srai_epi32(_mm_add_epi32(sums, _mm_set1_epi32(1 << (shift - 1))), shift);

    values = _mm_packs_epi32(values, values);
    return (uint32_t)_mm_cvtsi128_si32(_mm_packus_epi16(values, values));
}

/* Returns how many samples it made, all but at most three. */
AVX2 static inline size_t dots_of(unsigned char *out, unsigned step, const int16_t *in,
                                  const uint32_t *first, const int16_t *weights, uint32_t most,
                                  size_t n)
{
    size_t x = 0;

    for (; x + 4 <= n; x += 4, weights += 4 * (size_t)most) {
        __m256i a = dot(in + first[x], weights, most);
        __m256i b = dot(in + first[x + 1], weights + most, most);
        __m256i c = dot(in + first[x + 2], weights + 2 * (size_t)most, most);
        __m256i d = dot(in + first[x + 3], weights + 3 * (size_t)most, most);
        uint32_t samples = to_samples(sum_of_each(a, b, c, d));

        for (size_t i = 0; i < 4; i++)
            out[(x + i) * step] = (unsigned char)(samples >> 8 * i);
    }
    return x;
}

/* The numbers of weights that a halving or less and most screenshots have are known in advance. */
AVX2 static void dots(unsigned char *out, unsigned step, const int16_t *in, const uint32_t *first,
                      const int16_t *weights, uint32_t most, size_t n)
{
    size_t done;

    if (most == SL__LANES && step == 1)
        done = dots_of(out, 1, in, first, weights, SL__LANES, n);
    else if (most == SL__LANES)
        done = dots_of(out, step, in, first, weights, SL__LANES, n);
    else if (most == 2 * SL__LANES)
        done = dots_of(out, step, in, first, weights, 2 * SL__LANES, n);
    else
        done = dots_of(out, step, in, first, weights, most, n);
    sl__simd_plain.dots(out + done * step, step, in, first + done, weights + done * most, most,
                        n - done);
}

/* Four pixels as 16 words. */
AVX2 static inline __m256i over_white(__m256i pixels)
{
    const __m256i full = _mm256_set1_epi16(255);
    __m256i alpha = _mm256_shufflehi_epi16(_mm256_shufflelo_epi16(pixels, 0xff), 0xff);
    __m256i white = _mm256_mullo_epi16(_mm256_sub_epi16(full, alpha), full);
    __m256i sum = _mm256_add_epi16(_mm256_mullo_epi16(pixels, alpha),
                                   _mm256_add_epi16(white, _mm256_set1_epi16(128)));

    return _mm256_srli_epi16(_mm256_add_epi16(sum, _mm256_srli_epi16(sum, 8)), 8);
}

/* Leaves out the last byte of each of eight pixels; writes 28 bytes, of which four mean nothing. */
AVX2 static inline void store_colours(unsigned char *out, __m256i pixels)
{
    const __m256i order = _mm256_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1,
                                           0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
    __m256i close = _mm256_shuffle_epi8(pixels, order);

    _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(close));
    _mm_storeu_si128((__m128i *)(out + 12), _mm256_extracti128_si256(close, 1));
}

AVX2 static bool flatten(unsigned char *out, const unsigned char *in, size_t n)
{
    const __m256i zero = _mm256_setzero_si256(), colours = _mm256_set1_epi32(0xffffff);
    bool transparent = false;

    for (; n >= 10; n -= 8, in += 32, out += 24) {
        __m256i pixels = load(in);
        __m256i opaque =
            _mm256_cmpeq_epi32(_mm256_or_si256(pixels, colours), _mm256_set1_epi32(-1));

        if (_mm256_movemask_epi8(opaque) != -1) {
            transparent = true;
            pixels = _mm256_packus_epi16(over_white(_mm256_unpacklo_epi8(pixels, zero)),
                                         over_white(_mm256_unpackhi_epi8(pixels, zero)));
        }
        store_colours(out, pixels);
    }
    return sl__simd_plain.flatten(out, in, n) || transparent;
}

/*
 * Four rows at a time, each a pixel behind the one above it, so that of all of them what is left,
 * above and left above is known. A row is four words of a register; where its filter does not look
 * at a neighbour, the neighbour is taken for black, and what Paeth's choice comes to is that
 * filter.
 */
#define TEAM 4

struct team {
    unsigned char *rows[TEAM];
    const unsigned char *above;
    __m256i see_a, see_b, see_c, average; /* of each row: ones or zeros */
    __m256i a, b, c;
    uint32_t next[TEAM]; /* the coded pixel of each row */
};

AVX2 static inline uint32_t load_pixel(const unsigned char *p)
{
    uint32_t bytes;

    memcpy(&bytes, p, sizeof bytes);
    return bytes;
}

AVX2 static __m256i of_rows(const bool of[TEAM])
{
    return _mm256_setr_epi64x(-(long long)of[0], -(long long)of[1], -(long long)of[2],
                              -(long long)of[3]);
}

AVX2 static void team_init(struct team *t, unsigned char *rows, const unsigned char *above,
                           size_t len)
{
    bool a[TEAM], b[TEAM], c[TEAM], average[TEAM];

    for (unsigned k = 0; k < TEAM; k++) {
        unsigned char *row = rows + k * (len + 1);

        a[k] = row[0] == 1 || row[0] == 3 || row[0] == 4;
        b[k] = row[0] == 2 || row[0] == 3 || row[0] == 4;
        c[k] = row[0] == 4;
        average[k] = row[0] == 3;
        t->rows[k] = row + 1;
        t->next[k] = load_pixel(row + 1);
    }
    t->above = above;
    t->see_a = of_rows(a);
    t->see_b = of_rows(b);
    t->see_c = of_rows(c);
    t->average = of_rows(average);
    t->a = t->b = t->c = _mm256_setzero_si256();
}

AVX2 static inline __m256i guess(const struct team *t, bool average)
{
    __m256i a = _mm256_and_si256(t->a, t->see_a), b = _mm256_and_si256(t->b, t->see_b);
    __m256i c = _mm256_and_si256(t->c, t->see_c);
    __m256i bc = _mm256_sub_epi16(b, c), ac = _mm256_sub_epi16(a, c);
    __m256i pa = _mm256_abs_epi16(bc), pb = _mm256_abs_epi16(ac);
    __m256i pc = _mm256_abs_epi16(_mm256_add_epi16(bc, ac));
    __m256i least = _mm256_min_epi16(pc, _mm256_min_epi16(pa, pb));
    __m256i near = _mm256_blendv_epi8(c, b, _mm256_cmpeq_epi16(least, pb));

    near = _mm256_blendv_epi8(near, a, _mm256_cmpeq_epi16(least, pa));
    return average
               ? _mm256_blendv_epi8(near, _mm256_srli_epi16(_mm256_add_epi16(a, b), 1), t->average)
               : near;
}

/* Row k is at pixel s - k. Afterwards `a` is what was made of each row. */
AVX2 static inline void team_step(struct team *t, uint32_t above, bool average)
{
    __m128i coded =
        _mm_setr_epi32((int)t->next[0], (int)t->next[1], (int)t->next[2], (int)t->next[3]);
    __m256i top = _mm256_zextsi128_si256(_mm_cvtepu8_epi16(_mm_cvtsi32_si128((int)above)));

    t->c = t->b;
    t->b = _mm256_blend_epi32(_mm256_permute4x64_epi64(t->a, 0x90), top, 3);
    t->a = _mm256_add_epi8(_mm256_cvtepu8_epi16(coded), guess(t, average));
}

AVX2 static inline void team_pixels(const struct team *t, uint32_t made[TEAM])
{
    __m256i bytes = _mm256_packus_epi16(t->a, t->a);
    uint64_t first = (uint64_t)_mm_cvtsi128_si64(_mm256_castsi256_si128(bytes));
    uint64_t last = (uint64_t)_mm_cvtsi128_si64(_mm256_extracti128_si256(bytes, 1));

    made[0] = (uint32_t)first;
    made[1] = (uint32_t)(first >> 32);
    made[2] = (uint32_t)last;
    made[3] = (uint32_t)(last >> 32);
}

/* At an edge, where not every row has a pixel. */
AVX2 static void team_edge(struct team *t, size_t s, size_t width, unsigned pixel)
{
    bool begun[TEAM];
    uint32_t made[TEAM];

    team_step(t, s < width ? load_pixel(t->above + s * pixel) : 0, true);
    team_pixels(t, made);
    for (size_t k = 0; k < TEAM; k++) {
        begun[k] = s >= k;
        if (!begun[k] || s - k >= width)
            continue;
        t->next[k] = load_pixel(t->rows[k] + (s - k + 1) * pixel);
        memcpy(t->rows[k] + (s - k) * pixel, &made[k], pixel);
    }
    t->a = _mm256_and_si256(t->a, of_rows(begun));
}

/* The coded pixel is read before the one left of it is written: that takes four bytes always. */
AVX2 static inline void team_middle(struct team *t, size_t width, unsigned pixel, bool average)
{
    for (size_t s = TEAM - 1; s < width - 1; s++) {
        uint32_t made[TEAM];

        team_step(t, load_pixel(t->above + s * pixel), average);
        team_pixels(t, made);
        for (size_t k = 0; k < TEAM; k++) {
            t->next[k] = load_pixel(t->rows[k] + (s - k + 1) * pixel);
            memcpy(t->rows[k] + (s - k) * pixel, &made[k], sizeof made[k]);
        }
    }
}

AVX2 static void unfilter_team(unsigned char *rows, const unsigned char *above, size_t len,
                               unsigned pixel)
{
    size_t width = len / pixel;
    struct team t;
    bool average = false;

    for (unsigned k = 0; k < TEAM; k++)
        average |= rows[k * (len + 1)] == 3;
    team_init(&t, rows, above, len);
    for (size_t s = 0; s < TEAM - 1; s++)
        team_edge(&t, s, width, pixel);
    if (pixel == 3 && average)
        team_middle(&t, width, 3, true);
    else if (pixel == 3)
        team_middle(&t, width, 3, false);
    else
        team_middle(&t, width, 4, average);
    for (size_t s = width - 1; s < width + TEAM - 1; s++)
        team_edge(&t, s, width, pixel);
}

/* Whether a team is faster than one row after the other: it is where left neighbours are looked at.
 */
static bool wants_team(const unsigned char *rows, size_t len)
{
    unsigned chains = 0;

    for (unsigned k = 0; k < TEAM; k++)
        chains += rows[k * (len + 1)] != 0 && rows[k * (len + 1)] != 2;
    return chains > 1;
}

static void unfilter(unsigned char *rows, const unsigned char *above, uint32_t n, size_t len,
                     unsigned pixel)
{
    bool teams = (pixel == 3 || pixel == 4) && len / pixel > 2 * TEAM;

    while (n > 0) {
        bool team = teams && n >= TEAM && wants_team(rows, len);
        uint32_t done = team ? TEAM : 1;

        if (team)
            unfilter_team(rows, above, len, pixel);
        else
            sl__simd_sse2.unfilter(rows, above, 1, len, pixel);
        above = rows + (done - 1) * (len + 1) + 1;
        rows += done * (len + 1);
        n -= done;
    }
}

const struct sl__simd sl__simd_avx2 = {
    .name = "AVX2",
    .columns = columns,
    .halve = halve,
    .split = split,
    .dots = dots,
    .flatten = flatten,
    .unfilter = unfilter,
};

#endif
