/* Preparing pictures: sizes, pixels from memory, files, and what is said when it fails. */
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/picture.h"
#include "pictures.h"

static void sizes(void **state)
{
    static const struct {
        uint32_t width, height, low[2], high[2];
    } rows[] = {
        {4000, 3000, {728, 546}, {3024, 2268}}, {3000, 4000, {546, 728}, {2268, 3024}},
        {6000, 4000, {728, 485}, {3024, 2016}}, {3840, 2160, {728, 410}, {3024, 1701}},
        {1920, 1080, {728, 410}, {1512, 851}},  {2016, 1512, {728, 546}, {2016, 1512}},
        {2015, 1511, {728, 546}, {1512, 1134}}, {1008, 756, {728, 546}, {1008, 756}},
        {1009, 757, {728, 546}, {1008, 756}},   {1007, 755, {728, 546}, {1007, 755}},
        {729, 100, {728, 100}, {729, 100}},     {728, 728, {728, 728}, {728, 728}},
        {727, 5, {727, 5}, {727, 5}},           {1, 1, {1, 1}, {1, 1}},
        {25000, 1, {728, 1}, {3024, 1}},        {1, 25000, {1, 728}, {1, 3024}},
        {10000, 3, {728, 1}, {3024, 1}},        {25000, 8000, {728, 233}, {3024, 968}},
        {504, 504, {504, 504}, {504, 504}},     {3024, 3024, {728, 728}, {3024, 3024}},
    };
    const struct sl_image_sizes model = SL_IMAGE_SIZES_DEFAULT;
    uint32_t w, h;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sl_image_target(rows[i].width, rows[i].height, SL_DETAIL_LOW, &model, &w, &h);
        assert_int_equal(w, rows[i].low[0]);
        assert_int_equal(h, rows[i].low[1]);
        sl_image_target(rows[i].width, rows[i].height, SL_DETAIL_HIGH, &model, &w, &h);
        assert_int_equal(w, rows[i].high[0]);
        assert_int_equal(h, rows[i].high[1]);
    }
}

static void sizes_of_other_models(void **state)
{
    static const struct {
        struct sl_image_sizes sizes;
        uint32_t low, high; /* of 5000 × 5000 */
    } rows[] = {
        {{2000, 504, 3024, 1500}, 1500, 1500}, {{9000, 504, 9000, 4096}, 4096, 4096},
        {{9000, 1, 9000, 9000}, 5000, 5000},   {{100, 7000, 9000, 9000}, 100, 5000},
        {{100, 504, 100, 4096}, 100, 100},     {{0, 0, 0, 0}, 1, 1},
    };
    const struct sl_image_sizes wide = {UINT32_MAX, 1, UINT32_MAX, UINT32_MAX};
    uint32_t w, h;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sl_image_target(5000, 5000, SL_DETAIL_LOW, &rows[i].sizes, &w, &h);
        assert_int_equal(w, rows[i].low);
        sl_image_target(5000, 5000, SL_DETAIL_HIGH, &rows[i].sizes, &w, &h);
        assert_int_equal(h, rows[i].high);
    }
    sl_image_target(UINT32_MAX, UINT32_MAX, SL_DETAIL_HIGH, &wide, &w, &h);
    assert_int_equal(w, 8192);
    assert_int_equal(h, 8192);
}

static void tokens(void **state)
{
    static const struct {
        uint32_t width, height, low, high;
    } rows[] = {
        {728, 728, 171, 171},
        {728, 486, 171, 171},
        {300, 200, 171, 171},
        {728, 410, 337, 337},
        {410, 728, 338, 338},
        {1008, 1008, 171, 504},
        {1024, 768, 171, 504},
        {1280, 720, 337, 670},
        {1512, 1008, 337, 670},
        {1920, 1080, 337, 836},
        {4096, 2160, 337, 1667},
        {1080, 2400, 422, 1005},
        {2048, 1536, 171, 1169},
        {2520, 1512, 337, 1418},
        {3024, 2016, 337, 2166},
        {4000, 3000, 171, 2665},
        {3024, 3024, 171, 3164},
        {8192, 8192, 171, 3164},
        {728, 20, 171, 171}, /* a strip becomes a square */
        {2016, 20, 171, 171 + 16 * 83 + 3},
        {2016, 400, 586, 586},
        {1, 1, 171, 171},
        {0, 0, 171, 171},
        {8192, 32, 171, 171 + 275 * 83},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t width = rows[i].width, height = rows[i].height;

        assert_int_equal(sl_image_tokens(width, height, SL_DETAIL_LOW), rows[i].low);
        assert_int_equal(sl_image_tokens(width, height, SL_DETAIL_HIGH), rows[i].high);
    }
}

static void pixels_of_every_format(void **state)
{
    static const unsigned char colours[5][4] = {
        {0}, {90}, {90, 255}, {10, 120, 200}, {10, 120, 200, 255}};

    (void)state;
    for (unsigned channels = 1; channels <= 4; channels++) {
        OWNED(raw) raw = make_flat(40, 30, channels, colours[channels]);
        struct sl_media media = media_of_raw(&raw);
        OWNED(sl_image) image = prepare_media(&media, SL_DETAIL_LOW);

        assert_int_equal(image.done, 0);
        assert_int_equal(image.source_width, 40);
        assert_int_equal(image.height, 30);
        assert_middle(&image, colours[channels], channels < 3 ? 1 : 3, 3);
    }
}

/* What a sample is in each kind of format, of which each colour has four layouts. */
static size_t put_sample(unsigned char *to, unsigned kind, double value, bool is_alpha)
{
    double light = value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
    double stored = kind % 2 == 0 && !is_alpha ? light : value; /* 1, 3: encoded; 2, 4: linear */

    if (kind <= 2) {
        memcpy(to, &(uint16_t){(uint16_t)lround(stored * 65535)}, 2);
        return 2;
    }
    memcpy(to, &(float){(float)stored}, 4);
    return 4;
}

static struct sl_media deep_media(struct coded *data, enum sl_pixel_format format,
                                  const unsigned char *rgb, unsigned alpha)
{
    unsigned kind = (unsigned)(format - 1) / 4, layout = (unsigned)(format - 1) % 4;
    unsigned colours = layout < 2 ? 3 : 1;
    unsigned char pixel[16];
    size_t len = 0;

    for (unsigned c = 0; c < colours; c++)
        len += put_sample(pixel + len, kind, rgb[c] / 255.0, false);
    if (layout % 2)
        len += put_sample(pixel + len, kind, alpha / 255.0, true);
    append(data, "", 1); /* so that nothing is aligned */
    for (unsigned i = 0; i < 40 * 30; i++)
        append(data, pixel, len);
    return (struct sl_media){.kind = SL_MEDIA_PIXELS,
                             .name = "it.bin",
                             .pixels = {.data = data->data + 1,
                                        .width = 40,
                                        .height = 30,
                                        .stride = 40 * len,
                                        .format = format}};
}

static void deep_pixels_of_every_format(void **state)
{
    static const unsigned char colours[3][3] = {{10, 120, 200}, {3, 1, 6}, {255, 255, 255}};

    (void)state;
    for (unsigned format = SL_PIXELS_RGB16; format <= SL_PIXELS_GRAYA_FLOAT_LINEAR; format++)
        for (unsigned i = 0; i < 3; i++) {
            OWNED(coded) data = {0};
            struct sl_media media = deep_media(&data, format, colours[i], 255);
            OWNED(sl_image) image = prepare_media(&media, SL_DETAIL_LOW);

            assert_int_equal(image.done, SL_IMAGE_CONVERTED);
            assert_middle(&image, colours[i], (format - 1) % 4 < 2 ? 3 : 1, 2);
        }
}

/* Half of a colour is the same half in every format: alpha has no curve. */
static void deep_pixels_with_alpha(void **state)
{
    static const unsigned char colour[3] = {200, 20, 20}, half[3] = {227, 137, 137};
    static const enum sl_pixel_format formats[] = {SL_PIXELS_RGBA16, SL_PIXELS_RGBA16_LINEAR,
                                                   SL_PIXELS_RGBA_FLOAT,
                                                   SL_PIXELS_RGBA_FLOAT_LINEAR};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        OWNED(coded) data = {0};
        struct sl_media media = deep_media(&data, formats[i], colour, 128);
        OWNED(sl_image) image = prepare_media(&media, SL_DETAIL_LOW);

        assert_int_equal(image.done, SL_IMAGE_CONVERTED | SL_IMAGE_FLATTENED);
        assert_middle(&image, half, 3, 3);
    }
}

static void floats_out_of_range(void **state)
{
    static const float values[] = {-1e30F, 1e30F, INFINITY, -INFINITY, NAN, -0.0F};
    static const unsigned char wanted[] = {0, 255, 255, 0, 0, 0};

    (void)state;
    for (unsigned i = 0; i < 12; i++) {
        float rows[16 * 16];
        struct sl_media media = {
            .kind = SL_MEDIA_PIXELS,
            .pixels = {.data = rows,
                       .width = 16,
                       .height = 16,
                       .stride = 64,
                       .format = i % 2 ? SL_PIXELS_GRAY_FLOAT : SL_PIXELS_GRAY_FLOAT_LINEAR}};

        for (unsigned k = 0; k < 256; k++)
            rows[k] = values[i / 2];
        OWNED(sl_image) image = prepare_media(&media, SL_DETAIL_LOW);
        assert_middle(&image, &wanted[i / 2], 1, 1);
    }
}

/* A profile comes after the curve: light of Display P3. */
static void linear_pixels_with_a_profile(void **state)
{
    static const unsigned char colour[3] = {200, 100, 50};
    OWNED(coded) icc = make_rgb_profile(p3_primaries, 0), data = {0};
    struct sl_media media = deep_media(&data, SL_PIXELS_RGB_FLOAT_LINEAR, colour, 255);
    unsigned char wanted[3];

    (void)state;
    media.pixels.profile = icc.data;
    media.pixels.profile_len = icc.len;
    OWNED(sl_image) image = prepare_media(&media, SL_DETAIL_LOW);
    to_srgb(&icc, TYPE_RGB_8, colour, wanted);
    assert_middle(&image, wanted, 3, 3);
}

/* Light with a profile that says so, in 16 bits and floating point, is as exact in the dark. */
static void deep_pixels_of_light(void **state)
{
    static const enum sl_pixel_format formats[] = {
        SL_PIXELS_RGB16, SL_PIXELS_RGB_FLOAT, SL_PIXELS_RGB16_LINEAR, SL_PIXELS_RGB_FLOAT_LINEAR};
    enum { WIDTH = 16 * sizeof dark_levels };
    OWNED(coded) icc = make_rgb_profile(srgb_primaries, 1);

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        OWNED(coded) data = {0};
        for (unsigned at = 0; at < WIDTH * 16 * 3; at++) {
            double light = light_of(dark_levels[at / 3 % WIDTH / 16]);
            if (i % 2)
                append(&data, &(float){(float)light}, 4);
            else
                append(&data, &(uint16_t){(uint16_t)lround(light * 65535)}, 2);
        }
        struct sl_media media = {.kind = SL_MEDIA_PIXELS,
                                 .pixels = {.data = data.data,
                                            .width = WIDTH,
                                            .height = 16,
                                            .stride = WIDTH * 3 * (i % 2 ? 4 : 2),
                                            .format = formats[i],
                                            .profile = i < 2 ? icc.data : NULL,
                                            .profile_len = i < 2 ? icc.len : 0}};
        OWNED(sl_image) image = prepare_media(&media, SL_DETAIL_LOW);
        assert_ramp(&image, 3);
    }
}

/* Lines of letters of 5 × 7 dots, each `dot` pixels wide, on white; with room between the lines. */
static struct raw make_text(uint32_t width, uint32_t height, uint32_t dot, unsigned char ink)
{
    static const unsigned char letters[8][7] = {
        {0x0e, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11}, {0x1e, 0x11, 0x1e, 0x11, 0x11, 0x11, 0x1e},
        {0x0e, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0e}, {0x11, 0x19, 0x15, 0x13, 0x11, 0x11, 0x11},
        {0x1f, 0x10, 0x1e, 0x10, 0x10, 0x10, 0x1f}, {0x11, 0x11, 0x15, 0x15, 0x15, 0x1b, 0x11},
        {0x0e, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e}, {0, 0, 0, 0, 0, 0, 0}};
    struct raw raw = make_flat(width, height, 1, (const unsigned char[1]){255});

    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++) {
            uint32_t row = y / dot % 12, column = x / dot % 6,
                     letter = x / dot / 6 + y / dot / 12 * 5;

            if (row < 7 && column < 5 && letters[letter % 8][row] >> (4 - column) & 1)
                raw.data[(size_t)y * width + x] = ink;
        }
    return raw;
}

static enum sl_detail detail_of(const struct raw *raw)
{
    struct sl_media media = media_of_raw(raw);
    OWNED(sl_image) image = prepare_media(&media, SL_DETAIL_AUTO);
    uint32_t longer = image.width > image.height ? image.width : image.height;

    assert_true(image.detail == SL_DETAIL_HIGH || longer <= 728);
    return image.detail;
}

static void small_text_is_looked_at_closely(void **state)
{
    static const struct {
        uint32_t width, height, dot;
        unsigned char ink;
        enum sl_detail wanted;
    } rows[] = {
        {1920, 1080, 1, 0, SL_DETAIL_HIGH},  {1920, 1080, 2, 90, SL_DETAIL_HIGH},
        {3840, 2160, 2, 60, SL_DETAIL_HIGH}, {1920, 1080, 8, 0, SL_DETAIL_LOW},
        {1920, 1080, 1, 250, SL_DETAIL_LOW}, {728, 400, 1, 0, SL_DETAIL_LOW},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        OWNED(raw) raw = make_text(rows[i].width, rows[i].height, rows[i].dot, rows[i].ink);

        if (detail_of(&raw) != rows[i].wanted)
            fail_msg("row %zu", i);
    }
}

static void all_else_is_not(void **state)
{
    OWNED(raw) smooth = make_raw(1920, 1080, 3), noise = make_raw(1920, 1080, 3);
    uint32_t seed = 1;

    (void)state;
    for (size_t i = 0; i < 1920u * 1080 * 3; i++) {
        seed = seed * 1664525 + 1013904223;
        noise.data[i] = (unsigned char)(seed >> 24);
    }
    assert_int_equal(detail_of(&smooth), SL_DETAIL_LOW);
    assert_int_equal(detail_of(&noise), SL_DETAIL_LOW);
}

/* One line of text in an empty picture; a part of it that has none; and what was asked for. */
static void a_little_text_is_enough(void **state)
{
    OWNED(raw) raw = make_text(1920, 1080, 2, 0);
    struct sl_media media = media_of_raw(&raw);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    OWNED(sl_image) image = {0};

    (void)state;
    memset(raw.data + (size_t)1920 * 24, 255, (size_t)1920 * (1080 - 24));
    assert_int_equal(detail_of(&raw), SL_DETAIL_HIGH);
    options.detail = SL_DETAIL_AUTO;
    options.crop = (struct sl_rect){0, 100, 1920, 900};
    assert_int_equal(sl_image_prepare(&image, &media, &options, NULL), 0);
    assert_int_equal(image.detail, SL_DETAIL_LOW);
    assert_int_equal(image.width, 728);
    sl_image_release(&image);
    image = prepare_media(&media, SL_DETAIL_LOW);
    assert_int_equal(image.detail, SL_DETAIL_LOW);
}

/* Noise, so that nothing makes it small. */
static struct raw make_noise(uint32_t width, uint32_t height)
{
    struct raw raw = make_raw(width, height, 3);
    uint32_t seed = 7;

    for (size_t i = 0; i < (size_t)width * height * 3; i++) {
        seed = seed * 1664525 + 1013904223;
        raw.data[i] = (unsigned char)(seed >> 24);
    }
    return raw;
}

static void no_more_bytes_than_there_is_room_for(void **state)
{
    static const size_t limits[] = {0, 300000, 60000, 4000};
    OWNED(raw) raw = make_noise(720, 500);
    OWNED(coded) png = make_png(&raw, (struct png_kind){0});
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    const struct sl_media all[3] = {media_of(&png), media_of_raw(&raw), media_of(&jpeg)};
    uint32_t before = 721;

    (void)state;
    for (size_t i = 0; i < 12; i++) {
        struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
        OWNED(sl_image) image = {0};
        OWNED(raw) read = {0};

        options.max_bytes = limits[i / 3];
        assert_int_equal(sl_image_prepare(&image, &all[i % 3], &options, NULL), 0);
        assert_string_equal(image.mime, i == 0 ? "image/png" : "image/jpeg");
        assert_true(image.len <= (limits[i / 3] ? limits[i / 3] : SIZE_MAX));
        assert_true(image.len > limits[i / 3] / 3); /* not smaller than it has to be */
        if (i < 3)
            continue;
        read = read_jpeg(image.data, image.len);
        assert_int_equal(read.width, image.width);
        assert_int_equal((read.width < 720), (image.done & SL_IMAGE_SCALED) != 0);
        assert_true(i % 3 > 0 || image.width < before);
        before = i % 3 == 0 ? image.width : before;
    }
}

static void too_little_room(void **state)
{
    OWNED(raw) raw = make_noise(400, 300);
    struct sl_media media = media_of_raw(&raw);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_image image = SL_IMAGE_INIT;
    struct sl_error error = SL_ERROR_INIT;

    (void)state;
    options.max_bytes = 100;
    assert_int_equal(sl_image_prepare(&image, &media, &options, &error), SL_E_TOO_LARGE);
    assert_non_null(strstr(error.message, "it.bin: there is no room left"));
    assert_null(image.data);
}

static void stride_is_longer_than_a_row(void **state)
{
    OWNED(raw) raw = make_raw(64, 48, 3);
    struct sl_media media = media_of_raw(&raw);
    OWNED(sl_image) image = {0};
    OWNED(raw) read = {0};

    (void)state;
    media.pixels.width = 32;
    image = prepare_media(&media, SL_DETAIL_LOW);
    read = read_jpeg(image.data, image.len);
    assert_int_equal(read.width, 32);
    assert_near(pixel(&read, 16, 40), pixel(&raw, 16, 40), 3, 6);
}

static void pixels_are_turned(void **state)
{
    OWNED(raw) raw = make_raw(64, 48, 3);
    struct sl_media media = media_of_raw(&raw);
    OWNED(sl_image) image = {0};
    OWNED(raw) read = {0};

    (void)state;
    media.pixels.orientation = 6; /* to be turned by a quarter with the clock */
    image = prepare_media(&media, SL_DETAIL_LOW);
    assert_int_equal(image.done, SL_IMAGE_TURNED);
    assert_int_equal(image.source_width, 48);
    read = read_jpeg(image.data, image.len);
    assert_int_equal(read.height, 64);
    assert_near(pixel(&read, 48 - 1 - 40, 16), pixel(&raw, 16, 40), 3, 6);
}

static void pixels_that_cannot_be(void **state)
{
    OWNED(raw) raw = make_raw(8, 8, 4);
    const struct sl_media good = media_of_raw(&raw);
    struct sl_media media = good;

    (void)state;
    media.pixels.stride = 31;
    refuse_media(&media, SL_E_INVALID, "stride");
    media.pixels.stride = SIZE_MAX / 2;
    refuse_media(&media, SL_E_INVALID, "stride");
    media = good;
    media.pixels.width = 0;
    refuse_media(&media, SL_E_CORRUPT, "0×8");
    media = good;
    media.pixels.height = 0;
    refuse_media(&media, SL_E_CORRUPT, "8×0");
    media = good;
    media.pixels.data = NULL;
    refuse_media(&media, SL_E_INVALID, "no pixels");
    media = good;
    media.pixels.format = SL_PIXELS_GRAYA_FLOAT_LINEAR + 1;
    refuse_media(&media, SL_E_INVALID, "format");
    media.pixels.format = 0;
    refuse_media(&media, SL_E_INVALID, "format");
    media = good;
    media.pixels.orientation = 9;
    refuse_media(&media, SL_E_INVALID, "orientation");
    media = good;
    media.pixels.width = 30000;
    media.pixels.stride = 120000;
    refuse_media(&media, SL_E_TOO_LARGE, "30000×8");
    media.kind = 77;
    refuse_media(&media, SL_E_INVALID, "kind");
}

static void options_that_cannot_be(void **state)
{
    OWNED(raw) raw = make_raw(8, 8, 3);
    struct sl_media media = media_of_raw(&raw);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_image image = SL_IMAGE_INIT;

    (void)state;
    options.detail = 0;
    assert_int_equal(sl_image_prepare(&image, &media, &options, NULL), SL_E_INVALID);
    options = (struct sl_image_options)SL_IMAGE_OPTIONS_INIT;
    options.sizes.max_side = 0;
    assert_int_equal(sl_image_prepare(&image, &media, &options, NULL), SL_E_INVALID);
}

static void alpha_is_laid_on_white(void **state)
{
    static const struct {
        unsigned char in[4], out[3];
    } rows[] = {
        {{0, 0, 0, 0}, {255, 255, 255}},
        {{255, 0, 0, 128}, {255, 127, 127}},
        {{10, 20, 30, 254}, {11, 21, 31}},
        {{0, 255, 0, 64}, {191, 255, 191}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        OWNED(raw) raw = make_flat(1000, 20, 4, rows[i].in);
        struct sl_media media = media_of_raw(&raw);
        OWNED(sl_image) image = prepare_media(&media, SL_DETAIL_LOW);

        assert_int_equal(image.done, SL_IMAGE_FLATTENED | SL_IMAGE_SCALED);
        assert_middle(&image, rows[i].out, 3, 4);
    }
}

/* Green lies hidden under full transparency beside opaque white: no green may be seen. */
static void hidden_colours_do_not_bleed(void **state)
{
    OWNED(raw) raw = make_flat(1500, 40, 4, (const unsigned char[]){255, 255, 255, 255});
    struct sl_media media = media_of_raw(&raw);
    OWNED(sl_image) image = {0};
    OWNED(raw) read = {0};

    (void)state;
    for (size_t i = 0; i < 1500 * 40; i++)
        if (i % 7 < 3)
            memcpy(raw.data + i * 4, (const unsigned char[]){0, 255, 0, 0}, 4);
    image = prepare_media(&media, SL_DETAIL_LOW);
    read = read_jpeg(image.data, image.len);
    for (uint32_t x = 0; x < read.width; x++)
        assert_near(pixel(&read, x, 10), (const unsigned char[]){255, 255, 255}, 3, 1);
}

static void profile_is_converted(void **state)
{
    static const unsigned char colours[][3] = {
        {200, 40, 40}, {40, 180, 60}, {128, 128, 128}, {250, 200, 30}, {20, 30, 160}};
    OWNED(coded) p3 = make_rgb_profile(p3_primaries, 0);
    OWNED(coded) adobe = make_rgb_profile(adobe_primaries, 2.2);

    (void)state;
    for (size_t i = 0; i < 2 * sizeof colours / sizeof *colours; i++) {
        const struct coded *icc = i % 2 ? &p3 : &adobe;
        OWNED(raw) raw = make_flat(50, 40, 3, colours[i / 2]);
        struct sl_media media = media_of_raw(&raw);
        OWNED(sl_image) image = {0};
        unsigned char wanted[3];

        media.pixels.profile = icc->data;
        media.pixels.profile_len = icc->len;
        image = prepare_media(&media, SL_DETAIL_LOW);
        to_srgb(icc, TYPE_RGB_8, colours[i / 2], wanted);
        assert_int_equal(image.done, SL_IMAGE_CONVERTED);
        assert_middle(&image, wanted, 3, 4);
    }
}

static void profiles_that_change_nothing(void **state)
{
    static const unsigned char colour[3] = {200, 40, 90};
    static const double rounded[8] = {0.3127, 0.3290, 0.6395, 0.3301, 0.30, 0.60, 0.15, 0.06};
    OWNED(coded) srgb = make_srgb_profile();
    OWNED(coded) nearly = make_rgb_profile(rounded, 0);
    OWNED(coded) grey = make_grey_profile(1.8);
    const struct {
        const void *data;
        size_t len;
    } rows[] = {{srgb.data, srgb.len},     {nearly.data, nearly.len}, {grey.data, grey.len},
                {"no profile at all", 17}, {srgb.data, 100},          {srgb.data, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        OWNED(raw) raw = make_flat(50, 40, 3, colour);
        struct sl_media media = media_of_raw(&raw);
        OWNED(sl_image) image = {0};

        media.pixels.profile = rows[i].data;
        media.pixels.profile_len = rows[i].len;
        image = prepare_media(&media, SL_DETAIL_LOW);
        assert_int_equal(image.done, 0);
        assert_middle(&image, colour, 3, 3);
    }
}

static void grey_stays_grey(void **state)
{
    static const unsigned char level = 100;
    OWNED(coded) grey = make_grey_profile(1.0);
    OWNED(coded) rgb = make_rgb_profile(adobe_primaries, 1.0);
    unsigned char same[3] = {level, level, level}, wanted[3];

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        OWNED(raw) raw = make_flat(50, 40, 1, &level);
        struct sl_media media = media_of_raw(&raw);
        const struct coded *icc = i == 0 ? &grey : &rgb;
        OWNED(sl_image) image = {0};

        media.pixels.profile = icc->data;
        media.pixels.profile_len = icc->len;
        image = prepare_media(&media, SL_DETAIL_LOW);
        to_srgb(icc, i == 0 ? TYPE_GRAY_8 : TYPE_RGB_8, same, wanted);
        assert_true(wanted[1] > 150);
        assert_int_equal(image.done, SL_IMAGE_CONVERTED);
        assert_middle(&image, wanted + 1, 1, 3);
    }
}

static double lanczos(double x)
{
    const double a = 3.14159265358979323846 * x;

    return x == 0 ? 1 : fabs(x) >= 3 ? 0 : 3 * sin(a) * sin(a / 3) / (a * a);
}

/* The definition, in floating point, for one sample of one channel. */
static double reference(const struct raw *raw, uint32_t width, uint32_t height, uint32_t x,
                        uint32_t y, unsigned c)
{
    double sx = (double)raw->width / width, sy = (double)raw->height / height, sum = 0, total = 0;
    double cx = (x + 0.5) * sx, cy = (y + 0.5) * sy;

    for (uint32_t v = 0; v < raw->height; v++) {
        double wy = lanczos((v + 0.5 - cy) / fmax(sy, 1));

        for (uint32_t u = 0; wy != 0 && u < raw->width; u++) {
            double weight = wy * lanczos((u + 0.5 - cx) / fmax(sx, 1));

            sum += weight * pixel(raw, u, v)[c];
            total += weight;
        }
    }
    return fmin(fmax(sum / total, 0), 255);
}

static struct raw zone_plate(uint32_t width, uint32_t height, unsigned channels)
{
    struct raw raw = make_raw(width, height, channels);

    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++) {
            double dx = x - width / 2.0, dy = y - height / 2.0;

            raw.data[((size_t)y * width + x) * channels] =
                (unsigned char)(127.5 + 127 * cos((dx * dx + dy * dy) * 0.004));
        }
    return raw;
}

struct memory_rows {
    struct sl__rows rows;
    const struct raw *raw;
    uint32_t y;
    atomic_bool *stop; /* set when row 10 is read; may be NULL */
};

static int next_of_memory(struct sl__rows *rows, unsigned char *row)
{
    struct memory_rows *m = (struct memory_rows *)rows;
    size_t bytes = (size_t)m->raw->width * m->raw->channels;

    if (m->stop && m->y == 10)
        *m->stop = true;
    memcpy(row, m->raw->data + m->y++ * bytes, bytes);
    return 0;
}

static void leave_memory(struct sl__rows *rows)
{
    (void)rows;
}

static struct memory_rows rows_of(const struct raw *raw, const struct sl__input *input)
{
    return (struct memory_rows){.rows = {.input = input,
                                         .width = raw->width,
                                         .height = raw->height,
                                         .extent_x = raw->width,
                                         .extent_y = raw->height,
                                         .space = (enum sl__space)raw->channels,
                                         .next = next_of_memory,
                                         .close = leave_memory},
                                .raw = raw};
}

/* Scales without the JPEG behind it, so that single levels can be compared. */
static struct raw scale_raw(const struct raw *raw, uint32_t width, uint32_t height)
{
    static const struct sl__input input = {.name = "it.bin"};
    struct memory_rows source = rows_of(raw, &input);
    struct raw out = {malloc((size_t)width * height * raw->channels), width, height, raw->channels};
    struct sl__bitmap bitmap = {out.data, width, height, source.rows.space};

    assert_int_equal(sl__scale(&bitmap, &source.rows), 0);
    assert_int_equal(source.y, raw->height);
    return out;
}

static double mean(const struct raw *raw, unsigned c)
{
    double sum = 0;

    for (size_t i = 0; i < (size_t)raw->width * raw->height; i++)
        sum += raw->data[i * raw->channels + c];
    return sum / raw->width / raw->height;
}

static void scaling_matches_the_definition(void **state)
{
    static const struct {
        uint32_t width, height, to_width, to_height;
        unsigned channels;
    } rows[] = {
        {301, 203, 100, 67, 3}, {300, 200, 297, 198, 3}, {257, 5, 91, 2, 1}, {3, 301, 1, 43, 4},
        {300, 1, 60, 1, 3},     {1, 300, 1, 60, 1},      {90, 60, 1, 1, 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        OWNED(raw) raw = zone_plate(rows[i].width, rows[i].height, rows[i].channels);
        OWNED(raw) out = scale_raw(&raw, rows[i].to_width, rows[i].to_height);

        for (uint32_t y = 0; y < out.height; y += 3)
            for (uint32_t x = 0; x < out.width; x += 7)
                for (unsigned c = 0; c < out.channels; c++) {
                    double wanted = reference(&raw, out.width, out.height, x, y, c);

                    if (fabs(pixel(&out, x, y)[c] - wanted) > 1.0)
                        fail_msg("row %zu: %u,%u channel %u is %d, not %.2f", i, x, y, c,
                                 pixel(&out, x, y)[c], wanted);
                }
    }
}

static void scaling_keeps_the_mean(void **state)
{
    OWNED(raw) raw = make_raw(1999, 1001, 3);
    OWNED(raw) out = scale_raw(&raw, 728, 365);

    (void)state;
    for (unsigned c = 0; c < 3; c++)
        assert_true(fabs(mean(&raw, c) - mean(&out, c)) < 0.5);
}

static void even_areas_stay_exact(void **state)
{
    static const unsigned char levels[] = {0, 1, 127, 128, 254, 255};

    (void)state;
    for (size_t i = 0; i < sizeof levels; i++) {
        OWNED(raw) raw = make_flat(777, 333, 1, &levels[i]);
        OWNED(raw) out = scale_raw(&raw, 101, 43);

        for (size_t k = 0; k < 101 * 43; k++)
            assert_int_equal(out.data[k], levels[i]);
    }
}

static void same_size_stays_exact(void **state)
{
    OWNED(raw) raw = zone_plate(97, 31, 3);
    OWNED(raw) out = scale_raw(&raw, 97, 31);

    (void)state;
    assert_memory_equal(out.data, raw.data, (size_t)97 * 31 * 3);
}

static void thin_pictures(void **state)
{
    static const uint32_t sizes_of[][4] = {
        {1, 1, 1, 1}, {5000, 1, 728, 1}, {1, 5000, 1, 728}, {25000, 3, 728, 1}, {2, 25000, 1, 728}};

    (void)state;
    for (size_t i = 0; i < sizeof sizes_of / sizeof *sizes_of; i++) {
        OWNED(raw) raw = make_raw(sizes_of[i][0], sizes_of[i][1], 3);
        struct sl_media media = media_of_raw(&raw);
        OWNED(sl_image) image = prepare_media(&media, SL_DETAIL_LOW);
        OWNED(raw) read = read_jpeg(image.data, image.len);

        assert_int_equal(read.width, sizes_of[i][2]);
        assert_int_equal(read.height, sizes_of[i][3]);
    }
}

static void cancelled(void **state)
{
    OWNED(raw) raw = make_raw(300, 200, 3);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){.progressive = true});
    OWNED(coded) png = make_png(&raw, (struct png_kind){.interlace = true});
    OWNED(coded) webp = make_webp(&raw, false);
    atomic_bool stop = true;
    struct sl_image_options options = {
        .detail = SL_DETAIL_LOW, .sizes = SL_IMAGE_SIZES_DEFAULT, .cancel = &stop};
    struct sl_media media[] = {media_of(&jpeg), media_of(&png), media_of(&webp),
                               media_of_raw(&raw)};

    (void)state;
    for (size_t i = 0; i < sizeof media / sizeof *media; i++) {
        struct sl_image image = SL_IMAGE_INIT;
        struct sl_error error = SL_ERROR_INIT;

        assert_int_equal(sl_image_prepare(&image, &media[i], &options, &error), SL_E_CANCELLED);
        assert_int_equal(error.code, SL_E_CANCELLED);
        assert_null(image.data);
    }
}

static void cancelled_while_rows_are_skipped(void **state)
{
    OWNED(raw) raw = make_raw(300, 200, 3);
    atomic_bool stop = false;
    const struct sl__input input = {.name = "it.bin", .cancel = &stop};
    const struct sl__picture picture = {.width = 300, .height = 200, .orientation = 1};
    struct memory_rows source = rows_of(&raw, &input);
    struct sl__rows *rows = &source.rows;
    unsigned char row[3];

    (void)state;
    source.stop = &stop;
    assert_int_equal(sl__crop_rows(&rows, &picture, (struct sl_rect){7, 150, 1, 1}), 0);
    assert_int_equal(sl__rows_read(rows, row), SL_E_CANCELLED);
    assert_int_equal(source.y, 11);
    sl__rows_close(rows);
}

static void cancelled_at_the_next_row(void **state)
{
    OWNED(raw) raw = make_raw(300, 200, 3);
    OWNED(raw) out = make_raw(100, 67, 3);
    atomic_bool stop = false;
    const struct sl__input input = {.name = "it.bin", .cancel = &stop};
    struct memory_rows source = rows_of(&raw, &input);
    struct sl__bitmap bitmap = {out.data, 100, 67, SL__RGB};

    (void)state;
    source.stop = &stop;
    assert_int_equal(sl__scale(&bitmap, &source.rows), SL_E_CANCELLED);
    assert_int_equal(source.y, 11);
}

static char directory[] = "/tmp/sightline-media-XXXXXX";

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory + sizeof directory - 7, "XXXXXX");
    return mkdtemp(directory) ? 0 : -1;
}

static const char *path_of(const char *name)
{
    static char path[256];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

static void write_file(const char *name, const void *data, size_t len)
{
    FILE *file = fopen(path_of(name), "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static int remove_directory(void **state)
{
    static const char *const names[] = {"a.png",   "notes.png",  "empty.jpg", "pipe.png",
                                        "big.png", "closed.png", "big.mp4"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_of(names[i]));
    return rmdir(directory);
}

static void refuse_file(const char *name, int code, const char *words)
{
    struct sl_media media = {.kind = SL_MEDIA_FILE, .name = name, .path = path_of(name)};

    refuse_media(&media, code, words);
    media.name = NULL;
    refuse_media(&media, code, name); /* the last part of the path */
}

static void a_file_is_read(void **state)
{
    OWNED(raw) raw = make_raw(900, 30, 3);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    struct sl_media media = {.kind = SL_MEDIA_FILE};
    OWNED(sl_image) image = {0};

    (void)state;
    write_file("a.png", jpeg.data, jpeg.len); /* the name does not count */
    media.path = path_of("a.png");
    image = prepare_media(&media, SL_DETAIL_LOW);
    assert_int_equal(image.width, 728);
    assert_middle(&image, pixel(&raw, 450, 15), 3, 6);
}

static void files_that_cannot_be_read(void **state)
{
    (void)state;
    write_file("empty.jpg", "", 0);
    write_file("notes.png", "Dear diary, BM and P5 are not pictures.", 39);
    write_file("big.mp4",
               "\0\0\0\x18"
               "ftypisom",
               12);
    assert_int_equal(truncate(path_of("big.mp4"), (off_t)SL_IMAGE_MAX_FILE_BYTES + 1), 0);
    write_file("big.png", "\x89PNG\r\n\x1a\n", 8);
    assert_int_equal(truncate(path_of("big.png"), (off_t)SL_IMAGE_MAX_FILE_BYTES + 1), 0);
    assert_int_equal(mkfifo(path_of("pipe.png"), 0600), 0);
    refuse_file("missing.jpg", SL_E_IO, "no such file");
    refuse_file("empty.jpg", SL_E_CORRUPT, "is empty");
    refuse_file("notes.png", SL_E_UNSUPPORTED, "not a picture");
    refuse_file("big.png", SL_E_TOO_LARGE, "256 MiB");
    refuse_file("big.mp4", SL_E_UNSUPPORTED, "a still");
    refuse_file("pipe.png", SL_E_IO, "pipe");
    refuse_media(&(struct sl_media){.kind = SL_MEDIA_FILE, .name = "dir", .path = directory},
                 SL_E_IO, "directory");
    refuse_media(&(struct sl_media){.kind = SL_MEDIA_FILE, .name = "null", .path = "/dev/null"},
                 SL_E_IO, "device");
    refuse_media(&(struct sl_media){.kind = SL_MEDIA_FILE, .name = "none"}, SL_E_INVALID, "path");
    refuse_media(&(struct sl_media){.kind = SL_MEDIA_BYTES, .name = "none"}, SL_E_CORRUPT, "empty");
}

static void a_file_without_permission(void **state)
{
    (void)state;
    write_file("closed.png", "x", 1);
    assert_int_equal(chmod(path_of("closed.png"), 0), 0);
    if (access(path_of("closed.png"), R_OK) == 0)
        skip(); /* root may read everything */
    refuse_file("closed.png", SL_E_IO, "permissions");
}

static void known_formats_are_named(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *words;
    } rows[] = {
        {"\0\0\0\x18"
         "ftypisom\0\0\2\0isomiso2",
         24, "video (MP4)"},
        {"\0\0\0\x14"
         "ftypqt  \0\0\2\0qt  ",
         20, "video (QuickTime)"},
        {"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\xf7\x81", 12, "video (Matroska or WebM)"},
        {"\x1a\x45\xdf\xa3\x8f\x42\x86\x81\1\x42\x82\x88matroska", 20, "video (Matroska)"},
        {"\x1a\x45\xdf\xa3\x8b\x42\x86\x81\1\x42\x82\x84webm", 16, "video (WebM)"},
        {"RIFF\0\0\0\0AVI LIST", 16, "AVI"},
        {"%PDF-1.7\n", 9, "PDF"},
        {"P6\n2 2\n255\n", 11, "PNM"},
        {"8BPS\0\1\0\0", 8, "cannot read Photoshop; convert it to JPEG or PNG"},
        {"gimp xcf v011", 13, "XCF"},
        {"\xff\x0a\x10\x10", 4, "JPEG XL"},
        {"\0\0\1\0\1\0\x10\x10", 8, "icon"},
        {"BM is a common pair of letters", 30, "not a picture"},
        {"<html><body>Sign in</body></html>", 33, "not a picture"},
        {"\x89PN", 3, "not a picture"},
        {"RIFF\0\0\0\0WAVEfmt ", 16, "not a picture"},
        {"x", 1, "not a picture"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl_media media = {
            .kind = SL_MEDIA_BYTES, .name = "it", .bytes = rows[i].bytes, .len = rows[i].len};

        refuse_media(&media, SL_E_UNSUPPORTED, rows[i].words);
    }
}

static void release_twice(void **state)
{
    OWNED(raw) raw = make_raw(8, 8, 3);
    struct sl_media media = media_of_raw(&raw);
    struct sl_image image = prepare_media(&media, SL_DETAIL_LOW);

    (void)state;
    sl_image_release(&image);
    assert_null(image.data);
    assert_int_equal(image.len, 0);
    sl_image_release(&image);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),
        cmocka_unit_test(sizes_of_other_models),
        cmocka_unit_test(tokens),
        cmocka_unit_test(pixels_of_every_format),
        cmocka_unit_test(pixels_are_turned),
        cmocka_unit_test(deep_pixels_of_every_format),
        cmocka_unit_test(deep_pixels_with_alpha),
        cmocka_unit_test(floats_out_of_range),
        cmocka_unit_test(linear_pixels_with_a_profile),
        cmocka_unit_test(deep_pixels_of_light),
        cmocka_unit_test(small_text_is_looked_at_closely),
        cmocka_unit_test(all_else_is_not),
        cmocka_unit_test(a_little_text_is_enough),
        cmocka_unit_test(no_more_bytes_than_there_is_room_for),
        cmocka_unit_test(too_little_room),
        cmocka_unit_test(stride_is_longer_than_a_row),
        cmocka_unit_test(pixels_that_cannot_be),
        cmocka_unit_test(options_that_cannot_be),
        cmocka_unit_test(alpha_is_laid_on_white),
        cmocka_unit_test(hidden_colours_do_not_bleed),
        cmocka_unit_test(profile_is_converted),
        cmocka_unit_test(profiles_that_change_nothing),
        cmocka_unit_test(grey_stays_grey),
        cmocka_unit_test(scaling_matches_the_definition),
        cmocka_unit_test(scaling_keeps_the_mean),
        cmocka_unit_test(even_areas_stay_exact),
        cmocka_unit_test(same_size_stays_exact),
        cmocka_unit_test(thin_pictures),
        cmocka_unit_test(cancelled),
        cmocka_unit_test(cancelled_at_the_next_row),
        cmocka_unit_test(cancelled_while_rows_are_skipped),
        cmocka_unit_test_setup_teardown(a_file_is_read, make_directory, remove_directory),
        cmocka_unit_test_setup_teardown(files_that_cannot_be_read, make_directory,
                                        remove_directory),
        cmocka_unit_test_setup_teardown(a_file_without_permission, make_directory,
                                        remove_directory),
        cmocka_unit_test(known_formats_are_named),
        cmocka_unit_test(release_twice),
    };

    return run_cases(tests, argc, argv);
}
