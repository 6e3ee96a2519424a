/* The state of a talk. */
#include <stdio.h>
#include <stdlib.h>

#include "budget.h"
#include "groups.h"
#include "json.h"
#include "output.h"
#include "parameter.h"
#include "request.h"
#include "split.h"
#include "talk.h"
#include "watch.h"

struct sl__talk *sl__talk_new(void)
{
    struct sl__talk *talk = calloc(1, sizeof *talk);
    if (!talk)
        return NULL;
    talk->earlier = (struct sl__buf)SL__BUF_INIT(SL__MAX_ANSWER);
    talk->usage = (struct sl_usage)SL_USAGE_INIT;
    talk->cost = (struct sl_cost)SL_COST_INIT;
    return talk;
}

void sl__talk_free(struct sl__talk *talk)
{
    if (!talk)
        return;
    sl__history_release(&talk->history);
    cJSON_Delete(talk->settings);
    sl__buf_release(&talk->earlier);
    sl__output_reset(talk);
    sl__split_free(talk->split);
    sl__watch_free(talk->watch);
    sl__message_drop(talk->shown);
    sl__groups_free(talk->groups);
    free(talk);
}

static bool has_calls(const struct sl__history *history)
{
    bool found = false;
    for (size_t i = 0; i < history->count; i++)
        found = found || history->items[i]->call_count > 0;
    return found;
}

unsigned sl__talk_alternatives(const struct sl__request *request)
{
    const struct sl__talk *talk = request->talk;
    const struct sl__abilities *can = &request->config->row->abilities[talk->protocol];
    const cJSON *count = sl__json_member(talk->settings, "n");
    bool several = talk->round == SL__ROUND_ANSWER && (can->parameters & SL__BIT(SL__N)) &&
                   !has_calls(&talk->history);
    return several && count ? (unsigned)count->valuedouble : 1;
}

static void add(int64_t *sum, int64_t count)
{
    if (count >= 0)
        *sum = (*sum < 0 ? 0 : *sum) + count;
}

/* Once a round's cost is an estimate or in doubt, so is the sum. */
static void add_cost(struct sl_cost *sum, const struct sl_cost *cost)
{
    if (cost->amount < 0)
        return;
    bool estimated = sum->estimated || cost->estimated;
    double before = sum->amount < 0 ? 0 : sum->amount;
    *sum = *cost;
    sum->amount += before;
    sum->estimated = estimated;
}

/* A budget of the day that is not kept any more must not go unnoticed. */
static void note_cost(struct sl__request *request, const struct sl_usage *usage,
                      const struct sl_cost *cost)
{
    struct sl_error why = SL_ERROR_INIT;
    const struct sl_config *config = request->config;
    if (sl__budget_record(config, request->task.name, usage, cost, &why) && config->day_budget >= 0)
        sl__request_note(request, SL_LEVEL_WARNING, "budget.day does not count this: %s",
                         why.message);
}

void sl__talk_count(struct sl__request *request, const struct sl_usage *usage,
                    const struct sl_cost *own)
{
    struct sl__talk *talk = request->talk;
    struct sl_cost cost = *own;
    if (cost.amount < 0)
        sl__model_cost(&request->config->model_row, request->config->row->currency, usage, &cost);
    add(&talk->usage.input_tokens, usage->input_tokens);
    add(&talk->usage.cached_tokens, usage->cached_tokens);
    add(&talk->usage.output_tokens, usage->output_tokens);
    add(&talk->usage.reasoning_tokens, usage->reasoning_tokens);
    add_cost(&talk->cost, &cost);
    note_cost(request, usage, &cost);
}
