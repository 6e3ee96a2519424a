/* AsciiDoc: image macros, the attributes in their brackets, and what stands in the lines above. */
#include <string.h>

#include "finder.h"

/* Lines that open and close a block in which nothing is markup. */
static const char *const fences[] = {"----", "....", "++++", "////", "```"};

struct asciidoc {
    struct sl__finder *finder;
    struct sl_span fence;  /* the line that opened a literal block, or empty */
    struct sl_span title;  /* of the next block, or empty */
    struct sl_span link;   /* that a line of attributes above it names, or empty */
    struct sl_span folder; /* :imagesdir:, or empty */
    bool blank, literal;   /* the line before was blank; the paragraph is code */
};

/* One attribute of a list. */
struct attribute {
    struct sl_span name;  /* empty: by its position */
    struct sl_span whole; /* of the value with its quotes */
    struct sl_span value; /* without */
};

/* Behind a quoted value that begins at `at`, or `at`. */
static size_t quoted_end(const char *text, size_t at, size_t end)
{
    char quote = text[at];
    if (quote != '"' && quote != '\'')
        return at;
    for (size_t next = at + 1; next < end; next++) {
        if (text[next] == '\\')
            next++;
        else if (text[next] == quote)
            return next + 1;
    }
    return at;
}

/* Reads the attribute at *at, which goes behind its comma. */
static void read_attribute(const char *text, size_t *at, size_t end, struct attribute *attribute)
{
    size_t start = *at, value;
    while (start < end && sl__is_blank(text[start]))
        start++;
    for (value = start; value < end && (sl__is_word(text[value]) || text[value] == '-');)
        value++;
    *attribute = (struct attribute){0};
    if (value > start && value < end && text[value] == '=') {
        attribute->name = (struct sl_span){start, value};
        start = value + 1;
    }
    value = start < end ? quoted_end(text, start, end) : start;
    attribute->value = (struct sl_span){start + 1, value - 1};
    size_t comma = sl__find(text, value, end, ",");
    if (value == start)
        attribute->value = sl__trim(text, (struct sl_span){start, comma});
    attribute->whole = value == start ? attribute->value : (struct sl_span){start, value};
    *at = comma < end ? comma + 1 : end + 1;
}

/* Undoes what is written for quotes and brackets. */
static void set_words(struct sl__finder *finder, const char **to, struct sl_span value)
{
    sl__finder_words(finder, to, value, SL__BACKSLASHES);
}

static void take_attribute(struct sl__finder *finder, struct sl_picture *picture,
                           const struct attribute *attribute, size_t position)
{
    bool quoted = attribute->whole.end > attribute->value.end;
    bool named = attribute->name.end > attribute->name.start;
    if (named && sl__equals(finder->text, attribute->name, "link")) {
        set_words(finder, &picture->link, attribute->value);
    } else if (named && sl__equals(finder->text, attribute->name, "title")) {
        set_words(finder, &picture->caption, attribute->value);
    } else if (named ? sl__equals(finder->text, attribute->name, "alt") : position == 0) {
        bool empty = attribute->value.start == attribute->value.end;
        picture->alt = attribute->whole;
        picture->state = !empty ? SL_ALT_PRESENT : quoted || named ? SL_ALT_EMPTY : SL_ALT_MISSING;
        set_words(finder, &picture->text, attribute->value);
        sl__finder_form(finder, picture, "", "", named ? "\"\"" : "alt=\"\"");
    }
}

/* An alt text that is not there yet is the first in the list, before what is named. */
static void read_list(struct sl__finder *finder, struct sl_picture *picture, struct sl_span list)
{
    struct attribute attribute;
    size_t position = 0;
    bool named = false;
    for (size_t at = list.start; at <= list.end; position++) {
        read_attribute(finder->text, &at, list.end, &attribute);
        named = named || (position == 0 && attribute.name.end > 0);
        take_attribute(finder, picture, &attribute, position);
    }
    if (named && picture->state == SL_ALT_MISSING)
        sl__finder_form(finder, picture, "", ",", "alt=\"\",");
}

static void add_picture(struct asciidoc *doc, struct sl_span whole, size_t colon, size_t bracket,
                        bool block)
{
    struct sl__finder *finder = doc->finder;
    struct sl_span list = {bracket + 1, whole.end - 1};
    struct sl_picture *picture = sl__finder_add(finder, whole, (struct sl_span){colon, bracket},
                                                (struct sl_span){list.start, list.start},
                                                block ? SL_ALT_ASCIIDOC : SL_ALT_ASCIIDOC_INLINE);
    sl__finder_form(finder, picture, "", "", "alt=\"\"");
    sl__finder_address(finder, picture, SL__AS_IT_IS);
    read_list(finder, picture, list);
    if (block && doc->title.end > doc->title.start)
        sl__finder_words(finder, &picture->caption, doc->title, SL__AS_IT_IS);
    if (block && doc->link.end > doc->link.start && !picture->link)
        set_words(finder, &picture->link, doc->link);
}

static bool take_block(struct asciidoc *doc, struct sl_span line)
{
    const char *text = doc->finder->text;
    struct sl_span trimmed = sl__trim(text, line);
    size_t colon = line.start + strlen("image::");
    if (!sl__starts(text, line, "image::") || text[trimmed.end - 1] != ']')
        return false;
    size_t bracket = sl__find(text, colon, trimmed.end, "[");
    trimmed.start = line.start;
    if (bracket == colon || bracket == trimmed.end)
        return false;
    add_picture(doc, trimmed, colon, bracket, true);
    return true;
}

/* The ] that ends the list of a macro within a line, or `end`. */
static size_t list_end(const char *text, size_t at, size_t end)
{
    while (at < end && text[at] != ']')
        at += text[at] == '\\' ? 2 : 1;
    return at < end ? at : end;
}

static void take_inline(struct asciidoc *doc, struct sl_span line)
{
    const char *text = doc->finder->text;
    for (size_t at = line.start; (at = sl__find(text, at, line.end, "image:")) < line.end;) {
        size_t start = at, colon = at + strlen("image:");
        bool apart =
            start == line.start || (!sl__is_word(text[start - 1]) && text[start - 1] != '\\');
        size_t bracket = sl__find(text, colon, line.end, "[");
        size_t close = bracket < line.end ? list_end(text, bracket + 1, line.end) : line.end;
        if (close == line.end)
            return;
        at = close + 1;
        if (apart && bracket > colon && text[colon] != ':' && !sl__is_space(text[colon]))
            add_picture(doc, (struct sl_span){start, close + 1}, colon, bracket, false);
    }
}

/* :lang: and :imagesdir: */
static void take_setting(struct asciidoc *doc, struct sl_span line)
{
    static const char LANG[] = ":lang:", FOLDER[] = ":imagesdir:";
    const char *text = doc->finder->text;
    if (sl__starts(text, line, LANG))
        sl__finder_language(doc->finder, (struct sl_span){line.start + sizeof LANG - 1, line.end});
    else if (sl__starts(text, line, FOLDER))
        sl__finder_folder(doc->finder, (struct sl_span){line.start + sizeof FOLDER - 1, line.end});
}

/* What a line in brackets above a block says of it. */
static void take_attributes(struct asciidoc *doc, struct sl_span line)
{
    const char *text = doc->finder->text;
    struct attribute attribute;
    for (size_t at = line.start + 1; at <= line.end - 1;) {
        read_attribute(text, &at, line.end - 1, &attribute);
        if (sl__equals(text, attribute.name, "link"))
            doc->link = attribute.value;
        if (sl__equals(text, attribute.value, "source") ||
            sl__equals(text, attribute.value, "listing") ||
            sl__equals(text, attribute.value, "literal"))
            doc->literal = true;
    }
}

static bool is_fence(const char *text, struct sl_span line)
{
    for (size_t i = 0; i < sizeof fences / sizeof *fences; i++) {
        size_t at = line.start + strlen(fences[i]);
        if (!sl__starts(text, line, fences[i]))
            continue;
        while (at < line.end && text[at] == text[line.start])
            at++;
        return at == line.end || text[line.start] == '`';
    }
    return false;
}

/* Whether the line is of a literal block, or its end. */
static bool in_fence(struct asciidoc *doc, struct sl_span line)
{
    const char *text = doc->finder->text;
    struct sl_span fence = doc->fence;
    size_t len = fence.end - fence.start;
    if (!len)
        return false;
    if (text[fence.start] == '`' ? sl__equals(text, line, "```")
                                 : line.end - line.start == len &&
                                       memcmp(text + line.start, text + fence.start, len) == 0)
        doc->fence = (struct sl_span){0, 0};
    return true;
}

static void take_text(struct asciidoc *doc, struct sl_span line)
{
    const char *text = doc->finder->text;
    bool starts = doc->blank;
    doc->blank = false;
    if (starts && sl__is_blank(text[line.start]))
        doc->literal = !sl__is_one_of(text[line.start + sl__indent(text, line)], "*-.");
    if (doc->literal || sl__starts(text, line, "//"))
        return;
    if (!take_block(doc, line))
        take_inline(doc, line);
    doc->title = doc->link = (struct sl_span){0, 0};
}

static void take(struct asciidoc *doc, struct sl_span line)
{
    const char *text = doc->finder->text;
    char first = text[line.start];
    if (is_fence(text, line)) {
        doc->fence = line;
        doc->literal = false;
    } else if (first == ':') {
        take_setting(doc, line);
    } else if (first == '[' && text[line.end - 1] == ']') {
        take_attributes(doc, line);
    } else if (first == '.' && line.end - line.start > 1 &&
               !sl__is_one_of(text[line.start + 1], ". ")) {
        doc->title = (struct sl_span){line.start + 1, line.end};
    } else {
        take_text(doc, line);
    }
}

void sl__find_asciidoc(struct sl__finder *finder)
{
    struct asciidoc doc = {.finder = finder, .blank = true};
    struct sl_span line;
    for (size_t at = 0; sl__finder_line(finder, &at, &line);) {
        while (line.end > line.start && sl__is_blank(finder->text[line.end - 1]))
            line.end--;
        if (in_fence(&doc, line))
            continue;
        if (line.start < line.end) {
            take(&doc, line);
            continue;
        }
        doc.blank = true;
        doc.literal = false;
        doc.title = doc.link = (struct sl_span){0, 0};
    }
}
