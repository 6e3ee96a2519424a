/* Reads a lossy WebP as the planes that it is coded in. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "webp.h"

#define GROUP 16 /* rows of luma that are given at a time */

struct webp_planes {
    struct sl__planes planes;
    struct sl__webp_frame frame;
    uint32_t y; /* of luma */
};

static void give_rows(struct sl__scaler *scaler, const unsigned char *rows, int stride,
                      size_t width, uint32_t count)
{
    for (; count > 0; count--, rows += stride) {
        memcpy(sl__scaler_row(scaler), rows, width);
        sl__scaler_take(scaler);
    }
}

static int next(struct sl__planes *planes, struct sl__scaler *const scalers[SL__PLANES], bool *last)
{
    struct webp_planes *p = (struct webp_planes *)planes;
    const WebPYUVABuffer *buffer = &p->frame.config.output.u.YUVA;
    const unsigned char *samples[SL__PLANES] = {buffer->y, buffer->u, buffer->v};
    const int strides[SL__PLANES] = {buffer->y_stride, buffer->u_stride, buffer->v_stride};
    uint32_t left = planes->grids[0].height - p->y, count = left < GROUP ? left : GROUP;

    for (unsigned i = 0; i < SL__PLANES; i++)
        give_rows(scalers[i], samples[i] + (size_t)sl__plane_side(p->y, i) * (size_t)strides[i],
                  strides[i], planes->grids[i].width, sl__plane_side(count, i));
    p->y += count;
    *last = count == left;
    return 0;
}

static void close_planes(struct sl__planes *planes)
{
    struct webp_planes *p = (struct webp_planes *)planes;

    sl__webp_end(&p->frame);
    free(p);
}

static void place(struct sl__planes *planes, const struct sl__picture *picture)
{
    for (unsigned i = 0; i < SL__PLANES; i++)
        planes->grids[i] = (struct sl__grid){
            .width = sl__plane_side(picture->width, i),
            .height = sl__plane_side(picture->height, i),
            .extent_x = i == 0 ? picture->width : picture->width / 2.0,
            .extent_y = i == 0 ? picture->height : picture->height / 2.0,
        };
}

/* WebP has luma from 16 to 235 and colours from 16 to 240, with 128 for none; JPEG has both from 0
 * to 255. */
static void widen(unsigned char curve[256], double range, double from, double to)
{
    for (int i = 0; i < 256; i++)
        curve[i] = (unsigned char)fmin(fmax(lround((i - from) * 255 / range + to), 0), 255);
}

static int start(struct webp_planes *p, const struct sl__picture *picture, bool *fitting)
{
    static const int lossy = 1;
    WebPDecoderConfig *config = &p->frame.config;
    int rc = sl__webp_begin(&p->frame, p->planes.input);

    *fitting = rc == 0 && config->input.format == lossy && !config->input.has_alpha &&
               sl__webp_covers(&p->frame, picture);
    if (!*fitting)
        return rc;
    config->output.colorspace = MODE_YUV;
    place(&p->planes, picture);
    return sl__webp_decode(&p->frame, p->planes.input);
}

int sl__webp_open_planes(struct sl__planes **planes, const struct sl__input *input,
                         const struct sl__picture *picture, uint32_t width, uint32_t height)
{
    struct webp_planes *p = calloc(1, sizeof *p);
    bool fitting;
    int rc;

    (void)width, (void)height;
    if (!p)
        return sl__fail_memory(input);
    p->planes = (struct sl__planes){
        .input = input, .has_curves = true, .next = next, .close = close_planes};
    widen(p->planes.curves[0], 219, 16, 0);
    widen(p->planes.curves[1], 224, 128, 128);
    widen(p->planes.curves[2], 224, 128, 128);
    rc = start(p, picture, &fitting);
    if (rc == 0 && fitting)
        *planes = &p->planes;
    else
        close_planes(&p->planes);
    return rc;
}
