/* Curves for samples of more than 8 bits. */
#ifndef SL__TONES_H
#define SL__TONES_H

#include "picture.h"

#define SL__TONE_STEPS 65536

/* What 16-bit samples are as 8-bit ones with the curve of sRGB, by channel; a grey has the second.
 */
struct sl__tones {
    unsigned char curve[3][SL__TONE_STEPS];
};

/* Of light. NULL without memory, else for free(). */
struct sl__tones *sl__tones_of_light(void);

/*
 * Of a profile that 8-bit samples would not do for, which has the curve of sRGB afterwards; NULL
 * where they do, and for profiles of other kinds than curves and primaries. A NULL profile is fine.
 * `*dry` says whether it is for want of memory.
 */
struct sl__tones *sl__tones_take(void *profile, bool *dry);

/* colour.c: a cmsToneCurve, or NULL without memory. */
void *sl__srgb_curve(void);

#endif
