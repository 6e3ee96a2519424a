/*
 * What happens in the dialog: the image is read, the request runs, the window shows it. See
 * dialog.h.
 *
 * Reading goes strip by strip between other events, so that the window is drawn and Stop is heard
 * in between. The loop is an own one, since gtk_dialog_run would make the dialog modal, and some
 * window managers then keep the person from working on in GIMP.
 *
 * The image may be edited or closed meanwhile. What runs goes on with the pixels that were read;
 * the next Describe reads the image anew, or says that it is gone.
 */
#include "dialog.h"

#include "host.h"
#include "picture.h"
#include "request.h"
#include "window.h"

#define TICK_MS 100

/* Time for a window to be drawn before a call into GIMP that can take seconds. */
#define DRAW_MS 40

struct dialog {
    const struct command *command;
    int image;
    struct settings *settings;
    struct request_line line;
    struct window *window;
    GMainLoop *loop;

    guint reading;           /* the handler that reads the image, or 0 */
    struct picture *picture; /* what it has read so far */
    uint64_t request;        /* what runs, or 0 */
    guint ticking;
    gint64 since; /* g_get_monotonic_time when it was sent */
    const char *phase;
    double fraction;
    GString *answer; /* as far as it has arrived */
    char *whole;     /* the last answer that arrived whole, or NULL */
};

static double seconds(const struct dialog *dialog)
{
    return (double)(g_get_monotonic_time() - dialog->since) / G_USEC_PER_SEC;
}

static gboolean show_status(void *data)
{
    struct dialog *dialog = data;
    char detail[32] = "";

    if (dialog->fraction >= 0)
        g_snprintf(detail, sizeof detail, ": %.0f %%", 100 * dialog->fraction);
    else if (seconds(dialog) >= 1)
        g_snprintf(detail, sizeof detail, " (%.0f s)", seconds(dialog));

    char *text = g_strconcat(dialog->phase, detail, NULL);
    window_set_status(dialog->window, text, dialog->fraction);
    g_free(text);
    return G_SOURCE_CONTINUE;
}

static void set_phase(struct dialog *dialog, const char *phase, double fraction)
{
    dialog->phase = phase;
    dialog->fraction = fraction;
    show_status(dialog);
}

/* The end of what began with send, however it came. */
static void finish(struct dialog *dialog, const char *status)
{
    g_source_remove(dialog->ticking);
    dialog->ticking = 0;
    dialog->request = 0;
    window_set_status(dialog->window, status, 0);
    window_set_busy(dialog->window, false);
}

static void fail(struct dialog *dialog, const struct sl_error *error)
{
    window_set_message(dialog->window, SL_LEVEL_ERROR, error->message);
    finish(dialog, dialog->answer->len > 0 ? "Failed: the answer is not whole" : "Failed");
}

static void append_count(GString *text, const char *format, int64_t count)
{
    if (count >= 0)
        g_string_append_printf(text, format, (long long)count);
}

static void done(struct dialog *dialog, const struct sl_event *event)
{
    GString *text = g_string_new(NULL);

    g_string_printf(text, "Done in %.1f s", seconds(dialog));
    append_count(text, ", %lld tokens in", event->usage.input_tokens);
    append_count(text, ", %lld out", event->usage.output_tokens);
    append_count(text, ", %lld of them thinking", event->usage.reasoning_tokens);
    g_free(dialog->whole);
    dialog->whole = g_strdup(dialog->answer->str);
    finish(dialog, text->str);
    g_string_free(text, TRUE);
}

static void on_event(const struct sl_event *event, void *data)
{
    struct dialog *dialog = data;

    switch (event->type) {
    case SL_EVENT_PROGRESS:
        set_phase(dialog, request_phase(event->phase), request_fraction(event));
        break;
    case SL_EVENT_NOTE:
        window_set_message(dialog->window, event->level, event->text);
        break;
    case SL_EVENT_REASONING:
        break;
    case SL_EVENT_TEXT:
        g_string_append_len(dialog->answer, event->text, (gssize)event->len);
        window_append_answer(dialog->window, event->text, event->len);
        break;
    case SL_EVENT_DONE:
        done(dialog, event);
        break;
    case SL_EVENT_FAILED:
        fail(dialog, event->error);
        break;
    case SL_EVENT_CANCELLED:
        finish(dialog, "Stopped");
        break;
    }
}

static gboolean read_strip(void *data)
{
    struct dialog *dialog = data;
    struct sl_error error = SL_ERROR_INIT;
    bool more = picture_read(dialog->picture);

    dialog->fraction = picture_fraction(dialog->picture);
    if (more)
        return G_SOURCE_CONTINUE;

    dialog->reading = 0;
    if (request_start(&dialog->line, dialog->command, dialog->settings,
                      g_steal_pointer(&dialog->picture), on_event, dialog, &dialog->request,
                      &error) != 0)
        fail(dialog, &error);
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

static void send(struct dialog *dialog)
{
    window_settings(dialog->window, dialog->settings);
    window_clear_answer(dialog->window);
    window_set_message(dialog->window, SL_LEVEL_OK, NULL);
    window_set_busy(dialog->window, true);
    g_string_truncate(dialog->answer, 0);

    dialog->since = g_get_monotonic_time();
    set_phase(dialog, "Reading the image", -1);
    dialog->ticking = g_timeout_add(TICK_MS, show_status, dialog);
    dialog->reading = g_timeout_add(DRAW_MS, open_picture, dialog);
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
    finish(dialog, "Stopped");
}

static void on_action(enum window_action action, void *data)
{
    struct dialog *dialog = data;

    switch (action) {
    case WINDOW_SEND:
        send(dialog);
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

static void close_dialog(struct dialog *dialog)
{
    request_line_release(&dialog->line);
    drop_picture(dialog);
    if (dialog->ticking)
        g_source_remove(dialog->ticking);
    window_free(dialog->window);
    g_main_loop_unref(dialog->loop);
    g_string_free(dialog->answer, TRUE);
}

struct result dialog_run(const struct command *command, int image, struct settings *settings)
{
    struct dialog dialog = {.command = command, .image = image, .settings = settings};
    struct sl_error error = SL_ERROR_INIT;

    if (request_line_init(&dialog.line, &error) != 0)
        return (struct result){OUTCOME_FAILED, g_strdup(error.message)};

    host_ui_init();
    dialog.answer = g_string_new(NULL);
    dialog.loop = g_main_loop_new(NULL, FALSE);
    dialog.window = window_new(command, settings, on_action, &dialog);
    g_timeout_add(DRAW_MS, warm_up, NULL);
    g_main_loop_run(dialog.loop);
    close_dialog(&dialog);
    return (struct result){dialog.whole ? OUTCOME_DONE : OUTCOME_CANCELLED, dialog.whole};
}
