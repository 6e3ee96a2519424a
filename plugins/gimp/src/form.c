/* The settings of the dialog. See form.h. */
#include "form.h"

#include <string.h>

#include "i18n.h"
#include "source.h"

struct form {
    const struct task_menu *menu;
    GtkWidget *column;
    GtkWidget *labels[SETTING_COUNT];
    GtkWidget *widgets[SETTING_COUNT]; /* combos where there are choices, else entries */
    GtkWidget *stack_row;
    GtkSizeGroup *first_labels; /* of the rows: as wide as the widest */
    GPtrArray *names;           /* of the tasks in the combo, owned */
    GPtrArray *sources;         /* in theirs: const struct choice * */
    bool quiet;                 /* what changes now is told later */
    form_changed_fn on_changed;
    void *data;
};

/* Puts a widget with its label into a row, and says so to a screen reader. */
static void pack_setting(struct form *form, GtkWidget *row, enum setting which, bool first)
{
    GtkWidget *widget = form->widgets[which];
    GtkWidget *label = gtk_label_new_with_mnemonic(_(setting_info(NULL, which)->label));

    form->labels[which] = label;
    g_object_set(label, "xalign", 0.0, NULL);
    if (first)
        gtk_size_group_add_widget(form->first_labels, label);
    gtk_label_set_mnemonic_widget(GTK_LABEL(label), widget);
    gtk_widget_set_tooltip_text(widget, _(setting_info(NULL, which)->blurb));
    gtk_box_pack_start(GTK_BOX(row), label, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(row), widget, TRUE, TRUE, 0);
}

static GtkWidget *new_entry(const char *text)
{
    GtkWidget *entry = gtk_entry_new();

    gtk_entry_set_text(GTK_ENTRY(entry), text);
    gtk_entry_set_activates_default(GTK_ENTRY(entry), TRUE);
    return entry;
}

static GtkWidget *new_combo(const struct choice *choices, const char *value)
{
    GtkWidget *combo = gtk_combo_box_text_new();
    int active = 0;

    for (int i = 0; choices[i].value; i++) {
        gtk_combo_box_text_append_text(GTK_COMBO_BOX_TEXT(combo), _(choices[i].label));
        if (strcmp(choices[i].value, value) == 0)
            active = i;
    }
    gtk_combo_box_set_active(GTK_COMBO_BOX(combo), active);
    return combo;
}

static void add_task(struct form *form, const char *name, const char *title)
{
    GtkComboBoxText *combo = GTK_COMBO_BOX_TEXT(form->widgets[SETTING_TASK]);

    g_ptr_array_add(form->names, g_strdup(name));
    gtk_combo_box_text_append_text(combo, title);
}

static int find_task(const struct form *form, const char *name)
{
    for (guint i = 0; i < form->names->len; i++) {
        if (strcmp(form->names->pdata[i], name) == 0)
            return (int)i;
    }
    return -1;
}

/* `task` is offered whatever the menu holds: asking for it then says what is the matter with it. */
static void fill_tasks(struct form *form, const char *task)
{
    GtkComboBox *combo = GTK_COMBO_BOX(form->widgets[SETTING_TASK]);

    for (guint i = 0; i < form->menu->tasks->len; i++) {
        const struct sl_task_info *info = form->menu->tasks->pdata[i];

        add_task(form, info->name, task_menu_title(info));
    }
    if (*task && !task_menu_find(form->menu, task))
        add_task(form, task, task);
    gtk_combo_box_set_active(combo, MAX(find_task(form, task), 0));
}

const char *form_task(const struct form *form)
{
    int active = gtk_combo_box_get_active(GTK_COMBO_BOX(form->widgets[SETTING_TASK]));

    return active < 0 ? "" : form->names->pdata[active];
}

const char *form_title(const struct form *form)
{
    const struct command *command = command_of_task(form_task(form));
    const struct sl_task_info *task = task_menu_find(form->menu, form_task(form));

    if (command)
        return _(command->title);
    return task ? task_menu_title(task) : "Sightline";
}

static bool fits(const struct sl_task_info *task, const char *source)
{
    if (!task)
        return true;
    return source_is_several(source) ? task->max_media > 1 : task->min_media <= 1;
}

static const char *chosen_source(const struct form *form)
{
    int active = gtk_combo_box_get_active(GTK_COMBO_BOX(form->widgets[SETTING_SOURCE]));

    return active < 0 ? "" : ((const struct choice *)form->sources->pdata[active])->value;
}

/* Offers the sources that the task takes, and keeps the choice where it is one of them. */
static void fill_sources(struct form *form, const char *source)
{
    const struct sl_task_info *task = task_menu_find(form->menu, form_task(form));
    GtkComboBox *combo = GTK_COMBO_BOX(form->widgets[SETTING_SOURCE]);
    int active = 0;

    gtk_list_store_clear(GTK_LIST_STORE(gtk_combo_box_get_model(combo)));
    g_ptr_array_set_size(form->sources, 0);
    for (const struct choice *choice = source_choices(); choice->value; choice++) {
        if (!fits(task, choice->value))
            continue;
        if (strcmp(choice->value, source) == 0)
            active = (int)form->sources->len;
        g_ptr_array_add(form->sources, (gpointer)choice);
        gtk_combo_box_text_append_text(GTK_COMBO_BOX_TEXT(combo), _(choice->label));
    }
    gtk_combo_box_set_active(combo, active);
}

/* A question is called one, and only code is built with something. */
static void fit_to_task(struct form *form)
{
    const struct command *command = command_of_task(form_task(form));
    const struct sl_task_info *task = task_menu_find(form->menu, form_task(form));
    const struct setting_info *info = setting_info(command, SETTING_INSTRUCTION);

    gtk_label_set_text_with_mnemonic(GTK_LABEL(form->labels[SETTING_INSTRUCTION]), _(info->label));
    gtk_widget_set_tooltip_text(form->widgets[SETTING_INSTRUCTION], _(info->blurb));
    gtk_widget_set_visible(form->stack_row, task && task->output == SL_OUTPUT_CODE);
}

static void on_task_changed(GtkComboBox *combo, struct form *form)
{
    char *source = g_strdup(chosen_source(form));

    (void)combo;
    form->quiet = true;
    fit_to_task(form);
    fill_sources(form, source);
    form->quiet = false;
    g_free(source);
    form->on_changed(form->data);
}

static void on_changed(GtkWidget *widget, struct form *form)
{
    (void)widget;
    if (!form->quiet)
        form->on_changed(form->data);
}

static void make_widgets(struct form *form, const struct settings *settings)
{
    form->widgets[SETTING_TASK] = gtk_combo_box_text_new();
    for (int which = SETTING_TASK + 1; which < SETTING_COUNT; which++) {
        const struct choice *choices = setting_choices(which);
        const char *value = settings->value[which];

        if (which == SETTING_SOURCE)
            form->widgets[which] = gtk_combo_box_text_new();
        else
            form->widgets[which] = choices ? new_combo(choices, value) : new_entry(value);
    }
}

static GtkWidget *add_row(struct form *form)
{
    GtkWidget *row = ROW(SPACING);

    gtk_box_pack_start(GTK_BOX(form->column), row, FALSE, FALSE, 0);
    return row;
}

static void pack_settings(struct form *form)
{
    GtkWidget *row;

    pack_setting(form, add_row(form), SETTING_TASK, true);
    pack_setting(form, add_row(form), SETTING_INSTRUCTION, true);
    pack_setting(form, add_row(form), SETTING_SOURCE, true);
    row = add_row(form);
    pack_setting(form, row, SETTING_DETAIL, true);
    pack_setting(form, row, SETTING_EFFORT, false);
    pack_setting(form, add_row(form), SETTING_LANGUAGE, true);
    form->stack_row = add_row(form);
    pack_setting(form, form->stack_row, SETTING_STACK, true);
    gtk_widget_show_all(form->stack_row);
    gtk_widget_set_no_show_all(form->stack_row, TRUE);
}

struct form *form_new(const struct settings *settings, const struct task_menu *menu,
                      form_changed_fn changed, void *data)
{
    struct form *form = g_new0(struct form, 1);

    form->menu = menu;
    form->names = g_ptr_array_new_with_free_func(g_free);
    form->sources = g_ptr_array_new();
    form->first_labels = gtk_size_group_new(GTK_SIZE_GROUP_HORIZONTAL);
    form->on_changed = changed;
    form->data = data;
    form->column = COLUMN(SPACING);
    make_widgets(form, settings);
    pack_settings(form);
    fill_tasks(form, settings->value[SETTING_TASK]);
    fit_to_task(form);
    fill_sources(form, settings->value[SETTING_SOURCE]);
    g_signal_connect(form->widgets[SETTING_TASK], "changed", G_CALLBACK(on_task_changed), form);
    for (int which = SETTING_TASK + 1; which < SETTING_COUNT; which++)
        g_signal_connect(form->widgets[which], "changed", G_CALLBACK(on_changed), form);
    return form;
}

void form_free(struct form *form)
{
    g_ptr_array_free(form->names, TRUE);
    g_ptr_array_free(form->sources, TRUE);
    g_object_unref(form->first_labels);
    g_free(form);
}

GtkWidget *form_widget(const struct form *form)
{
    return form->column;
}

static const char *value_of(const struct form *form, enum setting which)
{
    const struct choice *choices = setting_choices(which);

    if (which == SETTING_TASK)
        return form_task(form);
    if (which == SETTING_SOURCE)
        return chosen_source(form);
    if (!choices)
        return gtk_entry_get_text(GTK_ENTRY(form->widgets[which]));
    int active = gtk_combo_box_get_active(GTK_COMBO_BOX(form->widgets[which]));
    return choices[MAX(active, 0)].value;
}

void form_read(const struct form *form, struct settings *settings)
{
    for (int which = 0; which < SETTING_COUNT; which++)
        settings_set(settings, which, value_of(form, which));
}

void form_focus(const struct form *form)
{
    gtk_widget_grab_focus(form->widgets[SETTING_INSTRUCTION]);
}
