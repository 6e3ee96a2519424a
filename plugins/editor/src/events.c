/* Messages to the editor, built from what the client says. */
#include "events.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE_MAX = 200 };

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
                            cJSON_AddNumberToObject(event, "total", (double)source->total) &&
                            cJSON_AddNumberToObject(event, "wait_ms", (double)source->wait_ms) &&
                            cJSON_AddNumberToObject(event, "tokens", (double)source->tokens) &&
                            cJSON_AddNumberToObject(event, "part", source->part) &&
                            cJSON_AddNumberToObject(event, "parts", source->parts));
}

cJSON *event_of_note(double number, enum sl_level level, const char *text)
{
    cJSON *event = new_answer(number, "note");

    return whole(event, cJSON_AddStringToObject(event, "level", LEVELS[level]) &&
                            cJSON_AddStringToObject(event, "text", text));
}

static cJSON *file(double number, const struct sl_event *source)
{
    cJSON *event = new_answer(number, "file");

    return whole(event, cJSON_AddStringToObject(event, "name", source->text) &&
                            cJSON_AddStringToObject(event, "language", source->language) &&
                            cJSON_AddNumberToObject(event, "alternative", source->alternative));
}

static cJSON *tool(double number, const struct sl_event *source)
{
    cJSON *event = new_answer(number, "tool");

    return whole(event, cJSON_AddStringToObject(event, "text", source->text));
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

/* Nothing is added where nobody knows. */
static bool add_cost(cJSON *event, const struct sl_cost *cost)
{
    cJSON *dict = cost->amount < 0 ? NULL : cJSON_AddObjectToObject(event, "cost");

    return cost->amount < 0 || (cJSON_AddNumberToObject(dict, "amount", cost->amount) &&
                                cJSON_AddStringToObject(dict, "currency", cost->currency) &&
                                cJSON_AddBoolToObject(dict, "estimated", cost->estimated));
}

static cJSON *done(double number, const struct sl_event *source)
{
    cJSON *event = event_of_end(number, source->text);

    return whole(event, cJSON_AddStringToObject(event, "model", source->model) &&
                            add_usage(event, &source->usage) && add_cost(event, &source->cost));
}

static cJSON *stored(double number, const struct sl_stored_file *file)
{
    cJSON *event = new_answer(number, "stored");
    bool added = cJSON_AddStringToObject(event, "file", file->id) &&
                 cJSON_AddStringToObject(event, "name", file->name) &&
                 cJSON_AddNumberToObject(event, "bytes", (double)file->bytes) &&
                 cJSON_AddBoolToObject(event, "ours", file->ours);

    if (file->stored_at > 0)
        added = added && cJSON_AddNumberToObject(event, "stored_at", (double)file->stored_at);
    if (file->delete_at > 0)
        added = added && cJSON_AddNumberToObject(event, "delete_at", (double)file->delete_at);
    return whole(event, added);
}

cJSON *event_of_client(double number, const struct sl_event *source)
{
    switch (source->type) {
    case SL_EVENT_PROGRESS:
        return progress(number, source);
    case SL_EVENT_NOTE:
        return event_of_note(number, source->level, source->text);
    case SL_EVENT_FILE:
        return file(number, source);
    case SL_EVENT_TOOL:
        return tool(number, source);
    case SL_EVENT_STORED:
        return stored(number, source->stored);
    case SL_EVENT_DONE:
        return done(number, source);
    default:
        return new_answer(number, "cancelled");
    }
}

/* Adds the first `len` bytes of a text. */
static bool add_part(cJSON *event, const char *name, const char *text, size_t len)
{
    char *copy = strndup(text, len);
    bool added = copy && cJSON_AddStringToObject(event, name, copy);

    free(copy);
    return added;
}

cJSON *event_of_text(double number, enum sl_event_type type, unsigned alternative, const char *text,
                     size_t len)
{
    cJSON *event = new_answer(number, type == SL_EVENT_TEXT ? "text" : "reasoning");

    return whole(event, add_part(event, "text", text, len) &&
                            cJSON_AddNumberToObject(event, "alternative", alternative));
}

cJSON *event_of_turn(double number, enum sl_speaker speaker, unsigned index, const char *text,
                     size_t len)
{
    const char *who = speaker == SL_SPEAKER_PERSON ? "person" : "model";
    cJSON *event = new_answer(number, "turn");

    return whole(event, cJSON_AddStringToObject(event, "speaker", who) &&
                            cJSON_AddNumberToObject(event, "index", index) &&
                            add_part(event, "text", text, len));
}

/* A number of media; nothing is added where only the model sets a limit. */
static bool add_count(cJSON *event, const char *name, unsigned count)
{
    return count == UINT_MAX || cJSON_AddNumberToObject(event, name, count);
}

/* The bytes of a title that a person would read, whole characters. */
static size_t title_length(const char *title)
{
    size_t len = strlen(title);

    if (len > TITLE_MAX)
        for (len = TITLE_MAX; len && ((unsigned char)title[len] & 0xc0) == 0x80;)
            len--;
    return len;
}

/* Takes the item, which may be missing for want of memory. */
static bool append(cJSON *list, cJSON *item)
{
    if (list && item && cJSON_AddItemToArray(list, item))
        return true;
    cJSON_Delete(item);
    return false;
}

static cJSON *task_item(const struct sl_task_info *task)
{
    cJSON *item = cJSON_CreateObject();

    return whole(item, cJSON_AddStringToObject(item, "name", task->name) &&
                           add_part(item, "title", task->title, title_length(task->title)) &&
                           cJSON_AddStringToObject(item, "output", sl_output_name(task->output)) &&
                           add_count(item, "min_media", task->min_media) &&
                           add_count(item, "max_media", task->max_media) &&
                           cJSON_AddBoolToObject(item, "images", task->images) &&
                           cJSON_AddBoolToObject(item, "videos", task->videos) &&
                           cJSON_AddBoolToObject(item, "own", task->own));
}

cJSON *event_of_tasks(double number, const struct sl_task_list *tasks, size_t first)
{
    cJSON *event = new_answer(number, "tasks");
    cJSON *list = cJSON_AddArrayToObject(event, "list");
    const struct sl_task_info *task;
    bool added = list != NULL;

    for (size_t i = 0; added && i < EVENT_LIST_MAX && (task = sl_task_list_at(tasks, first + i));
         i++)
        added = append(list, task_item(task));
    return whole(event, added);
}

static cJSON *stack_item(const struct sl_stack_info *stack)
{
    cJSON *item = cJSON_CreateObject();

    return whole(item, cJSON_AddStringToObject(item, "name", stack->name) &&
                           cJSON_AddStringToObject(item, "title", stack->title) &&
                           cJSON_AddStringToObject(item, "filetype", stack->filetype));
}

cJSON *event_of_stacks(double number, size_t first)
{
    cJSON *event = new_answer(number, "stacks");
    cJSON *list = cJSON_AddArrayToObject(event, "list");
    const struct sl_stack_info *stack;
    bool added = list != NULL;

    for (size_t i = 0; added && i < EVENT_LIST_MAX && (stack = sl_stack_at(first + i)); i++)
        added = append(list, stack_item(stack));
    return whole(event, added);
}

cJSON *event_of_provider(double number, const char *name, bool current)
{
    cJSON *event = new_answer(number, "provider");

    return whole(event, cJSON_AddStringToObject(event, "name", name) &&
                            cJSON_AddBoolToObject(event, "current", current));
}

cJSON *event_of_usage(double number, const struct sl_usage_sum *sum)
{
    cJSON *event = new_answer(number, "usage");

    return whole(
        event,
        cJSON_AddStringToObject(event, "span", sl_usage_span_name(sum->span)) &&
            cJSON_AddStringToObject(event, "provider", sum->provider) &&
            cJSON_AddStringToObject(event, "model", sum->model) &&
            cJSON_AddNumberToObject(event, "requests", (double)sum->requests) &&
            cJSON_AddNumberToObject(event, "input_tokens", (double)sum->input_tokens) &&
            cJSON_AddNumberToObject(event, "cached_tokens", (double)sum->cached_tokens) &&
            cJSON_AddNumberToObject(event, "output_tokens", (double)sum->output_tokens) &&
            (!*sum->currency || (cJSON_AddStringToObject(event, "currency", sum->currency) &&
                                 cJSON_AddNumberToObject(event, "cost", sum->cost) &&
                                 cJSON_AddBoolToObject(event, "estimated", sum->estimated))));
}

static bool add_place(cJSON *event, const char *name, const struct picture_place place[2])
{
    const double numbers[] = {(double)place[0].line, (double)place[0].byte, (double)place[1].line,
                              (double)place[1].byte};

    return cJSON_AddItemToObject(event, name, cJSON_CreateDoubleArray(numbers, 4));
}

static bool add_if_there(cJSON *event, const char *name, const char *text)
{
    return !text || cJSON_AddStringToObject(event, name, text);
}

static bool add_form(cJSON *event, const struct sl_alt_form *form)
{
    cJSON *dict = cJSON_AddObjectToObject(event, "form");

    return cJSON_AddNumberToObject(dict, "style", form->style) &&
           cJSON_AddStringToObject(dict, "before", form->before) &&
           cJSON_AddStringToObject(dict, "after", form->after) &&
           cJSON_AddStringToObject(dict, "decorative", form->decorative);
}

cJSON *event_of_picture(double number, const struct sl_picture *picture,
                        const struct picture_place markup[2], const struct picture_place alt[2])
{
    static const char *const states[] = {
        [SL_ALT_MISSING] = "missing",
        [SL_ALT_EMPTY] = "empty",
        [SL_ALT_PRESENT] = "present",
    };
    cJSON *event = new_answer(number, "picture");

    return whole(event, add_place(event, "markup", markup) && add_place(event, "alt", alt) &&
                            cJSON_AddStringToObject(event, "state", states[picture->state]) &&
                            cJSON_AddStringToObject(event, "address", picture->address) &&
                            cJSON_AddStringToObject(event, "text", picture->text) &&
                            add_if_there(event, "link", picture->link) &&
                            add_if_there(event, "caption", picture->caption) &&
                            cJSON_AddBoolToObject(event, "button", picture->button) &&
                            add_if_there(event, "fixed", picture->fixed) &&
                            add_form(event, &picture->form));
}

cJSON *event_of_document(double number, const struct sl_markup *markup, const char *looks,
                         const struct sl_cost *cost)
{
    cJSON *event = event_of_end(number, "");
    cJSON *list = cJSON_AddArrayToObject(event, "folders");
    bool added = list && cJSON_AddStringToObject(event, "looks", looks) &&
                 add_if_there(event, "language", sl_markup_language(markup)) &&
                 add_cost(event, cost);
    const char *folder;

    for (size_t i = 0; (folder = sl_markup_folder(markup, i)); i++)
        added = added && cJSON_AddItemToArray(list, cJSON_CreateString(folder));
    return whole(event, added);
}

cJSON *event_of_alt(double number, const struct sl_alt *alt)
{
    cJSON *event = new_answer(number, "alt");

    return whole(event, cJSON_AddBoolToObject(event, "decorative", alt->decorative) &&
                            cJSON_AddStringToObject(event, "text", alt->text));
}

cJSON *event_of_end(double number, const char *text)
{
    cJSON *event = new_answer(number, "done");

    return whole(event, cJSON_AddStringToObject(event, "text", text));
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
    const char *consent = sl_config_consent_question(config);
    cJSON *event = new_answer(number, "done");
    cJSON *info = cJSON_AddObjectToObject(event, "info");

    return whole(event,
                 cJSON_AddStringToObject(event, "text", "") &&
                     cJSON_AddStringToObject(info, "provider", sl_config_provider(config)) &&
                     cJSON_AddStringToObject(info, "base_url", sl_config_base_url(config)) &&
                     cJSON_AddStringToObject(info, "model", sl_config_model(config)) &&
                     (!console_url || cJSON_AddStringToObject(info, "console_url", console_url)) &&
                     (!consent || cJSON_AddStringToObject(info, "consent", consent)));
}

cJSON *event_of_budget(double number, const struct sl_budget *budget, bool cut)
{
    cJSON *event = event_of_end(number, "");
    cJSON *dict = cJSON_AddObjectToObject(event, "budget");

    return whole(
        event,
        cJSON_AddStringToObject(dict, "currency", budget->currency) &&
            cJSON_AddNumberToObject(dict, "spent", budget->spent) &&
            (budget->day < 0 || cJSON_AddNumberToObject(dict, "day", budget->day)) &&
            (budget->request < 0 || cJSON_AddNumberToObject(dict, "request", budget->request)) &&
            cJSON_AddBoolToObject(event, "cut", cut));
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
