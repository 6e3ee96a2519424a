/* Checking an object against a table of fields. */
#include "fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "query.h"
#include "text.h"

static bool is_in_force(const struct query *query, unsigned of)
{
    return !of || of & query->providers;
}

static const struct field *field_named(const struct query *query, const struct field *fields,
                                       const char *name)
{
    for (; fields->name; fields++) {
        if (!strcmp(fields->name, name) && is_in_force(query, fields->of))
            return fields;
    }
    return NULL;
}

static const cJSON *value_of(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* Unknown ones and doubles. */
static bool check_names(struct query *query, const cJSON *object, const char *where,
                        const struct field *fields, struct failure *failure)
{
    const char *dot = *where ? "." : "";
    const cJSON *value;
    cJSON_ArrayForEach(value, object)
    {
        if (!field_named(query, fields, value->string))
            return refuse(failure, "Unknown parameter: %s%s%s", where, dot, value->string);
        if (value_of(object, value->string) != value)
            return refuse(failure, "%s%s%s stands twice", where, dot, value->string);
    }
    return true;
}

static bool check_values(struct query *query, const cJSON *object, const char *where,
                         const struct field *fields, struct failure *failure)
{
    for (const struct field *field = fields; field->name; field++) {
        const cJSON *value = value_of(object, field->name);
        if (!value || field_named(query, fields, field->name) != field ||
            (field->nullable && cJSON_IsNull(value)))
            continue;
        struct text name = {0};
        text_format(&name, "%s%s%s", where, *where ? "." : "", field->name);
        bool good = field->check(query, value, name.data, field, failure);
        text_release(&name);
        if (!good)
            return false;
    }
    return true;
}

bool check_fields(struct query *query, const cJSON *object, const char *where,
                  const struct field *fields, struct failure *failure)
{
    if (!cJSON_IsObject(object))
        return refuse(failure, "%s must be an object", *where ? where : "The body");
    if (!check_names(query, object, where, fields, failure) ||
        !check_values(query, object, where, fields, failure))
        return false;
    for (const struct field *field = fields; field->name; field++) {
        if (field->required && is_in_force(query, field->of) && !value_of(object, field->name))
            return refuse(failure, "Missing required parameter: %s%s%s", where, *where ? "." : "",
                          field->name);
    }
    return true;
}

bool check_variant(struct query *query, const cJSON *object, const char *where, const char *key,
                   const struct variant *variants, struct failure *failure)
{
    if (!cJSON_IsObject(object))
        return refuse(failure, "%s must be an object", where);
    const char *word = string_in(object, key);
    if (!word)
        return refuse(failure, "Missing required parameter: %s.%s", where, key);
    for (; variants->name; variants++) {
        if (!strcmp(variants->name, word) && is_in_force(query, variants->of))
            return check_fields(query, object, where, variants->fields, failure);
    }
    return refuse(failure, "invalid %s.%s: %s", where, key, word);
}

bool check_variants(struct query *query, const cJSON *array, const char *name, const char *key,
                    const struct variant *variants, struct failure *failure)
{
    const cJSON *object;
    int i = 0;
    if (!cJSON_IsArray(array))
        return refuse(failure, "%s must be an array", name);
    if (!cJSON_GetArraySize(array))
        return refuse(failure, "%s must not be empty", name);
    cJSON_ArrayForEach(object, array)
    {
        char where[128];
        snprintf(where, sizeof where, "%.100s[%d]", name, i++);
        if (!check_variant(query, object, where, key, variants, failure))
            return false;
    }
    return true;
}

const char *string_in(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(value_of(object, name));
}

bool is_anything(struct query *query, const cJSON *value, const char *name,
                 const struct field *field, struct failure *failure)
{
    (void)query, (void)value, (void)name, (void)field, (void)failure;
    return true;
}

bool is_text(struct query *query, const cJSON *value, const char *name, const struct field *field,
             struct failure *failure)
{
    (void)query, (void)field;
    return cJSON_IsString(value) || refuse(failure, "%s must be a string", name);
}

bool is_flag(struct query *query, const cJSON *value, const char *name, const struct field *field,
             struct failure *failure)
{
    (void)query, (void)field;
    return cJSON_IsBool(value) || refuse(failure, "%s must be true or false", name);
}

bool is_object(struct query *query, const cJSON *value, const char *name, const struct field *field,
               struct failure *failure)
{
    (void)query, (void)field;
    return cJSON_IsObject(value) || refuse(failure, "%s must be an object", name);
}

bool is_array(struct query *query, const cJSON *value, const char *name, const struct field *field,
              struct failure *failure)
{
    (void)query, (void)field;
    return cJSON_IsArray(value) || refuse(failure, "%s must be an array", name);
}

bool is_number(struct query *query, const cJSON *value, const char *name, const struct field *field,
               struct failure *failure)
{
    (void)query;
    if (!cJSON_IsNumber(value))
        return refuse(failure, "%s must be a number", name);
    return (value->valuedouble >= field->min && value->valuedouble <= field->max) ||
           refuse(failure, "%s must be from %g to %g", name, field->min, field->max);
}

bool is_integer(struct query *query, const cJSON *value, const char *name,
                const struct field *field, struct failure *failure)
{
    if (!is_number(query, value, name, field, failure))
        return false;
    return floor(value->valuedouble) == value->valuedouble ||
           refuse(failure, "%s must be a whole number", name);
}

bool is_word(struct query *query, const cJSON *value, const char *name, const struct field *field,
             struct failure *failure)
{
    struct text list = {0};
    if (!is_text(query, value, name, field, failure))
        return false;
    for (const char *const *word = field->words; *word; word++) {
        if (!strcmp(*word, value->valuestring)) {
            text_release(&list);
            return true;
        }
        text_format(&list, "%s%s", list.len ? ", " : "", *word);
    }
    refuse(failure, "%s must be one of: %s", name, list.data);
    text_release(&list);
    return false;
}

bool are_texts(struct query *query, const cJSON *value, const char *name, const struct field *field,
               struct failure *failure)
{
    const cJSON *one;
    if (!cJSON_IsArray(value))
        return refuse(failure, "%s must be an array of strings", name);
    cJSON_ArrayForEach(one, value)
    {
        if (!is_text(query, one, name, field, failure))
            return false;
    }
    return true;
}

bool is_text_or_texts(struct query *query, const cJSON *value, const char *name,
                      const struct field *field, struct failure *failure)
{
    return cJSON_IsString(value) || are_texts(query, value, name, field, failure);
}

bool is_fields(struct query *query, const cJSON *value, const char *name, const struct field *field,
               struct failure *failure)
{
    return check_fields(query, value, name, field->fields, failure);
}

bool are_fields(struct query *query, const cJSON *value, const char *name,
                const struct field *field, struct failure *failure)
{
    const cJSON *one;
    int i = 0;
    if (!is_array(query, value, name, field, failure))
        return false;
    cJSON_ArrayForEach(one, value)
    {
        char where[128];
        snprintf(where, sizeof where, "%.100s[%d]", name, i++);
        if (!check_fields(query, one, where, field->fields, failure))
            return false;
    }
    return true;
}
