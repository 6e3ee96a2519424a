/*
 * Running a command without a dialog. See silent.h.
 *
 * The main loop runs all the same: libgimp watches there whether GIMP is alive, and ends this
 * process, and with it the request, when it is not. That is also how the Cancel of GIMP's progress
 * bar works: GIMP ends the process.
 */
#include "silent.h"

#include <libgimp/gimp.h>

#include "picture.h"
#include "request.h"

struct silent {
    GMainLoop *loop;
    enum sl_phase phase; /* what the progress bar shows */
    GString *answer;
    struct result result;
};

/* In GIMP's own progress bar. */
static void show_progress(struct silent *silent, const struct sl_event *event)
{
    double fraction = request_fraction(event);

    if (event->phase != silent->phase)
        gimp_progress_init(request_phase(event->phase));
    silent->phase = event->phase;
    if (fraction < 0)
        gimp_progress_pulse();
    else
        gimp_progress_update(fraction);
}

static void finish(struct silent *silent, enum outcome outcome, const char *text)
{
    silent->result = (struct result){outcome, g_strdup(text)};
    g_main_loop_quit(silent->loop);
}

static void on_event(const struct sl_event *event, void *data)
{
    struct silent *silent = data;

    switch (event->type) {
    case SL_EVENT_PROGRESS:
        show_progress(silent, event);
        break;
    case SL_EVENT_TEXT:
        g_string_append_len(silent->answer, event->text, (gssize)event->len);
        break;
    case SL_EVENT_DONE:
        finish(silent, OUTCOME_DONE, silent->answer->str);
        break;
    case SL_EVENT_FAILED:
        finish(silent, OUTCOME_FAILED, event->error->message);
        break;
    case SL_EVENT_CANCELLED:
        finish(silent, OUTCOME_CANCELLED, NULL);
        break;
    case SL_EVENT_NOTE:
        g_printerr("sightline: %s\n", event->text);
        break;
    case SL_EVENT_REASONING:
        break;
    }
}

static struct picture *read_whole(int image, struct sl_error *error)
{
    gimp_progress_init("Reading the image");
    struct picture *picture = picture_open(image, error);

    while (picture && picture_read(picture))
        gimp_progress_update(picture_fraction(picture));
    return picture;
}

struct result silent_run(const struct command *command, int image, const struct settings *settings)
{
    struct request_line line = {0};
    struct sl_error error = SL_ERROR_INIT;
    struct silent silent = {.loop = g_main_loop_new(NULL, FALSE), .answer = g_string_new(NULL)};
    struct picture *picture;
    uint64_t id;

    if (request_line_init(&line, &error) == 0 && (picture = read_whole(image, &error)) &&
        request_start(&line, command, settings, picture, on_event, &silent, &id, &error) == 0)
        g_main_loop_run(silent.loop);
    else
        finish(&silent, OUTCOME_FAILED, error.message);

    gimp_progress_end();
    request_line_release(&line);
    g_string_free(silent.answer, TRUE);
    g_main_loop_unref(silent.loop);
    return silent.result;
}
