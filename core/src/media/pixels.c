/* Pixels that the caller holds in memory. */
#include <stdlib.h>
#include <string.h>

#include "picture.h"

struct pixel_rows {
    struct sl__rows rows;
    uint32_t y;
};

static unsigned bytes_per_pixel(enum sl_pixel_format format)
{
    static const unsigned char bytes[] = {
        [SL_PIXELS_RGB8] = 3, [SL_PIXELS_RGBA8] = 4, [SL_PIXELS_GRAY8] = 1, [SL_PIXELS_GRAYA8] = 2};

    return (unsigned)format < sizeof bytes ? bytes[format] : 0;
}

static int probe(const struct sl__input *input, struct sl__picture *picture)
{
    const struct sl_pixels *pixels = input->pixels;
    unsigned bytes = bytes_per_pixel(pixels->format);

    if (bytes == 0)
        return sl__fail_caller(input, "the pixel format is unknown");
    if (!pixels->data)
        return sl__fail_caller(input, "there are no pixels");
    if (pixels->width > SIZE_MAX / bytes || pixels->stride < (size_t)pixels->width * bytes)
        return sl__fail_caller(input, "the stride is shorter than a row");
    if (pixels->orientation > 8)
        return sl__fail_caller(input, "the orientation is unknown");
    if (pixels->height > 0 && pixels->stride > SIZE_MAX / pixels->height)
        return sl__fail_caller(input, "stride × height is more than memory can hold");
    picture->width = pixels->width;
    picture->height = pixels->height;
    picture->orientation = pixels->orientation > 0 ? pixels->orientation : 1;
    picture->profile = sl__profile_from_icc(pixels->profile, pixels->profile_len);
    return 0;
}

static const unsigned char *view(struct sl__rows *rows)
{
    struct pixel_rows *r = (struct pixel_rows *)rows;
    const struct sl_pixels *pixels = rows->input->pixels;

    return (const unsigned char *)pixels->data + r->y++ * pixels->stride;
}

static int next(struct sl__rows *rows, unsigned char *row)
{
    const struct sl_pixels *pixels = rows->input->pixels;

    memcpy(row, view(rows), (size_t)pixels->width * bytes_per_pixel(pixels->format));
    return 0;
}

static void close_rows(struct sl__rows *rows)
{
    free(rows);
}

static int open_rows(struct sl__rows **rows, const struct sl__input *input,
                     struct sl__picture *picture, uint32_t width, uint32_t height)
{
    enum sl_pixel_format format = input->pixels->format;
    struct pixel_rows *r = calloc(1, sizeof *r);

    (void)width, (void)height;
    if (!r)
        return sl__fail_memory(input);
    r->rows = (struct sl__rows){
        .input = input,
        .width = picture->width,
        .height = picture->height,
        .extent_x = picture->width,
        .extent_y = picture->height,
        .space = format == SL_PIXELS_RGB8 || format == SL_PIXELS_RGBA8 ? SL__RGB : SL__GREY,
        .alpha = format == SL_PIXELS_RGBA8 || format == SL_PIXELS_GRAYA8,
        .next = next,
        .view = view,
        .close = close_rows,
    };
    *rows = &r->rows;
    return 0;
}

const struct sl__codec sl__pixels = {
    .probe = probe,
    .open = open_rows,
};
