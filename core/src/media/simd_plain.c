/* The inner loops in plain C: what the other sets are measured by. */
#include <stdlib.h>

#include "simd.h"

static void columns(int16_t *out, const unsigned char *const *rows, const int16_t *weights,
                    uint32_t count, size_t n)
{
    const int shift = SL__WEIGHT_BITS - SL__KEPT_BITS;

    for (size_t at = 0; at < n; at += SL__BLOCK) {
        int32_t sums[SL__BLOCK] = {0};

        for (uint32_t k = 0; k < count; k++)
            for (size_t i = 0; i < SL__BLOCK; i++)
                sums[i] += weights[k] * rows[k][at + i];
        for (size_t i = 0; i < SL__BLOCK; i++)
            out[at + i] = (int16_t)((sums[i] + (1 << (shift - 1))) >> shift);
    }
}

static void halve(unsigned char *out, const unsigned char *a, const unsigned char *b, size_t n)
{
    for (size_t x = 0; x < n; x++, a += 2, b += 2)
        out[x] = (unsigned char)((a[0] + a[1] + b[0] + b[1] + 1 + (x & 1)) >> 2);
}

static void split(int16_t *out, size_t plane, const int16_t *in, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (unsigned c = 0; c < 3; c++)
            out[c * plane + i] = in[i * 3 + c];
}

static unsigned char to_sample(int32_t sum)
{
    const int shift = SL__WEIGHT_BITS + SL__KEPT_BITS;
    int32_t value = (sum + (1 << (shift - 1))) >> shift;

    return (unsigned char)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static void dots(unsigned char *out, unsigned step, const int16_t *in, const uint32_t *first,
                 const int16_t *weights, uint32_t most, size_t n)
{
    for (size_t x = 0; x < n; x++, weights += most) {
        int32_t sum = 0;

        for (uint32_t i = 0; i < most; i++)
            sum += in[first[x] + i] * weights[i];
        out[x * step] = to_sample(sum);
    }
}

static unsigned char over_white(unsigned sample, unsigned alpha)
{
    unsigned sum = sample * alpha + 255 * (255 - alpha) + 128;

    return (unsigned char)((sum + (sum >> 8)) >> 8);
}

static bool flatten(unsigned char *out, const unsigned char *in, size_t n)
{
    unsigned least = 255;

    for (size_t x = 0; x < n; x++, in += 4, out += 3) {
        for (unsigned c = 0; c < 3; c++)
            out[c] = over_white(in[c], in[3]);
        least = in[3] < least ? in[3] : least;
    }
    return least < 255;
}

/* Of left, above and left above the nearest to what they would make together. */
static unsigned char paeth(int a, int b, int c)
{
    int pa = abs(b - c), pb = abs(a - c), pc = abs(a + b - 2 * c);

    return (unsigned char)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

static void undo_sub(unsigned char *row, size_t len, unsigned pixel)
{
    for (size_t i = pixel; i < len; i++)
        row[i] = (unsigned char)(row[i] + row[i - pixel]);
}

static void undo_up(unsigned char *row, const unsigned char *above, size_t len)
{
    for (size_t i = 0; i < len; i++)
        row[i] = (unsigned char)(row[i] + above[i]);
}

static void undo_average(unsigned char *row, const unsigned char *above, size_t len, unsigned pixel)
{
    for (size_t i = 0; i < len; i++)
        row[i] = (unsigned char)(row[i] + ((i < pixel ? 0 : row[i - pixel]) + above[i]) / 2);
}

static void undo_paeth(unsigned char *row, const unsigned char *above, size_t len, unsigned pixel)
{
    for (size_t i = 0; i < len && i < pixel; i++)
        row[i] = (unsigned char)(row[i] + above[i]);
    for (size_t i = pixel; i < len; i++)
        row[i] = (unsigned char)(row[i] + paeth(row[i - pixel], above[i], above[i - pixel]));
}

void sl__unfilter_row(unsigned char *row, const unsigned char *above, unsigned filter, size_t len,
                      unsigned pixel)
{
    switch (filter) {
    case 1:
        undo_sub(row, len, pixel);
        break;
    case 2:
        undo_up(row, above, len);
        break;
    case 3:
        undo_average(row, above, len, pixel);
        break;
    case 4:
        undo_paeth(row, above, len, pixel);
        break;
    default:
        break;
    }
}

static void unfilter(unsigned char *rows, const unsigned char *above, uint32_t n, size_t len,
                     unsigned pixel)
{
    for (; n > 0; n--, above = rows + 1, rows += len + 1)
        sl__unfilter_row(rows + 1, above, rows[0], len, pixel);
}

const struct sl__simd sl__simd_plain = {
    .name = "plain",
    .columns = columns,
    .halve = halve,
    .split = split,
    .dots = dots,
    .flatten = flatten,
    .unfilter = unfilter,
};
