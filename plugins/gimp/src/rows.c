/* A form of rows. See rows.h. */
#include "rows.h"

#include <string.h>

#include "i18n.h"

void rows_init(struct rows *rows)
{
    rows->column = COLUMN(SPACING);
    rows->labels = gtk_size_group_new(GTK_SIZE_GROUP_HORIZONTAL);
}

void rows_release(struct rows *rows)
{
    g_object_unref(rows->labels);
}

static GtkWidget *add_row(struct rows *rows, GtkWidget *label, GtkWidget *widget)
{
    GtkWidget *row = ROW(SPACING);

    g_object_set(label, "xalign", 0.0, NULL);
    gtk_size_group_add_widget(rows->labels, label);
    gtk_box_pack_start(GTK_BOX(row), label, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(row), widget, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(rows->column), row, FALSE, FALSE, 0);
    return row;
}

GtkWidget *rows_add(struct rows *rows, const char *label, const char *tooltip, GtkWidget *widget)
{
    GtkWidget *name = gtk_label_new_with_mnemonic(label);

    gtk_label_set_mnemonic_widget(GTK_LABEL(name), widget);
    gtk_widget_set_tooltip_text(widget, tooltip);
    return add_row(rows, name, widget);
}

void rows_rename(GtkWidget *row, const char *label)
{
    GList *children = gtk_container_get_children(GTK_CONTAINER(row));

    gtk_label_set_text_with_mnemonic(GTK_LABEL(children->data), label);
    g_list_free(children);
}

GtkWidget *rows_add_below(struct rows *rows, GtkWidget *widget)
{
    return add_row(rows, gtk_label_new(NULL), widget);
}

GtkWidget *rows_combo(const struct choice *choices, const char *value)
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

const char *rows_combo_value(GtkWidget *combo, const struct choice *choices)
{
    return choices[MAX(gtk_combo_box_get_active(GTK_COMBO_BOX(combo)), 0)].value;
}

GtkWidget *rows_entry(const char *text)
{
    GtkWidget *entry = gtk_entry_new();

    gtk_entry_set_text(GTK_ENTRY(entry), text);
    gtk_entry_set_activates_default(GTK_ENTRY(entry), TRUE);
    return entry;
}
