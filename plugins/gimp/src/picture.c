/* Reading the visible image. See picture.h. */
#include "picture.h"

#include <gegl.h>

#include "host.h"
#include "i18n.h"

/* The height of GIMP's tiles: each of them is fetched once. */
#define STRIP_ROWS 64u

#define BYTES_PER_PIXEL 4u

struct picture {
    struct host_view view;
    char *name;
    unsigned char *rgba;
    uint32_t width, height;
    uint32_t row; /* the first that has not been read */
};

void picture_warm_up(void)
{
    static bool warm;

    if (!warm)
        gegl_init(NULL, NULL);
    warm = true;
}

static struct picture *refuse(struct picture *picture)
{
    picture_free(picture);
    return NULL;
}

/* Found out before GIMP is made to copy what would be refused anyway. */
static int check_size(const struct picture *picture, struct sl_error *error)
{
    uint64_t pixels = (uint64_t)picture->width * picture->height;

    if (picture->width <= SL_IMAGE_MAX_SOURCE_SIDE && picture->height <= SL_IMAGE_MAX_SOURCE_SIDE &&
        pixels <= SL_IMAGE_MAX_SOURCE_PIXELS)
        return 0;
    return sl_error_set(error, SL_E_TOO_LARGE,
                        _("%s: %u × %u pixels is too large; the limit is %u pixels a side and %llu "
                          "megapixels, so scale a copy down"),
                        picture->name, picture->width, picture->height, SL_IMAGE_MAX_SOURCE_SIDE,
                        SL_IMAGE_MAX_SOURCE_PIXELS / 1000000);
}

struct picture *picture_open(int image, struct sl_error *error)
{
    int width, height;

    if (!host_image_valid(image)) {
        sl_error_set(
            error, SL_E_INVALID,
            _("the image is no longer open in GIMP; open it again and repeat the command"));
        return NULL;
    }
    struct picture *picture = g_new0(struct picture, 1);
    picture->name = host_image_name(image);
    host_image_size(image, &width, &height);
    picture->width = (uint32_t)width;
    picture->height = (uint32_t)height;
    if (check_size(picture, error) != 0)
        return refuse(picture);

    picture->rgba = g_try_malloc((size_t)width * height * BYTES_PER_PIXEL);
    if (!picture->rgba) {
        sl_error_set(error, SL_E_NOMEM,
                     _("%s: no memory for %d × %d pixels; close other images or scale a copy down"),
                     picture->name, width, height);
        return refuse(picture);
    }
    picture_warm_up();
    if (!host_view_open(&picture->view, image)) {
        sl_error_set(error, SL_E_IO,
                     _("%s: GIMP does not hand out what is visible of it; look at GIMP's error "
                       "console, then repeat the command"),
                     picture->name);
        return refuse(picture);
    }
    return picture;
}

bool picture_read(struct picture *picture)
{
    uint32_t rows = MIN(STRIP_ROWS, picture->height - picture->row);
    GeglRectangle strip = {0, (int)picture->row, (int)picture->width, (int)rows};
    size_t stride = (size_t)picture->width * BYTES_PER_PIXEL;

    gegl_buffer_get(picture->view.buffer, &strip, 1.0, babl_format("R'G'B'A u8"),
                    picture->rgba + picture->row * stride, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    picture->row += rows;
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
        .pixels = {.data = picture->rgba,
                   .width = picture->width,
                   .height = picture->height,
                   .stride = (size_t)picture->width * BYTES_PER_PIXEL,
                   .format = SL_PIXELS_RGBA8},
        .release = g_free,
        .release_data = g_steal_pointer(&picture->rgba),
    };
    picture_free(picture);
}

void picture_free(struct picture *picture)
{
    if (!picture)
        return;
    if (picture->view.buffer)
        host_view_close(&picture->view);
    g_free(picture->rgba);
    g_free(picture->name);
    g_free(picture);
}
