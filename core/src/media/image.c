/* What is known of a picture without reading it, and what becomes of it afterwards. */
#include <stdlib.h>
#include <string.h>

#include "picture.h"

const char *sl__media_name(const struct sl_media *media)
{
    const char *slash;

    if (media->name && *media->name)
        return media->name;
    if (media->kind != SL_MEDIA_FILE || !media->path || !*media->path)
        return "picture";
    slash = strrchr(media->path, '/');
    return slash && slash[1] ? slash + 1 : media->path;
}

void sl_image_release(struct sl_image *image)
{
    free(image->data);
    *image = (struct sl_image)SL_IMAGE_INIT;
}
