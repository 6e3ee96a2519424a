/* Running a task without a dialog: for scripts, and for GIMP's Repeat. */
#ifndef SILENT_H
#define SILENT_H

#include "command.h"

/* Returns when the answer is whole or the request has failed. */
struct result silent_run(int image, const struct settings *settings);

#endif
