/* The parts of the PNG codec. */
#ifndef SL__PNG_H
#define SL__PNG_H

#include "picture.h"

/* The coded pixels, in one chunk or in several that follow each other. */
struct sl__png_pixels {
    size_t at; /* of the first chunk */
    size_t chunks;
    size_t len; /* of all their data */
};

/* png_chunks.c */
int sl__png_probe(const struct sl__input *input, struct sl__picture *picture);
int sl__png_strip(const struct sl__input *input, struct sl__bytes *out);
/*
 * False when there is anything about the pixels, or behind them, that has to be judged: a wrong
 * check sum, a gap, a chunk that is more than a remark.
 */
bool sl__png_find_pixels(const struct sl__input *input, struct sl__png_pixels *pixels);
/* `to` has room for `pixels->len` bytes. */
void sl__png_join_pixels(const struct sl__input *input, const struct sl__png_pixels *pixels,
                         unsigned char *to);

/*
 * png_inflate.c: the whole rows of a picture at once, each with the number of its filter, and
 * SL__UNFILTER_ROOM bytes behind them; or NULL when they are too many or not as they should be, for
 * libpng to read and to judge. The caller frees them.
 */
unsigned char *sl__png_inflate(const struct sl__input *input, uint32_t height, size_t row_bytes);

#endif
