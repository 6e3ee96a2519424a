/*
 * Scales rows to a smaller picture: Lanczos with three lobes, in fixed point, in the samples'
 * own encoding.
 *
 * The columns go first, since that leaves few rows for the second step. A ring holds the source
 * rows that one output row is made of, so memory depends on the width alone.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"

#define LOBES 3.0
#define WEIGHT_BITS 14
#define WEIGHT_ONE (1 << WEIGHT_BITS)
#define KEPT_BITS 6 /* of fraction, between the two steps */
#define BLOCK 2016  /* samples summed at a time, whole pixels: sums stay in the nearest cache */
#define TAPS 4      /* rows that are added at a time; divides LANES */
#define LANES 8     /* weights are padded with zeros to a multiple of this */
#define PI 3.14159265358979323846

/* Which samples make an output sample, and with what weight. */
struct span {
    uint32_t first, count;
};

struct axis {
    uint32_t in, out;
    struct span *spans; /* one per output sample */
    int16_t *weights;   /* `most` per output sample */
    uint32_t most;
};

static double lanczos(double x)
{
    double a = PI * x;

    if (fabs(x) < 1e-9)
        return 1;
    if (fabs(x) >= LOBES)
        return 0;
    return LOBES * sin(a) * sin(a / LOBES) / (a * a);
}

/* Rounds so that the weights add up to exactly one: an even area stays what it is. */
static void quantise(const double *from, int16_t *to, uint32_t count, double sum)
{
    double whole = 0;
    long done = 0;

    for (uint32_t i = 0; i < count; i++) {
        long upto;

        whole += from[i] * WEIGHT_ONE / sum;
        upto = lround(whole);
        to[i] = (int16_t)(upto - done);
        done = upto;
    }
}

static void trim(struct span *span, int16_t *weights)
{
    uint32_t zeros = 0;

    while (span->count > 1 && weights[span->count - 1] == 0)
        span->count--;
    while (zeros + 1 < span->count && weights[zeros] == 0)
        zeros++;
    span->first += zeros;
    span->count -= zeros;
    memmove(weights, weights + zeros, span->count * sizeof *weights);
    memset(weights + span->count, 0, zeros * sizeof *weights);
}

static void fill_axis(struct axis *axis, double origin, double scale, double stretch,
                      double *scratch)
{
    for (uint32_t i = 0; i < axis->out; i++) {
        double centre = origin + (i + 0.5) * scale, sum = 0;
        double low = fmax(ceil(centre - LOBES * stretch - 0.5), 0);
        double high = fmin(floor(centre + LOBES * stretch - 0.5), axis->in - 1.0);
        struct span *span = &axis->spans[i];
        int16_t *weights = axis->weights + (size_t)i * axis->most;

        span->first = (uint32_t)low;
        span->count = (uint32_t)(high - low) + 1;
        for (uint32_t k = 0; k < span->count; k++) {
            scratch[k] = lanczos((low + k + 0.5 - centre) / stretch);
            sum += scratch[k];
        }
        quantise(scratch, weights, span->count, sum);
        trim(span, weights);
    }
}

static void axis_release(struct axis *axis)
{
    free(axis->spans);
    free(axis->weights);
}

static bool axis_init(struct axis *axis, uint32_t in, uint32_t out, double origin, double extent)
{
    double scale = extent / out, stretch = fmax(scale, 1);
    double *scratch;

    axis->in = in;
    axis->out = out;
    axis->most = (uint32_t)fmin(2 * LOBES * stretch + 2, in);
    axis->most = (axis->most + LANES - 1) / LANES * LANES;
    scratch = malloc(axis->most * sizeof *scratch);
    axis->spans = calloc(out, sizeof *axis->spans);
    axis->weights = calloc((size_t)out * axis->most, sizeof *axis->weights);
    if (scratch && axis->spans && axis->weights)
        fill_axis(axis, origin, scale, stretch, scratch);
    free(scratch);
    return scratch && axis->spans && axis->weights;
}

struct scaler {
    struct axis x, y;
    struct sl__rows *rows;
    size_t row_bytes; /* whole blocks: the loops over them have a length that compilers know */
    uint32_t ring_rows, rows_read;
    unsigned char *ring;
    int16_t *planes; /* one row, channel after channel, with LANES of zeros behind each */
};

static unsigned char *ring_row(const struct scaler *s, uint32_t y)
{
    return s->ring + (size_t)(y % s->ring_rows) * s->row_bytes;
}

static int read_until(struct scaler *s, uint32_t end)
{
    int rc = 0;

    for (; rc == 0 && s->rows_read < end; s->rows_read++)
        rc = sl__rows_read(s->rows, ring_row(s, s->rows_read));
    return rc;
}

/* Adds TAPS rows, beginning with row `y`, each with its weight. */
static void add_rows(const struct scaler *s, int32_t *restrict sums, uint32_t y, size_t at,
                     const int16_t *weights)
{
    const unsigned char *restrict a = ring_row(s, y) + at;
    const unsigned char *restrict b = ring_row(s, y + 1) + at;
    const unsigned char *restrict c = ring_row(s, y + 2) + at;
    const unsigned char *restrict d = ring_row(s, y + 3) + at;
    const int16_t wa = weights[0], wb = weights[1], wc = weights[2], wd = weights[3];

    for (size_t i = 0; i < BLOCK; i++)
        sums[i] +=
            wa * (int16_t)a[i] + wb * (int16_t)b[i] + wc * (int16_t)c[i] + wd * (int16_t)d[i];
}

/* Puts sums apart into planes; `at` is the place of the first in its row. */
static void store_sums(struct scaler *s, const int32_t *sums, size_t at)
{
    const unsigned channels = s->rows->space, shift = WEIGHT_BITS - KEPT_BITS;
    const size_t row = (size_t)s->x.in * channels, n = row - at < BLOCK ? row - at : BLOCK;

    for (unsigned c = 0; c < channels; c++) {
        int16_t *plane = s->planes + c * (s->x.in + LANES) + at / channels;

        for (size_t i = c; i < n; i += channels)
            *plane++ = (int16_t)((sums[i] + (1 << (shift - 1))) >> shift);
    }
}

/* Weights behind the span's last are zero, so it does not matter which rows they meet. */
static void sum_columns(struct scaler *s, uint32_t y)
{
    const struct span *span = &s->y.spans[y];
    const int16_t *weights = s->y.weights + (size_t)y * s->y.most;
    int32_t sums[BLOCK];

    for (size_t at = 0; at < s->row_bytes; at += BLOCK) {
        memset(sums, 0, sizeof sums);
        for (uint32_t k = 0; k < span->count; k += TAPS)
            add_rows(s, sums, span->first + k, at, weights + k);
        store_sums(s, sums, at);
    }
}

static unsigned char to_sample(int32_t sum)
{
    int32_t value = (sum + (1 << (WEIGHT_BITS + KEPT_BITS - 1))) >> (WEIGHT_BITS + KEPT_BITS);

    return (unsigned char)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static int32_t dot(const int16_t *a, const int16_t *b, uint32_t blocks)
{
    int32_t sum = 0;

    for (; blocks > 0; blocks--, a += LANES, b += LANES)
        for (unsigned i = 0; i < LANES; i++)
            sum += a[i] * b[i];
    return sum;
}

static void sum_row(const struct scaler *s, unsigned char *out)
{
    unsigned channels = s->rows->space;

    for (unsigned c = 0; c < channels; c++) {
        const int16_t *plane = s->planes + c * (s->x.in + LANES);

        for (uint32_t x = 0; x < s->x.out; x++) {
            const struct span *span = &s->x.spans[x];

            out[x * channels + c] =
                to_sample(dot(plane + span->first, s->x.weights + (size_t)x * s->x.most,
                              (span->count + LANES - 1) / LANES));
        }
    }
}

static int scaler_init(struct scaler *s, const struct sl__bitmap *out)
{
    struct sl__rows *rows = s->rows;
    bool ready = axis_init(&s->x, rows->width, out->width, rows->origin_x, rows->extent_x) &&
                 axis_init(&s->y, rows->height, out->height, rows->origin_y, rows->extent_y);

    s->row_bytes = ((size_t)rows->width * rows->space + BLOCK - 1) / BLOCK * BLOCK;
    s->ring_rows = s->y.most;
    if (ready) {
        s->ring = calloc(s->ring_rows, s->row_bytes);
        s->planes = calloc((rows->width + (size_t)LANES) * rows->space, sizeof *s->planes);
    }
    return s->ring && s->planes ? 0 : sl__fail_memory(rows->input);
}

static int scale_rows(struct scaler *s, struct sl__bitmap *out)
{
    size_t out_bytes = (size_t)out->width * out->space;

    for (uint32_t y = 0; y < out->height; y++) {
        int rc = read_until(s, s->y.spans[y].first + s->y.spans[y].count);

        if (rc != 0)
            return rc;
        sum_columns(s, y);
        sum_row(s, out->data + y * out_bytes);
    }
    /* Whatever its weight, the last source row is what says that the picture was whole. */
    return read_until(s, s->rows->height);
}

int sl__scale(struct sl__bitmap *out, struct sl__rows *rows)
{
    struct scaler s = {.rows = rows};
    int rc = scaler_init(&s, out);

    if (rc == 0)
        rc = scale_rows(&s, out);
    axis_release(&s.x);
    axis_release(&s.y);
    free(s.ring);
    free(s.planes);
    return rc;
}
