/* An answer that becomes the alt text of a picture. */
#ifndef EDITOR_WRITING_H
#define EDITOR_WRITING_H

#include <cjson/cJSON.h>
#include <sightline/sightline.h>

struct writing;

/*
 * Reads `alt` of a message that starts a request: the form of a picture. On success *writing is the
 * caller's, NULL where the message has none.
 */
int writing_new(struct writing **writing, const cJSON *message, struct sl_error *error);
void writing_free(struct writing *writing);

/* More of the answer. */
void writing_add(struct writing *writing, const char *text, size_t len);

/* What stands at the picture's alt now that the answer is whole. On success `alt` is to be
 * released. */
int writing_finish(const struct writing *writing, struct sl_alt *alt, struct sl_error *error);

#endif
