/* A table from method to function. */
#include "commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "events.h"
#include "pictures.h"
#include "question.h"
#include "running.h"
#include "settings.h"
#include "talks.h"

void commands_refuse(struct commands *commands, const char *sentence)
{
    running_emit(commands, event_of_refusal(sentence));
}

const char *commands_text(const cJSON *message, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, name));
}

static void start(struct commands *commands, double number, cJSON *message)
{
    struct running *running = running_add(commands, number);
    struct sl_error error = SL_ERROR_INIT;
    struct question question;

    if (!running)
        return;
    if (question_read(&question, message, &error) ||
        writing_new(&running->writing, message, &error) ||
        talks_join(running, message, &question.request.conversation, &error) ||
        sl_client_start(commands->client, &question.request, running_on_event, running,
                        &running->request, &error))
        running_failed(running, &error);
    question_release(&question);
}

static void check(struct commands *commands, double number, cJSON *message)
{
    struct running *running = running_add(commands, number);
    struct sl_error error = SL_ERROR_INIT;

    (void)message;
    if (running &&
        sl_client_check(commands->client, running_on_event, running, &running->request, &error))
        running_failed(running, &error);
}

static void models(struct commands *commands, double number, cJSON *message)
{
    struct running *running = running_add(commands, number);
    struct sl_error error = SL_ERROR_INIT;

    (void)message;
    if (!running)
        return;
    running->lists = true;
    if (sl_client_models(commands->client, running_on_event, running, &running->request, &error))
        running_failed(running, &error);
}

static void files(struct commands *commands, double number, cJSON *message)
{
    struct running *running = running_add(commands, number);
    struct sl_error error = SL_ERROR_INIT;

    (void)message;
    if (running &&
        sl_client_files(commands->client, running_on_event, running, &running->request, &error))
        running_failed(running, &error);
}

/* The ids of a message. The list is the caller's, they are not; NULL without memory. */
static const char **read_ids(const cJSON *list, size_t *count)
{
    const cJSON *item;
    const char **ids = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof *ids);

    *count = 0;
    cJSON_ArrayForEach(item, list)
    {
        if (ids && cJSON_IsString(item))
            ids[(*count)++] = item->valuestring;
    }
    return ids;
}

static void delete_files(struct commands *commands, double number, cJSON *message)
{
    struct running *running = running_add(commands, number);
    struct sl_error error = SL_ERROR_INIT;
    size_t count;
    const char **ids = read_ids(cJSON_GetObjectItemCaseSensitive(message, "files"), &count);

    if (running && !ids)
        sl_error_set(&error, SL_E_NOMEM, "there is no memory left to delete files");
    if (running &&
        (error.code || sl_client_delete_files(commands->client, ids, count, running_on_event,
                                              running, &running->request, &error)))
        running_failed(running, &error);
    free(ids);
}

static void set_key(struct commands *commands, double number, cJSON *message)
{
    struct running *running = running_add(commands, number);
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(message, "key");
    struct sl_error error = SL_ERROR_INIT;

    if (running && !cJSON_IsString(item))
        sl_error_set(&error, SL_E_INVALID, "set_key: a key must be given");
    if (running &&
        (error.code || sl_client_set_key(commands->client, item->valuestring, running_on_event,
                                         running, &running->request, &error)))
        running_failed(running, &error);
}

static void cancel(struct commands *commands, double number, cJSON *message)
{
    struct running *running = running_find(commands, number);

    (void)message;
    if (running)
        sl_client_cancel(commands->client, running->request);
}

/* The list may be there without some of the user's files, of which warnings tell. */
static void emit_tasks(struct commands *commands, double number, const struct sl_task_list *list)
{
    const char *warning;

    for (size_t i = 0; sl_task_list_at(list, i); i += EVENT_LIST_MAX)
        running_emit(commands, event_of_tasks(number, list, i));
    for (size_t i = 0; sl_stack_at(i); i += EVENT_LIST_MAX)
        running_emit(commands, event_of_stacks(number, i));
    for (size_t i = 0; (warning = sl_task_list_warning(list, i)); i++)
        running_emit(commands, event_of_note(number, SL_LEVEL_WARNING, warning));
    running_emit(commands, event_of_end(number, ""));
}

static void tasks(struct commands *commands, double number, cJSON *message)
{
    struct sl_error error = SL_ERROR_INIT;
    struct sl_config *config = NULL;
    struct sl_task_list *list = NULL;

    (void)message;
    if (sl_client_config(commands->client, &config, &error) ||
        sl_task_list_load(&list, config, &error))
        running_emit(commands, event_of_failure(number, &error));
    else
        emit_tasks(commands, number, list);
    sl_task_list_free(list);
    sl_config_free(config);
}

static void hello(struct commands *commands, double number, cJSON *message)
{
    (void)number, (void)message;
    running_emit(commands, event_of_readiness());
}

static void editor_error(struct commands *commands, double number, cJSON *message)
{
    const char *text = commands_text(message, "text");

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
    {"info", NEW_NUMBER, settings_info},
    {"agree", NEW_NUMBER, settings_agree},
    {"set_key", NEW_NUMBER, set_key},
    {"tasks", NEW_NUMBER, tasks},
    {"providers", NEW_NUMBER, settings_providers},
    {"models", NEW_NUMBER, models},
    {"choose", NEW_NUMBER, settings_choose},
    {"usage", NEW_NUMBER, settings_usage},
    {"files", NEW_NUMBER, files},
    {"delete_files", NEW_NUMBER, delete_files},
    {"save", NEW_NUMBER, talks_save},
    {"open", NEW_NUMBER, talks_open},
    {"pictures", NEW_NUMBER, pictures_find},
    {"forget", NO_NUMBER, talks_forget},
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

static void dispatch(struct commands *commands, cJSON *message)
{
    const struct method *method = find_method(commands_text(message, "method"));
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(message, "id");

    if (!method)
        commands_refuse(commands, "the editor sent a message without a known method");
    else if (method->rule == NO_NUMBER)
        method->run(commands, 0, message);
    else if (!running_is_number(number))
        commands_refuse(commands, "the editor sent a message without a number of its own");
    else if (method->rule == NEW_NUMBER && running_find(commands, number->valuedouble))
        commands_refuse(commands, "the editor used a number that is still in use");
    else
        method->run(commands, number->valuedouble, message);
}

void commands_take(struct commands *commands, cJSON *message)
{
    cJSON *item;

    dispatch(commands, message);
    cJSON_ArrayForEach(item, message)
    {
        if (cJSON_IsString(item) && item->string && strcmp(item->string, "key") == 0)
            wipe(item->valuestring, strlen(item->valuestring));
    }
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
        running_forget(commands->running);
    conversations_release(&commands->conversations);
}
