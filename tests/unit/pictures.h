/* Pictures for the tests of libsightline-media: made here by the codec libraries, and read back. */
#ifndef TESTS_PICTURES_H
#define TESTS_PICTURES_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>
#include <jpeglib.h>
#include <lcms2.h>
#include <png.h>
#include <webp/encode.h>

#include "harness.h"

#include <sightline/media.h>

struct coded {
    unsigned char *data;
    size_t len;
};

/* 8-bit samples; rows without gaps. */
struct raw {
    unsigned char *data;
    uint32_t width, height;
    unsigned channels;
};

static inline void drop_coded(struct coded *coded)
{
    free(coded->data);
}

static inline void drop_raw(struct raw *raw)
{
    free(raw->data);
}

/* A variable that is freed where its scope ends. */
#define OWNED(type) __attribute__((cleanup(drop_##type))) struct type
#define drop_sl_image sl_image_release

/* Without an end of text behind them. */
static inline void lay_bytes(void *to, const void *bytes, size_t len)
{
    memcpy(to, bytes, len);
}

static inline void splice(struct coded *coded, size_t at, const void *data, size_t len)
{
    coded->data = realloc(coded->data, coded->len + len + 1);
    assert_non_null(coded->data);
    memmove(coded->data + at + len, coded->data + at, coded->len - at);
    if (len > 0)
        memcpy(coded->data + at, data, len);
    coded->len += len;
}

static inline void append(struct coded *coded, const void *data, size_t len)
{
    splice(coded, coded->len, data, len);
}

static inline const unsigned char *find(const void *in, size_t len, const void *what, size_t n)
{
    const unsigned char *p = in;

    for (size_t i = 0; i + n <= len; i++)
        if (memcmp(p + i, what, n) == 0)
            return p + i;
    return NULL;
}

static inline bool holds(const struct sl_image *image, const char *text)
{
    return find(image->data, image->len, text, strlen(text)) != NULL;
}

/* Smooth colours, different in every corner, so that JPEG keeps them well. */
static inline struct raw make_raw(uint32_t width, uint32_t height, unsigned channels)
{
    struct raw raw = {malloc((size_t)width * height * channels), width, height, channels};
    unsigned char *p = raw.data;

    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++)
            for (unsigned c = 0; c < channels; c++) {
                unsigned u = 40 + x * 160 / width, v = 50 + y * 150 / height;

                *p++ = (unsigned char)(c == 0 ? u : c == 1 ? v : c == 2 ? (u + v) / 2 : 255);
            }
    return raw;
}

static inline struct raw make_flat(uint32_t width, uint32_t height, unsigned channels,
                                   const unsigned char *colour)
{
    struct raw raw = {malloc((size_t)width * height * channels), width, height, channels};

    for (size_t i = 0; i < (size_t)width * height; i++)
        memcpy(raw.data + i * channels, colour, channels);
    return raw;
}

static inline const unsigned char *pixel(const struct raw *raw, uint32_t x, uint32_t y)
{
    return raw->data + ((size_t)y * raw->width + x) * raw->channels;
}

struct jpeg_kind {
    J_COLOR_SPACE coded; /* as stored; JCS_UNKNOWN: the default for the channels */
    bool progressive, coarse, adobe, no_adobe, arithmetic;
    unsigned restart;
    int across, down; /* the sampling of luma; 0: as `coarse` says */
    int scans;        /* of one channel; 0: as many as usual */
};

enum { MOST_SCANS = 1 + 63 * 4 };

/* Each frequency by itself, and then each of its last bits. */
static inline void write_scans(struct jpeg_compress_struct *info, jpeg_scan_info *scans, int count)
{
    scans[0] = (jpeg_scan_info){.comps_in_scan = 1};
    for (int i = 1; i < MOST_SCANS; i++) {
        int frequency = 1 + (i - 1) % 63, bit = 3 - (i - 1) / 63;

        scans[i] = (jpeg_scan_info){.comps_in_scan = 1,
                                    .Ss = frequency,
                                    .Se = frequency,
                                    .Ah = bit < 3 ? bit + 1 : 0,
                                    .Al = bit};
    }
    info->scan_info = scans;
    info->num_scans = count;
}

static inline struct coded make_jpeg(const struct raw *raw, struct jpeg_kind kind)
{
    static const J_COLOR_SPACE spaces[] = {0, JCS_GRAYSCALE, 0, JCS_RGB, JCS_CMYK};
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr error;
    jpeg_scan_info scans[MOST_SCANS];
    unsigned long len = 0;
    struct coded coded = {0};

    info.err = jpeg_std_error(&error);
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &coded.data, &len);
    info.image_width = raw->width;
    info.image_height = raw->height;
    info.input_components = (int)raw->channels;
    info.in_color_space = spaces[raw->channels];
    jpeg_set_defaults(&info);
    if (kind.coded != JCS_UNKNOWN)
        jpeg_set_colorspace(&info, kind.coded);
    jpeg_set_quality(&info, 95, TRUE);
    if (!kind.coarse)
        info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = 1;
    if (kind.across) {
        info.comp_info[0].h_samp_factor = kind.across;
        info.comp_info[0].v_samp_factor = kind.down;
    }
    if (kind.progressive)
        jpeg_simple_progression(&info);
    if (kind.scans)
        write_scans(&info, scans, kind.scans);
    if (kind.adobe || kind.no_adobe)
        info.write_Adobe_marker = kind.adobe;
    info.restart_interval = kind.restart;
    info.arith_code = kind.arithmetic;
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = raw->data + (size_t)info.next_scanline * raw->width * raw->channels;

        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    coded.len = len;
    return coded;
}

/* Puts a marker segment right behind SOI. */
static inline void add_segment(struct coded *jpeg, unsigned marker, const void *body, size_t len)
{
    unsigned char head[4] = {0xff, (unsigned char)marker, (unsigned char)((len + 2) >> 8),
                             (unsigned char)(len + 2)};

    splice(jpeg, 2, body, len);
    splice(jpeg, 2, head, sizeof head);
}

/* A TIFF structure with an orientation and a text; either byte order. */
static inline struct coded make_exif(unsigned orientation, bool big)
{
    static const char text[] = "GPS-SECRET";
    unsigned char little[26] = "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0";
    unsigned char other[26] = "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01";
    struct coded exif = {0};

    little[18] = other[19] = (unsigned char)orientation;
    append(&exif, big ? other : little, 26);
    append(&exif, text, sizeof text);
    return exif;
}

static inline void add_exif(struct coded *jpeg, unsigned orientation, bool big)
{
    struct coded exif = make_exif(orientation, big);

    splice(&exif, 0, "Exif\0\0", 6);
    add_segment(jpeg, 0xe1, exif.data, exif.len);
    free(exif.data);
}

/* In two pieces, the second first. */
static inline void add_jpeg_profile(struct coded *jpeg, const struct coded *icc)
{
    size_t half = icc->len / 2;

    for (unsigned i = 1; i <= 2; i++) {
        struct coded piece = {0};
        unsigned char head[15] = "ICC_PROFILE\0\0\2";

        head[12] = (unsigned char)i;
        append(&piece, head, 14);
        append(&piece, icc->data + (i - 1) * half, i == 1 ? half : icc->len - half);
        add_segment(jpeg, 0xe2, piece.data, piece.len);
        free(piece.data);
    }
}

static inline struct raw read_jpeg(const void *data, size_t len)
{
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr error;
    struct raw raw = {0};

    info.err = jpeg_std_error(&error);
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, data, len);
    jpeg_read_header(&info, TRUE);
    jpeg_start_decompress(&info);
    raw.width = info.output_width;
    raw.height = info.output_height;
    raw.channels = (unsigned)info.output_components;
    raw.data = malloc((size_t)raw.width * raw.height * raw.channels);
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = raw.data + (size_t)info.output_scanline * raw.width * raw.channels;

        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    assert_int_equal(error.num_warnings, 0);
    jpeg_destroy_decompress(&info);
    return raw;
}

struct png_kind {
    int depth; /* 8 when 0 */
    bool interlace;
    const struct coded *icc;
    double gamma;            /* 0: none */
    const double *primaries; /* eight numbers, or NULL */
    bool srgb;
    const png_color *palette;
    int colours;
    const png_byte *clear; /* tRNS of a palette */
    int clears;
    const png_color_16 *clear_colour;
    bool private; /* text chunks, a time, an eXIf */
    unsigned orientation;
    const char *unknown; /* a chunk type */
    const void *unknown_data;
    size_t unknown_len;
};

static inline void png_sink(png_structp png, png_bytep data, png_size_t len)
{
    append(png_get_io_ptr(png), data, len);
}

static inline void add_png_chunk(png_structp png, png_infop info, const char *type,
                                 const void *data, size_t len)
{
    png_unknown_chunk chunk = {.data = (png_bytep)(uintptr_t)data, .size = len};

    memcpy(chunk.name, type, 4);
    chunk.location = PNG_HAVE_IHDR;
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_ALWAYS, NULL, 0);
    png_set_unknown_chunks(png, info, &chunk, 1);
}

static inline void add_png_private(png_structp png, png_infop info, unsigned orientation)
{
    char key[] = "Comment", text[] = "TEXT-SECRET";
    png_text chunk = {.compression = PNG_TEXT_COMPRESSION_NONE, .key = key, .text = text};
    struct coded exif = make_exif(orientation, true);
    png_time when = {.year = 2020, .month = 2, .day = 3};

    png_set_text(png, info, &chunk, 1);
    png_set_tIME(png, info, &when);
    png_set_eXIf_1(png, info, (png_uint_32)exif.len, exif.data);
    free(exif.data);
}

/* `raw` holds the rows as PNG stores them: `channels` bytes a pixel, two per sample for depth 16.
 */
static inline struct coded make_png(const struct raw *raw, struct png_kind kind)
{
    static const int types[] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA,
                                PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    struct coded coded = {0};
    png_bytep *rows = malloc(raw->height * sizeof *rows);
    const double *p = kind.primaries;
    unsigned samples = kind.depth == 16 ? 2 : 1;

    png_set_write_fn(png, &coded, png_sink, NULL);
    png_set_IHDR(png, info, raw->width, raw->height, kind.depth ? kind.depth : 8,
                 kind.palette ? PNG_COLOR_TYPE_PALETTE : types[raw->channels / samples],
                 kind.interlace ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
    if (kind.palette)
        png_set_PLTE(png, info, kind.palette, kind.colours);
    if (kind.clear || kind.clear_colour)
        png_set_tRNS(png, info, (png_bytep)(uintptr_t)kind.clear, kind.clears, kind.clear_colour);
    if (kind.icc)
        png_set_iCCP(png, info, "profile", 0, kind.icc->data, (png_uint_32)kind.icc->len);
    if (kind.gamma > 0)
        png_set_gAMA(png, info, kind.gamma);
    if (p)
        png_set_cHRM(png, info, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);
    if (kind.srgb)
        png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
    if (kind.private)
        add_png_private(png, info, kind.orientation ? kind.orientation : 1);
    if (kind.unknown)
        add_png_chunk(png, info, kind.unknown, kind.unknown_data, kind.unknown_len);
    png_write_info(png, info);
    for (uint32_t y = 0; y < raw->height; y++)
        rows[y] = raw->data + (size_t)y * png_get_rowbytes(png, info);
    png_write_image(png, rows);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    free(rows);
    return coded;
}

static inline struct coded make_webp(const struct raw *raw, bool lossless)
{
    struct coded coded = {0};
    int stride = (int)(raw->width * raw->channels), w = (int)raw->width, h = (int)raw->height;
    uint8_t *out = NULL;

    if (raw->channels == 3)
        coded.len = lossless ? WebPEncodeLosslessRGB(raw->data, w, h, stride, &out)
                             : WebPEncodeRGB(raw->data, w, h, stride, 95, &out);
    else
        coded.len = lossless ? WebPEncodeLosslessRGBA(raw->data, w, h, stride, &out)
                             : WebPEncodeRGBA(raw->data, w, h, stride, 95, &out);
    assert_true(coded.len > 0);
    coded.data = malloc(coded.len);
    memcpy(coded.data, out, coded.len);
    WebPFree(out);
    return coded;
}

static inline void put24(unsigned char *p, uint32_t value)
{
    p[0] = (unsigned char)value;
    p[1] = (unsigned char)(value >> 8);
    p[2] = (unsigned char)(value >> 16);
}

static inline void append_riff_chunk(struct coded *riff, const char *type, const void *data,
                                     size_t len)
{
    unsigned char head[8] = {0};

    memcpy(head, type, 4);
    put24(head + 4, (uint32_t)len);
    append(riff, head, sizeof head);
    append(riff, data, len);
    if (len % 2)
        append(riff, "", 1);
}

/* Starts an extended WebP; finish it with finish_riff. */
static inline struct coded start_webp(unsigned flags, uint32_t width, uint32_t height)
{
    struct coded riff = {0};
    unsigned char canvas[10] = {(unsigned char)flags};

    put24(canvas + 4, width - 1);
    put24(canvas + 7, height - 1);
    append(&riff, "RIFF\0\0\0\0WEBP", 12);
    append_riff_chunk(&riff, "VP8X", canvas, sizeof canvas);
    return riff;
}

static inline void finish_riff(struct coded *riff)
{
    put24(riff->data + 4, (uint32_t)(riff->len - 8));
}

/* Appends the chunks of a simple WebP. */
static inline void append_webp_pixels(struct coded *riff, const struct coded *simple)
{
    append(riff, simple->data + 12, simple->len - 12);
}

static inline void append_webp_frame(struct coded *riff, const struct coded *simple, uint32_t x,
                                     uint32_t y, const struct raw *raw)
{
    struct coded frame = {0};
    unsigned char head[16] = {0};

    put24(head, x / 2);
    put24(head + 3, y / 2);
    put24(head + 6, raw->width - 1);
    put24(head + 9, raw->height - 1);
    put24(head + 12, 100);
    append(&frame, head, sizeof head);
    append_webp_pixels(&frame, simple);
    append_riff_chunk(riff, "ANMF", frame.data, frame.len);
    free(frame.data);
}

struct gif_kind {
    uint32_t canvas_width, canvas_height, left, top; /* 0: the canvas is the frame */
    bool interlace, local_palette, private;
    int clear;  /* transparent index plus one; 0: none */
    int frames; /* 1 when 0 */
};

static inline int gif_sink(GifFileType *gif, const GifByteType *data, int len)
{
    append(gif->UserData, data, (size_t)len);
    return len;
}

static inline void write_gif_frame(GifFileType *gif, const struct raw *indices,
                                   ColorMapObject *palette, struct gif_kind kind)
{
    static const unsigned first[] = {0, 0, 4, 2, 1}, step[] = {1, 8, 8, 4, 2};
    GraphicsControlBlock control = {.TransparentColor = kind.clear - 1};
    GifByteType extension[4];

    EGifGCBToExtension(&control, extension);
    if (kind.clear)
        EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, 4, extension);
    EGifPutImageDesc(gif, (int)kind.left, (int)kind.top, (int)indices->width, (int)indices->height,
                     kind.interlace, kind.local_palette ? palette : NULL);
    for (unsigned pass = kind.interlace ? 1 : 0; pass <= (kind.interlace ? 4u : 0u); pass++)
        for (uint32_t y = first[pass]; y < indices->height; y += step[pass])
            EGifPutLine(gif, indices->data + (size_t)y * indices->width, (int)indices->width);
}

/* `indices` has one channel: 0 … 3 into `palette`. */
static inline struct coded make_gif(const struct raw *indices, const GifColorType palette[4],
                                    struct gif_kind kind)
{
    struct coded coded = {0};
    int error;
    GifFileType *gif = EGifOpen(&coded, gif_sink, &error);
    ColorMapObject *map = GifMakeMapObject(4, palette);

    EGifSetGifVersion(gif, true);
    EGifPutScreenDesc(gif, (int)(kind.canvas_width ? kind.canvas_width : indices->width),
                      (int)(kind.canvas_height ? kind.canvas_height : indices->height), 8, 0,
                      kind.local_palette ? NULL : map);
    if (kind.private)
        EGifPutComment(gif, "COMMENT-SECRET");
    for (int i = 0; i < (kind.frames ? kind.frames : 1); i++)
        write_gif_frame(gif, indices, map, kind);
    EGifCloseFile(gif, &error);
    GifFreeMapObject(map);
    return coded;
}

/* Chromaticities of white, red, green and blue. */
static const double srgb_primaries[8] = {0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06};
static const double p3_primaries[8] = {0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060};
static const double adobe_primaries[8] = {0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06};

static inline cmsToneCurve *srgb_curve(void)
{
    static const double parameters[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};

    return cmsBuildParametricToneCurve(NULL, 4, parameters);
}

static inline struct coded save_profile(cmsHPROFILE profile)
{
    struct coded icc = {0};
    cmsUInt32Number len = 0;

    cmsSaveProfileToMem(profile, NULL, &len);
    icc.data = malloc(len);
    icc.len = len;
    cmsSaveProfileToMem(profile, icc.data, &len);
    cmsCloseProfile(profile);
    return icc;
}

/* gamma 0: the curve of sRGB. */
static inline struct coded make_rgb_profile(const double xy[8], double gamma)
{
    cmsCIExyY white = {xy[0], xy[1], 1};
    cmsCIExyYTRIPLE rgb = {{xy[2], xy[3], 1}, {xy[4], xy[5], 1}, {xy[6], xy[7], 1}};
    cmsToneCurve *curve = gamma > 0 ? cmsBuildGamma(NULL, gamma) : srgb_curve();
    cmsToneCurve *curves[3] = {curve, curve, curve};
    cmsHPROFILE profile = cmsCreateRGBProfile(&white, &rgb, curves);

    cmsFreeToneCurve(curve);
    return save_profile(profile);
}

static inline struct coded make_srgb_profile(void)
{
    return save_profile(cmsCreate_sRGBProfile());
}

static inline struct coded make_grey_profile(double gamma)
{
    cmsCIExyY white = {srgb_primaries[0], srgb_primaries[1], 1};
    cmsToneCurve *curve = cmsBuildGamma(NULL, gamma);
    cmsHPROFILE profile = cmsCreateGrayProfile(&white, curve);

    cmsFreeToneCurve(curve);
    return save_profile(profile);
}

/* Inks by a table of two steps each: darker with every ink, reddish with the second. */
static inline struct coded make_cmyk_profile(void)
{
    cmsUInt16Number table[16 * 3];
    cmsPipeline *lut = cmsPipelineAlloc(NULL, 4, 3);
    cmsHPROFILE profile = cmsCreateProfilePlaceholder(NULL);

    for (unsigned i = 0; i < 16; i++) { /* the bits of i: C, M, Y, K; K changes fastest */
        unsigned light =
            i & 1 ? 10 : 100 - 20 * (i >> 3 & 1) - 25 * (i >> 2 & 1) - 5 * (i >> 1 & 1);
        cmsCIELab lab = {light, 30.0 * (i >> 2 & 1), 0};

        cmsFloat2LabEncoded(table + i * 3, &lab);
    }
    cmsSetProfileVersion(profile, 4.3);
    cmsSetDeviceClass(profile, cmsSigOutputClass);
    cmsSetColorSpace(profile, cmsSigCmykData);
    cmsSetPCS(profile, cmsSigLabData);
    cmsPipelineInsertStage(lut, cmsAT_END, cmsStageAllocToneCurves(NULL, 4, NULL));
    cmsPipelineInsertStage(lut, cmsAT_END, cmsStageAllocCLut16bit(NULL, 2, 4, 3, table));
    cmsPipelineInsertStage(lut, cmsAT_END, cmsStageAllocToneCurves(NULL, 3, NULL));
    assert_true(cmsWriteTag(profile, cmsSigAToB0Tag, lut));
    cmsPipelineFree(lut);
    return save_profile(profile);
}

/* What lcms2 itself makes of one colour. */
static inline void to_srgb(const struct coded *icc, cmsUInt32Number format, const void *in,
                           unsigned char out[3])
{
    cmsHPROFILE from = cmsOpenProfileFromMem(icc->data, (cmsUInt32Number)icc->len);
    cmsHPROFILE srgb = cmsCreate_sRGBProfile();
    cmsHTRANSFORM transform =
        cmsCreateTransform(from, format, srgb, TYPE_RGB_8, INTENT_PERCEPTUAL, 0);

    assert_non_null(transform);
    cmsDoTransform(transform, in, out, 1);
    cmsDeleteTransform(transform);
    cmsCloseProfile(srgb);
    cmsCloseProfile(from);
}

static inline struct sl_media media_of(const struct coded *coded)
{
    return (struct sl_media){
        .kind = SL_MEDIA_BYTES, .name = "it.bin", .bytes = coded->data, .len = coded->len};
}

static inline struct sl_media media_of_raw(const struct raw *raw)
{
    static const enum sl_pixel_format formats[] = {0, SL_PIXELS_GRAY8, SL_PIXELS_GRAYA8,
                                                   SL_PIXELS_RGB8, SL_PIXELS_RGBA8};

    return (struct sl_media){.kind = SL_MEDIA_PIXELS,
                             .name = "it.bin",
                             .pixels = {.data = raw->data,
                                        .width = raw->width,
                                        .height = raw->height,
                                        .stride = (size_t)raw->width * raw->channels,
                                        .format = formats[raw->channels]}};
}

static inline struct sl_image prepare_media(const struct sl_media *media, enum sl_detail detail)
{
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_image image = SL_IMAGE_INIT;
    struct sl_error error = SL_ERROR_INIT;

    options.detail = detail;
    if (sl_image_prepare(&image, media, &options, &error) != 0)
        fail_msg("%s", error.message);
    return image;
}

static inline struct sl_image prepare(const struct coded *coded)
{
    struct sl_media media = media_of(coded);

    return prepare_media(&media, SL_DETAIL_LOW);
}

/* Expects a failure with this code, whose sentence names the picture and has a remedy. */
static inline void refuse_media(const struct sl_media *media, int code, const char *words)
{
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_image image = SL_IMAGE_INIT;
    struct sl_error error = SL_ERROR_INIT;
    int rc = sl_image_prepare(&image, media, &options, &error);

    assert_string_equal(sl_code_name(rc), sl_code_name(code));
    assert_int_equal(error.code, code);
    assert_null(image.data);
    if (!strstr(error.message, words))
        fail_msg("\"%s\" does not say \"%s\"", error.message, words);
    if (media->name && strncmp(error.message, media->name, strlen(media->name)) != 0)
        fail_msg("\"%s\" does not begin with the name", error.message);
    if (!strstr(error.message, "; ") && !strstr(error.message, ", so "))
        fail_msg("\"%s\" has no remedy", error.message);
}

static inline void refuse(const struct coded *coded, int code, const char *words)
{
    struct sl_media media = media_of(coded);

    refuse_media(&media, code, words);
}

static inline void assert_near(const unsigned char *is, const unsigned char *wanted, unsigned n,
                               int within)
{
    for (unsigned i = 0; i < n; i++)
        if (abs(is[i] - wanted[i]) > within)
            fail_msg("sample %u is %d, not %d", i, is[i], wanted[i]);
}

/* Expects a JPEG whose middle has this colour. */
/* What stays apart in the dark only where light becomes sRGB before it becomes 8 bits. */
static const unsigned char dark_levels[] = {0, 1, 2, 3, 4, 6, 9, 13, 20, 40, 128, 255};

static inline double light_of(unsigned level)
{
    double value = level / 255.0;

    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

/* Looks at a ramp of dark_levels, 16 pixels each, from the left. */
static inline void assert_ramp(const struct sl_image *image, unsigned channels)
{
    struct raw raw = read_jpeg(image->data, image->len);

    assert_int_equal(raw.channels, channels);
    for (unsigned i = 0; i < sizeof dark_levels; i++)
        for (unsigned c = 0; c < channels; c++)
            if (abs(pixel(&raw, i * 16 + 8, 8)[c] - dark_levels[i]) > 1)
                fail_msg("level %u is %u", dark_levels[i], pixel(&raw, i * 16 + 8, 8)[c]);
    free(raw.data);
}

static inline void assert_middle(const struct sl_image *image, const unsigned char *colour,
                                 unsigned channels, int within)
{
    struct raw raw;

    assert_string_equal(image->mime, "image/jpeg");
    raw = read_jpeg(image->data, image->len);
    assert_int_equal(raw.channels, channels);
    assert_near(pixel(&raw, raw.width / 2, raw.height / 2), colour, channels, within);
    free(raw.data);
}

#endif
