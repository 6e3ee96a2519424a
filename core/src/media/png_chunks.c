/* Walks the chunks of a PNG: its header, what is private in it, and the rest of it. */
#include <string.h>

#include <libdeflate.h>

#include "png_codec.h"

#define SIGNATURE_BYTES 8
#define FRAME_BYTES 12 /* of a chunk: length, type and check sum */

struct chunk {
    const unsigned char *start; /* its length field */
    const unsigned char *data;
    size_t len; /* of `data` */
};

static bool is(const struct chunk *chunk, const char *type)
{
    return memcmp(chunk->start + 4, type, 4) == 0;
}

/* False when no whole chunk follows. `*at` moves behind the chunk. */
static bool next_chunk(const struct sl__input *input, size_t *at, struct chunk *chunk)
{
    const unsigned char *p = input->bytes + *at;
    size_t left = input->len - *at;

    if (left < FRAME_BYTES || sl__be32(p) > left - FRAME_BYTES)
        return false;
    *chunk = (struct chunk){p, p + 8, sl__be32(p)};
    *at += FRAME_BYTES + chunk->len;
    return true;
}

/* What a reader needs for the pixels of an opaque picture in sRGB. */
static bool is_kept(const struct chunk *chunk)
{
    return is(chunk, "IHDR") || is(chunk, "PLTE") || is(chunk, "IDAT") || is(chunk, "IEND");
}

static void note_header(const struct chunk *chunk, struct sl__picture *picture)
{
    picture->width = sl__be32(chunk->data);
    picture->height = sl__be32(chunk->data + 4);
    picture->deep = chunk->data[8] > 8;
    picture->plain = !picture->deep;
}

static void note_chunk(const struct chunk *chunk, struct sl__picture *picture)
{
    if (is(chunk, "eXIf"))
        picture->orientation = sl__exif_orientation(chunk->data, chunk->len);
    if (is(chunk, "acTL") && chunk->len >= 4)
        picture->animated = sl__be32(chunk->data) > 1;
    if (!is_kept(chunk) && !is(chunk, "tRNS"))
        picture->metadata = true;
}

int sl__png_probe(const struct sl__input *input, struct sl__picture *picture)
{
    size_t at = SIGNATURE_BYTES;
    struct chunk chunk;

    if (!next_chunk(input, &at, &chunk))
        return sl__fail_cut_short(input);
    if (!is(&chunk, "IHDR") || chunk.len != 13)
        return sl__fail_damaged(input);
    note_header(&chunk, picture);
    while (next_chunk(input, &at, &chunk) && !is(&chunk, "IEND"))
        note_chunk(&chunk, picture);
    return 0;
}

int sl__png_strip(const struct sl__input *input, struct sl__bytes *out)
{
    size_t at = SIGNATURE_BYTES;
    struct chunk chunk = {0};

    if (sl__bytes_init(out, input, input->len) != 0)
        return SL_E_NOMEM;
    sl__bytes_add(out, input->bytes, SIGNATURE_BYTES);
    do {
        if (!next_chunk(input, &at, &chunk))
            break;
        if (is_kept(&chunk))
            sl__bytes_add(out, chunk.start, FRAME_BYTES + chunk.len);
    } while (!is(&chunk, "IEND"));
    return 0;
}

static bool sum_is_right(const struct chunk *chunk)
{
    return libdeflate_crc32(0, chunk->start + 4, chunk->len + 4) ==
           sl__be32(chunk->data + chunk->len);
}

/* One that no reader looks at for the pixels, wherever it stands. */
static bool is_remark(const struct chunk *chunk)
{
    static const char types[][5] = {"bKGD", "eXIf", "hIST", "iTXt", "oFFs", "pCAL", "pHYs",
                                    "sBIT", "sCAL", "sPLT", "tEXt", "tIME", "zTXt"};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (is(chunk, types[i]))
            return true;
    return false;
}

/* Whether nothing follows the pixels but remarks and the end. */
static bool ends_well(const struct sl__input *input, size_t at, struct chunk *chunk)
{
    while (is_remark(chunk) && sum_is_right(chunk))
        if (!next_chunk(input, &at, chunk))
            return false;
    return is(chunk, "IEND") && chunk->len == 0 && sum_is_right(chunk);
}

bool sl__png_find_pixels(const struct sl__input *input, struct sl__png_pixels *pixels)
{
    size_t at = SIGNATURE_BYTES;
    struct chunk chunk;

    *pixels = (struct sl__png_pixels){0};
    do {
        pixels->at = at;
        if (!next_chunk(input, &at, &chunk))
            return false;
    } while (!is(&chunk, "IDAT"));
    while (is(&chunk, "IDAT")) {
        if (!sum_is_right(&chunk))
            return false;
        pixels->chunks++;
        pixels->len += chunk.len;
        if (!next_chunk(input, &at, &chunk))
            return false;
    }
    return ends_well(input, at, &chunk);
}

void sl__png_join_pixels(const struct sl__input *input, const struct sl__png_pixels *pixels,
                         unsigned char *to)
{
    size_t at = pixels->at;
    struct chunk chunk;

    for (size_t i = 0; i < pixels->chunks && next_chunk(input, &at, &chunk); i++) {
        memcpy(to, chunk.data, chunk.len);
        to += chunk.len;
    }
}
