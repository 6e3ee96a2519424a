/* Texts for many pictures. See batch.h. */
#include "batch.h"

#include <math.h>
#include <sightline/markup.h>
#include <string.h>

#include "answer.h"
#include "batch_find.h"
#include "host.h"
#include "i18n.h"
#include "reader.h"
#include "toolkit.h"

/* The core asks for as many at once as the provider takes; these are prepared meanwhile. */
#define MOST_RUNNING 6

/* Of an open image. */
#define SOURCE "visible"

/* One request. */
struct asked {
    struct batch *batch;
    int item;
    uint64_t request;
    struct answer *answer;
};

struct batch {
    struct request_line *line;
    struct batch_wish wish;
    GPtrArray *items; /* struct batch_item *, owned */
    int skipped;
    batch_fn on_change;
    void *data;

    GList *running;        /* struct asked *, owned */
    bool going;            /* more is to be asked for */
    guint working;         /* the handler that asks, or 0 */
    guint opening;         /* the handler that opens a file in GIMP, or 0 */
    int opened;            /* the image of that file, or -1 */
    struct reader *reader; /* of an open image, or NULL */
    int item;              /* of that image or file */
    const char *doing;     /* what GIMP is asked for, or NULL */
    gint64 since;          /* when it was started */
    int finished;          /* since then */
};

static void free_item(void *data)
{
    struct batch_item *item = data;

    g_free(item->name);
    g_free(item->path);
    g_free(item->text);
    g_free(item->problem);
    g_free(item);
}

struct batch *batch_new(struct request_line *line, const struct batch_wish *wish,
                        batch_fn on_change, void *data, struct sl_error *error)
{
    struct batch *batch = g_new0(struct batch, 1);

    batch->line = line;
    batch->wish = *wish;
    batch->on_change = on_change;
    batch->data = data;
    batch->opened = -1;
    batch->items = g_ptr_array_new_with_free_func(free_item);
    if (batch_find(wish, batch->items, &batch->skipped, error) == 0)
        return batch;
    batch_free(batch);
    return NULL;
}

int batch_count(const struct batch *batch)
{
    return (int)batch->items->len;
}

struct batch_item *batch_at(const struct batch *batch, int item)
{
    return batch->items->pdata[item];
}

int batch_in(const struct batch *batch, enum batch_state state)
{
    int count = 0;

    for (int i = 0; i < batch_count(batch); i++)
        count += batch_at(batch, i)->state == state;
    return count;
}

int batch_skipped(const struct batch *batch)
{
    return batch->skipped;
}

static int left(const struct batch *batch)
{
    return batch_in(batch, BATCH_WAITING) + batch_in(batch, BATCH_FAILED);
}

int batch_estimate(const struct batch *batch, struct sl_cost *cost, struct sl_error *error)
{
    int code = sl_task_estimate(batch->wish.task, 1, 0, cost, error);

    if (code == 0 && cost->amount > 0)
        cost->amount *= left(batch);
    return code;
}

/* GIMP hands out one picture at a time. */
static bool reads(const struct batch *batch)
{
    return batch->opening || batch->reader;
}

bool batch_runs(const struct batch *batch)
{
    return batch->running || batch->working || reads(batch);
}

const char *batch_doing(const struct batch *batch)
{
    return batch->doing;
}

double batch_seconds_left(const struct batch *batch)
{
    double seconds = (double)(g_get_monotonic_time() - batch->since) / G_USEC_PER_SEC;
    int open = batch_in(batch, BATCH_WAITING) + batch_in(batch, BATCH_RUNNING);

    return batch->finished > 0 ? ceil(seconds / batch->finished * open) : -1;
}

static void set_text(struct batch_item *item, const char *text)
{
    g_free(item->text);
    item->text = g_strdup(text);
}

static void change(struct batch *batch, int item, enum batch_state state)
{
    batch_at(batch, item)->state = state;
    batch->on_change(item, batch->data);
}

static void fail(struct batch *batch, int item, const struct sl_error *error)
{
    set_text(batch_at(batch, item), error->message);
    batch_at(batch, item)->chosen = false;
    change(batch, item, BATCH_FAILED);
}

/* The same would become of all others. */
static bool holds_for_all(int code)
{
    static const int codes[] = {SL_E_CONFIG, SL_E_NO_KEY, SL_E_AUTH,   SL_E_TLS,    SL_E_BALANCE,
                                SL_E_MODEL,  SL_E_RATE,   SL_E_BUDGET, SL_E_CONSENT};

    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
        if (codes[i] == code)
            return true;
    }
    return false;
}

/* As it can stand in an attribute or a field: one line without quotation marks around it. */
static int take_alt(struct batch_item *item, const char *answer, struct sl_error *error)
{
    static const struct sl_alt_form form = {SL_ALT_PLAIN, "", "", ""};
    struct sl_alt alt;
    int code = sl_alt_write(&form, answer, &alt, error);

    if (code != 0)
        return code;
    set_text(item, alt.text);
    item->decorative = alt.decorative;
    sl_alt_release(&alt);
    return 0;
}

static void take_answer(struct batch *batch, int number, const char *answer)
{
    struct batch_item *item = batch_at(batch, number);
    struct sl_error error = SL_ERROR_INIT;

    item->decorative = false;
    if (strcmp(batch->wish.task, "alt") != 0) {
        char *text = g_strstrip(g_strdup(answer));

        set_text(item, text);
        g_free(text);
    } else if (take_alt(item, answer, &error) != 0) {
        fail(batch, number, &error);
        return;
    }
    item->chosen = !item->decorative;
    change(batch, number, BATCH_DONE);
}

static void free_asked(struct asked *asked)
{
    answer_free(asked->answer);
    g_free(asked);
}

static gboolean work(void *data);

static void go_on(struct batch *batch)
{
    if (batch->going && !batch->working && !reads(batch))
        batch->working = g_idle_add(work, batch);
}

/* The end of a request, however it came. */
static void finish(struct asked *asked)
{
    struct batch *batch = asked->batch;

    batch->running = g_list_remove(batch->running, asked);
    batch->finished++;
    free_asked(asked);
    go_on(batch);
    if (!batch_runs(batch))
        batch->on_change(-1, batch->data);
}

static void on_event(const struct sl_event *event, void *data)
{
    struct asked *asked = data;

    switch (event->type) {
    case SL_EVENT_TEXT:
        answer_take(asked->answer, event);
        break;
    case SL_EVENT_DONE:
        take_answer(asked->batch, asked->item, answer_text(asked->answer));
        finish(asked);
        break;
    case SL_EVENT_FAILED:
        asked->batch->going &= !holds_for_all(event->error->code);
        fail(asked->batch, asked->item, event->error);
        finish(asked);
        break;
    case SL_EVENT_CANCELLED:
        change(asked->batch, asked->item, BATCH_WAITING);
        asked->batch->finished--;
        finish(asked);
        break;
    default:
        break;
    }
}

static void ask(struct batch *batch, int item, const struct sl_media *media)
{
    struct sl_error error = SL_ERROR_INIT;
    struct asked *asked = g_new0(struct asked, 1);
    struct sl_request request = {
        .task = batch->wish.task,
        .media = media,
        .media_count = 1,
        .instruction = batch->wish.instruction,
        .detail = batch->wish.detail,
        .language = batch->wish.language,
    };

    *asked = (struct asked){.batch = batch, .item = item, .answer = answer_new()};
    if (sl_client_start(batch->line->client, &request, on_event, asked, &asked->request, &error) ==
        0) {
        batch->running = g_list_append(batch->running, asked);
        return;
    }
    batch->going &= !holds_for_all(error.code);
    free_asked(asked);
    fail(batch, item, &error);
}

static void ask_about_file(struct batch *batch, int item)
{
    struct sl_media media = {.kind = SL_MEDIA_FILE, .path = batch_at(batch, item)->path};

    ask(batch, item, &media);
}

static void drop(void *pictures)
{
    pictures_drop(pictures);
}

static void ask_about_pixels(struct batch *batch, struct pictures *pictures)
{
    struct sl_media media = *pictures_media(pictures);

    media.release = drop;
    media.release_data = pictures;
    ask(batch, batch->item, &media);
}

static void stop_reading(struct batch *batch)
{
    if (batch->opening)
        g_source_remove(batch->opening);
    batch->opening = 0;
    reader_free(g_steal_pointer(&batch->reader));
    if (batch->opened >= 0)
        host_close(batch->opened);
    batch->opened = -1;
    batch->doing = NULL;
}

static void on_request(const char *what, void *data)
{
    struct batch *batch = data;

    batch->doing = what;
    batch->on_change(batch->item, batch->data);
}

static void on_read(struct pictures *pictures, const struct sl_error *error, void *data)
{
    struct batch *batch = data;
    struct sl_error reason = *error;

    stop_reading(batch);
    batch->on_change(batch->item, batch->data);
    if (pictures)
        ask_about_pixels(batch, pictures);
    else
        fail(batch, batch->item, &reason);
    go_on(batch);
    if (!batch_runs(batch))
        batch->on_change(-1, batch->data);
}

static void read_image(struct batch *batch, int image)
{
    static const struct reader_handlers handlers = {on_request, on_read};

    batch->reader = reader_new(image, SOURCE, &handlers, batch);
}

static gboolean open_file(void *data)
{
    struct batch *batch = data;
    struct sl_error error = SL_ERROR_INIT;

    batch->opening = 0;
    batch->opened = host_open(batch_at(batch, batch->item)->path, &error);
    if (batch->opened >= 0)
        read_image(batch, batch->opened);
    else
        on_read(NULL, &error, batch);
    return G_SOURCE_REMOVE;
}

static void read_pixels(struct batch *batch, int item)
{
    batch->item = item;
    if (batch_at(batch, item)->image >= 0) {
        read_image(batch, batch_at(batch, item)->image);
        return;
    }
    batch->opening = when_drawn(open_file, batch);
    on_request(_("Opening the file in GIMP"), batch);
}

static int next_waiting(const struct batch *batch)
{
    for (int i = 0; i < batch_count(batch); i++) {
        if (batch_at(batch, i)->state == BATCH_WAITING)
            return i;
    }
    return -1;
}

/* Of those that GIMP has to hand out. */
static bool has_pixels(const struct batch_item *item)
{
    return item->image >= 0 || batch_is_gimps(item->path);
}

/* Begins with the next picture; false when there is nothing to do before a request ends. */
static bool begin_next(struct batch *batch)
{
    int item = next_waiting(batch);

    if (!batch->going || item < 0 || g_list_length(batch->running) >= MOST_RUNNING)
        return false;
    change(batch, item, BATCH_RUNNING);
    if (has_pixels(batch_at(batch, item)))
        read_pixels(batch, item);
    else
        ask_about_file(batch, item);
    return true;
}

static gboolean work(void *data)
{
    struct batch *batch = data;

    if (!reads(batch) && begin_next(batch))
        return G_SOURCE_CONTINUE;
    batch->working = 0;
    if (!batch_runs(batch))
        batch->on_change(-1, batch->data);
    return G_SOURCE_REMOVE;
}

void batch_start(struct batch *batch)
{
    for (int i = 0; i < batch_count(batch); i++) {
        if (batch_at(batch, i)->state == BATCH_FAILED)
            change(batch, i, BATCH_WAITING);
    }
    batch->going = true;
    batch->since = g_get_monotonic_time();
    batch->finished = 0;
    go_on(batch);
}

static void stop_working(struct batch *batch)
{
    if (batch->working)
        g_source_remove(batch->working);
    batch->working = 0;
    stop_reading(batch);
}

void batch_stop(struct batch *batch)
{
    bool reading = reads(batch);

    batch->going = false;
    stop_working(batch);
    if (reading)
        change(batch, batch->item, BATCH_WAITING);
    for (GList *at = batch->running; at; at = at->next)
        sl_client_cancel(batch->line->client, ((struct asked *)at->data)->request);
    if (!batch->running)
        batch->on_change(-1, batch->data);
}

void batch_edit(struct batch *batch, int number, const char *text)
{
    struct batch_item *item = batch_at(batch, number);

    set_text(item, text);
    item->decorative = false;
    item->chosen = *text != '\0';
    if (item->state == BATCH_FAILED || item->state == BATCH_WRITTEN)
        item->state = BATCH_DONE;
    batch->on_change(number, batch->data);
}

void batch_free(struct batch *batch)
{
    if (!batch)
        return;
    stop_working(batch);
    for (GList *at = batch->running; at; at = at->next) {
        sl_client_cancel(batch->line->client, ((struct asked *)at->data)->request);
        free_asked(at->data);
    }
    g_list_free(batch->running);
    g_ptr_array_free(batch->items, TRUE);
    g_free(batch);
}
