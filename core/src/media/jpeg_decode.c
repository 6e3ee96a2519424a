/* Reads JPEG as rows of pixels, smaller by halves where less is wanted. */
#include <stdlib.h>

#include "jpeg.h"

struct jpeg_rows {
    struct sl__rows rows;
    struct sl__jpeg_reader reader;
    bool inverted; /* Adobe writes CMYK the other way round */
};

static void choose_output(struct jpeg_rows *r)
{
    struct jpeg_decompress_struct *info = &r->reader.info;

    if (info->num_components == 1)
        info->out_color_space = JCS_GRAYSCALE;
    else if (info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK)
        info->out_color_space = JCS_CMYK;
    else
        info->out_color_space = JCS_RGB;
    r->inverted = info->out_color_space == JCS_CMYK && info->saw_Adobe_marker;
}

static int finish(struct jpeg_rows *r)
{
    int rc = sl__jpeg_reader_finish(&r->reader);

    r->rows.untidy = r->reader.failure.untidy;
    return rc;
}

static int next(struct sl__rows *rows, unsigned char *row)
{
    struct jpeg_rows *r = (struct jpeg_rows *)rows;

    if (setjmp(r->reader.failure.jump))
        return r->reader.failure.code;
    jpeg_read_scanlines(&r->reader.info, &row, 1);
    if (r->inverted)
        for (size_t i = 0; i < (size_t)rows->width * 4; i++)
            row[i] ^= 255;
    return r->reader.info.output_scanline == rows->height ? finish(r) : 0;
}

static void close_rows(struct sl__rows *rows)
{
    struct jpeg_rows *r = (struct jpeg_rows *)rows;

    jpeg_destroy_decompress(&r->reader.info);
    free(r);
}

static int start(struct jpeg_rows *r, const struct sl__picture *picture, unsigned shrink)
{
    int rc;

    if (setjmp(r->reader.failure.jump))
        return r->reader.failure.code;
    rc = sl__jpeg_reader_begin(&r->reader, picture, shrink);
    if (rc != 0)
        return rc;
    choose_output(r);
    jpeg_start_decompress(&r->reader.info);
    return 0;
}

static int open_rows(struct sl__rows **rows, const struct sl__input *input,
                     struct sl__picture *picture, uint32_t width, uint32_t height)
{
    unsigned shrink = sl__jpeg_shrink_for(picture, width, height);
    struct jpeg_rows *r = calloc(1, sizeof *r);
    const struct jpeg_decompress_struct *info;
    int rc;

    if (!r)
        return sl__fail_memory(input);
    sl__jpeg_reader_init(&r->reader, input);
    rc = start(r, picture, shrink);
    if (rc != 0) {
        close_rows(&r->rows);
        return rc;
    }
    info = &r->reader.info;
    if (info->output_width == picture->width)
        shrink = 1; /* lossless JPEG, where it is read at all, is never shrunk */
    r->rows = (struct sl__rows){
        .input = input,
        .width = info->output_width,
        .height = info->output_height,
        .extent_x = (double)picture->width / shrink,
        .extent_y = (double)picture->height / shrink,
        .space = (enum sl__space)info->output_components,
        .next = next,
        .close = close_rows,
    };
    *rows = &r->rows;
    return 0;
}

const struct sl__codec sl__jpeg = {
    .mime = "image/jpeg",
    .everywhere = true,
    .probe = sl__jpeg_probe,
    .open = open_rows,
    .strip = sl__jpeg_strip,
    .open_planes = sl__jpeg_open_planes,
};
