/* From planes to the JPEG that is sent. */
#include <stdlib.h>

#include "planes.h"

struct work {
    struct sl__planes *planes;
    struct sl__bitmap bitmaps[SL__PLANES];
    struct sl__scaler *scalers[SL__PLANES];
};

/*
 * One direction of a plane. A side of luma that is odd leaves half a sample of colours over, which
 * has to lie at the right and the bottom of the upright picture.
 */
static void place(double *origin, double *extent, uint32_t side, unsigned plane, bool mirrored)
{
    double whole = *extent;

    if (plane == 0 || side % 2 == 0)
        return;
    *extent = whole * (side + 1) / side;
    *origin = mirrored ? whole - *extent : 0;
}

static struct sl__grid grid_for(const struct sl__planes *planes, unsigned plane, uint32_t width,
                                uint32_t height, unsigned orientation)
{
    struct sl__grid grid = planes->grids[plane];
    bool left, top;

    sl__turn_mirrors(orientation, &left, &top);
    place(&grid.origin_x, &grid.extent_x, width, plane, left);
    place(&grid.origin_y, &grid.extent_y, height, plane, top);
    return grid;
}

/* libjpeg decodes colours of half the resolution as large as luma where that is decoded smaller. */
static bool is_too_large(const struct sl__grid *grid, const struct sl__bitmap *bitmap)
{
    return grid->extent_x >= 2 * SL__OVERSIZE * bitmap->width &&
           grid->extent_y >= 2 * SL__OVERSIZE * bitmap->height;
}

static struct sl__scaler *new_scaler(const struct sl__grid *grid, const struct sl__bitmap *bitmap,
                                     unsigned plane)
{
    if (plane > 0 && is_too_large(grid, bitmap))
        return sl__scaler_new_halving(grid, bitmap->width, bitmap->height, bitmap->data, NULL);
    return sl__scaler_new(grid, 1, bitmap->width, bitmap->height, bitmap->data, NULL);
}

static bool prepare(struct work *w, uint32_t width, uint32_t height, unsigned orientation)
{
    for (unsigned i = 0; i < SL__PLANES; i++) {
        struct sl__grid grid = grid_for(w->planes, i, width, height, orientation);
        struct sl__bitmap *bitmap = &w->bitmaps[i];

        *bitmap = (struct sl__bitmap){NULL, sl__plane_side(width, i), sl__plane_side(height, i),
                                      SL__GREY};
        bitmap->data = malloc((size_t)bitmap->width * bitmap->height);
        if (!bitmap->data)
            return false;
        w->scalers[i] = new_scaler(&grid, bitmap, i);
        if (!w->scalers[i])
            return false;
    }
    return true;
}

static void free_scalers(struct work *w)
{
    for (unsigned i = 0; i < SL__PLANES; i++) {
        sl__scaler_free(w->scalers[i]);
        w->scalers[i] = NULL;
    }
}

static int read_all(struct work *w)
{
    const struct sl__input *input = w->planes->input;
    bool last = false;
    int rc = 0;

    while (rc == 0 && !last)
        rc = sl__cancelled(input) ? sl__fail_cancelled(input)
                                  : w->planes->next(w->planes, w->scalers, &last);
    return rc;
}

static void apply_curve(const struct sl__bitmap *bitmap, const unsigned char curve[256])
{
    size_t samples = (size_t)bitmap->width * bitmap->height;

    for (size_t i = 0; i < samples; i++)
        bitmap->data[i] = curve[bitmap->data[i]];
}

int sl__planes_make(struct sl_image *image, struct sl__planes *planes, uint32_t width,
                    uint32_t height, unsigned orientation)
{
    struct work w = {.planes = planes};
    int rc =
        prepare(&w, width, height, orientation) ? read_all(&w) : sl__fail_memory(planes->input);

    free_scalers(&w);
    for (unsigned i = 0; rc == 0 && planes->has_curves && i < SL__PLANES; i++)
        apply_curve(&w.bitmaps[i], planes->curves[i]);
    for (unsigned i = 0; rc == 0 && i < SL__PLANES; i++)
        rc = sl__turn(&w.bitmaps[i], orientation, planes->input);
    if (rc == 0)
        rc = sl__jpeg_encode_planes(image, w.bitmaps, planes->input);
    for (unsigned i = 0; i < SL__PLANES; i++)
        free(w.bitmaps[i].data);
    return rc;
}
