/*
 * Checks a JSON answer against the part of JSON Schema that tasks use: type (one or a list), enum,
 * const, properties, required, additionalProperties, items, anyOf, oneOf, allOf, not, $ref within
 * the schema, and the limits of numbers, of lengths and of counts (minimum, exclusiveMinimum,
 * minItems, minLength, minProperties and their opposites). Other keywords are not looked at.
 */
#ifndef SL_SCHEMA_H
#define SL_SCHEMA_H

#include <cjson/cJSON.h>
#include <sightline/error.h>

/*
 * Finds the JSON value in an answer that may have a fence or prose around it. NULL when there is
 * none, or, with errno ENOMEM, no memory; the caller deletes it.
 */
cJSON *sl__answer_json(const char *text, size_t len);

/*
 * 0, or SL_E_FORMAT with what is wrong and where: "items[2].amount must be a number or null". The
 * sentence is for the model as well as for a person. A NULL schema allows everything.
 */
int sl__schema_check(const cJSON *schema, const cJSON *value, struct sl_error *error);

#endif
