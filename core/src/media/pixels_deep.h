/* Samples of more than 8 bits that the caller holds in memory. */
#ifndef SL__PIXELS_DEEP_H
#define SL__PIXELS_DEEP_H

#include "picture.h"

enum sl__sample { SL__SAMPLE_8, SL__SAMPLE_16, SL__SAMPLE_FLOAT };

/* What a pixel format is made of; `bytes` is 0 for one that is unknown. */
struct sl__pixel_layout {
    unsigned bytes; /* a pixel */
    enum sl__sample sample;
    bool linear;
    enum sl__space space;
    bool alpha;
};

struct sl__pixel_layout sl__pixel_layout(enum sl_pixel_format format);

#define SL__LIGHT_STEPS 65536

/* What light of 16 bits is as a sample of sRGB; NULL without memory, else for free(). */
unsigned char *sl__light_table(void);

/* Makes a row of deep samples one of 8 bits. `light` is needed for linear ones. */
void sl__pixels_flatten(unsigned char *to, const unsigned char *from, uint32_t pixels,
                        const struct sl__pixel_layout *layout, const unsigned char *light);

#endif
