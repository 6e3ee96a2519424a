/* Messages about conversations. */
#ifndef EDITOR_TALKS_H
#define EDITOR_TALKS_H

#include "running.h"

/*
 * Finds the conversation that a request belongs to, or makes it; NULL when the message names none.
 * The editor is told when an older one gave way. 0, or `error`'s code.
 */
int talks_join(struct running *running, const cJSON *message, struct sl_conversation **conversation,
               struct sl_error *error);

/* Methods. */
void talks_save(struct commands *commands, double number, cJSON *message);
void talks_open(struct commands *commands, double number, cJSON *message);
void talks_forget(struct commands *commands, double number, cJSON *message);

#endif
