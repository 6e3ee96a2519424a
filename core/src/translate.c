/* Looks texts up, and takes no translation that a format function could not fill in. */
#include <stdlib.h>
#include <string.h>

#include "translate.h"

enum { MAX_CONVERSIONS = 16 };

/* A conversion without the % and the number that says what it converts: "s", ".200s", "zu". */
struct conversion {
    const char *text;
    size_t len;
};

struct conversions {
    struct conversion all[MAX_CONVERSIONS];
    size_t count;
    bool numbered, stars;
};

static struct {
    sl_translate_fn translate;
    void *context;
} host;

void sl__tr_with(sl_translate_fn translate, void *context)
{
    host.translate = translate;
    host.context = context;
}

void sl_translate_with(sl_translate_fn translate, void *context)
{
    sl__tr_with(translate, context);
}

/* Of "2$": 2, and skips it. 0 where there is no such number, SIZE_MAX where it is too large. */
static size_t read_number(const char **at)
{
    size_t digits = strspn(*at, "0123456789");
    if (digits == 0 || (*at)[digits] != '$')
        return 0;
    unsigned long number = digits < 3 ? strtoul(*at, NULL, 10) : 0;
    *at += digits + 1;
    return number > 0 && number <= MAX_CONVERSIONS ? number : (size_t)-1;
}

/* Reads what follows a %, and leaves `*at` behind it. False for what printf does not know. */
static bool read_conversion(const char **at, struct conversion *conversion)
{
    conversion->text = *at;
    *at += strspn(*at, "-+ #0");
    *at += strspn(*at, "*0123456789.");
    *at += strspn(*at, "hlzjt");
    if (!**at || !strchr("diouxXeEfFgGaAcsp", **at))
        return false;
    (*at)++;
    conversion->len = (size_t)(*at - conversion->text);
    return true;
}

/* Puts it at its number or, without numbers, at the end. False where that cannot be. */
static bool place(struct conversions *list, const struct conversion *conversion, size_t number)
{
    bool first = list->count == 0;
    size_t index = number > 0 ? number - 1 : list->count;
    if (index >= MAX_CONVERSIONS || (!first && list->numbered != (number > 0)))
        return false;
    struct conversion *slot = &list->all[index];
    if (slot->text &&
        (slot->len != conversion->len || memcmp(slot->text, conversion->text, slot->len) != 0))
        return false;
    list->numbered = number > 0;
    list->stars |= memchr(conversion->text, '*', conversion->len) != NULL;
    list->count = index >= list->count ? index + 1 : list->count;
    *slot = *conversion;
    return true;
}

static bool read_conversions(const char *text, struct conversions *list)
{
    *list = (struct conversions){0};
    for (const char *at = strchr(text, '%'); at; at = strchr(at, '%')) {
        struct conversion conversion;
        at++;
        if (*at == '%') {
            at++;
            continue;
        }
        size_t number = read_number(&at);
        if (!read_conversion(&at, &conversion) || !place(list, &conversion, number))
            return false;
    }
    return true;
}

static bool same(const struct conversion *one, const struct conversion *other)
{
    return one->text && other->text && one->len == other->len &&
           memcmp(one->text, other->text, one->len) == 0;
}

bool sl__same_conversions(const char *text, const char *other)
{
    struct conversions here, there;
    if (!read_conversions(text, &here) || !read_conversions(other, &there))
        return false;
    if (here.numbered || here.count != there.count || (there.numbered && there.stars))
        return false;
    size_t at = 0;
    while (at < here.count && same(&here.all[at], &there.all[at]))
        at++;
    return at == here.count;
}

const char *sl__tr(const char *text)
{
    const char *other = host.translate ? host.translate(text, host.context) : NULL;
    if (!other || other == text)
        return text;
    return *other && sl__same_conversions(text, other) ? other : text;
}
