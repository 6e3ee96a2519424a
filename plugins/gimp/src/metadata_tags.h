/* The tags behind struct metadata, for images and files alike. */
#ifndef METADATA_TAGS_H
#define METADATA_TAGS_H

#include <gexiv2/gexiv2.h>

#include "metadata.h"

/* Fills what the tags say; `comment` is left NULL. */
void metadata_tags_read(GExiv2Metadata *tags, struct metadata *metadata);

/*
 * Sets the tags of what is not NULL. `file`: the tags go to a file from here and not back to GIMP,
 * which passes on no more than one value a tag.
 */
bool metadata_tags_write(GExiv2Metadata *tags, const struct metadata *metadata, bool file,
                         GError **error);

#endif
