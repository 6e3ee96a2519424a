/* Chat Completions: the functions of its dialect, see dialect.h. */
#ifndef SL_CHAT_H
#define SL_CHAT_H

#include "dialect.h"

int sl__chat_body(struct sl__body *body, const struct sl__turn *turn);
int sl__chat_event(struct sl__answer *answer, const char *type, const char *data, size_t len,
                   struct sl_error *error);
int sl__chat_whole(struct sl__answer *answer, const char *text, size_t len, struct sl_error *error);

#endif
