/* What our windows have in common. See toolkit.h. */
#include "toolkit.h"

#if GTK_CHECK_VERSION(3, 0, 0)
#define DRAWING "draw"
#define FRAME_MS 20 /* a frame is drawn when its time has come, 60 times a second */
#else
#define DRAWING "expose-event"
#define FRAME_MS 0
#endif

/* What draws has a higher priority. */
guint when_drawn(GSourceFunc then, void *data)
{
    return g_timeout_add_full(G_PRIORITY_DEFAULT_IDLE, FRAME_MS, then, data, NULL);
}

struct waiting {
    void (*then)(void *data);
    void *data;
};

static gboolean on_drawing(GtkWidget *window, void *event, struct waiting *waiting)
{
    struct waiting called = *waiting;

    (void)event;
    g_signal_handlers_disconnect_by_func(window, on_drawing, waiting);
    called.then(called.data);
    return FALSE;
}

static void free_waiting(void *waiting, GClosure *closure)
{
    (void)closure;
    g_free(waiting);
}

void when_shown(GtkWidget *window, void (*then)(void *data), void *data)
{
    struct waiting *waiting = g_new(struct waiting, 1);

    *waiting = (struct waiting){then, data};
    g_signal_connect_data(window, DRAWING, G_CALLBACK(on_drawing), waiting, free_waiting,
                          G_CONNECT_AFTER);
}

static gboolean on_shortcut(GtkButton *button, gboolean shared)
{
    if (!shared)
        gtk_button_clicked(button);
    return !shared;
}

void press_at_once(GtkWidget *button)
{
    g_object_set(button, "focus-on-click", FALSE, NULL);
    g_signal_connect(button, "mnemonic-activate", G_CALLBACK(on_shortcut), NULL);
}
