/* Running a command without a dialog: for scripts, and for GIMP's Repeat. */
#ifndef SILENT_H
#define SILENT_H

#include "command.h"

/* Returns when the answer is whole or the request has failed. */
struct result silent_run(const struct command *command, int image, const struct settings *settings);

#endif
