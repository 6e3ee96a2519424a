/*
 * What requests have cost, in a file that all hosts share: one JSON object a line, the newest last,
 * in `usage.jsonl` of the state folder, mode 0600.
 */
#ifndef SL_BUDGET_H
#define SL_BUDGET_H

#include <sightline/client.h>

#include "config.h"

/*
 * Refuses what the budget does not allow: a request of which `spent` is on the record already and
 * the next round is estimated to cost at least `estimate`, negative where nobody knows; or any more
 * requests today. Without a budget nothing is read. Errors: SL_E_BUDGET.
 */
int sl__budget_check(const struct sl_config *config, double spent, double estimate,
                     struct sl_error *error);

/* "USD": what the budget is counted in. */
const char *sl__budget_currency(const struct sl_config *config);

/* Appends what a request used. What goes wrong here does not fail the request. */
void sl__budget_record(const struct sl_config *config, const char *task,
                       const struct sl_usage *usage, const struct sl_cost *cost);

#endif
