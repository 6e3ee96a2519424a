/* Every set of instructions that this machine has makes the same bytes as plain C. */
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "media/simd.h"

enum { SIDE = 300, MOST = 48, PLANE = SIDE + MOST, GUARD = 16 };

static uint32_t state_of_random = 1;

static unsigned random_number(unsigned below)
{
    state_of_random = state_of_random * 1664525u + 1013904223u;
    return (state_of_random >> 8) % below;
}

/* Mostly noise, with what makes sums largest in between. */
static void fill(unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)(random_number(4) ? random_number(256) : 255 * random_number(2));
}

/* As large as those of a real filter can become: positive ones up to 5/4, negative ones to 1/4. */
static void fill_weights(int16_t *weights, uint32_t count)
{
    memset(weights, 0, MOST * sizeof *weights);
    for (uint32_t i = 0; i < count; i++)
        weights[i] = (int16_t)((i % 3 == 1 ? -(1 << 12) : 5 << 11) / (int)((count + 2) / 3));
    weights[random_number(count)] += (int16_t)random_number(64);
}

static void columns_are_the_same(void **state)
{
    static unsigned char rows[MOST][SL__BLOCK * 3];
    static int16_t weights[MOST], wanted[SL__BLOCK * 3], is[SL__BLOCK * 3];
    const unsigned char *list[MOST];
    const struct sl__simd *simd;

    (void)state;
    fill(rows[0], sizeof rows);
    for (unsigned k = 0; k < MOST; k++)
        list[k] = rows[k];
    for (uint32_t count = 2; count <= MOST; count += 2)
        for (size_t i = 0; (simd = sl__simd_at(i)) != NULL; i++) {
            fill_weights(weights, count);
            sl__simd_plain.columns(wanted, list, weights, count, SL__BLOCK * 3);
            simd->columns(is, list, weights, count, SL__BLOCK * 3);
            assert_memory_equal(is, wanted, sizeof is);
        }
}

static void rows_are_halved_the_same(void **state)
{
    static unsigned char a[SIDE * 2], b[SIDE * 2], wanted[SIDE + GUARD], is[SIDE + GUARD];
    const struct sl__simd *simd;

    (void)state;
    for (size_t n = 0; n <= SIDE; n++)
        for (size_t i = 0; (simd = sl__simd_at(i)) != NULL; i++) {
            fill(a, sizeof a);
            fill(b, sizeof b);
            memset(is, 7, sizeof is);
            for (size_t x = 0; x < sizeof wanted; x++) {
                size_t at = x < n ? 2 * x : 0;
                size_t sum = a[at] + a[at + 1] + b[at] + b[at + 1] + 1 + x % 2;

                wanted[x] = (unsigned char)(x < n ? sum / 4 : 7);
            }
            simd->halve(is, a, b, n);
            assert_memory_equal(is, wanted, sizeof is);
        }
}

static void channels_are_split_the_same(void **state)
{
    static int16_t in[SIDE * 3], wanted[PLANE * 3], is[PLANE * 3];
    const struct sl__simd *simd;

    (void)state;
    fill((unsigned char *)in, sizeof in);
    for (size_t n = 0; n < SIDE; n += 1 + n / 16)
        for (size_t i = 0; (simd = sl__simd_at(i)) != NULL; i++) {
            memset(wanted, 0, sizeof wanted);
            memset(is, 0, sizeof is);
            sl__simd_plain.split(wanted, PLANE, in, n);
            simd->split(is, PLANE, in, n);
            assert_memory_equal(is, wanted, sizeof is);
        }
}

static void make_places(uint32_t *first, int16_t *weights, uint32_t most, size_t n)
{
    int16_t some[MOST];

    for (size_t x = 0; x < n; x++) {
        fill_weights(some, 1 + random_number(most));
        memcpy(weights + x * most, some, most * sizeof *weights);
        first[x] = random_number(SIDE);
    }
}

static void rows_are_summed_the_same(void **state)
{
    enum { N = 61 };
    static int16_t in[PLANE], weights[N * MOST];
    static unsigned char wanted[N * 3 + GUARD], is[N * 3 + GUARD];
    uint32_t first[N];
    const struct sl__simd *simd;

    (void)state;
    for (size_t i = 0; i < SIDE; i++)
        in[i] = (int16_t)((int)random_number(26000) - 5000);
    for (size_t n = 1; n <= N; n++)
        for (size_t i = 0; (simd = sl__simd_at(i)) != NULL; i++) {
            unsigned step = n % 2 ? 1 : 3;
            uint32_t most = SL__LANES * (uint32_t)(1 + n / 2 % 3);

            make_places(first, weights, most, n);
            memset(wanted, 7, sizeof wanted);
            memset(is, 7, sizeof is);
            sl__simd_plain.dots(wanted, step, in, first, weights, most, n);
            simd->dots(is, step, in, first, weights, most, n);
            assert_memory_equal(is, wanted, sizeof is);
        }
}

static void alpha_is_flattened_the_same(void **state)
{
    static unsigned char in[SIDE * 4], wanted[SIDE * 3 + GUARD], is[SIDE * 3 + GUARD];
    const struct sl__simd *simd;

    (void)state;
    for (size_t n = 0; n <= SIDE; n++)
        for (size_t i = 0; (simd = sl__simd_at(i)) != NULL; i++) {
            fill(in, sizeof in);
            for (size_t k = 0; k < n && n % 3; k++)
                in[k * 4 + 3] = k == n / 2 && n % 3 == 2 ? 254 : 255;
            memset(wanted, 7, sizeof wanted);
            memset(is, 7, sizeof is);
            assert_int_equal(simd->flatten(is, in, n), sl__simd_plain.flatten(wanted, in, n));
            assert_memory_equal(is, wanted, sizeof is);
        }
}

static void every_alpha_is_flattened_right(void **state)
{
    unsigned char in[64 * 4], out[64 * 3];
    const struct sl__simd *simd;

    (void)state;
    for (unsigned alpha = 0; alpha < 256; alpha++)
        for (unsigned sample = 0; sample < 256; sample++)
            for (size_t i = 0; (simd = sl__simd_at(i)) != NULL; i++) {
                unsigned wanted = (2 * (sample * alpha + 255 * (255 - alpha)) + 255) / 510;

                memset(in, (int)sample, sizeof in);
                in[16 * 4 + 3] = (unsigned char)alpha;
                assert_true(simd->flatten(out, in, 64) || (alpha == 255 && sample == 255));
                assert_int_equal(out[16 * 3], wanted);
            }
}

/* `kind` 0 to 4 is that filter in every row, 5 any of them. */
static void make_filtered(unsigned char *rows, uint32_t n, size_t len, unsigned kind)
{
    fill(rows, n * (len + 1));
    for (uint32_t y = 0; y < n; y++)
        rows[y * (len + 1)] = (unsigned char)(kind < 5 ? kind : random_number(5));
}

static void compare_unfiltered(uint32_t n, size_t len, unsigned pixel, unsigned kind)
{
    size_t bytes = n * (len + 1);
    unsigned char *above = calloc(1, len + SL__UNFILTER_ROOM);
    unsigned char *coded = malloc(bytes), *wanted = calloc(1, bytes + SL__UNFILTER_ROOM);
    unsigned char *is = calloc(1, bytes + SL__UNFILTER_ROOM);
    const struct sl__simd *simd;

    fill(above, len);
    make_filtered(coded, n, len, kind);
    memcpy(wanted, coded, bytes);
    sl__simd_plain.unfilter(wanted, above, n, len, pixel);
    for (size_t i = 0; (simd = sl__simd_at(i)) != NULL; i++) {
        memcpy(is, coded, bytes);
        simd->unfilter(is, above, n, len, pixel);
        for (uint32_t y = 0; y < n; y++)
            assert_memory_equal(is + y * (len + 1) + 1, wanted + y * (len + 1) + 1, len);
    }
    free(above);
    free(coded);
    free(wanted);
    free(is);
}

static void filters_are_undone_the_same(void **state)
{
    static const unsigned pixels[] = {1, 2, 3, 4};

    (void)state;
    for (size_t p = 0; p < sizeof pixels / sizeof *pixels; p++)
        for (uint32_t width = 1; width < 70; width += 1 + width / 12)
            for (uint32_t n = 1; n < 12; n++)
                for (unsigned kind = 0; kind < 6; kind++)
                    compare_unfiltered(n, width * pixels[p], pixels[p], kind);
}

/* By the definition, for a row that needs no neighbour above. */
static void filters_are_undone_right(void **state)
{
    static const unsigned char above[] = {10, 20, 30, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    static const unsigned char wanted[5][4] = {
        {5, 250, 7, 100}, {5, 255, 6, 106}, {15, 14, 37, 44}, {10, 9, 26, 213}, {15, 14, 27, 44}};
    const struct sl__simd *simd;

    (void)state;
    for (unsigned filter = 0; filter < 5; filter++)
        for (size_t i = 0; (simd = sl__simd_at(i)) != NULL; i++) {
            unsigned char row[1 + 4 + SL__UNFILTER_ROOM] = {(unsigned char)filter, 5, 250, 7, 100};

            simd->unfilter(row, above, 1, 4, 1);
            assert_memory_equal(row + 1, wanted[filter], 4);
        }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_the_same),
        cmocka_unit_test(rows_are_halved_the_same),
        cmocka_unit_test(channels_are_split_the_same),
        cmocka_unit_test(rows_are_summed_the_same),
        cmocka_unit_test(alpha_is_flattened_the_same),
        cmocka_unit_test(every_alpha_is_flattened_right),
        cmocka_unit_test(filters_are_undone_the_same),
        cmocka_unit_test(filters_are_undone_right),
    };

    return run_cases(tests, argc, argv);
}
