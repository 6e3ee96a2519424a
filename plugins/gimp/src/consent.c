/* Questions in front of a dialog. See consent.h. */
#include "consent.h"

#include "i18n.h"

bool ask_person(GtkWindow *parent, const char *question, const char *yes)
{
    GtkWidget *dialog = gtk_message_dialog_new(parent, GTK_DIALOG_MODAL, GTK_MESSAGE_QUESTION,
                                               GTK_BUTTONS_NONE, "%s", question);

    gtk_window_set_title(GTK_WINDOW(dialog), "Sightline");
    gtk_dialog_add_buttons(GTK_DIALOG(dialog), _("_Cancel"), GTK_RESPONSE_CANCEL, yes,
                           GTK_RESPONSE_ACCEPT, NULL);
    gtk_dialog_set_default_response(GTK_DIALOG(dialog), GTK_RESPONSE_CANCEL);
    bool agreed = gtk_dialog_run(GTK_DIALOG(dialog)) == GTK_RESPONSE_ACCEPT;
    gtk_widget_destroy(dialog);
    return agreed;
}

int consent_ask(GtkWindow *parent, const struct sl_config *config, struct sl_error *error)
{
    const char *question = sl_config_consent_question(config);

    if (question && !ask_person(parent, question, _("_Send")))
        return sl_error_set(error, SL_E_CONSENT, "%s", _("Nothing was sent"));
    return sl_config_agree(config, error);
}
