/* The words of the status line. See status.h. */
#include "status.h"

#include <stdio.h>

#include "i18n.h"

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
        [SL_PHASE_PREPARING] = N_("Preparing the picture"),
        [SL_PHASE_UPLOADING] = N_("Uploading"),
        [SL_PHASE_CHECKING] = N_("The server checks the picture"),
        [SL_PHASE_THINKING] = N_("Thinking"),
        [SL_PHASE_ANSWERING] = N_("Answering"),
        [SL_PHASE_WAITING] = N_("Waiting for its turn"),
    };

    return (size_t)phase < G_N_ELEMENTS(words) && words[phase] ? _(words[phase]) : _("Working");
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
                  g_strdup_printf(_("Waiting %llu s, then asked again"), (unsigned long long)wait));
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

static bool has_fraction(const struct status *status)
{
    return !status->look && status->fraction >= 0;
}

/* What is done, without how long it takes. */
static char *status_words(const struct status *status)
{
    if (status->look)
        return g_strdup_printf(_("The model %s"), status->look);
    if (has_fraction(status))
        return g_strdup_printf(_("%s: %.0f %%"), status->phase, 100 * status->fraction);
    return g_strdup(status->phase);
}

char *status_number(int64_t number)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%lld", (long long)number);
    for (size_t at = text->len; at > 3; at -= 3)
        g_string_insert_c(text, (gssize)at - 3, ',');
    return g_string_free(text, FALSE);
}

/* How long it takes, where that is not told by a fraction. Takes `words`. */
static char *with_seconds(char *words, const struct status *status, double seconds)
{
    if (seconds < 1 || (!status->look && (has_fraction(status) || status->counted)))
        return words;
    /* Translators: what is being done, and for how many seconds */
    char *line = g_strdup_printf(_("%s (%.0f s)"), words, seconds);

    g_free(words);
    return line;
}

/* What is being sent, about. Takes `words`. */
static char *with_tokens(char *words, uint64_t tokens)
{
    if (tokens == 0)
        return words;
    char *count = status_number((int64_t)tokens);
    /* Translators: what is being done, and the tokens that are sent */
    char *line = g_strdup_printf(
        ngettext("%s, about %s token", "%s, about %s tokens", (unsigned long)tokens), words, count);

    g_free(count);
    g_free(words);
    return line;
}

char *status_line(const struct status *status, double seconds)
{
    return with_tokens(with_seconds(status_words(status), status, seconds), status->tokens);
}

/* Appends another part of a list, which is freed. */
static void append_part(GString *list, char *part)
{
    /* Translators: between two parts of a list */
    g_string_append(list, list->len > 0 ? _(", ") : "");
    g_string_append(list, part);
    g_free(part);
}

static char *input_text(const struct sl_usage *usage)
{
    char *count = status_number(usage->input_tokens);
    char *text = g_strdup_printf(
        ngettext("%s token in", "%s tokens in", (unsigned long)usage->input_tokens), count);

    g_free(count);
    return text;
}

static char *output_text(const struct sl_usage *usage)
{
    char *count = status_number(usage->output_tokens);
    char *thinking = status_number(usage->reasoning_tokens);
    /* Translators: tokens; "1,203 tokens in" comes before it */
    char *text = usage->reasoning_tokens > 0
                     ? g_strdup_printf(_("%s out (%s thinking)"), count, thinking)
                     : g_strdup_printf(_("%s out"), count);

    g_free(thinking);
    g_free(count);
    return text;
}

char *status_cost(const struct sl_cost *cost)
{
    char amount[32];

    if (cost->amount > 0 && cost->amount < 0.0001)
        return g_strdup_printf(_("less than 0.0001 %s"), cost->currency);
    snprintf(amount, sizeof amount, cost->amount >= 1 ? "%.2f" : "%.2g", cost->amount);
    /* Translators: an amount and its currency */
    return g_strdup_printf(cost->estimated ? _("about %s %s") : _("%s %s"), amount, cost->currency);
}

char *status_spent(const struct sl_event *done)
{
    const struct sl_usage *usage = &done->usage;
    GString *text = g_string_new(NULL);

    if (usage->input_tokens >= 0)
        append_part(text, input_text(usage));
    if (usage->output_tokens >= 0)
        append_part(text, output_text(usage));
    if (done->cost.amount >= 0)
        append_part(text, status_cost(&done->cost));
    return g_string_free(text, FALSE);
}
