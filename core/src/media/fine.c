/* Looks for small text. */
#include <stdlib.h>

#include "fine.h"

#define STRETCH 16 /* pixels of the picture in low detail */
#define EDGES 8    /* in a stretch */
#define HARD 32    /* levels between neighbours that make an edge */
#define ALIKE 6    /* levels between neighbours on an even ground */
#define EVEN_PERCENT 40
#define SHARE 500 /* parts of a million of the picture */

static unsigned luma(const unsigned char *p, enum sl__space space)
{
    if (space == SL__GREY)
        return p[0];
    if (space == SL__CMYK)
        return 255u - p[3] / 2u - (p[0] + 2u * p[1] + p[2]) / 8u;
    return (p[0] * 77u + p[1] * 151u + p[2] * 28u) >> 8;
}

/* An edge that is soft, over two pixels or three, is one edge. */
static bool is_text(const unsigned char *from, uint32_t count)
{
    uint32_t edges = 0, even = 0;
    int before = 0;

    for (uint32_t x = 1; x < count; x++) {
        int step = (int)from[x] - from[x - 1];

        even += abs(step) <= ALIKE;
        if (abs(step) >= HARD && (before == 0 || (step > 0) != (before > 0)))
            edges++;
        before = abs(step) >= HARD ? step : 0;
    }
    return edges >= EDGES && even * 100 >= count * EVEN_PERCENT;
}

static void measure_row(struct sl__fine *fine, const unsigned char *row, uint32_t width,
                        double scale)
{
    uint32_t length = (uint32_t)(STRETCH * scale);

    for (uint32_t x = 0; x + length <= width; x += length) {
        fine->stretches++;
        fine->text += is_text(row + x, length);
    }
}

int sl__fine_measure(struct sl__fine *fine, struct sl__rows *rows, uint32_t width)
{
    unsigned char *row = malloc((size_t)rows->width * rows->space), *grey = malloc(rows->width);
    int rc = row && grey ? 0 : sl__fail_memory(rows->input);

    *fine = (struct sl__fine){0};
    for (uint32_t y = 0; rc == 0 && y < rows->height; y++) {
        rc = sl__rows_read(rows, row);
        for (uint32_t x = 0; rc == 0 && x < rows->width; x++)
            grey[x] = (unsigned char)luma(row + (size_t)x * rows->space, rows->space);
        if (rc == 0)
            measure_row(fine, grey, rows->width, (double)rows->width / width);
    }
    free(row);
    free(grey);
    return rc;
}

bool sl__fine_has_text(const struct sl__fine *fine)
{
    return fine->text * 1000000 >= fine->stretches * SHARE && fine->text > 0;
}
