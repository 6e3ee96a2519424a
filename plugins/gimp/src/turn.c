/* A turn of the conversation. See turn.h. */
#include "turn.h"

#include "i18n.h"

#define TICK_MS 100

static double seconds(const struct turn *turn)
{
    return (double)(g_get_monotonic_time() - turn->since) / G_USEC_PER_SEC;
}

static gboolean show_status(void *data)
{
    struct turn *turn = data;
    char *line = status_line(&turn->status, seconds(turn));

    window_set_status(turn->window, line, turn->status.fraction);
    g_free(line);
    return G_SOURCE_CONTINUE;
}

static struct transcript *transcript_of(const struct turn *turn)
{
    return window_transcript(turn->window);
}

int turn_init(struct turn *turn, const struct settings *settings, struct sl_error *error)
{
    *turn = (struct turn){.settings = settings};
    int code = request_line_init(&turn->line, error);

    if (code == 0)
        turn->answer = answer_new();
    return code;
}

void turn_release(struct turn *turn)
{
    request_line_release(&turn->line);
    sl_conversation_free(turn->conversation);
    if (turn->ticking)
        g_source_remove(turn->ticking);
    status_release(&turn->status);
    answer_free(turn->answer);
    g_free(turn->before);
}

char *turn_take_answer(struct turn *turn)
{
    return turn->whole ? transcript_answer(transcript_of(turn)) : g_steal_pointer(&turn->before);
}

void turn_new_answer(struct turn *turn, enum sl_output output, const char *question)
{
    char *last = turn_take_answer(turn);

    g_free(turn->before);
    turn->before = last;
    if (question)
        transcript_question(transcript_of(turn), question);
    else
        transcript_clear(transcript_of(turn));
    answer_free(turn->answer);
    turn->answer = answer_new();
    turn->cut = false;
    turn->whole = false;
    transcript_begin(transcript_of(turn), output != SL_OUTPUT_TEXT);
}

void turn_begin(struct turn *turn, const char *phase)
{
    transcript_forget_reasoning(transcript_of(turn));
    window_clear_messages(turn->window);
    window_set_busy(turn->window);
    turn->running = true;
    turn->since = g_get_monotonic_time();
    status_begin(&turn->status, phase);
    show_status(turn);
    turn->ticking = g_timeout_add(TICK_MS, show_status, turn);
}

static unsigned offers_of(const struct turn *turn)
{
    bool answered = turn->conversation && sl_conversation_turns(turn->conversation) > 0;

    return (answered ? WINDOW_OFFER_FOLLOW_UP : 0) |
           (answered && turn->cut ? WINDOW_OFFER_CONTINUE : 0) |
           (*answer_text(turn->answer) ? WINDOW_OFFER_USES : 0);
}

/* The end of what began, however it came. */
static void finish(struct turn *turn, const char *status)
{
    g_source_remove(turn->ticking);
    turn->ticking = 0;
    turn->request = 0;
    turn->running = false;
    window_set_status(turn->window, status, 0);
    window_set_idle(turn->window, offers_of(turn));
}

void turn_fail(struct turn *turn, const struct sl_error *error)
{
    bool some = *answer_text(turn->answer) != '\0';

    window_add_message(turn->window, SL_LEVEL_ERROR, error->message);
    finish(turn, some ? _("Failed: the answer is not whole") : _("Failed"));
}

void turn_stop(struct turn *turn)
{
    if (turn->request)
        sl_client_cancel(turn->line.client, turn->request);
    else if (turn->running)
        finish(turn, _("Stopped"));
}

/* What has come is part of the conversation, and the rest of it is to be had. */
static void cut(struct turn *turn, const struct sl_error *error)
{
    answer_keep(turn->answer);
    turn->cut = true;
    window_add_message(turn->window, SL_LEVEL_WARNING, error->message);
    finish(turn, _("The answer was cut: Continue asks for the rest"));
}

static void done(struct turn *turn, const struct sl_event *event)
{
    char *spent = status_spent(event);
    /* Translators: the second has what it took: tokens and money */
    char *text = *spent ? g_strdup_printf(_("Done in %.1f s: %s"), seconds(turn), spent)
                        : g_strdup_printf(_("Done in %.1f s"), seconds(turn));

    turn->whole = true;
    turn->cut = false;
    finish(turn, text);
    g_free(text);
    g_free(spent);
}

static void show_text(struct turn *turn, const struct sl_event *event)
{
    if (answer_take(turn->answer, event))
        transcript_append(transcript_of(turn), event->text, event->len);
    else
        transcript_replace(transcript_of(turn), answer_text(turn->answer));
}

static void on_event(const struct sl_event *event, void *data)
{
    struct turn *turn = data;

    switch (event->type) {
    case SL_EVENT_PROGRESS:
    case SL_EVENT_TOOL:
        status_take(&turn->status, event);
        show_status(turn);
        break;
    case SL_EVENT_NOTE:
        window_add_message(turn->window, event->level, event->text);
        break;
    case SL_EVENT_REASONING:
        transcript_reason(transcript_of(turn), event->text, event->len);
        break;
    case SL_EVENT_TEXT:
    case SL_EVENT_FILE:
        show_text(turn, event);
        break;
    case SL_EVENT_DONE:
        done(turn, event);
        break;
    case SL_EVENT_FAILED:
        if (event->error->code == SL_E_LENGTH)
            cut(turn, event->error);
        else
            turn_fail(turn, event->error);
        break;
    case SL_EVENT_CANCELLED:
        finish(turn, _("Stopped"));
        break;
    case SL_EVENT_STORED:
        break;
    }
}

void turn_ask(struct turn *turn, const struct question *question)
{
    struct question asked = *question;
    struct sl_error error = SL_ERROR_INIT;

    asked.conversation = turn->conversation;
    if (request_start(&turn->line, &asked, turn->settings, on_event, turn, &turn->request,
                      &error) != 0)
        turn_fail(turn, &error);
}

void turn_set_fraction(struct turn *turn, double fraction)
{
    turn->status.fraction = fraction;
}
