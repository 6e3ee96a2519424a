/* Settings…: the configuration that all hosts share, by dialog and by script. */
#ifndef PREFERENCES_H
#define PREFERENCES_H

#include "tool.h"

extern const struct tool preferences_tool;

/* The values that detail and effort have in the dialog; "" leaves it to the task. */
extern const struct choice preference_details[], preference_efforts[];

/* Returns when the dialog is closed: done when something was written. */
struct result preferences_dialog_run(const struct tool *tool);

#endif
