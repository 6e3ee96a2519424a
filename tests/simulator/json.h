/* What cJSON lacks. */
#ifndef SIMULATOR_JSON_H
#define SIMULATOR_JSON_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "plan.h"

/* Adds text that may hold U+0000. */
void json_add_text(cJSON *object, const char *name, const char *data, size_t len);

/* With `unknown-fields`: adds some that nobody knows. */
void json_add_unknown(cJSON *object, const struct plan *plan);

#endif
