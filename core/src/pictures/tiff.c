/*
 * Reads TIFF with libtiff; of several pages the first.
 *
 * What is usual is read as it is stored, row by row or a row of tiles at a time. Everything else
 * libtiff turns to RGB itself, a strip or a row of tiles at a time.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sightline/sightline.h>
#include <tiffio.h>

#include "media/pixels_deep.h"
#include "module.h"

#define HAS_OPTIONS (TIFFLIB_VERSION >= 20221213)
#define MOST_MEMORY ((tmsize_t)1 << 30) /* bytes of one piece, as libtiff asks for it */
#define MOST_CHUNK 100000000u           /* pixels that are read at a time */
#define MOST_CHUNK_BYTES ((uint64_t)MOST_CHUNK * 4)

struct file {
    TIFF *tiff;
    const struct sl__input *input;
    toff_t at;
};

struct layout {
    uint16_t bits, samples, photometric, planes, compression, format, inks, orientation;
    uint16_t extra; /* what the first extra sample is */
};

struct tiff_rows {
    struct sl__rows rows;
    struct file file;
    struct layout layout;
    bool multiplied;
    uint32_t y;
    uint32_t chunk;        /* rows that are read at a time */
    unsigned char *stored; /* these, where they are read as they are stored */
    unsigned char *tile;   /* where they are tiles */
    size_t pixel_bytes, row_bytes;
    struct sl__pixel_layout deep; /* of samples over 8 bits, */
    unsigned char *packed;        /* of which this is a row */
    const struct sl__tones *tones;
    uint32_t *raster; /* where libtiff makes them RGB */
    TIFFRGBAImage image;
};

static tmsize_t read_bytes(thandle_t handle, void *to, tmsize_t len)
{
    struct file *file = handle;
    toff_t left = file->at < file->input->len ? file->input->len - file->at : 0;

    if (len < 0)
        return 0;
    if ((toff_t)len > left)
        len = (tmsize_t)left;
    memcpy(to, file->input->bytes + file->at, (size_t)len);
    file->at += (toff_t)len;
    return len;
}

static tmsize_t write_bytes(thandle_t handle, void *from, tmsize_t len)
{
    (void)handle, (void)from, (void)len;
    return 0;
}

static toff_t seek(thandle_t handle, toff_t to, int whence)
{
    struct file *file = handle;

    file->at = whence == SEEK_SET ? to : whence == SEEK_CUR ? file->at + to : file->input->len + to;
    return file->at;
}

static int close_nothing(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t size_of(thandle_t handle)
{
    return ((struct file *)handle)->input->len;
}

/* The bytes are read from where they are; libtiff copies those that it has to change. */
static int map(thandle_t handle, void **base, toff_t *len)
{
    const struct file *file = handle;

    *base = (void *)(uintptr_t)file->input->bytes;
    *len = file->input->len;
    return 1;
}

static void unmap(thandle_t handle, void *base, toff_t len)
{
    (void)handle, (void)base, (void)len;
}

#if HAS_OPTIONS
static int ignore(TIFF *tiff, void *data, const char *module, const char *format, va_list list)
{
    (void)tiff, (void)data, (void)module, (void)format, (void)list;
    return 1;
}

static TIFF *open_quietly(struct file *file)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    TIFF *tiff;

    if (!options)
        return NULL;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, MOST_MEMORY);
    TIFFOpenOptionsSetErrorHandlerExtR(options, ignore, NULL);
    TIFFOpenOptionsSetWarningHandlerExtR(options, ignore, NULL);
    tiff = TIFFClientOpenExt("picture", "r", file, read_bytes, write_bytes, seek, close_nothing,
                             size_of, map, unmap, options);
    TIFFOpenOptionsFree(options);
    return tiff;
}
#else
static TIFF *open_quietly(struct file *file)
{
    TIFFSetErrorHandler(NULL);
    TIFFSetWarningHandler(NULL);
    return TIFFClientOpen("picture", "r", file, read_bytes, write_bytes, seek, close_nothing,
                          size_of, map, unmap);
}
#endif

/* Where the list of fields is; it may stand behind all pixels. */
static bool fields_are_missing(const struct sl__input *input)
{
    const unsigned char *p = input->bytes;
    uint64_t at = 0;

    if (input->len < 16)
        return true;
    if (p[2] == '*' || p[3] == '*')
        at = p[0] == 'I' ? sl__le32(p + 4) : sl__be32(p + 4);
    else
        for (unsigned i = 0; i < 8; i++)
            at = at << 8 | p[p[0] == 'I' ? 15 - i : 8 + i];
    return at >= input->len;
}

static int open_file(struct file *file, const struct sl__input *input)
{
    *file = (struct file){.input = input};
    file->tiff = open_quietly(file);
    if (file->tiff)
        return 0;
    return fields_are_missing(input) ? sl__fail_cut_short(input) : sl__fail_damaged(input);
}

static void close_file(struct file *file)
{
    if (file->tiff)
        TIFFClose(file->tiff);
}

static uint16_t number(TIFF *tiff, uint32_t tag, uint16_t otherwise)
{
    uint16_t value = otherwise;

    return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : otherwise;
}

static struct layout layout_of(TIFF *tiff)
{
    uint16_t count = 0, *kinds = NULL;
    struct layout layout = {
        .bits = number(tiff, TIFFTAG_BITSPERSAMPLE, 1),
        .samples = number(tiff, TIFFTAG_SAMPLESPERPIXEL, 1),
        .photometric = number(tiff, TIFFTAG_PHOTOMETRIC, UINT16_MAX),
        .planes = number(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG),
        .compression = number(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE),
        .format = number(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT),
        .inks = number(tiff, TIFFTAG_INKSET, INKSET_CMYK),
        .orientation = number(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT),
    };

    if (TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) == 1 && count > 0)
        layout.extra = kinds[0];
    return layout;
}

/* What is there besides pixels; fields with a count and fields without. */
static bool has_metadata(TIFF *tiff)
{
    static const uint32_t tags[] = {TIFFTAG_EXIFIFD,  TIFFTAG_GPSIFD,   TIFFTAG_XMLPACKET,
                                    TIFFTAG_ARTIST,   TIFFTAG_MAKE,     TIFFTAG_IMAGEDESCRIPTION,
                                    TIFFTAG_DATETIME, TIFFTAG_SOFTWARE, TIFFTAG_RICHTIFFIPTC,
                                    TIFFTAG_PHOTOSHOP};
    bool found = false;

    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        uint64_t count = 0;
        void *data = NULL;

        found = found || TIFFGetField(tiff, tags[i], &count, &data) == 1;
    }
    return found;
}

/* A second page that is not the first one again, but smaller. */
static bool has_pages(TIFF *tiff)
{
    uint32_t kind = 0;

    if (TIFFLastDirectory(tiff) || !TIFFReadDirectory(tiff))
        return false;
    TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &kind);
    return !(kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK));
}

static int probe(const struct sl__input *input, struct sl__picture *picture)
{
    struct file file;
    uint32_t len = 0;
    void *icc = NULL;
    struct layout layout;
    int rc = open_file(&file, input);

    if (rc != 0)
        return rc;
    TIFFGetField(file.tiff, TIFFTAG_IMAGEWIDTH, &picture->width);
    TIFFGetField(file.tiff, TIFFTAG_IMAGELENGTH, &picture->height);
    layout = layout_of(file.tiff);
    picture->orientation =
        layout.orientation >= 1 && layout.orientation <= 8 ? layout.orientation : 1;
    picture->deep = layout.bits > 8;
    if (TIFFGetField(file.tiff, TIFFTAG_ICCPROFILE, &len, &icc) == 1)
        picture->profile = sl__profile_from_icc(icc, len);
    picture->metadata = has_metadata(file.tiff);
    picture->pages = has_pages(file.tiff);
    close_file(&file);
    return 0;
}

static unsigned colours_of(const struct layout *layout)
{
    switch (layout->photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
        return 1;
    case PHOTOMETRIC_RGB:
        return 3;
    case PHOTOMETRIC_SEPARATED:
        return layout->inks == INKSET_CMYK ? 4 : 0;
    }
    return 0;
}

static bool is_usual_sample(const struct layout *layout)
{
    if (layout->format == SAMPLEFORMAT_UINT)
        return layout->bits == 8 || layout->bits == 16 || layout->bits == 32;
    return layout->format == SAMPLEFORMAT_IEEEFP &&
           (layout->bits == 16 || layout->bits == 32 || layout->bits == 64);
}

static bool is_usual(const struct layout *layout)
{
    unsigned colours = colours_of(layout);
    bool lossy =
        layout->compression == COMPRESSION_JPEG || layout->compression == COMPRESSION_OJPEG;

    return colours > 0 && layout->samples >= colours && !lossy &&
           layout->planes == PLANARCONFIG_CONTIG && is_usual_sample(layout);
}

static int fail_read(const struct tiff_rows *r)
{
    return sl__fail_damaged(r->rows.input);
}

static const unsigned char *stored_row(const struct tiff_rows *r)
{
    return r->stored + r->y % r->chunk * r->row_bytes;
}

static unsigned channels_of(const struct tiff_rows *r)
{
    return r->rows.space + (r->rows.alpha ? 1u : 0u);
}

static void take_shallow(const struct tiff_rows *r, unsigned char *row)
{
    const unsigned char *from = stored_row(r);
    unsigned channels = channels_of(r);

    for (uint32_t x = 0; x < r->rows.width; x++, from += r->pixel_bytes, row += channels)
        memcpy(row, from, channels);
}

/* Ten bits of fraction, five of exponent. */
static float from_half(uint16_t half)
{
    int exponent = half >> 10 & 31, fraction = half & 1023;
    float value = exponent == 31  ? (fraction ? NAN : INFINITY)
                  : exponent == 0 ? ldexpf((float)fraction, -24)
                                  : ldexpf((float)(fraction + 1024), exponent - 25);

    return half & 0x8000 ? -value : value;
}

static float number_at(const unsigned char *p, const struct layout *layout)
{
    union {
        uint16_t half;
        uint32_t whole;
        float single;
        double twofold;
    } stored;

    memcpy(&stored, p, layout->bits / 8u);
    if (layout->format == SAMPLEFORMAT_UINT)
        return (float)((double)stored.whole / UINT32_MAX);
    return layout->bits == 16   ? from_half(stored.half)
           : layout->bits == 32 ? stored.single
                                : (float)fmin(fmax(stored.twofold, 0), 1);
}

static void pack(const struct tiff_rows *r)
{
    const unsigned char *from = stored_row(r);
    unsigned char *to = r->packed;
    size_t sample = r->layout.bits / 8u, packed = r->deep.sample == SL__SAMPLE_16 ? 2 : 4;

    for (uint32_t x = 0; x < r->rows.width; x++, from += r->pixel_bytes)
        for (unsigned c = 0; c < channels_of(r); c++, to += packed) {
            float value;

            if (packed == sample && packed == 2) {
                memcpy(to, from + c * sample, 2);
                continue;
            }
            value = number_at(from + c * sample, &r->layout);
            memcpy(to, &value, sizeof value);
        }
}

static void take_deep(const struct tiff_rows *r, unsigned char *row)
{
    pack(r);
    if (r->multiplied)
        sl__pixels_unmultiply(r->packed, r->rows.width, &r->deep);
    sl__pixels_flatten(row, r->packed, r->rows.width, &r->deep, r->tones);
}

static void invert(const struct tiff_rows *r, unsigned char *row)
{
    unsigned channels = channels_of(r);

    for (uint32_t x = 0; x < r->rows.width; x++)
        row[x * channels] ^= 255;
}

static void take_stored(const struct tiff_rows *r, unsigned char *row)
{
    if (r->packed)
        take_deep(r, row);
    else
        take_shallow(r, row);
    if (r->layout.photometric == PHOTOMETRIC_MINISWHITE)
        invert(r, row);
    if (r->multiplied && !r->packed)
        sl__unmultiply(row, r->rows.width, r->rows.space);
}

/* A row of tiles, of which the last may reach over the edges. */
static int read_tiles(const struct tiff_rows *r)
{
    uint32_t width = 0, rows = r->rows.height - r->y;

    TIFFGetField(r->file.tiff, TIFFTAG_TILEWIDTH, &width);
    rows = rows < r->chunk ? rows : r->chunk;
    for (uint32_t x = 0; x < r->rows.width; x += width) {
        uint32_t wide = r->rows.width - x < width ? r->rows.width - x : width;

        if (sl__cancelled(r->rows.input))
            return sl__fail_cancelled(r->rows.input);
        if (TIFFReadTile(r->file.tiff, r->tile, x, r->y, 0, 0) < 0)
            return fail_read(r);
        for (uint32_t y = 0; y < rows; y++)
            memcpy(r->stored + y * r->row_bytes + x * r->pixel_bytes,
                   r->tile + (size_t)y * width * r->pixel_bytes, wide * r->pixel_bytes);
    }
    return 0;
}

static int read_stored(const struct tiff_rows *r)
{
    if (r->tile)
        return r->y % r->chunk == 0 ? read_tiles(r) : 0;
    return TIFFReadScanline(r->file.tiff, r->stored, r->y, 0) == 1 ? 0 : fail_read(r);
}

static int read_chunk(struct tiff_rows *r)
{
    uint32_t rows = r->rows.height - r->y < r->chunk ? r->rows.height - r->y : r->chunk;

    r->image.row_offset = (int)r->y;
    r->image.col_offset = 0;
    return TIFFRGBAImageGet(&r->image, r->raster, r->rows.width, rows) == 1 ? 0 : fail_read(r);
}

static void take_raster(const struct tiff_rows *r, unsigned char *row)
{
    const uint32_t *from = r->raster + (size_t)(r->y % r->chunk) * r->rows.width;
    bool alpha = r->rows.alpha;

    for (uint32_t x = 0; x < r->rows.width; x++, from++) {
        *row++ = (unsigned char)TIFFGetR(*from);
        *row++ = (unsigned char)TIFFGetG(*from);
        *row++ = (unsigned char)TIFFGetB(*from);
        if (alpha)
            *row++ = (unsigned char)TIFFGetA(*from);
    }
    if (r->multiplied)
        sl__unmultiply(row - (size_t)r->rows.width * 4, r->rows.width, SL__RGB);
}

static int next(struct sl__rows *rows, unsigned char *row)
{
    struct tiff_rows *r = (struct tiff_rows *)rows;
    int rc = 0;

    if (r->stored)
        rc = read_stored(r);
    else if (r->y % r->chunk == 0)
        rc = read_chunk(r);
    if (rc != 0)
        return rc;
    if (r->stored)
        take_stored(r, row);
    else
        take_raster(r, row);
    r->y++;
    return 0;
}

static void close_rows(struct sl__rows *rows)
{
    struct tiff_rows *r = (struct tiff_rows *)rows;

    if (r->raster)
        TIFFRGBAImageEnd(&r->image);
    free(r->raster);
    free(r->stored);
    free(r->tile);
    free(r->packed);
    close_file(&r->file);
    free(r);
}

static int fail_kind(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_UNSUPPORTED,
                        "%s: libtiff cannot read this kind of TIFF; convert it to JPEG or PNG",
                        input->name);
}

static int fail_chunk(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_TOO_LARGE,
                        "%s: the TIFF is stored in pieces of over %u megapixels; save it with "
                        "smaller ones, or convert it to JPEG or PNG",
                        input->name, MOST_CHUNK / 1000000);
}

/* Rows that libtiff makes RGB at a time: those of a strip, or of a row of tiles. */
static int find_chunk(struct tiff_rows *r)
{
    uint32_t tag = TIFFIsTiled(r->file.tiff) ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP;

    TIFFGetFieldDefaulted(r->file.tiff, tag, &r->chunk);
    if (r->chunk == 0 || r->chunk > r->rows.height)
        r->chunk = r->rows.height;
    return (uint64_t)r->chunk * r->rows.width <= MOST_CHUNK ? 0 : fail_chunk(r->rows.input);
}

static int open_deep(struct tiff_rows *r, struct sl__picture *picture)
{
    bool whole = r->layout.bits == 16 && r->layout.format == SAMPLEFORMAT_UINT;
    bool dry = false;

    r->deep = (struct sl__pixel_layout){.sample = whole ? SL__SAMPLE_16 : SL__SAMPLE_FLOAT,
                                        .space = r->rows.space,
                                        .alpha = r->rows.alpha};
    if (!picture->tones && r->layout.photometric != PHOTOMETRIC_MINISWHITE)
        picture->tones = sl__tones_take(picture->profile, &dry);
    r->tones = picture->tones;
    r->packed = malloc((size_t)r->rows.width * channels_of(r) * (whole ? 2 : 4));
    return r->packed && !dry ? 0 : sl__fail_memory(r->rows.input);
}

static int open_tiles(struct tiff_rows *r)
{
    uint32_t width = 0;
    tmsize_t bytes = TIFFTileSize(r->file.tiff);
    int rc = find_chunk(r);

    TIFFGetField(r->file.tiff, TIFFTAG_TILEWIDTH, &width);
    if (rc != 0)
        return rc;
    if (r->chunk * r->row_bytes > MOST_CHUNK_BYTES || (uint64_t)bytes > MOST_CHUNK_BYTES)
        return fail_chunk(r->rows.input);
    if (width == 0 || bytes <= 0 || (uint64_t)bytes < (uint64_t)width * r->chunk * r->pixel_bytes)
        return sl__fail_damaged(r->rows.input);
    r->tile = malloc((size_t)bytes);
    r->stored = malloc(r->chunk * r->row_bytes);
    return r->tile && r->stored ? 0 : sl__fail_memory(r->rows.input);
}

static int open_strips(struct tiff_rows *r)
{
    tmsize_t bytes = TIFFScanlineSize(r->file.tiff);

    if (bytes <= 0 || (uint64_t)bytes < r->row_bytes)
        return sl__fail_damaged(r->rows.input);
    r->chunk = 1;
    r->stored = malloc((size_t)bytes);
    return r->stored ? 0 : sl__fail_memory(r->rows.input);
}

static int start_stored(struct tiff_rows *r, struct sl__picture *picture)
{
    int rc;

    r->rows.space = (enum sl__space)colours_of(&r->layout);
    r->rows.alpha =
        r->layout.samples > r->rows.space &&
        (r->layout.extra == EXTRASAMPLE_ASSOCALPHA || r->layout.extra == EXTRASAMPLE_UNASSALPHA);
    r->multiplied = r->rows.alpha && r->layout.extra == EXTRASAMPLE_ASSOCALPHA;
    r->pixel_bytes = (size_t)r->layout.samples * (r->layout.bits / 8u);
    r->row_bytes = r->rows.width * r->pixel_bytes;
    if (r->row_bytes > MOST_CHUNK_BYTES)
        return fail_chunk(r->rows.input);
    rc = TIFFIsTiled(r->file.tiff) ? open_tiles(r) : open_strips(r);
    return rc == 0 && r->layout.bits > 8 ? open_deep(r, picture) : rc;
}

static int start_raster(struct tiff_rows *r)
{
    TIFF *tiff = r->file.tiff;
    char why[1024];
    int rc = find_chunk(r);

    if (rc != 0)
        return rc;
    if (!TIFFRGBAImageOK(tiff, why) || !TIFFRGBAImageBegin(&r->image, tiff, 1, why))
        return fail_kind(r->rows.input);
    r->image.orientation = r->image.req_orientation = ORIENTATION_TOPLEFT;
    r->rows.space = SL__RGB;
    r->rows.alpha = r->multiplied = r->image.alpha != 0;
    r->raster = malloc((size_t)r->chunk * r->rows.width * sizeof *r->raster);
    if (!r->raster)
        TIFFRGBAImageEnd(&r->image);
    return r->raster ? 0 : sl__fail_memory(r->rows.input);
}

/* All pieces are in the file: libtiff would make up what is not. */
static int check_pieces(const struct tiff_rows *r)
{
    TIFF *tiff = r->file.tiff;
    uint32_t count = TIFFIsTiled(tiff) ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff);
    uint64_t len = r->rows.input->len;

    for (uint32_t i = 0; i < count; i++) {
        uint64_t at = TIFFGetStrileOffset(tiff, i), bytes = TIFFGetStrileByteCount(tiff, i);

        if (sl__cancelled(r->rows.input))
            return sl__fail_cancelled(r->rows.input);
        if (at > len || bytes > len - at)
            return sl__fail_cut_short(r->rows.input);
    }
    return 0;
}

static int start(struct tiff_rows *r, struct sl__picture *picture)
{
    int rc = open_file(&r->file, r->rows.input);

    if (rc == 0)
        rc = check_pieces(r);
    if (rc != 0)
        return rc;
    r->layout = layout_of(r->file.tiff);
    return is_usual(&r->layout) ? start_stored(r, picture) : start_raster(r);
}

static int open_rows(struct sl__rows **rows, const struct sl__input *input,
                     struct sl__picture *picture, uint32_t width, uint32_t height)
{
    struct tiff_rows *r = calloc(1, sizeof *r);
    int rc;

    (void)width, (void)height;
    if (!r)
        return sl__fail_memory(input);
    r->rows = sl__rows_whole(input, picture, SL__RGB, next, close_rows);
    rc = start(r, picture);
    if (rc != 0) {
        close_rows(&r->rows);
        return rc;
    }
    *rows = &r->rows;
    return 0;
}

SL_API extern const struct sl__picture_module sl__picture_module;
const struct sl__picture_module sl__picture_module = {
    .module = SL__MODULE,
    .codec = {.probe = probe, .open = open_rows},
};
