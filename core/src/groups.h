/*
 * More pictures than a model takes in one request, or has room for: they are described in groups
 * first, each by a request of its own that the host does not see, as many at a time as the
 * provider's limits allow. The descriptions stand in for the pictures in the question, and in the
 * conversation.
 *
 * The request that has groups waits for them in nobody's list; each of theirs has a reference to
 * it.
 */
#ifndef SL_GROUPS_H
#define SL_GROUPS_H

#include <sightline/error.h>

#include "message.h"

struct sl__groups;
struct sl__request;

enum { SL__MAX_GROUPS = 20 };

/* How many groups the pictures need because of their number; 0 for none. */
size_t sl__groups_by_count(const struct sl__request *request);

/* The same for the question that was made, because of what it costs in tokens. */
size_t sl__groups_by_tokens(const struct sl__request *request);

/* Makes request->talk->groups, of which none is on its way. Worker. Errors: SL_E_NOMEM. */
int sl__groups_make(struct sl__request *request, size_t count, struct sl_error *error);
void sl__groups_free(struct sl__groups *groups); /* NULL is fine */

/* About how many tokens all pictures have, at most. */
uint64_t sl__groups_tokens(const struct sl__request *request);

/* Tells the host how many groups there are; `cost` is the end of the sentence. */
void sl__groups_announce(struct sl__request *request, const char *cost);

/* Sends the groups on their way. When all have ended, the request is prepared again. */
void sl__groups_start(struct sl__request *request);

/* The first failure of one, or nothing. */
void sl__groups_failure(struct sl__groups *groups, struct sl_error *error);

/* Takes the question and makes it one that has the descriptions; NULL without memory. */
struct sl__message *sl__groups_ask(const struct sl__groups *groups, struct sl__message *question);

/* The request of one of `parent`'s groups has ended, with an error or without. Any thread. */
void sl__groups_end_one(struct sl__request *parent, const struct sl_error *error);

/* Which group is next to end, from 1, or 0 when all have ended; and how many there are. */
void sl__groups_place(struct sl__groups *groups, unsigned *part, unsigned *count);

#endif
