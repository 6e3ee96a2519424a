/* Decoding a picture, whole, to say what is in it. */
#ifndef SIMULATOR_PICTURE_H
#define SIMULATOR_PICTURE_H

#include <stddef.h>

#include "failure.h"

#define PICTURE_MAX_SIDE 4096

struct picture {
    const char *format; /* "JPEG", "PNG", "WebP", "GIF" */
    unsigned width, height;
    size_t bytes;
    unsigned mean;    /* 0xrrggbb */
    unsigned grid[9]; /* mean colours of a 3×3 grid, row by row */
    bool high_detail;
};

/*
 * What is transparent counts as black, as StepFun's documentation says; an orientation in the
 * metadata is not applied, since StepFun strips metadata. `name` begins the sentence of a refusal.
 * `mime` must be the one of the bytes, or NULL.
 */
bool picture_decode(struct picture *picture, const char *mime, const unsigned char *data,
                    size_t len, const char *name, struct failure *failure);

#endif
