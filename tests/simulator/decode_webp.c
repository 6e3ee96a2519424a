/* WebP by libwebp. */
#include <stdio.h>
#include <webp/decode.h>

#include "pixels.h"

static bool fail(struct pixels *pixels, const char *reason)
{
    snprintf(pixels->reason, sizeof pixels->reason, "%s", reason);
    return false;
}

bool decode_webp(struct pixels *pixels, const unsigned char *data, size_t len)
{
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(data, len, &features) != VP8_STATUS_OK)
        return fail(pixels, "its header is damaged");
    if (features.has_animation)
        return fail(pixels, "it is animated");
    if (!pixels_set_size(pixels, (unsigned long)features.width, (unsigned long)features.height))
        return false;
    size_t stride = (size_t)pixels->width * 4;
    return WebPDecodeRGBAInto(data, len, pixels->rgba, stride * pixels->height, (int)stride) ||
           fail(pixels, "it is damaged or cut short");
}
