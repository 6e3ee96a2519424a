/* What buttons have in common. See toolkit.h. */
#include "toolkit.h"

static gboolean on_shortcut(GtkButton *button, gboolean shared)
{
    if (!shared)
        gtk_button_clicked(button);
    return !shared;
}

void press_at_once(GtkWidget *button)
{
    g_object_set(button, "focus-on-click", FALSE, NULL);
    g_signal_connect(button, "mnemonic-activate", G_CALLBACK(on_shortcut), NULL);
}
