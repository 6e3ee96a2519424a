/* The settings of the dialog. See form.h. */
#include "form.h"

#include <string.h>

#include "i18n.h"
#include "rows.h"
#include "source.h"

struct form {
    const struct task_menu *menu;
    struct rows rows;
    GtkWidget *widgets[SETTING_COUNT]; /* combos where there are choices, else entries */
    GtkWidget *instruction_row, *stack_row;
    GPtrArray *names;   /* of the tasks in the combo, owned */
    GPtrArray *sources; /* in theirs: const struct choice * */
    bool quiet;         /* what changes now is told later */
    form_changed_fn changed;
    void *data;
};

static GtkWidget *add_row(struct form *form, enum setting which)
{
    const struct setting_info *info = setting_info(NULL, which);

    return rows_add(&form->rows, _(info->label), _(info->blurb), form->widgets[which]);
}

/* Beside another setting, with a label of its own. */
static void add_beside(struct form *form, GtkWidget *row, enum setting which)
{
    const struct setting_info *info = setting_info(NULL, which);
    GtkWidget *label = gtk_label_new_with_mnemonic(_(info->label));

    gtk_label_set_mnemonic_widget(GTK_LABEL(label), form->widgets[which]);
    gtk_widget_set_tooltip_text(form->widgets[which], _(info->blurb));
    gtk_box_pack_start(GTK_BOX(row), label, FALSE, FALSE, SPACING);
    gtk_box_pack_start(GTK_BOX(row), form->widgets[which], TRUE, TRUE, 0);
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

        add_task(form, info->name, info->title);
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
    return task ? task->title : "Sightline";
}

/* A question is called one, and only code is built with something. */
static void fit_to_task(struct form *form)
{
    const struct command *command = command_of_task(form_task(form));
    const struct sl_task_info *task = task_menu_find(form->menu, form_task(form));
    const struct setting_info *info = setting_info(command, SETTING_INSTRUCTION);

    rows_rename(form->instruction_row, _(info->label));
    gtk_widget_set_tooltip_text(form->widgets[SETTING_INSTRUCTION], _(info->blurb));
    gtk_widget_set_visible(form->stack_row, task && task->output == SL_OUTPUT_CODE);
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

static void on_task_changed(GtkComboBox *combo, struct form *form)
{
    char *source = g_strdup(chosen_source(form));

    (void)combo;
    form->quiet = true;
    fit_to_task(form);
    fill_sources(form, source);
    form->quiet = false;
    g_free(source);
    form->changed(form->data);
}

static void on_changed(GtkWidget *widget, struct form *form)
{
    (void)widget;
    if (!form->quiet)
        form->changed(form->data);
}

static GtkWidget *make_widget(enum setting which, const char *value)
{
    const struct choice *choices = setting_choices(which);

    if (which == SETTING_TASK || which == SETTING_SOURCE)
        return gtk_combo_box_text_new();
    return choices ? rows_combo(choices, value) : rows_entry(value);
}

static void make_widgets(struct form *form, const struct settings *settings)
{
    for (int which = 0; which < SETTING_COUNT; which++)
        form->widgets[which] = make_widget(which, settings->value[which]);
    add_row(form, SETTING_TASK);
    form->instruction_row = add_row(form, SETTING_INSTRUCTION);
    add_row(form, SETTING_SOURCE);
    add_beside(form, add_row(form, SETTING_DETAIL), SETTING_EFFORT);
    add_row(form, SETTING_LANGUAGE);
    form->stack_row = add_row(form, SETTING_STACK);
    gtk_widget_show_all(form->stack_row);
    gtk_widget_set_no_show_all(form->stack_row, TRUE);
}

static void connect(struct form *form)
{
    g_signal_connect(form->widgets[SETTING_TASK], "changed", G_CALLBACK(on_task_changed), form);
    for (int which = SETTING_TASK + 1; which < SETTING_COUNT; which++)
        g_signal_connect(form->widgets[which], "changed", G_CALLBACK(on_changed), form);
}

struct form *form_new(const struct settings *settings, const struct task_menu *menu,
                      form_changed_fn changed, void *data)
{
    struct form *form = g_new0(struct form, 1);

    form->menu = menu;
    form->names = g_ptr_array_new_with_free_func(g_free);
    form->sources = g_ptr_array_new();
    form->changed = changed;
    form->data = data;
    rows_init(&form->rows);
    make_widgets(form, settings);
    fill_tasks(form, settings->value[SETTING_TASK]);
    fill_sources(form, settings->value[SETTING_SOURCE]);
    fit_to_task(form);
    connect(form);
    return form;
}

void form_free(struct form *form)
{
    g_ptr_array_free(form->names, TRUE);
    g_ptr_array_free(form->sources, TRUE);
    rows_release(&form->rows);
    g_free(form);
}

GtkWidget *form_widget(const struct form *form)
{
    return form->rows.column;
}

static const char *value_of(const struct form *form, enum setting which)
{
    const struct choice *choices = setting_choices(which);

    if (which == SETTING_TASK)
        return form_task(form);
    if (which == SETTING_SOURCE)
        return chosen_source(form);
    if (choices)
        return rows_combo_value(form->widgets[which], choices);
    return gtk_entry_get_text(GTK_ENTRY(form->widgets[which]));
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
