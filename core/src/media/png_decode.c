/* Reads PNG: headers and uncommon pictures with libpng, the pixels of common ones without it. */
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "picture.h"
#include "pixels_deep.h"
#include "png_codec.h"
#include "simd.h"

/* The exponent of sRGB as PNG writes it; writers round it, so near is near enough. */
#define SRGB_GAMMA 0.45455
#define GAMMA_WITHIN 0.005
#define PRIMARIES_WITHIN 0.001

/* A colour for every index; those that the file does not have are black. */
struct palette {
    unsigned char colours[256][4];
    unsigned known;
};

struct png_rows {
    struct sl__rows rows;
    png_structp png;
    png_infop info;
    jmp_buf jump; /* where libpng's errors go; set anew by each function that calls it */
    size_t at;    /* in the input */
    uint32_t y;
    bool ended;           /* more bytes were wanted than there are */
    unsigned char *whole; /* an interlaced picture */
    /* Or one of 16 bits whose tones are kept by them. */
    unsigned char *deep; /* a row */
    struct sl__pixel_layout layout;
    const struct sl__tones *tones; /* the picture's */
    /* Or one that was inflated at once. */
    unsigned char *filtered; /* its rows, whose filters are undone in place up to `undone` */
    unsigned char *black;    /* the row over the first */
    unsigned pixel;          /* bytes of one, as coded */
    uint32_t undone;
    struct palette *palette; /* or NULL when the pixels are the colours themselves */
};

#define TOGETHER 8 /* rows whose filters are undone at a time */

_Noreturn static void fail(png_structp png, png_const_charp message)
{
    struct png_rows *r = png_get_error_ptr(png);

    (void)message;
    longjmp(r->jump, 1);
}

/* Among the pixels a warning means bytes that do not belong there. */
static void note_warning(png_structp png, png_const_charp message)
{
    struct png_rows *r = png_get_error_ptr(png);

    (void)message;
    r->rows.untidy = true;
}

static void read_bytes(png_structp png, png_bytep to, png_size_t len)
{
    struct png_rows *r = png_get_io_ptr(png);
    const struct sl__input *input = r->rows.input;

    if (len > input->len - r->at) {
        r->ended = true;
        png_error(png, "end of data");
    }
    memcpy(to, input->bytes + r->at, len);
    r->at += len;
}

static int explain(const struct png_rows *r)
{
    return r->ended ? sl__fail_cut_short(r->rows.input) : sl__fail_damaged(r->rows.input);
}

/* Chunks that say nothing about the pixels are not even read. */
static void limit(png_structp png)
{
    static const png_byte unread[] = "bKGD\0eXIf\0hIST\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0"
                                     "tEXt\0tIME\0zTXt";

    png_set_user_limits(png, SL_IMAGE_MAX_SOURCE_SIDE, SL_IMAGE_MAX_SOURCE_SIDE);
    png_set_chunk_malloc_max(png, SL_IMAGE_MAX_PROFILE_BYTES);
    png_set_chunk_cache_max(png, 16);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, unread, sizeof unread / 5);
}

static const double srgb[8] = {0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06};

static bool are_of_srgb(const double xy[8])
{
    for (unsigned i = 0; i < 8; i++)
        if (fabs(xy[i] - srgb[i]) > PRIMARIES_WITHIN)
            return false;
    return true;
}

static void *profile_of_numbers(const struct png_rows *r)
{
    double xy[8], gamma = SRGB_GAMMA;
    bool primaries = png_get_cHRM(r->png, r->info, &xy[0], &xy[1], &xy[2], &xy[3], &xy[4], &xy[5],
                                  &xy[6], &xy[7]) == PNG_INFO_cHRM;
    bool exponent = png_get_gAMA(r->png, r->info, &gamma) == PNG_INFO_gAMA &&
                    (gamma < SRGB_GAMMA - GAMMA_WITHIN || gamma > SRGB_GAMMA + GAMMA_WITHIN);

    if (!exponent && (!primaries || are_of_srgb(xy)))
        return NULL;
    return sl__profile_from_primaries(primaries ? xy : srgb, exponent && gamma > 0 ? 1 / gamma : 0);
}

static void *profile_of(const struct png_rows *r)
{
    png_charp name;
    png_bytep icc;
    png_uint_32 len;
    int method, intent;

    if (png_get_iCCP(r->png, r->info, &name, &method, &icc, &len) == PNG_INFO_iCCP)
        return sl__profile_from_icc(icc, len);
    if (png_get_sRGB(r->png, r->info, &intent) == PNG_INFO_sRGB)
        return NULL;
    return profile_of_numbers(r);
}

static int read_whole(struct png_rows *r, int passes)
{
    size_t row_bytes = png_get_rowbytes(r->png, r->info);

    r->whole = malloc(row_bytes * r->rows.height);
    if (!r->whole)
        return sl__fail_memory(r->rows.input);
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < r->rows.height; y++) {
            if (sl__cancelled(r->rows.input))
                return sl__fail_cancelled(r->rows.input);
            png_read_row(r->png, r->whole + y * row_bytes, NULL);
        }
    png_read_end(r->png, NULL);
    return 0;
}

static void undo_filters(struct png_rows *r, size_t row_bytes)
{
    unsigned char *rows = r->filtered + r->undone * (row_bytes + 1);
    uint32_t left = r->rows.height - r->undone, n = left < TOGETHER ? left : TOGETHER;

    sl__simd_at(0)->unfilter(rows, r->undone > 0 ? rows - row_bytes : r->black, n, row_bytes,
                             r->pixel);
    r->undone += n;
}

static void look_up(struct png_rows *r, unsigned char *row, const unsigned char *indices)
{
    unsigned most = 0;

    sl__look_up(row, r->palette->colours, indices, r->rows.width, r->rows.alpha);
    for (uint32_t x = 0; x < r->rows.width; x++)
        most = indices[x] > most ? indices[x] : most;
    r->rows.untidy |= most >= r->palette->known;
}

/* As coded: colours, or indices. */
static const unsigned char *view_inflated(struct sl__rows *rows)
{
    struct png_rows *r = (struct png_rows *)rows;
    size_t row_bytes = (size_t)rows->width * r->pixel;

    if (r->y == r->undone)
        undo_filters(r, row_bytes);
    return r->filtered + r->y++ * (row_bytes + 1) + 1;
}

static int next_inflated(struct sl__rows *rows, unsigned char *row)
{
    struct png_rows *r = (struct png_rows *)rows;
    const unsigned char *coded = view_inflated(rows);

    if (r->palette)
        look_up(r, row, coded);
    else
        memcpy(row, coded, (size_t)rows->width * r->pixel);
    return 0;
}

static int next(struct sl__rows *rows, unsigned char *row)
{
    struct png_rows *r = (struct png_rows *)rows;

    if (setjmp(r->jump))
        return explain(r);
    if (r->whole) {
        size_t row_bytes = png_get_rowbytes(r->png, r->info);

        memcpy(row, r->whole + r->y++ * row_bytes, row_bytes);
        return 0;
    }
    png_read_row(r->png, row, NULL);
    if (++r->y == rows->height)
        png_read_end(r->png, NULL);
    return 0;
}

static int next_deep(struct sl__rows *rows, unsigned char *row)
{
    struct png_rows *r = (struct png_rows *)rows;
    int rc = next(rows, r->deep);

    if (rc == 0)
        sl__pixels_flatten(row, r->deep, rows->width, &r->layout, r->tones);
    return rc;
}

static void close_rows(struct sl__rows *rows)
{
    struct png_rows *r = (struct png_rows *)rows;

    png_destroy_read_struct(&r->png, &r->info, NULL);
    free(r->whole);
    free(r->deep);
    free(r->filtered);
    free(r->black);
    free(r->palette);
    free(r);
}

static bool is_common(const struct png_rows *r)
{
    return png_get_bit_depth(r->png, r->info) == 8 &&
           png_get_interlace_type(r->png, r->info) == PNG_INTERLACE_NONE &&
           (png_get_color_type(r->png, r->info) == PNG_COLOR_TYPE_PALETTE ||
            !png_get_valid(r->png, r->info, PNG_INFO_tRNS));
}

static struct palette *copy_palette(const struct png_rows *r)
{
    struct palette *palette = calloc(1, sizeof *palette);
    png_colorp colours = NULL;
    png_bytep alphas = NULL;
    int known = 0, clears = 0;

    if (!palette)
        return NULL;
    png_get_PLTE(r->png, r->info, &colours, &known);
    png_get_tRNS(r->png, r->info, &alphas, &clears, NULL);
    palette->known = (unsigned)known;
    for (int i = 0; i < 256; i++) {
        if (i < known)
            memcpy(palette->colours[i], &colours[i], 3);
        palette->colours[i][3] = i < clears ? alphas[i] : 255;
    }
    return palette;
}

/* Before libpng is told to expand, after which it says what comes of that. */
static void inflate_common(struct png_rows *r)
{
    bool indexed = png_get_color_type(r->png, r->info) == PNG_COLOR_TYPE_PALETTE;
    size_t row_bytes;

    r->pixel = png_get_channels(r->png, r->info);
    row_bytes = (size_t)png_get_image_width(r->png, r->info) * r->pixel;
    r->black = calloc(1, row_bytes + SL__UNFILTER_ROOM);
    if (indexed)
        r->palette = copy_palette(r);
    if (r->black && (r->palette || !indexed))
        r->filtered = sl__png_inflate(r->rows.input, r->rows.height, row_bytes);
    if (!r->filtered)
        return;
    r->rows.next = next_inflated;
    if (!indexed)
        r->rows.view = view_inflated;
}

/* Samples of 16 bits become ones of 8: by libpng, or here where the profile is steep. */
static int make_shallow(struct png_rows *r, struct sl__picture *picture)
{
    const uint16_t one = 1;
    bool dry = false;

    if (!picture->tones && png_get_bit_depth(r->png, r->info) == 16)
        picture->tones = sl__tones_take(picture->profile, &dry);
    r->tones = picture->tones;
    if (!r->tones)
        png_set_scale_16(r->png);
    else if (*(const unsigned char *)&one)
        png_set_swap(r->png);
    return dry ? sl__fail_memory(r->rows.input) : 0;
}

/* Once it is known what libpng delivers. */
static int open_deep(struct png_rows *r)
{
    r->layout = (struct sl__pixel_layout){
        .sample = SL__SAMPLE_16, .space = r->rows.space, .alpha = r->rows.alpha};
    r->deep = malloc(png_get_rowbytes(r->png, r->info));
    r->rows.next = next_deep;
    return r->deep ? 0 : sl__fail_memory(r->rows.input);
}

static int start(struct png_rows *r, struct sl__picture *picture)
{
    int passes, rc;

    if (setjmp(r->jump))
        return explain(r);
    png_set_read_fn(r->png, r, read_bytes);
    limit(r->png);
    png_read_info(r->png, r->info);
    if (!picture->profile)
        picture->profile = profile_of(r);
    r->rows.width = picture->width;
    r->rows.height = picture->height;
    if (is_common(r) && !sl__cancelled(r->rows.input))
        inflate_common(r);
    png_set_expand(r->png);
    if (make_shallow(r, picture) != 0)
        return SL_E_NOMEM;
    passes = png_set_interlace_handling(r->png);
    png_read_update_info(r->png, r->info);
    r->rows.extent_x = picture->width;
    r->rows.extent_y = picture->height;
    r->rows.space = png_get_channels(r->png, r->info) < 3 ? SL__GREY : SL__RGB;
    r->rows.alpha = png_get_channels(r->png, r->info) % 2 == 0;
    r->rows.untidy = false;
    rc = r->tones ? open_deep(r) : 0;
    return rc == 0 && passes > 1 ? read_whole(r, passes) : rc;
}

static int open_rows(struct sl__rows **rows, const struct sl__input *input,
                     struct sl__picture *picture, uint32_t width, uint32_t height)
{
    struct png_rows *r = calloc(1, sizeof *r);
    int rc;

    (void)width, (void)height;
    if (!r)
        return sl__fail_memory(input);
    r->rows = (struct sl__rows){.input = input, .next = next, .close = close_rows};
    if (setjmp(r->jump) == 0)
        r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, r, fail, note_warning);
    if (r->png && setjmp(r->jump) == 0)
        r->info = png_create_info_struct(r->png);
    rc = r->info ? start(r, picture) : sl__fail_memory(input);
    if (rc != 0) {
        close_rows(&r->rows);
        return rc;
    }
    *rows = &r->rows;
    return 0;
}

const struct sl__codec sl__png = {
    .mime = "image/png",
    .everywhere = true,
    .probe = sl__png_probe,
    .open = open_rows,
    .strip = sl__png_strip,
};
