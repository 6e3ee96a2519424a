/* Samples of more than 8 bits that the caller holds in memory. */
#ifndef SL__PIXELS_DEEP_H
#define SL__PIXELS_DEEP_H

#include "tones.h"

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

/* Makes a row of deep samples one of 8 bits; without tones they keep their curve. */
void sl__pixels_flatten(unsigned char *to, const unsigned char *from, uint32_t pixels,
                        const struct sl__pixel_layout *layout, const struct sl__tones *tones);

/* As sl__unmultiply, for deep samples with alpha. */
void sl__pixels_unmultiply(unsigned char *row, uint32_t pixels,
                           const struct sl__pixel_layout *layout);

#endif
