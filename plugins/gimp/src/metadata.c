/* Texts of an image that is open in GIMP. See metadata.h. */
#include "metadata.h"

#include <string.h>

#include "host.h"
#include "i18n.h"
#include "metadata_tags.h"

void metadata_read(int image, struct metadata *metadata)
{
    GExiv2Metadata *tags = host_metadata(image);

    *metadata = (struct metadata){0};
    if (tags)
        metadata_tags_read(tags, metadata);
    g_clear_object(&tags);
    metadata->comment = host_comment(image);
}

static bool write_tags(int image, const struct metadata *metadata, GError **error)
{
    GExiv2Metadata *tags = host_metadata(image);
    bool written = metadata_tags_write(tags, metadata, false, error);

    if (written && !host_set_metadata(image, tags)) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, _("GIMP does not take it"));
        written = false;
    }
    g_object_unref(tags);
    return written;
}

int metadata_write(int image, const struct metadata *metadata, struct sl_error *error)
{
    GError *reason = NULL;
    int code = 0;

    if (!host_image_valid(image))
        return sl_error_set(
            error, SL_E_INVALID, "%s",
            _("the image is no longer open in GIMP; open it again, or write the text "
              "into its file"));
    host_undo_begin(image);
    bool written =
        (!metadata->alt && !metadata->description) || write_tags(image, metadata, &reason);
    if (written && metadata->comment)
        written = host_set_comment(image, metadata->comment);
    host_undo_end(image);
    if (!written)
        code =
            sl_error_set(error, SL_E_IO,
                         _("the metadata of the image stayed as it was: %s; look at GIMP's error "
                           "console"),
                         reason ? reason->message : _("GIMP does not take the comment"));
    g_clear_error(&reason);
    return code;
}
