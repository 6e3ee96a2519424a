/* Each event of the client's becomes one of the editor's, or several where its text is long. */
#include "running.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "events.h"

enum { RUNNING_MAX = 64 };

/* The editor says so and starts another process, whereas a request without its end would wait for
 * ever. */
void running_emit(struct commands *commands, cJSON *event)
{
    if (!event) {
        fputs("sightline-editor: out of memory\n", stderr);
        _exit(EXIT_FAILURE);
    }
    commands->emit(event, commands->data);
    cJSON_Delete(event);
}

/* The length of the longest part of `text` within `max` bytes that ends between characters. */
static size_t part_length(const char *text, size_t len, size_t max)
{
    size_t part = max;

    if (len <= max)
        return len;
    while (part && ((unsigned char)text[part] & 0xc0) == 0x80)
        part--;
    return part ? part : max;
}

void running_emit_text(struct commands *commands, const char *text, size_t len,
                       cJSON *(*make)(const char *part, size_t len, const void *of), const void *of)
{
    while (len) {
        size_t part = part_length(text, len, commands->text_max);

        running_emit(commands, make(text, part, of));
        text += part;
        len -= part;
    }
}

bool running_is_number(const cJSON *item)
{
    return cJSON_IsNumber(item) && item->valuedouble >= 1 &&
           item->valuedouble <= 9007199254740991 && item->valuedouble == floor(item->valuedouble);
}

struct running *running_find(struct commands *commands, double number)
{
    struct running *running = commands->running;

    while (running && running->number != number)
        running = running->next;
    return running;
}

struct running *running_add(struct commands *commands, double number)
{
    struct running *running = NULL;
    struct sl_error error;

    if (commands->running_count == RUNNING_MAX)
        sl_error_set(&error, SL_E_TOO_LARGE, "%d requests run already; wait for one, or stop it",
                     RUNNING_MAX);
    else if (!(running = calloc(1, sizeof *running)))
        sl_error_set(&error, SL_E_NOMEM, "out of memory");
    if (!running) {
        running_emit(commands, event_of_failure(number, &error));
        return NULL;
    }
    running->commands = commands;
    running->number = number;
    running->next = commands->running;
    commands->running = running;
    commands->running_count++;
    return running;
}

void running_forget(struct running *running)
{
    struct running **link = &running->commands->running;
    struct kept *kept;

    while (*link != running)
        link = &(*link)->next;
    *link = running->next;
    running->commands->running_count--;
    kept = conversations_find(&running->commands->conversations, running->conversation);
    if (kept && kept->running)
        kept->running--;
    writing_free(running->writing);
    free(running);
}

void running_failed(struct running *running, const struct sl_error *error)
{
    running_emit(running->commands, event_of_failure(running->number, error));
    running_forget(running);
}

void running_done(struct running *running, const char *text)
{
    running_emit(running->commands, event_of_end(running->number, text));
    running_forget(running);
}

/* What a part of a text belongs to. */
struct source {
    double number;
    enum sl_event_type type;
    unsigned alternative;
};

static cJSON *text_event(const char *part, size_t len, const void *of)
{
    const struct source *source = of;

    return event_of_text(source->number, source->type, source->alternative, part, len);
}

static void emit_text(struct running *running, enum sl_event_type type,
                      const struct sl_event *event)
{
    struct source source = {running->number, type, event->alternative};

    running_emit_text(running->commands, event->text, event->len, text_event, &source);
}

/* What comes of the answer goes before its end, or fails it. */
static void emit_alt(struct running *running, const struct sl_event *event)
{
    struct sl_error error = SL_ERROR_INIT;
    struct sl_alt alt;

    if (writing_finish(running->writing, &alt, &error)) {
        running_emit(running->commands, event_of_failure(running->number, &error));
        return;
    }
    running_emit(running->commands, event_of_alt(running->number, &alt));
    running_emit(running->commands, event_of_client(running->number, event));
    sl_alt_release(&alt);
}

void running_on_event(const struct sl_event *event, void *data)
{
    struct running *running = data;

    if (event->type == SL_EVENT_TEXT && running->writing && !event->alternative)
        writing_add(running->writing, event->text, event->len);
    if (event->type == SL_EVENT_TEXT || event->type == SL_EVENT_REASONING)
        emit_text(running, event->type, event);
    else if (event->type == SL_EVENT_FAILED)
        running_emit(running->commands, event_of_failure(running->number, event->error));
    else if (event->type == SL_EVENT_DONE && running->writing)
        emit_alt(running, event);
    else if (event->type == SL_EVENT_DONE && running->lists) {
        emit_text(running, SL_EVENT_TEXT, event);
        running_emit(running->commands, event_of_end(running->number, ""));
    } else {
        running_emit(running->commands, event_of_client(running->number, event));
    }
    if (event->type >= SL_EVENT_DONE)
        running_forget(running);
}
