/* Definitions of references, and the document as a whole. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "markdown.h"

enum { LABEL_MAX = 999, DEFINITIONS = 65536, PARENTHESES = 32 };

/* Behind a backslash and what it escapes. */
static size_t step(const char *text, size_t at, size_t end)
{
    return text[at] == '\\' && at + 1 < end ? at + 2 : at + 1;
}

/* The end of an address that is not in <>. */
static size_t bare_end(const char *text, size_t at, size_t end)
{
    unsigned open = 0;
    while (at < end && !sl__is_space(text[at])) {
        if (text[at] == '(' && ++open > PARENTHESES)
            return 0;
        if (text[at] == ')' && !open)
            break;
        open -= text[at] == ')';
        at = step(text, at, end);
    }
    return open ? 0 : at;
}

static size_t read_address(const char *text, size_t at, size_t end, struct sl_span *target)
{
    target->start = at;
    if (at < end && text[at] == '<') {
        target->start = ++at;
        while (at < end && text[at] != '>' && text[at] != '<' && text[at] != '\n')
            at = step(text, at, end);
        target->end = at;
        return at < end && text[at] == '>' ? at + 1 : 0;
    }
    target->end = bare_end(text, at, end);
    return target->end;
}

/* A title in "", '' or (). */
static size_t read_title(const char *text, size_t at, size_t end, struct sl_span *title)
{
    char close = text[at] == '(' ? ')' : text[at];
    if (!sl__is_one_of(text[at], "\"'("))
        return 0;
    title->start = ++at;
    while (at < end && text[at] != close && (close != ')' || text[at] != '('))
        at = step(text, at, end);
    title->end = at;
    return at < end && text[at] == close ? at + 1 : 0;
}

static size_t skip_spaces(const char *text, size_t at, size_t end)
{
    while (at < end && sl__is_space(text[at]))
        at++;
    return at;
}

size_t sl__markdown_target(const char *text, size_t at, size_t end, struct sl_span *target,
                           struct sl_span *title)
{
    size_t after = read_address(text, at, end, target);
    *title = (struct sl_span){after, after};
    if (!after)
        return 0;
    size_t next = skip_spaces(text, after, end);
    if (next == after || next == end)
        return after;
    next = read_title(text, next, end, title);
    if (!next)
        *title = (struct sl_span){after, after};
    return next ? next : after;
}

/* Labels are the same in any case, and with any spaces between words. */
static char *make_label(const char *text, struct sl_span span)
{
    span = sl__trim(text, span);
    char *label = malloc(span.end - span.start + 1), *to = label;
    for (size_t at = span.start; label && at < span.end; at++) {
        if (!sl__is_space(text[at]))
            *to++ = (char)tolower((unsigned char)text[at]);
        else if (to > label && to[-1] != ' ')
            *to++ = ' ';
    }
    if (label)
        *to = '\0';
    return label;
}

static void add(struct sl__markdown *markdown, struct sl_span label, struct sl_span target,
                struct sl_span title)
{
    if (markdown->count == DEFINITIONS)
        return;
    if (markdown->count == markdown->capacity) {
        size_t capacity = markdown->capacity ? markdown->capacity * 2 : 16;
        void *grown = realloc(markdown->definitions, capacity * sizeof *markdown->definitions);
        if (!grown) {
            markdown->finder->code = SL_E_NOMEM;
            return;
        }
        markdown->definitions = grown;
        markdown->capacity = capacity;
    }
    char *copy = make_label(markdown->finder->text, label);
    if (copy)
        markdown->definitions[markdown->count++] = (struct sl__definition){copy, target, title};
    else
        markdown->finder->code = SL_E_NOMEM;
}

/* Keeps a definition that stands at *at, which goes to the end of its line. */
static bool read_definition(struct sl__markdown *markdown, size_t *at, size_t end)
{
    const char *text = markdown->finder->text;
    struct sl_span label = {*at + 1, *at + 1}, target, title;
    if (*at >= end || text[*at] != '[')
        return false;
    while (label.end < end && text[label.end] != ']' && text[label.end] != '[' &&
           label.end - *at <= LABEL_MAX)
        label.end = step(text, label.end, end);
    if (label.end + 1 >= end || text[label.end] != ']' || text[label.end + 1] != ':')
        return false;
    size_t address = skip_spaces(text, label.end + 2, end);
    size_t after = address < end ? sl__markdown_target(text, address, end, &target, &title) : 0;
    bool blank = skip_spaces(text, label.start, label.end) == label.end;
    if (!after || target.start == target.end || blank)
        return false;
    add(markdown, label, target, title);
    *at = sl__find(text, after, end, "\n");
    return true;
}

void sl__markdown_define(struct sl__markdown *markdown, struct sl_span paragraph)
{
    size_t at = paragraph.start;
    while (read_definition(markdown, &at, paragraph.end))
        at = skip_spaces(markdown->finder->text, at, paragraph.end);
}

/* Of two with the same label the first counts. */
static int compare(const void *a, const void *b)
{
    const struct sl__definition *one = a, *other = b;
    int order = strcmp(one->label, other->label);
    return order ? order : one->target.start < other->target.start ? -1 : 1;
}

void sl__markdown_sort(struct sl__markdown *markdown)
{
    if (markdown->count)
        qsort(markdown->definitions, markdown->count, sizeof *markdown->definitions, compare);
}

const struct sl__definition *sl__markdown_defined(const struct sl__markdown *markdown,
                                                  struct sl_span label)
{
    size_t low = 0, high = markdown->count;
    if (label.end - label.start > LABEL_MAX || !high)
        return NULL;
    char *wanted = make_label(markdown->finder->text, label);
    if (!wanted) {
        markdown->finder->code = SL_E_NOMEM;
        return NULL;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(markdown->definitions[middle].label, wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < markdown->count && strcmp(markdown->definitions[low].label, wanted) == 0;
    free(wanted);
    return found ? &markdown->definitions[low] : NULL;
}

void sl__markdown_release(struct sl__markdown *markdown)
{
    for (size_t i = 0; i < markdown->count; i++)
        free(markdown->definitions[i].label);
    free(markdown->definitions);
}

void sl__find_markdown(struct sl__finder *finder)
{
    struct sl__markdown markdown = {.finder = finder, .html.finder = finder};
    sl__markdown_blocks(&markdown, sl__markdown_define);
    sl__markdown_sort(&markdown);
    markdown.html = (struct sl__html){.finder = finder};
    sl__markdown_blocks(&markdown, sl__markdown_inline);
    sl__markdown_release(&markdown);
}
