/* Asking for a file. See chooser.h. */
#include "chooser.h"

#include <string.h>

#include "i18n.h"

static GtkWidget *new_chooser(GtkWindow *parent, const char *title, GtkFileChooserAction action,
                              const char *accept)
{
    GtkWidget *dialog =
        gtk_file_chooser_dialog_new(title, parent, action, _("_Cancel"), GTK_RESPONSE_CANCEL,
                                    accept, GTK_RESPONSE_ACCEPT, NULL);

    gtk_dialog_set_default_response(GTK_DIALOG(dialog), GTK_RESPONSE_ACCEPT);
    gtk_file_chooser_set_local_only(GTK_FILE_CHOOSER(dialog), TRUE);
    return dialog;
}

static char *run(GtkWidget *dialog)
{
    char *path = NULL;

    if (gtk_dialog_run(GTK_DIALOG(dialog)) == GTK_RESPONSE_ACCEPT)
        path = gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(dialog));
    gtk_widget_destroy(dialog);
    return path;
}

char *choose_new_file(GtkWindow *parent, const char *title, const char *name, const char *accept)
{
    GtkWidget *dialog = new_chooser(parent, title, GTK_FILE_CHOOSER_ACTION_SAVE, accept);
    GtkFileChooser *chooser = GTK_FILE_CHOOSER(dialog);
    char *base = g_path_get_basename(name), *folder = g_path_get_dirname(name);

    gtk_file_chooser_set_do_overwrite_confirmation(chooser, TRUE);
    if (g_path_is_absolute(name))
        gtk_file_chooser_set_current_folder(chooser, folder);
    gtk_file_chooser_set_current_name(chooser, base);
    g_free(folder);
    g_free(base);
    return run(dialog);
}

char *choose_file(GtkWindow *parent, const char *title, const char *name, const char *accept)
{
    GtkWidget *dialog = new_chooser(parent, title, GTK_FILE_CHOOSER_ACTION_OPEN, accept);

    if (g_path_is_absolute(name))
        gtk_file_chooser_set_filename(GTK_FILE_CHOOSER(dialog), name);
    return run(dialog);
}

char *name_with_ending(const char *name, const char *ending)
{
    const char *slash = strrchr(name, G_DIR_SEPARATOR);
    const char *dot = strrchr(slash ? slash : name, '.');
    size_t len = dot && dot != name ? (size_t)(dot - name) : strlen(name);

    return g_strdup_printf("%.*s%s", (int)len, name, ending);
}
