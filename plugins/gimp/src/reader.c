/*
 * Reading a source while a dialog stays alive. See reader.h.
 *
 * Strips are read in idle moments, since GIMP's wire belongs to the main thread. A call into GIMP
 * that cannot be divided waits until the dialog has drawn what it says about it. What needs nothing
 * of GIMP and takes long has a thread.
 */
#include "reader.h"

#include "toolkit.h"

struct reader {
    int image;
    char *source;
    struct reader_handlers handlers;
    void *data;
    struct reading *reading; /* or NULL */
    enum reading_state state;
    struct sl_error error;
    guint next;      /* the handler of what comes next, or 0 */
    GThread *thread; /* that does a step, or NULL */
};

static void go_on(struct reader *reader);

static gboolean step(void *data)
{
    struct reader *reader = data;

    reader->next = 0;
    reader->state = reading_step(reader->reading, &reader->error);
    go_on(reader);
    return G_SOURCE_REMOVE;
}

static gboolean on_thread_end(void *data)
{
    struct reader *reader = data;

    g_thread_join(g_steal_pointer(&reader->thread));
    reader->next = 0;
    go_on(reader);
    return G_SOURCE_REMOVE;
}

static void *step_aside(void *data)
{
    struct reader *reader = data;

    reader->state = reading_step(reader->reading, &reader->error);
    reader->next = g_idle_add(on_thread_end, reader);
    return NULL;
}

static void request(struct reader *reader)
{
    if (reader->handlers.on_request)
        reader->handlers.on_request(reading_request(reader->reading), reader->data);
    reader->next = when_drawn(step, reader);
}

static void go_on(struct reader *reader)
{
    switch (reader->state) {
    case READING_ASIDE:
        reader->thread = g_thread_new("sightline-read", step_aside, reader);
        break;
    case READING_OPENS:
        request(reader);
        break;
    case READING_GOES_ON:
        reader->next = g_idle_add(step, reader);
        break;
    case READING_DONE:
        reader->handlers.on_end(reading_take(reader->reading), &reader->error, reader->data);
        break;
    case READING_FAILED:
        reader->handlers.on_end(NULL, &reader->error, reader->data);
        break;
    }
}

static gboolean begin(void *data)
{
    struct reader *reader = data;

    reader->next = 0;
    reader->reading = reading_new(reader->image, reader->source, &reader->error);
    reader->state = reader->reading ? READING_ASIDE : READING_FAILED;
    go_on(reader);
    return G_SOURCE_REMOVE;
}

struct reader *reader_new(int image, const char *source, const struct reader_handlers *handlers,
                          void *data)
{
    struct reader *reader = g_new0(struct reader, 1);

    reader->image = image;
    reader->source = g_strdup(source);
    reader->handlers = *handlers;
    reader->data = data;
    reader->next = g_idle_add(begin, reader);
    return reader;
}

double reader_fraction(const struct reader *reader)
{
    return reader->reading && !reader->thread ? reading_fraction(reader->reading) : -1;
}

void reader_free(struct reader *reader)
{
    if (!reader)
        return;
    if (reader->thread)
        g_thread_join(reader->thread);
    if (reader->next)
        g_source_remove(reader->next);
    reading_free(reader->reading);
    g_free(reader->source);
    g_free(reader);
}
