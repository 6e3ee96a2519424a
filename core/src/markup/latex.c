/* LaTeX: \includegraphics with its options, and the floats and links around it. */
#include <ctype.h>
#include <string.h>

#include "finder.h"
#include "translate.h"

enum { FLOATS = 8 };

/* Environments in which nothing is a command, and what ends them. */
static const struct {
    const char *name, *end;
} verbatim[] = {
    {"verbatim", "\\end{verbatim}"},
    {"verbatim*", "\\end{verbatim*}"},
    {"Verbatim", "\\end{Verbatim}"},
    {"lstlisting", "\\end{lstlisting}"},
    {"minted", "\\end{minted}"},
    {"comment", "\\end{comment}"},
    {"filecontents", "\\end{filecontents}"},
    {"filecontents*", "\\end{filecontents*}"},
};

/* How an alt text becomes an option, and how none does: by a key that only LaTeX that tags has. */
enum place { INSTEAD, BEHIND, ALONE };
static const struct {
    const char *before, *after, *artifact, *empty;
} forms[] = {
    [INSTEAD] = {"alt={", "}", "artifact", "alt={}"},
    [BEHIND] = {",alt={", "}", ",artifact", ",alt={}"},
    [ALONE] = {"[alt={", "}]", "[artifact]", "[alt={}]"},
};

struct floating {
    size_t first; /* the number of its first picture */
    struct sl_span caption;
};

struct latex {
    struct sl__finder *finder;
    struct floating floats[FLOATS];
    size_t depth;        /* of floats; more than there is room for are counted only */
    size_t braces;       /* that are open */
    struct sl_span link; /* of \href, or empty */
    size_t link_braces;  /* that were open before it */
    size_t dead;         /* before here no group ends */
    bool tags;           /* the document is to be a tagged PDF */
};

static bool is_paragraph_end(const char *text, size_t at, size_t end)
{
    return text[at] == '\n' && at + 1 < end && text[at + 1] == '\n';
}

/* Where the line's comment ends that begins at `at`. */
static size_t skip_comment(const char *text, size_t at, size_t end)
{
    return sl__find(text, at, end, "\n");
}

static size_t skip_spaces(const struct sl__finder *finder, size_t at)
{
    const char *text = finder->text;
    while (at < finder->len) {
        if (text[at] == '%')
            at = skip_comment(text, at, finder->len);
        else if (!sl__is_space(text[at]) || is_paragraph_end(text, at, finder->len))
            break;
        else
            at++;
    }
    return at;
}

/* Where the group or list that `open` begins at *at ends; `inside` is what is in it. */
static bool read_group(struct latex *latex, size_t *at, char open, struct sl_span *inside)
{
    const struct sl__finder *finder = latex->finder;
    const char *text = finder->text;
    size_t next = skip_spaces(finder, *at), depth = 0;
    if (next >= finder->len || text[next] != open || next < latex->dead)
        return false;
    inside->start = ++next;
    for (char close = open == '{' ? '}' : ']'; next < finder->len; next++) {
        if (is_paragraph_end(text, next, finder->len))
            break;
        if (text[next] == close && !depth) {
            inside->end = next;
            *at = next + 1;
            return true;
        }
        depth += text[next] == '{';
        depth -= text[next] == '}' && depth;
        if (text[next] == '%')
            next = skip_comment(text, next, finder->len) - 1;
        else if (text[next] == '\\')
            next++;
    }
    latex->dead = next;
    return false;
}

/* An option of a list, "name" or "name=value", from *at on; *at goes behind its comma. */
static void read_option(const char *text, size_t *at, size_t end, struct sl_span *name,
                        struct sl_span *value)
{
    size_t start = *at, depth = 0, equals = end;
    for (; *at < end && (depth || text[*at] != ','); ++*at) {
        depth += text[*at] == '{';
        depth -= text[*at] == '}' && depth;
        if (text[*at] == '=' && !depth && equals == end)
            equals = *at;
        if (text[*at] == '\\')
            ++*at;
    }
    size_t stop = *at < end ? *at : end;
    *name = sl__trim(text, (struct sl_span){start, equals < stop ? equals : stop});
    *value = sl__trim(text, (struct sl_span){equals < stop ? equals + 1 : stop, stop});
    *at = stop + 1;
}

static struct sl_span without_braces(const char *text, struct sl_span value)
{
    if (value.end > value.start + 1 && text[value.start] == '{' && text[value.end - 1] == '}')
        value = (struct sl_span){value.start + 1, value.end - 1};
    return value;
}

static void set_form(const struct latex *latex, struct sl_picture *picture, enum place place)
{
    sl__finder_form(latex->finder, picture, forms[place].before, forms[place].after,
                    latex->tags ? forms[place].artifact : forms[place].empty);
}

static void set_alt(struct latex *latex, struct sl_picture *picture, struct sl_span name,
                    struct sl_span value)
{
    struct sl_span words = without_braces(latex->finder->text, value);
    picture->alt = (struct sl_span){name.start, value.end > name.end ? value.end : name.end};
    picture->state = words.start < words.end ? SL_ALT_PRESENT : SL_ALT_EMPTY;
    sl__finder_words(latex->finder, &picture->text, words, SL__TEX);
    set_form(latex, picture, INSTEAD);
}

/* The options in [], of which `options` is empty where there are none. */
static void read_options(struct latex *latex, struct sl_picture *picture, struct sl_span options)
{
    const char *text = latex->finder->text;
    struct sl_span name, value, all = sl__trim(text, options);
    picture->alt = (struct sl_span){all.end, all.end};
    set_form(latex, picture, all.start == all.end ? INSTEAD : BEHIND);
    for (size_t at = options.start; at < options.end;) {
        read_option(text, &at, options.end, &name, &value);
        if (sl__equals(text, name, "alt"))
            set_alt(latex, picture, name, value);
        else if (sl__equals(text, name, "artifact") && picture->state == SL_ALT_MISSING)
            picture->state = SL_ALT_EMPTY;
    }
}

static void on_graphics(struct latex *latex, size_t *at, size_t command)
{
    struct sl__finder *finder = latex->finder;
    struct sl_span options = {0, 0}, path, list;
    if (*at < finder->len && finder->text[*at] == '*')
        ++*at;
    size_t place = *at;
    while (read_group(latex, at, '[', &list))
        options = list;
    if (!read_group(latex, at, '{', &path))
        return;
    struct sl_span whole = {command, *at}, alt = {place, place};
    struct sl_picture *picture =
        sl__finder_add(finder, whole, sl__trim(finder->text, path), alt, SL_ALT_LATEX);
    if (options.start)
        read_options(latex, picture, options);
    else
        set_form(latex, picture, ALONE);
    sl__finder_address(finder, picture, SL__AS_IT_IS);
    if (memchr(finder->text + picture->target.start, '\\',
               picture->target.end - picture->target.start))
        picture->fixed = sl__tr("where it is, is a command");
    if (latex->link.end > latex->link.start)
        sl__finder_words(finder, &picture->link, latex->link, SL__TEX);
}

static void on_caption(struct latex *latex, size_t *at, size_t command)
{
    struct sl_span words;
    (void)command;
    if (*at < latex->finder->len && latex->finder->text[*at] == '*')
        ++*at;
    size_t next = *at;
    read_group(latex, &next, '[', &words);
    if (latex->depth && latex->depth <= FLOATS && read_group(latex, &next, '{', &words))
        latex->floats[latex->depth - 1].caption = words;
}

static bool is_float(const char *text, struct sl_span name)
{
    return sl__find(text, name.start, name.end, "figure") < name.end;
}

static void on_begin(struct latex *latex, size_t *at, size_t command)
{
    const struct sl__finder *finder = latex->finder;
    struct sl_span name;
    (void)command;
    if (!read_group(latex, at, '{', &name) || name.end - name.start > 40)
        return;
    if (is_float(finder->text, name) && latex->depth++ < FLOATS)
        latex->floats[latex->depth - 1] = (struct floating){.first = finder->count};
    for (size_t i = 0; i < sizeof verbatim / sizeof *verbatim; i++) {
        if (sl__equals(finder->text, name, verbatim[i].name)) {
            *at = sl__find(finder->text, *at, finder->len, verbatim[i].end);
            return;
        }
    }
}

static void on_end(struct latex *latex, size_t *at, size_t command)
{
    struct sl__finder *finder = latex->finder;
    struct sl_span name;
    (void)command;
    if (!read_group(latex, at, '{', &name) || !is_float(finder->text, name) || !latex->depth)
        return;
    if (latex->depth-- > FLOATS)
        return;
    struct floating ended = latex->floats[latex->depth];
    for (size_t i = ended.first; ended.caption.end && i < finder->count; i++) {
        if (!finder->pictures[i].caption)
            sl__finder_words(finder, &finder->pictures[i].caption, ended.caption, SL__TEX);
    }
}

static void on_path(struct latex *latex, size_t *at, size_t command)
{
    struct sl_span all, folder;
    (void)command;
    if (!read_group(latex, at, '{', &all))
        return;
    for (size_t next = all.start; next < all.end && read_group(latex, &next, '{', &folder);)
        sl__finder_folder(latex->finder, folder);
}

/* \usepackage[ngerman]{babel}: the last language, or the one that is main. */
static void on_package(struct latex *latex, size_t *at, size_t command)
{
    const char *text = latex->finder->text;
    struct sl_span options, package, name, value, chosen = {0, 0};
    bool told = false;
    (void)command;
    if (!read_group(latex, at, '[', &options) || !read_group(latex, at, '{', &package) ||
        !sl__equals(text, package, "babel"))
        return;
    for (size_t next = options.start; next < options.end && !told;) {
        read_option(text, &next, options.end, &name, &value);
        told = sl__equals(text, name, "main");
        if (told || value.start == value.end)
            chosen = told ? value : name;
    }
    sl__finder_language(latex->finder, chosen);
}

static void on_language(struct latex *latex, size_t *at, size_t command)
{
    struct sl_span words;
    (void)command;
    read_group(latex, at, '[', &words);
    if (read_group(latex, at, '{', &words))
        sl__finder_language(latex->finder, words);
}

static void on_metadata(struct latex *latex, size_t *at, size_t command)
{
    (void)at, (void)command;
    latex->tags = true;
}

static void on_link(struct latex *latex, size_t *at, size_t command)
{
    struct sl_span address;
    (void)command;
    if (!read_group(latex, at, '{', &address))
        return;
    latex->link = address;
    latex->link_braces = latex->braces;
}

/* To the end of \verb|…|. */
static void on_verb(struct latex *latex, size_t *at, size_t command)
{
    const struct sl__finder *finder = latex->finder;
    (void)command;
    if (*at < finder->len && finder->text[*at] == '*')
        ++*at;
    if (*at >= finder->len)
        return;
    char mark = finder->text[(*at)++];
    while (*at < finder->len && finder->text[*at] != mark && finder->text[*at] != '\n')
        ++*at;
}

static const struct {
    const char *name;
    void (*run)(struct latex *latex, size_t *at, size_t command);
} commands[] = {
    {"includegraphics", on_graphics},
    {"caption", on_caption},
    {"begin", on_begin},
    {"end", on_end},
    {"graphicspath", on_path},
    {"usepackage", on_package},
    {"setmainlanguage", on_language},
    {"setdefaultlanguage", on_language},
    {"DocumentMetadata", on_metadata},
    {"href", on_link},
    {"verb", on_verb},
};

/* Behind the command whose backslash is at `at`, and what belongs to it. */
static size_t take_command(struct latex *latex, size_t at)
{
    const struct sl__finder *finder = latex->finder;
    size_t end = at + 1;
    while (end < finder->len && isalpha((unsigned char)finder->text[end]))
        end++;
    if (end == at + 1)
        return at + 2;
    struct sl_span name = {at + 1, end};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (name.end - name.start == strlen(commands[i].name) &&
            memcmp(finder->text + name.start, commands[i].name, name.end - name.start) == 0)
            commands[i].run(latex, &end, at);
    }
    return end;
}

static void count_brace(struct latex *latex, char c)
{
    if (c == '{')
        latex->braces++;
    else if (c == '}' && latex->braces && --latex->braces == latex->link_braces)
        latex->link = (struct sl_span){0, 0};
}

void sl__find_latex(struct sl__finder *finder)
{
    struct latex latex = {.finder = finder};
    for (size_t at = 0; at < finder->len;) {
        char c = finder->text[at];
        count_brace(&latex, c);
        if (c == '%')
            at = skip_comment(finder->text, at, finder->len);
        else
            at = c == '\\' ? take_command(&latex, at) : at + 1;
    }
}
