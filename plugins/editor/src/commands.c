/* A table from method to function, and the requests that the methods have started. */
#include "commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "events.h"

enum { RUNNING_MAX = 64, MEDIA_MAX = 1024 };

/* A request of the editor's, from its start to its terminal event. */
struct running {
    struct commands *commands;
    struct running *next;
    double number; /* the editor's */
    uint64_t request;
};

/* Sends an event and frees it. One that memory did not suffice for ends the process: the editor
 * says so and starts another, whereas a request without its end would wait for ever. */
static void emit(struct commands *commands, cJSON *event)
{
    if (!event) {
        fputs("sightline-editor: out of memory\n", stderr);
        _exit(EXIT_FAILURE);
    }
    commands->emit(event, commands->data);
    cJSON_Delete(event);
}

void commands_refuse(struct commands *commands, const char *sentence)
{
    emit(commands, event_of_refusal(sentence));
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

static void emit_text(struct running *running, const struct sl_event *source)
{
    struct commands *commands = running->commands;
    const char *text = source->text;
    size_t left = source->len;

    while (left) {
        size_t part = part_length(text, left, commands->text_max);

        emit(commands, event_of_text(running->number, source->type, text, part));
        text += part;
        left -= part;
    }
}

static void forget(struct running *running)
{
    struct running **link = &running->commands->running;

    while (*link != running)
        link = &(*link)->next;
    *link = running->next;
    running->commands->running_count--;
    free(running);
}

static void on_event(const struct sl_event *event, void *data)
{
    struct running *running = data;

    if (event->type == SL_EVENT_TEXT || event->type == SL_EVENT_REASONING)
        emit_text(running, event);
    else if (event->type == SL_EVENT_FAILED)
        emit(running->commands, event_of_failure(running->number, event->error));
    else
        emit(running->commands, event_of_client(running->number, event));
    if (event->type >= SL_EVENT_DONE)
        forget(running);
}

static const char *text_of(const cJSON *message, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, name));
}

static struct running *find(struct commands *commands, double number)
{
    struct running *running = commands->running;

    while (running && running->number != number)
        running = running->next;
    return running;
}

/* A record for a request that is about to start, or NULL after the editor was told why not. */
static struct running *remember(struct commands *commands, double number)
{
    struct running *running = NULL;
    struct sl_error error;

    if (commands->running_count == RUNNING_MAX)
        sl_error_set(&error, SL_E_TOO_LARGE, "%d requests run already; wait for one, or stop it",
                     RUNNING_MAX);
    else if (!(running = calloc(1, sizeof *running)))
        sl_error_set(&error, SL_E_NOMEM, "out of memory");
    if (!running) {
        emit(commands, event_of_failure(number, &error));
        return NULL;
    }
    running->commands = commands;
    running->number = number;
    running->next = commands->running;
    commands->running = running;
    commands->running_count++;
    return running;
}

/* Ends a request that did not start. */
static void never_started(struct running *running, const struct sl_error *error)
{
    emit(running->commands, event_of_failure(running->number, error));
    forget(running);
}

/* The message's media as the client takes them, or NULL with `error`. */
static struct sl_media *take_media(const cJSON *list, size_t *count, struct sl_error *error)
{
    size_t size = (size_t)cJSON_GetArraySize(list);
    struct sl_media *media;
    const cJSON *item;

    if (size > MEDIA_MAX) {
        sl_error_set(error, SL_E_TOO_LARGE, "%zu files are more than one request takes", size);
        return NULL;
    }
    media = calloc(size + 1, sizeof *media);
    if (!media) {
        sl_error_set(error, SL_E_NOMEM, "out of memory");
        return NULL;
    }
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item)) {
            sl_error_set(error, SL_E_INVALID, "start: media must be a list of paths");
            free(media);
            return NULL;
        }
        media[*count].kind = SL_MEDIA_FILE;
        media[(*count)++].path = item->valuestring;
    }
    return media;
}

static void start(struct commands *commands, double number, cJSON *message)
{
    struct running *running = remember(commands, number);
    struct sl_request request = SL_REQUEST_INIT;
    struct sl_error error = SL_ERROR_INIT;
    struct sl_media *media;

    if (!running)
        return;
    media = take_media(cJSON_GetObjectItemCaseSensitive(message, "media"), &request.media_count,
                       &error);
    request.media = media;
    request.task = text_of(message, "task");
    request.instruction = text_of(message, "instruction");
    request.language = text_of(message, "language");
    request.detail = text_of(message, "detail");
    request.effort = text_of(message, "effort");
    if (media && !request.task)
        sl_error_set(&error, SL_E_INVALID, "start: a task must be named");
    if (error.code ||
        sl_client_start(commands->client, &request, on_event, running, &running->request, &error))
        never_started(running, &error);
    free(media);
}

static void check(struct commands *commands, double number, cJSON *message)
{
    struct running *running = remember(commands, number);
    struct sl_error error = SL_ERROR_INIT;

    (void)message;
    if (running && sl_client_check(commands->client, on_event, running, &running->request, &error))
        never_started(running, &error);
}

static void set_key(struct commands *commands, double number, cJSON *message)
{
    struct running *running = remember(commands, number);
    cJSON *item = cJSON_GetObjectItemCaseSensitive(message, "key");
    struct sl_error error = SL_ERROR_INIT;

    if (running && !cJSON_IsString(item))
        sl_error_set(&error, SL_E_INVALID, "set_key: a key must be given");
    if (running && (error.code || sl_client_set_key(commands->client, item->valuestring, on_event,
                                                    running, &running->request, &error)))
        never_started(running, &error);
    if (cJSON_IsString(item))
        wipe(item->valuestring, strlen(item->valuestring));
}

static void cancel(struct commands *commands, double number, cJSON *message)
{
    struct running *running = find(commands, number);

    (void)message;
    if (running)
        sl_client_cancel(commands->client, running->request);
}

static void info(struct commands *commands, double number, cJSON *message)
{
    struct sl_error error = SL_ERROR_INIT;
    struct sl_config *config = NULL;

    (void)message;
    if (sl_config_load(&config, &error)) {
        emit(commands, event_of_failure(number, &error));
        return;
    }
    emit(commands, event_of_configuration(number, config));
    sl_config_free(config);
}

static void hello(struct commands *commands, double number, cJSON *message)
{
    (void)number, (void)message;
    emit(commands, event_of_readiness());
}

static void editor_error(struct commands *commands, double number, cJSON *message)
{
    const char *text = text_of(message, "text");

    (void)commands, (void)number;
    fprintf(stderr, "the editor could not take an event: %s\n", text ? text : "no reason given");
}

enum number_rule { NO_NUMBER, ANY_NUMBER, NEW_NUMBER };

static const struct method {
    const char *name;
    enum number_rule rule;
    void (*run)(struct commands *commands, double number, cJSON *message);
} METHODS[] = {
    {"start", NEW_NUMBER, start},
    {"check", NEW_NUMBER, check},
    {"info", NEW_NUMBER, info},
    {"set_key", NEW_NUMBER, set_key},
    {"cancel", ANY_NUMBER, cancel},
    {"hello", NO_NUMBER, hello},
    {"editor_error", NO_NUMBER, editor_error},
};

static const struct method *find_method(const char *name)
{
    for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++)
        if (name && strcmp(METHODS[i].name, name) == 0)
            return &METHODS[i];
    return NULL;
}

/* Numbers are compared as they come, so only those that a double holds exactly will do. */
static bool is_number(const cJSON *item)
{
    return cJSON_IsNumber(item) && item->valuedouble >= 1 &&
           item->valuedouble <= 9007199254740991 && item->valuedouble == floor(item->valuedouble);
}

void commands_take(struct commands *commands, cJSON *message)
{
    const struct method *method = find_method(text_of(message, "method"));
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(message, "id");

    if (!method)
        commands_refuse(commands, "the editor sent a message without a known method");
    else if (method->rule == NO_NUMBER)
        method->run(commands, 0, message);
    else if (!is_number(number))
        commands_refuse(commands, "the editor sent a message without a number of its own");
    else if (method->rule == NEW_NUMBER && find(commands, number->valuedouble))
        commands_refuse(commands, "the editor used a number that is still in use");
    else
        method->run(commands, number->valuedouble, message);
}

void commands_init(struct commands *commands, struct sl_client *client, size_t text_max,
                   void (*emit_fn)(const cJSON *event, void *data), void *data)
{
    *commands = (struct commands){
        .client = client,
        .text_max = text_max,
        .emit = emit_fn,
        .data = data,
    };
}

void commands_release(struct commands *commands)
{
    while (commands->running)
        forget(commands->running);
}
