/* The size that a picture is sent at. */
#include "picture.h"

/* Over this no sum of a row or of a JPEG's size could be relied on, whatever a model takes. */
#define MAX_TARGET_SIDE 8192u

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t high_side(uint32_t side, const struct sl_image_sizes *sizes)
{
    uint32_t step = sizes->high_step;
    uint32_t most = smaller(side, sizes->high_max);

    if (step == 0 || most < step || side / 2 < step)
        return most;
    return most - most % step;
}

static uint32_t scaled(uint32_t length, uint32_t to, uint32_t from)
{
    uint64_t nearest = ((uint64_t)length * to * 2 + from) / ((uint64_t)from * 2);

    return nearest > 0 ? (uint32_t)nearest : 1;
}

void sl_image_target(uint32_t width, uint32_t height, enum sl_detail detail,
                     const struct sl_image_sizes *sizes, uint32_t *target_width,
                     uint32_t *target_height)
{
    uint32_t longer = width > height ? width : height;
    uint32_t side =
        detail == SL_DETAIL_LOW ? smaller(longer, sizes->low_side) : high_side(longer, sizes);

    side = smaller(smaller(side, sizes->max_side), MAX_TARGET_SIDE);
    if (longer == 0)
        longer = 1;
    *target_width = scaled(width, side, longer);
    *target_height = scaled(height, side, longer);
}
