/* From an answer to the bytes that stand in a document. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "finder.h"

/* The answer of the task for a picture that needs no alt text. */
static const char DECORATIVE[] = "[decorative]";

/* A character, and what is written for it. */
struct escape {
    char character;
    const char *written;
};

/* What a template would put something in for, and what ends code that a backtick before the picture
 * began, escaped or not: a tag may stand in Markdown. */
#define SURROUNDINGS                                                                               \
    {'{', "&#123;"}, {'}', "&#125;"},                                                              \
    {                                                                                              \
        '`', "&#96;"                                                                               \
    }

static const struct escape none[] = {{0}};
static const struct escape double_quoted[] = {{'&', "&amp;"},  {'<', "&lt;"}, {'>', "&gt;"},
                                              {'"', "&quot;"}, SURROUNDINGS,  {0}};
static const struct escape single_quoted[] = {{'&', "&amp;"},  {'<', "&lt;"}, {'>', "&gt;"},
                                              {'\'', "&#39;"}, SURROUNDINGS,  {0}};
static const struct escape markdown[] = {{'\\', "\\\\"}, {'`', "&#96;"}, {'*', "\\*"}, {'_', "\\_"},
                                         {'[', "\\["},   {']', "\\]"},   {'<', "\\<"}, {'&', "\\&"},
                                         {'$', "\\$"},   {'~', "\\~"},   {'^', "\\^"}, {'|', "\\|"},
                                         {'{', "\\{"},   {'}', "\\}"},   {0}};
static const struct escape asciidoc[] = {{'\\', "&#92;"}, {'{', "&#123;"}, {0}};
static const struct escape asciidoc_inline[] = {{'\\', "&#92;"},
                                                {'{', "&#123;"},
                                                {']', "&#93;"},
                                                {'*', "&#42;"},
                                                {'_', "&#95;"},
                                                {'`', "&#96;"},
                                                {'#', "&#35;"},
                                                {'+', "&#43;"},
                                                {'^', "&#94;"},
                                                {'~', "&#126;"},
                                                {0}};
static const struct escape latex[] = {{'\\', "\\textbackslash{}"},
                                      {'{', "\\{"},
                                      {'}', "\\}"},
                                      {'%', "\\%"},
                                      {'$', "\\$"},
                                      {'#', "\\#"},
                                      {'&', "\\&"},
                                      {'_', "\\_"},
                                      {'~', "\\textasciitilde{}"},
                                      {'^', "\\textasciicircum{}"},
                                      {0}};

static const struct escape *const styles[] = {
    [SL_ALT_PLAIN] = none,
    [SL_ALT_DOUBLE_QUOTED] = double_quoted,
    [SL_ALT_SINGLE_QUOTED] = single_quoted,
    [SL_ALT_MARKDOWN] = markdown,
    [SL_ALT_ASCIIDOC] = asciidoc,
    [SL_ALT_ASCIIDOC_INLINE] = asciidoc_inline,
    [SL_ALT_LATEX] = latex,
    [SL_ALT_ORG] = none,
};

static int escape(struct sl__buf *out, const char *text, const struct escape *escapes)
{
    int code = 0;
    for (; *text && !code; text++) {
        const struct escape *found = escapes;
        while (found->character && found->character != *text)
            found++;
        code = found->character ? sl__buf_adds(out, found->written) : sl__buf_add(out, text, 1);
    }
    return code;
}

/* A value with any of these would end early, or would be taken for another attribute. */
static int quote_asciidoc(struct sl__buf *out, const char *text, const struct escape *escapes)
{
    struct sl__buf escaped = SL__BUF_INIT(out->max);
    bool quoted = strpbrk(text, ",\"=]") || *text == '\'';
    int code = escape(&escaped, text, escapes);
    if (!code && quoted)
        code = sl__buf_adds(out, "\"");
    for (const char *at = sl__buf_text(&escaped); *at && !code; at++)
        code = *at == '"' ? sl__buf_adds(out, "\\\"") : sl__buf_add(out, at, 1);
    if (!code && quoted)
        code = sl__buf_adds(out, "\"");
    sl__buf_release(&escaped);
    return code;
}

/* A word with a colon before it would begin another attribute, but for a no-break space. */
static int separate_org(struct sl__buf *out, const char *text)
{
    int code = 0;
    for (const char *at = text; *at && !code; at++) {
        if (*at == ':' && at == text)
            code = sl__buf_adds(out, "\302\240:");
        else if (*at == ' ' && at[1] == ':')
            code = sl__buf_adds(out, "\302\240");
        else
            code = sl__buf_add(out, at, 1);
    }
    return code;
}

static int write_text(struct sl__buf *out, enum sl_alt_style style, const char *text)
{
    if (style == SL_ALT_ASCIIDOC || style == SL_ALT_ASCIIDOC_INLINE)
        return quote_asciidoc(out, text, styles[style]);
    return style == SL_ALT_ORG ? separate_org(out, text) : escape(out, text, styles[style]);
}

/* Quotation marks that models put around an answer. */
static const struct {
    const char *open, *close;
} marks[] = {{"\"", "\""}, {"'", "'"}, {"`", "`"},  {"“", "”"},
             {"„", "“"},   {"«", "»"}, {"**", "**"}};

/* The length of the text without marks around it, which it has only there; `*text` may go on. */
static size_t strip_marks(const char **text, size_t len)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t open = strlen(marks[i].open), close = strlen(marks[i].close);
        if (len <= open + close || strncmp(*text, marks[i].open, open) != 0 ||
            strncmp(*text + len - close, marks[i].close, close) != 0)
            continue;
        if (sl__find(*text, open, len - close, marks[i].close) < len - close)
            continue;
        *text += open;
        return len - open - close;
    }
    return len;
}

/* The answer on one line, in memory of the caller's. */
static char *one_line(const char *answer, size_t len)
{
    char *line = malloc(len + 1), *to = line;
    for (size_t i = 0; line && i < len; i++) {
        bool space = sl__is_space(answer[i]);
        if (!space)
            *to++ = answer[i];
        else if (to > line && to[-1] != ' ')
            *to++ = ' ';
    }
    if (line)
        *to = '\0';
    return line;
}

static int write_alt(const struct sl_alt_form *form, const char *line, struct sl_alt *alt)
{
    struct sl__buf out = SL__BUF_INIT(64 * SL_ALT_MAX);
    alt->decorative = strncasecmp(line, DECORATIVE, sizeof DECORATIVE - 1) == 0;
    if (alt->decorative) {
        alt->text = strdup(form->decorative);
        return alt->text ? 0 : SL_E_NOMEM;
    }
    int code = sl__buf_adds(&out, form->before);
    if (!code)
        code = write_text(&out, form->style, line);
    if (!code)
        code = sl__buf_adds(&out, form->after);
    alt->text = code ? NULL : sl__buf_take(&out);
    sl__buf_release(&out);
    return code;
}

int sl_alt_write(const struct sl_alt_form *form, const char *answer, struct sl_alt *alt,
                 struct sl_error *error)
{
    struct sl_span words = sl__trim(answer, (struct sl_span){0, strlen(answer)});
    const char *text = answer + words.start;
    size_t len = strip_marks(&text, words.end - words.start);
    *alt = (struct sl_alt){0};
    if (form->style < SL_ALT_PLAIN || form->style > SL_ALT_ORG)
        return sl_error_set(error, SL_E_INVALID, "there is no such style of alt text");
    if (!len)
        return sl_error_set(error, SL_E_FORMAT, "the model gave no alt text; ask again");
    if (len > SL_ALT_MAX)
        return sl_error_set(
            error, SL_E_FORMAT,
            "the model wrote a text that is far too long for an alt text; ask again");
    char *line = one_line(text, len);
    int code = line ? write_alt(form, line, alt) : SL_E_NOMEM;
    free(line);
    return code ? sl_error_set(error, SL_E_NOMEM, "there is no memory left for the alt text") : 0;
}

void sl_alt_release(struct sl_alt *alt)
{
    free(alt->text);
    *alt = (struct sl_alt){0};
}
