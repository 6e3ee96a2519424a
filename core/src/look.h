/*
 * The tool `look`: the model sees pictures scaled down and asks for a part of one; the answer is
 * that part of the original at its full resolution.
 */
#ifndef SL_LOOK_H
#define SL_LOOK_H

#include "dialect.h"
#include "message.h"

struct sl__request;

extern const struct sl__tool sl__look_tool;

/* Whether a picture of the conversation was scaled down, and its original can be had. */
bool sl__look_useful(const struct sl__request *request);

/*
 * Takes a call: adds the part to request->talk->shown and says in `result` what the model gets.
 * Tells the host what is looked at. Worker. Errors: SL_E_INVALID (there is no such picture or part
 * of it), what preparation returns.
 */
int sl__look_answer(struct sl__request *request, const cJSON *arguments, struct sl_error *result);

#endif
