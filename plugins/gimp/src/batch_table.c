/* The table of a batch. See batch_table.h. */
#include "batch_table.h"

#include "i18n.h"

#define TABLE_HEIGHT 220
#define TEXT_WIDTH 340

enum { COLUMN_CHOSEN, COLUMN_CHOOSABLE, COLUMN_NAME, COLUMN_TEXT, COLUMN_STATE, COLUMNS };

struct batch_table {
    GtkWidget *scrolled, *view;
    GtkListStore *store;
    struct batch *batch;
    batch_table_fn on_edit;
    void *data;
};

static const char *state_words(const struct batch_item *item)
{
    static const char *const words[] = {
        [BATCH_WAITING] = N_("Waiting"),    [BATCH_RUNNING] = N_("Asked"),
        [BATCH_DONE] = N_("To be written"), [BATCH_FAILED] = N_("Failed"),
        [BATCH_WRITTEN] = N_("Written"),
    };

    if (item->problem)
        return _("Not written");
    return item->decorative ? _("Decorative") : _(words[item->state]);
}

void batch_table_update(struct batch_table *table, int number)
{
    const struct batch_item *item = batch_at(table->batch, number);
    const char *text = item->problem ? item->problem : item->text;
    GtkTreeIter at;

    if (!gtk_tree_model_iter_nth_child(GTK_TREE_MODEL(table->store), &at, NULL, number))
        return;
    gtk_list_store_set(table->store, &at, COLUMN_CHOSEN, item->chosen, COLUMN_CHOOSABLE,
                       item->state == BATCH_DONE || item->state == BATCH_WRITTEN, COLUMN_NAME,
                       item->name, COLUMN_TEXT, text ? text : "", COLUMN_STATE, state_words(item),
                       -1);
}

void batch_table_show(struct batch_table *table, struct batch *batch)
{
    GtkTreeIter at;

    table->batch = batch;
    gtk_list_store_clear(table->store);
    for (int i = 0; batch && i < batch_count(batch); i++) {
        gtk_list_store_append(table->store, &at);
        batch_table_update(table, i);
    }
}

static int row_of(const char *path)
{
    return (int)g_ascii_strtoll(path, NULL, 10);
}

static void on_toggled(GtkCellRendererToggle *cell, char *path, struct batch_table *table)
{
    int item = row_of(path);

    (void)cell;
    batch_at(table->batch, item)->chosen = !batch_at(table->batch, item)->chosen;
    batch_table_update(table, item);
    table->on_edit(table->data);
}

static void on_edited(GtkCellRendererText *cell, char *path, char *text, struct batch_table *table)
{
    (void)cell;
    if (g_strcmp0(batch_at(table->batch, row_of(path))->text, text) == 0)
        return;
    batch_edit(table->batch, row_of(path), text);
    table->on_edit(table->data);
}

static void add_column(struct batch_table *table, const char *title, GtkCellRenderer *cell,
                       const char *attribute, int column)
{
    GtkTreeViewColumn *added =
        gtk_tree_view_column_new_with_attributes(title, cell, attribute, column, NULL);

    gtk_tree_view_column_set_resizable(added, TRUE);
    gtk_tree_view_append_column(GTK_TREE_VIEW(table->view), added);
}

static void add_tick_column(struct batch_table *table)
{
    GtkCellRenderer *tick = gtk_cell_renderer_toggle_new();

    g_signal_connect(tick, "toggled", G_CALLBACK(on_toggled), table);
    add_column(table, _("Write"), tick, "active", COLUMN_CHOSEN);
    gtk_tree_view_column_add_attribute(gtk_tree_view_get_column(GTK_TREE_VIEW(table->view), 0),
                                       tick, "activatable", COLUMN_CHOOSABLE);
}

static void add_text_column(struct batch_table *table)
{
    GtkCellRenderer *text = gtk_cell_renderer_text_new();

    g_object_set(text, "editable", TRUE, "wrap-width", TEXT_WIDTH, "wrap-mode",
                 PANGO_WRAP_WORD_CHAR, NULL);
    g_signal_connect(text, "edited", G_CALLBACK(on_edited), table);
    add_column(table, _("Text"), text, "text", COLUMN_TEXT);
    gtk_tree_view_column_set_expand(gtk_tree_view_get_column(GTK_TREE_VIEW(table->view), 2), TRUE);
}

struct batch_table *batch_table_new(batch_table_fn on_edit, void *data)
{
    struct batch_table *table = g_new0(struct batch_table, 1);

    table->on_edit = on_edit;
    table->data = data;
    table->store = gtk_list_store_new(COLUMNS, G_TYPE_BOOLEAN, G_TYPE_BOOLEAN, G_TYPE_STRING,
                                      G_TYPE_STRING, G_TYPE_STRING);
    table->view = gtk_tree_view_new_with_model(GTK_TREE_MODEL(table->store));
    atk_object_set_name(gtk_widget_get_accessible(table->view), _("Pictures and their texts"));
    add_tick_column(table);
    add_column(table, _("Picture"), gtk_cell_renderer_text_new(), "text", COLUMN_NAME);
    add_text_column(table);
    add_column(table, _("State"), gtk_cell_renderer_text_new(), "text", COLUMN_STATE);
    table->scrolled = gtk_scrolled_window_new(NULL, NULL);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(table->scrolled), GTK_POLICY_AUTOMATIC,
                                   GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_shadow_type(GTK_SCROLLED_WINDOW(table->scrolled), GTK_SHADOW_IN);
    gtk_widget_set_size_request(table->scrolled, -1, TABLE_HEIGHT);
    gtk_container_add(GTK_CONTAINER(table->scrolled), table->view);
    return table;
}

void batch_table_free(struct batch_table *table)
{
    g_object_unref(table->store);
    g_free(table);
}

GtkWidget *batch_table_widget(const struct batch_table *table)
{
    return table->scrolled;
}
