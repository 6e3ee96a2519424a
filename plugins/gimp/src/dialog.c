/*
 * What happens in the dialog: the image is read, the request runs, the window shows it; questions
 * about the answer follow. See dialog.h.
 *
 * Reading goes strip by strip between other events, so that the window is drawn and Stop is heard
 * in between. The loop is an own one, since gtk_dialog_run would make the dialog modal, and some
 * window managers then keep the person from working on in GIMP.
 *
 * The image may be edited or closed meanwhile. What runs goes on with the pixels that were read,
 * and follow-ups with the picture that was sent; the next Send reads the image anew, or says that
 * it is gone.
 */
#include "dialog.h"

#include "answer.h"
#include "host.h"
#include "i18n.h"
#include "picture.h"
#include "request.h"
#include "status.h"
#include "task_menu.h"
#include "window.h"

#define TICK_MS 100

/* Time for a window to be drawn before a call into GIMP that can take seconds. */
#define DRAW_MS 40

/* The tasks that go on with a conversation. */
#define TASK_FOLLOW_UP "ask"
#define TASK_CONTINUE "continue"

struct dialog {
    int image;
    struct settings *settings;
    struct request_line line;
    struct task_menu menu;
    struct window *window;
    GMainLoop *loop;

    guint reading;           /* the handler that reads the image, or 0 */
    struct picture *picture; /* what it has read so far */
    uint64_t request;        /* what runs, or 0 */
    guint ticking;
    gint64 since; /* g_get_monotonic_time when it was sent */
    struct status status;

    struct sl_conversation *conversation; /* from the last Send on, or NULL */
    struct answer *answer;                /* to its last question, as far as it has arrived */
    bool cut;                             /* at its length: it can be continued */
    char *whole;                          /* the last answer that arrived whole, or NULL */
};

static double seconds(const struct dialog *dialog)
{
    return (double)(g_get_monotonic_time() - dialog->since) / G_USEC_PER_SEC;
}

static gboolean show_status(void *data)
{
    struct dialog *dialog = data;
    char *line = status_line(&dialog->status, seconds(dialog));

    window_set_status(dialog->window, line, dialog->status.fraction);
    g_free(line);
    return G_SOURCE_CONTINUE;
}

static struct transcript *transcript_of(const struct dialog *dialog)
{
    return window_transcript(dialog->window);
}

/* From here on something runs, until finish. */
static void begin(struct dialog *dialog, const char *phase)
{
    transcript_forget_reasoning(transcript_of(dialog));
    window_clear_messages(dialog->window);
    window_set_busy(dialog->window);
    dialog->since = g_get_monotonic_time();
    status_begin(&dialog->status, phase);
    show_status(dialog);
    dialog->ticking = g_timeout_add(TICK_MS, show_status, dialog);
}

/* The end of what began, however it came. */
static void finish(struct dialog *dialog, const char *status)
{
    bool answered = dialog->conversation && sl_conversation_turns(dialog->conversation) > 0;

    g_source_remove(dialog->ticking);
    dialog->ticking = 0;
    dialog->request = 0;
    window_set_status(dialog->window, status, 0);
    window_set_idle(dialog->window, (answered ? WINDOW_OFFER_FOLLOW_UP : 0) |
                                        (answered && dialog->cut ? WINDOW_OFFER_CONTINUE : 0));
}

static void fail(struct dialog *dialog, const struct sl_error *error)
{
    bool some = *answer_text(dialog->answer) != '\0';

    window_add_message(dialog->window, SL_LEVEL_ERROR, error->message);
    finish(dialog, some ? _("Failed: the answer is not whole") : _("Failed"));
}

/* What has come is part of the conversation, and the rest of it is to be had. */
static void cut(struct dialog *dialog, const struct sl_error *error)
{
    answer_keep(dialog->answer);
    dialog->cut = true;
    window_add_message(dialog->window, SL_LEVEL_WARNING, error->message);
    finish(dialog, _("The answer was cut: Continue asks for the rest"));
}

static void done(struct dialog *dialog, const struct sl_event *event)
{
    char *spent = status_spent(event);
    char *text = *spent ? g_strdup_printf(_("Done in %.1f s: %s"), seconds(dialog), spent)
                        : g_strdup_printf(_("Done in %.1f s"), seconds(dialog));

    g_free(dialog->whole);
    dialog->whole = g_strdup(answer_text(dialog->answer));
    dialog->cut = false;
    finish(dialog, text);
    g_free(text);
    g_free(spent);
}

static void show_text(struct dialog *dialog, const struct sl_event *event)
{
    if (answer_take(dialog->answer, event))
        transcript_append(transcript_of(dialog), event->text, event->len);
    else
        transcript_replace(transcript_of(dialog), answer_text(dialog->answer));
}

static void on_event(const struct sl_event *event, void *data)
{
    struct dialog *dialog = data;

    switch (event->type) {
    case SL_EVENT_PROGRESS:
    case SL_EVENT_TOOL:
        status_take(&dialog->status, event);
        show_status(dialog);
        break;
    case SL_EVENT_NOTE:
        window_add_message(dialog->window, event->level, event->text);
        break;
    case SL_EVENT_REASONING:
        transcript_reason(transcript_of(dialog), event->text, event->len);
        break;
    case SL_EVENT_TEXT:
    case SL_EVENT_FILE:
        show_text(dialog, event);
        break;
    case SL_EVENT_DONE:
        done(dialog, event);
        break;
    case SL_EVENT_FAILED:
        if (event->error->code == SL_E_LENGTH)
            cut(dialog, event->error);
        else
            fail(dialog, event->error);
        break;
    case SL_EVENT_CANCELLED:
        finish(dialog, _("Stopped"));
        break;
    }
}

static void ask(struct dialog *dialog, const struct question *question)
{
    struct sl_error error = SL_ERROR_INIT;

    if (request_start(&dialog->line, question, dialog->settings, on_event, dialog, &dialog->request,
                      &error) != 0)
        fail(dialog, &error);
}

static gboolean read_strip(void *data)
{
    struct dialog *dialog = data;
    bool more = picture_read(dialog->picture);

    dialog->status.fraction = picture_fraction(dialog->picture);
    if (more)
        return G_SOURCE_CONTINUE;

    dialog->reading = 0;
    struct question question = {
        .task = dialog->settings->value[SETTING_TASK],
        .instruction = settings_chosen(dialog->settings, SETTING_INSTRUCTION),
        .picture = g_steal_pointer(&dialog->picture),
        .conversation = dialog->conversation,
    };
    ask(dialog, &question);
    return G_SOURCE_REMOVE;
}

static gboolean open_picture(void *data)
{
    struct dialog *dialog = data;
    struct sl_error error = SL_ERROR_INIT;

    dialog->picture = picture_open(dialog->image, &error);
    dialog->reading = dialog->picture ? g_idle_add(read_strip, dialog) : 0;
    if (!dialog->picture)
        fail(dialog, &error);
    return G_SOURCE_REMOVE;
}

/* An answer of its own below what is there. */
static void begin_answer(struct dialog *dialog, enum sl_output output)
{
    answer_free(dialog->answer);
    dialog->answer = answer_new();
    dialog->cut = false;
    transcript_begin(transcript_of(dialog), output != SL_OUTPUT_TEXT);
}

static enum sl_output chosen_output(const struct dialog *dialog)
{
    const char *name = dialog->settings->value[SETTING_TASK];
    const struct sl_task_info *task = task_menu_find(&dialog->menu, name);

    return task ? task->output : SL_OUTPUT_TEXT;
}

static void complain(struct dialog *dialog, const struct sl_error *error)
{
    window_clear_messages(dialog->window);
    window_add_message(dialog->window, SL_LEVEL_ERROR, error->message);
    form_focus(window_form(dialog->window));
}

/* Begins a conversation anew. */
static void send(struct dialog *dialog)
{
    struct sl_error error = SL_ERROR_INIT;

    form_read(window_form(dialog->window), dialog->settings);
    if (settings_check(dialog->settings, &error) != 0) {
        complain(dialog, &error);
        return;
    }
    transcript_clear(transcript_of(dialog));
    begin_answer(dialog, chosen_output(dialog));
    begin(dialog, _("Reading the image"));
    sl_conversation_free(g_steal_pointer(&dialog->conversation));
    if (sl_conversation_new(&dialog->conversation, &error) != 0)
        fail(dialog, &error);
    else
        dialog->reading = g_timeout_add(DRAW_MS, open_picture, dialog);
}

static void follow_up(struct dialog *dialog)
{
    char *text = window_take_question(dialog->window);
    struct question question = {
        .task = TASK_FOLLOW_UP,
        .instruction = text,
        .conversation = dialog->conversation,
    };

    transcript_question(transcript_of(dialog), text);
    begin_answer(dialog, SL_OUTPUT_TEXT);
    begin(dialog, _("Asking"));
    ask(dialog, &question);
    g_free(text);
}

/* The rest goes right behind what was cut, and behind nothing of an attempt that came to nothing.
 */
static void go_on(struct dialog *dialog)
{
    struct question question = {.task = TASK_CONTINUE, .conversation = dialog->conversation};

    answer_restore(dialog->answer);
    transcript_replace(transcript_of(dialog), answer_text(dialog->answer));
    begin(dialog, _("Asking for the rest"));
    ask(dialog, &question);
}

static void drop_picture(struct dialog *dialog)
{
    if (dialog->reading)
        g_source_remove(dialog->reading);
    dialog->reading = 0;
    picture_free(g_steal_pointer(&dialog->picture));
}

static void stop(struct dialog *dialog)
{
    if (!dialog->reading) {
        sl_client_cancel(dialog->line.client, dialog->request);
        return;
    }
    drop_picture(dialog);
    finish(dialog, _("Stopped"));
}

static int ask_for_consent(const struct dialog *dialog, const struct sl_config *config,
                           struct sl_error *error)
{
    const char *question = sl_config_consent_question(config);

    if (question && !window_ask(dialog->window, question, _("_Send")))
        return sl_error_set(error, SL_E_CONSENT, _("Nothing was sent"));
    return sl_config_agree(config, error);
}

/* What is wrong with a configuration the request says itself. */
static void ask_first(struct dialog *dialog, void (*then)(struct dialog *))
{
    struct sl_error error = SL_ERROR_INIT;
    struct sl_config *config = NULL;

    if (sl_client_config(dialog->line.client, &config, NULL) != 0 ||
        ask_for_consent(dialog, config, &error) == 0)
        then(dialog);
    else
        complain(dialog, &error);
    sl_config_free(config);
}

static void on_action(enum window_action action, void *data)
{
    struct dialog *dialog = data;

    switch (action) {
    case WINDOW_SEND:
        ask_first(dialog, send);
        break;
    case WINDOW_FOLLOW_UP:
        ask_first(dialog, follow_up);
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

/* While the person looks at the dialog. */
static gboolean warm_up(void *data)
{
    (void)data;
    picture_warm_up();
    return G_SOURCE_REMOVE;
}

/* `error` is about the configuration, or empty. */
static void open_dialog(struct dialog *dialog, const struct command *command,
                        const struct sl_error *error)
{
    const char *warning;

    dialog->answer = answer_new();
    dialog->loop = g_main_loop_new(NULL, FALSE);
    dialog->window = window_new(command, dialog->settings, &dialog->menu, on_action, dialog);
    if (error->code != 0)
        window_add_message(dialog->window, SL_LEVEL_ERROR, error->message);
    for (size_t i = 0; (warning = task_menu_warning(&dialog->menu, i)); i++)
        window_add_message(dialog->window, SL_LEVEL_WARNING, warning);
}

static void close_dialog(struct dialog *dialog)
{
    request_line_release(&dialog->line);
    sl_conversation_free(dialog->conversation);
    drop_picture(dialog);
    if (dialog->ticking)
        g_source_remove(dialog->ticking);
    window_free(dialog->window);
    task_menu_release(&dialog->menu);
    status_release(&dialog->status);
    answer_free(dialog->answer);
    g_main_loop_unref(dialog->loop);
}

struct result dialog_run(const struct command *command, int image, struct settings *settings)
{
    struct dialog dialog = {.image = image, .settings = settings};
    struct sl_error error = SL_ERROR_INIT;

    if (request_line_init(&dialog.line, &error) != 0)
        return (struct result){OUTCOME_FAILED, g_strdup(error.message), error.code};

    host_ui_init();
    task_menu_init(&dialog.menu, &error);
    open_dialog(&dialog, command, &error);
    g_timeout_add(DRAW_MS, warm_up, NULL);
    g_main_loop_run(dialog.loop);
    close_dialog(&dialog);
    return (struct result){dialog.whole ? OUTCOME_DONE : OUTCOME_CANCELLED, dialog.whole, 0};
}
