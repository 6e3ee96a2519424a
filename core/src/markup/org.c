/* Org: links to picture files, and the keywords above the paragraph that they begin. */
#include <string.h>
#include <strings.h>

#include "finder.h"
#include "translate.h"

struct org {
    struct sl__finder *finder;
    struct sl_span block;   /* the name of the block that is open, in which nothing is markup */
    struct sl_span keyword; /* the first line of the keywords above, or empty */
    struct sl_span
        attributes;     /* the value of #+ATTR_HTML, or empty; its end is 0 if there is none */
    struct sl_span alt; /* the value of :alt in it; its end is 0 if there is none */
    struct sl_span caption;
    bool linked; /* the paragraph has a link already */
    bool blank;  /* no paragraph has begun */
};

/* Blocks whose text is markup. */
static const char *const open_blocks[] = {"quote", "center", "verse"};

static void forget_keywords(struct org *org)
{
    org->keyword = org->attributes = org->alt = org->caption = (struct sl_span){0, 0};
}

/* A word like ":alt" at `at`, with blanks around it; where it ends, or `at`. */
static size_t key_end(const char *text, size_t at, size_t start, size_t end)
{
    size_t next = at + 1;
    if (text[at] != ':' || (at > start && !sl__is_blank(text[at - 1])))
        return at;
    while (next < end && (sl__is_word(text[next]) || sl__is_one_of(text[next], "-_")))
        next++;
    return next > at + 1 && (next == end || sl__is_blank(text[next])) ? next : at;
}

/* The value of :alt among attributes. */
static void read_attributes(struct org *org, struct sl_span value)
{
    const char *text = org->finder->text;
    bool open = false;
    org->attributes = value;
    for (size_t at = value.start; at < value.end; at++) {
        size_t end = key_end(text, at, value.start, value.end);
        if (end == at)
            continue;
        if (open) {
            org->alt.end = at;
            return;
        }
        open = sl__equals(text, (struct sl_span){at, end}, ":alt");
        if (open)
            org->alt = (struct sl_span){end, value.end};
        at = end - 1;
    }
}

static void take_keyword(struct org *org, struct sl_span line)
{
    static const char ATTR[] = "#+attr_html:", CAPTION[] = "#+caption:", LANG[] = "#+language:";
    const char *text = org->finder->text;
    if (org->keyword.start == org->keyword.end)
        org->keyword = line;
    line.start += sl__indent(text, line);
    if (sl__starts(text, line, ATTR)) {
        if (!org->alt.end)
            read_attributes(org, (struct sl_span){line.start + sizeof ATTR - 1, line.end});
    } else if (sl__starts(text, line, CAPTION)) {
        org->caption = (struct sl_span){line.start + sizeof CAPTION - 1, line.end};
    } else if (sl__starts(text, line, LANG)) {
        sl__finder_language(org->finder, (struct sl_span){line.start + sizeof LANG - 1, line.end});
    }
}

/* Whether a link's words name a picture file; `target` becomes its path or address. */
static bool is_picture(const char *text, struct sl_span words, struct sl_span *target)
{
    static const char *const prefixes[] = {"./", "../", "/", "~/", "http://", "https://"};
    *target = words;
    if (sl__starts(text, words, "file:")) {
        target->start += strlen("file:");
        if (sl__starts(text, *target, "//"))
            target->start += 2;
        return sl__is_picture_name(text, *target);
    }
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (sl__starts(text, words, prefixes[i]))
            return sl__is_picture_name(text, words);
    }
    return false;
}

/* The alt text stands in the keywords above. It is given to the first link of a paragraph only. */
static void describe_alt(struct org *org, struct sl_picture *picture, size_t line)
{
    struct sl__finder *finder = org->finder;
    struct sl_span words = sl__trim(finder->text, org->alt);
    char before[300] = "";
    struct sl_span ahead = {line, picture->markup.start};
    size_t indent = sl__indent(finder->text, ahead);
    if (org->linked || !org->blank || line + indent < ahead.end) {
        picture->fixed =
            sl__tr("Org gives an alt text only to a picture that begins its paragraph");
    } else if (org->alt.end) {
        picture->alt = org->alt;
        picture->state = words.end - words.start == 2 && finder->text[words.start] == '"'
                             ? SL_ALT_EMPTY
                         : words.start < words.end ? SL_ALT_PRESENT
                                                   : SL_ALT_MISSING;
        if (picture->state == SL_ALT_PRESENT)
            sl__finder_words(finder, &picture->text, words, SL__AS_IT_IS);
        sl__finder_form(finder, picture, " ", org->alt.end < org->attributes.end ? " " : "",
                        org->alt.end < org->attributes.end ? " \"\" " : " \"\"");
    } else if (org->attributes.end) {
        picture->alt = (struct sl_span){org->attributes.start, org->attributes.start};
        sl__finder_form(finder, picture, " :alt ", "", " :alt \"\"");
    } else {
        indent = indent < 200 ? indent : 200;
        memcpy(before, finder->text + line, indent);
        memcpy(before + indent, "#+ATTR_HTML: :alt ", sizeof "#+ATTR_HTML: :alt ");
        picture->alt = (struct sl_span){line, line};
        sl__finder_form(finder, picture, before, "\n", "#+ATTR_HTML: :alt \"\"\n");
    }
}

static void add_picture(struct org *org, struct sl_span whole, struct sl_span target,
                        struct sl_span link, size_t line)
{
    struct sl__finder *finder = org->finder;
    struct sl_picture *picture = sl__finder_add(finder, whole, target, whole, SL_ALT_ORG);
    picture->alt.end = picture->alt.start;
    describe_alt(org, picture, line);
    if (!picture->fixed)
        picture->markup.start = org->keyword.end ? org->keyword.start : line;
    sl__finder_address(finder, picture, SL__AS_IT_IS);
    if (link.end > link.start)
        sl__finder_words(finder, &picture->link, link, SL__AS_IT_IS);
    if (!picture->fixed && org->caption.end)
        sl__finder_words(finder, &picture->caption, org->caption, SL__AS_IT_IS);
}

/* [[picture]] is one, [[link][picture]] one that leads somewhere, [[picture][words]] is none. */
static void take_link(struct org *org, struct sl_span whole, size_t line)
{
    const char *text = org->finder->text;
    size_t middle = sl__find(text, whole.start + 2, whole.end - 2, "][");
    struct sl_span first = {whole.start + 2, middle}, target;
    struct sl_span second = {middle + 2, whole.end - 2};
    if (middle == whole.end - 2) {
        if (is_picture(text, first, &target))
            add_picture(org, whole, target, (struct sl_span){0, 0}, line);
    } else if (is_picture(text, second, &target)) {
        add_picture(org, whole, target, first, line);
    }
    org->linked = true;
}

static void take_text(struct org *org, struct sl_span line)
{
    const char *text = org->finder->text;
    for (size_t at = line.start; (at = sl__find(text, at, line.end, "[[")) < line.end;) {
        size_t close = sl__find(text, at + 2, line.end, "]]");
        if (close == line.end)
            break;
        if (close > at + 2)
            take_link(org, (struct sl_span){at, close + 2}, line.start);
        at = close + 2;
    }
    org->blank = false;
}

static bool opens_block(struct org *org, struct sl_span line)
{
    static const char BEGIN[] = "#+begin_";
    const char *text = org->finder->text;
    size_t start = line.start + sizeof BEGIN - 1, end = start;
    if (!sl__starts(text, line, BEGIN))
        return false;
    while (end < line.end && !sl__is_blank(text[end]))
        end++;
    for (size_t i = 0; i < sizeof open_blocks / sizeof *open_blocks; i++) {
        if (sl__equals(text, (struct sl_span){start, end}, open_blocks[i]))
            return true;
    }
    org->block = (struct sl_span){start, end};
    return true;
}

/* Whether the line is of a block of code, or its end. */
static bool in_block(struct org *org, struct sl_span line)
{
    static const char END[] = "#+end_";
    const char *text = org->finder->text;
    struct sl_span name = {line.start + sizeof END - 1, line.end};
    if (org->block.start == org->block.end)
        return false;
    if (sl__starts(text, line, END) && name.end - name.start == org->block.end - org->block.start &&
        strncasecmp(text + name.start, text + org->block.start, name.end - name.start) == 0)
        org->block = (struct sl_span){0, 0};
    return true;
}

static void take(struct org *org, struct sl_span line)
{
    const char *text = org->finder->text;
    struct sl_span trimmed = sl__trim(text, line);
    if (in_block(org, trimmed))
        return;
    if (opens_block(org, trimmed) || sl__starts(text, trimmed, "#+end_") ||
        trimmed.start == trimmed.end) {
        forget_keywords(org);
        org->blank = true;
        org->linked = false;
    } else if (sl__starts(text, trimmed, "#+")) {
        take_keyword(org, line);
        org->blank = true;
        org->linked = false;
    } else if (!sl__starts(text, trimmed, "# ") && !sl__starts(text, trimmed, ": ")) {
        take_text(org, line);
        forget_keywords(org);
    }
}

void sl__find_org(struct sl__finder *finder)
{
    struct org org = {.finder = finder, .blank = true};
    struct sl_span line;
    for (size_t at = 0; sl__finder_line(finder, &at, &line);)
        take(&org, line);
}
