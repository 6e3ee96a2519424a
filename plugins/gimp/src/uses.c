/* The ways to use an answer. See uses.h. */
#include "uses.h"

#include "i18n.h"

static const struct way {
    const char *label;
    use_fn run;
} ways[] = {
    {N_("_Save to File..."), use_save},
    {N_("Insert as _Text Layer"), use_text_layer},
    {N_("Save to _Metadata..."), use_metadata},
    {N_("_Export with Alt Text..."), use_export},
    {N_("_Write Into File on Disk..."), use_write_file},
};

struct uses {
    GtkWidget *row;
    GtkWidget *copy, *open;
    GtkWidget *menu;
    on_use_fn on_use;
    void *data;
};

struct said use_copy(const struct use *use)
{
    GtkClipboard *clipboard = gtk_clipboard_get(GDK_SELECTION_CLIPBOARD);

    gtk_clipboard_set_text(clipboard, use->text, -1);
    /* Lets a clipboard manager keep it when this process ends. */
    gtk_clipboard_set_can_store(clipboard, NULL, 0);
    return (struct said){SL_LEVEL_OK, NULL};
}

static void on_way(GtkWidget *item, struct uses *uses)
{
    const struct way *way = g_object_get_data(G_OBJECT(item), "way");

    uses->on_use(way->run, uses->data);
}

static void on_copy(GtkButton *button, struct uses *uses)
{
    (void)button;
    uses->on_use(use_copy, uses->data);
}

static void on_open(GtkButton *button, struct uses *uses)
{
    (void)button;
    POP_UP(uses->menu, uses->open);
}

static void fill_menu(struct uses *uses)
{
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        GtkWidget *item = gtk_menu_item_new_with_mnemonic(_(ways[i].label));

        g_object_set_data(G_OBJECT(item), "way", (gpointer)&ways[i]);
        g_signal_connect(item, "activate", G_CALLBACK(on_way), uses);
        gtk_menu_shell_append(GTK_MENU_SHELL(uses->menu), item);
    }
    gtk_widget_show_all(uses->menu);
}

static GtkWidget *new_button(const char *label, const char *tooltip)
{
    GtkWidget *button = gtk_button_new_with_mnemonic(label);

    gtk_widget_set_tooltip_text(button, tooltip);
    gtk_widget_set_sensitive(button, FALSE);
    press_at_once(button);
    return button;
}

struct uses *uses_new(on_use_fn on_use, void *data)
{
    struct uses *uses = g_new0(struct uses, 1);

    uses->on_use = on_use;
    uses->data = data;
    uses->copy = new_button(_("C_opy"), _("Copy the answer"));
    uses->open = new_button(_("Use Ans_wer..."), _("Keep the answer in a file or in the image"));
    uses->menu = gtk_menu_new();
    gtk_menu_attach_to_widget(GTK_MENU(uses->menu), uses->open, NULL);
    fill_menu(uses);
    uses->row = ROW(SPACING);
    gtk_box_pack_start(GTK_BOX(uses->row), uses->copy, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(uses->row), uses->open, FALSE, FALSE, 0);
    g_signal_connect(uses->copy, "clicked", G_CALLBACK(on_copy), uses);
    g_signal_connect(uses->open, "clicked", G_CALLBACK(on_open), uses);
    return uses;
}

void uses_free(struct uses *uses)
{
    g_free(uses);
}

GtkWidget *uses_widget(const struct uses *uses)
{
    return uses->row;
}

void uses_allow(struct uses *uses, bool copy, bool all)
{
    gtk_widget_set_sensitive(uses->copy, copy);
    gtk_widget_set_sensitive(uses->open, all);
}
