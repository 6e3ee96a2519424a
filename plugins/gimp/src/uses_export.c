/* An export that has the answer in it. See uses.h. */
#include "chooser.h"
#include "host.h"
#include "i18n.h"
#include "uses_metadata.h"

#include <string.h>

/* Time for a window to be drawn before a call into GIMP that can take seconds. */
#define DRAW_MS 40

/* Endings that have a format in which texts are kept. */
static const char *const endings[] = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", NULL};

static bool has_known_ending(const char *path)
{
    char *folded = g_ascii_strdown(path, -1);
    bool known = false;

    for (int i = 0; endings[i]; i++)
        known = known || g_str_has_suffix(folded, endings[i]);
    g_free(folded);
    return known;
}

static char *proposed_name(int image)
{
    char *path = host_image_path(image);
    char *name = path ? path : host_image_name(image);

    if (has_known_ending(name))
        return name;
    char *proposed = name_with_ending(name, ".jpg");
    g_free(name);
    return proposed;
}

static int check(const struct use *use, const char *path, struct sl_error *error)
{
    if (!host_image_valid(use->image))
        return sl_error_set(error, SL_E_INVALID,
                            _("the image is no longer open in GIMP; open it again"));
    if (!has_known_ending(path))
        return sl_error_set(error, SL_E_UNSUPPORTED,
                            _("%s: choose a name that ends with .jpg, .png, .webp or .tif, which "
                              "can keep alt text"),
                            path);
    return 0;
}

static gboolean quit(void *loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

/* The dialogs before have gone, and what is announced is on the screen, before GIMP keeps the
 * plug-in waiting. */
static void let_draw(void)
{
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);

    g_timeout_add(DRAW_MS, quit, loop);
    g_main_loop_run(loop);
    g_main_loop_unref(loop);
}

static struct said export_texts(const struct use *use, const char *path,
                                const struct metadata *texts)
{
    struct sl_error error = SL_ERROR_INIT;
    int code = check(use, path, &error);

    use->announce(_("GIMP exports the image"), use->data);
    let_draw();
    if (code == 0)
        code = host_export(use->image, path, &error);
    if (code == 0)
        code = write_file_aside(path, texts, &error);
    use->announce("", use->data);
    if (code != 0)
        return said_error(&error);
    return (struct said){SL_LEVEL_OK,
                         g_strdup_printf(_("Exported as %s, with the text in it."), path)};
}

static struct said ask_and_export(const struct use *use, const char *path)
{
    struct proposal proposal = proposal_of(use);
    struct said said = {SL_LEVEL_OK, NULL};
    struct sl_error error = SL_ERROR_INIT;
    struct metadata now, chosen;

    if (check(use, path, &error) != 0)
        return said_error(&error);
    metadata_read(use->image, &now);
    char *where = g_strdup_printf(_("Exported as %s, with these texts:"), path);
    if (metadata_ask(use->parent, where, _("_Export"), &now, &proposal, &chosen))
        said = export_texts(use, path, &chosen);
    metadata_release(&chosen);
    metadata_release(&now);
    g_free(where);
    return said;
}

struct said use_export(const struct use *use)
{
    struct sl_error error = SL_ERROR_INIT;
    struct said said = {SL_LEVEL_OK, NULL};

    if (check(use, ".jpg", &error) != 0)
        return said_error(&error);
    char *proposed = proposed_name(use->image);
    char *path = choose_new_file(use->parent, _("Export with Alt Text"), proposed, _("_Export"));
    if (path)
        said = ask_and_export(use, path);
    g_free(path);
    g_free(proposed);
    return said;
}
