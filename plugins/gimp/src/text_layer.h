/* Answers as text layers of the image. */
#ifndef TEXT_LAYER_H
#define TEXT_LAYER_H

#include <sightline/error.h>

#include "source.h"

/* Finds out beforehand what would keep a text layer from being made: the errors of the next. */
int text_layer_check(int image, struct sl_error *error);

/*
 * Inserts an answer into an open image, above its layers and in one undo step. An answer that says
 * where its lines are becomes a layer for each, placed as it stands in `sent`, the part of the
 * image that was asked about; NULL is all of it. Any other becomes one layer, wrapped to the
 * selection, or to the image where nothing is selected. It is black or white, whichever stands out,
 * in the font that GIMP's text tool has now.
 *
 * On success `*count`, which may be NULL, is how many layers there are now. Errors, and then the
 * image has no layer more: SL_E_INVALID (the image is gone, the answer is empty, GIMP has no
 * fonts), SL_E_IO (GIMP refuses).
 */
int text_layer_insert(int image, const struct area *sent, const char *answer, unsigned *count,
                      struct sl_error *error);

/* The text of an answer that says where its lines are, a line each, to be freed with g_free; a copy
 * of any other. */
char *text_layer_plain(const char *answer);

#endif
