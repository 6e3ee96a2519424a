/* From a source to the pictures that are read. See source.h. */
#include "source.h"

#include <string.h>

#include <sightline/media.h>

#include "host.h"
#include "i18n.h"

/* Appends the shots of a source. Errors as source_shots. */
typedef int (*find_fn)(GArray *shots, int image, struct sl_error *error);

static void clear_shot(void *shot)
{
    g_free(((struct shot *)shot)->name);
}

static struct shot visible_of(int image)
{
    struct shot shot = {.image = image, .layer = -1, .name = host_image_name(image)};
    int width, height;

    host_image_size(image, &width, &height);
    shot.width = (uint32_t)width;
    shot.height = (uint32_t)height;
    return shot;
}

static struct shot layer_of(int image, int layer)
{
    char *name = host_image_name(image), *layer_name = host_layer_name(layer);
    struct shot shot = {
        .image = image, .layer = layer, .name = g_strdup_printf("%s, %s", name, layer_name)};
    int width, height;

    host_layer_size(layer, &width, &height);
    shot.width = (uint32_t)width;
    shot.height = (uint32_t)height;
    g_free(name);
    g_free(layer_name);
    return shot;
}

static int find_visible(GArray *shots, int image, struct sl_error *error)
{
    struct shot shot = visible_of(image);

    (void)error;
    g_array_append_val(shots, shot);
    return 0;
}

static int find_selection(GArray *shots, int image, struct sl_error *error)
{
    struct shot shot = visible_of(image);
    int x, y, width, height;

    g_array_append_val(shots, shot);
    if (!host_selection(image, &x, &y, &width, &height))
        return sl_error_set(
            error, SL_E_INVALID,
            _("%s: nothing is selected; select a part of it, or choose another source"), shot.name);
    struct shot *part = &g_array_index(shots, struct shot, 0);
    part->x = (uint32_t)x;
    part->y = (uint32_t)y;
    part->width = (uint32_t)width;
    part->height = (uint32_t)height;
    return 0;
}

static int find_masked_selection(GArray *shots, int image, struct sl_error *error)
{
    int code = find_selection(shots, image, error);

    g_array_index(shots, struct shot, 0).masked = true;
    return code;
}

static int find_layer(GArray *shots, int image, struct sl_error *error)
{
    int layer = host_layer(image);

    if (layer < 0) {
        char *name = host_image_name(image);
        sl_error_set(error, SL_E_INVALID,
                     _("%s: no layer is chosen; choose one in the layers dialog"), name);
        g_free(name);
        return SL_E_INVALID;
    }
    struct shot shot = layer_of(image, layer);
    g_array_append_val(shots, shot);
    return 0;
}

static int find_layers(GArray *shots, int image, struct sl_error *error)
{
    int count;
    int *layers = host_layers(image, &count);

    for (int i = 0; i < count; i++) {
        struct shot shot = layer_of(image, layers[i]);
        g_array_append_val(shots, shot);
    }
    g_free(layers);
    return count > 0 ? 0 : find_layer(shots, image, error);
}

static int find_images(GArray *shots, int image, struct sl_error *error)
{
    int count;
    int *images = host_images(&count);

    (void)image;
    (void)error;
    for (int i = 0; i < count; i++) {
        struct shot shot = visible_of(images[i]);
        g_array_append_val(shots, shot);
    }
    g_free(images);
    return 0;
}

/* In the order of the choices. */
static const struct source {
    find_fn find;
    bool several;
} sources[] = {
    {find_visible, false}, {find_selection, false}, {find_masked_selection, false},
    {find_layer, false},   {find_layers, true},     {find_images, true},
};

const struct choice *source_choices(void)
{
    static struct choice choices[] = {
        {"visible", N_("The visible image")},
        {"selection", N_("The selected rectangle")},
        {"selection-only", N_("The selection, white around it")},
        {"layer", N_("The current layer")},
        {"layers", NULL},
        {"images", N_("All open images")},
        {NULL, NULL},
    };

    choices[4].label = host_layers_label;
    return choices;
}

static const struct source *find(const char *name)
{
    const struct choice *choices = source_choices();

    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
        if (strcmp(choices[i].value, name) == 0)
            return &sources[i];
    }
    return NULL;
}

bool source_is_several(const char *name)
{
    const struct source *source = find(name);

    return source && source->several;
}

/* Found out before GIMP is made to copy what would be refused anyway. */
static int check_size(const struct shot *shot, struct sl_error *error)
{
    uint64_t pixels = (uint64_t)shot->width * shot->height;

    if (shot->width <= SL_IMAGE_MAX_SOURCE_SIDE && shot->height <= SL_IMAGE_MAX_SOURCE_SIDE &&
        pixels <= SL_IMAGE_MAX_SOURCE_PIXELS)
        return 0;
    return sl_error_set(error, SL_E_TOO_LARGE,
                        _("%s: %u × %u pixels is too large; the limit is %u pixels a side and %llu "
                          "megapixels, so scale a copy down"),
                        shot->name, shot->width, shot->height, SL_IMAGE_MAX_SOURCE_SIDE,
                        SL_IMAGE_MAX_SOURCE_PIXELS / 1000000);
}

/* All of them are held in memory together. */
static int check_sizes(const GArray *shots, struct sl_error *error)
{
    uint64_t pixels = 0;

    for (guint i = 0; i < shots->len; i++) {
        const struct shot *shot = &g_array_index(shots, struct shot, i);
        int code = check_size(shot, error);

        if (code != 0)
            return code;
        pixels += (uint64_t)shot->width * shot->height;
    }
    if (pixels <= SL_IMAGE_MAX_SOURCE_PIXELS)
        return 0;
    return sl_error_set(error, SL_E_TOO_LARGE,
                        _("these %u pictures have over %llu megapixels together; choose fewer, or "
                          "scale copies down"),
                        shots->len, SL_IMAGE_MAX_SOURCE_PIXELS / 1000000);
}

GArray *source_shots(int image, const char *name, struct sl_error *error)
{
    const struct source *source = find(name);

    if (!source) {
        sl_error_set(error, SL_E_INVALID,
                     _("there is no source “%s”; give visible, selection, selection-only, layer, "
                       "layers or images"),
                     name);
        return NULL;
    }
    if (!host_image_valid(image)) {
        sl_error_set(error, SL_E_INVALID,
                     _("the image is no longer open in GIMP; open it again and repeat the "
                       "command"));
        return NULL;
    }
    GArray *shots = g_array_new(FALSE, FALSE, sizeof(struct shot));
    g_array_set_clear_func(shots, clear_shot);
    int code = source->find(shots, image, error);
    if (code == 0)
        code = check_sizes(shots, error);
    if (code != 0)
        g_clear_pointer(&shots, g_array_unref);
    return shots;
}

static struct area area_of(const struct shot *shot)
{
    struct area area = {(int)shot->x, (int)shot->y, (int)shot->width, (int)shot->height};
    int x = 0, y = 0;

    if (shot->layer >= 0)
        host_layer_place(shot->layer, &x, &y);
    area.x += x;
    area.y += y;
    return area;
}

struct area source_area(int image, const char *source)
{
    GArray *shots = source_shots(image, source, NULL);
    const struct shot *first = shots ? &g_array_index(shots, struct shot, 0) : NULL;
    struct area area = {0};

    if (first && first->image == image)
        area = area_of(first);
    else if (host_image_valid(image))
        host_image_size(image, &area.width, &area.height);
    if (shots)
        g_array_unref(shots);
    return area;
}
