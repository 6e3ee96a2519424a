/*
 * What happens in Settings…: what was changed is written, a typed key stored, and then the provider
 * tested or asked for its models. See preferences.h.
 */
#include <sightline/client.h>

#include "consent.h"
#include "host.h"
#include "i18n.h"
#include "notice.h"
#include "preferences.h"
#include "preferences_form.h"
#include "request.h"

#define DIALOG_WIDTH 480

/* What the person wants, after what was changed is saved. */
enum wish { WISH_SAVE = 1, WISH_TEST, WISH_MODELS };

struct preferences {
    struct request_line line;
    struct preferences_form *form;
    struct notice *notice;
    GtkWidget *dialog;
    GMainLoop *loop;
    enum wish wish;
    uint64_t request;    /* what runs, or 0 */
    char *finding;       /* the last of a test, which decides */
    enum sl_level level; /* and how bad it is */
    char *path;          /* of the file that was written, or NULL */
};

static void set_busy(struct preferences *preferences, bool busy)
{
    preferences_form_allow(preferences->form, !busy);
    gtk_dialog_set_response_sensitive(GTK_DIALOG(preferences->dialog), WISH_SAVE, !busy);
    gtk_dialog_set_response_sensitive(GTK_DIALOG(preferences->dialog), WISH_TEST, !busy);
}

static void finish(struct preferences *preferences, enum sl_level level, const char *sentence)
{
    preferences->request = 0;
    set_busy(preferences, false);
    notice_clear(preferences->notice);
    notice_add(preferences->notice, level, sentence);
}

static void take_finding(struct preferences *preferences, const struct sl_event *event)
{
    g_free(preferences->finding);
    preferences->finding = g_strdup(event->text);
    preferences->level = event->level;
}

static void on_tested(const struct sl_event *event, void *data)
{
    struct preferences *preferences = data;

    if (event->type == SL_EVENT_NOTE)
        take_finding(preferences, event);
    else if (event->type == SL_EVENT_DONE)
        finish(preferences, preferences->level, preferences->finding);
    else if (event->type == SL_EVENT_FAILED)
        finish(preferences, SL_LEVEL_ERROR, event->error->message);
}

static void on_models(const struct sl_event *event, void *data)
{
    struct preferences *preferences = data;

    if (event->type == SL_EVENT_DONE) {
        finish(preferences, SL_LEVEL_OK, _("Choose a model from the list"));
        preferences_form_offer(preferences->form, event->text);
    } else if (event->type == SL_EVENT_FAILED) {
        finish(preferences, SL_LEVEL_ERROR, event->error->message);
    }
}

/* What is configured for the chosen provider now, in this client too. */
static int chosen_config(struct preferences *preferences, struct sl_config **config,
                         struct sl_error *error)
{
    int code = sl_client_choose(preferences->line.client,
                                preferences_form_provider(preferences->form), NULL, error);

    return code ? code : sl_client_config(preferences->line.client, config, error);
}

static int ask_provider(struct preferences *preferences, struct sl_error *error)
{
    struct sl_config *config = NULL;
    struct sl_client *client = preferences->line.client;
    int code = chosen_config(preferences, &config, error);

    if (code == 0)
        code = consent_ask(GTK_WINDOW(preferences->dialog), config, error);
    sl_config_free(config);
    if (code != 0)
        return code;
    if (preferences->wish == WISH_TEST)
        return sl_client_check(client, on_tested, preferences, &preferences->request, error);
    return sl_client_models(client, on_models, preferences, &preferences->request, error);
}

/* All is saved. */
static void go_on(struct preferences *preferences)
{
    struct sl_error error = SL_ERROR_INIT;

    if (preferences->wish == WISH_SAVE)
        g_main_loop_quit(preferences->loop);
    else if (ask_provider(preferences, &error) != 0)
        finish(preferences, SL_LEVEL_ERROR, error.message);
    else
        notice_add(preferences->notice, SL_LEVEL_OK, _("Asking the provider"));
}

static void on_key_stored(const struct sl_event *event, void *data)
{
    struct preferences *preferences = data;

    if (event->type == SL_EVENT_FAILED) {
        finish(preferences, SL_LEVEL_ERROR, event->error->message);
    } else if (event->type == SL_EVENT_DONE) {
        preferences_form_forget_key(preferences->form);
        notice_add(preferences->notice, SL_LEVEL_OK, event->text);
        go_on(preferences);
    }
}

static int write_file(struct preferences *preferences, struct sl_error *error)
{
    struct sl_config_change change = preferences_form_change(preferences->form);
    struct sl_config *config = NULL;
    int code = sl_config_write(&change, error);

    if (code == 0)
        code = chosen_config(preferences, &config, error);
    if (code != 0)
        return code;
    g_free(preferences->path);
    preferences->path = g_strdup(sl_config_path(config));
    preferences_form_saved(preferences->form);
    sl_config_free(config);
    return 0;
}

static int store_key(struct preferences *preferences, struct sl_error *error)
{
    return sl_client_set_key(preferences->line.client, preferences_form_key(preferences->form),
                             on_key_stored, preferences, &preferences->request, error);
}

static void save(struct preferences *preferences, enum wish wish)
{
    struct sl_error error = SL_ERROR_INIT;
    bool key = *preferences_form_key(preferences->form) != '\0';

    preferences->wish = wish;
    notice_clear(preferences->notice);
    set_busy(preferences, true);
    if (write_file(preferences, &error) != 0 || (key && store_key(preferences, &error) != 0))
        finish(preferences, SL_LEVEL_ERROR, error.message);
    else if (!key)
        go_on(preferences);
}

static void show_provider(struct preferences *preferences)
{
    struct sl_config *config = NULL;
    struct sl_error error = SL_ERROR_INIT;

    notice_clear(preferences->notice);
    if (chosen_config(preferences, &config, &error) == 0)
        preferences_form_show(preferences->form, config);
    else
        notice_add(preferences->notice, SL_LEVEL_ERROR, error.message);
    sl_config_free(config);
}

static void on_action(enum preferences_action action, void *data)
{
    struct preferences *preferences = data;

    if (action == PREFERENCES_PROVIDER)
        show_provider(preferences);
    else
        save(preferences, WISH_MODELS);
}

static void on_response(GtkDialog *dialog, int response, struct preferences *preferences)
{
    (void)dialog;
    if (response == WISH_SAVE || response == WISH_TEST)
        save(preferences, response);
    else
        g_main_loop_quit(preferences->loop);
}

/* What is saved here is not what counts where the environment says something else. */
static void warn_of_environment(struct preferences *preferences)
{
    static const char *const names[] = {"SIGHTLINE_PROVIDER", "SIGHTLINE_BASE_URL",
                                        "SIGHTLINE_MODEL", "SIGHTLINE_API_KEY"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = g_getenv(names[i]);

        if (value && *value) {
            char *text = g_strdup_printf(
                _("%s is set where GIMP was started, and wins over what is saved here"), names[i]);

            notice_add(preferences->notice, SL_LEVEL_WARNING, text);
            g_free(text);
        }
    }
}

static GtkWidget *new_dialog(const struct tool *tool)
{
    GtkWidget *dialog = gimp_dialog_new(
        _(tool->title), tool->procedure, NULL, 0, gimp_standard_help_func, tool->procedure,
        _("_Test"), WISH_TEST, _("_Close"), GTK_RESPONSE_CLOSE, _("_Save"), WISH_SAVE, NULL);

    gtk_window_set_default_size(GTK_WINDOW(dialog), DIALOG_WIDTH, -1);
    gtk_dialog_set_default_response(GTK_DIALOG(dialog), WISH_SAVE);
    gtk_widget_set_tooltip_text(gtk_dialog_get_widget_for_response(GTK_DIALOG(dialog), WISH_TEST),
                                _("Save, and find out whether the provider answers with this key"));
    gimp_window_set_transient(GTK_WINDOW(dialog));
    return dialog;
}

/* A provider that is gone does not keep the others from being chosen. */
static struct sl_config *load(struct preferences *preferences, struct sl_error *error)
{
    struct sl_client *client = preferences->line.client;
    struct sl_error again;
    struct sl_config *config = NULL;

    if (sl_client_config(client, &config, error) != 0 &&
        sl_client_choose(client, "stepfun", NULL, &again) == 0)
        sl_client_config(client, &config, &again);
    return config;
}

static void open_dialog(struct preferences *preferences, const struct tool *tool)
{
    struct sl_error error = SL_ERROR_INIT;
    struct sl_config *config = load(preferences, &error);
    GtkWidget *column = COLUMN(BORDER);

    preferences->loop = g_main_loop_new(NULL, FALSE);
    preferences->dialog = new_dialog(tool);
    preferences->notice = notice_new();
    preferences->form = preferences_form_new(config, on_action, preferences);
    gtk_container_set_border_width(GTK_CONTAINER(column), BORDER);
    gtk_box_pack_start(GTK_BOX(gtk_dialog_get_content_area(GTK_DIALOG(preferences->dialog))),
                       column, TRUE, TRUE, 0);
    gtk_box_pack_start(GTK_BOX(column), preferences_form_widget(preferences->form), FALSE, FALSE,
                       0);
    gtk_box_pack_start(GTK_BOX(column), notice_widget(preferences->notice), FALSE, FALSE, 0);
    g_signal_connect(preferences->dialog, "response", G_CALLBACK(on_response), preferences);
    if (error.code != 0)
        notice_add(preferences->notice, SL_LEVEL_ERROR, error.message);
    warn_of_environment(preferences);
    sl_config_free(config);
    gtk_widget_show_all(preferences->dialog);
}

struct result preferences_dialog_run(const struct tool *tool)
{
    struct preferences preferences = {0};
    struct sl_error error = SL_ERROR_INIT;

    if (request_line_init_in(&preferences.line, _("type another key here"), &error) != 0)
        return (struct result){OUTCOME_FAILED, g_strdup(error.message), error.code};
    host_ui_init();
    open_dialog(&preferences, tool);
    g_main_loop_run(preferences.loop);
    request_line_release(&preferences.line);
    gtk_widget_destroy(preferences.dialog);
    preferences_form_free(preferences.form);
    notice_free(preferences.notice);
    g_main_loop_unref(preferences.loop);
    g_free(preferences.finding);
    return (struct result){preferences.path ? OUTCOME_DONE : OUTCOME_CANCELLED, preferences.path,
                           0};
}
