/* Attributes in any order, over lines, quoted or not, and those of components and templates. */
#include <ctype.h>
#include <string.h>

#include "html_tag.h"

/* By the names that they have once the marks of a binding are taken off. */
static const struct {
    const char *name;
    int attribute;
} names[] = {
    {"src", SL__SRC},          {"alt", SL__ALT},
    {"href", SL__HREF},        {"to", SL__HREF},
    {"role", SL__ROLE},        {"aria-hidden", SL__HIDDEN},
    {"aria-label", SL__LABEL}, {"aria-labelledby", SL__LABEL},
    {"type", SL__TYPE},        {"lang", SL__LANG},
};

bool sl__tag_name(const struct sl__finder *finder, size_t at, size_t end, struct sl__tag *tag)
{
    const char *text = finder->text;
    size_t name = at + 1;
    *tag = (struct sl__tag){.whole = {at, at}};
    if (name < end && text[name] == '/') {
        tag->closes = true;
        name++;
    }
    tag->name = (struct sl_span){name, name};
    if (name >= end || !isalpha((unsigned char)text[name]))
        return false;
    while (tag->name.end < end && (isalnum((unsigned char)text[tag->name.end]) ||
                                   sl__is_one_of(text[tag->name.end], "-._:")))
        tag->name.end++;
    return true;
}

/* Behind a string of a script, or `end`. */
static size_t skip_string(const char *text, size_t at, size_t end)
{
    char quote = text[at++];
    while (at < end && text[at] != quote)
        at += text[at] == '\\' ? 2 : 1;
    return at < end ? at + 1 : end;
}

/* Behind the } that belongs to the { at `at`, or `end`. */
static size_t skip_braces(const char *text, size_t at, size_t end)
{
    size_t depth = 0;
    while (at < end) {
        if (sl__is_one_of(text[at], "\"'`")) {
            at = skip_string(text, at, end);
            continue;
        }
        depth += text[at] == '{';
        depth -= text[at] == '}';
        at++;
        if (!depth)
            return at;
    }
    return end;
}

/* What stands in place of a name: the attributes that it brings are not known. */
static size_t skip_spread(const char *text, size_t at, size_t end)
{
    size_t found;
    if (text[at] == '{')
        return skip_braces(text, at, end);
    found = sl__find(text, at, end, text[at + 1] == '?' ? "?>" : "%>");
    return found < end ? found + 2 : end;
}

/* :alt, v-bind:alt, [alt] and [attr.alt] bind alt to an expression. */
static bool strip_binding(const char *text, struct sl_span *name)
{
    static const char *const marks[] = {"v-bind:", ":", "[attr.", "[", "bind:"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (sl__starts(text, *name, marks[i])) {
            name->start += strlen(marks[i]);
            if (name->end > name->start && text[name->end - 1] == ']')
                name->end--;
            return true;
        }
    }
    return false;
}

static void keep(const char *text, struct sl__tag *tag, struct sl_span name,
                 struct sl__attribute *attribute)
{
    attribute->found = true;
    attribute->dynamic = strip_binding(text, &name) || attribute->dynamic;
    if (sl__equals(text, name, "v-bind"))
        tag->spread = true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct sl__attribute *known = &tag->attributes[names[i].attribute];
        if (sl__equals(text, name, names[i].name) && !known->found)
            *known = *attribute;
    }
}

/* Reads the value behind a =; returns where it ends. */
static size_t read_value(const char *text, size_t at, size_t end, bool braces,
                         struct sl__attribute *attribute)
{
    size_t start = at;
    if (at < end && (text[at] == '"' || text[at] == '\'')) {
        const char *close = memchr(text + at + 1, text[at], end - at - 1);
        attribute->quote = text[at];
        attribute->value = (struct sl_span){at + 1, close ? (size_t)(close - text) : end};
        return close ? attribute->value.end + 1 : end;
    }
    if (at < end && text[at] == '{' && braces) {
        attribute->dynamic = true;
        at = skip_braces(text, at, end);
    } else {
        while (at < end && !sl__is_space(text[at]) && text[at] != '>')
            at++;
    }
    attribute->value = (struct sl_span){start, at};
    return at;
}

static size_t read_attribute(const struct sl__finder *finder, size_t at, size_t end,
                             struct sl__tag *tag)
{
    const char *text = finder->text;
    struct sl_span name = {at, at};
    struct sl__attribute attribute = {0};
    while (name.end < end && !sl__is_space(text[name.end]) && !sl__is_one_of(text[name.end], "=>/"))
        name.end++;
    if (name.end == name.start)
        return at + 1;
    size_t value = name.end;
    while (value < end && sl__is_space(text[value]))
        value++;
    attribute.value = (struct sl_span){name.end, name.end};
    at = name.end;
    if (value < end && text[value] == '=') {
        do
            value++;
        while (value < end && sl__is_space(text[value]));
        at = read_value(text, value, end, finder->traits & (SL__JSX | SL__BRACES), &attribute);
    }
    attribute.whole = (struct sl_span){name.start, at};
    keep(text, tag, name, &attribute);
    return at;
}

/* {alt} is short for alt={alt}. */
static void keep_short(const struct sl__finder *finder, struct sl_span braces, struct sl__tag *tag)
{
    struct sl_span name = {braces.start + 1, braces.end - 1};
    struct sl__attribute attribute = {.dynamic = true, .whole = braces, .value = braces};
    if (finder->traits & SL__BRACES)
        keep(finder->text, tag, sl__trim(finder->text, name), &attribute);
}

static bool is_spread(const char *text, size_t at, size_t end)
{
    return text[at] == '{' ||
           (text[at] == '<' && at + 1 < end && (text[at + 1] == '?' || text[at + 1] == '%'));
}

bool sl__tag_read(const struct sl__finder *finder, size_t end, struct sl__tag *tag)
{
    const char *text = finder->text;
    size_t at = tag->name.end;
    while (at < end && text[at] != '>') {
        if (sl__is_space(text[at]) || text[at] == '/') {
            tag->empty = text[at] == '/';
            at++;
        } else if (is_spread(text, at, end)) {
            size_t start = at;
            at = skip_spread(text, at, end);
            tag->spread = true;
            if (at < end)
                keep_short(finder, (struct sl_span){start, at}, tag);
        } else {
            at = read_attribute(finder, at, end, tag);
            tag->empty = false;
        }
    }
    tag->whole.end = at + 1;
    return at < end;
}
