/* The order of the steps. */
#include <math.h>
#include <stdlib.h>

#include "decoding.h"
#include "fine.h"
#include "planes.h"
#include "translate.h"

#define SMALLEST 16u /* pixels of a side that is made smaller for want of room */

struct work {
    struct sl__input input;
    const struct sl__codec *codec;
    struct sl__picture picture;
    struct sl_rect part; /* of the picture as stored */
    struct sl__rows *rows;
    enum sl_detail detail;
    struct sl__colour colour;
    struct sl__bitmap bitmap;
    uint32_t width, height; /* wanted, before turning */
    size_t max_bytes;       /* or 0 */
    struct sl_image result;
};

static int check_size(const struct work *w)
{
    const struct sl__picture *p = &w->picture;

    if (p->width == 0 || p->height == 0)
        return sl_error_set(w->input.error, SL_E_CORRUPT,
                            "%s: the picture is %u×%u pixels, so there is nothing to see; "
                            "use another copy",
                            w->input.name, (unsigned)p->width, (unsigned)p->height);
    if (p->width > SL_IMAGE_MAX_SOURCE_SIDE || p->height > SL_IMAGE_MAX_SOURCE_SIDE ||
        (uint64_t)p->width * p->height > SL_IMAGE_MAX_SOURCE_PIXELS)
        return sl_error_set(w->input.error, SL_E_TOO_LARGE,
                            "%s: the picture is %u×%u pixels; the limit is %u a side and %llu "
                            "megapixels, so scale it down first",
                            w->input.name, (unsigned)p->width, (unsigned)p->height,
                            SL_IMAGE_MAX_SOURCE_SIDE, SL_IMAGE_MAX_SOURCE_PIXELS / 1000000);
    return 0;
}

static int check_options(const struct work *w, const struct sl_image_options *options)
{
    const struct sl_image_sizes *s = &options->sizes;

    if (options->detail >= SL_DETAIL_LOW && options->detail <= SL_DETAIL_AUTO && s->low_side > 0 &&
        s->high_step > 0 && s->high_max > 0 && s->max_side > 0)
        return 0;
    return sl__fail_caller(&w->input, sl__tr("the detail or the sizes of the model are not set"));
}

static void set_target(struct work *w, enum sl_detail detail, const struct sl_image_sizes *sizes)
{
    w->detail = detail;
    sl_image_target(w->part.width, w->part.height, detail, sizes, &w->width, &w->height);
}

static int open_rows(struct work *w)
{
    return sl__rows_open(&w->rows, w->codec, &w->input, &w->picture, w->part, w->width, w->height);
}

static void close_rows(struct work *w)
{
    sl__rows_close(w->rows);
    w->rows = NULL;
}

static int look_closely(struct work *w, const struct sl_image_sizes *sizes)
{
    struct sl__fine fine;
    uint32_t low_width, low_height;
    int rc;

    sl_image_target(w->part.width, w->part.height, SL_DETAIL_LOW, sizes, &low_width, &low_height);
    set_target(w, SL_DETAIL_HIGH, sizes);
    if (low_width == w->width && low_height == w->height) {
        w->detail = SL_DETAIL_LOW;
        return 0;
    }
    rc = open_rows(w);
    if (rc == 0)
        rc = sl__fine_measure(&fine, w->rows, low_width);
    close_rows(w);
    if (rc == 0 && !sl__fine_has_text(&fine))
        set_target(w, SL_DETAIL_LOW, sizes);
    return rc;
}

static int choose_size(struct work *w, const struct sl_image_options *options)
{
    if (options->detail == SL_DETAIL_AUTO)
        return look_closely(w, &options->sizes);
    set_target(w, options->detail, &options->sizes);
    return 0;
}

static int probe(struct work *w, const struct sl_image_options *options)
{
    int rc = 0;

    w->picture.orientation = 1;
    w->codec = w->input.pixels ? &sl__pixels : sl__codec_for(&w->input, &rc);
    if (rc == 0)
        rc = w->codec->probe(&w->input, &w->picture);
    if (options->jpeg_and_png)
        w->picture.plain &= rc == 0 && w->codec->everywhere;
    if (rc == 0)
        rc = check_size(w);
    return rc == 0 ? sl__crop_find(&w->part, options->crop, &w->picture, &w->input) : rc;
}

static bool scaled(const struct work *w)
{
    return w->width != w->part.width || w->height != w->part.height;
}

/* Decodes the whole picture for nothing but to know that it can be decoded, and is opaque. */
static int verify(struct work *w, bool *passes)
{
    unsigned char *row = malloc((size_t)w->rows->width * w->rows->space);
    int rc = row ? 0 : sl__fail_memory(&w->input);

    for (uint32_t y = 0; rc == 0 && y < w->rows->height && !w->rows->transparent; y++)
        rc = sl__rows_read(w->rows, row);
    *passes = rc == 0 && !w->rows->transparent && !w->rows->untidy;
    free(row);
    return rc;
}

static bool fits(const struct work *w, size_t len)
{
    return w->max_bytes == 0 || len <= w->max_bytes;
}

/* Sets `*passes` to false, and does nothing, when it is too many bytes. */
static int pass_on(struct work *w, bool *passes)
{
    struct sl__bytes out = {0};
    int rc = w->codec->strip(&w->input, &out);

    *passes = rc == 0 && fits(w, out.len);
    if (!*passes)
        free(out.data);
    if (!*passes)
        return rc;
    w->result.data = out.data;
    w->result.len = out.len;
    w->result.mime = w->codec->mime;
    w->result.width = w->width;
    w->result.height = w->height;
    if (out.len < w->input.len)
        w->result.done |= SL_IMAGE_STRIPPED;
    return 0;
}

static void note_made(struct work *w)
{
    const struct sl__picture *p = &w->picture;
    bool converted = w->colour.needed || p->deep;

    w->result.done |= (scaled(w) ? SL_IMAGE_SCALED : 0) |
                      (p->orientation > 1 ? SL_IMAGE_TURNED : 0) |
                      (converted ? SL_IMAGE_CONVERTED : 0) |
                      (w->rows && w->rows->transparent ? SL_IMAGE_FLATTENED : 0);
}

static int make_anew(struct work *w)
{
    int rc;

    w->bitmap =
        (struct sl__bitmap){.width = w->width, .height = w->height, .space = w->rows->space};
    w->bitmap.data = malloc((size_t)w->width * w->height * w->bitmap.space);
    if (!w->bitmap.data)
        return sl__fail_memory(&w->input);
    rc = sl__scale(&w->bitmap, w->rows);
    if (rc == 0)
        rc = sl__colour_apply(&w->colour, &w->bitmap, &w->input);
    if (rc == 0)
        rc = sl__turn(&w->bitmap, w->picture.orientation, &w->input);
    if (rc != 0)
        return rc;
    note_made(w);
    return sl__jpeg_encode(&w->result, &w->bitmap, &w->input);
}

static void start_again(struct work *w)
{
    close_rows(w);
    free(w->bitmap.data);
    w->bitmap.data = NULL;
}

/* A little smaller than what the bytes of the last try come to, which grow with the area. */
static int shrink(struct work *w)
{
    double by = fmax(sqrt((double)w->max_bytes / (double)w->result.len) * 0.95, 0.25);

    if (w->width <= SMALLEST || w->height <= SMALLEST)
        return sl_error_set(w->input.error, SL_E_TOO_LARGE,
                            "%s: there is no room left for this picture beside the others; ask "
                            "about fewer at once",
                            w->input.name);
    free(w->result.data);
    w->result.data = NULL;
    w->width = (uint32_t)(w->width * by);
    w->height = (uint32_t)(w->height * by);
    return 0;
}

/* Whether there is nothing to be done to the stored pixels, but perhaps to their colours. */
static bool unchanged(const struct work *w)
{
    return w->picture.plain && sl__crop_is_all(w->part, &w->picture) && !scaled(w) &&
           w->picture.orientation == 1;
}

static void plan_colour(struct work *w, enum sl__space space)
{
    if (w->colour.space == space)
        return;
    sl__colour_release(&w->colour);
    sl__colour_init(&w->colour, w->picture.profile, space);
}

static int make_from_planes(struct work *w, bool *made)
{
    struct sl__planes *planes = NULL;
    int rc;

    if (!w->codec->open_planes || unchanged(w) || !sl__crop_is_all(w->part, &w->picture))
        return 0;
    plan_colour(w, SL__RGB);
    if (w->colour.needed)
        return 0;
    rc = w->codec->open_planes(&planes, &w->input, &w->picture, w->width, w->height);
    if (rc != 0 || !planes)
        return rc;
    rc = sl__planes_make(&w->result, planes, w->width, w->height, w->picture.orientation);
    planes->close(planes);
    note_made(w);
    *made = true;
    return rc;
}

static int make_from_rows(struct work *w)
{
    bool passes = false;
    int rc = open_rows(w);

    if (rc != 0)
        return rc;
    plan_colour(w, w->rows->space);
    if (unchanged(w) && !w->colour.needed) {
        rc = verify(w, &passes);
        if (rc != 0)
            return rc;
        if (passes)
            rc = pass_on(w, &passes);
        if (rc != 0 || passes)
            return rc;
        start_again(w);
        rc = open_rows(w);
        if (rc != 0)
            return rc;
    }
    return make_anew(w);
}

static int make(struct work *w)
{
    bool made = false;
    int rc = make_from_planes(w, &made);

    return rc != 0 || made ? rc : make_from_rows(w);
}

static int convert(struct work *w)
{
    int rc = make(w);

    while (rc == 0 && !fits(w, w->result.len)) {
        start_again(w);
        rc = shrink(w);
        if (rc == 0)
            rc = make(w);
    }
    return rc;
}

/* Pixels of the host are in memory anyway. */
static int decode(struct work *w, const struct sl_image_options *options)
{
    uint64_t pixels = w->input.pixels ? 0 : (uint64_t)w->picture.width * w->picture.height;
    int rc = sl__decoding_begin(&w->input, pixels);

    if (rc != 0)
        return rc;
    rc = choose_size(w, options);
    if (rc == 0)
        rc = convert(w);
    close_rows(w);
    sl__decoding_end(pixels);
    return rc;
}

static void release(struct work *w)
{
    sl__colour_release(&w->colour);
    sl__profile_free(w->picture.profile);
    free(w->picture.tones);
    free(w->bitmap.data);
    sl__input_release(&w->input);
}

int sl_image_prepare(struct sl_image *image, const struct sl_media *media,
                     const struct sl_image_options *options, struct sl_error *error)
{
    struct work w = {.input = {.cancel = options->cancel, .error = error},
                     .max_bytes = options->max_bytes};
    int rc = sl__input_open(&w.input, media);

    if (rc == 0)
        rc = check_options(&w, options);
    if (rc == 0)
        rc = probe(&w, options);
    if (rc == 0)
        rc = decode(&w, options);
    if (rc == 0) {
        sl__upright_size(&w.picture, &w.result.source_width, &w.result.source_height);
        w.result.done |= (w.picture.animated ? SL_IMAGE_FIRST_FRAME : 0) |
                         (w.picture.pages ? SL_IMAGE_FIRST_PAGE : 0) |
                         (w.picture.metadata ? SL_IMAGE_STRIPPED : 0);
        w.result.detail = w.detail;
        *image = w.result;
    }
    if (rc != 0)
        free(w.result.data);
    release(&w);
    return rc;
}
