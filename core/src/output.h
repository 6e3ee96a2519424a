/* From the parts of an answer to the events that the host gets, as the task's output wants it. */
#ifndef SL_OUTPUT_H
#define SL_OUTPUT_H

#include "answer.h"

struct sl__request;
struct sl__talk;

/* Transfer thread. Errors: what the queue and the filter return. */
int sl__output_part(struct sl__request *request, const struct sl__part *part);

/*
 * The answer is there as far as it came: delivers what was held back. Of a JSON answer, when it is
 * in its form. Errors: SL_E_FORMAT, with a sentence that the model can mend it by; SL_E_NOMEM,
 * SL_E_TOO_LARGE.
 */
int sl__output_finish(struct sl__request *request, const struct sl__answer *answer,
                      struct sl_error *error);

/* Sets what was said before a look apart from what comes after it. */
void sl__output_break(struct sl__request *request);

/* Forgets what was held back: the answer begins anew. */
void sl__output_reset(struct sl__talk *talk);

#endif
