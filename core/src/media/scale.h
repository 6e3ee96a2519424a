/*
 * Rows of 8-bit samples in, a smaller picture out: one scaler for each picture, or for each plane
 * of one whose planes have sizes of their own.
 */
#ifndef SL__SCALE_H
#define SL__SCALE_H

#include "picture.h"
#include "simd.h"

/* What is scaled: rows, and what part of them the result covers. */
struct sl__grid {
    uint32_t width, height;
    double origin_x, origin_y, extent_x, extent_y;
};

struct sl__scaler;

/*
 * `out`, which the caller keeps until the scaler is freed, has room for width × height × channels
 * samples. `simd` is NULL for the fastest. Returns NULL when there is no memory.
 */
struct sl__scaler *sl__scaler_new(const struct sl__grid *from, unsigned channels, uint32_t width,
                                  uint32_t height, unsigned char *out, const struct sl__simd *simd);
/*
 * The same for one channel, of which four samples become one before they are scaled: for colours
 * that come much larger than they are wanted.
 */
struct sl__scaler *sl__scaler_new_halving(const struct sl__grid *from, uint32_t width,
                                          uint32_t height, unsigned char *out,
                                          const struct sl__simd *simd);
/* NULL is fine. */
void sl__scaler_free(struct sl__scaler *scaler);

/* Where the next row is to be written, and that it has been: rows of the result may then be ready.
 */
unsigned char *sl__scaler_row(const struct sl__scaler *scaler);
void sl__scaler_take(struct sl__scaler *scaler);

#endif
