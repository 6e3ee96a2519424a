/*
 * sightline-test-picture: writes a picture whose every pixel is known, so that a test can check
 * what became of it. It needs no image program, only the libraries that the project links anyway.
 */
#include <getopt.h>
#include <gif_lib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

static const char usage[] =
    "usage: sightline-test-picture [option…] FORMAT WIDTH HEIGHT COLOUR… OUTFILE\n"
    "FORMAT is jpg, png, webp or gif. There is one COLOUR, or nine for a 3×3 grid, row by row,\n"
    "each as rrggbb or rrggbbaa. JPEG is written at quality 95 without subsampling, WebP "
    "lossless.\n"
    "  --orientation N     write this EXIF orientation, 1 to 8 (jpg); the pixels stay as given\n"
    "  --alpha             keep the alpha of the colours (png, webp; gif: below 80 is "
    "transparent)\n"
    "  --gray              grey by the red of each colour; one channel (jpg, png)\n"
    "  --noise             disturb each pixel, so that the file becomes large (not gif)\n"
    "  --frames N          this many frames (gif)\n"
    "  --header-only WxH   let the header say this size: a picture that is not what it claims\n";

struct options {
    const char *format, *path;
    unsigned width, height, orientation, frames;
    bool claims; /* the header says another size than the true one */
    unsigned claimed_width, claimed_height;
    bool alpha, gray, noise;
    uint32_t colours[9]; /* 0xrrggbbaa */
    unsigned char *rgba;
};

static int fail(const char *reason)
{
    fprintf(stderr, "sightline-test-picture: %s\n", reason);
    return 1;
}

static unsigned cell_of(const struct options *options, unsigned x, unsigned y)
{
    return (unsigned)((size_t)y * 3 / options->height * 3 + (size_t)x * 3 / options->width);
}

static unsigned char disturbed(const struct options *options, unsigned char value, uint32_t *state)
{
    if (!options->noise)
        return value;
    *state = *state * 1664525u + 1013904223u;
    return (unsigned char)(value ^ (*state >> 27));
}

static unsigned char channel(const struct options *options, uint32_t colour, int i)
{
    return (unsigned char)(colour >> (options->gray ? 24 : 24 - 8 * i));
}

static bool paint(struct options *options)
{
    uint32_t state = 1;
    unsigned char *at = malloc((size_t)options->width * options->height * 4);
    options->rgba = at;
    for (unsigned y = 0; at && y < options->height; y++) {
        for (unsigned x = 0; x < options->width; x++, at += 4) {
            uint32_t colour = options->colours[cell_of(options, x, y)];
            for (int i = 0; i < 3; i++)
                at[i] = disturbed(options, channel(options, colour, i), &state);
            at[3] = options->alpha ? (unsigned char)colour : 255;
        }
    }
    return at;
}

static void write_orientation(struct jpeg_compress_struct *jpeg, unsigned orientation)
{
    unsigned char exif[] = {'E', 'x',  'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
                            1,   0x12, 0,   3,   0, 0, 0,   1,   0, 0,  0, 0, 0, 0, 0, 0};
    exif[25] = (unsigned char)orientation;
    jpeg_write_marker(jpeg, JPEG_APP0 + 1, exif, sizeof exif);
}

static bool write_jpeg(const struct options *options)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors; /* its error_exit ends the program with a message */
    FILE *file = fopen(options->path, "wb");
    if (!file)
        return false;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_stdio_dest(&jpeg, file);
    jpeg.image_width = options->width;
    jpeg.image_height = options->height;
    jpeg.input_components = 4;
    jpeg.in_color_space = JCS_EXT_RGBA;
    jpeg_set_defaults(&jpeg);
    if (options->gray)
        jpeg_set_colorspace(&jpeg, JCS_GRAYSCALE);
    jpeg_set_quality(&jpeg, 95, TRUE);
    jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(&jpeg, TRUE);
    if (options->orientation)
        write_orientation(&jpeg, options->orientation);
    while (jpeg.next_scanline < options->height) {
        JSAMPROW row = options->rgba + (size_t)jpeg.next_scanline * options->width * 4;
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return !fclose(file);
}

/* The pixels' first `channels` bytes, packed. */
static unsigned char *packed(const struct options *options, size_t channels)
{
    size_t count = (size_t)options->width * options->height;
    unsigned char *out = malloc(count * channels);
    for (size_t i = 0; out && i < count; i++)
        memcpy(out + i * channels, options->rgba + i * 4, channels);
    return out;
}

static bool write_png(const struct options *options)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = options->width,
                       .height = options->height,
                       .format = options->alpha  ? PNG_FORMAT_RGBA
                                 : options->gray ? PNG_FORMAT_GRAY
                                                 : PNG_FORMAT_RGB};
    unsigned char *pixels = packed(options, PNG_IMAGE_PIXEL_CHANNELS(image.format));
    bool good = pixels && png_image_write_to_file(&image, options->path, 0, pixels, 0, NULL);
    free(pixels);
    return good;
}

static bool write_webp(const struct options *options)
{
    uint8_t *data = NULL;
    int width = (int)options->width, height = (int)options->height;
    unsigned char *rgb = packed(options, 3);
    size_t len = options->alpha
                     ? WebPEncodeLosslessRGBA(options->rgba, width, height, width * 4, &data)
                     : WebPEncodeLosslessRGB(rgb, width, height, width * 3, &data);
    FILE *file = len ? fopen(options->path, "wb") : NULL;
    bool good = file && fwrite(data, 1, len, file) == len;
    free(rgb);
    WebPFree(data);
    return file && !fclose(file) && good;
}

/* The nine colours come first in the table. */
#define GIF_COLOURS 16
#define GIF_TRANSPARENT 9

static GifPixelType gif_index(const struct options *options, unsigned cell)
{
    bool transparent = options->alpha && (options->colours[cell] & 255) < 0x80;
    return transparent ? GIF_TRANSPARENT : (GifPixelType)cell;
}

static bool put_gif_control(GifFileType *gif, const struct options *options)
{
    GraphicsControlBlock control = {.DelayTime = 10, .TransparentColor = NO_TRANSPARENT_COLOR};
    GifByteType block[4];
    if (options->alpha)
        control.TransparentColor = GIF_TRANSPARENT;
    EGifGCBToExtension(&control, block);
    return EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, sizeof block, block) == GIF_OK;
}

static bool put_gif_frame(GifFileType *gif, const struct options *options, unsigned frame)
{
    GifPixelType *row = malloc(options->width);
    bool good = row && put_gif_control(gif, options) &&
                EGifPutImageDesc(gif, 0, 0, (int)options->width, (int)options->height, false,
                                 NULL) == GIF_OK;
    for (unsigned y = 0; good && y < options->height; y++) {
        for (unsigned x = 0; x < options->width; x++)
            row[x] = gif_index(options, (cell_of(options, x, y) + frame) % 9);
        good = EGifPutLine(gif, row, (int)options->width) == GIF_OK;
    }
    free(row);
    return good;
}

static ColorMapObject *gif_colours(const struct options *options)
{
    GifColorType colours[GIF_COLOURS] = {0};
    for (int i = 0; i < 9; i++)
        colours[i] = (GifColorType){(GifByteType)(options->colours[i] >> 24),
                                    (GifByteType)(options->colours[i] >> 16),
                                    (GifByteType)(options->colours[i] >> 8)};
    return GifMakeMapObject(GIF_COLOURS, colours);
}

static bool write_gif(const struct options *options)
{
    GifFileType *gif = EGifOpenFileName(options->path, false, NULL);
    ColorMapObject *colours = gif_colours(options);
    if (!gif || !colours)
        return false;
    EGifSetGifVersion(gif, true);
    bool good =
        EGifPutScreenDesc(gif, (int)options->width, (int)options->height, 8, 0, colours) == GIF_OK;
    for (unsigned frame = 0; good && frame < options->frames; frame++)
        good = put_gif_frame(gif, options, frame);
    GifFreeMapObject(colours);
    return EGifCloseFile(gif, NULL) == GIF_OK && good;
}

/* Putting another size into a header. */

static void put_big(unsigned char *at, uint32_t value, int bytes)
{
    while (bytes--)
        *at++ = (unsigned char)(value >> 8 * bytes);
}

static uint32_t crc_of(const unsigned char *data, size_t len)
{
    uint32_t crc = ~0u;
    for (; len--; data++) {
        crc ^= *data;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static bool claim_png(unsigned char *data, size_t len, const struct options *options)
{
    (void)len;
    put_big(data + 16, options->claimed_width, 4);
    put_big(data + 20, options->claimed_height, 4);
    put_big(data + 29, crc_of(data + 12, 17), 4);
    return true;
}

static bool claim_jpeg(unsigned char *data, size_t len, const struct options *options)
{
    for (size_t at = 2; at + 9 < len; at += 2u + (size_t)(data[at + 2] << 8 | data[at + 3])) {
        if (data[at + 1] != 0xc0)
            continue;
        put_big(data + at + 5, options->claimed_height, 2);
        put_big(data + at + 7, options->claimed_width, 2);
        return true;
    }
    return false;
}

static bool claim_gif(unsigned char *data, size_t len, const struct options *options)
{
    size_t frame =
        13 + GIF_COLOURS * 3 + 8 + 5; /* header, colours, control block: then the frame */
    for (size_t at = 6; at < len; at = at == 6 ? frame : len) {
        data[at] = (unsigned char)options->claimed_width;
        data[at + 1] = (unsigned char)(options->claimed_width >> 8);
        data[at + 2] = (unsigned char)options->claimed_height;
        data[at + 3] = (unsigned char)(options->claimed_height >> 8);
    }
    return true;
}

static bool claim_webp(unsigned char *data, size_t len, const struct options *options)
{
    uint32_t size = (options->claimed_width - 1) | (options->claimed_height - 1) << 14;
    if (len < 25 || memcmp(data + 12, "VP8L", 4) != 0)
        return false;
    uint32_t bits = (data[24] & 0xf0u) << 24 | (size & 0xfffffffu);
    for (int i = 0; i < 4; i++)
        data[21 + i] = (unsigned char)(bits >> 8 * i);
    return true;
}

static const struct format {
    const char *name;
    bool (*write)(const struct options *);
    bool (*claim)(unsigned char *data, size_t len, const struct options *);
    unsigned max_claim;
} formats[] = {
    {"jpg", write_jpeg, claim_jpeg, 65535},
    {"png", write_png, claim_png, 0x7fffffff},
    {"webp", write_webp, claim_webp, 16384},
    {"gif", write_gif, claim_gif, 65535},
};

static bool claim(const struct options *options, const struct format *format)
{
    static unsigned char data[1 << 20];
    FILE *file = fopen(options->path, "r+b");
    size_t len = file ? fread(data, 1, sizeof data, file) : 0;
    bool good = len > 40 && format->claim(data, len, options) && !fseek(file, 0, SEEK_SET) &&
                fwrite(data, 1, len, file) == len;
    return file && !fclose(file) && good;
}

static const struct format *format_named(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (!strcmp(formats[i].name, name))
            return &formats[i];
    }
    return NULL;
}

static bool parse_colour(const char *text, uint32_t *colour)
{
    text += *text == '#';
    size_t len = strlen(text);
    if ((len != 6 && len != 8) || strspn(text, "0123456789abcdefABCDEF") != len)
        return false;
    uint32_t value = (uint32_t)strtoul(text, NULL, 16);
    *colour = len == 8 ? value : value << 8 | 255;
    return true;
}

static bool parse_colours(struct options *options, char **texts, int count)
{
    for (int i = 0; i < 9; i++) {
        if (!parse_colour(texts[count == 9 ? i : 0], &options->colours[i]))
            return false;
    }
    return true;
}

static bool parse_claim(struct options *options, const char *text)
{
    char *end;
    options->claimed_width = (unsigned)strtoul(text, &end, 10);
    if (*end != 'x')
        return false;
    options->claimed_height = (unsigned)strtoul(end + 1, &end, 10);
    return !*end && end[-1] != 'x';
}

static bool parse_options(struct options *options, int argc, char **argv)
{
    static const struct option names[] = {
        {"orientation", required_argument, NULL, 'o'},
        {"header-only", required_argument, NULL, 's'},
        {"frames", required_argument, NULL, 'f'},
        {"alpha", no_argument, NULL, 'a'},
        {"gray", no_argument, NULL, 'g'},
        {"noise", no_argument, NULL, 'n'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        if (option == '?' || (option == 's' && !parse_claim(options, optarg)))
            return false;
        if (option == 'o')
            options->orientation = (unsigned)strtoul(optarg, NULL, 10);
        else if (option == 'f')
            options->frames = (unsigned)strtoul(optarg, NULL, 10);
        else if (option == 'h')
            exit(fputs(usage, stdout) < 0);
        options->alpha |= option == 'a';
        options->gray |= option == 'g';
        options->noise |= option == 'n';
        options->claims |= option == 's';
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options options = {.frames = 1};
    if (!parse_options(&options, argc, argv) || (argc - optind != 5 && argc - optind != 13))
        return fail(usage);
    char **texts = argv + optind;
    const struct format *format = format_named(texts[0]);
    options.width = (unsigned)strtoul(texts[1], NULL, 10);
    options.height = (unsigned)strtoul(texts[2], NULL, 10);
    options.path = argv[argc - 1];
    if (!format || !options.width || !options.height || options.width > 20000 ||
        options.height > 20000 || !parse_colours(&options, texts + 3, argc - optind - 4))
        return fail(usage);
    if (options.claimed_width > format->max_claim || options.claimed_height > format->max_claim)
        return fail("the format's header cannot say this size");
    bool good =
        paint(&options) && format->write(&options) && (!options.claims || claim(&options, format));
    free(options.rgba);
    return good ? 0 : fail("the picture could not be written");
}
