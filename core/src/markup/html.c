/* The document is read tag by tag; what is open is remembered, not nested. */
#include <string.h>

#include "html.h"
#include "html_tag.h"
#include "translate.h"

static const char EXPRESSION[] = SL__TR_NOOP("where it is, is an expression");

/* Text in which something is put when the page is made. */
static bool is_dynamic(const struct sl__html *html, struct sl_span value)
{
    static const char *const marks[] = {"{{", "{%", "<?", "<%", "${"};
    const char *text = html->finder->text;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (sl__find(text, value.start, value.end, marks[i]) < value.end)
            return true;
    }
    return (html->finder->traits & SL__BRACES) &&
           memchr(text + value.start, '{', value.end - value.start);
}

static bool says(const struct sl__html *html, const struct sl__attribute *attribute,
                 const char *word)
{
    return sl__equals(html->finder->text, sl__trim(html->finder->text, attribute->value), word);
}

static bool is_hidden(const struct sl__html *html, const struct sl__tag *tag)
{
    return says(html, &tag->attributes[SL__ROLE], "presentation") ||
           says(html, &tag->attributes[SL__ROLE], "none") ||
           says(html, &tag->attributes[SL__HIDDEN], "true");
}

/* A picture without alt. */
static void describe_missing(struct sl__html *html, const struct sl__tag *tag,
                             struct sl_picture *picture)
{
    size_t at = tag->attributes[SL__SRC].whole.end;
    picture->alt = (struct sl_span){at, at};
    sl__finder_form(html->finder, picture, " alt=\"", "\"", " alt=\"\"");
    if (tag->attributes[SL__LABEL].found)
        picture->state = SL_ALT_PRESENT;
    else if (is_hidden(html, tag))
        picture->state = SL_ALT_EMPTY;
    else if (tag->spread)
        picture->fixed = sl__tr("its alt text may be among attributes that are computed");
}

static void describe_alt(struct sl__html *html, const struct sl__tag *tag,
                         struct sl_picture *picture)
{
    const struct sl__attribute *alt = &tag->attributes[SL__ALT];
    const char *text = html->finder->text;
    struct sl_span words = sl__trim(text, alt->value);
    if (!alt->found) {
        describe_missing(html, tag, picture);
        return;
    }
    picture->alt = alt->value;
    picture->state = words.start < words.end || alt->dynamic ? SL_ALT_PRESENT : SL_ALT_EMPTY;
    sl__finder_words(html->finder, &picture->text, alt->value, SL__ENTITIES);
    if (alt->dynamic || is_dynamic(html, alt->value))
        picture->fixed = sl__tr("its alt text is an expression");
    else if (alt->quote == '\'')
        picture->form.style = SL_ALT_SINGLE_QUOTED;
    else if (!alt->quote && alt->value.start == alt->whole.end) /* alt, without = */
        sl__finder_form(html->finder, picture, "=\"", "\"", "");
    else if (!alt->quote)
        sl__finder_form(html->finder, picture, "\"", "\"", "\"\"");
}

static void add_picture(struct sl__html *html, const struct sl__tag *tag)
{
    const struct sl__attribute *src = &tag->attributes[SL__SRC];
    if (!src->found || (src->value.start == src->value.end && !src->dynamic))
        return;
    struct sl_picture *picture =
        sl__finder_add(html->finder, tag->whole, src->value, src->value, SL_ALT_DOUBLE_QUOTED);
    describe_alt(html, tag, picture);
    sl__finder_address(html->finder, picture, src->dynamic ? SL__AS_IT_IS : SL__ENTITIES);
    if (src->dynamic || is_dynamic(html, src->value))
        picture->fixed = sl__tr(EXPRESSION);
    if (html->in_link)
        sl__finder_words(html->finder, &picture->link, html->link, SL__ENTITIES);
    picture->button = html->in_button;
}

static void on_input(struct sl__html *html, const struct sl__tag *tag)
{
    bool button = html->in_button;
    if (!says(html, &tag->attributes[SL__TYPE], "image"))
        return;
    html->in_button = true;
    add_picture(html, tag);
    html->in_button = button;
}

static void on_link(struct sl__html *html, const struct sl__tag *tag)
{
    html->in_link = !tag->closes && tag->attributes[SL__HREF].found;
    html->link = tag->attributes[SL__HREF].value;
}

static void on_button(struct sl__html *html, const struct sl__tag *tag)
{
    html->in_button = !tag->closes;
}

/* The caption's text, without tags. */
static void caption_figure(struct sl__html *html)
{
    struct sl__finder *finder = html->finder;
    for (size_t i = html->figure; i < finder->count; i++) {
        struct sl_picture *picture = &finder->pictures[i];
        sl__finder_words(finder, &picture->caption, html->caption, SL__ENTITIES);
        char *to = (char *)picture->caption;
        for (const char *from = to; to && *from;) {
            size_t tag = *from == '<' ? strcspn(from, ">") : 0;
            if (tag && from[tag])
                from += tag + 1;
            else
                *to++ = *from++;
        }
        if (to)
            *to = '\0';
    }
}

static void on_figure(struct sl__html *html, const struct sl__tag *tag)
{
    if (tag->closes && html->in_figure && html->caption.end > html->caption.start)
        caption_figure(html);
    html->in_figure = !tag->closes;
    html->figure = html->finder->count;
    html->caption = (struct sl_span){0, 0};
}

static void on_caption(struct sl__html *html, const struct sl__tag *tag)
{
    if (tag->closes && html->caption.start)
        html->caption.end = tag->whole.start;
    else if (!tag->closes)
        html->caption = (struct sl_span){tag->whole.end, 0};
}

static void on_root(struct sl__html *html, const struct sl__tag *tag)
{
    if (tag->attributes[SL__LANG].found && !tag->attributes[SL__LANG].dynamic)
        sl__finder_language(html->finder, tag->attributes[SL__LANG].value);
}

static const struct element {
    const char *name;
    void (*run)(struct sl__html *html, const struct sl__tag *tag);
    bool closing; /* its end counts as well */
    bool raw;     /* what is in it is no markup */
} elements[] = {
    {"img", add_picture, false, false},
    {"Image", add_picture, false, false},
    {"input", on_input, false, false},
    {"NuxtImg", add_picture, false, false},
    {"a", on_link, true, false},
    {"Link", on_link, true, false},
    {"NuxtLink", on_link, true, false},
    {"router-link", on_link, true, false},
    {"button", on_button, true, false},
    {"figure", on_figure, true, false},
    {"figcaption", on_caption, true, false},
    {"html", on_root, false, false},
    {"script", NULL, false, true},
    {"style", NULL, false, true},
    {"textarea", NULL, false, true},
    {"title", NULL, false, true},
};

/* Components are written as they are named, and so is everything where there are components. */
static bool is_element(const struct sl__html *html, struct sl_span name,
                       const struct element *element)
{
    const char *text = html->finder->text + name.start;
    bool exact = element->name[0] < 'a' || (html->finder->traits & (SL__JSX | SL__BRACES));
    return sl__equals(html->finder->text, name, element->name) &&
           (!exact || memcmp(text, element->name, strlen(element->name)) == 0);
}

static const struct element *find_element(const struct sl__html *html, struct sl_span name)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        if (is_element(html, name, &elements[i]))
            return &elements[i];
    }
    return NULL;
}

/* Behind the end tag of raw text that begins at `at`. Without one it goes on to the end. */
static size_t skip_raw(struct sl__html *html, size_t at, const char *name)
{
    const struct sl__finder *finder = html->finder;
    struct sl_span rest = {at, finder->len};
    while (!html->no_raw_end) {
        rest.start = sl__find(finder->text, rest.start, rest.end, "</");
        if (rest.start == rest.end)
            break;
        rest.start += 2;
        if (sl__starts(finder->text, rest, name))
            return rest.start;
    }
    html->no_raw_end = true;
    return finder->traits & SL__JSX ? at : finder->len;
}

static size_t read_tag(struct sl__html *html, size_t at, size_t end)
{
    struct sl__tag tag;
    if (at < html->dead || !sl__tag_name(html->finder, at, end, &tag))
        return at;
    const struct element *element = find_element(html, tag.name);
    if (!element && (html->finder->traits & SL__JSX)) /* a comparison, or a type in <> */
        return at;
    if (!sl__tag_read(html->finder, end, &tag)) {
        html->dead = end;
        return at;
    }
    if (!element)
        return tag.whole.end;
    if (element->raw)
        return tag.closes || tag.empty ? tag.whole.end
                                       : skip_raw(html, tag.whole.end, element->name);
    if (element->closing ? !tag.empty : !tag.closes)
        element->run(html, &tag);
    return tag.whole.end;
}

/* From `opening` to behind `closing`, or `at`. */
static size_t skip_to(const struct sl__html *html, size_t at, const char *closing, bool *lacking)
{
    const struct sl__finder *finder = html->finder;
    size_t found = *lacking ? finder->len : sl__find(finder->text, at, finder->len, closing);
    *lacking = found == finder->len;
    return *lacking ? at : found + strlen(closing);
}

size_t sl__html_read(struct sl__html *html, size_t at, size_t end)
{
    struct sl_span rest = {at, end};
    const char *text = html->finder->text;
    if (sl__starts(text, rest, "<!--"))
        return skip_to(html, at, "-->", &html->no_comment_end);
    return read_tag(html, at, end);
}

/* Code of PHP or Ruby. Without an end it goes on to the end of the text, as they say. */
static size_t skip_code(const struct sl__finder *finder, size_t at, const char *closing)
{
    size_t found = sl__find(finder->text, at, finder->len, closing);
    return found == finder->len ? found : found + 2;
}

/* A comment of JavaScript: where one can begin, and not in the middle of a word or address. */
static size_t skip_comment(struct sl__html *html, size_t at, bool *lacking)
{
    const struct sl__finder *finder = html->finder;
    const char *text = finder->text;
    bool apart = at == 0 || sl__is_one_of(text[at - 1], " \t\n{(,;");
    if (!apart || at + 1 >= finder->len)
        return at;
    if (text[at + 1] == '*')
        return skip_to(html, at, "*/", lacking);
    return text[at + 1] == '/' ? sl__find(text, at, finder->len, "\n") : at;
}

/* The front matter of Astro, which is code. */
static size_t skip_front(const struct sl__finder *finder)
{
    struct sl_span all = {0, finder->len};
    size_t end = sl__starts(finder->text, all, "---\n")
                     ? sl__find(finder->text, 3, all.end, "\n---")
                     : all.end;
    return end < all.end ? end + 4 : 0;
}

void sl__find_html(struct sl__finder *finder)
{
    struct sl__html html = {.finder = finder};
    const char *text = finder->text;
    bool jsx = finder->traits & SL__JSX, no_code_comment = false;
    size_t at = finder->traits & SL__BRACES ? skip_front(finder) : 0;
    while (at < finder->len) {
        struct sl_span rest = {at, finder->len};
        size_t next = at;
        if (jsx && text[at] == '/')
            next = skip_comment(&html, at, &no_code_comment);
        else if (sl__starts(text, rest, "<?"))
            next = skip_code(finder, at, "?>");
        else if (sl__starts(text, rest, "<%"))
            next = skip_code(finder, at, "%>");
        else if (text[at] == '<')
            next = sl__html_read(&html, at, finder->len);
        at = next > at ? next : at + 1;
    }
}
