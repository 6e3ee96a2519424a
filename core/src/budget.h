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
 * requests today. Without a budget nothing is read. Errors: SL_E_BUDGET, SL_E_NOMEM.
 */
int sl__budget_check(const struct sl_config *config, double spent, double estimate,
                     struct sl_error *error);

/* The currency that the budget of the configured provider is in. */
const char *sl__budget_currency(const struct sl_config *config);

/*
 * Reads the last `most` bytes of the record, and calls `take` with each line that is a JSON object
 * until it returns something else than 0, which is the result. A record that is not there has no
 * lines. SL_E_NOMEM is a result as well. `*whole` tells whether there is no more of it.
 */
int sl__budget_read(const struct sl_config *config, size_t most, bool *whole,
                    int (*take)(const cJSON *line, void *data), void *data);

/* Appends what a request used. Errors: SL_E_IO, SL_E_NOMEM; they do not fail the request. */
int sl__budget_record(const struct sl_config *config, const char *task,
                      const struct sl_usage *usage, const struct sl_cost *cost,
                      struct sl_error *error);

#endif
