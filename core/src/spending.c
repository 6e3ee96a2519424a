/* What a task may cost, before it is sent. */
#include <math.h>
#include <stdio.h>

#include "budget.h"
#include "request.h"
#include "room.h"
#include "spending.h"
#include "talk.h"
#include "translate.h"

/* What this usage would cost, negative without a price. */
static double price_of(const struct sl_config *config, int64_t input, int64_t output)
{
    struct sl_usage usage = {input, 0, output, 0};
    struct sl_cost cost = SL_COST_INIT;
    sl__model_cost(&config->model_row, config->row->currency, &usage, &cost);
    return cost.amount;
}

/* The longest answer without a setting: what the model has room for, or what is asked for then. */
static double longest_answer(const struct sl__request *request, uint64_t question)
{
    const struct sl__model *model = &request->config->model_row;
    return request->talk->protocol == SL__MESSAGES ? model->max_output
                                                   : (double)model->context - (double)question;
}

/* Keeps the answer within what the budget for a request leaves after the question. */
static int limit_answer(struct sl__request *request, uint64_t question, double spent)
{
    const struct sl_config *config = request->config;
    cJSON *settings = request->talk->settings;
    double million = price_of(config, 0, 1000000) * sl__talk_alternatives(request);
    if (config->request_budget < 0 || million <= 0)
        return 0;
    double most = fmax(1, floor((config->request_budget - spent) / million * 1e6));
    const cJSON *asked = cJSON_GetObjectItemCaseSensitive(settings, "max_tokens");
    if (most >= (asked ? asked->valuedouble : longest_answer(request, question)))
        return 0;
    cJSON_DeleteItemFromObjectCaseSensitive(settings, "max_tokens");
    return cJSON_AddNumberToObject(settings, "max_tokens", most) ? 0 : SL_E_NOMEM;
}

int sl__spending_check(struct sl__request *request, const struct sl__history *history,
                       struct sl_error *error)
{
    struct sl__talk *talk = request->talk;
    uint64_t tokens = sl__room_tokens(history);
    double estimate = price_of(request->config, (int64_t)tokens, 0);
    talk->tokens = tokens;
    double spent = fmax(0, talk->cost.amount);
    int code = sl__budget_check(request->config, spent, estimate, error);
    if (!code && limit_answer(request, tokens, spent + estimate))
        code = sl_error_set(error, SL_E_NOMEM, "there is no memory left for the request");
    return code;
}

void sl__spending_note_unpriced(struct sl__request *request)
{
    const struct sl_config *config = request->config;
    bool limited = config->request_budget >= 0 || config->day_budget >= 0;
    if (limited && price_of(config, 0, 1) < 0)
        sl__request_note(request, SL_LEVEL_WARNING,
                         "the price of %s at %s is not known, so the budget does not hold; set "
                         "models.%s.price in the configuration",
                         config->model, config->provider, config->model);
}

int sl__spending_check_all(const struct sl__request *request, uint64_t tokens,
                           char cost[SL__COST_MAX], struct sl_error *error)
{
    const struct sl_config *config = request->config;
    double estimate = price_of(config, (int64_t)tokens, 0);
    cost[0] = '\0';
    if (estimate > 0)
        snprintf(cost, SL__COST_MAX,
                 request->talk->groups ? sl__tr("; to send them costs about %.4f %s")
                                       : sl__tr("; to send it costs about %.4f %s"),
                 estimate, sl__budget_currency(config));
    return sl__budget_check(config, 0, estimate, error);
}
