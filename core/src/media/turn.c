/* Turns a picture upright, by the eight orientations of EXIF. */
#include <stdlib.h>
#include <string.h>

#include "picture.h"

/* How to get from the stored picture to the upright one: first swap axes, then mirror. */
struct way {
    bool swap, mirror_x, mirror_y;
};

static const struct way ways[9] = {
    [2] = {false, true, false}, [3] = {false, true, true}, [4] = {false, false, true},
    [5] = {true, false, false}, [6] = {true, true, false}, [7] = {true, true, true},
    [8] = {true, false, true},
};

void sl__upright_size(const struct sl__picture *picture, uint32_t *width, uint32_t *height)
{
    bool swap = ways[picture->orientation].swap;

    *width = swap ? picture->height : picture->width;
    *height = swap ? picture->width : picture->height;
}

struct sl_rect sl__turn_back(struct sl_rect part, const struct sl__picture *picture)
{
    const struct way *way = &ways[picture->orientation];
    uint32_t width, height, u, v;

    sl__upright_size(picture, &width, &height);
    u = way->mirror_x ? width - part.width - part.x : part.x;
    v = way->mirror_y ? height - part.height - part.y : part.y;
    return way->swap ? (struct sl_rect){v, u, part.height, part.width}
                     : (struct sl_rect){u, v, part.width, part.height};
}

void sl__turn_mirrors(unsigned orientation, bool *left, bool *top)
{
    const struct way *way = &ways[orientation];

    *left = way->swap ? way->mirror_y : way->mirror_x;
    *top = way->swap ? way->mirror_x : way->mirror_y;
}

int sl__turn(struct sl__bitmap *bitmap, unsigned orientation, const struct sl__input *input)
{
    const struct way *way = &ways[orientation];
    size_t bytes = bitmap->space, row = bitmap->width * bytes;
    uint32_t width = way->swap ? bitmap->height : bitmap->width;
    uint32_t height = way->swap ? bitmap->width : bitmap->height;
    unsigned char *turned, *out;

    if (orientation <= 1)
        return 0;
    turned = out = malloc(width * bytes * height);
    if (!turned)
        return sl__fail_memory(input);
    for (uint32_t y = 0; y < height && !sl__cancelled(input); y++) {
        uint32_t v = way->mirror_y ? height - 1 - y : y;

        for (uint32_t x = 0; x < width; x++, out += bytes) {
            uint32_t u = way->mirror_x ? width - 1 - x : x;
            size_t at = way->swap ? u * row + v * bytes : v * row + u * bytes;

            memcpy(out, bitmap->data + at, bytes);
        }
    }
    free(bitmap->data);
    *bitmap = (struct sl__bitmap){turned, width, height, bitmap->space};
    return sl__cancelled(input) ? sl__fail_cancelled(input) : 0;
}
