/* Writes the JPEG that is sent. */
#include <stdlib.h>
#include <string.h>

#include "jpeg.h"

#define QUALITY 80 /* of the house for what had to be changed; colours at half the resolution */
#define GROUP_ROWS 16

struct writer {
    struct jpeg_compress_struct info;
    struct sl__jpeg_failure failure;
    unsigned char *data;
    unsigned long len;
    bool writing; /* the destination is ready to be written to, and to be ended */
};

static void set_up(struct writer *w, uint32_t width, uint32_t height, int components,
                   J_COLOR_SPACE space)
{
    struct jpeg_compress_struct *info = &w->info;

    jpeg_create_compress(info);
    jpeg_mem_dest(info, &w->data, &w->len);
    w->writing = true;
    info->image_width = width;
    info->image_height = height;
    info->input_components = components;
    info->in_color_space = space;
    jpeg_set_defaults(info);
    jpeg_set_quality(info, QUALITY, TRUE);
}

static int write_rows(struct writer *w, const struct sl__bitmap *bitmap)
{
    if (setjmp(w->failure.jump))
        return w->failure.code;
    set_up(w, bitmap->width, bitmap->height, (int)bitmap->space,
           bitmap->space == SL__GREY ? JCS_GRAYSCALE : JCS_RGB);
    jpeg_start_compress(&w->info, TRUE);
    while (w->info.next_scanline < w->info.image_height) {
        JSAMPROW row = bitmap->data + (size_t)w->info.next_scanline * bitmap->width * bitmap->space;

        if (sl__cancelled(w->failure.input))
            return sl__fail_cancelled(w->failure.input);
        jpeg_write_scanlines(&w->info, &row, 1);
    }
    jpeg_finish_compress(&w->info);
    return 0;
}

/* Whole blocks of each plane: 16 rows of luma, 8 of each of the others. */
struct group {
    unsigned char *samples; /* SL__PLANES × GROUP_ROWS rows of `row` bytes */
    size_t row;
    JSAMPROW rows[SL__PLANES][GROUP_ROWS];
};

static bool group_init(struct group *group, uint32_t width)
{
    group->row = ((size_t)width + GROUP_ROWS - 1) / GROUP_ROWS * GROUP_ROWS;
    group->samples = malloc(group->row * SL__PLANES * GROUP_ROWS);
    for (size_t i = 0; group->samples && i < (size_t)SL__PLANES * GROUP_ROWS; i++)
        group->rows[i / GROUP_ROWS][i % GROUP_ROWS] = group->samples + i * group->row;
    return group->samples;
}

/* What lies beyond the edges is like the edge, as libjpeg itself has it. */
static void fill_row(unsigned char *to, size_t room, const struct sl__bitmap *plane, uint32_t y)
{
    uint32_t inside = y < plane->height ? y : plane->height - 1;
    const unsigned char *from = plane->data + (size_t)inside * plane->width;

    memcpy(to, from, plane->width);
    memset(to + plane->width, from[plane->width - 1], room - plane->width);
}

static void fill_group(struct group *group, const struct sl__bitmap planes[SL__PLANES], uint32_t y)
{
    for (unsigned i = 0; i < SL__PLANES; i++) {
        uint32_t rows = sl__plane_side(GROUP_ROWS, i), first = sl__plane_side(y, i);

        for (uint32_t k = 0; k < rows; k++)
            fill_row(group->rows[i][k], sl__plane_side((uint32_t)group->row, i), &planes[i],
                     first + k);
    }
}

static int write_planes(struct writer *w, const struct sl__bitmap planes[SL__PLANES],
                        struct group *group)
{
    JSAMPARRAY arrays[SL__PLANES] = {group->rows[0], group->rows[1], group->rows[2]};

    if (setjmp(w->failure.jump))
        return w->failure.code;
    set_up(w, planes[0].width, planes[0].height, SL__PLANES, JCS_YCbCr);
    w->info.raw_data_in = TRUE;
    jpeg_start_compress(&w->info, TRUE);
    while (w->info.next_scanline < w->info.image_height) {
        if (sl__cancelled(w->failure.input))
            return sl__fail_cancelled(w->failure.input);
        fill_group(group, planes, w->info.next_scanline);
        jpeg_write_raw_data(&w->info, arrays, GROUP_ROWS);
    }
    jpeg_finish_compress(&w->info);
    return 0;
}

static struct writer *writer_new(const struct sl__input *input)
{
    struct writer *w = calloc(1, sizeof *w);

    if (w)
        w->info.err = sl__jpeg_failure_init(&w->failure, input);
    return w;
}

/* Frees it, with what it wrote moved to `image` if that went well; returns `rc`. */
static int writer_end(struct writer *w, int rc, struct sl_image *image)
{
    if (rc != 0 && w->writing)
        w->info.dest->term_destination(&w->info); /* tells which buffer is in use by now */
    if (rc == 0) {
        image->width = w->info.image_width;
        image->height = w->info.image_height;
        image->data = w->data;
        image->len = w->len;
        image->mime = sl__jpeg.mime;
        w->data = NULL;
    }
    jpeg_destroy_compress(&w->info);
    free(w->data);
    free(w);
    return rc;
}

int sl__jpeg_encode(struct sl_image *image, const struct sl__bitmap *bitmap,
                    const struct sl__input *input)
{
    struct writer *w = writer_new(input);

    return w ? writer_end(w, write_rows(w, bitmap), image) : sl__fail_memory(input);
}

int sl__jpeg_encode_planes(struct sl_image *image, const struct sl__bitmap planes[SL__PLANES],
                           const struct sl__input *input)
{
    struct writer *w = writer_new(input);
    struct group group = {0};
    int rc;

    if (!w)
        return sl__fail_memory(input);
    rc = group_init(&group, planes[0].width) ? write_planes(w, planes, &group)
                                             : sl__fail_memory(input);
    free(group.samples);
    return writer_end(w, rc, image);
}
