/*
 * What a picture costs: the model sees all of it once, and then crops of it in rows. Numbers and
 * rules are those of the image processor that comes with the model's open weights.
 */
#include "picture.h"

#define VIEW_SIDE 728u /* of the view of all */
#define VIEW_TOKENS 171u
#define CROP_SIDE 504u
#define CROP_TOKENS 83u
#define ROW_TOKENS 1u /* between rows of crops */
#define MAX_SIDE 3024u
#define STRIP_SIDE 32u /* what is thinner, and long, is laid on a square */

struct size {
    uint64_t width, height;
};

static uint64_t longer(struct size size)
{
    return size.width > size.height ? size.width : size.height;
}

static uint64_t shorter(struct size size)
{
    return size.width > size.height ? size.height : size.width;
}

static struct size squared(struct size size)
{
    uint64_t side = longer(size);

    return shorter(size) < STRIP_SIDE && side > 4 * shorter(size) ? (struct size){side, side}
                                                                  : size;
}

static struct size fitted(struct size size, uint64_t most)
{
    uint64_t side = longer(size), width = size.width, height = size.height;

    if (side > most) {
        width = width * most / side;
        height = height * most / side;
    }
    return (struct size){width > 0 ? width : 1, height > 0 ? height : 1};
}

/* The side of a crop; 0 when there are none. */
static uint64_t window(struct size size)
{
    uint64_t side = longer(size), least = shorter(size);

    if (side <= VIEW_SIDE)
        return 2 * side > 3 * least ? least : 0;
    return side > 4 * least && least < CROP_SIDE ? least : CROP_SIDE;
}

/* A rest of more than a fifth of a crop makes one more. */
static uint32_t crops(uint64_t side, uint64_t window)
{
    return side < window ? 1 : (uint32_t)(side / window + (side % window * 5 > window));
}

uint32_t sl_image_tokens(uint32_t width, uint32_t height, enum sl_detail detail)
{
    struct size size = {width, height};
    uint32_t columns, rows;
    uint64_t side;

    if (detail == SL_DETAIL_LOW)
        size = fitted(size, VIEW_SIDE);
    size = fitted(squared(size), MAX_SIDE);
    side = window(size);
    if (side == 0)
        return VIEW_TOKENS;
    columns = crops(size.width, side);
    rows = crops(size.height, side);
    return VIEW_TOKENS + columns * rows * CROP_TOKENS + (rows - 1) * ROW_TOKENS;
}
