/* A value that fits a JSON Schema. */
#include "schema.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MAX_DEPTH 24
#define MAX_ITEMS 100
#define MAX_VALUES 5000

struct maker {
    const cJSON *root;
    const struct text *said; /* NULL once it was used */
    int depth, values;
};

static cJSON *make(struct maker *maker, const cJSON *schema, const char *name);

static const cJSON *get(const cJSON *schema, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(schema, name);
}

static double limit(const cJSON *schema, const char *name, double otherwise)
{
    const cJSON *value = get(schema, name);
    return cJSON_IsNumber(value) ? value->valuedouble : otherwise;
}

/* "#/$defs/thing": names without slashes and tildes are all that is known. */
static const cJSON *resolve(const cJSON *root, const char *reference)
{
    const cJSON *at = root;
    if (strncmp(reference, "#", 1) != 0)
        return NULL;
    for (reference++; *reference == '/' && at;) {
        char name[128];
        size_t len = strcspn(++reference, "/");
        snprintf(name, sizeof name, "%.*s", (int)len, reference);
        at = get(at, name);
        reference += len;
    }
    return at;
}

static cJSON *make_number(const cJSON *schema, bool whole)
{
    double step = limit(schema, "multipleOf", whole ? 1 : 0);
    double low = fmax(limit(schema, "minimum", -HUGE_VAL),
                      limit(schema, "exclusiveMinimum", -HUGE_VAL) + (whole ? 1 : 0.5));
    double high = fmin(limit(schema, "maximum", HUGE_VAL),
                       limit(schema, "exclusiveMaximum", HUGE_VAL) - (whole ? 1 : 0.5));
    double value = fmin(fmax(1, low), high);
    if (step > 0)
        value = ceil(value / step) * step;
    if (value > high && step > 0)
        value = floor(high / step) * step;
    return cJSON_CreateNumber(value);
}

static const char *format_example(const char *format)
{
    static const char *const examples[][2] = {
        {"date", "2026-01-31"},          {"date-time", "2026-01-31T12:00:00Z"},
        {"time", "12:00:00Z"},           {"email", "nobody@example.com"},
        {"uri", "https://example.com/"}, {"uuid", "00000000-0000-4000-8000-000000000000"},
    };
    for (size_t i = 0; format && i < sizeof examples / sizeof examples[0]; i++) {
        if (!strcmp(examples[i][0], format))
            return examples[i][1];
    }
    return NULL;
}

static size_t characters_in(const char *data, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += ((unsigned char)data[i] & 0xc0) != 0x80;
    return count;
}

static cJSON *raw_string(const char *data, size_t len)
{
    struct text json = {0};
    text_add_json(&json, data, len);
    cJSON *value = cJSON_CreateRaw(json.data);
    text_release(&json);
    return value;
}

static cJSON *make_string(struct maker *maker, const cJSON *schema, const char *name)
{
    const char *example = format_example(cJSON_GetStringValue(get(schema, "format")));
    double most = limit(schema, "maxLength", HUGE_VAL), least = limit(schema, "minLength", 0);
    const struct text *said = maker->said;
    struct text text = {0};
    if (example)
        return cJSON_CreateString(example);
    if (said && !get(schema, "pattern") && (double)characters_in(said->data, said->len) <= most) {
        maker->said = NULL;
        text_add(&text, said->data, said->len);
    } else {
        text_format(&text, "simulated %s", name);
    }
    while ((double)characters_in(text.data, text.len) < fmin(least, 100000))
        text_adds(&text, ".");
    while ((double)characters_in(text.data, text.len) > most)
        text.data[text.len = text_boundary(text.data, text.len - 1)] = 0;
    cJSON *value = raw_string(text.data, text.len);
    text_release(&text);
    return value;
}

static cJSON *make_array(struct maker *maker, const cJSON *schema, const char *name)
{
    cJSON *array = cJSON_CreateArray();
    const cJSON *first = get(schema, "prefixItems"), *items = get(schema, "items"), *one;
    double count = fmin(fmax(limit(schema, "minItems", 1), 1), MAX_ITEMS);
    count = fmin(count, limit(schema, "maxItems", HUGE_VAL));
    cJSON_ArrayForEach(one, first)
    {
        cJSON_AddItemToArray(array, make(maker, one, name));
    }
    while (cJSON_IsObject(items) && cJSON_GetArraySize(array) < count)
        cJSON_AddItemToArray(array, make(maker, items, name));
    return array;
}

static bool is_required(const cJSON *required, const char *name)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, required)
    {
        if (cJSON_IsString(one) && !strcmp(one->valuestring, name))
            return true;
    }
    return !cJSON_GetArraySize(required);
}

static cJSON *make_object(struct maker *maker, const cJSON *schema)
{
    cJSON *object = cJSON_CreateObject();
    const cJSON *required = get(schema, "required"), *property, *one;
    cJSON_ArrayForEach(property, get(schema, "properties"))
    {
        if (is_required(required, property->string))
            cJSON_AddItemToObject(object, property->string,
                                  make(maker, property, property->string));
    }
    cJSON_ArrayForEach(one, required) /* what is required but not described */
    {
        if (cJSON_IsString(one) && !cJSON_HasObjectItem(object, one->valuestring))
            cJSON_AddItemToObject(object, one->valuestring,
                                  make_string(maker, NULL, one->valuestring));
    }
    return object;
}

/* The schema's type; the first of several; by its other words where it has none. */
static const char *type_of(const cJSON *schema)
{
    const cJSON *type = get(schema, "type");
    const char *word =
        cJSON_GetStringValue(cJSON_IsArray(type) ? cJSON_GetArrayItem(type, 0) : type);
    if (word)
        return word;
    if (get(schema, "properties") || get(schema, "required"))
        return "object";
    return get(schema, "items") ? "array" : "string";
}

static cJSON *make_typed(struct maker *maker, const cJSON *schema, const char *name)
{
    const char *type = type_of(schema);
    if (!strcmp(type, "object"))
        return make_object(maker, schema);
    if (!strcmp(type, "array"))
        return make_array(maker, schema, name);
    if (!strcmp(type, "integer") || !strcmp(type, "number"))
        return make_number(schema, type[0] == 'i');
    if (!strcmp(type, "boolean"))
        return cJSON_CreateTrue();
    if (!strcmp(type, "null"))
        return cJSON_CreateNull();
    return make_string(maker, schema, name);
}

/* The parts of allOf together; of objects the members, else the last. */
static cJSON *make_all(struct maker *maker, const cJSON *all, const char *name)
{
    cJSON *whole = cJSON_CreateObject();
    const cJSON *one;
    cJSON_ArrayForEach(one, all)
    {
        cJSON *part = make(maker, one, name);
        if (cJSON_IsObject(part)) {
            while (part->child) {
                cJSON *member = cJSON_DetachItemViaPointer(part, part->child);
                cJSON_AddItemToObject(whole, member->string, member);
            }
            cJSON_Delete(part);
        } else {
            cJSON_Delete(whole);
            whole = part;
        }
    }
    return whole;
}

static cJSON *make(struct maker *maker, const cJSON *schema, const char *name)
{
    static const char *const first_of[] = {"enum", "anyOf", "oneOf"};
    const char *reference = cJSON_GetStringValue(get(schema, "$ref"));
    cJSON *value = NULL;
    if (maker->depth++ >= MAX_DEPTH || maker->values++ >= MAX_VALUES)
        value = cJSON_CreateNull();
    else if (get(schema, "const"))
        value = cJSON_Duplicate(get(schema, "const"), true);
    else if (get(schema, "allOf"))
        value = make_all(maker, get(schema, "allOf"), name);
    else if (reference)
        value = make(maker, resolve(maker->root, reference), name);
    for (size_t i = 0; i < 3 && !value; i++) {
        const cJSON *first = cJSON_GetArrayItem(get(schema, first_of[i]), 0);
        if (first)
            value = i ? make(maker, first, name) : cJSON_Duplicate(first, true);
    }
    if (!value)
        value = make_typed(maker, schema, name);
    maker->depth--;
    return value;
}

cJSON *schema_value(const cJSON *schema, const struct text *said)
{
    struct maker maker = {.root = schema, .said = said};
    return make(&maker, schema, "value");
}
