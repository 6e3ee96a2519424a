/*
 * Reading and preparing what is about to go out. See outgoing.h.
 *
 * Reading goes strip by strip in idle moments, since GIMP's wire belongs to the main thread. A call
 * into GIMP that cannot be divided waits until the dialog has drawn what it says about it.
 * Preparing needs nothing of GIMP and has a thread; one that is outdated
 * is not listened to, and soon notices.
 */
#include "outgoing.h"

#include <string.h>

#include "i18n.h"
#include "request.h"

/* Time for a window to be drawn before a call into GIMP that can take seconds. */
#define DRAW_MS 40

/* Time for a person to type on before what was typed is counted. */
#define PAUSE_MS 300

/* One preparation. Two hold it: the thread and, until it is outdated, the outgoing. */
struct job {
    atomic_bool cancelled;
    struct pictures *pictures;
    struct settings settings; /* a copy */
    struct sl_config *config;
    struct sl_preview preview;
    GdkPixbuf *drawing;
    struct sl_error error;
};

struct outgoing {
    int image;
    const struct settings *settings;
    const struct sl_client *client;
    struct preview *shown;

    guint step;              /* the handler of the next step, or 0 */
    guint pause;             /* the handler that prepares after a pause, or 0 */
    struct reading *reading; /* or NULL */
    struct pictures *pictures;
    struct sl_error error; /* why there are no pictures */

    GTask *job;       /* the newest, or NULL */
    unsigned running; /* jobs whose end has not been heard yet */
    outgoing_fn then;
    void *data;
};

static void free_job(void *data)
{
    struct job *job = data;

    pictures_drop(job->pictures);
    settings_release(&job->settings);
    sl_config_free(job->config);
    sl_preview_release(&job->preview);
    g_clear_object(&job->drawing);
    g_free(job);
}

static void work(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    struct job *job = data;
    struct sl_request request =
        request_of(job->settings.value[SETTING_TASK],
                   settings_chosen(&job->settings, SETTING_INSTRUCTION), &job->settings);

    (void)source;
    (void)cancellable;
    request.media = pictures_media(job->pictures);
    request.media_count = pictures_count(job->pictures);
    if (sl_preview_make(&job->preview, job->config, &request, &job->cancelled, &job->error) == 0)
        job->drawing = preview_draw(&job->preview);
    g_task_return_boolean(task, TRUE);
}

static void on_prepared(GObject *source, GAsyncResult *result, gpointer data)
{
    struct job *job = g_task_get_task_data(G_TASK(result));
    struct outgoing *outgoing = data;

    (void)source;
    outgoing->running--;
    if (job->cancelled)
        return;
    if (job->error.code != 0)
        preview_say(outgoing->shown, job->error.message);
    else
        preview_show(outgoing->shown, job->drawing, &job->preview);
    g_clear_object(&outgoing->job);
}

static void outdate(struct outgoing *outgoing)
{
    if (!outgoing->job)
        return;
    struct job *job = g_task_get_task_data(outgoing->job);

    job->cancelled = true;
    g_clear_object(&outgoing->job);
}

static void copy_settings(struct settings *to, const struct settings *from)
{
    for (int which = 0; which < SETTING_COUNT; which++)
        settings_set(to, which, from->value[which]);
}

static void start_job(struct outgoing *outgoing)
{
    struct job *job = g_new0(struct job, 1);

    job->pictures = pictures_hold(outgoing->pictures);
    copy_settings(&job->settings, outgoing->settings);
    outgoing->running++;
    outgoing->job = g_task_new(NULL, NULL, on_prepared, outgoing);
    g_task_set_task_data(outgoing->job, job, free_job);
    if (sl_client_config(outgoing->client, &job->config, &job->error) == 0)
        g_task_run_in_thread(outgoing->job, work);
    else
        g_task_return_boolean(outgoing->job, TRUE);
}

struct outgoing *outgoing_new(int image, const struct settings *settings,
                              const struct sl_client *client, struct preview *preview)
{
    struct outgoing *outgoing = g_new0(struct outgoing, 1);

    outgoing->image = image;
    outgoing->settings = settings;
    outgoing->client = client;
    outgoing->shown = preview;
    return outgoing;
}

static void remove_source(guint *source)
{
    if (*source)
        g_source_remove(*source);
    *source = 0;
}

static void forget(struct outgoing *outgoing)
{
    remove_source(&outgoing->step);
    remove_source(&outgoing->pause);
    reading_free(g_steal_pointer(&outgoing->reading));
    pictures_drop(g_steal_pointer(&outgoing->pictures));
    outgoing->error = (struct sl_error)SL_ERROR_INIT;
    outdate(outgoing);
}

void outgoing_free(struct outgoing *outgoing)
{
    forget(outgoing);
    while (outgoing->running > 0)
        g_main_context_iteration(NULL, TRUE);
    g_free(outgoing);
}

static void answer_waiting(struct outgoing *outgoing)
{
    outgoing_fn then = outgoing->then;

    outgoing->then = NULL;
    if (then)
        then(outgoing->pictures, &outgoing->error, outgoing->data);
}

static void fail(struct outgoing *outgoing)
{
    reading_free(g_steal_pointer(&outgoing->reading));
    preview_say(outgoing->shown, outgoing->error.message);
    answer_waiting(outgoing);
}

static void finish_reading(struct outgoing *outgoing)
{
    outgoing->pictures = reading_take(outgoing->reading);
    reading_free(g_steal_pointer(&outgoing->reading));
    start_job(outgoing);
    answer_waiting(outgoing);
}

static gboolean step(void *data)
{
    struct outgoing *outgoing = data;
    enum reading_state state = reading_step(outgoing->reading, &outgoing->error);

    if (state == READING_GOES_ON)
        outgoing->step = g_idle_add(step, outgoing);
    else if (state == READING_OPENS)
        outgoing->step = g_timeout_add(DRAW_MS, step, outgoing);
    else
        outgoing->step = 0;
    if (state == READING_DONE)
        finish_reading(outgoing);
    else if (state == READING_FAILED)
        fail(outgoing);
    return G_SOURCE_REMOVE;
}

static gboolean begin(void *data)
{
    struct outgoing *outgoing = data;

    outgoing->step = 0;
    outgoing->reading =
        reading_new(outgoing->image, outgoing->settings->value[SETTING_SOURCE], &outgoing->error);
    if (outgoing->reading)
        return step(outgoing);
    fail(outgoing);
    return G_SOURCE_REMOVE;
}

void outgoing_read(struct outgoing *outgoing)
{
    forget(outgoing);
    preview_say(outgoing->shown, _("Reading the image"));
    outgoing->step = g_timeout_add(DRAW_MS, begin, outgoing);
}

static gboolean prepare(void *data)
{
    struct outgoing *outgoing = data;

    outgoing->pause = 0;
    outdate(outgoing);
    start_job(outgoing);
    return G_SOURCE_REMOVE;
}

void outgoing_prepare(struct outgoing *outgoing)
{
    if (!outgoing->pictures)
        return;
    remove_source(&outgoing->pause);
    outgoing->pause = g_timeout_add(PAUSE_MS, prepare, outgoing);
}

static gboolean tell(void *data)
{
    struct outgoing *outgoing = data;

    outgoing->step = 0;
    answer_waiting(outgoing);
    return G_SOURCE_REMOVE;
}

void outgoing_wait(struct outgoing *outgoing, outgoing_fn then, void *data)
{
    outgoing->then = then;
    outgoing->data = data;
    if (outgoing->pictures && !outgoing->step)
        outgoing->step = g_idle_add(tell, outgoing);
    else if (!outgoing->reading && !outgoing->step)
        outgoing_read(outgoing);
}

void outgoing_stop_waiting(struct outgoing *outgoing)
{
    outgoing->then = NULL;
}

double outgoing_fraction(const struct outgoing *outgoing)
{
    return outgoing->reading ? reading_fraction(outgoing->reading) : -1;
}
