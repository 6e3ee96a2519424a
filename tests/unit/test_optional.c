/* What is said where a picture's module, or the library below it, is not there. Run by alone.sh. */
#include "pictures.h"

#define HEIC                                                                                       \
    "\0\0\0\x18"                                                                                   \
    "ftypheic\0\0\0\0mif1heic"
#define AVIF                                                                                       \
    "\0\0\0\x18"                                                                                   \
    "ftypavif\0\0\0\0mif1avif"

static void refuse_bytes(const char *bytes, size_t len, const char *words)
{
    struct sl_media media = {
        .kind = SL_MEDIA_BYTES, .name = "photo.heic", .bytes = bytes, .len = len};

    refuse_media(&media, SL_E_UNSUPPORTED, words);
}

static void no_modules(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *words;
    } rows[] = {
        {HEIC, 24,
         "this build cannot read HEIC; install libheif (Debian: libheif-dev) and build "
         "again, or convert it to JPEG or PNG"},
        {AVIF, 24, "cannot read AVIF; install libheif"},
        {"II*\0\x08\0\0\0", 8, "cannot read TIFF; install libtiff (Debian: libtiff-dev)"},
        {"MM\0*\0\0\0\x08", 8, "cannot read TIFF"},
        {"II+\0\x08\0\0\0", 8, "cannot read BigTIFF"},
        {"<?xml version=\"1.0\"?>\n<!-- x --><svg xmlns=", 44,
         "cannot read SVG; install librsvg (Debian: librsvg2-dev)"},
        {"  <svg>", 7, "SVG"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refuse_bytes(rows[i].bytes, rows[i].len, rows[i].words);
}

static void broken_modules(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) /* the second time from memory */
        refuse_bytes(HEIC, 24, "what reads HEIC here cannot be used (");
    refuse_bytes("II*\0\x08\0\0\0", 8, "build Sightline again, or convert it");
}

static void a_library_that_is_missing(void **state)
{
    (void)state;
    refuse_bytes(HEIC, 24,
                 "photo.heic: this machine has no libheif; install libheif1, or convert it to JPEG "
                 "or PNG");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_modules),
        cmocka_unit_test(broken_modules),
        cmocka_unit_test(a_library_that_is_missing),
    };

    return run_cases(tests, argc, argv);
}
