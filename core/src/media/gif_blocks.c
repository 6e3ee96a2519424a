/* Walks the blocks of a GIF: its canvas, how many frames there are, and the first of them. */
#include "gif.h"

#define HEADER_BYTES 13 /* signature and logical screen */
#define FRAME_BYTES 10  /* image descriptor with its separator */

enum block { EXTENSION = 0x21, FRAME = 0x2c, TRAILER = 0x3b };

struct walk {
    const unsigned char *bytes;
    size_t len, at;
};

static size_t palette_bytes(unsigned flags)
{
    return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

static bool step(struct walk *walk, size_t bytes)
{
    if (bytes > walk->len - walk->at)
        return false;
    walk->at += bytes;
    return true;
}

static bool skip_parts(struct walk *walk)
{
    while (walk->at < walk->len && walk->bytes[walk->at] != 0)
        if (!step(walk, 1u + walk->bytes[walk->at]))
            return false;
    return step(walk, 1);
}

/* `walk->at` is at the block's first byte; false when the block is not whole. */
static bool skip_block(struct walk *walk)
{
    const unsigned char *p = walk->bytes + walk->at;

    if (*p == EXTENSION)
        return step(walk, 2) && skip_parts(walk);
    return step(walk, FRAME_BYTES) && step(walk, palette_bytes(p[9]) + 1) && skip_parts(walk);
}

/* Moves to the next frame; `others` tells whether extensions were passed. */
static bool find_frame(struct walk *walk, bool *others)
{
    while (walk->at < walk->len && walk->bytes[walk->at] == EXTENSION) {
        *others = true;
        if (!skip_block(walk))
            return false;
    }
    return walk->at < walk->len && walk->bytes[walk->at] == FRAME;
}

static bool open_walk(struct walk *walk, const struct sl__input *input)
{
    *walk = (struct walk){input->bytes, input->len, 0};
    return step(walk, HEADER_BYTES) && step(walk, palette_bytes(input->bytes[10]));
}

static bool fills_canvas(const unsigned char *frame, const struct sl__picture *picture)
{
    return sl__le16(frame + 1) == 0 && sl__le16(frame + 3) == 0 &&
           sl__le16(frame + 5) == picture->width && sl__le16(frame + 7) == picture->height;
}

int sl__gif_probe(const struct sl__input *input, struct sl__picture *picture)
{
    struct walk walk;

    if (!open_walk(&walk, input))
        return sl__fail_cut_short(input);
    picture->width = sl__le16(input->bytes + 6);
    picture->height = sl__le16(input->bytes + 8);
    if (!find_frame(&walk, &picture->metadata) || walk.len - walk.at < FRAME_BYTES)
        return walk.at < walk.len && walk.bytes[walk.at] != FRAME ? sl__fail_damaged(input)
                                                                  : sl__fail_cut_short(input);
    picture->plain = fills_canvas(walk.bytes + walk.at, picture);
    if (skip_block(&walk))
        picture->animated = find_frame(&walk, &picture->metadata);
    picture->plain &= !picture->animated;
    return 0;
}

int sl__gif_strip(const struct sl__input *input, struct sl__bytes *out)
{
    static const unsigned char trailer = TRAILER;
    struct walk walk;
    size_t frame;
    bool others;

    if (!open_walk(&walk, input))
        return sl__fail_cut_short(input);
    if (sl__bytes_init(out, input, input->len + 1) != 0)
        return SL_E_NOMEM;
    sl__bytes_add(out, input->bytes, walk.at);
    find_frame(&walk, &others);
    frame = walk.at;
    skip_block(&walk);
    sl__bytes_add(out, input->bytes + frame, walk.at - frame);
    sl__bytes_add(out, &trailer, 1);
    return 0;
}
