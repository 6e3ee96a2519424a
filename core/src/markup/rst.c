/* reStructuredText: directives with options, by their indentation. */
#include <string.h>

#include "finder.h"

/* Directives in which nothing is markup. */
static const char *const literal[] = {
    "code", "code-block",     "sourcecode",     "math",    "highlight", "parsed-literal",
    "raw",  "literalinclude", "productionlist", "doctest", "csv-table", "comment"};

struct rst {
    struct sl__finder *finder;
    size_t next;        /* where the line after this one begins */
    bool skips;         /* in a literal block: */
    size_t skip_indent; /* until a line that is not indented deeper than this */
};

/* What stands after ".. ": the directive's name and argument. */
struct directive {
    struct sl_span name, argument;
    size_t indent;
};

/* Reads ".. name:: argument", with or without "|words| ". False when the line is none. */
static bool read_directive(const char *text, struct sl_span line, struct directive *directive)
{
    directive->indent = sl__indent(text, line);
    line.start += directive->indent;
    if (!sl__starts(text, line, ".. "))
        return false;
    line.start += 3;
    if (line.start < line.end && text[line.start] == '|') {
        line.start = sl__find(text, line.start + 1, line.end, "| ");
        line.start += line.start < line.end ? 2 : 0;
    }
    line.start += sl__indent(text, line);
    size_t colons = sl__find(text, line.start, line.end, "::");
    directive->name = (struct sl_span){line.start, colons};
    directive->argument = (struct sl_span){colons < line.end ? colons + 2 : colons, line.end};
    directive->argument = sl__trim(text, directive->argument);
    return colons < line.end && colons > line.start &&
           sl__find(text, line.start, colons, " ") == colons;
}

/* An option ":name: value" of the directive; `line` becomes its value. */
static bool read_option(const char *text, struct sl_span *line, struct sl_span *name)
{
    size_t start = line->start + sl__indent(text, *line);
    if (start == line->end || text[start] != ':')
        return false;
    size_t colon = sl__find(text, start + 1, line->end, ":");
    if (colon == line->end)
        return false;
    *name = (struct sl_span){start + 1, colon};
    line->start = colon + 1;
    return true;
}

/* The lines of a value that goes on; returns where it ends. */
static size_t read_rest(struct rst *rst, size_t indent, size_t end)
{
    const char *text = rst->finder->text;
    struct sl_span line;
    for (size_t at = rst->next; sl__finder_line(rst->finder, &at, &line); rst->next = at) {
        size_t own = sl__indent(text, line);
        if (line.start + own == line.end || own <= indent)
            break;
        end = line.end;
    }
    return end;
}

static void set_alt(struct rst *rst, struct sl_picture *picture, struct sl_span value)
{
    struct sl_span words = sl__trim(rst->finder->text, value);
    picture->alt = value;
    picture->state = words.start < words.end ? SL_ALT_PRESENT : SL_ALT_EMPTY;
    sl__finder_words(rst->finder, &picture->text, value, SL__AS_IT_IS);
    sl__finder_form(rst->finder, picture, " ", "", "");
}

/* Where there is no :alt: it becomes the first option. */
static void set_form(struct rst *rst, struct sl_picture *picture, size_t indent, bool tabs)
{
    struct sl__buf before = SL__BUF_INIT(1024);
    char alone[1024];
    sl__buf_adds(&before, "\n");
    for (size_t i = 0; i < indent && i < 256; i++)
        sl__buf_add(&before, tabs ? "\t" : " ", 1);
    sl__buf_adds(&before, ":alt:");
    memcpy(alone, sl__buf_text(&before), before.len + 1);
    sl__buf_adds(&before, " ");
    if (before.dry)
        rst->finder->code = SL_E_NOMEM;
    sl__finder_form(rst->finder, picture, sl__buf_text(&before), "", alone);
    sl__buf_release(&before);
}

/* The options below a picture. Returns the indentation of the first, or 0. */
static size_t read_options(struct rst *rst, struct sl_picture *picture, size_t indent)
{
    const char *text = rst->finder->text;
    struct sl_span line, name;
    size_t first = 0;
    for (size_t at = rst->next; sl__finder_line(rst->finder, &at, &line); at = rst->next) {
        size_t own = sl__indent(text, line);
        if (own <= indent || !read_option(text, &line, &name))
            break;
        rst->next = at;
        first = first ? first : own;
        line.end = read_rest(rst, own, line.end);
        picture->markup.end = line.end;
        if (sl__equals(text, name, "alt"))
            set_alt(rst, picture, line);
        else if (sl__equals(text, name, "target"))
            sl__finder_words(rst->finder, &picture->link, line, SL__AS_IT_IS);
    }
    return first;
}

/* The first paragraph of a figure. */
static void read_caption(struct rst *rst, struct sl_picture *picture, size_t indent)
{
    const char *text = rst->finder->text;
    struct sl_span line, caption = {0, 0};
    for (size_t at = rst->next; sl__finder_line(rst->finder, &at, &line);) {
        size_t own = sl__indent(text, line);
        bool blank = line.start + own == line.end;
        if ((!blank && own <= indent) || (blank && caption.end) ||
            caption.end - caption.start > SL_MARKUP_MAX_WORDS)
            break;
        if (!blank && !caption.end)
            caption.start = line.start;
        if (!blank)
            caption.end = line.end;
    }
    if (caption.end && !sl__starts(text, sl__trim(text, caption), ".. "))
        sl__finder_words(rst->finder, &picture->caption, caption, SL__AS_IT_IS);
}

static void add_picture(struct rst *rst, struct sl_span line, const struct directive *directive)
{
    const char *text = rst->finder->text;
    struct sl_span at = {line.end, line.end};
    struct sl_span whole = {line.start + directive->indent, line.end};
    struct sl_picture *picture =
        sl__finder_add(rst->finder, whole, directive->argument, at, SL_ALT_PLAIN);
    size_t below = line.end + 1;
    bool tabs = directive->indent && text[line.start] == '\t';
    sl__finder_address(rst->finder, picture, SL__AS_IT_IS);
    size_t first = read_options(rst, picture, directive->indent);
    if (picture->state == SL_ALT_MISSING)
        set_form(rst, picture, first ? first : directive->indent + (tabs ? 1 : 3),
                 tabs || (first && below < rst->finder->len && text[below] == '\t'));
    if (sl__equals(text, directive->name, "figure"))
        read_caption(rst, picture, directive->indent);
}

static bool is_literal(const char *text, const struct directive *directive)
{
    for (size_t i = 0; i < sizeof literal / sizeof *literal; i++) {
        if (sl__equals(text, directive->name, literal[i]))
            return true;
    }
    return false;
}

/* A comment is what begins like a directive and is none, nor a target, footnote or citation. */
static bool is_comment(const char *text, struct sl_span line)
{
    line = sl__trim(text, line);
    return sl__equals(text, line, "..") ||
           (sl__starts(text, line, ".. ") && !sl__is_one_of(text[line.start + 3], "_[|"));
}

static bool ends_with_colons(const char *text, struct sl_span line)
{
    line = sl__trim(text, line);
    return line.end - line.start >= 2 && memcmp(text + line.end - 2, "::", 2) == 0;
}

static void take(struct rst *rst, struct sl_span line)
{
    const char *text = rst->finder->text;
    struct directive directive;
    struct sl_span value = line, name;
    size_t indent = sl__indent(text, line);
    bool directs = read_directive(text, line, &directive);
    if (directs &&
        (sl__equals(text, directive.name, "image") || sl__equals(text, directive.name, "figure"))) {
        if (directive.argument.start < directive.argument.end)
            add_picture(rst, line, &directive);
    } else if (directs ? is_literal(text, &directive)
                       : is_comment(text, line) || ends_with_colons(text, line)) {
        rst->skips = true;
        rst->skip_indent = indent;
    } else if (!indent && read_option(text, &value, &name) &&
               (sl__equals(text, name, "lang") || sl__equals(text, name, "language"))) {
        sl__finder_language(rst->finder, value);
    }
}

void sl__find_rst(struct sl__finder *finder)
{
    struct rst rst = {.finder = finder};
    struct sl_span line;
    while (sl__finder_line(finder, &rst.next, &line)) {
        size_t indent = sl__indent(finder->text, line);
        if (line.start + indent == line.end || (rst.skips && indent > rst.skip_indent))
            continue;
        rst.skips = false;
        take(&rst, line);
    }
}
