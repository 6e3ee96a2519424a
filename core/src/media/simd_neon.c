/* The inner loops in NEON, which every 64-bit ARM has. */
#include "simd.h"

#ifdef SL__SIMD_NEON

#include <arm_neon.h>
#include <string.h>

/* Adds eight samples to two sums. */
static inline void add_eight(int32x4_t sums[2], uint8x8_t samples, int16_t weight)
{
    int16x8_t words = vreinterpretq_s16_u16(vmovl_u8(samples));

    sums[0] = vmlal_n_s16(sums[0], vget_low_s16(words), weight);
    sums[1] = vmlal_n_s16(sums[1], vget_high_s16(words), weight);
}

static void columns(int16_t *out, const unsigned char *const *rows, const int16_t *weights,
                    uint32_t count, size_t n)
{
    for (size_t at = 0; at < n; at += 16) {
        int32x4_t sums[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};

        for (uint32_t k = 0; k < count; k++) {
            uint8x16_t samples = vld1q_u8(rows[k] + at);

            add_eight(sums, vget_low_u8(samples), weights[k]);
            add_eight(sums + 2, vget_high_u8(samples), weights[k]);
        }
        for (unsigned i = 0; i < 4; i++)
            vst1_s16(out + at + 4 * (size_t)i,
                     vrshrn_n_s32(sums[i], SL__WEIGHT_BITS - SL__KEPT_BITS));
    }
}

static void halve(unsigned char *out, const unsigned char *a, const unsigned char *b, size_t n)
{
    const uint16x8_t rounding = vreinterpretq_u16_u32(vdupq_n_u32(0x00020001));
    size_t x = 0;

    for (; x + 8 <= n; x += 8) {
        uint16x8_t sums = vpadalq_u8(vpaddlq_u8(vld1q_u8(a + 2 * x)), vld1q_u8(b + 2 * x));

        vst1_u8(out + x, vshrn_n_u16(vaddq_u16(sums, rounding), 2));
    }
    sl__simd_plain.halve(out + x, a + 2 * x, b + 2 * x, n - x);
}

static void split(int16_t *out, size_t plane, const int16_t *in, size_t n)
{
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        int16x8x3_t pixels = vld3q_s16(in + i * 3);

        vst1q_s16(out + i, pixels.val[0]);
        vst1q_s16(out + plane + i, pixels.val[1]);
        vst1q_s16(out + 2 * plane + i, pixels.val[2]);
    }
    sl__simd_plain.split(out + i, plane, in + i * 3, n - i);
}

static inline int32_t dot(const int16_t *in, const int16_t *weights, uint32_t most)
{
    int32x4_t even = vdupq_n_s32(0), odd = even;

    for (uint32_t i = 0; i < most; i += 8) {
        int16x8_t samples = vld1q_s16(in + i), factors = vld1q_s16(weights + i);

        even = vmlal_s16(even, vget_low_s16(samples), vget_low_s16(factors));
        odd = vmlal_s16(odd, vget_high_s16(samples), vget_high_s16(factors));
    }
    return vaddvq_s32(vaddq_s32(even, odd));
}

static inline unsigned char to_sample(int32_t sum)
{
    const int shift = SL__WEIGHT_BITS + SL__KEPT_BITS;
    int32_t value = (sum + (1 << (shift - 1))) >> shift;

    return (unsigned char)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static void dots(unsigned char *out, unsigned step, const int16_t *in, const uint32_t *first,
                 const int16_t *weights, uint32_t most, size_t n)
{
    for (size_t x = 0; x < n; x++, weights += most)
        out[x * step] = to_sample(dot(in + first[x], weights, most));
}

static inline uint8x8_t over_white(uint8x8_t samples, uint8x8_t alpha)
{
    uint16x8_t sum = vmlal_u8(vdupq_n_u16(128), samples, alpha);

    sum = vmlal_u8(sum, vmvn_u8(alpha), vdup_n_u8(255));
    return vshrn_n_u16(vsraq_n_u16(sum, sum, 8), 8);
}

static bool flatten(unsigned char *out, const unsigned char *in, size_t n)
{
    uint8x8_t least = vdup_n_u8(255);
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        uint8x8x4_t pixels = vld4_u8(in + i * 4);
        uint8x8x3_t colours;

        for (unsigned c = 0; c < 3; c++)
            colours.val[c] = over_white(pixels.val[c], pixels.val[3]);
        vst3_u8(out + i * 3, colours);
        least = vmin_u8(least, pixels.val[3]);
    }
    return sl__simd_plain.flatten(out + i * 3, in + i * 4, n - i) || vminv_u8(least) < 255;
}

static void undo_up(unsigned char *row, const unsigned char *above, size_t len)
{
    size_t i = 0;

    for (; i + 16 <= len; i += 16)
        vst1q_u8(row + i, vaddq_u8(vld1q_u8(row + i), vld1q_u8(above + i)));
    for (; i < len; i++)
        row[i] = (unsigned char)(row[i] + above[i]);
}

static inline uint8x8_t load_pixel(const unsigned char *p)
{
    uint32_t bytes;

    memcpy(&bytes, p, sizeof bytes);
    return vreinterpret_u8_u32(vdup_n_u32(bytes));
}

/* The nearest of a, b and c to a + b - c, sample by sample. */
static inline uint8x8_t paeth(uint8x8_t a, uint8x8_t b, uint8x8_t c)
{
    uint16x8_t pa = vabdl_u8(b, c), pb = vabdl_u8(a, c);
    uint16x8_t pc = vabdq_u16(vaddl_u8(a, b), vaddl_u8(c, c));
    uint8x8_t is_a = vmovn_u16(vandq_u16(vcleq_u16(pa, pb), vcleq_u16(pa, pc)));
    uint8x8_t is_b = vmovn_u16(vcleq_u16(pb, pc));

    return vbsl_u8(is_a, a, vbsl_u8(is_b, b, c));
}

static inline void undo_by_pixel(unsigned char *row, const unsigned char *above, unsigned filter,
                                 size_t len, unsigned pixel)
{
    uint8x8_t a = vdup_n_u8(0), c = a;

    for (size_t i = 0; i < len; i += pixel) {
        uint8x8_t b = load_pixel(above + i);
        uint8x8_t guess = filter == 1 ? a : filter == 3 ? vhadd_u8(a, b) : paeth(a, b, c);
        uint32_t made;

        a = vadd_u8(load_pixel(row + i), guess);
        made = vget_lane_u32(vreinterpret_u32_u8(a), 0);
        memcpy(row + i, &made, pixel);
        c = b;
    }
}

static void undo_row(unsigned char *row, const unsigned char *above, unsigned filter, size_t len,
                     unsigned pixel)
{
    if (filter == 2)
        undo_up(row, above, len);
    else if (filter == 0 || (pixel != 3 && pixel != 4))
        sl__unfilter_row(row, above, filter, len, pixel);
    else if (filter == 1)
        undo_by_pixel(row, above, 1, len, pixel);
    else if (filter == 3)
        undo_by_pixel(row, above, 3, len, pixel);
    else
        undo_by_pixel(row, above, 4, len, pixel);
}

static void unfilter(unsigned char *rows, const unsigned char *above, uint32_t n, size_t len,
                     unsigned pixel)
{
    for (; n > 0; n--, above = rows + 1, rows += len + 1)
        undo_row(rows + 1, above, rows[0], len, pixel);
}

const struct sl__simd sl__simd_neon = {
    .name = "NEON",
    .columns = columns,
    .halve = halve,
    .split = split,
    .dots = dots,
    .flatten = flatten,
    .unfilter = unfilter,
};

#endif
