/* The two halves of the GIF codec. */
#ifndef SL__GIF_H
#define SL__GIF_H

#include "picture.h"

/* gif_blocks.c */
int sl__gif_probe(const struct sl__input *input, struct sl__picture *picture);
int sl__gif_strip(const struct sl__input *input, struct sl__bytes *out);

#endif
