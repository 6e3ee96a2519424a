/* TIFF of many kinds, by value; without the module there is nothing to test. */
#include <tiffio.h>

#include "pictures.h"

struct kind {
    uint16_t photometric, bits, compression, orientation, planes, extra; /* 0: what is usual */
    uint16_t format;
    uint32_t strip, tile; /* rows; a side */
    const struct coded *icc;
    bool big, private, swapped;
    unsigned pages;
};

struct memory {
    struct coded coded;
    size_t at;
};

static tmsize_t read_memory(thandle_t handle, void *to, tmsize_t len)
{
    struct memory *m = handle;
    size_t left = m->at < m->coded.len ? m->coded.len - m->at : 0;

    len = (size_t)len < left ? len : (tmsize_t)left;
    memcpy(to, m->coded.data + m->at, (size_t)len);
    m->at += (size_t)len;
    return len;
}

static tmsize_t write_memory(thandle_t handle, void *from, tmsize_t len)
{
    struct memory *m = handle;

    while (m->coded.len < m->at + (size_t)len)
        append(&m->coded, "\0\0\0\0\0\0\0\0",
               8 < m->at + (size_t)len - m->coded.len ? 8 : m->at + (size_t)len - m->coded.len);
    memcpy(m->coded.data + m->at, from, (size_t)len);
    m->at += (size_t)len;
    return len;
}

static toff_t seek_memory(thandle_t handle, toff_t to, int whence)
{
    struct memory *m = handle;

    m->at = (size_t)(whence == SEEK_SET ? to : whence == SEEK_CUR ? m->at + to : m->coded.len + to);
    return m->at;
}

static int close_memory(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t size_memory(thandle_t handle)
{
    return ((struct memory *)handle)->coded.len;
}

static void write_fields(TIFF *tiff, const struct raw *raw, struct kind kind)
{
    unsigned bytes = kind.bits ? kind.bits / 8u : 1, samples = raw->channels / bytes;

    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, raw->width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, raw->height);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, kind.bits ? kind.bits : 8);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, samples);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, kind.photometric);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, kind.planes ? kind.planes : PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, kind.compression ? kind.compression : COMPRESSION_NONE);
    TIFFSetField(tiff, TIFFTAG_ORIENTATION, kind.orientation ? kind.orientation : 1);
    if (kind.format)
        TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, kind.format);
    if (kind.extra)
        TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &kind.extra);
    if (kind.tile) {
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, kind.tile);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, kind.tile);
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, kind.strip ? kind.strip : raw->height);
    }
    if (kind.icc)
        TIFFSetField(tiff, TIFFTAG_ICCPROFILE, (uint32_t)kind.icc->len, kind.icc->data);
    if (kind.private)
        TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, "COMMENT-SECRET");
}

static void write_tiles(TIFF *tiff, const struct raw *raw, uint32_t side)
{
    unsigned char *tile = calloc(side * side, raw->channels);

    for (uint32_t top = 0; top < raw->height; top += side)
        for (uint32_t left = 0; left < raw->width; left += side) {
            for (uint32_t y = top; y < top + side && y < raw->height; y++)
                for (uint32_t x = left; x < left + side && x < raw->width; x++)
                    memcpy(tile + ((size_t)(y - top) * side + x - left) * raw->channels,
                           pixel(raw, x, y), raw->channels);
            TIFFWriteTile(tiff, tile, left, top, 0, 0);
        }
    free(tile);
}

/* One plane a sample, where they are apart. */
static void write_rows(TIFF *tiff, const struct raw *raw, bool apart)
{
    unsigned char *row = malloc((size_t)raw->width * raw->channels);

    for (unsigned plane = 0; plane < (apart ? raw->channels : 1); plane++)
        for (uint32_t y = 0; y < raw->height; y++) {
            memcpy(row, pixel(raw, 0, y), (size_t)raw->width * raw->channels);
            for (uint32_t x = 0; apart && x < raw->width; x++)
                row[x] = pixel(raw, x, y)[plane];
            assert_int_equal(TIFFWriteScanline(tiff, row, y, (uint16_t)plane), 1);
        }
    free(row);
}

static struct coded make_tiff(const struct raw *raw, struct kind kind)
{
    struct memory memory = {0};
    char mode[8] = "w";

    strcat(mode, kind.big ? "8" : "4");
    strcat(mode, kind.swapped ? "b" : "l");
    TIFF *tiff = TIFFClientOpen("it", mode, &memory, read_memory, write_memory, seek_memory,
                                close_memory, size_memory, NULL, NULL);
    assert_non_null(tiff);
    for (unsigned i = 0; i < (kind.pages ? kind.pages : 1); i++) {
        write_fields(tiff, raw, kind);
        if (kind.tile)
            write_tiles(tiff, raw, kind.tile);
        else
            write_rows(tiff, raw, kind.planes == PLANARCONFIG_SEPARATE);
        TIFFWriteDirectory(tiff);
    }
    TIFFClose(tiff);
    return memory.coded;
}

/* The same samples as 16 bits, in the machine's order. */
static struct raw deepened(const struct raw *raw)
{
    struct raw deep = {malloc((size_t)raw->width * raw->height * raw->channels * 2), raw->width,
                       raw->height, raw->channels * 2};

    for (size_t i = 0; i < (size_t)raw->width * raw->height * raw->channels; i++)
        memcpy(deep.data + i * 2, &(uint16_t){(uint16_t)(raw->data[i] * 257)}, 2);
    return deep;
}

static void assert_like(const struct sl_image *image, const struct raw *raw)
{
    OWNED(raw) read = read_jpeg(image->data, image->len);

    for (uint32_t y = 5; y < raw->height; y += 20)
        for (uint32_t x = 5; x < raw->width; x += 20)
            assert_near(pixel(&read, x, y), pixel(raw, x, y), raw->channels < 3 ? 1 : 3, 6);
}

static void every_layout(void **state)
{
    static const struct kind kinds[] = {
        {.photometric = PHOTOMETRIC_RGB},
        {.photometric = PHOTOMETRIC_RGB, .swapped = true},
        {.photometric = PHOTOMETRIC_RGB, .big = true},
        {.photometric = PHOTOMETRIC_RGB, .strip = 7},
        {.photometric = PHOTOMETRIC_RGB, .compression = COMPRESSION_LZW},
        {.photometric = PHOTOMETRIC_RGB, .compression = COMPRESSION_ADOBE_DEFLATE, .strip = 16},
        {.photometric = PHOTOMETRIC_RGB, .compression = COMPRESSION_PACKBITS},
        {.photometric = PHOTOMETRIC_RGB, .compression = COMPRESSION_JPEG, .strip = 16},
        {.photometric = PHOTOMETRIC_RGB, .planes = PLANARCONFIG_SEPARATE},
        {.photometric = PHOTOMETRIC_RGB, .tile = 32},
        {.photometric = PHOTOMETRIC_RGB, .tile = 64, .compression = COMPRESSION_ADOBE_DEFLATE},
    };
    OWNED(raw) raw = make_raw(100, 70, 3);

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        OWNED(coded) tiff = make_tiff(&raw, kinds[i]);
        OWNED(sl_image) image = prepare(&tiff);

        assert_int_equal(image.done, 0);
        assert_like(&image, &raw);
    }
}

static void sixteen_bits(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        unsigned channels = i < 2 ? 1 : 3;
        OWNED(raw) raw = make_raw(100, 70, channels);
        OWNED(raw) deep = deepened(&raw);
        OWNED(coded)
        tiff = make_tiff(&deep, (struct kind){.photometric = channels == 1 ? PHOTOMETRIC_MINISBLACK
                                                                           : PHOTOMETRIC_RGB,
                                              .bits = 16,
                                              .swapped = i % 2,
                                              .tile = i == 3 ? 32 : 0});
        OWNED(sl_image) image = prepare(&tiff);

        assert_int_equal(image.done, SL_IMAGE_CONVERTED);
        assert_like(&image, &raw);
    }
}

static uint16_t to_half(float value)
{
    int exponent;
    float fraction = frexpf(value, &exponent);

    if (value == 0 || exponent < -13) /* below the least normal one */
        return (uint16_t)lroundf(ldexpf(value, 24));
    return (uint16_t)((exponent + 14) * 1024 + lroundf(ldexpf(fraction, 11)) - 1024);
}

static void put_number(unsigned char *to, double value, struct kind kind)
{
    if (kind.format != SAMPLEFORMAT_IEEEFP && kind.bits == 32)
        memcpy(to, &(uint32_t){(uint32_t)llround(value * UINT32_MAX)}, 4);
    else if (kind.format != SAMPLEFORMAT_IEEEFP)
        memcpy(to, &(uint16_t){(uint16_t)lround(value * 65535)}, 2);
    else if (kind.bits == 16)
        memcpy(to, &(uint16_t){to_half((float)value)}, 2);
    else if (kind.bits == 32)
        memcpy(to, &(float){(float)value}, 4);
    else
        memcpy(to, &value, 8);
}

static const struct kind deep_kinds[] = {
    {.bits = 16},
    {.bits = 32},
    {.bits = 16, .format = SAMPLEFORMAT_IEEEFP},
    {.bits = 32, .format = SAMPLEFORMAT_IEEEFP},
    {.bits = 64, .format = SAMPLEFORMAT_IEEEFP},
    {.bits = 32, .format = SAMPLEFORMAT_IEEEFP, .swapped = true},
    {.bits = 32, .format = SAMPLEFORMAT_IEEEFP, .compression = COMPRESSION_ADOBE_DEFLATE},
    {.bits = 16, .format = SAMPLEFORMAT_IEEEFP, .tile = 32},
    {.bits = 32, .format = SAMPLEFORMAT_IEEEFP, .tile = 64},
};

/* Encoded samples without a profile, and light with one, in every number there is for them. */
static void deep_samples(void **state)
{
    enum { WIDTH = 16 * sizeof dark_levels };
    OWNED(coded) icc = make_rgb_profile(srgb_primaries, 1), grey_icc = make_grey_profile(1);

    (void)state;
    for (size_t i = 0; i < sizeof deep_kinds / sizeof *deep_kinds * 4; i++) {
        struct kind kind = deep_kinds[i / 4];
        unsigned samples = i % 2 ? 1 : 3, bytes = kind.bits / 8u;
        bool light = i % 4 / 2;
        OWNED(raw) raw = {calloc(WIDTH * 16u, samples * bytes), WIDTH, 16, samples * bytes};

        kind.photometric = samples == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
        kind.icc = !light ? NULL : samples == 1 ? &grey_icc : &icc;
        for (unsigned at = 0; at < WIDTH * 16u * samples; at++) {
            unsigned level = dark_levels[at / samples % WIDTH / 16];
            put_number(raw.data + (size_t)at * bytes, light ? light_of(level) : level / 255.0,
                       kind);
        }
        OWNED(coded) tiff = make_tiff(&raw, kind);
        OWNED(sl_image) image = prepare(&tiff);
        assert_int_equal(image.done, SL_IMAGE_CONVERTED);
        assert_ramp(&image, samples);
    }
}

/* Half of a colour, whether it was multiplied or not; beyond the alpha there is one more sample. */
static void deep_alpha(void **state)
{
    static const double colour[3] = {200 / 255.0, 40 / 255.0, 20 / 255.0};
    static const unsigned char wanted[3] = {227, 147, 137};

    (void)state;
    for (size_t i = 0; i < sizeof deep_kinds / sizeof *deep_kinds * 2; i++) {
        struct kind kind = deep_kinds[i / 2];
        unsigned bytes = kind.bits / 8u;
        unsigned char pixel[4 * 8];

        kind.photometric = PHOTOMETRIC_RGB;
        kind.extra = i % 2 ? EXTRASAMPLE_ASSOCALPHA : EXTRASAMPLE_UNASSALPHA;
        for (unsigned c = 0; c < 4; c++)
            put_number(pixel + c * bytes,
                       c == 3 ? 128 / 255.0 : colour[c] * (i % 2 ? 128 / 255.0 : 1), kind);
        OWNED(raw) raw = make_flat(64, 48, 4 * bytes, pixel);
        OWNED(coded) tiff = make_tiff(&raw, kind);
        OWNED(sl_image) image = prepare(&tiff);
        assert_int_equal(image.done, SL_IMAGE_FLATTENED | SL_IMAGE_CONVERTED);
        assert_middle(&image, wanted, 3, 4);
    }
}

/* What is no number, and what is none of a picture's. */
static void strange_floats(void **state)
{
    static const struct {
        float value;
        unsigned char wanted;
    } rows[] = {{-1, 0}, {2, 255}, {INFINITY, 255}, {-INFINITY, 0}, {NAN, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        OWNED(raw) raw = make_flat(32, 32, 4, (const unsigned char *)&rows[i].value);
        OWNED(coded)
        tiff = make_tiff(&raw, (struct kind){.photometric = PHOTOMETRIC_MINISBLACK,
                                             .bits = 32,
                                             .format = SAMPLEFORMAT_IEEEFP});
        OWNED(sl_image) image = prepare(&tiff);
        assert_middle(&image, &rows[i].wanted, 1, 1);
    }
}

static void grey(void **state)
{
    OWNED(raw) raw = make_raw(100, 70, 1), inverse = make_raw(100, 70, 1);

    (void)state;
    for (size_t i = 0; i < 100u * 70; i++)
        inverse.data[i] ^= 255;
    for (unsigned white = 0; white < 2; white++) {
        OWNED(coded)
        tiff = make_tiff(
            white ? &inverse : &raw,
            (struct kind){.photometric = white ? PHOTOMETRIC_MINISWHITE : PHOTOMETRIC_MINISBLACK});
        OWNED(sl_image) image = prepare(&tiff);

        assert_int_equal(image.done, 0);
        assert_like(&image, &raw);
    }
}

/* Half of it is red at half opacity. */
static void alpha(void **state)
{
    static const unsigned char over[4] = {200, 40, 20, 128}, multiplied[4] = {100, 20, 10, 128};
    static const unsigned char wanted[3] = {227, 147, 137};

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        OWNED(raw) raw = make_flat(64, 48, 4, i % 2 ? multiplied : over);
        OWNED(coded)
        tiff = make_tiff(
            &raw, (struct kind){.photometric = PHOTOMETRIC_RGB,
                                .extra = i % 2 ? EXTRASAMPLE_ASSOCALPHA : EXTRASAMPLE_UNASSALPHA,
                                .tile = i / 2 ? 16 : 0});
        OWNED(sl_image) image = prepare(&tiff);

        assert_int_equal(image.done, SL_IMAGE_FLATTENED);
        assert_middle(&image, wanted, 3, 4);
    }
}

static void inks(void **state)
{
    static const unsigned char ink[4] = {0, 200, 100, 50}, wanted[3] = {205, 44, 125};
    OWNED(raw) raw = make_flat(64, 48, 4, ink);
    OWNED(coded) icc = make_cmyk_profile();
    OWNED(coded) plain = make_tiff(&raw, (struct kind){.photometric = PHOTOMETRIC_SEPARATED});
    OWNED(coded)
    profiled = make_tiff(&raw, (struct kind){.photometric = PHOTOMETRIC_SEPARATED, .icc = &icc});
    OWNED(sl_image) image = prepare(&plain), other = prepare(&profiled);
    unsigned char seen[3], percent[4] = {0, 200, 100, 50};

    (void)state;
    assert_int_equal(image.done, SL_IMAGE_CONVERTED);
    assert_middle(&image, wanted, 3, 4);
    to_srgb(&icc, TYPE_CMYK_8, percent, seen);
    assert_middle(&other, seen, 3, 4);
}

static void profile(void **state)
{
    static const unsigned char colour[3] = {200, 100, 50}, shade[1] = {100};
    OWNED(coded) icc = make_rgb_profile(adobe_primaries, 2.2), grey_icc = make_grey_profile(1.8);
    OWNED(raw) raw = make_flat(64, 48, 3, colour), plain = make_flat(64, 48, 1, shade);
    unsigned char wanted[3];

    (void)state;
    to_srgb(&icc, TYPE_RGB_8, colour, wanted);
    for (unsigned tile = 0; tile < 32; tile += 16) {
        OWNED(coded)
        tiff = make_tiff(&raw,
                         (struct kind){.photometric = PHOTOMETRIC_RGB, .icc = &icc, .tile = tile});
        OWNED(sl_image) image = prepare(&tiff);

        assert_int_equal(image.done, SL_IMAGE_CONVERTED);
        assert_middle(&image, wanted, 3, 4);
    }
    to_srgb(&grey_icc, TYPE_GRAY_8, shade, wanted);
    OWNED(coded)
    tiff =
        make_tiff(&plain, (struct kind){.photometric = PHOTOMETRIC_MINISBLACK, .icc = &grey_icc});
    OWNED(sl_image) image = prepare(&tiff);
    assert_middle(&image, wanted, 1, 3);
}

static void turned(void **state)
{
    OWNED(raw) raw = make_raw(100, 70, 3);

    (void)state;
    for (uint16_t orientation = 2; orientation <= 8; orientation++)
        for (uint32_t tile = 0; tile <= 32; tile += 32) {
            OWNED(coded)
            tiff = make_tiff(&raw, (struct kind){.photometric = PHOTOMETRIC_RGB,
                                                 .orientation = orientation,
                                                 .tile = tile});
            OWNED(sl_image) image = prepare(&tiff);
            OWNED(raw) read = read_jpeg(image.data, image.len);
            bool swapped = orientation > 4, x_back = orientation % 4 == 2 || orientation % 4 == 3;
            bool y_back =
                orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
            uint32_t x = 20, y = 10; /* of the stored picture */

            assert_int_equal(image.done, SL_IMAGE_TURNED);
            assert_int_equal(read.width, swapped ? 70 : 100);
            uint32_t u = swapped ? y : x, v = swapped ? x : y;
            assert_near(
                pixel(&read, x_back ? read.width - 1 - u : u, y_back ? read.height - 1 - v : v),
                pixel(&raw, x, y), 3, 6);
        }
}

static void pages_and_private_data(void **state)
{
    OWNED(raw) raw = make_raw(64, 48, 3);
    OWNED(coded)
    tiff =
        make_tiff(&raw, (struct kind){.photometric = PHOTOMETRIC_RGB, .pages = 3, .private = true});
    OWNED(sl_image) image = prepare(&tiff);

    (void)state;
    assert_int_equal(image.done, SL_IMAGE_FIRST_PAGE | SL_IMAGE_STRIPPED);
    assert_false(holds(&image, "SECRET"));
    assert_like(&image, &raw);
}

static void black_and_white(void **state)
{
    static const unsigned char white[1] = {255};
    struct raw bits = {calloc(8, 48), 64, 48, 1}; /* a byte for eight pixels, all black */
    struct memory memory = {0};
    TIFF *tiff = TIFFClientOpen("it", "w", &memory, read_memory, write_memory, seek_memory,
                                close_memory, size_memory, NULL, NULL);

    (void)state;
    memset(bits.data + 8 * 16, 0xff, 8 * 32);
    write_fields(tiff, &bits, (struct kind){.photometric = PHOTOMETRIC_MINISBLACK});
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 1);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
    for (uint32_t y = 0; y < 48; y++)
        TIFFWriteScanline(tiff, bits.data + y * 8, y, 0);
    TIFFClose(tiff);
    OWNED(sl_image) image = prepare(&memory.coded);
    OWNED(raw) read = read_jpeg(image.data, image.len);
    assert_near(pixel(&read, 30, 40), white, 1, 3);
    assert_near(pixel(&read, 30, 5), (const unsigned char[1]){0}, 1, 3);
    free(bits.data);
    free(memory.coded.data);
}

static void cut_anywhere(void **state)
{
    OWNED(raw) raw = make_raw(40, 30, 3);

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        OWNED(coded)
        tiff = make_tiff(&raw, (struct kind){.photometric = PHOTOMETRIC_RGB,
                                             .big = i == 1,
                                             .strip = 5,
                                             .compression = i == 2 ? COMPRESSION_LZW : 0});

        for (size_t len = 16; len + 16 < tiff.len; len += len < 200 ? 1 : 37) {
            struct coded some = {malloc(len), len};

            memcpy(some.data, tiff.data, len);
            refuse(&some, SL_E_CORRUPT, "picture is ");
            free(some.data);
        }
        struct coded half = {tiff.data, tiff.len / 2};
        refuse(&half, SL_E_CORRUPT, "cut short");
    }
}

static size_t field_at(const struct coded *tiff, unsigned tag)
{
    size_t at = tiff->data[4] | (size_t)tiff->data[5] << 8 | (size_t)tiff->data[6] << 16;
    unsigned count = tiff->data[at] | tiff->data[at + 1] << 8u;

    for (unsigned i = 0; i < count; i++)
        if ((tiff->data[at + 2 + i * 12] | tiff->data[at + 3 + i * 12] << 8u) == (int)tag)
            return at + 2 + i * 12;
    fail_msg("there is no field %u", tag);
    return 0;
}

static void set_field(struct coded *tiff, unsigned tag, uint32_t value)
{
    size_t at = field_at(tiff, tag) + 8;

    for (unsigned i = 0; i < 4; i++)
        tiff->data[at + i] = (unsigned char)(value >> 8 * i);
}

static void headers_that_cannot_be(void **state)
{
    OWNED(raw) raw = make_raw(40, 30, 3);
    struct kind kind = {.photometric = PHOTOMETRIC_RGB, .strip = 5};
    OWNED(coded) zero = make_tiff(&raw, kind), large = make_tiff(&raw, kind);
    OWNED(coded) odd = make_tiff(&raw, kind), loop = make_tiff(&raw, kind);
    struct coded none = {(unsigned char *)"II*\0\x08\0\0\0\0\0\0\0\0\0\0\0", 16};

    (void)state;
    set_field(&zero, TIFFTAG_IMAGELENGTH, 0);
    refuse(&zero, SL_E_CORRUPT, "picture is");
    /* A field of 16 bits: its type is made one of 32. */
    large.data[field_at(&large, TIFFTAG_IMAGEWIDTH) + 2] = 4;
    set_field(&large, TIFFTAG_IMAGEWIDTH, 1000000);
    refuse(&large, SL_E_TOO_LARGE, "1000000×30");
    set_field(&odd, TIFFTAG_PHOTOMETRIC, 9999);
    refuse(&odd, SL_E_UNSUPPORTED, "this kind of TIFF");
    refuse(&none, SL_E_CORRUPT, "picture is");
    struct coded huge = make_tiff(&raw, (struct kind){.photometric = PHOTOMETRIC_RGB, .tile = 32});
    set_field(&huge, TIFFTAG_IMAGEWIDTH, 24000);
    set_field(&huge, TIFFTAG_IMAGELENGTH, 8000);
    set_field(&huge, TIFFTAG_TILEWIDTH, 24000);
    set_field(&huge, TIFFTAG_TILELENGTH, 8000);
    refuse(&huge, SL_E_TOO_LARGE, "pieces of over 100 megapixels");
    free(huge.data);
    /* The list of fields is followed by itself. */
    size_t at = loop.data[4] | (size_t)loop.data[5] << 8 | (size_t)loop.data[6] << 16;
    size_t end = at + 2 + (loop.data[at] | (size_t)loop.data[at + 1] << 8) * 12;
    memcpy(loop.data + end, loop.data + 4, 4);
    struct sl_media media = media_of(&loop);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    OWNED(sl_image) image = {0};
    assert_int_equal(sl_image_prepare(&image, &media, &options, NULL), 0);
    assert_int_equal(image.done, 0);
}

static void damage_anywhere(void **state)
{
    static const unsigned char values[] = {0, 1, 0x7f, 0xff};
    OWNED(raw) raw = make_raw(24, 16, 3);
    OWNED(coded)
    stored = make_tiff(
        &raw,
        (struct kind){.photometric = PHOTOMETRIC_RGB, .compression = COMPRESSION_LZW, .strip = 5});
    OWNED(coded) tiles = make_tiff(&raw, (struct kind){.photometric = PHOTOMETRIC_RGB, .tile = 16});
    struct coded all[] = {stored, tiles};

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
        cmocka_unit_test(every_layout),
        cmocka_unit_test(sixteen_bits),
        cmocka_unit_test(deep_samples),
        cmocka_unit_test(deep_alpha),
        cmocka_unit_test(strange_floats),
        cmocka_unit_test(grey),
        cmocka_unit_test(alpha),
        cmocka_unit_test(inks),
        cmocka_unit_test(profile),
        cmocka_unit_test(turned),
        cmocka_unit_test(pages_and_private_data),
        cmocka_unit_test(black_and_white),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(headers_that_cannot_be),
        cmocka_unit_test(damage_anywhere),
    };

    return run_cases(tests, argc, argv);
}
