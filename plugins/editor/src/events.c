/* Messages to the editor, built from what the client says. */
#include "events.h"

#include <stdlib.h>
#include <string.h>

static const char *const LEVELS[] = {
    [SL_LEVEL_OK] = "ok",
    [SL_LEVEL_WARNING] = "warning",
    [SL_LEVEL_ERROR] = "error",
};

/* The event if all of it could be added. */
static cJSON *whole(cJSON *event, bool added)
{
    if (added)
        return event;
    cJSON_Delete(event);
    return NULL;
}

static cJSON *new_event(const char *type)
{
    cJSON *event = cJSON_CreateObject();

    return whole(event, cJSON_AddStringToObject(event, "type", type));
}

static cJSON *new_answer(double number, const char *type)
{
    cJSON *event = new_event(type);

    return whole(event, cJSON_AddNumberToObject(event, "id", number));
}

static cJSON *progress(double number, const struct sl_event *source)
{
    cJSON *event = new_answer(number, "progress");

    return whole(event, cJSON_AddStringToObject(event, "phase", sl_phase_name(source->phase)) &&
                            cJSON_AddNumberToObject(event, "sent", (double)source->sent) &&
                            cJSON_AddNumberToObject(event, "total", (double)source->total));
}

static cJSON *note(double number, const struct sl_event *source)
{
    cJSON *event = new_answer(number, "note");

    return whole(event, cJSON_AddStringToObject(event, "level", LEVELS[source->level]) &&
                            cJSON_AddStringToObject(event, "text", source->text));
}

static bool add_usage(cJSON *event, const struct sl_usage *usage)
{
    const struct {
        const char *name;
        int64_t value;
    } counts[] = {
        {"input_tokens", usage->input_tokens},
        {"cached_tokens", usage->cached_tokens},
        {"output_tokens", usage->output_tokens},
        {"reasoning_tokens", usage->reasoning_tokens},
    };
    cJSON *dict = cJSON_AddObjectToObject(event, "usage");
    bool added = dict != NULL;

    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (counts[i].value >= 0)
            added = added && cJSON_AddNumberToObject(dict, counts[i].name, (double)counts[i].value);
    return added;
}

static cJSON *done(double number, const struct sl_event *source)
{
    cJSON *event = new_answer(number, "done");

    return whole(event, cJSON_AddStringToObject(event, "text", source->text) &&
                            cJSON_AddStringToObject(event, "model", source->model) &&
                            add_usage(event, &source->usage));
}

cJSON *event_of_client(double number, const struct sl_event *source)
{
    switch (source->type) {
    case SL_EVENT_PROGRESS:
        return progress(number, source);
    case SL_EVENT_NOTE:
        return note(number, source);
    case SL_EVENT_DONE:
        return done(number, source);
    default:
        return new_answer(number, "cancelled");
    }
}

cJSON *event_of_text(double number, enum sl_event_type type, const char *text, size_t len)
{
    cJSON *event = new_answer(number, type == SL_EVENT_TEXT ? "text" : "reasoning");
    char *copy = strndup(text, len);
    bool added = copy && cJSON_AddStringToObject(event, "text", copy);

    free(copy);
    return whole(event, added);
}

cJSON *event_of_failure(double number, const struct sl_error *error)
{
    cJSON *event = new_answer(number, "failed");

    return whole(event, cJSON_AddStringToObject(event, "code", sl_code_name(error->code)) &&
                            cJSON_AddStringToObject(event, "text", error->message));
}

cJSON *event_of_configuration(double number, const struct sl_config *config)
{
    const char *console_url = sl_config_console_url(config);
    cJSON *event = new_answer(number, "done");
    cJSON *info = cJSON_AddObjectToObject(event, "info");

    return whole(event,
                 cJSON_AddStringToObject(event, "text", "") &&
                     cJSON_AddStringToObject(info, "provider", sl_config_provider(config)) &&
                     cJSON_AddStringToObject(info, "base_url", sl_config_base_url(config)) &&
                     (!console_url || cJSON_AddStringToObject(info, "console_url", console_url)));
}

cJSON *event_of_readiness(void)
{
    cJSON *event = new_event("ready");

    return whole(event, cJSON_AddStringToObject(event, "version", sl_version()));
}

cJSON *event_of_refusal(const char *sentence)
{
    cJSON *event = new_event("error");

    return whole(event, cJSON_AddStringToObject(event, "text", sentence));
}
