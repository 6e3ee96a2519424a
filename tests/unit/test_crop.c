/* Parts of pictures: nine flat fields, of which each is found again by its colour. */
#include <math.h>

#include "pictures.h"

#define GRID 3

static const unsigned char fields[GRID * GRID][3] = {
    {220, 40, 40},  {40, 200, 60}, {50, 60, 220},   {230, 210, 40},  {30, 200, 210},
    {200, 50, 200}, {20, 20, 20},  {128, 128, 128}, {240, 240, 240},
};

/* Upright, in the first `channels` of the colours; a fourth is opaque. */
static struct raw make_grid(uint32_t width, uint32_t height, unsigned channels)
{
    struct raw raw = {malloc((size_t)width * height * channels), width, height, channels};
    unsigned char *p = raw.data;

    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++)
            for (unsigned c = 0; c < channels; c++)
                *p++ = c == 3 ? 255 : fields[y * GRID / height * GRID + x * GRID / width][c];
    return raw;
}

/* Where the stored row 0 and column 0 are seen, as the EXIF standard lists them. */
static const struct {
    bool row_is_side, row_from_end, column_from_end;
} orientations[9] = {
    [1] = {false, false, false}, [2] = {false, false, true}, [3] = {false, true, true},
    [4] = {false, true, false},  [5] = {true, false, false}, [6] = {true, true, false},
    [7] = {true, true, true},    [8] = {true, false, true},
};

/* The picture as it is stored for an orientation that turns it upright again. */
static struct raw stored(const struct raw *upright, unsigned orientation)
{
    bool side = orientations[orientation].row_is_side;
    uint32_t width = side ? upright->height : upright->width;
    uint32_t height = side ? upright->width : upright->height;
    struct raw raw = {malloc((size_t)width * height * 3), width, height, 3};

    for (uint32_t row = 0; row < height; row++)
        for (uint32_t column = 0; column < width; column++) {
            uint32_t r = orientations[orientation].row_from_end ? height - 1 - row : row;
            uint32_t c = orientations[orientation].column_from_end ? width - 1 - column : column;

            memcpy(raw.data + ((size_t)row * width + column) * 3,
                   side ? pixel(upright, r, c) : pixel(upright, c, r), 3);
        }
    return raw;
}

static struct coded jpeg_of(const struct raw *raw, unsigned orientation)
{
    struct coded coded = make_jpeg(raw, (struct jpeg_kind){0});

    add_exif(&coded, orientation, true);
    return coded;
}

static struct coded progressive_of(const struct raw *raw, unsigned orientation)
{
    struct coded coded = make_jpeg(raw, (struct jpeg_kind){.progressive = true});

    add_exif(&coded, orientation, false);
    return coded;
}

static struct coded png_of(const struct raw *raw, unsigned orientation)
{
    return make_png(raw, (struct png_kind){.private = true, .orientation = orientation});
}

static struct coded interlaced_of(const struct raw *raw, unsigned orientation)
{
    return make_png(
        raw, (struct png_kind){.interlace = true, .private = true, .orientation = orientation});
}

static struct coded webp_of(const struct raw *raw, unsigned orientation)
{
    struct coded webp = start_webp(0x08, raw->width, raw->height); /* EXIF */
    OWNED(coded) pixels = make_webp(raw, true);
    OWNED(coded) exif = make_exif(orientation, false);

    append_webp_pixels(&webp, &pixels);
    append_riff_chunk(&webp, "EXIF", exif.data, exif.len);
    finish_riff(&webp);
    return webp;
}

static struct coded lossy_webp_of(const struct raw *raw, unsigned orientation)
{
    assert_int_equal(orientation, 1);
    return make_webp(raw, false);
}

typedef struct coded (*encoder)(const struct raw *raw, unsigned orientation);
static const encoder encoders[] = {jpeg_of, progressive_of, png_of, interlaced_of, webp_of};

static struct sl_image crop_media(const struct sl_media *media, uint32_t low_side,
                                  struct sl_rect part)
{
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_image image = SL_IMAGE_INIT;
    struct sl_error error = SL_ERROR_INIT;

    options.sizes.low_side = low_side;
    options.crop = part;
    if (sl_image_prepare(&image, media, &options, &error) != 0)
        fail_msg("%s", error.message);
    return image;
}

static struct sl_image crop(const struct coded *coded, uint32_t low_side, struct sl_rect part)
{
    struct sl_media media = media_of(coded);

    return crop_media(&media, low_side, part);
}

static void assert_flat(const struct sl_image *image, uint32_t width, uint32_t height,
                        const unsigned char *colour, unsigned channels)
{
    OWNED(raw) read = read_jpeg(image->data, image->len);

    assert_string_equal(image->mime, "image/jpeg");
    assert_int_equal(image->width, width);
    assert_int_equal(image->height, height);
    assert_int_equal(read.width, width);
    assert_int_equal(read.height, height);
    assert_int_equal(read.channels, channels);
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++)
            assert_near(pixel(&read, x, y), colour, channels, 6);
}

static struct sl_rect field_at(const struct raw *upright, unsigned field)
{
    uint32_t width = upright->width / GRID, height = upright->height / GRID;

    return (struct sl_rect){field % GRID * width, field / GRID * height, width, height};
}

static void every_field_in_every_orientation(void **state)
{
    OWNED(raw) upright = make_grid(72, 48, 3);

    (void)state;
    for (unsigned orientation = 1; orientation <= 8; orientation++)
        for (size_t i = 0; i < sizeof encoders / sizeof *encoders; i++) {
            OWNED(raw) raw = stored(&upright, orientation);
            OWNED(coded) coded = encoders[i](&raw, orientation);

            for (unsigned field = 0; field < GRID * GRID; field++) {
                OWNED(sl_image) image = crop(&coded, 728, field_at(&upright, field));

                assert_flat(&image, 24, 16, fields[field], 3);
                assert_int_equal(image.source_width, 72);
                assert_int_equal(image.source_height, 48);
                assert_int_equal(image.done & SL_IMAGE_SCALED, 0);
                assert_int_equal((image.done & SL_IMAGE_TURNED) != 0, orientation > 1);
            }
        }
}

/* Large enough for JPEG and WebP to be decoded smaller than they are. */
static void every_field_when_decoded_smaller(void **state)
{
    static const encoder some[] = {jpeg_of, webp_of, lossy_webp_of};
    OWNED(raw) upright = make_grid(960, 720, 3);

    (void)state;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        for (unsigned orientation = 1; orientation <= (some[i] == lossy_webp_of ? 1 : 6);
             orientation += 5) {
            OWNED(raw) raw = stored(&upright, orientation);
            OWNED(coded) coded = some[i](&raw, orientation);

            for (unsigned field = 0; field < GRID * GRID; field++) {
                OWNED(sl_image) image = crop(&coded, 20, field_at(&upright, field));

                assert_flat(&image, 20, 15, fields[field], 3);
                assert_true((image.done & SL_IMAGE_SCALED) != 0);
            }
        }
}

static struct raw cut_raw(const struct raw *raw, struct sl_rect part)
{
    size_t bytes = (size_t)part.width * raw->channels;
    struct raw out = {malloc(bytes * part.height), part.width, part.height, raw->channels};

    for (uint32_t y = 0; y < part.height; y++)
        memcpy(out.data + y * bytes, pixel(raw, part.x, part.y + y), bytes);
    return out;
}

static double mean_difference(const struct sl_image *a, const struct sl_image *b)
{
    OWNED(raw) one = read_jpeg(a->data, a->len);
    OWNED(raw) two = read_jpeg(b->data, b->len);
    size_t count = (size_t)one.width * one.height * one.channels;
    double sum = 0;

    assert_int_equal(one.width, two.width);
    assert_int_equal(one.height, two.height);
    for (size_t i = 0; i < count; i++)
        sum += abs(one.data[i] - two.data[i]);
    return sum / (double)count;
}

/* Waves, on which a shift by a single pixel makes a difference of five levels. */
static struct raw make_waves(uint32_t width, uint32_t height)
{
    struct raw raw = {malloc((size_t)width * height * 3), width, height, 3};
    unsigned char *p = raw.data;

    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++) {
            *p++ = (unsigned char)(127.5 + 100 * sin(x * 0.07));
            *p++ = (unsigned char)(127.5 + 100 * sin(y * 0.07));
            *p++ = 128;
        }
    return raw;
}

/* A part is what one gets by cutting first, wherever it lies between the samples decoded. */
static void a_part_lies_where_it_should(void **state)
{
    static const struct {
        encoder encode;
        double most; /* what coding, and decoding smaller than it is, change */
    } some[] = {{jpeg_of, 2.5},     {progressive_of, 2.5}, {png_of, 0},
                {interlaced_of, 0}, {webp_of, 2.5},        {lossy_webp_of, 2.5}};
    static const struct sl_rect parts[] = {
        {103, 77, 301, 203}, {0, 0, 307, 209},  {293, 201, 307, 199}, {5, 3, 590, 150},
        {199, 0, 3, 400},    {97, 131, 401, 2}, {190, 120, 20, 20},   {1, 1, 598, 398},
    };
    OWNED(raw) raw = make_waves(600, 400);

    (void)state;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        OWNED(coded) coded = some[i].encode(&raw, 1);

        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
            for (uint32_t side = 60; side < 500; side = side * 5 / 3) {
                OWNED(raw) cut = cut_raw(&raw, parts[k]);
                struct sl_media media = media_of_raw(&cut);
                OWNED(sl_image) wanted = crop_media(&media, side, (struct sl_rect){0});
                OWNED(sl_image) image = crop(&coded, side, parts[k]);
                double difference = mean_difference(&image, &wanted);

                if (difference > some[i].most)
                    fail_msg("encoder %zu, part %zu, side %u: %.2f", i, k, (unsigned)side,
                             difference);
            }
    }
}

static void single_pixels(void **state)
{
    static const struct {
        uint32_t x, y, field;
    } corners[] = {{0, 0, 0}, {71, 0, 2}, {0, 47, 6}, {71, 47, 8}, {23, 15, 0}, {24, 16, 4}};
    OWNED(raw) upright = make_grid(72, 48, 3);

    (void)state;
    for (unsigned orientation = 1; orientation <= 8; orientation++)
        for (size_t i = 0; i < sizeof corners / sizeof *corners; i++) {
            OWNED(raw) raw = stored(&upright, orientation);
            OWNED(coded) png = png_of(&raw, orientation);
            OWNED(sl_image)
            image = crop(&png, 728, (struct sl_rect){corners[i].x, corners[i].y, 1, 1});

            assert_flat(&image, 1, 1, fields[corners[i].field], 3);
        }
}

static void parts_are_cut_to_the_edges(void **state)
{
    static const struct sl_rect parts[] = {
        {48, 32, 100, 100}, {48, 32, UINT32_MAX, UINT32_MAX}, {48, 32, 24, 17}};
    OWNED(raw) upright = make_grid(72, 48, 3);

    (void)state;
    for (unsigned orientation = 1; orientation <= 8; orientation++)
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            OWNED(raw) raw = stored(&upright, orientation);
            OWNED(coded) jpeg = jpeg_of(&raw, orientation);
            OWNED(sl_image) image = crop(&jpeg, 728, parts[i]);

            assert_flat(&image, 24, 16, fields[8], 3);
        }
}

static void parts_that_are_not_in_it(void **state)
{
    static const struct sl_rect parts[] = {
        {48, 0, 1, 1}, {0, 72, 1, 1}, {48, 72, 10, 10},        {UINT32_MAX, 0, 5, 5},
        {0, 0, 0, 1},  {0, 0, 1, 0},  {0, UINT32_MAX, 1, 100}, {60, 10, 5, 5},
    };
    OWNED(raw) upright = make_grid(48, 72, 3);
    OWNED(raw) raw = stored(&upright, 6);
    OWNED(coded) jpeg = jpeg_of(&raw, 6);
    struct sl_media media = media_of(&jpeg);

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
        struct sl_image image = SL_IMAGE_INIT;
        struct sl_error error = SL_ERROR_INIT;

        options.crop = parts[i];
        assert_int_equal(sl_image_prepare(&image, &media, &options, &error), SL_E_INVALID);
        assert_null(image.data);
        if (!strstr(error.message, "48×72") || strncmp(error.message, "it.bin: ", 8) != 0)
            fail_msg("%s", error.message);
    }
}

static void the_whole_is_no_part(void **state)
{
    OWNED(raw) raw = make_grid(72, 48, 3);
    OWNED(coded) png = make_png(&raw, (struct png_kind){0});
    OWNED(sl_image) image = crop(&png, 728, (struct sl_rect){0, 0, 72, 100});
    OWNED(sl_image) all = crop(&png, 728, (struct sl_rect){9, 9, 0, 0});
    OWNED(sl_image) most = crop(&png, 728, (struct sl_rect){0, 0, 72, 47});

    (void)state;
    assert_string_equal(image.mime, "image/png");
    assert_string_equal(all.mime, "image/png");
    assert_string_equal(most.mime, "image/jpeg");
    assert_int_equal(most.height, 47);
}

static void pixels_in_memory(void **state)
{
    static const unsigned char first[] = {0, 1, 1, 3, 3}; /* samples of the JPEG */

    (void)state;
    for (unsigned channels = 1; channels <= 4; channels += channels == 1 ? 2 : 1) {
        OWNED(raw) raw = make_grid(72, 48, channels);
        struct sl_media media = media_of_raw(&raw);

        for (unsigned field = 0; field < GRID * GRID; field++) {
            OWNED(sl_image) image = crop_media(&media, 728, field_at(&raw, field));

            assert_flat(&image, 24, 16, fields[field], first[channels]);
        }
    }
}

static void gif_on_its_canvas(void **state)
{
    static const GifColorType palette[4] = {
        {220, 40, 40}, {40, 200, 60}, {50, 60, 220}, {230, 210, 40}};
    static const unsigned char white[3] = {255, 255, 255};

    (void)state;
    for (unsigned interlace = 0; interlace < 2; interlace++) {
        OWNED(raw) indices = make_flat(24, 16, 1, (const unsigned char *)"\2");
        OWNED(coded)
        gif = make_gif(&indices, palette,
                       (struct gif_kind){.interlace = interlace,
                                         .canvas_width = 72,
                                         .canvas_height = 48,
                                         .left = 24,
                                         .top = 16});
        OWNED(sl_image) inside = crop(&gif, 728, (struct sl_rect){24, 16, 24, 16});
        OWNED(sl_image) outside = crop(&gif, 728, (struct sl_rect){48, 16, 24, 16});

        assert_flat(&inside, 24, 16, fields[2], 3);
        assert_int_equal(inside.done & SL_IMAGE_FLATTENED, 0);
        assert_flat(&outside, 24, 16, white, 3);
        assert_true((outside.done & SL_IMAGE_FLATTENED) != 0);
    }
}

static void inks(void **state)
{
    static const unsigned char ink[4] = {0, 255, 255, 0}, red[3] = {255, 0, 0};
    OWNED(raw) raw = make_flat(48, 48, 4, (const unsigned char *)"\377\0\0\0");
    OWNED(coded) jpeg = {0};
    OWNED(sl_image) image = {0};

    (void)state;
    for (uint32_t y = 16; y < 32; y++)
        for (uint32_t x = 16; x < 32; x++)
            memcpy(raw.data + ((size_t)y * 48 + x) * 4, ink, 4);
    jpeg = make_jpeg(&raw, (struct jpeg_kind){.no_adobe = true});
    image = crop(&jpeg, 728, (struct sl_rect){16, 16, 16, 16});
    assert_flat(&image, 16, 16, red, 3);
}

/* What lies outside of the part counts as well: a file is sound or it is not. */
static void damage_below_the_part(void **state)
{
    OWNED(raw) raw = make_raw(72, 480, 3);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){0});
    OWNED(coded) png = make_png(&raw, (struct png_kind){0});
    struct sl_media media[2];
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;

    (void)state;
    jpeg.len = jpeg.len * 3 / 4;
    png.len = png.len * 3 / 4;
    media[0] = media_of(&jpeg);
    media[1] = media_of(&png);
    options.crop = (struct sl_rect){0, 0, 16, 16};
    for (size_t i = 0; i < 2; i++) {
        struct sl_image image = SL_IMAGE_INIT;

        assert_int_equal(sl_image_prepare(&image, &media[i], &options, NULL), SL_E_CORRUPT);
        assert_null(image.data);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_in_every_orientation),
        cmocka_unit_test(every_field_when_decoded_smaller),
        cmocka_unit_test(a_part_lies_where_it_should),
        cmocka_unit_test(single_pixels),
        cmocka_unit_test(parts_are_cut_to_the_edges),
        cmocka_unit_test(parts_that_are_not_in_it),
        cmocka_unit_test(the_whole_is_no_part),
        cmocka_unit_test(pixels_in_memory),
        cmocka_unit_test(gif_on_its_canvas),
        cmocka_unit_test(inks),
        cmocka_unit_test(damage_below_the_part),
    };

    return run_cases(tests, argc, argv);
}
