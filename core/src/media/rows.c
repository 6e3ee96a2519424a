/* Rows of samples as they come from any codec, with alpha laid on white. */
#include <stdlib.h>

#include "picture.h"
#include "simd.h"

static unsigned char over_white(unsigned sample, unsigned alpha)
{
    unsigned sum = sample * alpha + 255 * (255 - alpha) + 128;

    return (unsigned char)((sum + (sum >> 8)) >> 8);
}

/* Returns whether any pixel was not opaque. */
static bool flatten_grey(unsigned char *out, const unsigned char *in, size_t width)
{
    unsigned least = 255;

    for (size_t x = 0; x < width; x++, in += 2) {
        out[x] = over_white(in[0], in[1]);
        least = in[1] < least ? in[1] : least;
    }
    return least < 255;
}

int sl__rows_open(struct sl__rows **rows, const struct sl__codec *codec,
                  const struct sl__input *input, struct sl__picture *picture, struct sl_rect part,
                  uint32_t width, uint32_t height)
{
    struct sl__rows *opened;
    int rc =
        codec->open(&opened, input, picture, sl__crop_whole_side(picture->width, part.width, width),
                    sl__crop_whole_side(picture->height, part.height, height));

    if (rc != 0)
        return rc;
    rc = sl__crop_rows(&opened, picture, part);
    if (rc == 0 && opened->alpha) {
        opened->scratch = malloc((size_t)opened->width * (opened->space + 1u));
        rc = opened->scratch ? 0 : sl__fail_memory(input);
    }
    if (rc != 0) {
        sl__rows_close(opened);
        return rc;
    }
    *rows = opened;
    return 0;
}

int sl__rows_read(struct sl__rows *rows, unsigned char *row)
{
    int rc;

    if (sl__cancelled(rows->input))
        return sl__fail_cancelled(rows->input);
    if (!rows->alpha)
        return rows->next(rows, row);
    rc = rows->next(rows, rows->scratch);
    if (rc != 0)
        return rc;
    rows->transparent |= rows->space == SL__GREY
                             ? flatten_grey(row, rows->scratch, rows->width)
                             : sl__simd_at(0)->flatten(row, rows->scratch, rows->width);
    return 0;
}

void sl__rows_close(struct sl__rows *rows)
{
    if (!rows)
        return;
    free(rows->scratch);
    rows->close(rows);
}
