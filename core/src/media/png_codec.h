/* The two halves of the PNG codec. */
#ifndef SL__PNG_H
#define SL__PNG_H

#include "picture.h"

/* png_chunks.c */
int sl__png_probe(const struct sl__input *input, struct sl__picture *picture);
int sl__png_strip(const struct sl__input *input, struct sl__bytes *out);

#endif
