/* What cJSON lacks: exact names, positions, and strings with an escaped NUL. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"

/* The code of an escape \uXXXX, or -1. */
static long escaped_code(const char *text, size_t len)
{
    char digits[5] = {0};
    char *end = digits;
    if (len < 6 || text[0] != '\\' || text[1] != 'u')
        return -1;
    memcpy(digits, text + 2, 4);
    long code = strtol(digits, &end, 16);
    return end == digits + 4 && digits[0] != '+' && digits[0] != '-' ? code : -1;
}

/*
 * Rewrites escapes that cJSON cannot take, where they are escapes and not the end of an escaped
 * backslash: a NUL as the picture of it, half a surrogate pair as U+FFFD.
 */
static void mend_escapes(char *text, size_t len)
{
    enum { ESCAPE = 6 };
    static const char null_picture[ESCAPE + 1] = "\\u2400", replacement[ESCAPE + 1] = "\\ufffd";
    for (size_t i = 0; i + 1 < len; i++) {
        if (text[i] != '\\')
            continue;
        long code = escaped_code(text + i, len - i);
        long next = code >= 0 ? escaped_code(text + i + ESCAPE, len - i - ESCAPE) : -1;
        bool first = code >= 0xd800 && code < 0xdc00, second = next >= 0xdc00 && next < 0xe000;
        if (code == 0)
            memcpy(text + i, null_picture, ESCAPE);
        else if (first && second)
            i += ESCAPE; /* a whole pair */
        else if (code >= 0xd800 && code < 0xe000)
            memcpy(text + i, replacement, ESCAPE);
        i++;
    }
}

/* The end of the string whose first byte is at `at`, or `len`. */
static size_t skip_string(const char *text, size_t len, size_t at)
{
    for (; at < len && text[at] != '"'; at++)
        at += text[at] == '\\';
    return at;
}

/* Where the text holds more values than it may: each but the first follows one of these. */
static size_t find_crowd(const char *text, size_t len)
{
    size_t values = 1;
    for (size_t at = 0; at < len; at++) {
        if (text[at] == '"')
            at = skip_string(text, len, at + 1);
        else if (text[at] == ',' || text[at] == '[' || text[at] == '{')
            values++;
        if (values > SL__MAX_JSON_VALUES)
            return at;
    }
    return len;
}

static bool only_space(const char *text, const char *end)
{
    while (text < end && strchr(" \t\r\n", *text) && *text)
        text++;
    return text == end;
}

cJSON *sl__json_parse(const char *text, size_t len, size_t *at)
{
    char *copy = malloc(len + 1);
    errno = copy ? 0 : ENOMEM;
    if (!copy)
        return NULL;
    if (len > 0)
        memcpy(copy, text, len);
    copy[len] = '\0';
    mend_escapes(copy, len);
    size_t good = find_crowd(copy, strlen(copy)); /* cJSON would step over a NUL */
    const char *end = copy + good;
    cJSON *value = good < len ? NULL : cJSON_ParseWithLengthOpts(copy, len + 1, &end, 0);
    bool dry = !value && errno == ENOMEM;
    if (value && !only_space(end, copy + len)) {
        sl__json_delete_wiped(value);
        value = NULL;
    }
    if (value && !sl__json_keep_digits(value, copy)) {
        sl__json_delete_wiped(value);
        value = NULL;
        dry = true;
    }
    if (at)
        *at = (size_t)(end - copy) < len ? (size_t)(end - copy) : len;
    sl__wipe(copy, len); /* it may be a file with a key */
    free(copy);
    errno = dry ? ENOMEM : 0;
    return value;
}

static void wipe_strings(cJSON *value)
{
    for (; value; value = value->next) {
        if (cJSON_IsString(value))
            sl__wipe(value->valuestring, strlen(value->valuestring));
        wipe_strings(value->child);
    }
}

void sl__json_delete_wiped(cJSON *value)
{
    wipe_strings(value);
    cJSON_Delete(value);
}

const cJSON *sl__json_member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

const cJSON *sl__json_object(const cJSON *object, const char *name)
{
    const cJSON *member = sl__json_member(object, name);
    return cJSON_IsObject(member) ? member : NULL;
}

const cJSON *sl__json_array(const cJSON *object, const char *name)
{
    const cJSON *member = sl__json_member(object, name);
    return cJSON_IsArray(member) ? member : NULL;
}

const char *sl__json_string(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(sl__json_member(object, name));
}

int64_t sl__json_count(const cJSON *object, const char *name)
{
    const cJSON *member = sl__json_member(object, name);
    if (!cJSON_IsNumber(member) || !(member->valuedouble >= 0 && member->valuedouble < 9e15))
        return -1;
    return (int64_t)member->valuedouble;
}

struct sl__place sl__json_place(const char *text, size_t offset)
{
    struct sl__place place = {1, 1};
    for (size_t i = 0; i < offset && text[i]; i++) {
        bool line_end = text[i] == '\n';
        place.line += line_end;
        place.column = line_end ? 1 : place.column + 1;
    }
    return place;
}

const char *sl__json_string_end(const char *quote)
{
    const char *end = quote + 1;
    while (*end && *end != '"')
        end += *end == '\\' && end[1] ? 2 : 1;
    return *end ? end + 1 : end;
}

size_t sl__json_find(const char *text, const char *const *path)
{
    int depth = 0, matched = 0;
    for (const char *p = text; *p; p++) {
        if (*p == '{' || *p == '[') {
            depth++;
        } else if (*p == '}' || *p == ']') {
            depth--;
            if (matched >= depth)
                matched = depth > 0 ? depth - 1 : 0;
        } else if (*p == '"') {
            const char *end = sl__json_string_end(p), *after = end + strspn(end, " \t\r\n");
            size_t len = (size_t)(end - p) - 2;
            bool wanted = *after == ':' && depth == matched + 1 && strlen(path[matched]) == len &&
                          memcmp(p + 1, path[matched], len) == 0;
            if (wanted && !path[++matched])
                return (size_t)(p - text);
            p = end - 1;
        }
    }
    return 0;
}
