/*
 * Reading and preparing what is about to go out. See outgoing.h.
 *
 * Preparing has a thread; one that is outdated is not listened to, and soon notices.
 */
#include "outgoing.h"

#include <string.h>

#include "i18n.h"
#include "reader.h"
#include "request.h"

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

    guint told;            /* the handler that calls `then`, or 0 */
    guint pause;           /* the handler that prepares after a pause, or 0 */
    struct reader *reader; /* or NULL */
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
    remove_source(&outgoing->told);
    remove_source(&outgoing->pause);
    reader_free(g_steal_pointer(&outgoing->reader));
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

static void prepare_later(struct outgoing *outgoing);

/* Who waits for the pictures goes first: preparing them twice at a time would take both longer. */
static void take_pictures(struct outgoing *outgoing, struct pictures *pictures)
{
    outgoing->pictures = pictures;
    if (outgoing->then)
        prepare_later(outgoing);
    else
        start_job(outgoing);
}

static void on_request(const char *what, void *data)
{
    const struct outgoing *outgoing = data;

    preview_say(outgoing->shown, what);
}

static void on_read(struct pictures *pictures, const struct sl_error *error, void *data)
{
    struct outgoing *outgoing = data;

    outgoing->error = *error;
    reader_free(g_steal_pointer(&outgoing->reader));
    if (pictures)
        take_pictures(outgoing, pictures);
    else
        preview_say(outgoing->shown, outgoing->error.message);
    answer_waiting(outgoing);
}

void outgoing_read(struct outgoing *outgoing)
{
    static const struct reader_handlers handlers = {on_request, on_read};

    forget(outgoing);
    preview_say(outgoing->shown, _("Reading the image"));
    outgoing->reader =
        reader_new(outgoing->image, outgoing->settings->value[SETTING_SOURCE], &handlers, outgoing);
}

static gboolean prepare(void *data)
{
    struct outgoing *outgoing = data;

    outgoing->pause = 0;
    outdate(outgoing);
    start_job(outgoing);
    return G_SOURCE_REMOVE;
}

static void prepare_later(struct outgoing *outgoing)
{
    remove_source(&outgoing->pause);
    outgoing->pause = g_timeout_add(PAUSE_MS, prepare, outgoing);
}

void outgoing_prepare(struct outgoing *outgoing)
{
    if (outgoing->pictures)
        prepare_later(outgoing);
}

static gboolean tell(void *data)
{
    struct outgoing *outgoing = data;

    outgoing->told = 0;
    answer_waiting(outgoing);
    return G_SOURCE_REMOVE;
}

void outgoing_wait(struct outgoing *outgoing, outgoing_fn then, void *data)
{
    outgoing->then = then;
    outgoing->data = data;
    if (outgoing->pictures && !outgoing->told)
        outgoing->told = g_idle_add(tell, outgoing);
    else if (!outgoing->pictures && !outgoing->reader)
        outgoing_read(outgoing);
}

void outgoing_stop_waiting(struct outgoing *outgoing)
{
    outgoing->then = NULL;
}

double outgoing_fraction(const struct outgoing *outgoing)
{
    return outgoing->reader ? reader_fraction(outgoing->reader) : -1;
}
