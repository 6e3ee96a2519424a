/* Numbers with more digits than cJSON, which holds them as doubles, would give back. */
#include <ctype.h>
#include <string.h>

#include "json.h"

enum { EXACT_DIGITS = 15 }; /* that every double keeps */

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* How long the number is, by the grammar of JSON; cJSON takes more than that. 0 for none. */
static size_t number_length(const char *text)
{
    const char *at = text + (*text == '-');
    size_t whole = digits(at);
    if (whole == 0 || (*at == '0' && whole > 1))
        return 0;
    at += whole;
    if (*at == '.') {
        if (digits(at + 1) == 0)
            return 0;
        at += 1 + digits(at + 1);
    }
    if (*at == 'e' || *at == 'E') {
        at += 1 + (at[1] == '+' || at[1] == '-');
        if (digits(at) == 0)
            return 0;
        at += digits(at);
    }
    return (size_t)(at - text);
}

static bool is_long(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len && text[i] != 'e' && text[i] != 'E'; i++)
        count += isdigit((unsigned char)text[i]) && (count > 0 || text[i] != '0');
    return count > EXACT_DIGITS;
}

static const char *skip_space(const char *text)
{
    while (*text && (unsigned char)*text <= ' ')
        text++;
    return text;
}

static const char *keep_number(cJSON *number, const char *text, bool *dry)
{
    size_t len = number_length(text);
    if (is_long(text, len)) {
        number->valuestring = strndup(text, len);
        *dry = *dry || !number->valuestring;
    }
    return text + strspn(text, "+-0123456789.eE");
}

static const char *keep_value(cJSON *value, const char *text, bool *dry);

/* The text is what the value was parsed from, so that it needs no checks. */
static const char *keep_list(cJSON *list, const char *text, bool *dry)
{
    text = skip_space(text + 1);
    for (cJSON *item = list->child; item; item = item->next) {
        if (cJSON_IsObject(list))
            text = skip_space(sl__json_string_end(skip_space(text))) + 1; /* the colon */
        text = skip_space(keep_value(item, text, dry));
        text += item->next != NULL; /* the comma */
    }
    return text + 1;
}

static const char *keep_value(cJSON *value, const char *text, bool *dry)
{
    text = skip_space(text);
    if (cJSON_IsArray(value) || cJSON_IsObject(value))
        return keep_list(value, text, dry);
    if (cJSON_IsNumber(value))
        return keep_number(value, text, dry);
    return *text == '"' ? sl__json_string_end(text)
                        : text + strspn(text, "abcdefghijklmnopqrstuvwxyz");
}

static bool has_long(const char *text)
{
    size_t run = 0;
    for (; *text && run <= EXACT_DIGITS; text++)
        run = isdigit((unsigned char)*text) || (*text == '.' && run > 0) ? run + 1 : 0;
    return run > EXACT_DIGITS;
}

bool sl__json_keep_digits(cJSON *value, const char *text)
{
    static const char mark[] = "\xef\xbb\xbf";
    bool dry = false;
    if (has_long(text))
        keep_value(value, strncmp(text, mark, 3) == 0 ? text + 3 : text, &dry);
    return !dry;
}

void sl__json_exact(cJSON *value)
{
    for (; value; value = value->next) {
        if (cJSON_IsNumber(value) && value->valuestring)
            value->type = (value->type & ~0xff) | cJSON_Raw;
        sl__json_exact(value->child);
    }
}
