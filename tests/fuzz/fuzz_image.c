/*
 * Fuzzes the preparation of coded pictures: fuzz_image [directory of samples].
 *
 * The last byte chooses the sizes, so that small pictures are scaled in some runs and passed on in
 * others; with the four before it, a part of the picture. Pictures over a megapixel are left out:
 * they would cost time and find nothing more.
 */
#include <stdlib.h>

#include "media/picture.h"

#define MOST_PIXELS (1u << 20)

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

/* libheif gives dav1d no bytes where a file has none, and dav1d then forgets some of its own. */
SL_API const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libdav1d\n";
}

static bool is_small(const unsigned char *data, size_t len)
{
    struct sl__input input = {.name = "picture", .bytes = data, .len = len};
    struct sl__picture picture = {.orientation = 1};
    int code;
    const struct sl__codec *codec = sl__codec_for(&input, &code);
    bool small = !codec || codec->probe(&input, &picture) != 0 ||
                 (uint64_t)picture.width * picture.height <= MOST_PIXELS;

    sl__profile_free(picture.profile);
    return small;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    struct sl_media media = {.kind = SL_MEDIA_BYTES, .bytes = data, .len = len};
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_image image = SL_IMAGE_INIT;
    struct sl_error error = SL_ERROR_INIT;
    int rc;

    if (len == 0 || !is_small(data, len))
        return 0;
    if (data[len - 1] & 1)
        options.sizes.low_side = 16;
    if (len > 4 && data[len - 1] & 2)
        options.crop =
            (struct sl_rect){data[len - 2], data[len - 3], data[len - 4] + 1u, data[len - 5] + 1u};
    rc = sl_image_prepare(&image, &media, &options, &error);
    if (rc == 0 ? !image.data || image.width == 0 || image.height == 0
                : image.data || error.code != rc || !error.message[0])
        abort();
    sl_image_release(&image);
    return 0;
}
