/* The pictures of a batch. See batch_find.h. */
#include "batch_find.h"

#include <string.h>

#include "host.h"
#include "i18n.h"
#include "metadata.h"

/* Endings of the files that the core reads; one that it cannot says so when it is asked about. */
static const char *const endings[] = {"jpg",  "jpeg", "png",  "webp", "gif", "bmp", "tif",
                                      "tiff", "heic", "heif", "avif", "svg", "svgz"};

static const char *ending_of(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot && dot > name ? dot + 1 : "";
}

static bool is_picture(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (g_ascii_strcasecmp(ending_of(name), endings[i]) == 0)
            return true;
    }
    return false;
}

bool batch_is_gimps(const char *name)
{
    return g_ascii_strcasecmp(ending_of(name), "xcf") == 0;
}

char *batch_sidecar(const char *path)
{
    return g_strconcat(path, ".txt", NULL);
}

static bool has_sidecar(const char *path)
{
    char *sidecar = batch_sidecar(path);
    bool there = g_file_test(sidecar, G_FILE_TEST_EXISTS);

    g_free(sidecar);
    return there;
}

static bool says_something(const struct metadata *metadata, const char *task)
{
    const char *text = strcmp(task, "alt") == 0 ? metadata->alt : metadata->description;

    return text && *text;
}

static bool has_text(const struct batch_item *item, const struct batch_wish *wish)
{
    struct metadata metadata = {0};

    if (wish->sidecars && item->path && has_sidecar(item->path))
        return true;
    if (item->image >= 0)
        metadata_read(item->image, &metadata);
    else if (batch_is_gimps(item->path) || metadata_file_read(item->path, &metadata, NULL) != 0)
        return false;
    bool says = says_something(&metadata, wish->task);
    metadata_release(&metadata);
    return says;
}

/* Takes the strings. */
static void add(const struct batch_wish *wish, GPtrArray *items, int *skipped,
                const struct batch_item *found)
{
    struct batch_item *item = g_new0(struct batch_item, 1);

    *item = *found;
    if (wish->skip && has_text(item, wish)) {
        (*skipped)++;
        g_free(item->name);
        g_free(item->path);
        g_free(item);
        return;
    }
    g_ptr_array_add(items, item);
}

static gint by_name(gconstpointer one, gconstpointer other)
{
    const struct batch_item *a = *(const struct batch_item *const *)one;
    const struct batch_item *b = *(const struct batch_item *const *)other;

    return strcmp(a->name, b->name);
}

static void find_images(const struct batch_wish *wish, GPtrArray *items, int *skipped)
{
    int count;
    int *images = host_images(&count);

    for (int i = 0; i < count; i++) {
        struct batch_item item = {
            .name = host_image_name(images[i]),
            .path = host_image_path(images[i]),
            .image = images[i],
        };

        add(wish, items, skipped, &item);
    }
    g_free(images);
}

static int find_files(const struct batch_wish *wish, GPtrArray *items, int *skipped,
                      struct sl_error *error)
{
    GError *reason = NULL;
    GDir *folder = g_dir_open(wish->folder, 0, &reason);
    const char *name;

    if (!folder) {
        sl_error_set(error, SL_E_IO, _("%s: the folder cannot be read: %s"), wish->folder,
                     reason->message);
        g_error_free(reason);
        return SL_E_IO;
    }
    while ((name = g_dir_read_name(folder))) {
        struct batch_item item = {.image = -1};

        if (!is_picture(name) && (wish->metadata || !batch_is_gimps(name)))
            continue;
        item.name = g_filename_display_name(name);
        item.path = g_build_filename(wish->folder, name, NULL);
        add(wish, items, skipped, &item);
    }
    g_dir_close(folder);
    return 0;
}

static int none(const struct batch_wish *wish, int skipped, struct sl_error *error)
{
    if (skipped > 0)
        return sl_error_set(
            error, SL_E_INVALID,
            ngettext("the only picture has a text already; take also those that have one",
                     "all %d pictures have a text already; take also those that have one",
                     (unsigned long)skipped),
            skipped);
    if (*wish->folder)
        return sl_error_set(error, SL_E_INVALID,
                            wish->metadata
                                ? _("%s: there is no picture in this folder that metadata can be "
                                    "written into; choose another folder or output")
                                : _("%s: there is no picture in this folder; choose another"),
                            wish->folder);
    return sl_error_set(error, SL_E_INVALID, "%s",
                        _("no image is open in GIMP; open some, or choose a folder"));
}

int batch_find(const struct batch_wish *wish, GPtrArray *items, int *skipped,
               struct sl_error *error)
{
    int code = 0;

    if (*wish->folder)
        code = find_files(wish, items, skipped, error);
    else
        find_images(wish, items, skipped);
    g_ptr_array_sort(items, by_name);
    return code == 0 && items->len == 0 ? none(wish, *skipped, error) : code;
}
