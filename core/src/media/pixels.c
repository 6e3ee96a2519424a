/* Pixels that the caller holds in memory. */
#include <stdlib.h>
#include <string.h>

#include "pixels_deep.h"
#include "translate.h"

struct pixel_rows {
    struct sl__rows rows;
    struct sl__pixel_layout layout;
    const struct sl__tones *tones; /* the picture's */
    uint32_t y;
};

static int probe(const struct sl__input *input, struct sl__picture *picture)
{
    const struct sl_pixels *pixels = input->pixels;
    const struct sl__pixel_layout layout = sl__pixel_layout(pixels->format);
    unsigned bytes = layout.bytes;

    if (bytes == 0)
        return sl__fail_caller(input, sl__tr("the pixel format is unknown"));
    if (!pixels->data)
        return sl__fail_caller(input, sl__tr("there are no pixels"));
    if (pixels->width > SIZE_MAX / bytes || pixels->stride < (size_t)pixels->width * bytes)
        return sl__fail_caller(input, sl__tr("the stride is shorter than a row"));
    if (pixels->orientation > 8)
        return sl__fail_caller(input, sl__tr("the orientation is unknown"));
    if (pixels->height > 0 && pixels->stride > SIZE_MAX / pixels->height)
        return sl__fail_caller(input, sl__tr("stride × height is more than memory can hold"));
    picture->width = pixels->width;
    picture->height = pixels->height;
    picture->orientation = pixels->orientation > 0 ? pixels->orientation : 1;
    picture->deep = layout.sample != SL__SAMPLE_8;
    picture->profile = sl__profile_from_icc(pixels->profile, pixels->profile_len);
    return 0;
}

static const unsigned char *view(struct sl__rows *rows)
{
    struct pixel_rows *r = (struct pixel_rows *)rows;
    const struct sl_pixels *pixels = rows->input->pixels;
    const size_t offset = r->y++ * pixels->stride;

    return (const unsigned char *)pixels->data + offset;
}

static int next(struct sl__rows *rows, unsigned char *row)
{
    const struct pixel_rows *r = (struct pixel_rows *)rows;
    const uint32_t width = rows->input->pixels->width;

    if (r->layout.sample == SL__SAMPLE_8)
        memcpy(row, view(rows), (size_t)width * r->layout.bytes);
    else
        sl__pixels_flatten(row, view(rows), width, &r->layout, r->tones);
    return 0;
}

static void close_rows(struct sl__rows *rows)
{
    free(rows);
}

static int open_rows(struct sl__rows **rows, const struct sl__input *input,
                     struct sl__picture *picture, uint32_t width, uint32_t height)
{
    struct pixel_rows *r = calloc(1, sizeof *r);
    bool dry = false;

    (void)width, (void)height;
    if (!r)
        return sl__fail_memory(input);
    r->layout = sl__pixel_layout(input->pixels->format);
    if (r->layout.sample != SL__SAMPLE_8 && !picture->tones)
        picture->tones =
            r->layout.linear ? sl__tones_of_light() : sl__tones_take(picture->profile, &dry);
    r->tones = picture->tones;
    if (dry || (r->layout.linear && !r->tones)) {
        free(r);
        return sl__fail_memory(input);
    }
    r->rows = sl__rows_whole(input, picture, r->layout.space, next, close_rows);
    r->rows.alpha = r->layout.alpha;
    r->rows.view = r->layout.sample == SL__SAMPLE_8 ? view : NULL;
    *rows = &r->rows;
    return 0;
}

const struct sl__codec sl__pixels = {
    .probe = probe,
    .open = open_rows,
};
