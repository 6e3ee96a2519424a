/* The Messages API: the functions of its dialect, see dialect.h. */
#ifndef SL_MESSAGES_H
#define SL_MESSAGES_H

#include "dialect.h"

int sl__messages_body(struct sl__body *body, const struct sl__turn *turn);
int sl__messages_event(struct sl__answer *answer, const char *type, const char *data, size_t len,
                       struct sl_error *error);
int sl__messages_whole(struct sl__answer *answer, const char *text, size_t len,
                       struct sl_error *error);

#endif
