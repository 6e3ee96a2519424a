/* GIMP 2.10: its plug-in interface, and host.h in its terms. */
#include <gexiv2/gexiv2.h>
#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>
#include <limits.h>
#include <locale.h>
#include <string.h>

#include <sightline/sightline.h>

#include "command.h"
#include "host.h"
#include "i18n.h"
#include "picture.h"
#include "tool.h"

/* The parasite that GIMP keeps an image's comment in. */
#define COMMENT "gimp-comment"

/* Arguments every image procedure has in front of its own. */
enum { ARG_RUN_MODE, ARG_IMAGE, ARG_DRAWABLE, ARG_SETTINGS };

bool host_image_valid(int image)
{
    return gimp_image_is_valid(image);
}

char *host_image_name(int image)
{
    return gimp_image_get_name(image);
}

char *host_image_path(int image)
{
    char *(*const uris[])(gint32) = {gimp_image_get_exported_uri, gimp_image_get_imported_uri};
    char *path = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(uris) && !path; i++) {
        char *uri = uris[i](image);

        path = uri ? g_filename_from_uri(uri, NULL, NULL) : NULL;
        g_free(uri);
    }
    return path ? path : gimp_image_get_filename(image);
}

int host_open(const char *path, struct sl_error *error)
{
    int image = gimp_file_load(GIMP_RUN_NONINTERACTIVE, path, path);

    if (image < 0)
        sl_error_set(error, SL_E_IO, _("%s: GIMP cannot open it: %s"), path, gimp_get_pdb_error());
    return image;
}

void host_close(int image)
{
    if (gimp_image_is_valid(image))
        gimp_image_delete(image);
}

const char *const host_export_hint = NULL;

/* A single layer as a format takes it: JPEG knows no transparency. */
static int merge(int image, const char *path)
{
    char *folded = g_ascii_strdown(path, -1);
    bool jpeg = g_str_has_suffix(folded, ".jpg") || g_str_has_suffix(folded, ".jpeg");

    g_free(folded);
    return jpeg ? gimp_image_flatten(image)
                : gimp_image_merge_visible_layers(image, GIMP_CLIP_TO_IMAGE);
}

int host_export(int image, const char *path, struct sl_error *error)
{
    int copy = gimp_image_duplicate(image);
    int layer = merge(copy, path);
    bool saved = layer >= 0 && gimp_file_save(GIMP_RUN_NONINTERACTIVE, copy, layer, path, path);
    int code = saved ? 0
                     : sl_error_set(error, SL_E_IO, _("%s: GIMP cannot export to it: %s"), path,
                                    gimp_get_pdb_error());

    gimp_image_delete(copy);
    return code;
}

void host_image_size(int image, int *width, int *height)
{
    *width = gimp_image_width(image);
    *height = gimp_image_height(image);
}

const char host_layers_label[] = N_("Each visible layer");

int *host_images(int *count)
{
    return gimp_image_list(count);
}

int *host_layers(int image, int *count)
{
    int all, kept = 0;
    int *layers = gimp_image_get_layers(image, &all);

    for (int i = 0; i < all; i++) {
        if (gimp_item_get_visible(layers[i]))
            layers[kept++] = layers[i];
    }
    *count = kept;
    return layers;
}

int host_layer(int image)
{
    return gimp_image_get_active_layer(image);
}

bool host_layer_valid(int layer)
{
    return gimp_item_is_valid(layer);
}

char *host_layer_name(int layer)
{
    return gimp_item_get_name(layer);
}

void host_layer_size(int layer, int *width, int *height)
{
    *width = gimp_drawable_width(layer);
    *height = gimp_drawable_height(layer);
}

void host_layer_place(int layer, int *x, int *y)
{
    gimp_drawable_offsets(layer, x, y);
}

bool host_selection(int image, int *x, int *y, int *width, int *height)
{
    gboolean some;
    int right, bottom;

    if (!gimp_selection_bounds(image, &some, x, y, &right, &bottom) || !some)
        return false;
    *width = right - *x;
    *height = bottom - *y;
    return true;
}

GeglBuffer *host_selection_mask(int image)
{
    return gimp_drawable_get_buffer(gimp_image_get_selection(image));
}

/* GIMP converts to the colours of the image that a layer is made for: here plain sRGB. */
static bool show(struct host_view *view, int image)
{
    view->layer = gimp_layer_new_from_visible(image, view->hidden, "Sightline");
    if (view->layer < 0) {
        gimp_image_delete(view->hidden);
        return false;
    }
    view->buffer = gimp_drawable_get_buffer(view->layer);
    return true;
}

bool host_view_open(struct host_view *view, int image)
{
    view->hidden = gimp_image_new(1, 1, GIMP_RGB);
    return show(view, image);
}

/* The hidden image shows the layer alone, as it is with its mask, and nothing shines through. */
bool host_view_open_layer(struct host_view *view, int layer)
{
    view->hidden =
        gimp_image_new(gimp_drawable_width(layer), gimp_drawable_height(layer), GIMP_RGB);
    int copy = gimp_layer_new_from_drawable(layer, view->hidden);

    if (copy < 0 || !gimp_image_insert_layer(view->hidden, copy, -1, 0)) {
        gimp_image_delete(view->hidden);
        return false;
    }
    gimp_layer_set_offsets(copy, 0, 0);
    gimp_layer_set_opacity(copy, 100);
    gimp_layer_set_mode(copy, GIMP_LAYER_MODE_NORMAL);
    gimp_item_set_visible(copy, TRUE);
    return show(view, view->hidden);
}

void host_view_close(struct host_view *view)
{
    g_object_unref(view->buffer);
    gimp_item_delete(view->layer);
    gimp_image_delete(view->hidden);
}

GExiv2Metadata *host_metadata(int image)
{
    GimpMetadata *tags = gimp_image_get_metadata(image);

    return GEXIV2_METADATA(tags ? tags : gimp_metadata_new());
}

bool host_set_metadata(int image, GExiv2Metadata *tags)
{
    return gimp_image_set_metadata(image, GIMP_METADATA(tags));
}

char *host_comment(int image)
{
    GimpParasite *parasite = gimp_image_get_parasite(image, COMMENT);

    if (!parasite)
        return NULL;
    char *comment =
        g_strndup(gimp_parasite_data(parasite), (gsize)gimp_parasite_data_size(parasite));
    gimp_parasite_free(parasite);
    if (!*comment)
        g_clear_pointer(&comment, g_free);
    return comment;
}

bool host_set_comment(int image, const char *comment)
{
    GimpParasite *parasite =
        gimp_parasite_new(COMMENT, GIMP_PARASITE_PERSISTENT | GIMP_PARASITE_UNDOABLE,
                          (guint32)strlen(comment) + 1, comment);
    bool set = gimp_image_attach_parasite(image, parasite);

    gimp_parasite_free(parasite);
    return set;
}

void host_undo_begin(int image)
{
    gimp_image_undo_group_start(image);
}

void host_undo_end(int image)
{
    gimp_image_undo_group_end(image);
    gimp_displays_flush();
}

bool host_has_fonts(void)
{
    int count = 0;
    char **fonts = gimp_fonts_get_list("", &count);

    g_strfreev(fonts);
    return count > 0;
}

bool host_text_size(const char *text, double size, int *width, int *height)
{
    char *font = gimp_context_get_font();
    int ascent, descent;
    bool measured = font && gimp_text_get_extents_fontname(text, size, GIMP_PIXELS, font, width,
                                                           height, &ascent, &descent);

    g_free(font);
    return measured;
}

/* A layer has no colour before it is in the image. */
int host_text_add(int image, int group, const struct host_text *text)
{
    char *font = gimp_context_get_font();
    GimpRGB colour = {text->grey, text->grey, text->grey, 1};
    int layer = gimp_text_layer_new(image, text->text, font, text->size, GIMP_UNIT_PIXEL);

    g_free(font);
    if (layer < 0 || !gimp_image_insert_layer(image, layer, group < 0 ? 0 : group, 0))
        return -1;
    gimp_text_layer_set_color(layer, &colour);
    if (text->width > 0)
        gimp_text_layer_resize(layer, text->width, text->height);
    gimp_layer_set_offsets(layer, text->x, text->y);
    return layer;
}

int host_group_add(int image, const char *name)
{
    int group = gimp_layer_group_new(image);

    if (group < 0 || !gimp_image_insert_layer(image, group, 0, 0))
        return -1;
    gimp_item_set_name(group, name);
    return group;
}

void host_layer_remove(int image, int layer)
{
    gimp_image_remove_layer(image, layer);
}

double host_lightness(int image, double x, double y, double radius)
{
    GimpRGB colour;
    int layer = gimp_image_get_active_layer(image);

    if (layer < 0 || !gimp_image_pick_color(image, layer, x, y, TRUE, TRUE, radius, &colour))
        return 1;
    return gimp_rgb_luminance(&colour) * colour.a + 1 - colour.a;
}

void host_ui_init(void)
{
    gimp_ui_init("sightline", FALSE);
}

void host_show(const char *text)
{
    if (gimp_default_display() > 0)
        gimp_message(text);
}

/* Settings live in gimprc, as "sightline-describe-image-detail", so that they outlast the session.
 */
static char *remembered_name(const struct command *command, int setting)
{
    return g_strdup_printf("%s-%s", command->procedure + strlen("plug-in-"),
                           setting_info(command, setting)->name);
}

static void recall(const struct command *command, struct settings *settings)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        char *name = remembered_name(command, i);
        char *value = gimp_gimprc_query(name);

        settings_set(settings, i, value);
        g_free(value);
        g_free(name);
    }
}

static void remember(const struct command *command, const struct settings *settings)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        char *name = remembered_name(command, i);

        gimp_gimprc_set(name, settings->value[i]);
        g_free(name);
    }
}

/* Callers from C may leave arguments out at the end. */
static void from_arguments(const struct command *command, struct settings *settings, int count,
                           const GimpParam *arguments)
{
    int at = ARG_SETTINGS;

    for (int i = 0; i < SETTING_COUNT; i++) {
        bool given = command_takes(command, i) && at < count;

        settings_set(settings, i, given ? arguments[at].data.d_string : NULL);
        at += command_takes(command, i);
    }
}

static int add_arguments(const struct command *command, GimpParamDef *arguments)
{
    int count = ARG_SETTINGS;

    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info(command, i);

        if (command_takes(command, i))
            arguments[count++] =
                (GimpParamDef){GIMP_PDB_STRING, (char *)info->name, (char *)info->blurb};
    }
    return count;
}

static void install(const struct command *command)
{
    GimpParamDef arguments[ARG_SETTINGS + SETTING_COUNT] = {
        [ARG_RUN_MODE] = {GIMP_PDB_INT32, "run-mode",
                          "The run mode { RUN-INTERACTIVE (0), RUN-NONINTERACTIVE (1), "
                          "RUN-WITH-LAST-VALS (2) }"},
        [ARG_IMAGE] = {GIMP_PDB_IMAGE, "image", "The image"},
        [ARG_DRAWABLE] = {GIMP_PDB_DRAWABLE, "drawable", "Any layer of it; unused"},
    };
    static const GimpParamDef results[] = {{GIMP_PDB_STRING, "text", "The answer"}};
    int count = add_arguments(command, arguments);
    char *help = command_help(command);

    gimp_install_procedure(command->procedure, command->blurb, help, COMMAND_AUTHORS,
                           COMMAND_AUTHORS, COMMAND_DATE, command->label, "*", GIMP_PLUGIN, count,
                           G_N_ELEMENTS(results), arguments, results);
    g_free(help);
    if (command->label)
        gimp_plugin_menu_register(command->procedure, COMMAND_MENU);
}

static void install_tool(const struct tool *tool)
{
    GimpParamDef arguments[1 + TOOL_MAX_ARGUMENTS] = {
        {GIMP_PDB_INT32, "run-mode",
         "The run mode { RUN-INTERACTIVE (0), RUN-NONINTERACTIVE (1) }"},
    };
    const GimpParamDef results[] = {{GIMP_PDB_STRING, "text", (char *)tool->result}};
    int count = tool_argument_count(tool);

    for (int i = 0; i < count; i++)
        arguments[1 + i] = (GimpParamDef){GIMP_PDB_STRING, (char *)tool->arguments[i].name,
                                          (char *)tool->arguments[i].blurb};
    gimp_install_procedure(tool->procedure, tool->blurb, tool->help, COMMAND_AUTHORS,
                           COMMAND_AUTHORS, COMMAND_DATE, tool->label, "", GIMP_PLUGIN, 1 + count,
                           G_N_ELEMENTS(results), arguments, results);
    gimp_plugin_menu_register(tool->procedure, COMMAND_MENU);
}

/* A folder beside the program. */
static char *own_folder(const char *name)
{
    char *folder = g_path_get_dirname(gimp_get_progname());
    char *path = g_build_filename(folder, name, NULL);

    g_free(folder);
    return path;
}

/* Numbers stay as they are everywhere, since they go into what is sent too. */
static void speak(void)
{
    char *folder = own_folder(LOCALE_FOLDER);

    setlocale(LC_CTYPE, "");
    setlocale(LC_MESSAGES, "");
    setlocale(LC_COLLATE, "");
    bindtextdomain(TEXT_DOMAIN, folder);
    bind_textdomain_codeset(TEXT_DOMAIN, "UTF-8");
    textdomain(TEXT_DOMAIN);
    i18n_init();
    g_free(folder);
}

/* What is registered stays English: GIMP itself translates it where it shows it. */
static void query(void)
{
    char *languages = own_folder(LOCALE_FOLDER), *pages = own_folder(HELP_FOLDER);
    char *uri = g_filename_to_uri(pages, NULL, NULL);

    gimp_plugin_domain_register(TEXT_DOMAIN, languages);
    gimp_plugin_help_register(HELP_DOMAIN, uri);
    g_free(uri);
    g_free(pages);
    g_free(languages);
    for (size_t i = 0; i < command_count; i++)
        install(&commands[i]);
    for (int i = 0; tools[i]; i++)
        install_tool(tools[i]);
}

static struct result call(const struct command *command, enum run_mode mode, int count,
                          const GimpParam *arguments)
{
    struct settings settings = {0};

    if (mode == RUN_SILENT)
        from_arguments(command, &settings, count, arguments);
    else
        recall(command, &settings);
    struct result result = command_run(command, mode, arguments[ARG_IMAGE].data.d_image, &settings);
    if (mode == RUN_DIALOG && result.outcome == OUTCOME_DONE)
        remember(command, &settings);
    settings_release(&settings);
    return result;
}

static char *tool_setting(const struct tool *tool, int argument)
{
    return g_strdup_printf("%s-%s", tool->procedure + strlen("plug-in-"),
                           tool->arguments[argument].name);
}

/* A value that is not given, or was never remembered, is the fallback. */
static char *tool_value(const struct tool *tool, int argument, enum run_mode mode, int count,
                        const GimpParam *arguments)
{
    char *name = tool_setting(tool, argument);
    char *value = NULL;

    if (mode != RUN_SILENT)
        value = gimp_gimprc_query(name);
    else if (1 + argument < count)
        value = g_strdup(arguments[1 + argument].data.d_string);
    g_free(name);
    return value ? value : g_strdup(tool->arguments[argument].fallback);
}

static void remember_tool(const struct tool *tool, char **values)
{
    for (int i = 0; values[i]; i++) {
        char *name = tool_setting(tool, i);

        gimp_gimprc_set(name, values[i]);
        g_free(name);
    }
}

static struct result call_tool(const struct tool *tool, enum run_mode mode, int count,
                               const GimpParam *arguments)
{
    char *values[TOOL_MAX_ARGUMENTS + 1] = {NULL};

    for (int i = 0; i < tool_argument_count(tool); i++)
        values[i] = tool_value(tool, i, mode, count, arguments);
    struct result result = tool->run(tool, mode, values);
    if (mode == RUN_DIALOG && result.outcome == OUTCOME_DONE && tool->remembers)
        remember_tool(tool, values);
    for (int i = 0; values[i]; i++)
        g_free(values[i]);
    return result;
}

static void run(const char *name, int count, const GimpParam *arguments, int *result_count,
                GimpParam **results)
{
    static const enum run_mode modes[] = {
        [GIMP_RUN_INTERACTIVE] = RUN_DIALOG,
        [GIMP_RUN_NONINTERACTIVE] = RUN_SILENT,
        [GIMP_RUN_WITH_LAST_VALS] = RUN_AGAIN,
    };
    static const GimpPDBStatusType statuses[] = {
        [OUTCOME_DONE] = GIMP_PDB_SUCCESS,
        [OUTCOME_CANCELLED] = GIMP_PDB_CANCEL,
        [OUTCOME_MISUSED] = GIMP_PDB_CALLING_ERROR,
        [OUTCOME_FAILED] = GIMP_PDB_EXECUTION_ERROR,
    };
    static GimpParam values[2];
    const struct command *command = command_find(name);
    const struct tool *tool = tool_find(name);
    unsigned mode = count > (tool ? ARG_RUN_MODE : ARG_IMAGE)
                        ? (unsigned)arguments[ARG_RUN_MODE].data.d_int32
                        : UINT_MAX;

    *results = values;
    *result_count = 1;
    values[0] = (GimpParam){.type = GIMP_PDB_STATUS, .data.d_status = GIMP_PDB_CALLING_ERROR};
    if ((!command && !tool) || mode >= G_N_ELEMENTS(modes))
        return;

    speak();
    sl_forbid_core_files();
    picture_leave_operations_out();
    gimp_plugin_enable_precision();
    gimp_plugin_set_pdb_error_handler(GIMP_PDB_ERROR_HANDLER_PLUGIN);
    struct result result = tool ? call_tool(tool, modes[mode], count, arguments)
                                : call(command, modes[mode], count, arguments);
    values[0].data.d_status = statuses[result.outcome];
    values[1] = (GimpParam){.type = GIMP_PDB_STRING, .data.d_string = result.text};
    *result_count = result.text ? 2 : 1;
}

const GimpPlugInInfo PLUG_IN_INFO = {NULL, NULL, query, run};

MAIN()
