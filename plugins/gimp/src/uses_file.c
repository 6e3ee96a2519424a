/* An answer into a text file. See uses.h. */
#include "chooser.h"
#include "host.h"
#include "i18n.h"
#include "uses.h"

static const char *ending_of(enum sl_output output)
{
    switch (output) {
    case SL_OUTPUT_JSON:
        return ".json";
    case SL_OUTPUT_CSV:
        return ".csv";
    default:
        return ".txt";
    }
}

static char *proposed_name(const struct use *use)
{
    char *path = host_image_valid(use->image) ? host_image_path(use->image) : NULL;
    char *name = path                           ? g_steal_pointer(&path)
                 : host_image_valid(use->image) ? host_image_name(use->image)
                                                : g_strdup("sightline");
    char *proposed = name_with_ending(name, ending_of(use->output));

    g_free(name);
    return proposed;
}

/* A file of text ends with the end of a line. */
static char *whole_lines(const char *text)
{
    return g_strconcat(text, g_str_has_suffix(text, "\n") ? "" : "\n", NULL);
}

struct said use_save(const struct use *use)
{
    char *proposed = proposed_name(use);
    char *path = choose_new_file(use->parent, _("Save the Answer"), proposed, _("_Save"));
    struct said said = {SL_LEVEL_OK, NULL};
    GError *error = NULL;

    g_free(proposed);
    if (!path)
        return said;
    char *text = whole_lines(use->text);
    if (g_file_set_contents(path, text, -1, &error))
        said.sentence = g_strdup_printf(_("Saved as %s"), path);
    else
        said = (struct said){SL_LEVEL_ERROR,
                             g_strdup_printf(_("%s; choose another folder"), error->message)};
    g_clear_error(&error);
    g_free(text);
    g_free(path);
    return said;
}
