/* JSON answers: found in a text, and checked against a schema. */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "schema.h"
#include "translate.h"

enum {
    MOST_DEPTH = 64,
    MOST_PATH = 512,
    MOST_LIST = 512,
    SEARCH_FACTOR = 16,    /* how often the text may be read over while looking for brackets */
    MOST_CHECKS = 1 << 20, /* of one answer: schemas that refer to each other could have no end */
    MOST_POINTER = 256,
};

/* Past the string that starts at `at`, or the end of the text. */
static size_t string_end(const char *text, size_t len, size_t at)
{
    for (at++; at < len && text[at] != '"'; at++)
        at += text[at] == '\\';
    return at < len ? at + 1 : len;
}

/*
 * Past the bracket that closes the one at `at`, or 0 where there is none. `*read` grows by what was
 * looked at.
 */
static size_t balanced_end(const char *text, size_t len, size_t at, size_t *read)
{
    char open[MOST_DEPTH];
    size_t depth = 0, start = at, end = 0;
    while (at < len && end == 0) {
        char c = text[at];
        if (c == '"') {
            at = string_end(text, len, at);
            continue;
        }
        if (c == '{' || c == '[') {
            if (depth == MOST_DEPTH)
                break;
            open[depth++] = c == '{' ? '}' : ']';
        } else if ((c == '}' || c == ']') && (depth == 0 || c != open[--depth])) {
            break;
        }
        at++;
        end = depth == 0 ? at : 0;
    }
    *read += at - start;
    return end;
}

/* The first object or array that is JSON. */
static cJSON *find_value(const char *text, size_t len)
{
    size_t read = 0;
    errno = 0;
    for (size_t at = 0; at < len && read / SEARCH_FACTOR <= len; at++) {
        if (text[at] != '{' && text[at] != '[')
            continue;
        size_t end = balanced_end(text, len, at, &read);
        cJSON *value = end > 0 ? sl__json_parse(text + at, end - at, NULL) : NULL;
        if (value || errno == ENOMEM)
            return value;
    }
    return NULL;
}

/* The offset of the first fence, or `len`. */
static size_t find_fence(const char *text, size_t len)
{
    size_t at = 0;
    while (at + 3 <= len && memcmp(text + at, "```", 3) != 0)
        at++;
    return at + 3 <= len ? at : len;
}

cJSON *sl__answer_json(const char *text, size_t len)
{
    cJSON *value = sl__json_parse(text, len, NULL);
    size_t fence = value ? len : find_fence(text, len);
    if (!value && errno != ENOMEM)
        value = find_value(text + fence, len - fence);
    return value || errno == ENOMEM ? value : find_value(text, len);
}

struct checking {
    const cJSON *root;   /* of the schema, which references start from */
    struct sl__buf path; /* of the value in hand: "items[2].amount" */
    size_t depth, checks;
    struct sl_error *error;
};

static int check_value(struct checking *checking, const cJSON *schema, const cJSON *value);

static int refuse(struct checking *checking, const char *format, const char *what)
{
    struct sl__buf sentence = SL__BUF_INIT(2 * MOST_LIST);
    const char *path = checking->path.len > 0 ? checking->path.data : "the answer";
    sl__buf_addf(&sentence, "%s must ", path);
    sl__buf_addf(&sentence, format, what);
    int code = sl__error_set_plain(checking->error, SL_E_FORMAT, "%s", sl__buf_text(&sentence));
    sl__buf_release(&sentence);
    return code;
}

static bool is_integer(const cJSON *value)
{
    return cJSON_IsNumber(value) && floor(value->valuedouble) == value->valuedouble;
}

static bool is_number(const cJSON *value)
{
    return cJSON_IsNumber(value);
}

static bool is_string(const cJSON *value)
{
    return cJSON_IsString(value);
}

static bool is_boolean(const cJSON *value)
{
    return cJSON_IsBool(value);
}

static bool is_object(const cJSON *value)
{
    return cJSON_IsObject(value);
}

static bool is_array(const cJSON *value)
{
    return cJSON_IsArray(value);
}

static bool is_null(const cJSON *value)
{
    return cJSON_IsNull(value);
}

static const struct {
    const char *name, *phrase;
    bool (*is)(const cJSON *value);
} types[] = {
    {"string", "a string", is_string},
    {"number", "a number", is_number},
    {"integer", "an integer", is_integer},
    {"boolean", "true or false", is_boolean},
    {"object", "an object", is_object},
    {"array", "an array", is_array},
    {"null", "null", is_null},
};
enum { TYPES = sizeof types / sizeof *types };

/* Whether the value is of the type, whose phrase is added to a list. A type of another name fits.
 */
static bool is_of_type(const cJSON *type, const cJSON *value, struct sl__buf *list)
{
    const char *name = cJSON_GetStringValue(type);
    size_t row = 0;
    while (row < TYPES && name && strcmp(types[row].name, name) != 0)
        row++;
    if (row == TYPES || !name)
        return true;
    sl__buf_addf(list, "%s%s", list->len > 0 ? " or " : "", types[row].phrase);
    return types[row].is(value);
}

/* `type` is a name, or a list of which one has to fit. */
static int check_type(struct checking *checking, const cJSON *schema, const cJSON *type,
                      const cJSON *value)
{
    (void)schema;
    struct sl__buf list = SL__BUF_INIT(MOST_LIST);
    const cJSON *name = cJSON_IsArray(type) ? type->child : type;
    bool fits = false;
    for (; name && !fits; name = cJSON_IsArray(type) ? name->next : NULL)
        fits = is_of_type(name, value, &list);
    int code = fits ? 0 : refuse(checking, "be %s", sl__buf_text(&list));
    sl__buf_release(&list);
    return code;
}

static int check_enum(struct checking *checking, const cJSON *schema, const cJSON *values,
                      const cJSON *value)
{
    (void)schema;
    struct sl__buf list = SL__BUF_INIT(MOST_LIST);
    bool fits = false;
    for (const cJSON *allowed = values->child; allowed && !fits; allowed = allowed->next) {
        char *text = cJSON_PrintUnformatted(allowed);
        sl__buf_addf(&list, "%s%s", list.len > 0 ? ", " : "", text ? text : "…");
        cJSON_free(text);
        fits = cJSON_Compare(allowed, value, true);
    }
    int code = fits ? 0 : refuse(checking, "be one of %s", sl__buf_text(&list));
    sl__buf_release(&list);
    return code;
}

static int check_const(struct checking *checking, const cJSON *schema, const cJSON *wanted,
                       const cJSON *value)
{
    (void)schema;
    if (cJSON_Compare(wanted, value, true))
        return 0;
    char *text = cJSON_PrintUnformatted(wanted);
    int code = refuse(checking, "be %s", text ? text : "what “const” says");
    cJSON_free(text);
    return code;
}

/* What a limit is about, of values that have such a thing. */

static bool amount_of(const cJSON *value, double *measure)
{
    *measure = value->valuedouble;
    return cJSON_IsNumber(value);
}

static bool items_of(const cJSON *value, double *measure)
{
    *measure = cJSON_GetArraySize(value);
    return cJSON_IsArray(value);
}

static bool members_of(const cJSON *value, double *measure)
{
    *measure = cJSON_GetArraySize(value);
    return cJSON_IsObject(value);
}

static bool characters_of(const cJSON *value, double *measure)
{
    const char *text = cJSON_GetStringValue(value);
    *measure = 0;
    for (; text && *text; text++)
        *measure += (*text & 0xc0) != 0x80;
    return text != NULL;
}

static bool at_least(double measure, double limit)
{
    return measure >= limit;
}

static bool at_most(double measure, double limit)
{
    return measure <= limit;
}

static bool over(double measure, double limit)
{
    return measure > limit;
}

static bool under(double measure, double limit)
{
    return measure < limit;
}

static const struct limit {
    const char *name;
    bool (*measure)(const cJSON *value, double *measure);
    bool (*keeps)(double measure, double limit);
    const char *format;
} limits[] = {
    {"minimum", amount_of, at_least, "be at least %s"},
    {"maximum", amount_of, at_most, "be at most %s"},
    {"exclusiveMinimum", amount_of, over, "be over %s"},
    {"exclusiveMaximum", amount_of, under, "be under %s"},
    {"minItems", items_of, at_least, "have at least %s items"},
    {"maxItems", items_of, at_most, "have at most %s items"},
    {"minLength", characters_of, at_least, "have at least %s characters"},
    {"maxLength", characters_of, at_most, "have at most %s characters"},
    {"minProperties", members_of, at_least, "have at least %s members"},
    {"maxProperties", members_of, at_most, "have at most %s members"},
};
enum { LIMITS = sizeof limits / sizeof *limits };

static int check_limits(struct checking *checking, const cJSON *schema, const cJSON *value)
{
    int code = 0;
    for (size_t i = 0; i < LIMITS && !code; i++) {
        const cJSON *limit = sl__json_member(schema, limits[i].name);
        double measure;
        char text[32];
        if (!cJSON_IsNumber(limit) || !limits[i].measure(value, &measure) ||
            limits[i].keeps(measure, limit->valuedouble))
            continue;
        snprintf(text, sizeof text, "%.15g", limit->valuedouble);
        code = refuse(checking, limits[i].format, text);
    }
    return code;
}

static int check_required(struct checking *checking, const cJSON *schema, const cJSON *names,
                          const cJSON *value)
{
    (void)schema;
    for (const cJSON *name = names->child; name && cJSON_IsObject(value); name = name->next) {
        const char *text = cJSON_GetStringValue(name);
        if (text && !sl__json_member(value, text))
            return refuse(checking, "have “%s”", text);
    }
    return 0;
}

/* Checks a part of the value, to which the path goes on with `format` and `name`. */
static int check_part(struct checking *checking, const cJSON *schema, const cJSON *part,
                      const char *format, const char *name)
{
    size_t len = checking->path.len;
    sl__buf_addf(&checking->path, format, name); /* where it is full, the place is told roughly */
    int code = check_value(checking, schema, part);
    checking->path.len = len;
    if (checking->path.data)
        checking->path.data[len] = '\0';
    return code;
}

static int check_member(struct checking *checking, const cJSON *schema, const cJSON *member)
{
    return check_part(checking, schema, member, checking->path.len > 0 ? ".%s" : "%s",
                      member->string);
}

static int check_properties(struct checking *checking, const cJSON *schema, const cJSON *properties,
                            const cJSON *value)
{
    (void)schema;
    int code = 0;
    const cJSON *property = cJSON_IsObject(value) ? properties->child : NULL;
    for (; property && !code; property = property->next) {
        const cJSON *member = sl__json_member(value, property->string);
        if (member)
            code = check_member(checking, property, member);
    }
    return code;
}

static int check_additional(struct checking *checking, const cJSON *schema, const cJSON *allowed,
                            const cJSON *value)
{
    const cJSON *properties = sl__json_object(schema, "properties");
    const cJSON *member = cJSON_IsObject(value) ? value->child : NULL;
    int code = 0;
    for (; member && !code; member = member->next) {
        if (properties && sl__json_member(properties, member->string))
            continue;
        code = cJSON_IsFalse(allowed) ? refuse(checking, "not have “%s”", member->string)
                                      : check_member(checking, allowed, member);
    }
    return code;
}

static int check_items(struct checking *checking, const cJSON *schema, const cJSON *items,
                       const cJSON *value)
{
    (void)schema;
    int code = 0;
    size_t index = 0;
    const cJSON *item = cJSON_IsArray(value) ? value->child : NULL;
    for (; item && !code; item = item->next) {
        char number[24];
        snprintf(number, sizeof number, "%zu", index++);
        code = check_part(checking, items, item, "[%s]", number);
    }
    return code;
}

/* How many of the schemas of a list the value fits. */
static int count_fits(struct checking *checking, const cJSON *list, const cJSON *value)
{
    struct sl_error *error = checking->error;
    int count = 0;
    checking->error = NULL;
    for (const cJSON *one = cJSON_IsArray(list) ? list->child : NULL; one; one = one->next)
        count += check_value(checking, one, value) == 0;
    checking->error = error;
    return count;
}

static int check_any(struct checking *checking, const cJSON *schema, const cJSON *list,
                     const cJSON *value)
{
    (void)schema;
    bool fits = !cJSON_IsArray(list) || !list->child || count_fits(checking, list, value) > 0;
    return fits ? 0 : refuse(checking, "%s", "fit one of the schemas of “anyOf”");
}

static int check_one(struct checking *checking, const cJSON *schema, const cJSON *list,
                     const cJSON *value)
{
    (void)schema;
    bool fits = !cJSON_IsArray(list) || !list->child || count_fits(checking, list, value) == 1;
    return fits ? 0 : refuse(checking, "%s", "fit exactly one of the schemas of “oneOf”");
}

static int check_all(struct checking *checking, const cJSON *schema, const cJSON *list,
                     const cJSON *value)
{
    (void)schema;
    int code = 0;
    const cJSON *one = cJSON_IsArray(list) ? list->child : NULL;
    for (; one && !code; one = one->next)
        code = check_value(checking, one, value);
    return code;
}

static int check_not(struct checking *checking, const cJSON *schema, const cJSON *other,
                     const cJSON *value)
{
    struct sl_error *error = checking->error;
    (void)schema;
    checking->error = NULL;
    bool fits = check_value(checking, other, value) == 0;
    checking->error = error;
    return fits ? refuse(checking, "%s", "not fit the schema of “not”") : 0;
}

/* A name in a pointer, where ~1 stands for a slash and ~0 for a tilde. */
static const cJSON *step_down(const cJSON *from, const char *name, size_t len)
{
    char plain[MOST_POINTER];
    size_t to = 0;
    for (size_t at = 0; at < len && to + 1 < sizeof plain; at++) {
        bool escaped = name[at] == '~' && at + 1 < len;
        plain[to++] = !escaped ? name[at] : name[at + 1] == '1' ? '/' : '~';
        at += escaped;
    }
    plain[to] = '\0';
    return sl__json_member(from, plain);
}

/* What "#/$defs/item" refers to in the schema; NULL for what is elsewhere or not there. */
static const cJSON *find_referred(const cJSON *root, const char *pointer)
{
    const cJSON *found = *pointer == '#' ? root : NULL;
    for (pointer++; found && *pointer == '/';) {
        size_t len = strcspn(++pointer, "/");
        found = step_down(found, pointer, len);
        pointer += len;
    }
    return found && *pointer == '\0' ? found : NULL;
}

/* What cannot be found is not looked at, as every keyword that is not known here. */
static int check_reference(struct checking *checking, const cJSON *schema, const cJSON *reference,
                           const cJSON *value)
{
    const char *pointer = cJSON_GetStringValue(reference);
    const cJSON *referred = pointer && *pointer ? find_referred(checking->root, pointer) : NULL;
    (void)schema;
    return referred ? check_value(checking, referred, value) : 0;
}

/* What a schema may say, in the order in which it is checked. */
static const struct {
    const char *name;
    int (*check)(struct checking *checking, const cJSON *schema, const cJSON *keyword,
                 const cJSON *value);
} keywords[] = {
    {"$ref", check_reference},
    {"type", check_type},
    {"enum", check_enum},
    {"const", check_const},
    {"required", check_required},
    {"additionalProperties", check_additional},
    {"properties", check_properties},
    {"items", check_items},
    {"allOf", check_all},
    {"anyOf", check_any},
    {"oneOf", check_one},
    {"not", check_not},
};
enum { KEYWORDS = sizeof keywords / sizeof *keywords };

/* A schema may be a mere true or false as well. */
static int check_value(struct checking *checking, const cJSON *schema, const cJSON *value)
{
    if (checking->depth == MOST_DEPTH || checking->checks == MOST_CHECKS)
        return refuse(checking, "%s", "be nested less deeply");
    int code = cJSON_IsFalse(schema) ? refuse(checking, "%s", "not be there") : 0;
    checking->depth++;
    checking->checks++;
    if (!code)
        code = check_limits(checking, schema, value);
    for (size_t i = 0; i < KEYWORDS && !code; i++) {
        const cJSON *keyword = sl__json_member(schema, keywords[i].name);
        if (keyword)
            code = keywords[i].check(checking, schema, keyword, value);
    }
    checking->depth--;
    return code;
}

int sl__schema_check(const cJSON *schema, const cJSON *value, struct sl_error *error)
{
    struct checking checking = {.root = schema, .path = SL__BUF_INIT(MOST_PATH), .error = error};
    int code = check_value(&checking, schema, value);
    sl__buf_release(&checking.path);
    return code;
}
