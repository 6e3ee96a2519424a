/* PNG by libpng's simple interface. */
#include <png.h>
#include <stdio.h>

#include "pixels.h"

static bool decode(struct pixels *pixels, png_image *image)
{
    if (!pixels_set_size(pixels, image->width, image->height))
        return false;
    image->format = PNG_FORMAT_RGBA;
    return png_image_finish_read(image, NULL, pixels->rgba, 0, NULL);
}

bool decode_png(struct pixels *pixels, const unsigned char *data, size_t len)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    bool good = png_image_begin_read_from_memory(&image, data, len) && decode(pixels, &image);
    if (!good && !pixels->reason[0])
        snprintf(pixels->reason, sizeof pixels->reason, "%s", image.message);
    png_image_free(&image);
    return good;
}
