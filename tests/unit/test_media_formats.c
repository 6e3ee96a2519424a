/* Preparing coded pictures: each format's kinds, what is private in them, and damage. */
#include "pictures.h"

static const unsigned char white[3] = {255, 255, 255};

/* What must never leave, wherever it stood. */
static void assert_private(const struct sl_image *image)
{
    static const char *const planted[] = {"SECRET", "Exif",        "http://ns.adobe.com/xap",
                                          "JFXX",   "ICC_PROFILE", "iCCP",
                                          "ICCP",   "XMP ",        "EXIF",
                                          "eXIf",   "tEXt",        "tIME",
                                          "acTL"};

    for (size_t i = 0; i < sizeof planted / sizeof *planted; i++)
        if (holds(image, planted[i]))
            fail_msg("%s was sent", planted[i]);
}

/* From `what` in `coded` to its end, the same bytes stand in the image. */
static void assert_kept(const struct sl_image *image, const struct coded *coded, const char *what,
                        size_t n, size_t len)
{
    const unsigned char *from = find(coded->data, coded->len, what, n);

    assert_non_null(from);
    if (len == 0)
        len = coded->len - (size_t)(from - coded->data);
    assert_non_null(find(image->data, image->len, from, len));
}

static void plant_in_jpeg(struct coded *jpeg)
{
    add_segment(jpeg, 0xfe, "COMMENT-SECRET", 14);
    add_segment(jpeg, 0xe1, "http://ns.adobe.com/xap/1.0/\0XMP-SECRET", 40);
    add_segment(jpeg, 0xed, "Photoshop 3.0\0IPTC-SECRET", 25);
    add_segment(jpeg, 0xe0, "JFXX\0\x10THUMB-SECRET", 18);
    add_exif(jpeg, 1, true);
    append(jpeg, "\xff\xd8\xff second picture SECRET", 25);
}

static void jpeg_passes(void **state)
{
    static const struct jpeg_kind kinds[] = {
        {0}, {.progressive = true}, {.coarse = true}, {.restart = 2}, {.coded = JCS_RGB}};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        OWNED(raw) raw = make_raw(90, 70, 3);
        OWNED(coded) jpeg = make_jpeg(&raw, kinds[i]);
        OWNED(coded) clean = {0};
        OWNED(sl_image) image = {0};
        OWNED(raw) before = read_jpeg(jpeg.data, jpeg.len), after = {0};

        append(&clean, jpeg.data, jpeg.len);
        plant_in_jpeg(&jpeg);
        image = prepare(&jpeg);
        assert_string_equal(image.mime, "image/jpeg");
        assert_int_equal(image.done, SL_IMAGE_STRIPPED);
        assert_private(&image);
        assert_kept(&image, &clean, "\xff\xda", 2, 0);
        after = read_jpeg(image.data, image.len);
        assert_memory_equal(after.data, before.data, (size_t)90 * 70 * 3);
    }
}

static void jpeg_without_metadata_is_the_same(void **state)
{
    OWNED(raw) raw = make_raw(90, 70, 1);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    OWNED(sl_image) image = prepare(&jpeg);

    (void)state;
    assert_int_equal(image.done, 0);
    assert_int_equal(image.len, jpeg.len);
    assert_memory_equal(image.data, jpeg.data, jpeg.len);
}

static void jpeg_in_high_detail(void **state)
{
    OWNED(raw) fits = make_raw(1000, 500, 3);
    OWNED(raw) large = make_raw(1100, 550, 3);
    OWNED(coded) jpeg1 = make_jpeg(&fits, (struct jpeg_kind){0});
    OWNED(coded) jpeg2 = make_jpeg(&large, (struct jpeg_kind){0});
    const struct sl_media media1 = media_of(&jpeg1), media2 = media_of(&jpeg2);
    OWNED(sl_image) image1 = prepare_media(&media1, SL_DETAIL_HIGH);
    OWNED(sl_image) image2 = prepare_media(&media2, SL_DETAIL_HIGH);

    (void)state;
    assert_int_equal(image1.len, jpeg1.len);
    assert_int_equal(image1.done, 0);
    assert_int_equal(image2.done, SL_IMAGE_SCALED);
    assert_int_equal(image2.width, 1008);
    assert_int_equal(image2.height, 504);
    assert_int_equal(image2.source_width, 1100);
}

static void jpeg_thumbnail_of_jfif_is_dropped(void **state)
{
    OWNED(raw) raw = make_raw(40, 30, 3);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    OWNED(sl_image) image = {0};

    (void)state;
    add_segment(&jpeg, 0xe0, "JFIF\0\1\1\0\0\1\0\1\2\1SECRET", 20);
    image = prepare(&jpeg);
    assert_int_equal(image.done, SL_IMAGE_STRIPPED);
    assert_private(&image);
}

static void jpeg_private_data_is_dropped_when_made_anew(void **state)
{
    OWNED(raw) raw = make_raw(1500, 900, 3);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    OWNED(sl_image) image = {0};

    (void)state;
    plant_in_jpeg(&jpeg);
    image = prepare(&jpeg);
    assert_int_equal(image.done, SL_IMAGE_STRIPPED | SL_IMAGE_SCALED);
    assert_private(&image);
    assert_middle(&image, pixel(&raw, 750, 450), 3, 4);
}

/* Bytes that belong to nothing are harmless to look at, but they are not sent. */
static void jpeg_bytes_between_are_dropped(void **state)
{
    OWNED(raw) raw = make_raw(90, 70, 3);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    OWNED(coded) other = {0};
    OWNED(sl_image) image = {0}, image2 = {0};

    (void)state;
    append(&other, jpeg.data, jpeg.len);
    splice(&jpeg, 20, "HIDDEN-SECRET", 13);
    splice(&other, other.len - 2, "HIDDEN-SECRET", 13);
    image = prepare(&jpeg);
    assert_private(&image);
    assert_middle(&image, pixel(&raw, 45, 35), 3, 6);
    image2 = prepare(&other);
    assert_private(&image2);
    assert_middle(&image2, pixel(&raw, 45, 35), 3, 6);
}

/* Which corner of the stored picture comes to the upright one's top left and top right. */
enum corner { TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT };
static const struct {
    enum corner top_left, top_right, bottom_left;
} upright[9] = {
    [1] = {TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT},     [2] = {TOP_RIGHT, TOP_LEFT, BOTTOM_RIGHT},
    [3] = {BOTTOM_RIGHT, BOTTOM_LEFT, TOP_RIGHT}, [4] = {BOTTOM_LEFT, BOTTOM_RIGHT, TOP_LEFT},
    [5] = {TOP_LEFT, BOTTOM_LEFT, TOP_RIGHT},     [6] = {BOTTOM_LEFT, TOP_LEFT, BOTTOM_RIGHT},
    [7] = {BOTTOM_RIGHT, TOP_RIGHT, BOTTOM_LEFT}, [8] = {TOP_RIGHT, BOTTOM_RIGHT, TOP_LEFT},
};

static const unsigned char *corner(const struct raw *raw, enum corner which)
{
    return pixel(raw, which % 2 ? raw->width - 3 : 2, which / 2 ? raw->height - 3 : 2);
}

static void assert_upright(const struct sl_image *image, const struct raw *stored,
                           unsigned orientation)
{
    OWNED(raw) read = read_jpeg(image->data, image->len);
    bool swapped = orientation >= 5;

    assert_int_equal(read.width, swapped ? stored->height : stored->width);
    assert_int_equal(image->width, read.width);
    assert_int_equal(image->height, read.height);
    assert_int_equal(image->source_width, read.width);
    assert_int_equal(image->source_height, read.height);
    assert_true(((image->done & SL_IMAGE_TURNED) != 0) == (orientation > 1));
    assert_near(corner(&read, TOP_LEFT), corner(stored, upright[orientation].top_left), 3, 8);
    assert_near(corner(&read, TOP_RIGHT), corner(stored, upright[orientation].top_right), 3, 8);
    assert_near(corner(&read, BOTTOM_LEFT), corner(stored, upright[orientation].bottom_left), 3, 8);
}

static void jpeg_is_turned(void **state)
{
    OWNED(raw) raw = make_raw(120, 60, 3);

    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
        OWNED(sl_image) image = {0};

        add_exif(&jpeg, i / 2 + 1, i % 2);
        image = prepare(&jpeg);
        assert_upright(&image, &raw, i / 2 + 1);
        assert_private(&image);
    }
}

static void exif_that_lies(void **state)
{
    static const struct {
        const char *tiff;
        size_t len;
    } rows[] = {
        {"", 0},
        {"II*\0", 4},
        {"II*\0\xff\xff\xff\xff", 8},
        {"II*\0\x08\0\0\0", 8},
        {"II*\0\x08\0\0\0\xff\xff\x12\x01\x03\0\x01\0\0\0", 18},
        {"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0", 22},
        {"II*\0\x08\0\0\0\x01\0\x12\x01\x04\0\x01\0\0\0\x06\0\0\0", 22},
        {"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0", 22},
        {"XX*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0", 22},
        {"II*\0\x07\0\0\0\x01\0", 9},
    };
    OWNED(raw) raw = make_raw(30, 20, 3);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
        OWNED(coded) exif = {0};
        OWNED(sl_image) image = {0};

        append(&exif, "Exif\0\0", 6);
        append(&exif, rows[i].tiff, rows[i].len);
        add_segment(&jpeg, 0xe1, exif.data, exif.len);
        image = prepare(&jpeg);
        assert_int_equal(image.done, SL_IMAGE_STRIPPED);
        assert_int_equal(image.width, 30);
    }
}

static void jpeg_of_inks(void **state)
{
    /* What is stored: Adobe's programs write how much light is left, others how much ink. */
    static const unsigned char light[4] = {200, 100, 50, 230}, ink[4] = {55, 155, 205, 25};
    static const unsigned char wanted[3] = {180, 90, 45};
    OWNED(raw) inverted = make_flat(60, 40, 4, light);
    OWNED(raw) straight = make_flat(60, 40, 4, ink);
    OWNED(coded) coded1 = make_jpeg(&inverted, (struct jpeg_kind){0});
    OWNED(coded) coded2 = make_jpeg(&inverted, (struct jpeg_kind){.coded = JCS_YCCK});
    OWNED(coded) coded3 = make_jpeg(&straight, (struct jpeg_kind){.no_adobe = true});
    OWNED(sl_image) image1 = prepare(&coded1);
    OWNED(sl_image) image2 = prepare(&coded2);
    OWNED(sl_image) image3 = prepare(&coded3);

    (void)state;
    assert_int_equal(image1.done, SL_IMAGE_CONVERTED);
    assert_middle(&image1, wanted, 3, 4);
    assert_middle(&image2, wanted, 3, 6);
    assert_middle(&image3, wanted, 3, 4);
}

static void jpeg_of_inks_with_a_profile(void **state)
{
    static const unsigned char light[4] = {200, 100, 250, 230}, ink[4] = {55, 155, 5, 25};
    OWNED(coded) icc = make_cmyk_profile();
    OWNED(raw) raw = make_flat(60, 40, 4, light);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    OWNED(sl_image) image = {0};
    unsigned char wanted[3];

    (void)state;
    add_jpeg_profile(&jpeg, &icc);
    image = prepare(&jpeg);
    to_srgb(&icc, TYPE_CMYK_8, ink, wanted);
    assert_true(wanted[0] > wanted[1] + 20);
    assert_int_equal(image.done, SL_IMAGE_CONVERTED | SL_IMAGE_STRIPPED);
    assert_middle(&image, wanted, 3, 5);
}

static void jpeg_profile_is_converted(void **state)
{
    static const unsigned char colour[3] = {210, 60, 50};
    OWNED(coded) icc = make_rgb_profile(p3_primaries, 0);
    OWNED(raw) raw = make_flat(60, 40, 3, colour);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    OWNED(sl_image) image = {0};
    unsigned char wanted[3];

    (void)state;
    add_jpeg_profile(&jpeg, &icc);
    image = prepare(&jpeg);
    to_srgb(&icc, TYPE_RGB_8, colour, wanted);
    assert_int_equal(image.done, SL_IMAGE_CONVERTED | SL_IMAGE_STRIPPED);
    assert_middle(&image, wanted, 3, 5);
    assert_private(&image);
}

static void jpeg_profile_of_srgb_is_dropped(void **state)
{
    OWNED(coded) icc = make_srgb_profile();
    OWNED(raw) raw = make_raw(60, 40, 3);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    OWNED(coded) clean = make_jpeg(&raw, (struct jpeg_kind){0});
    OWNED(sl_image) image = {0};

    (void)state;
    add_jpeg_profile(&jpeg, &icc);
    image = prepare(&jpeg);
    assert_int_equal(image.done, SL_IMAGE_STRIPPED);
    assert_int_equal(image.len, clean.len);
    assert_memory_equal(image.data, clean.data, clean.len);
}

/* Waves that rise and fall within 200 pixels: where they are shows in their level. */
static unsigned char wave(double x)
{
    double place = x / 100 - 2 * (int)(x / 200);

    return (unsigned char)(255 * (place < 1 ? place : 2 - place));
}

/* An eighth of 801 is no whole number: most of the last decoded pixel is padding. */
static void jpeg_shrunk_while_decoded_does_not_shift(void **state)
{
    OWNED(raw) raw = make_raw(801, 801, 1);
    OWNED(coded) jpeg = {0};
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_media media;
    OWNED(sl_image) image = {0};
    OWNED(raw) read = {0};

    (void)state;
    for (size_t i = 0; i < (size_t)801 * 801; i++)
        raw.data[i] = wave((double)(i % 801));
    jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    media = media_of(&jpeg);
    options.sizes.low_side = 64;
    assert_int_equal(sl_image_prepare(&image, &media, &options, NULL), 0);
    read = read_jpeg(image.data, image.len);
    assert_int_equal(read.width, 64);
    for (uint32_t x = 2; x < 62; x++) {
        unsigned char wanted = wave((x + 0.5) * 801 / 64 - 0.5);

        if (wanted > 50 && wanted < 205) /* the tips are rounded off */
            assert_near(pixel(&read, x, 30), &wanted, 1, 6);
    }
}

/* Sets height and width in the SOF. */
static void set_jpeg_size(struct coded *jpeg, unsigned width, unsigned height)
{
    unsigned char *sof = jpeg->data + (find(jpeg->data, jpeg->len, "\xff\xc0", 2) - jpeg->data);

    sof[5] = (unsigned char)(height >> 8);
    sof[6] = (unsigned char)height;
    sof[7] = (unsigned char)(width >> 8);
    sof[8] = (unsigned char)width;
}

static void jpeg_headers_that_cannot_be(void **state)
{
    OWNED(raw) raw = make_raw(60, 40, 3);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});

    (void)state;
    set_jpeg_size(&jpeg, 0, 0);
    refuse(&jpeg, SL_E_CORRUPT, "0×0");
    set_jpeg_size(&jpeg, 60, 0);
    refuse(&jpeg, SL_E_CORRUPT, "60×0");
    set_jpeg_size(&jpeg, 30000, 30000);
    refuse(&jpeg, SL_E_TOO_LARGE, "30000×30000");
    set_jpeg_size(&jpeg, 24000, 24000);
    refuse(&jpeg, SL_E_TOO_LARGE, "200 megapixels");
    set_jpeg_size(&jpeg, 60, 4000);
    refuse(&jpeg, SL_E_CORRUPT, "damaged");
    set_jpeg_size(&jpeg, 60, 40);
    jpeg.data[find(jpeg.data, jpeg.len, "\xff\xc0", 2) - jpeg.data + 4] = 12;
    refuse(&jpeg, SL_E_UNSUPPORTED, "this kind of JPEG");
}

/*
 * Every strict prefix must be refused, but for the last `spare` bytes that hold no pixels. Whoever
 * hears "cut short" or "damaged" is told what to do; a few bytes may look like no picture at all.
 */
static void refuse_prefixes(const struct coded *coded, size_t spare)
{
    for (size_t len = 0; len < coded->len - spare; len++) {
        struct coded part = {malloc(len + 1), len}; /* its end is the sanitizer's to watch */
        struct sl_media media = media_of(&part);
        struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
        struct sl_image image = SL_IMAGE_INIT;
        struct sl_error error = SL_ERROR_INIT;

        part.data = realloc(part.data, len ? len : 1);
        memcpy(part.data, coded->data, len);
        media.bytes = part.data;
        if (sl_image_prepare(&image, &media, &options, &error) == 0)
            fail_msg("%zu of %zu bytes were taken for a whole picture", len, coded->len);
        if (error.code != SL_E_CORRUPT && error.code != SL_E_UNSUPPORTED)
            fail_msg("%zu bytes: %s", len, error.message);
        free(part.data);
    }
}

static void jpeg_cut_anywhere(void **state)
{
    OWNED(raw) raw = make_raw(60, 40, 3);
    OWNED(coded) plain = make_jpeg(&raw, (struct jpeg_kind){0});
    OWNED(coded) progressive = make_jpeg(&raw, (struct jpeg_kind){.progressive = true});
    OWNED(coded) restarts = make_jpeg(&raw, (struct jpeg_kind){.restart = 1});
    struct coded most = {plain.data, plain.len / 2};

    (void)state;
    refuse_prefixes(&plain, 2); /* all but the end marker */
    refuse_prefixes(&progressive, 0);
    refuse_prefixes(&restarts, 2);
    refuse(&most, SL_E_CORRUPT, "cut short");
}

/* Few programs can read it. */
static void jpeg_of_arithmetic_coding_is_made_anew(void **state)
{
    OWNED(raw) raw = make_raw(60, 40, 3);

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct jpeg_kind kind = {.arithmetic = true, .progressive = i};
        OWNED(coded) jpeg = make_jpeg(&raw, kind);
        OWNED(sl_image) image = prepare(&jpeg);

        assert_string_equal(image.mime, "image/jpeg");
        assert_non_null(find(image.data, image.len, "\xff\xc0\0\x11", 4));
    }
}

/* Each costs as much as the whole picture, and takes a few bytes. */
static void jpeg_of_many_scans_is_cut_off(void **state)
{
    OWNED(raw) raw = make_raw(800, 600, 1);
    OWNED(coded) many = make_jpeg(&raw, (struct jpeg_kind){.scans = 190});
    OWNED(coded) more = make_jpeg(&raw, (struct jpeg_kind){.scans = MOST_SCANS});
    OWNED(sl_image) image = prepare(&many);

    (void)state;
    assert_int_equal(image.width, 728);
    refuse(&more, SL_E_CORRUPT, "damaged");
}

static void jpeg_cut_in_a_large_one(void **state)
{
    OWNED(raw) raw = make_raw(1600, 1200, 3);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});

    (void)state;
    for (unsigned i = 1; i < 20; i++) {
        struct coded part = {jpeg.data, jpeg.len * i / 20};

        refuse(&part, SL_E_CORRUPT, "cut short");
    }
}

static void jpeg_without_its_end_marker(void **state)
{
    OWNED(raw) raw = make_raw(60, 40, 3);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    struct coded part = {jpeg.data, jpeg.len - 2};
    OWNED(sl_image) image = prepare(&part);

    (void)state;
    assert_int_equal(image.len, jpeg.len); /* it was put back */
    assert_memory_equal(image.data, jpeg.data, jpeg.len);
}

/* The chunk, with its length and check sum. */
static void assert_same_idat(const struct sl_image *image, const struct coded *png)
{
    const unsigned char *idat = find(png->data, png->len, "IDAT", 4);

    assert_kept(image, png, "IDAT", 4, png_get_uint_32(idat - 4) + 8);
}

static const struct png_kind secret_png = {.private = true};

static void png_passes(void **state)
{
    static const png_color palette[4] = {{9, 9, 9}, {200, 10, 10}, {10, 200, 10}, {10, 10, 200}};
    static const png_byte opaque[4] = {255, 255, 255, 255};
    OWNED(coded) icc = make_srgb_profile();
    const struct {
        unsigned channels;
        struct png_kind kind;
    } rows[] = {
        {3, secret_png},
        {1, secret_png},
        {4, secret_png}, /* alpha, but opaque */
        {2, secret_png},
        {3, {.private = true, .interlace = true}},
        {1, {.private = true, .palette = palette, .colours = 4}},
        {1, {.private = true, .palette = palette, .colours = 4, .clear = opaque, .clears = 4}},
        {3, {.private = true, .srgb = true}},
        {3, {.private = true, .gamma = 0.45455}},
        {3, {.private = true, .gamma = 0.45455, .primaries = srgb_primaries}},
        {3, {.private = true, .icc = &icc}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        OWNED(raw) raw = make_raw(90, 70, rows[i].channels);
        OWNED(coded) png = {0};
        OWNED(sl_image) image = {0};

        if (rows[i].channels == 2 || rows[i].kind.palette)
            for (size_t k = 0; k < (size_t)90 * 70 * rows[i].channels; k++)
                raw.data[k] = rows[i].kind.palette ? k % 4 : k % 2 ? 255 : 80;
        png = make_png(&raw, rows[i].kind);
        assert_kept(&(struct sl_image){.data = png.data, .len = png.len}, &png, "SECRET", 6, 6);
        append(&png, "after the end: SECRET", 21);
        image = prepare(&png);
        assert_string_equal(image.mime, "image/png");
        assert_int_equal(image.done, SL_IMAGE_STRIPPED);
        assert_private(&image);
        assert_memory_equal(image.data, png.data, 33);
        assert_same_idat(&image, &png);
    }
}

static void png_with_a_broken_profile_passes(void **state)
{
    OWNED(raw) raw = make_raw(50, 40, 3);
    OWNED(coded)
    png = make_png(&raw, (struct png_kind){.unknown = "iCCP",
                                           .unknown_data = "SECRET\0\0garbage",
                                           .unknown_len = 15});
    OWNED(sl_image) image = prepare(&png);

    (void)state;
    assert_int_equal(image.done, SL_IMAGE_STRIPPED);
    assert_private(&image);
    assert_same_idat(&image, &png);
}

static void png_of_16_bits(void **state)
{
    /* Big-endian samples: 0x64ff of 0xffff is 100.6 of 255, so it becomes 101. */
    static const unsigned char rgb[6] = {0x20, 0x10, 0x80, 0xff, 0xc8, 0x00};
    static const unsigned char grey[2] = {0x64, 0xff};
    static const unsigned char wanted[3] = {0x20, 0x81, 0xc7}, wanted_grey = 0x65;
    OWNED(raw) raw = make_flat(50, 40, 6, rgb);
    OWNED(raw) raw_grey = make_flat(50, 40, 2, grey);
    OWNED(coded) png = make_png(&raw, (struct png_kind){.depth = 16});
    OWNED(coded) png_grey = make_png(&raw_grey, (struct png_kind){.depth = 16});
    OWNED(sl_image) image = prepare(&png);
    OWNED(sl_image) image_grey = prepare(&png_grey);

    (void)state;
    assert_int_equal(image.done, SL_IMAGE_CONVERTED);
    assert_middle(&image, wanted, 3, 4);
    assert_middle(&image_grey, &wanted_grey, 1, 0);
}

/* Light in 16 bits, said by a profile and by gAMA; grey and colour, interlaced, with alpha. */
static void png_of_light(void **state)
{
    OWNED(coded) icc = make_rgb_profile(srgb_primaries, 1), grey_icc = make_grey_profile(1);
    const struct {
        unsigned samples;
        struct png_kind kind;
        unsigned channels;
    } rows[] = {{3, {.icc = &icc}, 3},      {3, {.icc = &icc, .interlace = true}, 3},
                {4, {.icc = &icc}, 3},      {3, {.gamma = 1}, 3},
                {1, {.icc = &grey_icc}, 1}, {2, {.icc = &grey_icc}, 1},
                {1, {.gamma = 1}, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct png_kind kind = rows[i].kind;
        OWNED(raw)
        raw = make_flat(16 * sizeof dark_levels, 16, rows[i].samples * 2,
                        (const unsigned char[8]){0});
        for (uint32_t y = 0; y < raw.height; y++)
            for (uint32_t x = 0; x < raw.width; x++)
                for (unsigned c = 0; c < rows[i].samples; c++) {
                    bool alpha = c > 0 && c == rows[i].samples - 1 && rows[i].samples % 2 == 0;
                    long v = alpha ? 65535 : lround(light_of(dark_levels[x / 16]) * 65535);
                    unsigned char *p = raw.data + ((size_t)y * raw.width + x) * raw.channels;

                    p[c * 2] = (unsigned char)(v >> 8);
                    p[c * 2 + 1] = (unsigned char)v;
                }
        kind.depth = 16;
        OWNED(coded) png = make_png(&raw, kind);
        OWNED(sl_image) image = prepare(&png);

        assert_true(image.done & SL_IMAGE_CONVERTED);
        assert_ramp(&image, rows[i].channels);
    }
}

/* The primaries of a profile are converted still, and so is a part that is opened twice. */
static void png_of_light_with_primaries(void **state)
{
    static const unsigned char colour[3] = {12, 5, 3};
    OWNED(coded)
    icc = make_rgb_profile(p3_primaries, 1), curved = make_rgb_profile(p3_primaries, 0);
    unsigned char samples[6], wanted[3];

    (void)state;
    for (unsigned c = 0; c < 3; c++) {
        long v = lround(light_of(colour[c]) * 65535);
        samples[c * 2] = (unsigned char)(v >> 8);
        samples[c * 2 + 1] = (unsigned char)v;
    }
    OWNED(raw) raw = make_flat(1600, 900, 6, samples);
    OWNED(coded) png = make_png(&raw, (struct png_kind){.depth = 16, .icc = &icc});
    to_srgb(&curved, TYPE_RGB_8, colour, wanted);
    for (enum sl_detail detail = SL_DETAIL_LOW; detail <= SL_DETAIL_AUTO; detail++) {
        struct sl_media media = media_of(&png);
        OWNED(sl_image) image = prepare_media(&media, detail);
        assert_middle(&image, wanted, 3, 2);
    }
}

static void png_with_alpha(void **state)
{
    static const png_color palette[2] = {{0, 0, 200}, {200, 0, 0}};
    static const png_byte clear[2] = {128, 255};
    static const png_color_16 clear_grey = {.gray = 77},
                              clear_rgb = {.red = 9, .green = 8, .blue = 7};
    const struct {
        unsigned channels;
        unsigned char in[4];
        struct png_kind kind;
        unsigned char out[3];
    } rows[] = {
        {4, {200, 0, 0, 0}, {0}, {255, 255, 255}},
        {4, {200, 0, 0, 128}, {.interlace = true}, {227, 127, 127}},
        {2, {0, 64}, {0}, {191, 191, 191}},
        {1, {0}, {.palette = palette, .colours = 2, .clear = clear, .clears = 2}, {127, 127, 227}},
        {1, {77}, {.clear_colour = &clear_grey}, {255, 255, 255}},
        {3, {9, 8, 7}, {.clear_colour = &clear_rgb}, {255, 255, 255}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool grey = rows[i].channels < 3 && !rows[i].kind.palette;
        OWNED(raw) raw = make_flat(50, 40, rows[i].channels, rows[i].in);
        OWNED(coded) png = make_png(&raw, rows[i].kind);
        OWNED(sl_image) image = prepare(&png);

        assert_int_equal(image.done, SL_IMAGE_FLATTENED);
        assert_middle(&image, rows[i].out, grey ? 1 : 3, 4);
    }
}

static void png_large_and_interlaced(void **state)
{
    OWNED(raw) raw = make_raw(1500, 700, 4);
    OWNED(coded) png = make_png(&raw, (struct png_kind){.interlace = true});
    OWNED(sl_image) image = prepare(&png);

    (void)state;
    assert_int_equal(image.done, SL_IMAGE_SCALED);
    assert_int_equal(image.width, 728);
    assert_middle(&image, pixel(&raw, 750, 350), 3, 4);
}

static void png_colours_are_converted(void **state)
{
    static const unsigned char colour[3] = {190, 70, 60};
    OWNED(coded) p3 = make_rgb_profile(p3_primaries, 0);
    OWNED(coded) dark = make_rgb_profile(srgb_primaries, 1.25);
    OWNED(coded) adobe = make_rgb_profile(adobe_primaries, 2.2);
    const struct {
        struct png_kind kind;
        const struct coded *profile;
    } rows[] = {
        {{.icc = &p3}, &p3},
        {{.primaries = p3_primaries}, &p3},
        {{.primaries = p3_primaries, .gamma = 0.45455}, &p3},
        {{.gamma = 0.8}, &dark},
        {{.icc = &adobe}, &adobe},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        OWNED(raw) raw = make_flat(50, 40, 3, colour);
        OWNED(coded) png = make_png(&raw, rows[i].kind);
        OWNED(sl_image) image = prepare(&png);
        unsigned char wanted[3];

        to_srgb(rows[i].profile, TYPE_RGB_8, colour, wanted);
        assert_true(image.done & SL_IMAGE_CONVERTED);
        assert_middle(&image, wanted, 3, 4);
    }
}

static void png_animation_gives_its_first_picture(void **state)
{
    static const unsigned char frames[8] = {0, 0, 0, 2};
    OWNED(raw) raw = make_raw(50, 40, 3);
    OWNED(coded)
    png = make_png(&raw,
                   (struct png_kind){.unknown = "acTL", .unknown_data = frames, .unknown_len = 8});
    OWNED(sl_image) image = prepare(&png);

    (void)state;
    assert_int_equal(image.done, SL_IMAGE_FIRST_FRAME | SL_IMAGE_STRIPPED);
    assert_private(&image);
}

static void png_is_turned(void **state)
{
    OWNED(raw) raw = make_raw(120, 60, 3);

    (void)state;
    for (unsigned orientation = 1; orientation <= 8; orientation++) {
        OWNED(coded)
        png = make_png(&raw, (struct png_kind){.private = true, .orientation = orientation});
        OWNED(sl_image) image = prepare(&png);

        if (orientation > 1)
            assert_upright(&image, &raw, orientation);
        assert_private(&image);
    }
}

static void png_cut_anywhere(void **state)
{
    OWNED(raw) raw = make_raw(30, 20, 3);
    OWNED(coded) plain = make_png(&raw, (struct png_kind){.private = true});
    OWNED(coded) interlaced = make_png(&raw, (struct png_kind){.interlace = true});
    struct coded most = {plain.data, plain.len / 2};

    (void)state;
    refuse_prefixes(&plain, 0);
    refuse_prefixes(&interlaced, 0);
    refuse(&most, SL_E_CORRUPT, "cut short");
}

static void png_check_sums_count(void **state)
{
    OWNED(raw) raw = make_raw(30, 20, 3);
    OWNED(coded) png = make_png(&raw, (struct png_kind){0});
    unsigned char *data = png.data;
    size_t idat = (size_t)(find(data, png.len, "IDAT", 4) - data);

    (void)state;
    for (size_t at = 29; at < 33; at++) { /* of the header */
        data[at] ^= 1;
        refuse(&png, SL_E_CORRUPT, "damaged");
        data[at] ^= 1;
    }
    for (size_t at = idat + 4; at < png.len - 12; at++) {
        data[at] ^= 0x10;
        refuse(&png, SL_E_CORRUPT, "damaged");
        data[at] ^= 0x10;
    }
}

static void png_headers_that_cannot_be(void **state)
{
    static const struct {
        unsigned char size[8];
        int code;
        const char *words;
    } rows[] = {
        {{0}, SL_E_CORRUPT, "0×0"},
        {{0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30}, SL_E_TOO_LARGE, "30000×30000"},
        {{0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 1}, SL_E_TOO_LARGE, "2147483647×1"},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, SL_E_TOO_LARGE, "limit"},
    };
    OWNED(raw) raw = make_raw(30, 20, 3);
    OWNED(coded) png = make_png(&raw, (struct png_kind){0});

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        memcpy(png.data + 16, rows[i].size, 8);
        refuse(&png, rows[i].code, rows[i].words);
    }
}

static void webp_passes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        OWNED(raw) raw = make_raw(90, 70, i / 2 ? 4 : 3); /* alpha is opaque */
        OWNED(coded) webp = make_webp(&raw, i % 2);
        OWNED(sl_image) image = prepare(&webp);

        assert_string_equal(image.mime, "image/webp");
        assert_int_equal(image.len, webp.len);
        assert_memory_equal(image.data, webp.data, webp.len);
        assert_int_equal(image.done, 0);
    }
}

static struct coded extend_webp(const struct coded *simple, const struct coded *icc,
                                unsigned orientation, const struct raw *raw)
{
    struct coded webp = start_webp(0x2c, raw->width, raw->height); /* ICC, EXIF, XMP */
    OWNED(coded) exif = make_exif(orientation, false);

    append_riff_chunk(&webp, "ICCP", icc->data, icc->len);
    append_webp_pixels(&webp, simple);
    append_riff_chunk(&webp, "EXIF", exif.data, exif.len);
    append_riff_chunk(&webp, "XMP ", "<x:xmpmeta SECRET", 17);
    finish_riff(&webp);
    return webp;
}

static void webp_loses_its_metadata(void **state)
{
    OWNED(coded) icc = make_srgb_profile();
    OWNED(raw) raw = make_raw(90, 70, 3);

    (void)state;
    for (unsigned lossless = 0; lossless < 2; lossless++) {
        OWNED(coded) simple = make_webp(&raw, lossless);
        OWNED(coded) webp = extend_webp(&simple, &icc, 1, &raw);
        OWNED(sl_image) image = {0};

        append(&webp, "after the end: SECRET", 21);
        image = prepare(&webp);
        assert_private(&image);
        assert_int_equal(image.done, SL_IMAGE_STRIPPED);
        assert_int_equal(image.len, simple.len);
        assert_memory_equal(image.data, simple.data, simple.len);
    }
}

static void webp_is_turned_and_converted(void **state)
{
    static const unsigned char colour[3] = {200, 70, 60};
    OWNED(coded) p3 = make_rgb_profile(p3_primaries, 0);
    OWNED(coded) srgb = make_srgb_profile();
    OWNED(raw) flat = make_flat(90, 70, 3, colour);
    OWNED(raw) raw = make_raw(120, 60, 3);
    OWNED(coded) simple = make_webp(&flat, true);
    OWNED(coded) webp = extend_webp(&simple, &p3, 1, &flat);
    OWNED(sl_image) image = prepare(&webp);
    unsigned char wanted[3];

    (void)state;
    to_srgb(&p3, TYPE_RGB_8, colour, wanted);
    assert_int_equal(image.done, SL_IMAGE_CONVERTED | SL_IMAGE_STRIPPED);
    assert_middle(&image, wanted, 3, 4);
    for (unsigned orientation = 2; orientation <= 8; orientation++) {
        OWNED(coded) pixels = make_webp(&raw, true);
        OWNED(coded) turned = extend_webp(&pixels, &srgb, orientation, &raw);
        OWNED(sl_image) up = prepare(&turned);

        assert_upright(&up, &raw, orientation);
        assert_private(&up);
    }
}

static void webp_with_alpha(void **state)
{
    static const unsigned char colour[4] = {200, 0, 0, 128}, wanted[3] = {227, 127, 127};
    OWNED(raw) raw = make_flat(1600, 900, 4, colour);

    (void)state;
    for (unsigned lossless = 0; lossless < 2; lossless++) {
        OWNED(coded) webp = make_webp(&raw, lossless);
        OWNED(sl_image) image = prepare(&webp);

        assert_int_equal(image.done, SL_IMAGE_FLATTENED | SL_IMAGE_SCALED);
        assert_middle(&image, wanted, 3, 5);
    }
}

static void webp_is_scaled(void **state)
{
    OWNED(raw) raw = make_raw(3200, 1800, 3);
    OWNED(coded) webp = make_webp(&raw, false);
    OWNED(sl_image) image = prepare(&webp);
    OWNED(raw) read = read_jpeg(image.data, image.len);

    (void)state;
    assert_int_equal(image.done, SL_IMAGE_SCALED);
    assert_int_equal(read.width, 728);
    assert_int_equal(read.height, 410);
    for (uint32_t x = 4; x < 724; x += 40)
        assert_near(pixel(&read, x, 200), pixel(&raw, (uint32_t)((x + 0.5) * 3200 / 728), 880), 3,
                    5);
}

/* A small frame on a large canvas, then a second frame. */
static struct coded animate(bool lossless, uint32_t canvas, uint32_t at)
{
    struct raw frame = make_raw(40, 40, 3);
    struct coded simple = make_webp(&frame, lossless);
    struct coded webp = start_webp(2, canvas, canvas);

    append_riff_chunk(&webp, "ANIM", "\0\0\0\0\0\0", 6);
    append_webp_frame(&webp, &simple, at, at, &frame);
    append_webp_frame(&webp, &simple, 0, 0, &frame);
    finish_riff(&webp);
    drop_coded(&simple);
    drop_raw(&frame);
    return webp;
}

static void webp_animation_gives_its_first_frame(void **state)
{
    OWNED(raw) frame = make_raw(40, 40, 3);

    (void)state;
    for (unsigned lossless = 0; lossless < 2; lossless++) {
        OWNED(coded) webp = animate(lossless, 100, 30);
        OWNED(sl_image) image = prepare(&webp);
        OWNED(raw) read = read_jpeg(image.data, image.len);

        assert_int_equal(image.done, SL_IMAGE_FIRST_FRAME | SL_IMAGE_FLATTENED);
        assert_int_equal(read.width, 100);
        assert_near(pixel(&read, 10, 10), white, 3, 4);
        assert_near(pixel(&read, 35, 35), pixel(&frame, 5, 5), 3, 8);
        assert_near(pixel(&read, 60, 40), pixel(&frame, 30, 10), 3, 8);
        assert_near(pixel(&read, 40, 60), pixel(&frame, 10, 30), 3, 8);
        assert_near(pixel(&read, 90, 90), white, 3, 4);
    }
}

static void webp_cut_anywhere(void **state)
{
    OWNED(raw) raw = make_raw(40, 30, 4);
    OWNED(coded) lossy = {0}, lossless = make_webp(&raw, true), animation = animate(true, 100, 30);
    struct coded most;

    (void)state;
    raw.data[3] = 100; /* so that there is an alpha plane */
    lossy = make_webp(&raw, false);
    most = (struct coded){lossy.data, lossy.len / 2};
    refuse_prefixes(&lossy, 0);
    refuse_prefixes(&lossless, 0);
    refuse_prefixes(&animation, 0);
    refuse(&most, SL_E_CORRUPT, "cut short");
}

static void webp_headers_that_cannot_be(void **state)
{
    OWNED(coded) large = animate(true, 30000, 30);
    OWNED(coded) nothing = start_webp(0, 10, 10);

    (void)state;
    refuse(&large, SL_E_TOO_LARGE, "30000×30000");
    finish_riff(&nothing);
    refuse(&nothing, SL_E_CORRUPT, "the picture is");
}

static const GifColorType gif_palette[4] = {
    {250, 250, 20}, {200, 20, 20}, {20, 160, 20}, {20, 20, 220}};

/* Four fields of one colour each; the last is in the bottom right. */
static struct raw make_indices(uint32_t width, uint32_t height)
{
    struct raw raw = make_raw(width, height, 1);

    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++)
            raw.data[y * width + x] =
                (unsigned char)((x >= width / 2 ? 1 : 0) + (y >= height / 2 ? 2 : 0));
    return raw;
}

static void assert_gif_field(const struct raw *read, uint32_t x, uint32_t y, unsigned index)
{
    unsigned char wanted[3] = {gif_palette[index].Red, gif_palette[index].Green,
                               gif_palette[index].Blue};

    assert_near(pixel(read, x, y), wanted, 3, 12);
}

static void gif_passes(void **state)
{
    static const struct gif_kind kinds[] = {
        {0}, {.interlace = true}, {.local_palette = true}, {.private = true}};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        OWNED(raw) raw = make_indices(60, 40);
        OWNED(coded) gif = make_gif(&raw, gif_palette, kinds[i]);
        OWNED(sl_image) image = {0};

        append(&gif, "after the end: SECRET", 21);
        image = prepare(&gif);
        assert_string_equal(image.mime, "image/gif");
        assert_int_equal(image.done, SL_IMAGE_STRIPPED);
        assert_private(&image);
        assert_kept(&image, &gif, "\x2c\0\0\0\0\x3c\0\x28\0", 9,
                    gif.len - 21 -
                        (size_t)(find(gif.data, gif.len, "\x2c\0\0\0\0\x3c", 6) - gif.data));
    }
}

static struct sl_image prepare_for_few_formats(const struct coded *coded)
{
    struct sl_media media = media_of(coded);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_image image = SL_IMAGE_INIT;

    options.jpeg_and_png = true;
    assert_int_equal(sl_image_prepare(&image, &media, &options, NULL), 0);
    return image;
}

static void few_formats(void **state)
{
    OWNED(raw) raw = make_raw(60, 40, 3);
    OWNED(raw) indices = make_indices(60, 40);
    OWNED(coded) webp = make_webp(&raw, true);
    OWNED(coded) gif = make_gif(&indices, gif_palette, (struct gif_kind){0});
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    OWNED(sl_image) from_webp = prepare_for_few_formats(&webp);
    OWNED(sl_image) from_gif = prepare_for_few_formats(&gif);
    OWNED(sl_image) from_jpeg = prepare_for_few_formats(&jpeg);
    OWNED(sl_image) passed = prepare(&jpeg);

    (void)state;
    assert_string_equal(from_webp.mime, "image/jpeg");
    assert_string_equal(from_gif.mime, "image/jpeg");
    assert_memory_equal(from_webp.data, "\xff\xd8", 2);
    assert_int_equal(from_jpeg.len, passed.len);
    assert_memory_equal(from_jpeg.data, passed.data, passed.len);
}

static void gif_is_scaled(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        OWNED(raw) raw = make_indices(1000, 600);
        OWNED(coded)
        gif = make_gif(
            &raw, gif_palette,
            (struct gif_kind){.interlace = i % 2, .local_palette = i / 2, .private = true});
        OWNED(sl_image) image = prepare(&gif);
        OWNED(raw) read = read_jpeg(image.data, image.len);

        assert_int_equal(image.done, SL_IMAGE_SCALED | SL_IMAGE_STRIPPED);
        assert_private(&image);
        assert_gif_field(&read, 180, 100, 0);
        assert_gif_field(&read, 540, 100, 1);
        assert_gif_field(&read, 180, 330, 2);
        assert_gif_field(&read, 540, 330, 3);
    }
}

static void gif_on_its_canvas(void **state)
{
    OWNED(raw) raw = make_indices(40, 40);
    OWNED(coded)
    gif = make_gif(&raw, gif_palette,
                   (struct gif_kind){100, 100, 30, 30, .clear = 1 + 1, .frames = 3});
    OWNED(sl_image) image = prepare(&gif);
    OWNED(raw) read = read_jpeg(image.data, image.len);

    (void)state;
    assert_true(image.done & SL_IMAGE_FIRST_FRAME);
    assert_true(image.done & SL_IMAGE_FLATTENED);
    assert_int_equal(read.width, 100);
    assert_near(pixel(&read, 10, 10), white, 3, 4);
    assert_gif_field(&read, 40, 40, 0);
    assert_near(pixel(&read, 60, 40), white, 3, 12);
    assert_gif_field(&read, 60, 60, 3);
}

static void gif_frame_beyond_its_canvas(void **state)
{
    OWNED(raw) raw = make_indices(80, 80);
    OWNED(coded)
    gif = make_gif(&raw, gif_palette, (struct gif_kind){100, 100, 50, 50, .frames = 1});
    OWNED(sl_image) image = prepare(&gif);
    OWNED(raw) read = read_jpeg(image.data, image.len);

    (void)state;
    assert_int_equal(read.width, 100);
    assert_gif_field(&read, 70, 70, 0);
    assert_gif_field(&read, 96, 70, 1);
}

static void gif_animation_is_not_passed_on(void **state)
{
    OWNED(raw) raw = make_indices(60, 40);
    OWNED(coded) gif = make_gif(&raw, gif_palette, (struct gif_kind){.frames = 2});
    OWNED(sl_image) image = prepare(&gif);

    (void)state;
    assert_string_equal(image.mime, "image/jpeg");
    assert_int_equal(image.done, SL_IMAGE_FIRST_FRAME);
}

static void gif_cut_anywhere(void **state)
{
    OWNED(raw) raw = make_indices(60, 40);
    OWNED(coded) plain = make_gif(&raw, gif_palette, (struct gif_kind){.private = true});
    OWNED(coded) interlaced = make_gif(&raw, gif_palette, (struct gif_kind){.interlace = true});
    struct coded most = {plain.data, plain.len / 2};

    (void)state;
    refuse_prefixes(&plain, 2); /* all but the block's end and the trailer */
    refuse_prefixes(&interlaced, 2);
    refuse(&most, SL_E_CORRUPT, "cut short");
}

static void gif_headers_that_cannot_be(void **state)
{
    OWNED(raw) raw = make_indices(60, 40);
    OWNED(coded) gif = make_gif(&raw, gif_palette, (struct gif_kind){0});

    (void)state;
    memcpy(gif.data + 6, "\0\0\0\0", 4);
    refuse(&gif, SL_E_CORRUPT, "0×0");
    memcpy(gif.data + 6, "\x30\x75\x30\x75", 4);
    refuse(&gif, SL_E_TOO_LARGE, "30000×30000");
}

/* Whatever single bytes become, there is an answer: a picture or a sentence. */
static void damage_anywhere(void **state)
{
    static const unsigned char values[] = {0, 0x7f, 0xff};
    OWNED(raw) raw = make_raw(24, 16, 3);
    OWNED(raw) indices = make_indices(24, 16);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){.progressive = true});
    OWNED(coded) png = make_png(&raw, (struct png_kind){.private = true, .interlace = true});
    OWNED(coded) webp = animate(false, 60, 10);
    OWNED(coded) gif = make_gif(&indices, gif_palette, (struct gif_kind){.private = true});
    struct coded all[] = {jpeg, png, webp, gif};

    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (size_t at = 0; at < all[i].len * 3; at++) {
            struct sl_media media = media_of(&all[i]);
            struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
            OWNED(sl_image) image = {0};
            struct sl_error error = SL_ERROR_INIT;
            unsigned char was = all[i].data[at / 3];

            all[i].data[at / 3] = values[at % 3];
            if (sl_image_prepare(&image, &media, &options, &error) == 0)
                assert_true(image.len > 0 && image.width > 0 && image.width <= 728);
            else
                assert_true(error.code < 0 && strstr(error.message, "it.bin: "));
            all[i].data[at / 3] = was;
        }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jpeg_passes),
        cmocka_unit_test(jpeg_without_metadata_is_the_same),
        cmocka_unit_test(jpeg_in_high_detail),
        cmocka_unit_test(jpeg_thumbnail_of_jfif_is_dropped),
        cmocka_unit_test(jpeg_private_data_is_dropped_when_made_anew),
        cmocka_unit_test(jpeg_bytes_between_are_dropped),
        cmocka_unit_test(jpeg_is_turned),
        cmocka_unit_test(exif_that_lies),
        cmocka_unit_test(jpeg_of_inks),
        cmocka_unit_test(jpeg_of_inks_with_a_profile),
        cmocka_unit_test(jpeg_profile_is_converted),
        cmocka_unit_test(jpeg_profile_of_srgb_is_dropped),
        cmocka_unit_test(jpeg_shrunk_while_decoded_does_not_shift),
        cmocka_unit_test(jpeg_headers_that_cannot_be),
        cmocka_unit_test(jpeg_cut_anywhere),
        cmocka_unit_test(jpeg_of_arithmetic_coding_is_made_anew),
        cmocka_unit_test(jpeg_of_many_scans_is_cut_off),
        cmocka_unit_test(jpeg_cut_in_a_large_one),
        cmocka_unit_test(jpeg_without_its_end_marker),
        cmocka_unit_test(png_passes),
        cmocka_unit_test(png_with_a_broken_profile_passes),
        cmocka_unit_test(png_of_16_bits),
        cmocka_unit_test(png_of_light),
        cmocka_unit_test(png_of_light_with_primaries),
        cmocka_unit_test(png_with_alpha),
        cmocka_unit_test(png_large_and_interlaced),
        cmocka_unit_test(png_colours_are_converted),
        cmocka_unit_test(png_animation_gives_its_first_picture),
        cmocka_unit_test(png_is_turned),
        cmocka_unit_test(png_cut_anywhere),
        cmocka_unit_test(png_check_sums_count),
        cmocka_unit_test(png_headers_that_cannot_be),
        cmocka_unit_test(webp_passes),
        cmocka_unit_test(webp_loses_its_metadata),
        cmocka_unit_test(webp_is_turned_and_converted),
        cmocka_unit_test(webp_with_alpha),
        cmocka_unit_test(webp_is_scaled),
        cmocka_unit_test(webp_animation_gives_its_first_frame),
        cmocka_unit_test(webp_cut_anywhere),
        cmocka_unit_test(webp_headers_that_cannot_be),
        cmocka_unit_test(gif_passes),
        cmocka_unit_test(few_formats),
        cmocka_unit_test(gif_is_scaled),
        cmocka_unit_test(gif_on_its_canvas),
        cmocka_unit_test(gif_frame_beyond_its_canvas),
        cmocka_unit_test(gif_animation_is_not_passed_on),
        cmocka_unit_test(gif_cut_anywhere),
        cmocka_unit_test(gif_headers_that_cannot_be),
        cmocka_unit_test(damage_anywhere),
    };

    return run_cases(tests, argc, argv);
}
