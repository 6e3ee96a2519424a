/* What the header and the pixels of a BMP have to do with each other. */
#ifndef SL__BMP_H
#define SL__BMP_H

#include "picture.h"

enum sl__bmp_coding { SL__BMP_PLAIN, SL__BMP_RLE8, SL__BMP_RLE4, SL__BMP_MASKED };

/* Where a channel is in a pixel: `mask` 0 where it is not there. */
struct sl__bmp_channel {
    uint32_t mask, most; /* `most`: of the value, after it was shifted down */
    unsigned shift;
};

struct sl__bmp {
    uint32_t width, height;
    bool top_down;
    unsigned bits; /* a pixel */
    enum sl__bmp_coding coding;
    struct sl__bmp_channel channels[4]; /* red, green, blue, alpha; of 16 and 32 bits */
    unsigned char colours[256][3];
    size_t pixels; /* where they begin */
    size_t stride; /* bytes of a stored row; 0 for RLE */
};

/* Reads the headers. `picture` may be NULL; it gets the profile, too. */
int sl__bmp_read(struct sl__bmp *bmp, const struct sl__input *input, struct sl__picture *picture);

#endif
