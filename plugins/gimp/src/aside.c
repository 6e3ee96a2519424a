/* Work beside the main loop. See aside.h. */
#include "aside.h"

#include <gio/gio.h>

struct errand {
    void (*work)(void *data);
    void *data;
    GMainLoop *loop;
};

static void run(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    struct errand *errand = data;

    (void)source;
    (void)cancellable;
    errand->work(errand->data);
    g_task_return_boolean(task, TRUE);
}

static void on_end(GObject *source, GAsyncResult *result, gpointer data)
{
    struct errand *errand = data;

    (void)source;
    (void)result;
    g_main_loop_quit(errand->loop);
}

void run_aside(void (*work)(void *data), void *data)
{
    struct errand errand = {work, data, g_main_loop_new(NULL, FALSE)};
    GTask *task = g_task_new(NULL, NULL, on_end, &errand);

    g_task_set_task_data(task, &errand, NULL);
    g_task_run_in_thread(task, run);
    g_main_loop_run(errand.loop);
    g_object_unref(task);
    g_main_loop_unref(errand.loop);
}
