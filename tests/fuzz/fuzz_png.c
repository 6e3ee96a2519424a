/*
 * Fuzzes the reading of PNG beside libpng: both make the same pixels of a picture, or both refuse
 * it.
 *
 * An input that begins like a PNG is one, whose check sums are mended so that what is in its chunks
 * counts. Any other tells how one is made: colour type, size, pieces, damage, and its filtered
 * rows.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>
#include <png.h>

#include "media/picture.h"

enum { MOST_PIXELS = 1 << 18, HEAD = 8, MOST_PIECES = 64 };

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

struct file {
    unsigned char *bytes;
    size_t len;
};

/* NULL where the picture is refused. */
struct pixels {
    unsigned char *samples;
    uint32_t width, height;
    unsigned channels;
};

static void put32(unsigned char *p, size_t value)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (unsigned char)(value >> (24 - 8 * i));
}

static void add_chunk(struct file *file, const char *type, const void *data, size_t len)
{
    unsigned char *p = file->bytes + file->len;

    put32(p, len);
    memcpy(p + 4, type, 4);
    if (len > 0)
        memcpy(p + 8, data, len);
    put32(p + 8 + len, libdeflate_crc32(0, p + 4, len + 4));
    file->len += len + 12;
}

static void begin(struct file *file, size_t room)
{
    file->bytes = malloc(room + 2048 + 12 * MOST_PIECES);
    memcpy(file->bytes, "\x89PNG\r\n\x1a\n", HEAD);
    file->len = HEAD;
}

static void add_header(struct file *file, unsigned type, uint32_t width, uint32_t height)
{
    unsigned char header[13] = {0};
    unsigned char colours[3 * 200];

    put32(header, width);
    put32(header + 4, height);
    header[8] = 8;
    header[9] = (unsigned char)type;
    add_chunk(file, "IHDR", header, sizeof header);
    for (unsigned i = 0; i < sizeof colours; i++)
        colours[i] = (unsigned char)(i * 7);
    if (type == PNG_COLOR_TYPE_PALETTE)
        add_chunk(file, "PLTE", colours, sizeof colours);
}

static void add_pixels(struct file *file, const unsigned char *rows, size_t len, unsigned pieces,
                       unsigned damage)
{
    struct libdeflate_compressor *deflater = libdeflate_alloc_compressor(1);
    size_t room = libdeflate_zlib_compress_bound(deflater, len);
    unsigned char *coded = malloc(room);
    size_t coded_len = libdeflate_zlib_compress(deflater, rows, len, coded, room);
    size_t piece = coded_len / pieces;

    if (damage > 0)
        coded[damage % coded_len] ^= (unsigned char)(damage >> 8 | 1);
    for (unsigned i = 0; i < pieces; i++)
        add_chunk(file, "IDAT", coded + i * piece, i + 1 < pieces ? piece : coded_len - i * piece);
    free(coded);
    libdeflate_free_compressor(deflater);
}

/* Six bytes say what is made; the rest is its rows, as often as they are needed. */
static struct file make_png(const unsigned char *data, size_t len, bool whole)
{
    static const unsigned types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_RGB,
                                     PNG_COLOR_TYPE_PALETTE, PNG_COLOR_TYPE_GRAY_ALPHA,
                                     PNG_COLOR_TYPE_RGB_ALPHA},
                          bytes[] = {1, 3, 1, 2, 4};
    unsigned kind = data[0] % 5;
    uint32_t width = 1 + data[1] % 96, height = 1 + data[2] % 24;
    size_t row = (size_t)width * bytes[kind] + 1, wanted = row * height;
    unsigned char *rows = malloc(wanted);
    struct file file;

    for (size_t i = 0; i < wanted; i++)
        rows[i] = len > 6 ? data[6 + i % (len - 6)] : 0;
    for (size_t y = 0; y < height && data[5] % 8; y++)
        rows[y * row] %= 5;
    begin(&file, wanted * 2);
    add_header(&file, types[kind], width, height);
    add_pixels(&file, rows, wanted, 1 + data[3] % MOST_PIECES,
               whole || data[4] % 4 ? 0 : data[4] << 8 | data[3]);
    add_chunk(&file, "tEXt", "Key\0text", 8);
    add_chunk(&file, "IEND", NULL, 0);
    free(rows);
    return file;
}

static struct file mend_png(const unsigned char *data, size_t len)
{
    struct file file = {malloc(len), len};
    size_t at = HEAD;

    memcpy(file.bytes, data, len);
    while (len - at >= 12 && sl__be32(file.bytes + at) <= len - at - 12) {
        size_t body = sl__be32(file.bytes + at);

        put32(file.bytes + at + 8 + body, libdeflate_crc32(0, file.bytes + at + 4, body + 4));
        at += body + 12;
    }
    return file;
}

static int read_rows(struct sl__rows *rows, struct pixels *pixels)
{
    size_t row = (size_t)rows->width * ((unsigned)rows->space + rows->alpha);
    int rc = 0;

    *pixels = (struct pixels){malloc(row * rows->height), rows->width, rows->height,
                              (unsigned)rows->space + rows->alpha};
    for (uint32_t y = 0; rc == 0 && y < rows->height; y++)
        rc = rows->next(rows, pixels->samples + y * row);
    return rc;
}

/* False when the picture is too large to be worth the time. */
static bool read_ours(const struct file *file, struct pixels *pixels)
{
    struct sl__input input = {.name = "picture", .bytes = file->bytes, .len = file->len};
    struct sl__picture picture = {.orientation = 1};
    struct sl__rows *rows;

    if (sl__png.probe(&input, &picture) != 0 || picture.width == 0 || picture.height == 0)
        return true;
    if (picture.width > MOST_PIXELS || picture.height > MOST_PIXELS ||
        (uint64_t)picture.width * picture.height > MOST_PIXELS)
        return false;
    if (sl__png.open(&rows, &input, &picture, 1, 1) == 0) {
        if (read_rows(rows, pixels) != 0) {
            free(pixels->samples);
            pixels->samples = NULL;
        }
        rows->close(rows);
    }
    sl__profile_free(picture.profile);
    return true;
}

struct source {
    const struct file *file;
    size_t at;
    jmp_buf jump;
};

static void give(png_structp png, png_bytep to, size_t len)
{
    struct source *source = png_get_io_ptr(png);

    if (len > source->file->len - source->at)
        png_error(png, "end");
    memcpy(to, source->file->bytes + source->at, len);
    source->at += len;
}

_Noreturn static void leave(png_structp png, png_const_charp message)
{
    struct source *source = png_get_error_ptr(png);

    (void)message;
    longjmp(source->jump, 1);
}

static void ignore(png_structp png, png_const_charp message)
{
    (void)png, (void)message;
}

static void read_all(png_structp png, png_infop info, struct pixels *pixels)
{
    int passes;
    size_t row;

    png_read_info(png, info);
    png_set_expand(png);
    png_set_scale_16(png);
    passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    row = png_get_rowbytes(png, info);
    pixels->width = png_get_image_width(png, info);
    pixels->height = png_get_image_height(png, info);
    pixels->channels = png_get_channels(png, info);
    pixels->samples = malloc(row * pixels->height);
    for (; passes > 0; passes--)
        for (uint32_t y = 0; y < pixels->height; y++)
            png_read_row(png, pixels->samples + y * row, NULL);
    png_read_end(png, NULL);
}

/* As much of a file's texts as ours, which is none: libpng has room for them before they are there.
 */
static void limit(png_structp png)
{
    static const png_byte unread[] = "eXIf\0iTXt\0tEXt\0zTXt";

    png_set_chunk_malloc_max(png, SL_IMAGE_MAX_PROFILE_BYTES);
    png_set_chunk_cache_max(png, 16);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, unread, sizeof unread / 5);
}

static void read_theirs(const struct file *file, struct pixels *pixels)
{
    struct source source = {.file = file};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, leave, ignore);
    png_infop info = png_create_info_struct(png);

    png_set_read_fn(png, &source, give);
    limit(png);
    if (setjmp(source.jump) == 0) {
        read_all(png, info, pixels);
    } else {
        free(pixels->samples);
        pixels->samples = NULL;
    }
    png_destroy_read_struct(&png, &info, NULL);
}

static bool same(const struct pixels *a, const struct pixels *b)
{
    return a->width == b->width && a->height == b->height && a->channels == b->channels &&
           memcmp(a->samples, b->samples, (size_t)a->width * a->height * a->channels) == 0;
}

/*
 * libdeflate takes reserved codes that zlib refuses, for what they would have to mean: the check
 * sum says that the pixels are right all the same.
 */
static bool is_mended(const struct pixels *ours, const unsigned char *data, size_t len)
{
    struct file whole = make_png(data, len, true);
    struct pixels theirs = {0};
    bool good;

    read_theirs(&whole, &theirs);
    good = theirs.samples && same(ours, &theirs);
    free(theirs.samples);
    free(whole.bytes);
    return good;
}

static bool agree(const struct pixels *ours, const struct pixels *theirs)
{
    return ours->samples && theirs->samples ? same(ours, theirs)
                                            : !ours->samples && !theirs->samples;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    struct pixels ours = {0}, theirs = {0};
    struct file file;
    bool is_png = len >= HEAD && memcmp(data, "\x89PNG\r\n\x1a\n", HEAD) == 0;

    if (len < 6)
        return 0;
    file = is_png ? mend_png(data, len) : make_png(data, len, false);
    if (read_ours(&file, &ours)) {
        read_theirs(&file, &theirs);
        if (!agree(&ours, &theirs) &&
            (is_png || !ours.samples || theirs.samples || !is_mended(&ours, data, len)))
            abort();
    }
    free(ours.samples);
    free(theirs.samples);
    free(file.bytes);
    return 0;
}
