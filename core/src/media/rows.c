/* Rows of samples as they come from any codec, with alpha laid on white. */
#include <stdlib.h>

#include "picture.h"

static unsigned char over_white(unsigned sample, unsigned alpha)
{
    unsigned sum = sample * alpha + 255 * (255 - alpha) + 128;

    return (unsigned char)((sum + (sum >> 8)) >> 8);
}

/* Returns whether any pixel was not opaque. */
static bool flatten(unsigned char *out, const unsigned char *in, uint32_t width, unsigned colours)
{
    unsigned least = 255;

    for (uint32_t x = 0; x < width; x++, in += colours + 1, out += colours) {
        unsigned alpha = in[colours];

        for (unsigned c = 0; c < colours; c++)
            out[c] = over_white(in[c], alpha);
        least = alpha < least ? alpha : least;
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
    if (rc == 0 && flatten(row, rows->scratch, rows->width, rows->space))
        rows->transparent = true;
    return rc;
}

void sl__rows_close(struct sl__rows *rows)
{
    if (!rows)
        return;
    free(rows->scratch);
    rows->close(rows);
}
