/*
 * What an object of a request may hold, as tables: a field that is not in the table, stands twice,
 * has the wrong type or is out of its range is refused by its full name.
 */
#ifndef SIMULATOR_FIELDS_H
#define SIMULATOR_FIELDS_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "failure.h"
#include "provider.h"

struct query;
struct field;

typedef bool field_check(struct query *query, const cJSON *value, const char *name,
                         const struct field *field, struct failure *failure);

/* One name may stand in several rows, for several providers; the widest stands first. */
struct field {
    const char *name; /* NULL ends a table */
    field_check *check;
    bool required, nullable;
    unsigned of;                /* whose documentation has it; 0: everyone's */
    double min, max;            /* for is_number and is_integer */
    const char *const *words;   /* for is_word: NULL ends the list */
    const struct field *fields; /* for is_fields and are_fields */
};

/* Checks in the table's order. `where` is the object's own full name, "" for the body itself. */
bool check_fields(struct query *query, const cJSON *object, const char *where,
                  const struct field *fields, struct failure *failure);

/* The fields of an object whose kind is the word in its field `key`. */
struct variant {
    const char *name;
    const struct field *fields;
    unsigned of;
};

bool check_variant(struct query *query, const cJSON *object, const char *where, const char *key,
                   const struct variant *variants, struct failure *failure);

/* An array, not empty, of such objects. */
bool check_variants(struct query *query, const cJSON *array, const char *name, const char *key,
                    const struct variant *variants, struct failure *failure);

field_check is_anything, is_text, is_flag, is_number, is_integer, is_word, is_object, is_array;
field_check are_texts, is_text_or_texts, is_fields, are_fields;

/* The body's field `model`, in both protocols. */
field_check is_model;

/* The string in a field, or NULL. */
const char *string_in(const cJSON *object, const char *name);

#endif
