/* GIMP 3.x: its plug-in interface, and host.h in its terms. */
#include <gexiv2/gexiv2.h>
#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>
#include <string.h>

#include <sightline/sightline.h>

#include "command.h"
#include "host.h"
#include "i18n.h"
#include "picture.h"
#include "tool.h"

/* The parasite that GIMP keeps an image's comment in. */
#define COMMENT "gimp-comment"

static GimpImage *opened(int image)
{
    return gimp_image_get_by_id(image);
}

bool host_image_valid(int image)
{
    return gimp_image_id_is_valid(image);
}

char *host_image_name(int image)
{
    GFile *file = gimp_image_get_file(opened(image));
    if (!file)
        file = gimp_image_get_imported_file(opened(image));
    char *name = file ? g_file_get_basename(file) : gimp_image_get_name(opened(image));

    g_clear_object(&file);
    return name;
}

char *host_image_path(int image)
{
    GFile *(*const files[])(GimpImage *) = {gimp_image_get_exported_file,
                                            gimp_image_get_imported_file, gimp_image_get_file};
    GFile *file = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(files) && !file; i++)
        file = files[i](opened(image));
    char *path = file ? g_file_get_path(file) : NULL;

    g_clear_object(&file);
    return path;
}

int host_open(const char *path, struct sl_error *error)
{
    GFile *file = g_file_new_for_path(path);
    GimpImage *image = gimp_file_load(GIMP_RUN_NONINTERACTIVE, file);

    g_object_unref(file);
    if (image)
        return gimp_image_get_id(image);
    sl_error_set(error, SL_E_IO, _("%s: GIMP cannot open it: %s"), path,
                 gimp_pdb_get_last_error(gimp_get_pdb()));
    return -1;
}

void host_close(int image)
{
    if (host_image_valid(image))
        gimp_image_delete(opened(image));
}

const char *const host_export_hint =
    N_("GIMP leaves metadata out of an export unless Save XMP is ticked there; Export with Alt "
       "Text has it in any case.");

/* Whatever of this an exporter knows. GIMP 3.0 has it turned off by itself. */
static void include_metadata(GimpProcedureConfig *config)
{
    static const char *const switches[] = {"include-exif", "include-iptc", "include-xmp",
                                           "include-color-profile", "include-comment"};
    GObjectClass *class = G_OBJECT_GET_CLASS(config);

    for (size_t i = 0; i < G_N_ELEMENTS(switches); i++) {
        if (g_object_class_find_property(class, switches[i]))
            g_object_set(config, switches[i], TRUE, NULL);
    }
}

static GimpProcedure *exporter_for(const char *path)
{
    static const struct {
        const char *ending, *procedure;
    } exporters[] = {
        {".jpg", "file-jpeg-export"},  {".jpeg", "file-jpeg-export"}, {".png", "file-png-export"},
        {".webp", "file-webp-export"}, {".tif", "file-tiff-export"},  {".tiff", "file-tiff-export"},
    };
    char *folded = g_ascii_strdown(path, -1);
    GimpProcedure *procedure = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(exporters) && !procedure; i++) {
        if (g_str_has_suffix(folded, exporters[i].ending))
            procedure = gimp_pdb_lookup_procedure(gimp_get_pdb(), exporters[i].procedure);
    }
    g_free(folded);
    return procedure;
}

static bool export_with(GimpProcedure *procedure, GimpImage *image, const char *path)
{
    GimpProcedureConfig *config = gimp_procedure_create_config(procedure);
    GFile *file = g_file_new_for_path(path);

    g_object_set(config, "run-mode", GIMP_RUN_NONINTERACTIVE, "image", image, "file", file, NULL);
    include_metadata(config);
    GimpValueArray *values = gimp_procedure_run_config(procedure, config);
    bool saved = GIMP_VALUES_GET_ENUM(values, 0) == GIMP_PDB_SUCCESS;
    gimp_value_array_unref(values);
    g_object_unref(file);
    g_object_unref(config);
    return saved;
}

int host_export(int image, const char *path, struct sl_error *error)
{
    GimpProcedure *procedure = exporter_for(path);
    GimpImage *copy = gimp_image_duplicate(opened(image));
    bool saved = procedure && export_with(procedure, copy, path);
    int code = saved ? 0
                     : sl_error_set(error, SL_E_IO, _("%s: GIMP cannot export to it: %s"), path,
                                    gimp_pdb_get_last_error(gimp_get_pdb()));

    gimp_image_delete(copy);
    return code;
}

void host_image_size(int image, int *width, int *height)
{
    *width = gimp_image_get_width(opened(image));
    *height = gimp_image_get_height(opened(image));
}

const char host_layers_label[] = N_("Each selected layer");

int *host_images(int *count)
{
    GimpImage **images = gimp_get_images();
    int *numbers;

    for (*count = 0; images[*count];)
        ++*count;
    numbers = g_new(int, *count);
    for (int i = 0; i < *count; i++)
        numbers[i] = gimp_image_get_id(images[i]);
    g_free(images);
    return numbers;
}

int *host_layers(int image, int *count)
{
    GimpLayer **layers = gimp_image_get_selected_layers(opened(image));
    int *numbers;

    for (*count = 0; layers[*count];)
        ++*count;
    numbers = g_new(int, *count);
    for (int i = 0; i < *count; i++)
        numbers[i] = gimp_item_get_id(GIMP_ITEM(layers[i]));
    g_free(layers);
    return numbers;
}

int host_layer(int image)
{
    int count;
    int *layers = host_layers(image, &count);
    int first = count > 0 ? layers[0] : -1;

    g_free(layers);
    return first;
}

bool host_layer_valid(int layer)
{
    return gimp_item_id_is_layer(layer);
}

static GimpDrawable *layer_of(int layer)
{
    return GIMP_DRAWABLE(gimp_item_get_by_id(layer));
}

char *host_layer_name(int layer)
{
    return gimp_item_get_name(gimp_item_get_by_id(layer));
}

void host_layer_size(int layer, int *width, int *height)
{
    *width = gimp_drawable_get_width(layer_of(layer));
    *height = gimp_drawable_get_height(layer_of(layer));
}

void host_layer_place(int layer, int *x, int *y)
{
    gimp_drawable_get_offsets(layer_of(layer), x, y);
}

bool host_selection(int image, int *x, int *y, int *width, int *height)
{
    gboolean some;
    int right, bottom;

    if (!gimp_selection_bounds(opened(image), &some, x, y, &right, &bottom) || !some)
        return false;
    *width = right - *x;
    *height = bottom - *y;
    return true;
}

GeglBuffer *host_selection_mask(int image)
{
    return gimp_drawable_get_buffer(GIMP_DRAWABLE(gimp_image_get_selection(opened(image))));
}

/* GIMP converts to the colours of the image that a layer is made for: here plain sRGB. */
static bool show(struct host_view *view, GimpImage *image, GimpImage *hidden)
{
    GimpLayer *layer = gimp_layer_new_from_visible(image, hidden, "Sightline");

    if (!layer) {
        gimp_image_delete(hidden);
        return false;
    }
    view->hidden = gimp_image_get_id(hidden);
    view->layer = gimp_item_get_id(GIMP_ITEM(layer));
    view->buffer = gimp_drawable_get_buffer(GIMP_DRAWABLE(layer));
    return true;
}

bool host_view_open(struct host_view *view, int image)
{
    return show(view, opened(image), gimp_image_new(1, 1, GIMP_RGB));
}

/* The hidden image shows the layer alone, as it is with its mask, and nothing shines through. */
bool host_view_open_layer(struct host_view *view, int layer)
{
    GimpImage *hidden = gimp_image_new(gimp_drawable_get_width(layer_of(layer)),
                                       gimp_drawable_get_height(layer_of(layer)), GIMP_RGB);
    GimpLayer *copy = gimp_layer_new_from_drawable(layer_of(layer), hidden);

    if (!copy || !gimp_image_insert_layer(hidden, copy, NULL, 0)) {
        gimp_image_delete(hidden);
        return false;
    }
    gimp_layer_set_offsets(copy, 0, 0);
    gimp_layer_set_opacity(copy, 100);
    gimp_layer_set_mode(copy, GIMP_LAYER_MODE_NORMAL);
    gimp_item_set_visible(GIMP_ITEM(copy), TRUE);
    return show(view, hidden, hidden);
}

void host_view_close(struct host_view *view)
{
    g_object_unref(view->buffer);
    gimp_item_delete(gimp_item_get_by_id(view->layer));
    gimp_image_delete(opened(view->hidden));
}

GExiv2Metadata *host_metadata(int image)
{
    GimpMetadata *tags = gimp_image_get_metadata(opened(image));

    return GEXIV2_METADATA(tags ? tags : gimp_metadata_new());
}

bool host_set_metadata(int image, GExiv2Metadata *tags)
{
    return gimp_image_set_metadata(opened(image), GIMP_METADATA(tags));
}

char *host_comment(int image)
{
    GimpParasite *parasite = gimp_image_get_parasite(opened(image), COMMENT);

    if (!parasite)
        return NULL;
    guint32 size;
    const char *text = gimp_parasite_get_data(parasite, &size);
    char *comment = g_strndup(text, size);
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
    bool set = gimp_image_attach_parasite(opened(image), parasite);

    gimp_parasite_free(parasite);
    return set;
}

void host_undo_begin(int image)
{
    gimp_image_undo_group_start(opened(image));
}

void host_undo_end(int image)
{
    gimp_image_undo_group_end(opened(image));
    gimp_displays_flush();
}

bool host_has_fonts(void)
{
    GimpFont **fonts = gimp_fonts_get_list("");
    bool some = fonts && fonts[0];

    g_free(fonts);
    return some;
}

bool host_text_size(const char *text, double size, int *width, int *height)
{
    GimpFont *font = gimp_context_get_font();
    int ascent, descent;

    return font && gimp_text_get_extents_font(text, size, font, width, height, &ascent, &descent);
}

static int add_layer(int image, int group, GimpLayer *layer)
{
    GimpLayer *parent = group < 0 ? NULL : gimp_layer_get_by_id(group);

    if (!layer || !gimp_image_insert_layer(opened(image), layer, parent, 0))
        return -1;
    return gimp_item_get_id(GIMP_ITEM(layer));
}

/* A layer has no colour before it is in the image. */
int host_text_add(int image, int group, const struct host_text *text)
{
    GeglColor *colour = gegl_color_new(NULL);
    GimpTextLayer *layer = gimp_text_layer_new(opened(image), text->text, gimp_context_get_font(),
                                               text->size, gimp_unit_pixel());
    int added = layer ? add_layer(image, group, GIMP_LAYER(layer)) : -1;

    if (added >= 0) {
        gegl_color_set_rgba(colour, text->grey, text->grey, text->grey, 1);
        gimp_text_layer_set_color(layer, colour);
        if (text->width > 0)
            gimp_text_layer_resize(layer, text->width, text->height);
        gimp_layer_set_offsets(GIMP_LAYER(layer), text->x, text->y);
    }
    g_object_unref(colour);
    return added;
}

int host_group_add(int image, const char *name)
{
    return add_layer(image, -1, GIMP_LAYER(gimp_group_layer_new(opened(image), name)));
}

void host_layer_remove(int image, int layer)
{
    gimp_image_remove_layer(opened(image), gimp_layer_get_by_id(layer));
}

double host_lightness(int image, double x, double y, double radius)
{
    GimpLayer **layers = gimp_image_get_layers(opened(image));
    const GimpDrawable *some[] = {layers[0] ? GIMP_DRAWABLE(layers[0]) : NULL, NULL};
    GeglColor *colour = NULL;
    double red, green, blue, alpha;
    bool picked =
        some[0] && gimp_image_pick_color(opened(image), some, x, y, TRUE, TRUE, radius, &colour);

    g_free(layers);
    if (!picked || !colour)
        return 1;
    gegl_color_get_rgba(colour, &red, &green, &blue, &alpha);
    g_object_unref(colour);
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) * alpha + 1 - alpha;
}

void host_ui_init(void)
{
    gimp_ui_init("sightline");
}

void host_show(const char *text)
{
    if (gimp_default_display())
        gimp_message(text);
}

static void from_config(struct settings *settings, GimpProcedureConfig *config)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        char *value = NULL;

        g_object_get(config, setting_info(NULL, i)->name, &value, NULL);
        settings_set(settings, i, value);
        g_free(value);
    }
}

/* GIMP remembers what stands in the config when the procedure ends well. */
static void to_config(GimpProcedureConfig *config, const struct settings *settings)
{
    for (int i = 0; i < SETTING_COUNT; i++)
        g_object_set(config, setting_info(NULL, i)->name, settings->value[i], NULL);
}

static GimpValueArray *answer(GimpProcedure *procedure, struct result *result)
{
    static const GimpPDBStatusType statuses[] = {
        [OUTCOME_DONE] = GIMP_PDB_SUCCESS,
        [OUTCOME_CANCELLED] = GIMP_PDB_CANCEL,
        [OUTCOME_MISUSED] = GIMP_PDB_CALLING_ERROR,
        [OUTCOME_FAILED] = GIMP_PDB_EXECUTION_ERROR,
    };
    GError *error = NULL;

    if (result->outcome >= OUTCOME_MISUSED)
        error = g_error_new_literal(GIMP_PLUG_IN_ERROR, 0, result->text);
    GimpValueArray *values =
        gimp_procedure_new_return_values(procedure, statuses[result->outcome], error);
    if (result->outcome == OUTCOME_DONE)
        GIMP_VALUES_SET_STRING(values, 1, result->text);
    g_free(result->text);
    return values;
}

static enum run_mode run_mode_of(GimpRunMode mode)
{
    static const enum run_mode modes[] = {
        [GIMP_RUN_INTERACTIVE] = RUN_DIALOG,
        [GIMP_RUN_NONINTERACTIVE] = RUN_SILENT,
        [GIMP_RUN_WITH_LAST_VALS] = RUN_AGAIN,
    };

    return modes[mode];
}

static GimpValueArray *run(GimpProcedure *procedure, GimpRunMode mode, GimpImage *image,
                           GimpDrawable **drawables, GimpProcedureConfig *config, gpointer data)
{
    struct settings settings = {0};

    (void)drawables;
    gimp_plug_in_set_pdb_error_handler(gimp_get_plug_in(), GIMP_PDB_ERROR_HANDLER_PLUGIN);
    from_config(&settings, config);
    struct result result =
        command_run(data, run_mode_of(mode), gimp_image_get_id(image), &settings);
    to_config(config, &settings);
    settings_release(&settings);
    return answer(procedure, &result);
}

/* What scripts do not give is remembered from the dialog all the same. */
static void add_choice(GimpProcedure *procedure, const struct setting_info *info,
                       const struct choice *choices, bool argument)
{
    GimpChoice *choice = gimp_choice_new();

    for (int i = 0; choices[i].value; i++)
        gimp_choice_add(choice, choices[i].value, i, _(choices[i].label), NULL);
    (argument ? gimp_procedure_add_choice_argument : gimp_procedure_add_choice_aux_argument)(
        procedure, info->name, _(info->label), _(info->blurb), choice, info->fallback,
        G_PARAM_READWRITE);
}

static void add_string(GimpProcedure *procedure, const struct setting_info *info, bool argument)
{
    (argument ? gimp_procedure_add_string_argument : gimp_procedure_add_string_aux_argument)(
        procedure, info->name, _(info->label), _(info->blurb), info->fallback, G_PARAM_READWRITE);
}

static void add_arguments(GimpProcedure *procedure, const struct command *command)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info(command, i);
        const struct choice *choices = setting_choices(i);

        if (choices)
            add_choice(procedure, info, choices, command_takes(command, i));
        else
            add_string(procedure, info, command_takes(command, i));
    }
}

static void add_result(GimpProcedure *procedure, const char *blurb)
{
    gimp_procedure_add_string_return_value(procedure, "text", _("Text"), blurb, NULL,
                                           G_PARAM_READWRITE);
}

static GimpValueArray *run_tool(GimpProcedure *procedure, GimpProcedureConfig *config,
                                gpointer data)
{
    const struct tool *tool = data;
    char *values[TOOL_MAX_ARGUMENTS + 1] = {NULL};
    GimpRunMode mode;

    gimp_plug_in_set_pdb_error_handler(gimp_get_plug_in(), GIMP_PDB_ERROR_HANDLER_PLUGIN);
    g_object_get(config, "run-mode", &mode, NULL);
    for (int i = 0; i < tool_argument_count(tool); i++) {
        g_object_get(config, tool->arguments[i].name, &values[i], NULL);
        values[i] = values[i] ? values[i] : g_strdup(tool->arguments[i].fallback);
    }
    struct result result = tool->run(tool, run_mode_of(mode), values);
    for (int i = 0; values[i]; i++) {
        g_object_set(config, tool->arguments[i].name, values[i], NULL);
        g_free(values[i]);
    }
    return answer(procedure, &result);
}

static GimpProcedure *create_tool(GimpPlugIn *plug_in, const struct tool *tool)
{
    GimpProcedure *procedure = gimp_procedure_new(
        plug_in, tool->procedure, GIMP_PDB_PROC_TYPE_PLUGIN, run_tool, (gpointer)tool, NULL);

    gimp_procedure_set_sensitivity_mask(procedure, GIMP_PROCEDURE_SENSITIVE_ALWAYS);
    gimp_procedure_set_menu_label(procedure, _(tool->label));
    gimp_procedure_add_menu_path(procedure, COMMAND_MENU);
    gimp_procedure_set_documentation(procedure, _(tool->blurb), _(tool->help), tool->procedure);
    gimp_procedure_set_attribution(procedure, COMMAND_AUTHORS, COMMAND_AUTHORS, COMMAND_DATE);
    gimp_procedure_add_enum_argument(procedure, "run-mode", _("Run mode"), _("The run mode"),
                                     GIMP_TYPE_RUN_MODE, GIMP_RUN_INTERACTIVE, G_PARAM_READWRITE);
    for (const struct tool_argument *at = tool->arguments; at->name; at++) {
        struct setting_info info = {at->name, at->label, at->blurb, at->fallback};

        if (at->choices)
            add_choice(procedure, &info, at->choices, true);
        else
            add_string(procedure, &info, true);
    }
    add_result(procedure, _(tool->result));
    return procedure;
}

static GimpProcedure *create_procedure(GimpPlugIn *plug_in, const char *name)
{
    const struct command *command = command_find(name);
    const struct tool *tool = tool_find(name);

    if (tool)
        return create_tool(plug_in, tool);
    if (!command)
        return NULL;
    GimpProcedure *procedure = gimp_image_procedure_new(plug_in, name, GIMP_PDB_PROC_TYPE_PLUGIN,
                                                        run, (gpointer)command, NULL);
    gimp_procedure_set_image_types(procedure, "*");
    /* What is visible is used, whatever is selected in the layers dialog. */
    gimp_procedure_set_sensitivity_mask(procedure, GIMP_PROCEDURE_SENSITIVE_DRAWABLE |
                                                       GIMP_PROCEDURE_SENSITIVE_DRAWABLES |
                                                       GIMP_PROCEDURE_SENSITIVE_NO_DRAWABLES);
    if (command->label) {
        gimp_procedure_set_menu_label(procedure, _(command->label));
        gimp_procedure_add_menu_path(procedure, COMMAND_MENU);
    }
    char *help = command_help(command);
    gimp_procedure_set_documentation(procedure, _(command->blurb), help, name);
    g_free(help);
    gimp_procedure_set_attribution(procedure, COMMAND_AUTHORS, COMMAND_AUTHORS, COMMAND_DATE);
    add_arguments(procedure, command);
    add_result(procedure, _("The answer"));
    return procedure;
}

static void tell_help(GimpPlugIn *plug_in)
{
    char *folder = g_path_get_dirname(gimp_get_progname());
    GFile *pages = g_file_new_build_filename(folder, HELP_FOLDER, NULL);

    gimp_plug_in_set_help_domain(plug_in, HELP_DOMAIN, pages);
    g_object_unref(pages);
    g_free(folder);
}

static GList *query_procedures(GimpPlugIn *plug_in)
{
    GList *names = NULL;

    tell_help(plug_in);
    for (size_t i = 0; i < command_count; i++)
        names = g_list_append(names, g_strdup(commands[i].procedure));
    for (int i = 0; tools[i]; i++)
        names = g_list_append(names, g_strdup(tools[i]->procedure));
    return names;
}

struct _Sightline {
    GimpPlugIn parent;
};

#define SIGHTLINE_TYPE (sightline_get_type())
G_DECLARE_FINAL_TYPE(Sightline, sightline, SIGHTLINE, PLUG_IN, GimpPlugIn)
G_DEFINE_FINAL_TYPE(Sightline, sightline, GIMP_TYPE_PLUG_IN)

static void sightline_class_init(SightlineClass *class)
{
    GimpPlugInClass *plug_in = GIMP_PLUG_IN_CLASS(class);

    plug_in->query_procedures = query_procedures;
    plug_in->create_procedure = create_procedure;
}

static void sightline_init(Sightline *plug_in)
{
    (void)plug_in;
    i18n_init();
    sl_forbid_core_files();
    picture_leave_operations_out();
}

GIMP_MAIN(SIGHTLINE_TYPE)
