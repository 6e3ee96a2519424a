/* Checking an object against a table of fields. */
#include "fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static const struct field *field_named(const struct field *fields, const char *name)
{
    for (; fields->name; fields++) {
        if (!strcmp(fields->name, name))
            return fields;
    }
    return NULL;
}

static bool check_field(struct chat *chat, const cJSON *object, const cJSON *value,
                        const char *name, const struct field *field, struct failure *failure)
{
    if (!field)
        return refuse(failure, "Unknown parameter: %s", name);
    if (cJSON_GetObjectItemCaseSensitive(object, field->name) != value)
        return refuse(failure, "%s stands twice", name);
    return field->check(chat, value, name, field, failure);
}

bool check_fields(struct chat *chat, const cJSON *object, const char *where,
                  const struct field *fields, struct failure *failure)
{
    const char *dot = *where ? "." : "";
    const cJSON *value;
    if (!cJSON_IsObject(object))
        return refuse(failure, "%s must be an object", *where ? where : "The body");
    cJSON_ArrayForEach(value, object)
    {
        struct text name = {0};
        text_format(&name, "%s%s%s", where, dot, value->string);
        bool good = check_field(chat, object, value, name.data, field_named(fields, value->string),
                                failure);
        text_release(&name);
        if (!good)
            return false;
    }
    for (const struct field *field = fields; field->name; field++) {
        if (field->required && !cJSON_HasObjectItem(object, field->name))
            return refuse(failure, "Missing required parameter: %s%s%s", where, dot, field->name);
    }
    return true;
}

bool is_text(struct chat *chat, const cJSON *value, const char *name, const struct field *field,
             struct failure *failure)
{
    (void)chat, (void)field;
    return cJSON_IsString(value) || refuse(failure, "%s must be a string", name);
}

bool is_flag(struct chat *chat, const cJSON *value, const char *name, const struct field *field,
             struct failure *failure)
{
    (void)chat, (void)field;
    return cJSON_IsBool(value) || refuse(failure, "%s must be true or false", name);
}

bool is_object(struct chat *chat, const cJSON *value, const char *name, const struct field *field,
               struct failure *failure)
{
    (void)chat, (void)field;
    return cJSON_IsObject(value) || refuse(failure, "%s must be an object", name);
}

bool is_number(struct chat *chat, const cJSON *value, const char *name, const struct field *field,
               struct failure *failure)
{
    (void)chat;
    if (!cJSON_IsNumber(value))
        return refuse(failure, "%s must be a number", name);
    return (value->valuedouble >= field->min && value->valuedouble <= field->max) ||
           refuse(failure, "%s must be from %g to %g", name, field->min, field->max);
}

bool is_integer(struct chat *chat, const cJSON *value, const char *name, const struct field *field,
                struct failure *failure)
{
    if (!is_number(chat, value, name, field, failure))
        return false;
    return floor(value->valuedouble) == value->valuedouble ||
           refuse(failure, "%s must be a whole number", name);
}

bool is_word(struct chat *chat, const cJSON *value, const char *name, const struct field *field,
             struct failure *failure)
{
    struct text list = {0};
    if (!is_text(chat, value, name, field, failure))
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
