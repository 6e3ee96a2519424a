/*
 * What a picture says of itself in words: alt text, description and comment, in an image that is
 * open in GIMP and in a file on disk.
 */
#ifndef METADATA_H
#define METADATA_H

#include <stdbool.h>

#include <sightline/error.h>

/* Texts owned by the struct, to be freed with metadata_release. NULL: there is none. */
struct metadata {
    char *alt;         /* Iptc4xmpCore:AltTextAccessibility */
    char *description; /* dc:description */
    char *comment;     /* of the image or file */
};

void metadata_release(struct metadata *metadata);

/* Reads what an open image has. To be called from the main thread, as metadata_write. */
void metadata_read(int image, struct metadata *metadata);

/*
 * Replaces in an open image the texts that are not NULL in `metadata`, which is borrowed, in one
 * undo step. Errors: SL_E_INVALID (the image is not open any more), SL_E_IO (GIMP refuses).
 */
int metadata_write(int image, const struct metadata *metadata, struct sl_error *error);

/*
 * The same for a JPEG, PNG, WebP or TIFF file, by any thread. The file is replaced by a changed
 * copy with the same mode, or left as it was; its coded pixels and all other metadata stay as they
 * are. A symbolic link is followed. Errors: SL_E_IO, SL_E_UNSUPPORTED (another format),
 * SL_E_CORRUPT.
 */
int metadata_file_read(const char *path, struct metadata *metadata, struct sl_error *error);
int metadata_file_write(const char *path, const struct metadata *metadata, struct sl_error *error);

#endif
