/*
 * What an object of a request may hold, as tables: a field that is not in the table, stands twice,
 * has the wrong type or is out of its range is refused by its full name.
 */
#ifndef SIMULATOR_FIELDS_H
#define SIMULATOR_FIELDS_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "failure.h"

struct chat;
struct field;

typedef bool field_check(struct chat *chat, const cJSON *value, const char *name,
                         const struct field *field, struct failure *failure);

struct field {
    const char *name; /* NULL ends a table */
    field_check *check;
    bool required;
    double min, max;          /* for is_number and is_integer */
    const char *const *words; /* for is_word: NULL ends the list */
};

/* `where` is the object's own full name, "" for the body itself. */
bool check_fields(struct chat *chat, const cJSON *object, const char *where,
                  const struct field *fields, struct failure *failure);

field_check is_text, is_flag, is_number, is_integer, is_word, is_object;

#endif
