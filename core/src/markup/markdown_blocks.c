/* Which lines are text, and which are code, comments or front matter. After CommonMark, "Blocks".
 */
#include <ctype.h>
#include <string.h>

#include "markdown.h"

enum { LISTS = 32, TAB = 4, CODE_INDENT = 4 };

struct blocks {
    struct sl__markdown *markdown;
    void (*run)(struct sl__markdown *markdown, struct sl_span paragraph);
    struct sl_span paragraph; /* empty between paragraphs */
    unsigned lists[LISTS];    /* the columns at which the text of items begins */
    size_t depth;
    unsigned quotes;
    bool blank; /* the line before was */
    char fence; /* of the code block that is open, or 0 */
    size_t width;
    unsigned fence_quotes;
};

/* A line as its prefixes are taken off. */
struct line {
    size_t at, end;
    unsigned column, indent, quotes;
};

static void flush(struct blocks *blocks)
{
    if (blocks->paragraph.end > blocks->paragraph.start)
        blocks->run(blocks->markdown, blocks->paragraph);
    blocks->paragraph = (struct sl_span){0, 0};
}

/* Goes over blanks; `indent` is how many columns they take. */
static void read_indent(const char *text, struct line *line)
{
    unsigned start = line->column;
    for (; line->at < line->end && sl__is_blank(text[line->at]); line->at++)
        line->column += text[line->at] == '\t' ? TAB - line->column % TAB : 1;
    line->indent = line->column - start;
}

static void read_quotes(const char *text, struct line *line)
{
    read_indent(text, line);
    while (line->indent < CODE_INDENT && line->at < line->end && text[line->at] == '>') {
        line->quotes++;
        line->at++;
        line->column = 0;
        if (line->at < line->end && text[line->at] == ' ')
            line->at++;
        read_indent(text, line);
    }
}

static size_t run_of(const char *text, size_t at, size_t end, char c)
{
    size_t start = at;
    while (at < end && text[at] == c)
        at++;
    return at - start;
}

/* The width of a fence that stands here, or 0. */
static size_t fence_width(const char *text, const struct line *line)
{
    char c = line->at < line->end ? text[line->at] : 0;
    size_t width = c == '`' || c == '~' ? run_of(text, line->at, line->end, c) : 0;
    if (width < 3 ||
        (c == '`' && memchr(text + line->at + width, '`', line->end - line->at - width)))
        return 0;
    return width;
}

/* Whether the line belongs to the code block that is open. */
static bool in_fence(struct blocks *blocks, const char *text, const struct line *line)
{
    if (!blocks->fence || line->quotes < blocks->fence_quotes) {
        blocks->fence = 0;
        return false;
    }
    size_t width = run_of(text, line->at, line->end, blocks->fence);
    struct sl_span rest = {line->at + width, line->end};
    rest = sl__trim(text, rest);
    if (width >= blocks->width && rest.start == rest.end)
        blocks->fence = 0;
    return true;
}

/* A line of three or more -, * or _ and nothing else. */
static bool is_rule(const char *text, const struct line *line)
{
    char c = line->at < line->end ? text[line->at] : 0;
    size_t count = 0, at = line->at;
    if (c != '-' && c != '*' && c != '_')
        return false;
    for (; at < line->end && (text[at] == c || sl__is_blank(text[at])); at++)
        count += text[at] == c;
    return at == line->end && count >= 3;
}

/* The length of the marker of an item, with one space, or 0. */
static size_t item_marker(const char *text, const struct line *line)
{
    size_t at = line->at;
    if (at < line->end && sl__is_one_of(text[at], "-+*")) {
        at++;
    } else {
        while (at < line->end && at - line->at < 9 && isdigit((unsigned char)text[at]))
            at++;
        if (at == line->at || at == line->end || !sl__is_one_of(text[at], ".)"))
            return 0;
        at++;
    }
    return at == line->end || sl__is_blank(text[at]) ? at - line->at : 0;
}

static void leave_lists(struct blocks *blocks, const struct line *line)
{
    while (blocks->depth && line->column < blocks->lists[blocks->depth - 1])
        blocks->depth--;
}

/* Goes behind the markers of items that begin here. */
static void read_items(struct blocks *blocks, const char *text, struct line *line)
{
    size_t marker;
    while (!is_rule(text, line) && (marker = item_marker(text, line))) {
        flush(blocks);
        leave_lists(blocks, line);
        line->at += marker;
        line->column += (unsigned)marker;
        unsigned text_column = line->column + 1;
        read_indent(text, line);
        if (blocks->depth == LISTS)
            return;
        blocks->lists[blocks->depth++] =
            line->indent && line->indent <= CODE_INDENT ? line->column : text_column;
    }
}

/* Where a block of HTML that is no text ends, or 0: its lines may be empty. */
static size_t raw_end(struct blocks *blocks, const struct line *line)
{
    static const char *const raw[] = {"<!--", "<script", "<style", "<textarea"};
    const struct sl__finder *finder = blocks->markdown->finder;
    struct sl_span rest = {line->at, line->end};
    for (size_t i = 0; i < sizeof raw / sizeof *raw; i++) {
        if (sl__starts(finder->text, rest, raw[i])) {
            size_t end = sl__html_read(&blocks->markdown->html, line->at, finder->len);
            return end > line->at ? end : 0;
        }
    }
    return 0;
}

/* What follows such a block in its last line is text. Returns where the next line begins. */
static size_t take_rest(struct blocks *blocks, size_t at)
{
    struct sl_span rest;
    size_t next = at;
    flush(blocks);
    if (sl__finder_line(blocks->markdown->finder, &next, &rest) && rest.end > rest.start)
        blocks->paragraph = rest;
    return next > at ? next : at;
}

static void open_fence(struct blocks *blocks, const char *text, const struct line *line,
                       size_t width)
{
    flush(blocks);
    blocks->fence = text[line->at];
    blocks->width = width;
    blocks->fence_quotes = line->quotes;
}

/* A line with something in it, outside of fences. Returns where to go on, or 0 for the next line.
 */
static size_t take_line(struct blocks *blocks, const char *text, struct line *line)
{
    size_t raw, width;
    if (blocks->blank || blocks->paragraph.end == 0)
        leave_lists(blocks, line);
    unsigned content = blocks->depth ? blocks->lists[blocks->depth - 1] : 0;
    bool outside = blocks->paragraph.end == 0;
    if (outside && line->column >= content + CODE_INDENT)
        return 0;
    read_items(blocks, text, line);
    if (line->at == line->end)
        return 0;
    if ((raw = raw_end(blocks, line)))
        return take_rest(blocks, raw);
    if ((width = fence_width(text, line))) {
        open_fence(blocks, text, line, width);
        return 0;
    }
    if (text[line->at] == '#' || is_rule(text, line))
        flush(blocks);
    if (!blocks->paragraph.end)
        blocks->paragraph.start = line->at;
    blocks->paragraph.end = line->end;
    if (text[line->at] == '#')
        flush(blocks);
    return 0;
}

static void take_blank(struct blocks *blocks)
{
    flush(blocks);
    blocks->blank = true;
}

/* A value of the front matter, of YAML or TOML. */
static void read_setting(struct sl__finder *finder, struct sl_span line)
{
    static const char *const names[] = {"lang", "language"};
    const char *text = finder->text;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct sl_span value = {line.start + strlen(names[i]), line.end};
        if (!sl__starts(text, line, names[i]))
            continue;
        while (value.start < value.end && sl__is_blank(text[value.start]))
            value.start++;
        if (value.start == value.end || !sl__is_one_of(text[value.start], ":="))
            continue;
        value.start++;
        value = sl__trim(text, value);
        while (value.start < value.end && sl__is_one_of(text[value.start], "\"'"))
            value.start++;
        while (value.end > value.start && sl__is_one_of(text[value.end - 1], "\"'"))
            value.end--;
        sl__finder_language(finder, value);
    }
}

static bool ends_front(const struct sl__finder *finder, struct sl_span line, const char *mark)
{
    return sl__equals(finder->text, line, mark) ||
           (*mark == '-' && sl__equals(finder->text, line, "..."));
}

/* Behind the front matter, or 0. */
static size_t skip_front(struct sl__finder *finder)
{
    struct sl_span line;
    size_t first = 0, at, end;
    if (!sl__finder_line(finder, &first, &line) ||
        (!sl__equals(finder->text, line, "---") && !sl__equals(finder->text, line, "+++")))
        return 0;
    const char *mark = finder->text[0] == '-' ? "---" : "+++";
    for (at = first, end = 0; !end && sl__finder_line(finder, &at, &line);)
        end = ends_front(finder, line, mark) ? line.start : 0;
    for (at = first; at < end && sl__finder_line(finder, &at, &line);)
        read_setting(finder, line);
    return end && sl__finder_line(finder, &at, &line) ? at : 0;
}

void sl__markdown_blocks(struct sl__markdown *markdown,
                         void (*run)(struct sl__markdown *markdown, struct sl_span paragraph))
{
    struct sl__finder *finder = markdown->finder;
    struct blocks blocks = {.markdown = markdown, .run = run, .blank = true};
    size_t at = skip_front(finder);
    struct sl_span span;
    while (sl__finder_line(finder, &at, &span)) {
        struct line line = {.at = span.start, .end = span.end};
        read_quotes(finder->text, &line);
        if (line.quotes != blocks.quotes && !blocks.paragraph.end)
            blocks.depth = 0;
        blocks.quotes = line.quotes;
        if (in_fence(&blocks, finder->text, &line))
            continue;
        if (line.at == line.end) {
            take_blank(&blocks);
            continue;
        }
        size_t next = take_line(&blocks, finder->text, &line);
        blocks.blank = false;
        at = next ? next : at;
    }
    flush(&blocks);
}
