/* Pictures whose planes are scaled as they are, and PNGs that are inflated in one go. */
#include <math.h>

#include <libdeflate.h>
#include <webp/decode.h>

#include "media/png_codec.h"
#include "media/simd.h"
#include "pictures.h"

#define TURN 6.283185307179586
#define MEAN_WITHIN 2.5

/* Colours that change with the place, and luma with another: shifted by a pixel they are others. */
static struct raw make_waves(uint32_t width, uint32_t height)
{
    struct raw raw = make_raw(width, height, 3);

    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++) {
            unsigned char *p = raw.data + ((size_t)y * width + x) * 3;
            double u = x * TURN / width, v = y * TURN / width;

            p[0] = (unsigned char)(128 + 70 * sin(4 * u + 2 * v));
            p[1] = (unsigned char)(128 + 30 * sin(3 * u));
            p[2] = (unsigned char)(128 + 70 * cos(4 * v - 2 * u));
        }
    return raw;
}

static struct raw prepare_to(const struct sl_media *media, uint32_t side)
{
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_image image = SL_IMAGE_INIT;
    struct raw raw;

    options.sizes.low_side = side;
    assert_int_equal(sl_image_prepare(&image, media, &options, NULL), 0);
    raw = read_jpeg(image.data, image.len);
    assert_int_equal(image.width, raw.width);
    assert_int_equal(image.height, raw.height);
    sl_image_release(&image);
    return raw;
}

/*
 * Expects of a coded picture what comes of its pixels. The mean is what a shift of colours by half
 * a sample would make several times as large; at the edges single ones differ more.
 */
static void assert_like_pixels(const struct coded *coded, const struct raw *pixels,
                               unsigned orientation, uint32_t side)
{
    double sum = 0;
    struct sl_media media = media_of(coded), plain = media_of_raw(pixels);
    OWNED(raw) wanted = {0};
    OWNED(raw) is = {0};

    plain.pixels.orientation = orientation;
    wanted = prepare_to(&plain, side);
    is = prepare_to(&media, side);
    assert_int_equal(is.width, wanted.width);
    assert_int_equal(is.height, wanted.height);
    for (size_t i = 0; i < (size_t)is.width * is.height * 3; i++)
        sum += abs(is.data[i] - wanted.data[i]);
    sum /= is.width * is.height * 3.0;
    if (sum > MEAN_WITHIN)
        fail_msg("orientation %u, side %u: the mean difference is %.2f", orientation,
                 (unsigned)side, sum);
}

static void jpeg_colours_stay_in_their_place(void **state)
{
    static const uint32_t sides[] = {100, 101, 133, 240};
    OWNED(raw) raw = make_waves(240, 161);

    (void)state;
    for (unsigned orientation = 1; orientation <= 8; orientation++)
        for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
            OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){.across = 2, .down = 2});
            OWNED(raw) pixels = read_jpeg(jpeg.data, jpeg.len);

            if (orientation == 1 && sides[i] == raw.width)
                continue;
            add_exif(&jpeg, orientation, false);
            assert_like_pixels(&jpeg, &pixels, orientation, sides[i]);
        }
}

static void jpeg_of_every_sampling(void **state)
{
    static const int samplings[][2] = {{1, 1}, {2, 1}, {1, 2}, {2, 2}, {4, 1}, {4, 2}};
    static const uint32_t sides[] = {75, 90, 143, 199, 301};
    OWNED(raw) raw = make_waves(601, 399);

    (void)state;
    for (size_t i = 0; i < sizeof samplings / sizeof *samplings; i++)
        for (size_t k = 0; k < sizeof sides / sizeof *sides; k++) {
            OWNED(coded)
            jpeg = make_jpeg(&raw, (struct jpeg_kind){.across = samplings[i][0],
                                                      .down = samplings[i][1],
                                                      .progressive = i % 2 == 1});
            OWNED(raw) pixels = read_jpeg(jpeg.data, jpeg.len);

            assert_like_pixels(&jpeg, &pixels, 1, sides[k]);
        }
}

static void webp_colours_stay_in_their_place(void **state)
{
    static const uint32_t sides[] = {100, 101, 133};
    OWNED(raw) raw = make_waves(401, 301);
    OWNED(coded) webp = make_webp(&raw, false);
    int width, height;
    struct raw pixels = {WebPDecodeRGB(webp.data, webp.len, &width, &height), 401, 301, 3};

    (void)state;
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        assert_like_pixels(&webp, &pixels, 1, sides[i]);
    WebPFree(pixels.data);
}

static void webp_has_all_of_black_and_white(void **state)
{
    static const unsigned char levels[] = {0, 128, 255};

    (void)state;
    for (size_t i = 0; i < sizeof levels; i++) {
        const unsigned char colour[3] = {levels[i], levels[i], levels[i]};
        OWNED(raw) raw = make_flat(900, 20, 3, colour);
        OWNED(coded) webp = make_webp(&raw, false);
        OWNED(sl_image) image = prepare(&webp);

        assert_middle(&image, colour, 3, 1);
    }
}

static void planes_are_cancelled(void **state)
{
    OWNED(raw) raw = make_waves(900, 300);
    OWNED(coded) jpeg = make_jpeg(&raw, (struct jpeg_kind){.coarse = true});
    OWNED(coded) webp = make_webp(&raw, false);
    struct sl_media media[] = {media_of(&jpeg), media_of(&webp)};
    atomic_bool stop = true;
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;

    (void)state;
    options.cancel = &stop;
    for (size_t i = 0; i < 2; i++) {
        struct sl_image image = SL_IMAGE_INIT;

        assert_int_equal(sl_image_prepare(&image, &media[i], &options, NULL), SL_E_CANCELLED);
        assert_null(image.data);
    }
}

static struct raw make_noise(uint32_t width, uint32_t height, unsigned channels, unsigned levels)
{
    struct raw raw = make_raw(width, height, channels);
    uint32_t state = 7;

    for (size_t i = 0; i < (size_t)width * height * channels; i++) {
        state = state * 1664525u + 1013904223u;
        raw.data[i] = (unsigned char)((i / 97 % 5 ? raw.data[i] : state >> 24) % levels);
    }
    return raw;
}

/* Reads the rows and says whether they were inflated in one go. */
static bool read_png_rows(const struct coded *png, struct raw *out)
{
    struct sl__input input = {.name = "it.png", .bytes = png->data, .len = png->len};
    struct sl__picture picture = {.orientation = 1};
    struct sl__rows *rows;
    bool at_once;

    assert_int_equal(sl__png.probe(&input, &picture), 0);
    assert_int_equal(sl__png.open(&rows, &input, &picture, 1, 1), 0);
    at_once = rows->view != NULL;
    *out = make_raw(rows->width, rows->height, (unsigned)rows->space + rows->alpha);
    for (uint32_t y = 0; y < rows->height; y++)
        assert_int_equal(rows->next(rows, out->data + (size_t)y * rows->width * out->channels), 0);
    assert_false(rows->untidy);
    rows->close(rows);
    return at_once;
}

static void png_is_inflated_at_once(void **state)
{
    (void)state;
    for (unsigned channels = 1; channels <= 4; channels++)
        for (uint32_t width = 1; width < 600; width = width * 3 + 1) {
            OWNED(raw) raw = make_noise(width, 211, channels, 256);
            OWNED(coded) png = make_png(&raw, (struct png_kind){0});
            OWNED(raw) is = {0};

            /* Small ones have a smaller window, which libpng checks. */
            assert_true(read_png_rows(&png, &is) || width < 200);
            assert_int_equal(is.channels, channels);
            assert_memory_equal(is.data, raw.data, (size_t)width * 211 * channels);
        }
}

static void png_palette_is_looked_up(void **state)
{
    static const png_byte clear[2] = {0, 128};
    png_color palette[200];

    (void)state;
    for (unsigned i = 0; i < 200; i++)
        palette[i] = (png_color){(png_byte)i, (png_byte)(255 - i), (png_byte)(i * 7)};
    for (unsigned clears = 0; clears <= 2; clears += 2) {
        OWNED(raw) raw = make_noise(301, 200, 1, 200);
        OWNED(coded)
        png = make_png(&raw, (struct png_kind){.palette = palette,
                                               .colours = 200,
                                               .clear = clears ? clear : NULL,
                                               .clears = (int)clears});
        OWNED(raw) is = {0};

        read_png_rows(&png, &is);
        assert_int_equal(is.channels, clears ? 4 : 3);
        for (size_t i = 0; i < (size_t)301 * 200; i++) {
            unsigned index = raw.data[i];
            const unsigned char wanted[4] = {palette[index].red, palette[index].green,
                                             palette[index].blue,
                                             index < clears ? clear[index] : 255};

            assert_near(is.data + i * is.channels, wanted, is.channels, 0);
        }
    }
}

/* Puts a chunk in front of IEND, with the text of eight bytes. */
static void add_last_chunk(struct coded *png, const char *type, const char text[8])
{
    unsigned char chunk[8 + 8 + 4];

    png_save_uint_32(chunk, 8);
    memcpy(chunk + 4, type, 4);
    memcpy(chunk + 8, text, 8);
    png_save_uint_32(chunk + 16, libdeflate_crc32(0, chunk + 4, 12));
    splice(png, png->len - 12, chunk, sizeof chunk);
}

static void png_that_has_to_be_judged_goes_to_libpng(void **state)
{
    OWNED(raw) raw = make_noise(300, 200, 3, 256);
    OWNED(coded) remark = make_png(&raw, (struct png_kind){0});
    OWNED(coded) other = make_png(&raw, (struct png_kind){0});
    OWNED(coded)
    clear = make_png(
        &raw, (struct png_kind){.clear_colour = &(png_color_16){.red = 1, .green = 2, .blue = 3}});
    OWNED(raw) is1 = {0}, is2 = {0}, is3 = {0};

    (void)state;
    add_last_chunk(&remark, "tEXt", "Comment");
    add_last_chunk(&other, "abCd", "what is?");
    assert_true(read_png_rows(&remark, &is1));
    assert_false(read_png_rows(&other, &is2));
    assert_false(read_png_rows(&clear, &is3));
    assert_memory_equal(is1.data, raw.data, (size_t)300 * 200 * 3);
    assert_memory_equal(is2.data, raw.data, (size_t)300 * 200 * 3);
    assert_int_equal(is3.channels, 4);
}

/* Over the limit it is read row by row, in the memory of a few rows. */
static void png_too_large_to_inflate_at_once(void **state)
{
    static const unsigned char colour[3] = {10, 120, 200};
    OWNED(raw) raw = make_flat(6000, 3800, 3, colour);
    OWNED(coded) png = make_png(&raw, (struct png_kind){0});
    OWNED(sl_image) image = prepare(&png);

    (void)state;
    assert_null(sl__png_inflate(
        &(struct sl__input){.name = "it.png", .bytes = png.data, .len = png.len}, 3800, 18000));
    assert_middle(&image, colour, 3, 3);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jpeg_colours_stay_in_their_place),
        cmocka_unit_test(jpeg_of_every_sampling),
        cmocka_unit_test(webp_colours_stay_in_their_place),
        cmocka_unit_test(webp_has_all_of_black_and_white),
        cmocka_unit_test(planes_are_cancelled),
        cmocka_unit_test(png_is_inflated_at_once),
        cmocka_unit_test(png_palette_is_looked_up),
        cmocka_unit_test(png_that_has_to_be_judged_goes_to_libpng),
        cmocka_unit_test(png_too_large_to_inflate_at_once),
    };

    return run_cases(tests, argc, argv);
}
