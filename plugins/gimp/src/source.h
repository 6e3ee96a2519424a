/* Which pictures a source stands for: "visible", "selection", "layers" and the like. */
#ifndef SOURCE_H
#define SOURCE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include <sightline/error.h>

#include "command.h"

/* One picture that is to be read. */
struct shot {
    int image;
    int layer;                    /* its pixels alone; negative: all that is visible */
    uint32_t x, y, width, height; /* the part that is read */
    bool masked;                  /* what is not selected in it is left out */
    char *name;                   /* what sentences call it */
};

/*
 * Finds the pictures of a source, as GIMP is now. The array holds struct shot and is to be freed
 * with g_array_unref. NULL when there are none, or too large ones; `error` says why.
 */
GArray *source_shots(int image, const char *source, struct sl_error *error);

/* A part of an image, in its pixels. */
struct area {
    int x, y, width, height;
};

/* Where in the image the first picture of a source is now; all of it where that is not in it. */
struct area source_area(int image, const char *source);

/* The sources there are; and whether one can give several pictures. */
const struct choice *source_choices(void);
bool source_is_several(const char *source);

#endif
