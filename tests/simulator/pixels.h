/* What the decoders fill: one row after another, eight bits of red, green, blue and alpha. */
#ifndef SIMULATOR_PIXELS_H
#define SIMULATOR_PIXELS_H

#include <stdbool.h>
#include <stddef.h>

struct pixels {
    unsigned width, height;
    unsigned char *rgba;
    char reason[200]; /* why a decoder failed */
};

/* Once a header is read. False when there is nothing to see or a side is over the limit. */
bool pixels_set_size(struct pixels *pixels, unsigned long width, unsigned long height);

bool decode_jpeg(struct pixels *pixels, const unsigned char *data, size_t len);
bool decode_png(struct pixels *pixels, const unsigned char *data, size_t len);
bool decode_webp(struct pixels *pixels, const unsigned char *data, size_t len);
bool decode_gif(struct pixels *pixels, const unsigned char *data, size_t len);

#endif
