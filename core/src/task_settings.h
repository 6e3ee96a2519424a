/* With what settings a task is asked. */
#ifndef SL_TASK_SETTINGS_H
#define SL_TASK_SETTINGS_H

#include <sightline/error.h>

struct sl__request;

/*
 * Makes the talk's: the configuration's, the task's over them, the request's over both. A note says
 * what the provider or the model does not take. SL_E_NOMEM.
 */
int sl__task_settings_make(struct sl__request *request, struct sl_error *error);

/* The effort to ask for, one that the model knows, or NULL for none. */
const char *sl__task_effort(const struct sl__request *request);

#endif
