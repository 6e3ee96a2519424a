/* What a task may cost: the budget is kept before anything is sent. */
#ifndef SL_SPENDING_H
#define SL_SPENDING_H

#include <sightline/error.h>
#include <stdint.h>

struct sl__history;
struct sl__request;

/* Says once that a budget does not hold, since nobody knows the model's price. */
void sl__spending_note_unpriced(struct sl__request *request);

/*
 * Of the next round, which sends `history`, with what the earlier ones cost. The answer is kept
 * within what the budget leaves. Errors: SL_E_BUDGET, SL_E_NOMEM.
 */
int sl__spending_check(struct sl__request *request, const struct sl__history *history,
                       struct sl_error *error);

enum { SL__COST_MAX = 128 };

/*
 * What is sent in several requests is within the budget as a whole, or nothing of it is sent.
 * `cost` becomes the end of a sentence that says what it costs, or "". Errors: as above.
 */
int sl__spending_check_all(const struct sl__request *request, uint64_t tokens,
                           char cost[SL__COST_MAX], struct sl_error *error);

#endif
