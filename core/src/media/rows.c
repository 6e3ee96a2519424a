/* Rows of samples as they come from any codec, with alpha laid on white. */
#include <stdlib.h>
#include <string.h>

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

/* Each is written with the byte behind it, which is faster, but for the last. */
static void look_up_opaque(unsigned char *out, const unsigned char colours[256][4],
                           const unsigned char *indices, size_t n)
{
    for (size_t x = 0; x + 1 < n; x++, out += 3)
        memcpy(out, colours[indices[x]], 4);
    if (n > 0)
        memcpy(out, colours[indices[n - 1]], 3);
}

void sl__look_up(unsigned char *out, const unsigned char colours[256][4],
                 const unsigned char *indices, size_t n, bool alpha)
{
    if (!alpha)
        look_up_opaque(out, colours, indices, n);
    for (size_t x = 0; alpha && x < n; x++)
        memcpy(out + x * 4, colours[indices[x]], 4);
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
    if (rc == 0 && opened->alpha && !opened->view) {
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

/* The next row with its alpha, where it lies or copied. */
static int look(struct sl__rows *rows, const unsigned char **row)
{
    *row = rows->view ? rows->view(rows) : rows->scratch;
    return rows->view ? 0 : rows->next(rows, rows->scratch);
}

int sl__rows_read(struct sl__rows *rows, unsigned char *row)
{
    const unsigned char *pixels;
    int rc;

    if (sl__cancelled(rows->input))
        return sl__fail_cancelled(rows->input);
    if (!rows->alpha)
        return rows->next(rows, row);
    rc = look(rows, &pixels);
    if (rc != 0)
        return rc;
    rows->transparent |= rows->space == SL__GREY
                             ? flatten_grey(row, pixels, rows->width)
                             : sl__simd_at(0)->flatten(row, pixels, rows->width);
    return 0;
}

void sl__rows_close(struct sl__rows *rows)
{
    if (!rows)
        return;
    free(rows->scratch);
    rows->close(rows);
}
