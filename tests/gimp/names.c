/*
 * Looks at each window that a program with GTK shows, as a screen reader and a keyboard meet it: to
 * be preloaded. Appends to the file $WIDGET_NAMES a line for each widget that can have the focus:
 * what it is, and its name; `unnamed` and what it is, where it has none; `twice` for a key that
 * would work two widgets of a window; and `markup` for a label that would read its text as that.
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <gtk/gtk.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define KEYS 256

struct look {
    FILE *file;
    bool keys[KEYS]; /* those that work something */
};

static const char *label_of(GtkWidget *widget)
{
    GList *labels = gtk_widget_list_mnemonic_labels(widget);
    const char *text = labels ? gtk_label_get_text(labels->data) : NULL;

    g_list_free(labels);
    return text;
}

/* Where nothing else is known, a combo of GTK 3 is called what is chosen in it. */
static const char *name_of(GtkWidget *widget)
{
    const char *name = label_of(widget);

    if (!name && !GTK_IS_COMBO_BOX(widget))
        name = atk_object_get_name(gtk_widget_get_accessible(widget));
    if ((!name || !*name) && GTK_IS_BUTTON(widget))
        name = gtk_button_get_label(GTK_BUTTON(widget));
    if ((!name || !*name) && GTK_IS_EXPANDER(widget))
        name = gtk_expander_get_label(GTK_EXPANDER(widget));
    return name && *name ? name : NULL;
}

/* A selectable label is its own name. What is inside of some widgets has the focus for them. */
static bool has_to_be_named(GtkWidget *widget)
{
    if (GTK_IS_COMBO_BOX(widget))
        return !gtk_combo_box_get_has_entry(GTK_COMBO_BOX(widget));
    bool focus = gtk_widget_get_can_focus(widget) || GTK_IS_FILE_CHOOSER_BUTTON(widget);

    return focus && !GTK_IS_LABEL(widget) && !GTK_IS_WINDOW(widget) &&
           !GTK_IS_SCROLLED_WINDOW(widget);
}

static void look_at_key(struct look *look, GtkWidget *label)
{
    guint key = gtk_label_get_mnemonic_keyval(GTK_LABEL(label));

    if (key >= KEYS)
        return;
    if (look->keys[key])
        fprintf(look->file, "twice %c\n", (int)key);
    look->keys[key] = true;
}

static void look_at(GtkWidget *widget, gpointer data)
{
    struct look *look = data;

    if (!gtk_widget_get_visible(widget))
        return;
    if (has_to_be_named(widget)) {
        const char *name = name_of(widget);

        fprintf(look->file, "%s%s: %s\n", name ? "" : "unnamed ", G_OBJECT_TYPE_NAME(widget),
                name ? name : "");
    }
    if (GTK_IS_LABEL(widget))
        look_at_key(look, widget);
    if (GTK_IS_LABEL(widget) && gtk_label_get_use_markup(GTK_LABEL(widget)))
        fprintf(look->file, "markup: %s\n", gtk_label_get_text(GTK_LABEL(widget)));
    if (GTK_IS_COMBO_BOX(widget) && !has_to_be_named(widget))
        look_at(gtk_bin_get_child(GTK_BIN(widget)), look);
    if (GTK_IS_CONTAINER(widget) && !GTK_IS_COMBO_BOX(widget) &&
        !GTK_IS_FILE_CHOOSER_BUTTON(widget))
        gtk_container_forall(GTK_CONTAINER(widget), look_at, look);
}

__attribute__((visibility("default"))) void gtk_widget_show_all(GtkWidget *widget)
{
    void (*show)(GtkWidget *);
    const char *path = getenv("WIDGET_NAMES");
    struct look look = {0};

    *(void **)&show = dlsym(RTLD_NEXT, "gtk_widget_show_all");
    show(widget);
    look.file = path && GTK_IS_WINDOW(widget) ? fopen(path, "a") : NULL;
    if (!look.file)
        return;
    fprintf(look.file, "window: %s\n", gtk_window_get_title(GTK_WINDOW(widget)));
    look_at(widget, &look);
    fclose(look.file);
}
