/*
 * Running a task without a dialog. See silent.h.
 *
 * The main loop runs all the same: libgimp watches there whether GIMP is alive, and ends this
 * process, and with it the request, when it is not. That is also how the Cancel of GIMP's progress
 * bar works: GIMP ends the process.
 */
#include "silent.h"

#include <libgimp/gimp.h>

#include "answer.h"
#include "i18n.h"
#include "reading.h"
#include "request.h"
#include "status.h"

struct silent {
    GMainLoop *loop;
    struct status status;
    char *shown; /* what the progress bar says */
    struct answer *answer;
    struct result result;
};

/* In GIMP's own progress bar. */
static void show_progress(struct silent *silent, const struct sl_event *event)
{
    status_take(&silent->status, event);
    if (g_strcmp0(silent->status.phase, silent->shown) != 0)
        gimp_progress_init(silent->status.phase);
    g_free(silent->shown);
    silent->shown = g_strdup(silent->status.phase);
    if (silent->status.fraction < 0)
        gimp_progress_pulse();
    else
        gimp_progress_update(silent->status.fraction);
}

static void finish(struct silent *silent, enum outcome outcome, const char *text)
{
    silent->result = (struct result){outcome, g_strdup(text), 0};
    g_main_loop_quit(silent->loop);
}

static void on_event(const struct sl_event *event, void *data)
{
    struct silent *silent = data;

    switch (event->type) {
    case SL_EVENT_PROGRESS:
    case SL_EVENT_TOOL:
        show_progress(silent, event);
        break;
    case SL_EVENT_TEXT:
    case SL_EVENT_FILE:
        answer_take(silent->answer, event);
        break;
    case SL_EVENT_DONE:
        finish(silent, OUTCOME_DONE, answer_text(silent->answer));
        break;
    case SL_EVENT_FAILED:
        finish(silent, OUTCOME_FAILED, event->error->message);
        silent->result.code = event->error->code;
        break;
    case SL_EVENT_CANCELLED:
        finish(silent, OUTCOME_CANCELLED, NULL);
        break;
    case SL_EVENT_NOTE:
        g_printerr("sightline: %s\n", event->text);
        break;
    case SL_EVENT_REASONING:
    case SL_EVENT_STORED:
        break;
    }
}

static struct pictures *read_whole(int image, const char *source, struct sl_error *error)
{
    struct reading *reading = reading_new(image, source, error);
    enum reading_state state = reading ? READING_ASIDE : READING_FAILED;
    struct pictures *pictures = NULL;

    gimp_progress_init(_("Reading the image"));
    while (state < READING_DONE) {
        state = reading_step(reading, error);
        gimp_progress_update(reading_fraction(reading));
    }
    if (state == READING_DONE)
        pictures = reading_take(reading);
    reading_free(reading);
    return pictures;
}

/* Everything up to the request that runs. */
static int start(struct silent *silent, struct request_line *line, int image,
                 const struct settings *settings, struct sl_error *error)
{
    struct question question = {
        .task = settings->value[SETTING_TASK],
        .instruction = settings_chosen(settings, SETTING_INSTRUCTION),
    };
    uint64_t id;
    int code = settings_check(settings, error);

    if (code == 0)
        code = request_line_init(line, error);
    if (code != 0)
        return code;
    question.pictures = read_whole(image, settings->value[SETTING_SOURCE], error);
    if (!question.pictures)
        return error->code;
    code = request_start(line, &question, settings, on_event, silent, &id, error);
    pictures_drop(question.pictures);
    return code;
}

struct result silent_run(int image, const struct settings *settings)
{
    struct request_line line = {0};
    struct sl_error error = SL_ERROR_INIT;
    struct silent silent = {.loop = g_main_loop_new(NULL, FALSE), .answer = answer_new()};

    if (start(&silent, &line, image, settings, &error) == 0)
        g_main_loop_run(silent.loop);
    else
        finish(&silent, outcome_of(&error), error.message);

    gimp_progress_end();
    request_line_release(&line);
    status_release(&silent.status);
    g_free(silent.shown);
    answer_free(silent.answer);
    g_main_loop_unref(silent.loop);
    return silent.result;
}
