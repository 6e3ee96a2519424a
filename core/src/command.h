/* Runs a program for its output. */
#ifndef SL_COMMAND_H
#define SL_COMMAND_H

#include <stdatomic.h>

#include "buf.h"

/*
 * Runs `argv` without a shell, a terminal or input, in a session of its own, with the environment
 * less the variables named in `hidden` (NULL-terminated), and appends what it prints to `out`. What
 * it prints on its standard error is dropped. Ends it with all its children after `limit_ms`, or
 * when `cancel`, which may be NULL, is set. Errors: SL_E_IO (it could not be run, or failed),
 * SL_E_TIMEOUT, SL_E_TOO_LARGE, SL_E_CANCELLED, SL_E_NOMEM.
 */
int sl__command_run(char *const argv[], const char *const hidden[], int limit_ms,
                    const atomic_bool *cancel, struct sl__buf *out, struct sl_error *error);

#endif
