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

#include "scale.h"

#define LOBES 3.0
#define WEIGHT_ONE (1 << SL__WEIGHT_BITS)
#define PI 3.14159265358979323846

/* Which samples make each of the output, and with what weights. */
struct axis {
    uint32_t in, out;
    uint32_t *first, *count; /* one per output sample */
    int16_t *weights;        /* `most` per output sample; those behind its last are zero */
    uint32_t most;           /* a multiple of SL__LANES */
};

/* The kernel at `x`, with the sine of a third of πx: sin 3t = 3 sin t - 4 sin³ t. */
static double lanczos(double x, double third)
{
    double a = PI * x;

    if (fabs(x) < 1e-9)
        return 1;
    if (fabs(x) >= LOBES)
        return 0;
    return LOBES * (3 - 4 * third * third) * third * third / (a * a);
}

/* Evenly spaced values of the kernel, from `x` on; returns their sum. The angle is turned, not
 * taken. */
static double sample_kernel(double *values, uint32_t count, double x, double step)
{
    double sine = sin(x * PI / LOBES), cosine = cos(x * PI / LOBES), sum = 0;
    const double step_sine = sin(step * PI / LOBES), step_cosine = cos(step * PI / LOBES);

    for (uint32_t k = 0; k < count; k++) {
        double turned = sine * step_cosine + cosine * step_sine;

        values[k] = lanczos(x + k * step, sine);
        sum += values[k];
        cosine = cosine * step_cosine - sine * step_sine;
        sine = turned;
    }
    return sum;
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

static void trim(uint32_t *first, uint32_t *count, int16_t *weights)
{
    uint32_t zeros = 0;

    while (*count > 1 && weights[*count - 1] == 0)
        --*count;
    while (zeros + 1 < *count && weights[zeros] == 0)
        zeros++;
    *first += zeros;
    *count -= zeros;
    memmove(weights, weights + zeros, *count * sizeof *weights);
    memset(weights + *count, 0, zeros * sizeof *weights);
}

static void fill_axis(struct axis *axis, double origin, double scale, double stretch,
                      double *scratch)
{
    for (uint32_t i = 0; i < axis->out; i++) {
        double centre = origin + (i + 0.5) * scale, sum;
        double low = fmax(ceil(centre - LOBES * stretch - 0.5), 0);
        double high = fmin(floor(centre + LOBES * stretch - 0.5), axis->in - 1.0);
        int16_t *weights = axis->weights + (size_t)i * axis->most;

        axis->first[i] = (uint32_t)low;
        axis->count[i] = (uint32_t)(high - low) + 1;
        sum = sample_kernel(scratch, axis->count[i], (low + 0.5 - centre) / stretch, 1 / stretch);
        quantise(scratch, weights, axis->count[i], sum);
        trim(&axis->first[i], &axis->count[i], weights);
    }
}

static void axis_release(struct axis *axis)
{
    free(axis->first);
    free(axis->count);
    free(axis->weights);
}

static bool axis_init(struct axis *axis, uint32_t in, uint32_t out, double origin, double extent)
{
    double scale = extent / out, stretch = fmax(scale, 1);
    double *scratch;

    axis->in = in;
    axis->out = out;
    axis->most = (uint32_t)fmin(2 * LOBES * stretch + 2, in);
    axis->most = (axis->most + SL__LANES - 1) / SL__LANES * SL__LANES;
    scratch = malloc(axis->most * sizeof *scratch);
    axis->first = calloc(out, sizeof *axis->first);
    axis->count = calloc(out, sizeof *axis->count);
    axis->weights = calloc((size_t)out * axis->most, sizeof *axis->weights);
    if (scratch && axis->first && axis->count && axis->weights)
        fill_axis(axis, origin, scale, stretch, scratch);
    free(scratch);
    return scratch && axis->first && axis->count && axis->weights;
}

struct sl__scaler {
    const struct sl__simd *simd;
    struct axis x, y;
    unsigned channels;
    size_t row_bytes; /* whole blocks */
    uint32_t ring_rows, rows_given, rows_made;
    unsigned char *ring;
    const unsigned char **rows; /* those that make the next output row */
    int16_t *sums;              /* one row */
    int16_t
        *planes; /* the same, channel after channel, with as many zeros behind each as are read */
    unsigned char *out;
    unsigned char *pair;       /* two rows that become one; or NULL */
    uint32_t wide, left, held; /* samples of each, rows that are to come, and that are in it */
};

static void list_rows(struct sl__scaler *s, uint32_t first, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++)
        s->rows[k] = s->ring + (first + k) % s->ring_rows * s->row_bytes;
    s->rows[count] = s->rows[0]; /* of no weight, where the number of rows is odd */
}

static size_t plane_samples(const struct sl__scaler *s)
{
    return (size_t)s->x.in + s->x.most;
}

static void split(struct sl__scaler *s)
{
    if (s->channels == 3) {
        s->simd->split(s->planes, plane_samples(s), s->sums, s->x.in);
        return;
    }
    for (unsigned c = 0; c < s->channels; c++)
        for (uint32_t i = 0; i < s->x.in; i++)
            s->planes[c * plane_samples(s) + i] = s->sums[(size_t)i * s->channels + c];
}

static void make_row(struct sl__scaler *s)
{
    uint32_t count = s->y.count[s->rows_made];
    const int16_t *planes = s->channels > 1 ? s->planes : s->sums;
    size_t pixels = s->x.out;
    unsigned char *out = s->out + s->rows_made * pixels * s->channels;

    list_rows(s, s->y.first[s->rows_made], count);
    s->simd->columns(s->sums, s->rows, s->y.weights + (size_t)s->rows_made * s->y.most,
                     (count + 1) / 2 * 2, s->row_bytes);
    if (s->channels > 1)
        split(s);
    for (unsigned c = 0; c < s->channels; c++)
        s->simd->dots(out + c, s->channels, planes + c * plane_samples(s), s->x.first, s->x.weights,
                      s->x.most, pixels);
    s->rows_made++;
}

static bool next_is_whole(const struct sl__scaler *s)
{
    uint32_t y = s->rows_made;

    return y < s->y.out && s->y.first[y] + s->y.count[y] <= s->rows_given;
}

static unsigned char *ring_row(const struct sl__scaler *s)
{
    return s->ring + s->rows_given % s->ring_rows * s->row_bytes;
}

static void take_row(struct sl__scaler *s)
{
    s->rows_given++;
    while (next_is_whole(s))
        make_row(s);
}

static unsigned char *pair_row(const struct sl__scaler *s, uint32_t row)
{
    return s->pair + row * 2 * (size_t)s->x.in;
}

/* What is left over at the edges is taken twice. */
static void take_half(struct sl__scaler *s)
{
    unsigned char *row = pair_row(s, s->held++);

    if (s->wide % 2)
        row[s->wide] = row[s->wide - 1];
    if (--s->left > 0 && s->held < 2)
        return;
    s->simd->halve(ring_row(s), pair_row(s, 0), row, s->x.in);
    s->held = 0;
    take_row(s);
}

unsigned char *sl__scaler_row(const struct sl__scaler *s)
{
    return s->pair ? pair_row(s, s->held) : ring_row(s);
}

void sl__scaler_take(struct sl__scaler *s)
{
    if (s->pair)
        take_half(s);
    else
        take_row(s);
}

/* An odd number of lines of the cache: rows of a power of two would all fall into a few of its
 * sets. */
static size_t row_bytes_for(uint32_t width, unsigned channels)
{
    size_t blocks = ((size_t)width * channels + SL__BLOCK - 1) / SL__BLOCK;

    return (blocks | 1) * SL__BLOCK;
}

static uint32_t largest(const uint32_t *numbers, uint32_t count)
{
    uint32_t most = 0;

    for (uint32_t i = 0; i < count; i++)
        most = numbers[i] > most ? numbers[i] : most;
    return most;
}

static bool allocate(struct sl__scaler *s)
{
    s->ring_rows = largest(s->y.count, s->y.out);
    s->ring = calloc(s->ring_rows, s->row_bytes);
    s->rows = calloc((size_t)s->ring_rows + 1, sizeof *s->rows);
    s->sums = calloc(s->row_bytes + s->x.most, sizeof *s->sums);
    s->planes = calloc(plane_samples(s) * s->channels, sizeof *s->planes);
    return s->ring && s->rows && s->sums && s->planes;
}

struct sl__scaler *sl__scaler_new(const struct sl__grid *from, unsigned channels, uint32_t width,
                                  uint32_t height, unsigned char *out, const struct sl__simd *simd)
{
    struct sl__scaler *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->simd = simd ? simd : sl__simd_at(0);
    s->channels = channels;
    s->out = out;
    s->row_bytes = row_bytes_for(from->width, channels);
    if (axis_init(&s->x, from->width, width, from->origin_x, from->extent_x) &&
        axis_init(&s->y, from->height, height, from->origin_y, from->extent_y) && allocate(s))
        return s;
    sl__scaler_free(s);
    return NULL;
}

struct sl__scaler *sl__scaler_new_halving(const struct sl__grid *from, uint32_t width,
                                          uint32_t height, unsigned char *out,
                                          const struct sl__simd *simd)
{
    const struct sl__grid half = {.width = (from->width + 1) / 2,
                                  .height = (from->height + 1) / 2,
                                  .origin_x = from->origin_x / 2,
                                  .origin_y = from->origin_y / 2,
                                  .extent_x = from->extent_x / 2,
                                  .extent_y = from->extent_y / 2};
    struct sl__scaler *s = sl__scaler_new(&half, 1, width, height, out, simd);

    if (!s)
        return NULL;
    s->wide = from->width;
    s->left = from->height;
    s->pair = malloc(4 * (size_t)half.width);
    if (s->pair)
        return s;
    sl__scaler_free(s);
    return NULL;
}

void sl__scaler_free(struct sl__scaler *s)
{
    if (!s)
        return;
    axis_release(&s->x);
    axis_release(&s->y);
    free(s->ring);
    free(s->rows);
    free(s->sums);
    free(s->planes);
    free(s->pair);
    free(s);
}

int sl__scale(struct sl__bitmap *out, struct sl__rows *rows)
{
    const struct sl__grid from = {rows->width,    rows->height,   rows->origin_x,
                                  rows->origin_y, rows->extent_x, rows->extent_y};
    struct sl__scaler *s =
        sl__scaler_new(&from, rows->space, out->width, out->height, out->data, NULL);
    int rc = s ? 0 : sl__fail_memory(rows->input);

    /* Whatever its weight, the last source row is what says that the picture was whole. */
    for (uint32_t y = 0; rc == 0 && y < rows->height; y++) {
        rc = sl__rows_read(rows, sl__scaler_row(s));
        if (rc == 0)
            sl__scaler_take(s);
    }
    sl__scaler_free(s);
    return rc;
}
