/*
 * The pictures of a source, read whole. They are shared: by a dialog that shows them, a thread that
 * prepares them, and requests that send them. Nobody changes them any more.
 */
#ifndef READING_H
#define READING_H

#include <stdbool.h>
#include <stddef.h>

#include <sightline/error.h>
#include <sightline/media.h>

struct pictures;

/* From any thread. The last one who drops them frees them; NULL is fine there. */
struct pictures *pictures_hold(struct pictures *pictures);
void pictures_drop(struct pictures *pictures);

size_t pictures_count(const struct pictures *pictures);

/* An array of them, borrowed, for as long as the pictures are held. */
const struct sl_media *pictures_media(const struct pictures *pictures);

/* Reading all of a source, in steps between which a dialog can be alive. */
struct reading;

enum reading_state {
    READING_ASIDE,   /* the next step takes a while, and any thread may do it */
    READING_OPENS,   /* the next step is one call into GIMP, which can take seconds */
    READING_GOES_ON, /* the next step takes some milliseconds */
    READING_DONE,
    READING_FAILED,
};

/* NULL when there is nothing to read; `error` says why. */
struct reading *reading_new(int image, const char *source, struct sl_error *error);

/* Does the next step, of which the first is READING_ASIDE. Returns what comes then. */
enum reading_state reading_step(struct reading *reading, struct sl_error *error);

/* What the next step asks GIMP for, when it is READING_OPENS; in words, translated. */
const char *reading_request(const struct reading *reading);

/* How much has been read, from 0 to 1. */
double reading_fraction(const struct reading *reading);

/* The pictures of a reading that is done, the caller's. */
struct pictures *reading_take(struct reading *reading);

/* NULL is fine. */
void reading_free(struct reading *reading);

#endif
