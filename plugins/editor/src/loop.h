/* The one loop of the process: the editor's bytes in, the client's events, the editor's bytes out.
 */
#ifndef EDITOR_LOOP_H
#define EDITOR_LOOP_H

#include "wire.h"

/* Runs until the editor closes its end, which cancels everything. Returns 0, or -1 with `error`. */
int loop_run(const struct wire *wire, int input, int output, struct sl_error *error);

#endif
