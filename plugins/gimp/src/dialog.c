/*
 * What happens in the dialog: the image is read and shown as it would go out, the person sends it,
 * questions about the answer follow, and the answer is used. See dialog.h.
 *
 * The loop is an own one, since gtk_dialog_run would make the dialog modal, and some window
 * managers then keep the person from working on in GIMP.
 *
 * The image may be edited or closed meanwhile. What runs goes on with the pixels that were read,
 * and follow-ups with the picture that was sent. When the person comes back to the dialog from
 * elsewhere, what is about to go out is read anew, or says that the image is gone.
 */
#include "dialog.h"

#include "consent.h"
#include "host.h"
#include "i18n.h"
#include "outgoing.h"
#include "task_menu.h"
#include "turn.h"

/* How often it is shown how far the reading has come. */
#define SHOW_MS 40

/* The tasks that go on with a conversation. */
#define TASK_FOLLOW_UP "ask"
#define TASK_CONTINUE "continue"

struct dialog {
    int image;
    struct settings *settings; /* of what was sent last */
    struct settings now;       /* in the form */
    struct task_menu menu;
    struct window *window;
    struct outgoing *outgoing;
    struct turn turn;
    struct area sent; /* the part of the image that was asked about last */
    char *question;   /* that waits for the image to be read, or NULL for the form's */
    guint watching;   /* the handler that shows how far that is, or 0 */
    GMainLoop *loop;
};

static const struct sl_task_info *task_of(const struct dialog *dialog,
                                          const struct settings *settings)
{
    return task_menu_find(&dialog->menu, settings->value[SETTING_TASK]);
}

static enum sl_output output_of(const struct dialog *dialog)
{
    const struct sl_task_info *task = task_of(dialog, dialog->settings);

    return task ? task->output : SL_OUTPUT_TEXT;
}

static struct transcript *transcript_of(const struct dialog *dialog)
{
    return window_transcript(dialog->window);
}

static void complain(struct dialog *dialog, const struct sl_error *error)
{
    window_clear_messages(dialog->window);
    window_add_message(dialog->window, SL_LEVEL_ERROR, error->message);
    form_focus(window_form(dialog->window));
}

static gboolean show_reading(void *data)
{
    struct dialog *dialog = data;

    turn_set_fraction(&dialog->turn, outgoing_fraction(dialog->outgoing));
    return G_SOURCE_CONTINUE;
}

static void stop_watching(struct dialog *dialog)
{
    if (dialog->watching)
        g_source_remove(dialog->watching);
    dialog->watching = 0;
}

/* The image has been read; or cannot be. */
static void on_read(struct pictures *pictures, const struct sl_error *error, void *data)
{
    struct dialog *dialog = data;
    struct question question = {
        .task = dialog->question ? TASK_FOLLOW_UP : dialog->settings->value[SETTING_TASK],
        .instruction = dialog->question ? dialog->question
                                        : settings_chosen(dialog->settings, SETTING_INSTRUCTION),
        .pictures = pictures,
    };

    stop_watching(dialog);
    if (pictures)
        turn_ask(&dialog->turn, &question);
    else
        turn_fail(&dialog->turn, error);
    g_clear_pointer(&dialog->question, g_free);
}

static void read_and_ask(struct dialog *dialog, char *question)
{
    turn_begin(&dialog->turn, _("Reading the image"));
    g_free(dialog->question);
    dialog->question = question;
    stop_watching(dialog);
    dialog->watching = g_timeout_add(SHOW_MS, show_reading, dialog);
    outgoing_wait(dialog->outgoing, on_read, dialog);
}

static void keep_settings(struct dialog *dialog)
{
    for (int which = 0; which < SETTING_COUNT; which++)
        settings_set(dialog->settings, which, dialog->now.value[which]);
}

/* Begins a conversation anew. */
static void send(struct dialog *dialog)
{
    struct sl_error error = SL_ERROR_INIT;
    struct turn *turn = &dialog->turn;

    if (settings_check(&dialog->now, &error) != 0) {
        complain(dialog, &error);
        return;
    }
    keep_settings(dialog);
    dialog->sent = source_area(dialog->image, dialog->settings->value[SETTING_SOURCE]);
    sl_conversation_free(g_steal_pointer(&turn->conversation));
    if (sl_conversation_new(&turn->conversation, &error) != 0) {
        complain(dialog, &error);
        return;
    }
    turn_new_answer(turn, output_of(dialog), NULL);
    transcript_set_alt(transcript_of(dialog),
                       g_str_equal(dialog->settings->value[SETTING_TASK], "alt"));
    read_and_ask(dialog, NULL);
}

static void begin_follow_up(struct dialog *dialog, const char *question)
{
    turn_new_answer(&dialog->turn, SL_OUTPUT_TEXT, question);
    transcript_set_alt(transcript_of(dialog), false);
}

static void follow_up(struct dialog *dialog)
{
    char *text = window_take_question(dialog->window);
    struct question question = {.task = TASK_FOLLOW_UP, .instruction = text};

    begin_follow_up(dialog, text);
    turn_begin(&dialog->turn, _("Asking"));
    turn_ask(&dialog->turn, &question);
    g_free(text);
}

/* The same source as it is now, as the next turn. */
static void look_again(struct dialog *dialog)
{
    char *text = window_take_question(dialog->window);

    if (!*text) {
        g_free(text);
        text = g_strdup(_("I have edited the picture. What has changed, and does your answer still "
                          "hold?"));
    }
    begin_follow_up(dialog, text);
    outgoing_read(dialog->outgoing);
    read_and_ask(dialog, text);
}

/* The rest goes right behind what was cut, and behind nothing of an attempt that came to nothing.
 */
static void go_on(struct dialog *dialog)
{
    struct question question = {.task = TASK_CONTINUE};
    struct turn *turn = &dialog->turn;

    answer_restore(turn->answer);
    transcript_replace(transcript_of(dialog), answer_text(turn->answer));
    turn_begin(turn, _("Asking for the rest"));
    turn_ask(turn, &question);
}

/* What is wrong with a configuration the request says itself. */
static void ask_first(struct dialog *dialog, void (*then)(struct dialog *))
{
    struct sl_error error = SL_ERROR_INIT;
    struct sl_config *config = NULL;
    GtkWindow *parent = window_toplevel(dialog->window);

    if (sl_client_config(dialog->turn.line.client, &config, NULL) != 0 ||
        consent_ask(parent, config, &error) == 0)
        then(dialog);
    else
        complain(dialog, &error);
    sl_config_free(config);
}

static void on_changed(struct dialog *dialog)
{
    char *source = g_strdup(dialog->now.value[SETTING_SOURCE]);

    form_read(window_form(dialog->window), &dialog->now);
    if (g_str_equal(source, dialog->now.value[SETTING_SOURCE]))
        outgoing_prepare(dialog->outgoing);
    else
        outgoing_read(dialog->outgoing);
    g_free(source);
}

static void stop(struct dialog *dialog)
{
    outgoing_stop_waiting(dialog->outgoing);
    stop_watching(dialog);
    turn_stop(&dialog->turn);
}

static void on_action(enum window_action action, void *data)
{
    struct dialog *dialog = data;

    switch (action) {
    case WINDOW_CHANGED:
        on_changed(dialog);
        break;
    case WINDOW_SHOWN:
    case WINDOW_RETURNED:
        outgoing_read(dialog->outgoing);
        break;
    case WINDOW_SEND:
        ask_first(dialog, send);
        break;
    case WINDOW_FOLLOW_UP:
        ask_first(dialog, follow_up);
        break;
    case WINDOW_LOOK_AGAIN:
        ask_first(dialog, look_again);
        break;
    case WINDOW_CONTINUE:
        ask_first(dialog, go_on);
        break;
    case WINDOW_STOP:
        stop(dialog);
        break;
    case WINDOW_CLOSE:
        g_main_loop_quit(dialog->loop);
        break;
    }
}

static void announce(const char *what, void *data)
{
    const struct dialog *dialog = data;

    window_set_status(dialog->window, what, 0);
}

static void on_use(use_fn way, void *data)
{
    struct dialog *dialog = data;
    char *text = transcript_answer(transcript_of(dialog));
    struct use use = {
        .parent = window_toplevel(dialog->window),
        .image = dialog->image,
        .task = dialog->settings->value[SETTING_TASK],
        .output = output_of(dialog),
        .text = text,
        .announce = announce,
        .data = dialog,
        .sent = &dialog->sent,
    };
    struct said said = way(&use);

    if (said.sentence) {
        window_clear_messages(dialog->window);
        window_add_message(dialog->window, said.level, said.sentence);
    }
    g_free(said.sentence);
    g_free(text);
}

/* `error` is about the configuration, or empty. */
static void open_dialog(struct dialog *dialog, const struct command *command,
                        const struct sl_error *error)
{
    const struct window_handlers handlers = {on_action, on_use, dialog};
    const char *warning;

    dialog->loop = g_main_loop_new(NULL, FALSE);
    dialog->window = window_new(command, dialog->settings, &dialog->menu, &handlers);
    dialog->turn.window = dialog->window;
    form_read(window_form(dialog->window), &dialog->now);
    dialog->outgoing = outgoing_new(dialog->image, &dialog->now, dialog->turn.line.client,
                                    window_preview(dialog->window));
    if (error->code != 0)
        window_add_message(dialog->window, SL_LEVEL_ERROR, error->message);
    for (size_t i = 0; (warning = task_menu_warning(&dialog->menu, i)); i++)
        window_add_message(dialog->window, SL_LEVEL_WARNING, warning);
}

static struct result close_dialog(struct dialog *dialog)
{
    char *answer = turn_take_answer(&dialog->turn);

    stop_watching(dialog);
    outgoing_free(dialog->outgoing);
    turn_release(&dialog->turn);
    window_free(dialog->window);
    task_menu_release(&dialog->menu);
    settings_release(&dialog->now);
    g_free(dialog->question);
    g_main_loop_unref(dialog->loop);
    return (struct result){answer ? OUTCOME_DONE : OUTCOME_CANCELLED, answer, 0};
}

struct result dialog_run(const struct command *command, int image, struct settings *settings)
{
    struct dialog dialog = {.image = image, .settings = settings};
    struct sl_error error = SL_ERROR_INIT;

    if (turn_init(&dialog.turn, settings, &error) != 0)
        return (struct result){OUTCOME_FAILED, g_strdup(error.message), error.code};

    host_ui_init();
    task_menu_init(&dialog.menu, &error);
    open_dialog(&dialog, command, &error);
    g_main_loop_run(dialog.loop);
    return close_dialog(&dialog);
}
