/* What is wished of a batch. See batch_form.h. */
#include "batch_form.h"

#include <string.h>

#include "batch_write.h"
#include "i18n.h"

static const struct choice sources[] = {
    {"images", N_("All open images")},
    {"folder", N_("A folder")},
    {NULL, NULL},
};

struct batch_form {
    struct rows rows;
    GtkWidget *source, *folder, *task, *instruction, *detail, *language, *skip, *output, *file;
    GtkWidget *folder_row, *file_row;
};

static bool is_one_file(const struct batch_form *form)
{
    enum batch_output output = batch_output_of(rows_combo_value(form->output, batch_outputs));

    return output == BATCH_CSV || output == BATCH_JSON;
}

static bool is_folder(const struct batch_form *form)
{
    return strcmp(rows_combo_value(form->source, sources), "folder") == 0;
}

static void fit(struct batch_form *form)
{
    gtk_widget_set_visible(form->folder_row, is_folder(form));
    gtk_widget_set_visible(form->file_row, is_one_file(form));
}

static void on_changed(GtkComboBox *combo, struct batch_form *form)
{
    (void)combo;
    fit(form);
}

static GtkWidget *folder_button(const char *path)
{
    GtkWidget *button = gtk_file_chooser_button_new(_("The folder with the pictures"),
                                                    GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);

    if (*path)
        gtk_file_chooser_set_filename(GTK_FILE_CHOOSER(button), path);
    return button;
}

static GtkWidget *stay_hidden(GtkWidget *row)
{
    gtk_widget_show_all(row);
    gtk_widget_set_no_show_all(row, TRUE);
    return row;
}

static void make_widgets(struct batch_form *form, char **values)
{
    form->source = rows_combo(sources, *values[BATCH_FOLDER] ? "folder" : "images");
    form->folder = folder_button(values[BATCH_FOLDER]);
    form->task = rows_combo(batch_tasks, values[BATCH_TASK]);
    form->instruction = rows_entry(values[BATCH_INSTRUCTION]);
    form->detail = rows_combo(batch_details, values[BATCH_DETAIL]);
    form->language = rows_entry(values[BATCH_LANGUAGE]);
    form->skip = gtk_check_button_new_with_mnemonic(_("S_kip pictures that have one"));
    form->output = rows_combo(batch_outputs, values[BATCH_OUTPUT]);
    form->file = rows_entry(values[BATCH_FILE]);
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(form->skip),
                                 strcmp(values[BATCH_SKIP], BATCH_NO) != 0);
}

static void pack(struct batch_form *form)
{
    struct rows *rows = &form->rows;

    rows_add(rows, _("Pict_ures:"), _("Which pictures are described"), form->source);
    form->folder_row =
        stay_hidden(rows_add(rows, _("Fol_der:"), _("The folder with the pictures"), form->folder));
    rows_add(rows, _("_Texts:"), _("What is written"), form->task);
    rows_add(rows, _("_Instruction:"),
             _("What to look at or how to write, in your own words; may be empty"),
             form->instruction);
    rows_add(rows, _("D_etail:"), _("How closely the model looks"), form->detail);
    rows_add(rows, _("_Language:"), _("Language of the texts, such as French; empty as configured"),
             form->language);
    rows_add_below(rows, form->skip);
    rows_add(rows, _("_Output:"), _("Where the texts go"), form->output);
    form->file_row =
        stay_hidden(rows_add(rows, _("_File:"), _("The path of the file"), form->file));
}

struct batch_form *batch_form_new(char **values)
{
    struct batch_form *form = g_new0(struct batch_form, 1);

    rows_init(&form->rows);
    make_widgets(form, values);
    pack(form);
    fit(form);
    g_signal_connect(form->source, "changed", G_CALLBACK(on_changed), form);
    g_signal_connect(form->output, "changed", G_CALLBACK(on_changed), form);
    return form;
}

void batch_form_free(struct batch_form *form)
{
    rows_release(&form->rows);
    g_free(form);
}

GtkWidget *batch_form_widget(const struct batch_form *form)
{
    return form->rows.column;
}

static void put(char **value, const char *text)
{
    char *copy = g_strdup(text ? text : "");

    g_free(*value);
    *value = copy;
}

static void read_folder(const struct batch_form *form, char **values)
{
    char *folder =
        is_folder(form) ? gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(form->folder)) : NULL;

    put(&values[BATCH_FOLDER], folder);
    g_free(folder);
}

int batch_form_read(const struct batch_form *form, char **values, struct sl_error *error)
{
    bool skip = gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(form->skip));

    read_folder(form, values);
    put(&values[BATCH_TASK], rows_combo_value(form->task, batch_tasks));
    put(&values[BATCH_OUTPUT], rows_combo_value(form->output, batch_outputs));
    put(&values[BATCH_FILE], gtk_entry_get_text(GTK_ENTRY(form->file)));
    put(&values[BATCH_SKIP], skip ? BATCH_YES : BATCH_NO);
    put(&values[BATCH_INSTRUCTION], gtk_entry_get_text(GTK_ENTRY(form->instruction)));
    put(&values[BATCH_DETAIL], rows_combo_value(form->detail, batch_details));
    put(&values[BATCH_LANGUAGE], gtk_entry_get_text(GTK_ENTRY(form->language)));
    if (is_folder(form) && !*values[BATCH_FOLDER])
        return sl_error_set(error, SL_E_INVALID, "%s",
                            _("no folder is chosen; choose the one with the pictures"));
    return 0;
}

void batch_form_allow(struct batch_form *form, bool allowed)
{
    GtkWidget *const widgets[] = {form->source, form->folder,   form->task, form->instruction,
                                  form->detail, form->language, form->skip};

    for (size_t i = 0; i < G_N_ELEMENTS(widgets); i++)
        gtk_widget_set_sensitive(widgets[i], allowed);
}
