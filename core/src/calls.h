/*
 * Tools that the model may call to see more of what it was shown, and the answers to its calls. A
 * call is answered at once, or by a round of its own (talk.h) whose answer becomes the call's.
 */
#ifndef SL_CALLS_H
#define SL_CALLS_H

#include "dialect.h"
#include "message.h"

struct sl__request;

enum { SL__TOOLS = 2 };

/*
 * The tools that are offered, to a provider that takes tools: those that there is something for,
 * and those that were called before, since servers want the tools of all calls that a conversation
 * holds. Returns how many.
 */
size_t sl__calls_offer(const struct sl__request *request, struct sl__tool tools[SL__TOOLS]);

/* Whether the history ends with calls of which one or more are not answered. */
bool sl__calls_wait(const struct sl__history *history);

/*
 * Answers them: adds a tool message for each, and after the last what they showed as one message of
 * the user. Where a round comes first, `question` becomes what it asks. Calls that make no sense
 * are answered with why. Worker. Errors: SL_E_CANCELLED, SL_E_NOMEM.
 */
int sl__calls_answer(struct sl__request *request, struct sl__history *question,
                     struct sl_error *error);

/* Adds the answer to the call that is next, or why there is none. 0 or SL_E_NOMEM. */
int sl__calls_add(struct sl__request *request, const char *answer, bool failed);

/* A number among a call's arguments. */
double sl__calls_number(const cJSON *arguments, const char *name, double otherwise);

#endif
