/* The Messages API: answers, streamed and whole. */
#include <errno.h>
#include <string.h>

#include "json.h"
#include "messages.h"
#include "translate.h"

static int take_text(struct sl__answer *answer, enum sl_event_type type, const cJSON *object,
                     const char *name)
{
    return sl__answer_part(answer, type, 0, sl__json_string(object, name));
}

/* Input that was read from a cache or written to one stands apart from the rest. */
static void take_usage(struct sl__answer *answer, const cJSON *json)
{
    struct sl__input *input = &answer->input;
    sl__answer_count(&input->fresh, json, "input_tokens");
    sl__answer_count(&input->cached, json, "cache_read_input_tokens");
    sl__answer_count(&input->written, json, "cache_creation_input_tokens");
    sl__answer_count(&answer->usage.output_tokens, json, "output_tokens");
    answer->usage.cached_tokens = input->cached;
    if (input->fresh >= 0)
        answer->usage.input_tokens = input->fresh + (input->cached > 0 ? input->cached : 0) +
                                     (input->written > 0 ? input->written : 0);
    sl__answer_cost(answer, sl__json_member(json, "cost"));
}

/* Blocks. A stream gives one when it begins, mostly empty, and then deltas of it. */

static int take_citation(struct sl__answer *answer, const cJSON *citation)
{
    const char *title = sl__json_string(citation, "title");
    return sl__answer_source(answer, title ? title : sl__json_string(citation, "document_title"),
                             sl__json_string(citation, "url"));
}

static int take_text_block(struct sl__answer *answer, const cJSON *block, int64_t index)
{
    const cJSON *citation;
    int code = take_text(answer, SL_EVENT_TEXT, block, "text");
    (void)index;
    cJSON_ArrayForEach(citation, sl__json_array(block, "citations"))
    {
        if (!code)
            code = take_citation(answer, citation);
    }
    return code;
}

static int take_thinking_block(struct sl__answer *answer, const cJSON *block, int64_t index)
{
    (void)index;
    return take_text(answer, SL_EVENT_REASONING, block, "thinking");
}

/* At the beginning of a stream's block the input is empty, and deltas bring it. */
static int take_use_block(struct sl__answer *answer, const cJSON *block, int64_t index)
{
    const cJSON *input = sl__json_object(block, "input");
    char *arguments = input && input->child ? cJSON_PrintUnformatted(input) : NULL;
    int code = sl__answer_call(answer, index, sl__json_string(block, "id"),
                               sl__json_string(block, "name"), arguments);
    cJSON_free(arguments);
    return code;
}

static int take_text_delta(struct sl__answer *answer, const cJSON *delta, int64_t index)
{
    (void)index;
    return take_text(answer, SL_EVENT_TEXT, delta, "text");
}

static int take_input_delta(struct sl__answer *answer, const cJSON *delta, int64_t index)
{
    return sl__answer_call(answer, index, NULL, NULL, sl__json_string(delta, "partial_json"));
}

static int take_citations_delta(struct sl__answer *answer, const cJSON *delta, int64_t index)
{
    (void)index;
    return take_citation(answer, sl__json_object(delta, "citation"));
}

static const struct {
    const char *type;
    int (*take)(struct sl__answer *answer, const cJSON *object, int64_t index);
} takers[] = {
    {"text", take_text_block},
    {"thinking", take_thinking_block},
    {"tool_use", take_use_block},
    {"text_delta", take_text_delta},
    {"thinking_delta", take_thinking_block},
    {"input_json_delta", take_input_delta},
    {"citations_delta", take_citations_delta},
};

static int take_block(struct sl__answer *answer, const cJSON *block, int64_t index)
{
    const char *type = sl__json_string(block, "type");
    for (size_t i = 0; i < sizeof takers / sizeof *takers && type; i++) {
        if (strcmp(takers[i].type, type) == 0)
            return takers[i].take(answer, block, index);
    }
    return 0;
}

static int take_message(struct sl__answer *answer, const cJSON *message)
{
    const cJSON *block;
    int64_t index = 0;
    int code = 0;
    sl__answer_word(answer->model, sizeof answer->model, sl__json_string(message, "model"));
    take_usage(answer, sl__json_object(message, "usage"));
    cJSON_ArrayForEach(block, sl__json_array(message, "content"))
    {
        if (!code)
            code = take_block(answer, block, index++);
    }
    sl__answer_ended(answer, 0, sl__json_string(message, "stop_reason"));
    return code;
}

/* Events. */

static int on_message_start(struct sl__answer *answer, const cJSON *event)
{
    return take_message(answer, sl__json_object(event, "message"));
}

static int on_block(struct sl__answer *answer, const cJSON *event)
{
    const cJSON *block = sl__json_object(event, "content_block");
    return take_block(answer, block ? block : sl__json_object(event, "delta"),
                      sl__json_count(event, "index"));
}

/* The reason stands in the delta or, at StepFun, beside it. */
static int on_message_delta(struct sl__answer *answer, const cJSON *event)
{
    sl__answer_ended(answer, 0, sl__json_string(event, "stop_reason"));
    sl__answer_ended(answer, 0, sl__json_string(sl__json_object(event, "delta"), "stop_reason"));
    take_usage(answer, sl__json_object(event, "usage"));
    return 0;
}

static int on_message_stop(struct sl__answer *answer, const cJSON *event)
{
    (void)event;
    answer->done = true;
    return 0;
}

static const struct event {
    const char *type;
    int (*take)(struct sl__answer *answer, const cJSON *event);
} events[] = {
    {"message_start", on_message_start}, {"content_block_start", on_block},
    {"content_block_delta", on_block},   {"message_delta", on_message_delta},
    {"message_stop", on_message_stop},
};

static const struct event *find_event(const char *type)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (strcmp(events[i].type, type) == 0)
            return &events[i];
    }
    return NULL;
}

static int take_event(struct sl__answer *answer, const char *type, const cJSON *event)
{
    const char *named = sl__json_string(event, "type");
    const struct event *found = find_event(named ? named : type);
    return found ? found->take(answer, event) : 0;
}

int sl__messages_event(struct sl__answer *answer, const char *type, const char *data, size_t len,
                       struct sl_error *error)
{
    cJSON *event;
    int code = sl__answer_open(answer, type, find_event(type) != NULL, data, len, &event, error);
    if (!code && event)
        code = sl__answer_failed(take_event(answer, type, event), error);
    cJSON_Delete(event);
    return code;
}

int sl__messages_whole(struct sl__answer *answer, const char *text, size_t len,
                       struct sl_error *error)
{
    cJSON *json = sl__json_parse(text, len, NULL);
    int code = json              ? sl__answer_error(answer, "", json, error)
               : errno == ENOMEM ? sl__answer_failed(SL_E_NOMEM, error)
                                 : 0;
    if (!code && !sl__json_array(json, "content"))
        code = sl__answer_foreign(SL__TR_NOOP("the Messages API"), error);
    if (!code)
        code = sl__answer_failed(take_message(answer, json), error);
    answer->done = true;
    cJSON_Delete(json);
    return code;
}
