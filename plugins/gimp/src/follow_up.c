/* Going on after an answer. See follow_up.h. */
#include "follow_up.h"

#include "i18n.h"

struct follow_up {
    GtkWidget *row;
    GtkWidget *entry, *again, *go_on;
    follow_up_fn on_way;
    void *data;
};

static void on_question(GtkEntry *entry, struct follow_up *follow_up)
{
    if (*gtk_entry_get_text(entry))
        follow_up->on_way(FOLLOW_UP_ASK, follow_up->data);
}

static void on_again(GtkButton *button, struct follow_up *follow_up)
{
    (void)button;
    follow_up->on_way(FOLLOW_UP_LOOK_AGAIN, follow_up->data);
}

static void on_go_on(GtkButton *button, struct follow_up *follow_up)
{
    (void)button;
    follow_up->on_way(FOLLOW_UP_CONTINUE, follow_up->data);
}

static GtkWidget *new_button(const char *label, const char *tooltip)
{
    GtkWidget *button = gtk_button_new_with_mnemonic(label);

    gtk_widget_set_tooltip_text(button, tooltip);
    press_at_once(button);
    return button;
}

struct follow_up *follow_up_new(follow_up_fn on_way, void *data)
{
    struct follow_up *follow_up = g_new0(struct follow_up, 1);
    GtkWidget *label = gtk_label_new_with_mnemonic(_("_Follow-up:"));

    follow_up->on_way = on_way;
    follow_up->data = data;
    follow_up->entry = gtk_entry_new();
    gtk_widget_set_tooltip_text(follow_up->entry, _("Another question; Return sends it"));
    gtk_label_set_mnemonic_widget(GTK_LABEL(label), follow_up->entry);
    follow_up->again = new_button(
        _("Look A_gain"), _("Send the image as it is now, with the question if there is one"));
    follow_up->go_on = new_button(_("Co_ntinue"), _("Ask for the rest of an answer that was cut"));
    gtk_widget_set_no_show_all(follow_up->go_on, TRUE);
    follow_up->row = ROW(SPACING);
    gtk_box_pack_start(GTK_BOX(follow_up->row), label, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(follow_up->row), follow_up->entry, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(follow_up->row), follow_up->again, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(follow_up->row), follow_up->go_on, FALSE, FALSE, 0);
    g_signal_connect(follow_up->entry, "activate", G_CALLBACK(on_question), follow_up);
    g_signal_connect(follow_up->again, "clicked", G_CALLBACK(on_again), follow_up);
    g_signal_connect(follow_up->go_on, "clicked", G_CALLBACK(on_go_on), follow_up);
    follow_up_set_idle(follow_up, false, false);
    return follow_up;
}

void follow_up_free(struct follow_up *follow_up)
{
    g_free(follow_up);
}

GtkWidget *follow_up_widget(const struct follow_up *follow_up)
{
    return follow_up->row;
}

void follow_up_set_busy(struct follow_up *follow_up, GtkWidget *instead)
{
    if (gtk_widget_has_focus(follow_up->go_on) || gtk_widget_has_focus(follow_up->again))
        gtk_widget_grab_focus(instead);
    gtk_widget_set_sensitive(follow_up->again, FALSE);
    gtk_widget_hide(follow_up->go_on);
}

void follow_up_set_idle(struct follow_up *follow_up, bool answered, bool cut)
{
    gtk_widget_set_sensitive(follow_up->entry, answered);
    gtk_widget_set_sensitive(follow_up->again, answered);
    gtk_widget_set_visible(follow_up->go_on, answered && cut);
}

bool follow_up_has_focus(const struct follow_up *follow_up)
{
    return gtk_widget_has_focus(follow_up->entry) || gtk_widget_has_focus(follow_up->again);
}

char *follow_up_take(struct follow_up *follow_up)
{
    char *question = g_strdup(gtk_entry_get_text(GTK_ENTRY(follow_up->entry)));

    gtk_entry_set_text(GTK_ENTRY(follow_up->entry), "");
    return question;
}
