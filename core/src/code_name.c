/* Names of files, found in what a model writes around its code. */
#include <stdbool.h>
#include <string.h>

#include "code_name.h"

struct span {
    const char *text;
    size_t len;
};

static const char space[] = " \t";
static const char markup[] = "*_#`\"'()[]<>:,;.!?";

static bool is_in(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What stands before the first of the characters in `set`. */
static struct span until(struct span span, const char *set)
{
    size_t len = 0;
    while (len < span.len && !is_in(span.text[len], set))
        len++;
    return (struct span){span.text, len};
}

static struct span after(struct span span, size_t len)
{
    len = len < span.len ? len : span.len;
    return (struct span){span.text + len, span.len - len};
}

static struct span trim(struct span span, const char *left, const char *right)
{
    while (span.len > 0 && is_in(*span.text, left))
        span = after(span, 1);
    while (span.len > 0 && is_in(span.text[span.len - 1], right))
        span.len--;
    return span;
}

/* Takes the next word, without the white space around it. */
static struct span next_word(struct span *rest)
{
    *rest = trim(*rest, space, space);
    struct span word = until(*rest, space);
    *rest = after(*rest, word.len);
    return word;
}

static void copy(char to[SL__CODE_NAME_MAX], struct span span)
{
    size_t len = span.len < SL__CODE_NAME_MAX ? span.len : 0;
    memcpy(to, span.text, len);
    to[len] = '\0';
}

/* No part of it may be empty or ".", and nothing may have "..". */
static bool parts_are_good(struct span path)
{
    while (path.len > 0) {
        struct span part = until(path, "/");
        if (part.len == 0 || (part.len == 1 && *part.text == '.'))
            return false;
        for (size_t i = 1; i < part.len; i++) {
            if (part.text[i - 1] == '.' && part.text[i] == '.')
                return false;
        }
        path = after(path, part.len + 1);
    }
    return true;
}

/* An extension: a dot, a letter, and few letters and digits to the end. */
static bool has_extension(struct span path)
{
    enum { LONGEST = 12 };
    size_t len = 0;
    while (len < path.len &&
           (is_letter(path.text[path.len - 1 - len]) || is_digit(path.text[path.len - 1 - len])))
        len++;
    return len > 0 && len <= LONGEST && len < path.len && path.text[path.len - 1 - len] == '.' &&
           is_letter(path.text[path.len - len]);
}

/* Copies a path that is a good name; else leaves "" and returns false. */
static bool take_path(struct span path, char name[SL__CODE_NAME_MAX])
{
    *name = '\0';
    if (path.len > 2 && strncmp(path.text, "./", 2) == 0)
        path = after(path, 2);
    for (size_t i = 0; i < path.len; i++) {
        if ((unsigned char)path.text[i] < 0x20 || is_in(path.text[i], "\x7f\\:*?\"'<>|`$%{}()=,;"))
            return false;
    }
    if (path.len >= SL__CODE_NAME_MAX || path.len == 0 || is_in(*path.text, "~-") ||
        !has_extension(path) || !parts_are_good(path))
        return false;
    copy(name, path);
    return true;
}

/* What is quoted at the start of `rest`, or its first word. */
static struct span attribute_value(struct span rest)
{
    if (rest.len == 0 || !is_in(*rest.text, "\"'"))
        return until(rest, " \t}");
    char quote[] = {*rest.text, '\0'};
    return until(after(rest, 1), quote);
}

/* Looks through the words after the language, and the values of attributes. */
static bool find_in_words(struct span rest, char name[SL__CODE_NAME_MAX])
{
    while (rest.len > 0) {
        struct span word = next_word(&rest), key = until(word, "=");
        if (key.len == word.len) {
            if (take_path(trim(word, "{}\"'(", "{}\"'),"), name))
                return true;
            continue;
        }
        struct span value = {key.text + key.len + 1, (size_t)(rest.text + rest.len - key.text)};
        value.len -= key.len + 1;
        value = attribute_value(value);
        if (take_path(value, name))
            return true;
        size_t used = (size_t)(value.text + value.len - rest.text);
        if (value.text + value.len > rest.text)
            rest = after(rest, used + 1);
    }
    return false;
}

void sl__code_name_in_info(const char *info, size_t len, char language[SL__CODE_NAME_MAX],
                           char name[SL__CODE_NAME_MAX])
{
    struct span rest = {info, len}, word = next_word(&rest);
    *language = *name = '\0';
    if (take_path(word, name))
        return;
    if (until(word, "=").len < word.len) {
        rest = (struct span){info, len};
    } else {
        struct span first = until(trim(word, "{.", ""), ":,{}");
        copy(language, first);
        size_t used = (size_t)(first.text + first.len - word.text);
        if (used < word.len && take_path(after(word, used + 1), name))
            return;
    }
    find_in_words(rest, name);
}

/* Between two of the same mark, `…` or **…**. */
static bool find_marked(struct span line, const char *mark, char name[SL__CODE_NAME_MAX])
{
    const size_t width = strlen(mark);
    size_t open = 0;
    bool inside = false;
    for (size_t i = 0; i + width <= line.len; i++) {
        if (strncmp(line.text + i, mark, width) != 0)
            continue;
        struct span marked = {line.text + open, i - open};
        if (inside && take_path(trim(marked, markup, markup), name))
            return true;
        inside = !inside;
        open = i + width;
        i += width - 1;
    }
    return false;
}

/* "###", "-", "2.", "3)", "File:", "(2/3)": what may stand before a name. */
static bool is_lead(struct span word)
{
    if (word.len == 0 || word.text[word.len - 1] == ':')
        return true;
    for (size_t i = 0; i < word.len; i++) {
        if (!is_digit(word.text[i]) && !is_in(word.text[i], "#-*+.)(/="))
            return false;
    }
    return true;
}

void sl__code_name_in_prose(const char *line, size_t len, char name[SL__CODE_NAME_MAX])
{
    struct span rest = {line, len}, word = {line, 0}, before;
    if (find_marked(rest, "`", name) || find_marked(rest, "**", name))
        return;
    do {
        before = word;
        word = next_word(&rest);
        rest = trim(rest, space, space);
    } while (rest.len > 0);
    *name = '\0';
    if (is_lead(before))
        take_path(trim(word, "*_#`\"'([<", markup), name);
}
