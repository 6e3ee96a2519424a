/* Reading a picture. See picture.h. */
#include "picture.h"

#include <gegl.h>

#include "host.h"
#include "i18n.h"

/* The height of GIMP's tiles, each of which is fetched once. */
#define TILE_ROWS 64u

/* The first strip; how long the others may take, and how high they may become. */
#define FIRST_PIXELS (1u << 19)
#define STRIP_US 20000
#define MAX_ROWS (8 * TILE_ROWS)

/* What the pixel library may keep of the tiles, each of which is read once: a row of them, also
 * where a picture is wide and deep. All that is kept has to be freed at once in the end. */
#define KEPT_BYTES (32u << 20)

#define BYTES_PER_PIXEL 4u
#define ALPHA 3u
#define FORMAT "R'G'B'A u8"
#define MASK_FORMAT "Y u8"

struct picture {
    struct host_view view;
    struct _GeglBuffer *mask; /* or NULL */
    uint32_t x, y;            /* where the part begins */
    char *name;
    unsigned char *rgba;
    unsigned char *mask_strip;
    uint32_t width, height;
    uint32_t row;  /* the first that has not been read */
    uint32_t rows; /* of the next strip */
};

void picture_leave_operations_out(void)
{
    g_setenv("GEGL_PATH", "/nonexistent", TRUE);
}

void picture_warm_up(void)
{
    static gsize warm;

    if (!g_once_init_enter(&warm))
        return;
    gegl_init(NULL, NULL);
    g_object_set(gegl_config(), "tile-cache-size", (guint64)KEPT_BYTES, NULL);
    g_once_init_leave(&warm, 1);
}

static struct picture *new_picture(const struct shot *shot)
{
    struct picture *picture = g_new0(struct picture, 1);

    picture->x = shot->x;
    picture->y = shot->y;
    picture->width = shot->width;
    picture->height = shot->height;
    picture->rows = CLAMP(FIRST_PIXELS / shot->width, 1, TILE_ROWS);
    picture->name = g_strdup(shot->name);
    picture->rgba = g_try_malloc((size_t)shot->width * shot->height * BYTES_PER_PIXEL);
    return picture;
}

static bool open_view(struct picture *picture, const struct shot *shot)
{
    bool open = shot->layer < 0 ? host_view_open(&picture->view, shot->image)
                                : host_view_open_layer(&picture->view, shot->layer);

    if (open && shot->masked)
        picture->mask = host_selection_mask(shot->image);
    return open;
}

static bool is_there(const struct shot *shot)
{
    return host_image_valid(shot->image) && (shot->layer < 0 || host_layer_valid(shot->layer));
}

struct picture *picture_open(const struct shot *shot, struct sl_error *error)
{
    struct picture *picture = NULL;

    if (!is_there(shot))
        sl_error_set(error, SL_E_INVALID,
                     _("%s is no longer open in GIMP; open it again and repeat the command"),
                     shot->name);
    else if (!(picture = new_picture(shot))->rgba)
        sl_error_set(error, SL_E_NOMEM,
                     _("%s: no memory for %u × %u pixels; close other images or scale a copy down"),
                     shot->name, shot->width, shot->height);
    else if (!open_view(picture, shot))
        sl_error_set(error, SL_E_IO,
                     _("%s: GIMP does not hand out what is visible of it; look at GIMP's error "
                       "console, then repeat the command"),
                     shot->name);
    else
        return picture;
    picture_free(picture);
    return NULL;
}

static void find_conversion(struct _GeglBuffer *from, const char *to)
{
    babl_fish(gegl_buffer_get_format(from), babl_format(to));
}

void picture_tune(struct picture *picture)
{
    find_conversion(picture->view.buffer, FORMAT);
    if (picture->mask)
        find_conversion(picture->mask, MASK_FORMAT);
}

/* What is not selected becomes transparent, and with that white. */
static void apply_mask(struct picture *picture, const GeglRectangle *strip, unsigned char *rgba)
{
    size_t pixels = (size_t)strip->width * (size_t)strip->height;

    picture->mask_strip = g_realloc(picture->mask_strip, pixels);
    gegl_buffer_get(picture->mask, strip, 1.0, babl_format(MASK_FORMAT), picture->mask_strip,
                    GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    for (size_t i = 0; i < pixels; i++) {
        unsigned char *alpha = &rgba[i * BYTES_PER_PIXEL + ALPHA];

        *alpha = (unsigned char)(*alpha * picture->mask_strip[i] / 255);
    }
}

static void read_strip(struct picture *picture, uint32_t rows)
{
    GeglRectangle strip = {(int)picture->x, (int)(picture->y + picture->row), (int)picture->width,
                           (int)rows};
    unsigned char *rgba = picture->rgba + (size_t)picture->row * picture->width * BYTES_PER_PIXEL;

    gegl_buffer_get(picture->view.buffer, &strip, 1.0, babl_format(FORMAT), rgba,
                    GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    if (picture->mask)
        apply_mask(picture, &strip, rgba);
    picture->row += rows;
}

/* Whole tiles where that is possible, and growing slowly: the next one may be another matter. */
static uint32_t rows_after(uint32_t rows, gint64 took)
{
    uint64_t fit = (uint64_t)rows * STRIP_US / (uint64_t)MAX(took, 1);

    fit = MIN(fit, 2 * (uint64_t)rows);
    if (fit >= TILE_ROWS)
        fit -= fit % TILE_ROWS;
    return (uint32_t)CLAMP(fit, 1, MAX_ROWS);
}

bool picture_read(struct picture *picture)
{
    uint32_t rows = MIN(picture->rows, picture->height - picture->row);
    gint64 start = g_get_monotonic_time();

    read_strip(picture, rows);
    picture->rows = rows_after(rows, g_get_monotonic_time() - start);
    return picture->row < picture->height;
}

double picture_fraction(const struct picture *picture)
{
    return (double)picture->row / picture->height;
}

void picture_take(struct picture *picture, struct sl_media *media)
{
    *media = (struct sl_media){
        .kind = SL_MEDIA_PIXELS,
        .name = g_steal_pointer(&picture->name),
        .pixels = {.data = g_steal_pointer(&picture->rgba),
                   .width = picture->width,
                   .height = picture->height,
                   .stride = (size_t)picture->width * BYTES_PER_PIXEL,
                   .format = SL_PIXELS_RGBA8},
    };
    picture_free(picture);
}

void picture_free(struct picture *picture)
{
    if (!picture)
        return;
    if (picture->view.buffer)
        host_view_close(&picture->view);
    g_clear_object(&picture->mask);
    g_free(picture->mask_strip);
    g_free(picture->rgba);
    g_free(picture->name);
    g_free(picture);
}
