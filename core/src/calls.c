/* Tools, and what is answered to their calls. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "json.h"
#include "look.h"
#include "request.h"
#include "talk.h"
#include "translate.h"
#include "watch.h"

static const struct row {
    const struct sl__tool *tool;
    bool (*useful)(const struct sl__request *request);
    /* Writes what the model gets into `result`, or why it gets nothing, whose code is returned. */
    int (*answer)(struct sl__request *request, const cJSON *arguments, struct sl_error *result);
} rows[SL__TOOLS] = {{&sl__look_tool, sl__look_useful, sl__look_answer},
                     {&sl__watch_tool, sl__watch_useful, sl__watch_answer}};

/* How often any tool, or this one, was called. */
static size_t count_calls(const struct sl__history *history, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct sl__message *message = history->items[i];
        for (size_t k = 0; k < message->call_count; k++)
            count += !name || strcmp(message->calls[k].name, name) == 0;
    }
    return count;
}

size_t sl__calls_offer(const struct sl__request *request, struct sl__tool tools[SL__TOOLS])
{
    const struct sl__talk *talk = request->talk;
    const struct sl__abilities *can = &request->config->row->abilities[talk->protocol];
    bool alone = sl__talk_alternatives(request) == 1;
    size_t count = 0;
    if (!(can->takes & SL__TAKES_TOOLS))
        return 0;
    for (size_t i = 0; i < SL__TOOLS; i++) {
        bool useful = request->task.look && alone && rows[i].useful(request);
        if (useful || count_calls(&talk->history, rows[i].tool->name) > 0)
            tools[count++] = *rows[i].tool;
    }
    if (count == 0 && count_calls(&talk->history, NULL) > 0)
        tools[count++] = *rows[0].tool;
    return count;
}

/* The call that is to be answered next, or NULL. */
static const struct sl__call *find_call(const struct sl__history *history)
{
    size_t answered = 0;
    while (answered < history->count &&
           history->items[history->count - 1 - answered]->role == SL__TOOL)
        answered++;
    if (answered == history->count)
        return NULL;
    const struct sl__message *message = history->items[history->count - 1 - answered];
    return answered < message->call_count ? &message->calls[answered] : NULL;
}

bool sl__calls_wait(const struct sl__history *history)
{
    return find_call(history) != NULL;
}

int sl__calls_add(struct sl__request *request, const char *answer, bool failed)
{
    struct sl__history *history = &request->talk->history;
    struct sl__message *message = sl__message_new(SL__TOOL, answer);
    if (message) {
        message->failed = failed;
        message->call_id = strdup(find_call(history)->id);
    }
    if (message && message->call_id)
        return sl__history_add(history, message);
    sl__message_drop(message);
    return SL_E_NOMEM;
}

double sl__calls_number(const cJSON *arguments, const char *name, double otherwise)
{
    const cJSON *value = sl__json_member(arguments, name);
    return cJSON_IsNumber(value) && isfinite(value->valuedouble) ? value->valuedouble : otherwise;
}

static int run(struct sl__request *request, const struct sl__call *call, const cJSON *arguments,
               struct sl_error *result)
{
    const struct row *row = NULL;
    for (size_t i = 0; i < SL__TOOLS; i++)
        row = strcmp(call->name, rows[i].tool->name) == 0 ? &rows[i] : row;
    if (request->talk->looks++ >= SL__MAX_LOOKS) /* calls that make no sense count as well */
        return sl__error_set_plain(result, SL_E_INVALID, "you have looked enough; answer now");
    if (!row)
        return sl__error_set_plain(result, SL_E_INVALID, "there is no such tool");
    if (!cJSON_IsObject(arguments))
        return sl__error_set_plain(result, SL_E_INVALID, "the arguments are no JSON object");
    return row->answer(request, arguments, result);
}

/* Answers the call, or begins the round that does. */
static int answer(struct sl__request *request, const struct sl__call *call, struct sl_error *error)
{
    struct sl_error result = SL_ERROR_INIT;
    cJSON *arguments = sl__json_parse(call->arguments, strlen(call->arguments), NULL);
    if (!arguments && errno == ENOMEM)
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left");
    int code = run(request, call, arguments, &result);
    cJSON_Delete(arguments);
    if (code == SL_E_CANCELLED || code == SL_E_NOMEM)
        return sl_error_set(error, code, "%s", result.message);
    return sl__watch_waits(request->talk->watch)
               ? 0
               : sl__calls_add(request, result.message, code != 0);
}

/* What the calls showed follows after the answers to all of them. */
static int add_shown(struct sl__talk *talk)
{
    struct sl__message *shown = talk->shown;
    talk->shown = NULL;
    return shown ? sl__history_add(&talk->history, shown) : 0;
}

int sl__calls_answer(struct sl__request *request, struct sl__history *question,
                     struct sl_error *error)
{
    struct sl__talk *talk = request->talk;
    const struct sl__call *call;
    int code = 0;
    while (!code && !sl__watch_waits(talk->watch) && (call = find_call(&talk->history)))
        code = answer(request, call, error);
    if (!code && sl__watch_waits(talk->watch))
        code = sl__watch_ask(talk->watch, question);
    else if (!code)
        code = add_shown(talk);
    return code == SL_E_NOMEM ? sl_error_set(error, code, "there is no memory left to look closer")
                              : code;
}
