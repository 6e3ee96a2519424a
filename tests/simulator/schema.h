/* A value that fits a JSON Schema. */
#ifndef SIMULATOR_SCHEMA_H
#define SIMULATOR_SCHEMA_H

#include <cjson/cJSON.h>

#include "text.h"

/*
 * Has every required property, or all where none is said to be; numbers and strings keep to their
 * limits. The first string that is free to be anything becomes `said`, unless that is NULL; every
 * other is named after its property. What only a pattern describes may not fit it,
 * and what has no end ends in nulls.
 */
cJSON *schema_value(const cJSON *schema, const struct text *said);

#endif
