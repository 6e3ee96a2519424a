/*
 * What is done beside a question, by requests of their own that the host does not hear of: noting
 * which contents were sent, and deleting stored files whose time has come, at an occasion when a
 * request goes to the same account anyway.
 */
#ifndef SL_SWEEP_H
#define SL_SWEEP_H

#include "stored_index.h"

struct sl__request;

/*
 * Starts to delete what is due in the account of `request`, whose key and server it takes over, and
 * to forget contents that were sent long ago: once an hour in a process, where there is an index at
 * all, or when another account was swept last, or when more was due than goes at once. What fails
 * is tried again at the next occasion. Worker.
 */
void sl__sweep(struct sl__request *request, const struct sl__account *account);

/*
 * Starts to note contents that go out for the first time, which may take as long as a disk does.
 * Takes the list, also on failure. Worker.
 */
void sl__note_sent(struct sl__request *request, const struct sl__account *account,
                   struct sl__stored *sent, size_t count);

#endif
