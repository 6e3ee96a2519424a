/* Reads BMP. */
#include <stdlib.h>
#include <string.h>

#include "bmp.h"

struct bmp_rows {
    struct sl__rows rows;
    struct sl__bmp bmp;
    unsigned char *indices; /* of RLE, top row first; pixels that it leaves out have colour 0 */
    uint32_t y;
};

static int probe(const struct sl__input *input, struct sl__picture *picture)
{
    struct sl__bmp bmp;
    int rc = sl__bmp_read(&bmp, input, picture);

    picture->width = bmp.width;
    picture->height = bmp.height;
    return rc;
}

/* What is left to be read of RLE, and where the next pixel goes. */
struct run {
    const unsigned char *p, *end;
    unsigned char *indices;
    uint32_t width, height;
    uint32_t x, y; /* `y` from the bottom */
    bool nibbles;  /* two pixels a byte */
};

static void put(struct run *run, unsigned index)
{
    if (run->x < run->width && run->y < run->height)
        run->indices[(size_t)(run->height - 1 - run->y) * run->width + run->x] =
            (unsigned char)index;
    if (run->x < run->width)
        run->x++;
}

static unsigned nibble(unsigned byte, unsigned at)
{
    return at % 2 ? byte & 15 : byte >> 4;
}

static void repeat(struct run *run, unsigned count, unsigned value)
{
    for (unsigned i = 0; i < count; i++)
        put(run, run->nibbles ? nibble(value, i) : value);
}

/* Pixels as they are; they end at an even byte. */
static bool copy(struct run *run, unsigned count)
{
    size_t bytes = run->nibbles ? (count + 1) / 2 : count, whole = bytes + bytes % 2;

    if ((size_t)(run->end - run->p) < bytes)
        return false;
    for (unsigned i = 0; i < count; i++)
        put(run, run->nibbles ? nibble(run->p[i / 2], i) : run->p[i]);
    run->p += (size_t)(run->end - run->p) < whole ? bytes : whole;
    return true;
}

static bool skip(struct run *run)
{
    if (run->end - run->p < 2)
        return false;
    run->x = run->p[0] < run->width - run->x ? run->x + run->p[0] : run->width;
    run->y = run->p[1] < run->height - run->y ? run->y + run->p[1] : run->height;
    run->p += 2;
    return true;
}

static void end_row(struct run *run)
{
    run->x = 0;
    run->y++;
}

/* One of the codes behind a zero; false where bytes are missing. */
static bool escape(struct run *run, unsigned code)
{
    if (code > 2)
        return copy(run, code);
    if (code == 2)
        return skip(run);
    if (code == 0)
        end_row(run);
    else
        run->y = run->height;
    return true;
}

/* False where the bytes end before the picture does. */
static bool read_runs(struct run *run, const struct sl__input *input)
{
    while (run->y < run->height && !sl__cancelled(input)) {
        unsigned count, value;

        if (run->end - run->p < 2) /* the end mark may be missing, the pixels may not */
            return run->y + 1 == run->height && run->x == run->width;
        count = run->p[0];
        value = run->p[1];
        run->p += 2;
        if (count > 0)
            repeat(run, count, value);
        else if (!escape(run, value))
            return false;
    }
    return true;
}

static int read_rle(struct bmp_rows *r)
{
    const struct sl__input *input = r->rows.input;
    struct run run = {.end = input->bytes + input->len,
                      .width = r->bmp.width,
                      .height = r->bmp.height,
                      .nibbles = r->bmp.coding == SL__BMP_RLE4};
    bool whole;

    if (r->bmp.pixels > input->len)
        return sl__fail_cut_short(input);
    r->indices = calloc(run.height, run.width);
    if (!r->indices)
        return sl__fail_memory(input);
    run.p = input->bytes + r->bmp.pixels;
    run.indices = r->indices;
    whole = read_runs(&run, input);
    if (sl__cancelled(input))
        return sl__fail_cancelled(input);
    return whole ? 0 : sl__fail_cut_short(input);
}

/* The bytes that fill the last row up may be missing. */
static int check_length(const struct bmp_rows *r)
{
    const struct sl__bmp *bmp = &r->bmp;
    uint64_t last = ((uint64_t)bmp->width * bmp->bits + 7) / 8;
    uint64_t end = bmp->pixels + (uint64_t)bmp->stride * (bmp->height - 1) + last;

    return end <= r->rows.input->len ? 0 : sl__fail_cut_short(r->rows.input);
}

static const unsigned char *stored_row(const struct bmp_rows *r, uint32_t y)
{
    uint32_t at = r->bmp.top_down ? y : r->bmp.height - 1 - y;

    return r->rows.input->bytes + r->bmp.pixels + r->bmp.stride * at;
}

static void read_indexed(const struct bmp_rows *r, const unsigned char *from, unsigned bits,
                         unsigned char *row)
{
    unsigned each = 8 / bits, most = (1u << bits) - 1;

    for (uint32_t x = 0; x < r->bmp.width; x++, row += 3) {
        unsigned index = from[x / each] >> (8 - bits * (x % each + 1)) & most;

        memcpy(row, r->bmp.colours[index], 3);
    }
}

static void read_bgr(const struct bmp_rows *r, const unsigned char *from, unsigned char *row)
{
    unsigned bytes = r->bmp.bits / 8;

    for (uint32_t x = 0; x < r->bmp.width; x++, from += bytes, row += 3) {
        row[0] = from[2];
        row[1] = from[1];
        row[2] = from[0];
    }
}

static unsigned char sample(uint32_t pixel, const struct sl__bmp_channel *channel)
{
    uint64_t value = (pixel & channel->mask) >> channel->shift;

    if (channel->most == 255 || channel->most == 0)
        return (unsigned char)value;
    return (unsigned char)((value * 255 + channel->most / 2) / channel->most);
}

static uint32_t pixel_at(const unsigned char *p, unsigned bits)
{
    return bits == 16 ? sl__le16(p) : sl__le32(p);
}

static void read_masked(const struct bmp_rows *r, const unsigned char *from, unsigned char *row)
{
    const struct sl__bmp_channel *channels = r->bmp.channels;
    unsigned bytes = r->bmp.bits / 8, count = r->rows.alpha ? 4 : 3;

    for (uint32_t x = 0; x < r->bmp.width; x++, from += bytes)
        for (unsigned c = 0; c < count; c++)
            *row++ = sample(pixel_at(from, r->bmp.bits), &channels[c]);
}

static int next(struct sl__rows *rows, unsigned char *row)
{
    struct bmp_rows *r = (struct bmp_rows *)rows;
    uint32_t y = r->y++;

    if (r->indices)
        read_indexed(r, r->indices + (size_t)y * r->bmp.width, 8, row);
    else if (r->bmp.bits <= 8)
        read_indexed(r, stored_row(r, y), r->bmp.bits, row);
    else if (r->bmp.bits == 24 || (r->bmp.bits == 32 && r->bmp.coding == SL__BMP_PLAIN))
        read_bgr(r, stored_row(r, y), row);
    else
        read_masked(r, stored_row(r, y), row);
    return 0;
}

/* Many writers say that there is alpha and leave it at 0; then it is none. */
static bool has_alpha(const struct bmp_rows *r)
{
    uint32_t mask = r->bmp.channels[3].mask, seen = 0;
    unsigned bytes = r->bmp.bits / 8;

    if (r->bmp.coding != SL__BMP_MASKED || mask == 0)
        return false;
    for (uint32_t y = 0; y < r->bmp.height && !seen; y++) {
        const unsigned char *p = stored_row(r, y);

        for (uint32_t x = 0; x < r->bmp.width; x++, p += bytes)
            seen |= pixel_at(p, r->bmp.bits) & mask;
    }
    return seen != 0;
}

static void close_rows(struct sl__rows *rows)
{
    struct bmp_rows *r = (struct bmp_rows *)rows;

    free(r->indices);
    free(r);
}

static int open_rows(struct sl__rows **rows, const struct sl__input *input,
                     struct sl__picture *picture, uint32_t width, uint32_t height)
{
    struct bmp_rows *r = calloc(1, sizeof *r);
    int rc;

    (void)width, (void)height;
    if (!r)
        return sl__fail_memory(input);
    r->rows = (struct sl__rows){
        .input = input,
        .width = picture->width,
        .height = picture->height,
        .extent_x = picture->width,
        .extent_y = picture->height,
        .space = SL__RGB,
        .next = next,
        .close = close_rows,
    };
    rc = sl__bmp_read(&r->bmp, input, NULL);
    if (rc == 0)
        rc = r->bmp.stride > 0 ? check_length(r) : read_rle(r);
    if (rc != 0) {
        close_rows(&r->rows);
        return rc;
    }
    r->rows.alpha = has_alpha(r);
    *rows = &r->rows;
    return 0;
}

const struct sl__codec sl__bmp = {.probe = probe, .open = open_rows};
