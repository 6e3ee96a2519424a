/*
 * The tool `look`: the model sees pictures scaled down and asks for a part of one; the answer is
 * that part of the original at its full resolution.
 */
#ifndef SL_LOOK_H
#define SL_LOOK_H

#include "answer.h"
#include "dialect.h"
#include "message.h"

struct sl__request;

extern const struct sl__tool sl__look_tool;

/*
 * Whether the tool is offered, to a provider that takes tools: there is something to look at, a
 * picture of the conversation that was scaled down, or the model has called before, since servers
 * want the tools of all calls that a conversation holds.
 */
bool sl__look_useful(const struct sl__request *request);

/*
 * Answers the calls of an answer that the history's last message repeats: adds a tool message for
 * each and the parts as one message of the user. Tells the host what is looked at. Calls that make
 * no sense are answered with why. Worker. Errors: SL_E_CANCELLED, SL_E_NOMEM.
 */
int sl__look_answer(struct sl__request *request, struct sl_error *error);

#endif
