/* BMP of every kind, by value. */
#include "pictures.h"

/* What a BMP is made of; 0 is what most files have. */
struct kind {
    unsigned header; /* bytes of the second header; 40 when 0 */
    unsigned bits, compression, colours;
    uint32_t masks[4];
    bool top_down, primaries;
    const struct coded *icc;
};

static void put(struct coded *to, uint32_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        append(to, &(unsigned char){(unsigned char)(value >> 8 * i)}, 1);
}

static void put_at(struct coded *to, size_t at, uint32_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        to->data[at + i] = (unsigned char)(value >> 8 * i);
}

/* Both headers and the masks, without colours; finish it with finish. */
static struct coded begin(uint32_t width, uint32_t height, struct kind kind)
{
    struct coded bmp = {0};
    unsigned size = kind.header ? kind.header : 40, side = size == 12 ? 2 : 4;
    unsigned loose = size > 40 ? 0 : kind.compression == 3 ? 3 : kind.compression == 6 ? 4 : 0;

    append(&bmp, "BM\0\0\0\0\0\0\0\0\0\0\0\0", 14);
    put(&bmp, size, 4);
    put(&bmp, width, side);
    put(&bmp, kind.top_down ? 0 - height : height, side);
    put(&bmp, 1, 2);
    put(&bmp, kind.bits, 2);
    while (bmp.len < 14 + size + loose * 4)
        put(&bmp, 0, 1);
    if (size >= 40) {
        put_at(&bmp, 30, kind.compression, 4);
        put_at(&bmp, 46, kind.colours, 4);
    }
    for (unsigned i = 0; i < 4 && 54 + i * 4 + 4 <= bmp.len && size != 64; i++)
        put_at(&bmp, 54 + i * 4, kind.masks[i], 4);
    return bmp;
}

static void put_colours(struct coded *bmp, const unsigned char (*colours)[3], unsigned count)
{
    bool small = bmp->data[14] == 12;

    for (unsigned i = 0; i < count; i++) {
        const unsigned char bgr[4] = {colours[i][2], colours[i][1], colours[i][0], 0};

        append(bmp, bgr, small ? 3 : 4);
    }
}

static void put_pixels(struct coded *bmp, const void *data, size_t len)
{
    put_at(bmp, 10, (uint32_t)bmp->len, 4);
    append(bmp, data, len);
}

static const unsigned char fields[16][3] = {{250, 250, 20}, {200, 20, 20}, {20, 160, 20},
                                            {20, 20, 220},  {90, 90, 90},  {10, 10, 10}};

/* Four fields, numbered from the top left, of colours 0 to 3, as rows of pixels of so many bits. */
static struct coded make_rows(uint32_t width, uint32_t height, unsigned bits, bool top_down,
                              const uint32_t values[4])
{
    struct coded rows = {0};

    for (uint32_t i = 0; i < height; i++) {
        uint32_t y = top_down ? i : height - 1 - i, byte = 0;
        unsigned filled = 0;
        size_t start = rows.len;

        for (uint32_t x = 0; x < width; x++) {
            uint32_t value = values[(x >= width / 2) + 2 * (y >= height / 2)];

            if (bits >= 8) {
                put(&rows, value, bits / 8);
                continue;
            }
            byte = byte << bits | value;
            filled += bits;
            if (filled == 8 || x + 1 == width)
                put(&rows, byte << (8 - filled), 1);
            filled %= 8;
            byte = filled ? byte : 0;
        }
        while ((rows.len - start) % 4)
            put(&rows, 0, 1);
    }
    return rows;
}

static void assert_fields(const struct sl_image *image, const unsigned char (*colours)[3],
                          int within)
{
    OWNED(raw) read = read_jpeg(image->data, image->len);

    for (unsigned i = 0; i < 4; i++)
        assert_near(pixel(&read, read.width / 4 + (i & 1) * read.width / 2,
                          read.height / 4 + (i >> 1) * read.height / 2),
                    colours[i], 3, within);
}

static struct coded make_indexed(uint32_t width, uint32_t height, struct kind kind)
{
    static const uint32_t four[4] = {0, 1, 2, 3}, two[4] = {0, 1, 1, 0};
    struct coded bmp = begin(width, height, kind);
    struct coded rows =
        make_rows(width, height, kind.bits, kind.top_down, kind.bits == 1 ? two : four);

    put_colours(&bmp, fields, kind.colours ? kind.colours : 1u << (kind.bits < 4 ? kind.bits : 4));
    if (kind.bits == 8 && !kind.colours) /* the rest of a table of all there can be */
        for (unsigned i = 16; i < 256; i++)
            put(&bmp, 0, kind.header == 12 ? 3 : 4);
    put_pixels(&bmp, rows.data, rows.len);
    free(rows.data);
    return bmp;
}

static void indexed(void **state)
{
    static const unsigned sizes[] = {12, 16, 40, 52, 56, 64, 108, 124}, bits[] = {1, 2, 4, 8};
    static const unsigned char two[4][3] = {
        {250, 250, 20}, {200, 20, 20}, {200, 20, 20}, {250, 250, 20}};

    (void)state;
    for (size_t i = 0; i < 8 * 4 * 2; i++) {
        struct kind kind = {.header = sizes[i / 8], .bits = bits[i / 2 % 4]};
        OWNED(coded) bmp = {0};
        OWNED(sl_image) image = {0};

        kind.top_down = i % 2 && kind.header >= 40 && kind.header != 64;
        kind.colours = i % 2 && kind.header >= 40 ? (kind.bits == 1 ? 2 : 4) : 0;
        bmp = make_indexed(67, 42, kind);
        image = prepare(&bmp);
        assert_int_equal(image.done, 0);
        assert_int_equal(image.source_width, 67);
        assert_int_equal(image.height, 42);
        assert_fields(&image, kind.bits == 1 ? two : fields, 6);
    }
}

static void true_colour(void **state)
{
    static const struct {
        struct kind kind;
        uint32_t values[4]; /* of the colours of `fields` */
    } rows[] = {
        {{.header = 12, .bits = 24}, {0xfafa14, 0xc81414, 0x14a014, 0x1414dc}},
        {{.bits = 24}, {0xfafa14, 0xc81414, 0x14a014, 0x1414dc}},
        {{.bits = 24, .top_down = true}, {0xfafa14, 0xc81414, 0x14a014, 0x1414dc}},
        {{.bits = 32}, {0x00fafa14, 0xffc81414, 0x0014a014, 0x991414dc}},
        {{.bits = 16}, {0x7be2, 0x6042, 0x0a62, 0x085b}}, /* 5, 5, 5 */
        {{.bits = 16, .compression = 3, .masks = {0xf800, 0x7e0, 0x1f}},
         {0xf7c2, 0xc0a2, 0x1502, 0x10bb}},
        {{.header = 56, .bits = 16, .compression = 3, .masks = {0xf800, 0x7e0, 0x1f}},
         {0xf7c2, 0xc0a2, 0x1502, 0x10bb}},
        {{.header = 52, .bits = 32, .compression = 3, .masks = {0xff, 0xff00, 0xff0000}},
         {0x14fafa, 0x1414c8, 0x14a014, 0xdc1414}},
        {{.header = 124,
          .bits = 32,
          .compression = 3,
          .masks = {0x3ff00000, 0xffc00, 0x3ff, 0xc0000000}},
         {0xfebfac50, 0xf2214050, 0xc50a0850, 0xc5014373}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct kind kind = rows[i].kind;
        OWNED(coded) bmp = begin(40, 30, kind);
        OWNED(coded) pixels = make_rows(40, 30, kind.bits, kind.top_down, rows[i].values);
        OWNED(sl_image) image = {0};

        put_pixels(&bmp, pixels.data, pixels.len);
        image = prepare(&bmp);
        assert_true((image.done & ~(unsigned)SL_IMAGE_FLATTENED) == 0);
        assert_fields(&image, fields, kind.bits == 16 ? 17 : 6); /* 5 bits are that coarse */
    }
}

/* The header says whether there is alpha; where all of it is 0 there is none. */
static void alpha(void **state)
{
    static const unsigned sizes[] = {40, 56, 108, 124};
    static const unsigned char on_white[4][3] = {
        {250, 250, 20}, {227, 137, 137}, {255, 255, 255}, {20, 20, 220}};
    static const uint32_t values[4] = {0xfffafa14, 0x80c81414, 0x0014a014, 0xff1414dc};
    static const uint32_t none[4] = {0xfafa14, 0xc81414, 0x14a014, 0x1414dc};

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        struct kind kind = {.header = sizes[i / 2],
                            .bits = 32,
                            .compression = i / 2 == 0 ? 6 : 3,
                            .masks = {0xff0000, 0xff00, 0xff, 0xff000000}};
        OWNED(coded) bmp = begin(40, 30, kind);
        OWNED(coded) pixels = make_rows(40, 30, 32, false, i % 2 ? none : values);
        OWNED(sl_image) image = {0};

        put_pixels(&bmp, pixels.data, pixels.len);
        image = prepare(&bmp);
        assert_int_equal(image.done, i % 2 ? 0 : SL_IMAGE_FLATTENED);
        assert_fields(&image, i % 2 ? fields : on_white, 6);
    }
}

/* 8×4, coded in every way that RLE8 has: runs, copies of odd length, an early end, a skip. */
static const unsigned char rle8[] = {
    4, 2, 4, 3, 0, 0,             /* the bottom row */
    0, 5, 2, 2, 2, 2, 3, 0, 3, 3, /* five pixels and a fill byte, three pixels, and no end */
    0, 0, 4, 0, 0, 2, 2, 0,       /* a skip of two, which have colour 0 */
    2, 1, 0, 0, 4, 0, 4, 1, 0, 1, /* the end */
};

static const unsigned char rle4[] = {4, 0x22, 4,    0x33, 0, 0, 0,    5,    0x22, 0x22, 0x30,
                                     0, 3,    0x33, 0,    0, 4, 0x00, 0,    2,    2,    0,
                                     2, 0x11, 0,    0,    4, 0, 4,    0x11, 0,    1};

static struct coded make_rle(bool nibbles)
{
    struct kind kind = {.bits = nibbles ? 4 : 8, .compression = nibbles ? 2 : 1, .colours = 4};
    struct coded bmp = begin(8, 4, kind);

    put_colours(&bmp, fields, 4);
    if (nibbles)
        put_pixels(&bmp, rle4, sizeof rle4);
    else
        put_pixels(&bmp, rle8, sizeof rle8);
    return bmp;
}

/* Enlarges nothing, so the rows are looked at as they are decoded: by the parts they are cut to. */
static void assert_rle_pixel(const struct coded *bmp, uint32_t x, uint32_t y, unsigned colour)
{
    struct sl_media media = media_of(bmp);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    OWNED(sl_image) image = {0};

    options.crop = (struct sl_rect){x, y, 1, 1};
    assert_int_equal(sl_image_prepare(&image, &media, &options, NULL), 0);
    assert_middle(&image, fields[colour], 3, 3);
}

static void run_lengths(void **state)
{
    static const unsigned char wanted[4][8] = {{0, 0, 0, 0, 1, 1, 1, 1},
                                               {0, 0, 0, 0, 0, 0, 1, 1},
                                               {2, 2, 2, 2, 3, 3, 3, 3},
                                               {2, 2, 2, 2, 3, 3, 3, 3}};

    (void)state;
    for (unsigned nibbles = 0; nibbles < 2; nibbles++) {
        OWNED(coded) bmp = make_rle(nibbles);

        for (uint32_t y = 0; y < 4; y++)
            for (uint32_t x = 0; x < 8; x++)
                assert_rle_pixel(&bmp, x, y, wanted[y][x]);
    }
}

static void profiles(void **state)
{
    static const unsigned char colour[3] = {200, 100, 50};
    static const uint32_t values[4] = {0xc86432, 0xc86432, 0xc86432, 0xc86432};
    OWNED(coded) icc = make_rgb_profile(p3_primaries, 0);
    unsigned char wanted[3];

    (void)state;
    to_srgb(&icc, TYPE_RGB_8, colour, wanted);
    assert_true(abs(wanted[0] - colour[0]) > 8);
    for (unsigned i = 0; i < 3; i++) {
        OWNED(coded) bmp = begin(40, 30, (struct kind){.header = i ? 124 : 108, .bits = 24});
        OWNED(coded) pixels = make_rows(40, 30, 24, false, values);
        OWNED(sl_image) image = {0};

        put_pixels(&bmp, pixels.data, pixels.len);
        if (i > 0) {
            memcpy(bmp.data + 70, i == 1 ? "DEBM" : "KNIL", 4);
            put_at(&bmp, 126, (uint32_t)bmp.len - 14, 4);
            put_at(&bmp, 130, (uint32_t)icc.len, 4);
            append(&bmp, icc.data, icc.len);
        } else {
            memcpy(bmp.data + 70, "BGRs", 4);
        }
        image = prepare(&bmp);
        assert_int_equal(image.done, i == 1 ? SL_IMAGE_CONVERTED : 0);
        assert_middle(&image, i == 1 ? wanted : colour, 3, 3);
    }
}

/* Primaries as numbers: the lights of those of Display P3, and a gamma. */
static void calibrated(void **state)
{
    static const double xyz[9] = {0.4866, 0.2290, 0,      0.2657, 0.6917,
                                  0.0451, 0.1982, 0.0793, 1.0439};
    static const unsigned char colour[3] = {200, 100, 50};
    static const uint32_t values[4] = {0xc86432, 0xc86432, 0xc86432, 0xc86432};
    OWNED(coded) icc = make_rgb_profile(p3_primaries, 2.2);
    OWNED(coded) bmp = begin(40, 30, (struct kind){.header = 108, .bits = 24});
    OWNED(coded) pixels = make_rows(40, 30, 24, false, values);
    OWNED(sl_image) image = {0}, plain = {0};
    unsigned char wanted[3];

    (void)state;
    put_pixels(&bmp, pixels.data, pixels.len);
    plain = prepare(&bmp); /* no numbers */
    assert_int_equal(plain.done, 0);
    for (unsigned i = 0; i < 9; i++)
        put_at(&bmp, 74 + i * 4, (uint32_t)(xyz[i] * (1 << 30)), 4);
    for (unsigned i = 0; i < 3; i++)
        put_at(&bmp, 110 + i * 4, (uint32_t)(2.2 * 65536), 4);
    image = prepare(&bmp);
    to_srgb(&icc, TYPE_RGB_8, colour, wanted);
    assert_int_equal(image.done, SL_IMAGE_CONVERTED);
    assert_middle(&image, wanted, 3, 3);
}

static void refuse_change(const struct coded *bmp, size_t at, uint32_t value, unsigned bytes,
                          int code, const char *words)
{
    OWNED(coded) changed = {0};

    append(&changed, bmp->data, bmp->len);
    put_at(&changed, at, value, bytes);
    refuse(&changed, code, words);
}

static void headers_that_cannot_be(void **state)
{
    OWNED(coded) bmp = make_indexed(40, 30, (struct kind){.bits = 8, .colours = 4});
    OWNED(coded) rle = make_rle(false);

    (void)state;
    refuse_change(&bmp, 18, 0, 4, SL_E_CORRUPT, "0×30");
    refuse_change(&bmp, 22, 0, 4, SL_E_CORRUPT, "40×0");
    refuse_change(&bmp, 18, 0x80000000, 4, SL_E_CORRUPT, "damaged");
    refuse_change(&bmp, 22, 0x80000000, 4, SL_E_CORRUPT, "damaged");
    refuse_change(&bmp, 18, 0x7fffffff, 4, SL_E_TOO_LARGE, "2147483647×30");
    refuse_change(&bmp, 22, 0x7fffffff, 4, SL_E_TOO_LARGE, "40×2147483647");
    refuse_change(&bmp, 22, 24000, 4, SL_E_CORRUPT, "cut short");
    refuse_change(&bmp, 10, 0xffffffff, 4, SL_E_CORRUPT, "cut short");
    refuse_change(&rle, 10, 0xffffffff, 4, SL_E_CORRUPT, "cut short");
    refuse_change(&rle, 22, (uint32_t)-4, 4, SL_E_CORRUPT, "damaged");
    refuse_change(&bmp, 28, 7, 2, SL_E_UNSUPPORTED, "this kind of BMP");
    refuse_change(&bmp, 28, 0, 2, SL_E_UNSUPPORTED, "this kind of BMP");
    refuse_change(&bmp, 28, 64, 2, SL_E_UNSUPPORTED, "this kind of BMP");
    for (unsigned compression = 2; compression < 8; compression++)
        refuse_change(&bmp, 30, compression, 4, SL_E_UNSUPPORTED, "this kind of BMP");
    refuse_change(&bmp, 30, 0xffffffff, 4, SL_E_UNSUPPORTED, "this kind of BMP");
}

/* A picture of 200 megapixels in few bytes is refused or short, and asks for no time. */
static void bombs(void **state)
{
    OWNED(coded) rle = make_rle(true);

    (void)state;
    refuse_change(&rle, 18, 25001, 4, SL_E_TOO_LARGE, "25001×4");
    put_at(&rle, 18, 20000, 4);
    put_at(&rle, 22, 10000, 4);
    put_at(&rle, rle.len - 2, 4, 2);
    refuse(&rle, SL_E_CORRUPT, "cut short");
}

static void cut_anywhere(void **state)
{
    OWNED(coded) plain = make_indexed(40, 30, (struct kind){.bits = 8, .colours = 4});
    OWNED(coded)
    masked =
        begin(40, 30, (struct kind){.bits = 16, .compression = 3, .masks = {0xf800, 0x7e0, 0x1f}});
    OWNED(coded) rle = make_rle(true);
    static const uint32_t values[4] = {0};
    OWNED(coded) pixels = make_rows(40, 30, 16, false, values);
    struct coded all[3];

    (void)state;
    put_pixels(&masked, pixels.data, pixels.len);
    all[0] = plain, all[1] = masked, all[2] = rle;
    for (size_t i = 0; i < 3; i++)
        for (size_t len = 19; len < all[i].len - 2; len++) {
            struct coded some = {malloc(len), len}; /* so that reading beyond it is seen */

            memcpy(some.data, all[i].data, len);
            refuse(&some, SL_E_CORRUPT, "cut short");
            free(some.data);
        }
}

/* Whatever single bytes become, there is a picture or a sentence. */
static void damage_anywhere(void **state)
{
    static const unsigned char values[] = {0, 1, 0x7f, 0xff};
    OWNED(coded) rle = make_rle(false);
    OWNED(coded) indexed_one = make_indexed(40, 30, (struct kind){.header = 124, .bits = 4});
    struct coded all[] = {rle, indexed_one};

    (void)state;
    for (size_t i = 0; i < 2; i++)
        for (size_t at = 0; at < all[i].len * 4; at++) {
            struct sl_media media = media_of(&all[i]);
            struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
            OWNED(sl_image) image = {0};
            struct sl_error error = SL_ERROR_INIT;
            unsigned char was = all[i].data[at / 4];

            all[i].data[at / 4] = values[at % 4];
            if (sl_image_prepare(&image, &media, &options, &error) == 0)
                assert_true(image.len > 0 && image.width <= 728);
            else
                assert_true(error.code < 0 && strstr(error.message, "it.bin: "));
            all[i].data[at / 4] = was;
        }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indexed),
        cmocka_unit_test(true_colour),
        cmocka_unit_test(alpha),
        cmocka_unit_test(run_lengths),
        cmocka_unit_test(profiles),
        cmocka_unit_test(calibrated),
        cmocka_unit_test(headers_that_cannot_be),
        cmocka_unit_test(bombs),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(damage_anywhere),
    };

    return run_cases(tests, argc, argv);
}
