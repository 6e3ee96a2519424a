/* A part of a picture: where it lies in the stored form, and the rows of nothing but it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"

struct crop_rows {
    struct sl__rows rows;
    struct sl__rows *whole;
    uint32_t left, top;
    uint32_t read, given;
    unsigned char *row; /* of the whole */
};

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

int sl__crop_find(struct sl_rect *part, struct sl_rect wanted, const struct sl__picture *picture,
                  const struct sl__input *input)
{
    uint32_t width, height;

    sl__upright_size(picture, &width, &height);
    if (wanted.width == 0 && wanted.height == 0)
        wanted = (struct sl_rect){0, 0, width, height};
    if (wanted.width == 0 || wanted.height == 0 || wanted.x >= width || wanted.y >= height)
        return sl_error_set(input->error, SL_E_INVALID,
                            "%s: the part of %u×%u pixels at %u,%u is not in the picture, which is "
                            "%u×%u; ask for a part that is",
                            input->name, (unsigned)wanted.width, (unsigned)wanted.height,
                            (unsigned)wanted.x, (unsigned)wanted.y, (unsigned)width,
                            (unsigned)height);
    wanted.width = smaller(wanted.width, width - wanted.x);
    wanted.height = smaller(wanted.height, height - wanted.y);
    *part = sl__turn_back(wanted, picture);
    return 0;
}

uint32_t sl__crop_whole_side(uint32_t side, uint32_t part, uint32_t target)
{
    return (uint32_t)(((uint64_t)side * target + part - 1) / part);
}

static int read_until(struct crop_rows *r, uint32_t end)
{
    int rc = 0;

    for (; rc == 0 && r->read < end; r->read++)
        rc = sl__cancelled(r->whole->input) ? sl__fail_cancelled(r->whole->input)
                                            : r->whole->next(r->whole, r->row);
    return rc;
}

/* The rows below the part are read too: they say whether the picture is whole. */
static int next(struct sl__rows *rows, unsigned char *row)
{
    struct crop_rows *r = (struct crop_rows *)rows;
    size_t bytes = rows->space + (rows->alpha ? 1u : 0u);
    int rc = read_until(r, r->top + ++r->given);

    if (rc != 0)
        return rc;
    memcpy(row, r->row + r->left * bytes, rows->width * bytes);
    return r->given == rows->height ? read_until(r, r->whole->height) : 0;
}

static void close_rows(struct sl__rows *rows)
{
    struct crop_rows *r = (struct crop_rows *)rows;

    sl__rows_close(r->whole);
    free(r->row);
    free(r);
}

/* One direction of a part: which samples lie in it by half or more, and how it lies on them. */
struct stretch {
    uint32_t first, count;
    double origin, extent;
};

/* `side` pixels were decoded to `extent` samples. */
static struct stretch cut(uint32_t from, uint32_t len, uint32_t side, double extent)
{
    double low = from * extent / side, high = ((double)from + len) * extent / side;
    uint32_t first = (uint32_t)lround(low), end = (uint32_t)lround(high);

    return (struct stretch){first, end - first, low - first, high - low};
}

int sl__crop_rows(struct sl__rows **rows, const struct sl__picture *picture, struct sl_rect part)
{
    struct sl__rows *whole = *rows;
    struct stretch x = cut(part.x, part.width, picture->width, whole->extent_x);
    struct stretch y = cut(part.y, part.height, picture->height, whole->extent_y);
    struct crop_rows *r;

    if (sl__crop_is_all(part, picture))
        return 0;
    r = calloc(1, sizeof *r);
    if (!r)
        return sl__fail_memory(whole->input);
    *r = (struct crop_rows){.whole = whole, .left = x.first, .top = y.first};
    r->rows = (struct sl__rows){
        .input = whole->input,
        .width = x.count,
        .height = y.count,
        .origin_x = x.origin,
        .origin_y = y.origin,
        .extent_x = x.extent,
        .extent_y = y.extent,
        .space = whole->space,
        .alpha = whole->alpha,
        .next = next,
        .close = close_rows,
    };
    *rows = &r->rows;
    r->row = malloc((size_t)whole->width * (whole->space + 1u));
    return r->row ? 0 : sl__fail_memory(whole->input);
}
