/* The words of the status line. See status.h. */
#include "status.h"

#include <glib.h>

static void set_phase(struct status *status, char *phase)
{
    g_free(status->phase);
    status->phase = phase;
}

static void set_look(struct status *status, char *look)
{
    g_free(status->look);
    status->look = look;
}

void status_begin(struct status *status, const char *phase)
{
    set_phase(status, g_strdup(phase));
    set_look(status, NULL);
    status->fraction = -1;
    status->counted = false;
    status->tokens = 0;
}

static const char *phase_words(enum sl_phase phase)
{
    static const char *const words[] = {
        [SL_PHASE_PREPARING] = "Preparing the picture",
        [SL_PHASE_UPLOADING] = "Uploading",
        [SL_PHASE_CHECKING] = "The server checks the picture",
        [SL_PHASE_THINKING] = "Thinking",
        [SL_PHASE_ANSWERING] = "Answering",
        [SL_PHASE_WAITING] = "Waiting for its turn",
    };

    return (size_t)phase < G_N_ELEMENTS(words) && words[phase] ? words[phase] : "Working";
}

static void take_progress(struct status *status, const struct sl_event *event)
{
    bool answers = event->phase == SL_PHASE_THINKING || event->phase == SL_PHASE_ANSWERING;
    bool uploading = event->phase == SL_PHASE_UPLOADING && event->total > 0;
    uint64_t wait = (event->wait_ms + 999) / 1000;
    bool sending = event->phase == SL_PHASE_UPLOADING || event->phase == SL_PHASE_CHECKING;

    if (answers)
        set_look(status, NULL);
    status->tokens = sending ? event->tokens : 0;
    status->counted = event->phase == SL_PHASE_WAITING && wait > 0;
    status->fraction = uploading ? (double)event->sent / (double)event->total : -1;
    if (status->counted)
        set_phase(status,
                  g_strdup_printf("Waiting %llu s, then asked again", (unsigned long long)wait));
    else
        set_phase(status, g_strdup(phase_words(event->phase)));
}

void status_take(struct status *status, const struct sl_event *event)
{
    if (event->type == SL_EVENT_TOOL)
        set_look(status, g_strdup(event->text));
    else
        take_progress(status, event);
}

void status_release(struct status *status)
{
    set_phase(status, NULL);
    set_look(status, NULL);
}

/* With a comma after every three digits, whatever the locale: it is what prices are quoted in. */
static void append_number(GString *text, int64_t number)
{
    size_t start = text->len;

    g_string_append_printf(text, "%lld", (long long)number);
    for (size_t at = text->len; at > start + 3; at -= 3)
        g_string_insert_c(text, (gssize)at - 3, ',');
}

char *status_line(const struct status *status, double seconds)
{
    GString *line = g_string_new(status->look ? "The model " : status->phase);

    if (status->look)
        g_string_append(line, status->look);
    else if (status->fraction >= 0)
        g_string_append_printf(line, ": %.0f %%", 100 * status->fraction);
    if (seconds >= 1 && (status->look || (status->fraction < 0 && !status->counted)))
        g_string_append_printf(line, " (%.0f s)", seconds);
    if (status->tokens > 0) {
        g_string_append(line, ", about ");
        append_number(line, (int64_t)status->tokens);
        g_string_append(line, " tokens");
    }
    return g_string_free(line, FALSE);
}

static void append_count(GString *text, const char *between, int64_t count, const char *after)
{
    if (count < 0)
        return;
    g_string_append(text, text->len > 0 ? between : "");
    append_number(text, count);
    g_string_append(text, after);
}

/* Two digits that say something, since most answers cost a fraction of a cent. */
static void append_cost(GString *text, const struct sl_cost *cost)
{
    const char *format = cost->amount >= 1 ? "%.2f %s" : "%.2g %s";

    if (cost->amount < 0)
        return;
    g_string_append(text, text->len > 0 ? ", " : "");
    if (cost->amount > 0 && cost->amount < 0.0001) {
        g_string_append_printf(text, "less than 0.0001 %s", cost->currency);
        return;
    }
    g_string_append(text, cost->estimated ? "about " : "");
    g_string_append_printf(text, format, cost->amount, cost->currency);
}

char *status_spent(const struct sl_event *done)
{
    const struct sl_usage *usage = &done->usage;
    GString *text = g_string_new(NULL);

    append_count(text, ", ", usage->input_tokens, " tokens in");
    append_count(text, ", ", usage->output_tokens, " out");
    if (usage->reasoning_tokens > 0)
        append_count(text, " (", usage->reasoning_tokens, " thinking)");
    append_cost(text, &done->cost);
    return g_string_free(text, FALSE);
}
