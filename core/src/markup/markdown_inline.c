/* What stands in a paragraph, after CommonMark, "Inlines": brackets on a stack, code spans, HTML.
 */
#include <string.h>

#include "markdown.h"
#include "translate.h"

enum {
    OPENERS = 64, /* brackets that may be open; of more the outer ones are forgotten */
    TICKS = 64,   /* backticks of a longest code span */
    LABEL_MAX = 999,
    KEPT_LABEL_MAX = 200,
};

struct opener {
    size_t at;    /* of the [, or of the ! before it */
    size_t count; /* the pictures before it */
    bool image, inactive;
};

struct inlines {
    struct sl__markdown *markdown;
    struct sl_span paragraph;
    struct opener openers[OPENERS]; /* a ring: `open` of them before `top` */
    size_t top, open;
    bool no_ticks[TICKS]; /* no run of so many follows */
};

static void push(struct inlines *inlines, size_t at, bool image)
{
    inlines->openers[inlines->top++ % OPENERS] =
        (struct opener){.at = at, .count = inlines->markdown->finder->count, .image = image};
    if (inlines->open < OPENERS)
        inlines->open++;
}

static size_t ticks_at(const char *text, size_t at, size_t end)
{
    size_t start = at;
    while (at < end && text[at] == '`')
        at++;
    return at - start;
}

/* Behind the code span that begins here, or behind the backticks that begin none. */
static size_t skip_code(struct inlines *inlines, size_t at)
{
    const char *text = inlines->markdown->finder->text;
    size_t end = inlines->paragraph.end, width = ticks_at(text, at, end), next = at + width;
    if (width >= TICKS || inlines->no_ticks[width])
        return at + width;
    while ((next = sl__find(text, next, end, "`")) < end) {
        size_t other = ticks_at(text, next, end);
        next += other;
        if (other == width)
            return next;
    }
    inlines->no_ticks[width] = true;
    return at + width;
}

/* What a bracket that closes at `at` refers to. */
struct reference {
    struct sl_span target, title;
    size_t end;
    const char *before, *after; /* what an alt text needs around it so that it stays a reference */
    struct sl_span label;       /* of one whose label was its alt text */
};

static bool read_inline(const struct inlines *inlines, size_t at, struct reference *reference)
{
    const char *text = inlines->markdown->finder->text;
    size_t end = inlines->paragraph.end;
    if (at + 1 >= end || text[at + 1] != '(')
        return false;
    for (at += 2; at < end && sl__is_space(text[at]);)
        at++;
    at = at < end ? sl__markdown_target(text, at, end, &reference->target, &reference->title) : 0;
    while (at && at < end && sl__is_space(text[at]))
        at++;
    reference->end = at + 1;
    return at && at < end && text[at] == ')';
}

static bool take_definition(const struct inlines *inlines, struct sl_span label,
                            struct reference *reference)
{
    const struct sl__definition *found = sl__markdown_defined(inlines->markdown, label);
    if (found) {
        reference->target = found->target;
        reference->title = found->title;
    }
    return found;
}

/* [words][label], [label][] or [label]. */
static bool read_reference(const struct inlines *inlines, struct sl_span words, size_t at,
                           struct reference *reference)
{
    const char *text = inlines->markdown->finder->text;
    size_t end = inlines->paragraph.end, close = at + 2;
    bool bracket = at + 1 < end && text[at + 1] == '[';
    while (bracket && close < end && text[close] != ']' && close - at <= LABEL_MAX + 2) {
        bracket = text[close] != '[';
        close += text[close] == '\\' ? 2 : 1;
    }
    bracket = bracket && close < end && text[close] == ']';
    reference->end = bracket ? close + 1 : at + 1;
    if (bracket && close > at + 2)
        return take_definition(inlines, (struct sl_span){at + 2, close}, reference);
    reference->label = words;
    return take_definition(inlines, words, reference);
}

/* ![label] and ![label][] become ![alt text][label]. */
static void keep_label(struct sl__finder *finder, struct sl_picture *picture,
                       const struct reference *reference)
{
    struct sl__buf after = SL__BUF_INIT(KEPT_LABEL_MAX + 8);
    struct sl_span label = reference->label;
    if (label.end - label.start > KEPT_LABEL_MAX) {
        picture->fixed = sl__tr("its alt text is its label, which is too long to be kept");
        return;
    }
    sl__buf_adds(&after, "][");
    sl__buf_add(&after, finder->text + label.start, label.end - label.start);
    if (after.dry)
        finder->code = SL_E_NOMEM;
    sl__finder_form(finder, picture, "", sl__buf_text(&after), sl__buf_text(&after));
    picture->alt.end = reference->end > label.end + 1 ? label.end + 2 : label.end;
    sl__buf_release(&after);
}

static void add_picture(struct inlines *inlines, const struct opener *opener, size_t close,
                        const struct reference *reference)
{
    struct sl__finder *finder = inlines->markdown->finder;
    struct sl_span whole = {opener->at, reference->end}, words = {opener->at + 2, close};
    sl__finder_drop(finder, opener->count);
    struct sl_picture *picture =
        sl__finder_add(finder, whole, reference->target, words, SL_ALT_MARKDOWN);
    struct sl_span trimmed = sl__trim(finder->text, words);
    picture->state = trimmed.start < trimmed.end ? SL_ALT_PRESENT : SL_ALT_MISSING;
    sl__finder_words(finder, &picture->text, words, SL__BACKSLASHES);
    sl__finder_address(finder, picture, SL__BACKSLASHES);
    if (reference->title.start < reference->title.end)
        sl__finder_words(finder, &picture->caption, reference->title, SL__BACKSLASHES);
    if (reference->label.end)
        keep_label(finder, picture, reference);
    if (inlines->markdown->html.in_link)
        sl__finder_words(finder, &picture->link, inlines->markdown->html.link, SL__ENTITIES);
}

/* Pictures in a link lead there. There is no link in a link. */
static void close_link(struct inlines *inlines, const struct opener *opener,
                       const struct reference *reference)
{
    struct sl__finder *finder = inlines->markdown->finder;
    for (size_t i = opener->count; i < finder->count; i++)
        sl__finder_words(finder, &finder->pictures[i].link, reference->target, SL__BACKSLASHES);
    for (size_t i = 1; i <= inlines->open; i++) {
        struct opener *outer = &inlines->openers[(inlines->top - i) % OPENERS];
        outer->inactive = outer->inactive || !outer->image;
    }
}

/* Behind what the ] at `at` ends. */
static size_t close_bracket(struct inlines *inlines, size_t at)
{
    struct reference reference = {0};
    if (!inlines->open)
        return at + 1;
    inlines->open--;
    struct opener opener = inlines->openers[--inlines->top % OPENERS];
    struct sl_span words = {opener.at + 1 + opener.image, at};
    bool found = !opener.inactive && (read_inline(inlines, at, &reference) ||
                                      read_reference(inlines, words, at, &reference));
    if (!found)
        return at + 1;
    if (opener.image)
        add_picture(inlines, &opener, at, &reference);
    else
        close_link(inlines, &opener, &reference);
    return reference.end;
}

static size_t take(struct inlines *inlines, size_t at)
{
    const char *text = inlines->markdown->finder->text;
    size_t end = inlines->paragraph.end, next;
    switch (text[at]) {
    case '\\':
        return at + 2;
    case '`':
        return skip_code(inlines, at);
    case '<':
        next = sl__html_read(&inlines->markdown->html, at, end);
        return next > at ? next : at + 1;
    case '!':
        if (at + 1 < end && text[at + 1] == '[') {
            push(inlines, at, true);
            return at + 2;
        }
        return at + 1;
    case '[':
        push(inlines, at, false);
        return at + 1;
    case ']':
        return close_bracket(inlines, at);
    default:
        return at + 1;
    }
}

void sl__markdown_inline(struct sl__markdown *markdown, struct sl_span paragraph)
{
    struct inlines inlines = {.markdown = markdown, .paragraph = paragraph};
    for (size_t at = paragraph.start; at < paragraph.end;)
        at = take(&inlines, at);
}
