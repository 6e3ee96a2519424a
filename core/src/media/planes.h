/*
 * A picture as the planes that JPEG has: luma, and two of colours at a resolution of their own. It
 * is scaled, turned and coded again as such: colours are neither converted to RGB and back nor
 * brought to the resolution of luma.
 */
#ifndef SL__PLANES_H
#define SL__PLANES_H

#include "scale.h"

#define SL__PLANES 3

/* A codec embeds this as its first member. */
struct sl__planes {
    const struct sl__input *input;
    struct sl__grid grids[SL__PLANES]; /* each covers the whole picture */
    bool has_curves;
    unsigned char curves[SL__PLANES][256]; /* from its samples to those of JPEG */
    /* Gives the next rows of each plane to its scaler. `*last` is set when there are no more and
     * the whole has been verified. */
    int (*next)(struct sl__planes *planes, struct sl__scaler *const scalers[SL__PLANES],
                bool *last);
    void (*close)(struct sl__planes *planes);
};

/* Reads all planes and writes the JPEG that is sent, of width × height pixels before turning. */
int sl__planes_make(struct sl_image *image, struct sl__planes *planes, uint32_t width,
                    uint32_t height, unsigned orientation);

/* jpeg_encode.c: `planes` have the sizes that sl__plane_side says. */
int sl__jpeg_encode_planes(struct sl_image *image, const struct sl__bitmap planes[SL__PLANES],
                           const struct sl__input *input);

/* Colours have half the resolution of luma in each direction. */
static inline uint32_t sl__plane_side(uint32_t side, unsigned plane)
{
    return plane == 0 ? side : (side + 1) / 2;
}

#endif
