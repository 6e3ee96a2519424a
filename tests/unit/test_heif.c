/* HEIC and AVIF, by value; libheif makes them where it has the encoder. */
#include <libheif/heif.h>

#include "pictures.h"

struct kind {
    enum heif_compression_format format;
    unsigned primaries, transfer; /* 0: no numbers */
    const struct coded *icc;
    enum heif_orientation orientation; /* 0: upright */
    bool multiplied, deep, private, lossless;
    unsigned count;
};

/* The encoder that the pictures here are made with loses some memory. */
SL_API const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libx265\n";
}

static const enum heif_compression_format formats[] = {heif_compression_HEVC, heif_compression_AV1};

static struct heif_error sink(struct heif_context *context, const void *data, size_t len, void *to)
{
    (void)context;
    append(to, data, len);
    return (struct heif_error){heif_error_Ok, heif_suberror_Unspecified, ""};
}

static void good(struct heif_error error)
{
    if (error.code != heif_error_Ok)
        fail_msg("libheif: %s", error.message);
}

static struct heif_image *make_image(const struct raw *raw, struct kind kind)
{
    static const enum heif_chroma shallow[] = {0, 0, 0, heif_chroma_interleaved_RGB,
                                               heif_chroma_interleaved_RGBA};
    struct heif_image *image;
    int stride;
    unsigned bytes = kind.deep ? 2 : 1;

    good(heif_image_create((int)raw->width, (int)raw->height, heif_colorspace_RGB,
                           kind.deep ? heif_chroma_interleaved_RRGGBB_LE : shallow[raw->channels],
                           &image));
    good(heif_image_add_plane(image, heif_channel_interleaved, (int)raw->width, (int)raw->height,
                              kind.deep ? 10 : 8));
    uint8_t *plane = heif_image_get_plane(image, heif_channel_interleaved, &stride);
    for (uint32_t y = 0; y < raw->height; y++)
        for (uint32_t i = 0; i < raw->width * raw->channels; i++) {
            unsigned value = raw->data[(size_t)y * raw->width * raw->channels + i];
            uint8_t *p = plane + (size_t)y * (size_t)stride + (size_t)i * bytes;

            value = kind.deep ? (value * 1023 + 127) / 255 : value;
            p[0] = (uint8_t)value;
            if (kind.deep)
                p[1] = (uint8_t)(value >> 8);
        }
    if (kind.icc)
        good(heif_image_set_raw_color_profile(image, "prof", kind.icc->data, kind.icc->len));
    heif_image_set_premultiplied_alpha(image, kind.multiplied);
    return image;
}

static struct heif_color_profile_nclx *make_numbers(struct kind kind)
{
    struct heif_color_profile_nclx *nclx = heif_nclx_color_profile_alloc();

    nclx->color_primaries = (enum heif_color_primaries)kind.primaries;
    nclx->transfer_characteristics = (enum heif_transfer_characteristics)kind.transfer;
    nclx->matrix_coefficients = heif_matrix_coefficients_ITU_R_BT_601_6;
    nclx->full_range_flag = 1;
    return nclx;
}

/* This version of libheif may not write them itself: it says "not specified". */
static void set_numbers(struct coded *heif, struct kind kind)
{
    unsigned char *box = (unsigned char *)(uintptr_t)find(heif->data, heif->len, "nclx", 4);

    assert_non_null(box);
    box[5] = (unsigned char)kind.primaries;
    box[7] = (unsigned char)kind.transfer;
}

static struct coded make_heif(const struct raw *raw, struct kind kind)
{
    struct heif_context *context = heif_context_alloc();
    struct heif_encoder *encoder = NULL;
    struct heif_encoding_options *options = heif_encoding_options_alloc();
    struct heif_color_profile_nclx *numbers = make_numbers(kind);
    struct heif_writer writer = {.writer_api_version = 1, .write = sink};
    struct coded coded = {0};

    if (heif_context_get_encoder_for_format(context, kind.format, &encoder).code != heif_error_Ok) {
        printf("SKIPPED: libheif has no encoder for this here\n");
        exit(77);
    }
    heif_encoder_set_lossy_quality(encoder, 95);
    if (kind.orientation)
        options->image_orientation = kind.orientation;
    if (kind.primaries)
        options->output_nclx_profile = numbers;
    options->macOS_compatibility_workaround_no_nclx_profile = 0;
    for (unsigned i = 0; i < (kind.count ? kind.count : 1); i++) {
        struct heif_image *image = make_image(raw, kind);
        struct heif_image_handle *handle = NULL;

        good(heif_context_encode_image(context, image, encoder, options, &handle));
        if (kind.private)
            good(heif_context_add_XMP_metadata(context, handle, "<x>SECRET</x>", 13));
        heif_image_handle_release(handle);
        heif_image_release(image);
    }
    heif_encoder_release(encoder);
    good(heif_context_write(context, &writer, &coded));
    heif_encoding_options_free(options);
    heif_nclx_color_profile_free(numbers);
    heif_context_free(context);
    if (kind.primaries)
        set_numbers(&coded, kind);
    return coded;
}

static void assert_like(const struct sl_image *image, const struct raw *raw, int within)
{
    OWNED(raw) read = read_jpeg(image->data, image->len);

    for (uint32_t y = 8; y < raw->height - 8; y += 20)
        for (uint32_t x = 8; x < raw->width - 8; x += 20)
            assert_near(pixel(&read, x, y), pixel(raw, x, y), 3, within);
}

static void both_formats(void **state)
{
    OWNED(raw) raw = make_raw(160, 120, 3);

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        OWNED(coded) heif = make_heif(&raw, (struct kind){.format = formats[i]});
        OWNED(sl_image) image = prepare(&heif);

        assert_int_equal(image.done, 0);
        assert_string_equal(image.mime, "image/jpeg");
        assert_int_equal(image.source_width, 160);
        assert_like(&image, &raw, 8);
    }
}

static void scaled(void **state)
{
    OWNED(raw) raw = make_raw(1600, 900, 3);
    OWNED(coded) heif = make_heif(&raw, (struct kind){.format = heif_compression_HEVC});
    OWNED(sl_image) image = prepare(&heif);

    (void)state;
    assert_int_equal(image.done, SL_IMAGE_SCALED);
    assert_int_equal(image.width, 728);
}

static void ten_bits(void **state)
{
    OWNED(raw) raw = make_raw(160, 120, 3);
    OWNED(coded)
    heif = make_heif(&raw, (struct kind){.format = heif_compression_HEVC, .deep = true});
    OWNED(sl_image) image = prepare(&heif);

    (void)state;
    assert_int_equal(image.done, SL_IMAGE_CONVERTED);
    assert_like(&image, &raw, 8);
}

static void alpha(void **state)
{
    static const unsigned char over[4] = {200, 40, 20, 128}, multiplied[4] = {100, 20, 10, 128};
    static const unsigned char wanted[3] = {227, 147, 137};

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        OWNED(raw) raw = make_flat(64, 64, 4, i % 2 ? multiplied : over);
        OWNED(coded)
        heif = make_heif(&raw, (struct kind){.format = formats[i / 2], .multiplied = i % 2});
        OWNED(sl_image) image = prepare(&heif);

        assert_int_equal(image.done, SL_IMAGE_FLATTENED);
        assert_middle(&image, wanted, 3, 8);
    }
}

/* By ICC and by numbers: Display P3, its numbers are 12 and 13. */
static void profiles(void **state)
{
    static const unsigned char colour[3] = {200, 100, 50};
    OWNED(coded) icc = make_rgb_profile(p3_primaries, 0), srgb = make_srgb_profile();
    OWNED(raw) raw = make_flat(64, 64, 3, colour);
    unsigned char wanted[3];

    (void)state;
    to_srgb(&icc, TYPE_RGB_8, colour, wanted);
    for (unsigned i = 0; i < 8; i++) {
        struct kind kind = {.format = formats[i / 4]};
        OWNED(coded) heif = {0};
        OWNED(sl_image) image = {0};

        kind.icc = i % 4 == 0 ? &icc : i % 4 == 1 ? &srgb : NULL;
        kind.primaries = i % 4 == 2 ? 12 : i % 4 == 3 ? 1 : 0;
        kind.transfer = 13;
        heif = make_heif(&raw, kind);
        image = prepare(&heif);
        assert_int_equal(image.done, i % 2 ? 0 : SL_IMAGE_CONVERTED);
        assert_middle(&image, i % 2 ? colour : wanted, 3, 6);
    }
}

/* Grey at the reference white of HDR is white, and half of its light is what sRGB has for it. */
static void high_dynamic_range(void **state)
{
    static const struct {
        unsigned transfer;
        unsigned char signal, wanted; /* a grey */
    } rows[] = {
        {16, 148, 254}, /* 203 cd/m² of PQ: 58 % */
        {16, 200, 255}, /* much more */
        {16, 130, 187}, /* 100 cd/m² of PQ: 51 % */
        {18, 191, 254}, /* 75 % of HLG */
        {18, 128, 138}, /* a half: a twelfth of the light of the scene */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const unsigned char grey[3] = {rows[i].signal, rows[i].signal, rows[i].signal};
        const unsigned char wanted[3] = {rows[i].wanted, rows[i].wanted, rows[i].wanted};
        OWNED(raw) raw = make_flat(64, 64, 3, grey);
        OWNED(coded)
        heif = make_heif(&raw, (struct kind){.format = heif_compression_HEVC,
                                             .primaries = 9,
                                             .transfer = rows[i].transfer,
                                             .deep = true});
        OWNED(sl_image) image = prepare(&heif);

        assert_int_equal(image.done, SL_IMAGE_CONVERTED);
        assert_middle(&image, wanted, 3, 6);
    }
}

static void turned_by_libheif(void **state)
{
    OWNED(raw) raw = make_raw(160, 120, 3);

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        OWNED(coded)
        heif = make_heif(&raw, (struct kind){.format = formats[i],
                                             .orientation = heif_orientation_rotate_90_cw});
        OWNED(sl_image) image = prepare(&heif);
        OWNED(raw) read = read_jpeg(image.data, image.len);

        assert_int_equal(image.source_width, 120);
        assert_int_equal(image.height, 160);
        assert_near(pixel(&read, 120 - 1 - 100, 20), pixel(&raw, 20, 100), 3, 8);
    }
}

static void several_and_private_data(void **state)
{
    OWNED(raw) raw = make_raw(160, 120, 3);
    OWNED(coded)
    heif = make_heif(&raw,
                     (struct kind){.format = heif_compression_HEVC, .count = 2, .private = true});
    OWNED(sl_image) image = prepare(&heif);

    (void)state;
    assert_int_equal(image.done, SL_IMAGE_FIRST_PAGE | SL_IMAGE_STRIPPED);
    assert_false(holds(&image, "SECRET"));
    memcpy(heif.data + 8, "msf1", 4); /* a sequence, of which the still picture is taken */
    sl_image_release(&image);
    image = prepare(&heif);
    assert_true(image.done & SL_IMAGE_FIRST_FRAME);
}

static void cut_anywhere(void **state)
{
    OWNED(raw) raw = make_raw(64, 64, 3);

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        OWNED(coded) heif = make_heif(&raw, (struct kind){.format = formats[i]});

        for (size_t len = 16; len < heif.len; len += len < 64 ? 1 : 23) {
            struct coded some = {malloc(len), len};

            memcpy(some.data, heif.data, len);
            refuse(&some, SL_E_CORRUPT, "picture is ");
            free(some.data);
        }
        struct coded half = {heif.data, heif.len - 20};
        refuse(&half, SL_E_CORRUPT, "cut short");
    }
}

/* The size that the header has, which is the last thing in its box. */
static void set_size(struct coded *heif, uint32_t width, uint32_t height)
{
    unsigned char *box = (unsigned char *)(uintptr_t)find(heif->data, heif->len, "ispe", 4);

    assert_non_null(box);
    for (unsigned i = 0; i < 4; i++) {
        box[8 + i] = (unsigned char)(width >> (24 - 8 * i));
        box[12 + i] = (unsigned char)(height >> (24 - 8 * i));
    }
}

static void headers_that_cannot_be(void **state)
{
    OWNED(raw) raw = make_raw(64, 64, 3);
    OWNED(coded) heif = make_heif(&raw, (struct kind){.format = heif_compression_HEVC});

    (void)state;
    set_size(&heif, 24000, 24000);
    refuse(&heif, SL_E_TOO_LARGE, "24000×24000");
    set_size(&heif, 30000, 30000);
    refuse(&heif, SL_E_TOO_LARGE, "scale it down");
    set_size(&heif, 0, 64);
    refuse(&heif, SL_E_CORRUPT, "picture is ");
    set_size(&heif, 32, 32); /* less than there is */
    refuse(&heif, SL_E_CORRUPT, "damaged");
}

static void damage_anywhere(void **state)
{
    OWNED(raw) raw = make_raw(64, 64, 3);
    OWNED(coded) heif = make_heif(&raw, (struct kind){.format = heif_compression_HEVC});

    (void)state;
    for (size_t at = 0; at < heif.len; at++) {
        struct sl_media media = media_of(&heif);
        struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
        OWNED(sl_image) image = {0};
        struct sl_error error = SL_ERROR_INIT;
        unsigned char was = heif.data[at];

        heif.data[at] = at % 2 ? 0xff : 0;
        if (sl_image_prepare(&image, &media, &options, &error) == 0)
            assert_true(image.len > 0 && image.width <= 728);
        else
            assert_true(error.code < 0 && strstr(error.message, "it.bin: "));
        heif.data[at] = was;
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_formats),      cmocka_unit_test(scaled),
        cmocka_unit_test(ten_bits),          cmocka_unit_test(alpha),
        cmocka_unit_test(profiles),          cmocka_unit_test(high_dynamic_range),
        cmocka_unit_test(turned_by_libheif), cmocka_unit_test(several_and_private_data),
        cmocka_unit_test(cut_anywhere),      cmocka_unit_test(headers_that_cannot_be),
        cmocka_unit_test(damage_anywhere),
    };

    return run_cases(tests, argc, argv);
}
