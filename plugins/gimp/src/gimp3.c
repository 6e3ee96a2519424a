/* GIMP 3.x: its plug-in interface, and host.h in its terms. */
#include <gexiv2/gexiv2.h>
#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>
#include <string.h>

#include "command.h"
#include "host.h"
#include "i18n.h"

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

static GimpValueArray *run(GimpProcedure *procedure, GimpRunMode mode, GimpImage *image,
                           GimpDrawable **drawables, GimpProcedureConfig *config, gpointer data)
{
    static const enum run_mode modes[] = {
        [GIMP_RUN_INTERACTIVE] = RUN_DIALOG,
        [GIMP_RUN_NONINTERACTIVE] = RUN_SILENT,
        [GIMP_RUN_WITH_LAST_VALS] = RUN_AGAIN,
    };
    struct settings settings = {0};

    (void)drawables;
    gimp_plug_in_set_pdb_error_handler(gimp_get_plug_in(), GIMP_PDB_ERROR_HANDLER_PLUGIN);
    from_config(&settings, config);
    struct result result = command_run(data, modes[mode], gimp_image_get_id(image), &settings);
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

static GimpProcedure *create_procedure(GimpPlugIn *plug_in, const char *name)
{
    const struct command *command = command_find(name);

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
    gimp_procedure_add_string_return_value(procedure, "text", _("Text"), _("The answer"), NULL,
                                           G_PARAM_READWRITE);
    return procedure;
}

static GList *query_procedures(GimpPlugIn *plug_in)
{
    GList *names = NULL;

    (void)plug_in;
    for (size_t i = 0; i < command_count; i++)
        names = g_list_append(names, g_strdup(commands[i].procedure));
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
}

GIMP_MAIN(SIGHTLINE_TYPE)
