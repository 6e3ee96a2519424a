/*
 * One picture, read from GIMP as sRGB pixels strip by strip, so that a dialog can stay alive in
 * between.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdbool.h>

#include <sightline/error.h>
#include <sightline/media.h>

#include "source.h"

struct picture;

/* Has the pixel library load none of its operations, which take most of its start and are not
 * needed here. To be called before there is a second thread. */
void picture_leave_operations_out(void);

/* Prepares the pixel library, which takes up to a third of a second: before the first picture is
 * opened, from any thread. */
void picture_warm_up(void);

/*
 * Asks GIMP for a picture, in one call that cannot be divided. NULL when it is not there; `error`
 * says why. From here on the image itself is not needed any more.
 */
struct picture *picture_open(const struct shot *shot, struct sl_error *error);

/* Finds out how its colours become ours, before the first strip: up to a second where the pixel
 * library has not done it before. From any thread. */
void picture_tune(struct picture *picture);

/* Reads the next strip, as high as fits into some 20 milliseconds by what the last one took.
 * Returns whether there is more to read. */
bool picture_read(struct picture *picture);

/* How much has been read, from 0 to 1. */
double picture_fraction(const struct picture *picture);

/*
 * Makes `media` of a picture that was read to its end, and frees the rest. `media->name` and the
 * pixels are the caller's, to be freed with g_free; `media->release` is not set.
 */
void picture_take(struct picture *picture, struct sl_media *media);

/* Drops a picture, read to its end or not. NULL is fine. */
void picture_free(struct picture *picture);

#endif
