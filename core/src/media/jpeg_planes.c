/* Reads JPEG as the planes that it is coded in, smaller by halves where less is wanted. */
#include <stdlib.h>
#include <string.h>

#include "jpeg.h"

/* Rows that a decoder brings at a time, of one plane; some libjpegs make blocks of twice the size.
 */
#define MOST_ROWS (MAX_SAMP_FACTOR * DCTSIZE * 2)

/* The same in both ways of counting that libjpeg has. */
#if JPEG_LIB_VERSION >= 70
#define BLOCK_WIDTH(component) ((component)->DCT_h_scaled_size)
#define BLOCK_HEIGHT(component) ((component)->DCT_v_scaled_size)
#define LEAST_HEIGHT(info) ((info)->min_DCT_v_scaled_size)
#else
#define BLOCK_WIDTH(component) ((component)->DCT_scaled_size)
#define BLOCK_HEIGHT(component) ((component)->DCT_scaled_size)
#define LEAST_HEIGHT(info) ((info)->min_DCT_scaled_size)
#endif

struct plane {
    unsigned char *samples; /* one group of rows */
    JSAMPROW rows[MOST_ROWS];
    unsigned group; /* rows in one */
    uint32_t left;  /* rows that are still to come */
};

struct jpeg_planes {
    struct sl__planes planes;
    struct sl__jpeg_reader reader;
    struct plane plane[SL__PLANES];
};

static void give_rows(struct plane *plane, size_t width, struct sl__scaler *scaler)
{
    for (unsigned y = 0; y < plane->group && plane->left > 0; y++, plane->left--) {
        memcpy(sl__scaler_row(scaler), plane->rows[y], width);
        sl__scaler_take(scaler);
    }
}

static int next(struct sl__planes *planes, struct sl__scaler *const scalers[SL__PLANES], bool *last)
{
    struct jpeg_planes *p = (struct jpeg_planes *)planes;
    struct jpeg_decompress_struct *info = &p->reader.info;
    JSAMPARRAY arrays[SL__PLANES] = {p->plane[0].rows, p->plane[1].rows, p->plane[2].rows};

    if (setjmp(p->reader.failure.jump))
        return p->reader.failure.code;
    jpeg_read_raw_data(info, arrays,
                       (JDIMENSION)info->max_v_samp_factor * (JDIMENSION)LEAST_HEIGHT(info));
    for (unsigned i = 0; i < SL__PLANES; i++)
        give_rows(&p->plane[i], planes->grids[i].width, scalers[i]);
    *last = info->output_scanline >= info->output_height;
    return *last ? sl__jpeg_reader_finish(&p->reader) : 0;
}

static void close_planes(struct sl__planes *planes)
{
    struct jpeg_planes *p = (struct jpeg_planes *)planes;

    jpeg_destroy_decompress(&p->reader.info);
    for (unsigned i = 0; i < SL__PLANES; i++)
        free(p->plane[i].samples);
    free(p);
}

/* By its first scan, which names a predictor in the place of frequencies. */
static bool is_lossless(const struct jpeg_decompress_struct *info)
{
    return info->Ss > 0 && info->Se == 0;
}

/* Whether it is coded in such planes, in a way that libjpeg can make pixels of too. */
static bool fits(const struct jpeg_decompress_struct *info)
{
    if (info->jpeg_color_space != JCS_YCbCr || info->num_components != SL__PLANES ||
        is_lossless(info))
        return false;
    for (unsigned i = 0; i < SL__PLANES; i++)
        if (info->max_h_samp_factor % info->comp_info[i].h_samp_factor != 0 ||
            info->max_v_samp_factor % info->comp_info[i].v_samp_factor != 0)
            return false;
    return true;
}

/* How many samples of a plane cover a side of the picture, also where they are no whole number. */
static double extent(uint32_t side, int factor, int most, int block)
{
    return (double)side * factor * block / ((double)most * DCTSIZE);
}

static struct sl__grid grid_of(const struct jpeg_decompress_struct *info,
                               const jpeg_component_info *component)
{
    return (struct sl__grid){
        .width = component->downsampled_width,
        .height = component->downsampled_height,
        .extent_x = extent(info->image_width, component->h_samp_factor, info->max_h_samp_factor,
                           BLOCK_WIDTH(component)),
        .extent_y = extent(info->image_height, component->v_samp_factor, info->max_v_samp_factor,
                           BLOCK_HEIGHT(component)),
    };
}

static int prepare_plane(struct jpeg_planes *p, unsigned i)
{
    const jpeg_component_info *component = &p->reader.info.comp_info[i];
    size_t row = (size_t)component->width_in_blocks * (size_t)BLOCK_WIDTH(component);
    struct plane *plane = &p->plane[i];

    p->planes.grids[i] = grid_of(&p->reader.info, component);
    plane->group = (unsigned)(component->v_samp_factor * BLOCK_HEIGHT(component));
    plane->left = component->downsampled_height;
    plane->samples = malloc(plane->group * row);
    if (!plane->samples)
        return sl__fail_memory(p->planes.input);
    for (unsigned y = 0; y < plane->group; y++)
        plane->rows[y] = plane->samples + y * row;
    return 0;
}

static int start(struct jpeg_planes *p, const struct sl__picture *picture, unsigned shrink,
                 bool *fitting)
{
    int rc;

    if (setjmp(p->reader.failure.jump))
        return p->reader.failure.code;
    rc = sl__jpeg_reader_begin(&p->reader, picture, shrink);
    *fitting = rc == 0 && fits(&p->reader.info);
    if (!*fitting)
        return rc;
    p->reader.info.out_color_space = JCS_YCbCr;
    p->reader.info.raw_data_out = TRUE;
    jpeg_start_decompress(&p->reader.info);
    for (unsigned i = 0; rc == 0 && i < SL__PLANES; i++)
        rc = prepare_plane(p, i);
    return rc;
}

int sl__jpeg_open_planes(struct sl__planes **planes, const struct sl__input *input,
                         const struct sl__picture *picture, uint32_t width, uint32_t height)
{
    struct jpeg_planes *p = calloc(1, sizeof *p);
    bool fitting = false;
    int rc;

    if (!p)
        return sl__fail_memory(input);
    p->planes = (struct sl__planes){.input = input, .next = next, .close = close_planes};
    sl__jpeg_reader_init(&p->reader, input);
    rc = start(p, picture, sl__jpeg_shrink_for(picture, width, height), &fitting);
    if (rc == 0 && fitting)
        *planes = &p->planes;
    else
        close_planes(&p->planes);
    return rc;
}
