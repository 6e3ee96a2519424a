/* The dialog of a command: settings, a button that sends, the answer as it arrives. */
#ifndef DIALOG_H
#define DIALOG_H

#include "command.h"

/*
 * Shows the dialog and returns when it is closed: done with the last whole answer, cancelled when
 * there was none. Failures have been shown there and are not reported again.
 */
struct result dialog_run(const struct command *command, int image, struct settings *settings);

#endif
