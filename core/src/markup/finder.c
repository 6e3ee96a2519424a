/* Pictures as they are found, and the small things that all languages need. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "finder.h"
#include "translate.h"
#include "utf8.h"

static void fail(struct sl__finder *finder, int code)
{
    if (!finder->code)
        finder->code = code;
}

static void release(struct sl_picture *picture)
{
    const char *strings[] = {picture->address,        picture->text,        picture->link,
                             picture->caption,        picture->form.before, picture->form.after,
                             picture->form.decorative};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        free((char *)strings[i]);
    *picture = (struct sl_picture){0};
}

static bool grow(struct sl__finder *finder)
{
    size_t capacity = finder->capacity ? finder->capacity * 2 : 16;
    struct sl_picture *grown = finder->count == SL_MARKUP_MAX_PICTURES
                                   ? NULL
                                   : realloc(finder->pictures, capacity * sizeof *grown);
    if (!grown) {
        fail(finder, finder->count == SL_MARKUP_MAX_PICTURES ? SL_E_TOO_LARGE : SL_E_NOMEM);
        return false;
    }
    finder->pictures = grown;
    finder->capacity = capacity;
    return true;
}

struct sl_picture *sl__finder_add(struct sl__finder *finder, struct sl_span markup,
                                  struct sl_span target, struct sl_span alt,
                                  enum sl_alt_style style)
{
    struct sl_picture *picture = &finder->spare;
    bool full = finder->count == finder->capacity || finder->count == SL_MARKUP_MAX_PICTURES;
    if (!full || grow(finder))
        picture = &finder->pictures[finder->count++];
    else
        release(picture);
    *picture = (struct sl_picture){.markup = markup,
                                   .target = target,
                                   .alt = alt,
                                   .state = SL_ALT_MISSING,
                                   .form.style = style};
    sl__finder_set(finder, &picture->text, "");
    sl__finder_form(finder, picture, "", "", "");
    return picture;
}

void sl__finder_drop(struct sl__finder *finder, size_t count)
{
    release(&finder->spare);
    while (finder->count > count)
        release(&finder->pictures[--finder->count]);
}

void sl__finder_set(struct sl__finder *finder, const char **to, const char *text)
{
    char *copy = text ? strdup(text) : NULL;
    if (text && !copy)
        fail(finder, SL_E_NOMEM);
    free((char *)*to);
    *to = copy;
}

void sl__finder_form(struct sl__finder *finder, struct sl_picture *picture, const char *before,
                     const char *after, const char *decorative)
{
    sl__finder_set(finder, &picture->form.before, before);
    sl__finder_set(finder, &picture->form.after, after);
    sl__finder_set(finder, &picture->form.decorative, decorative);
}

/* What a reference like &amp; stands for; its length in bytes, or 0. */
static size_t read_entity(const char *text, size_t len, struct sl__buf *out)
{
    static const struct {
        const char *name, *text;
    } names[] = {{"&amp;", "&"},  {"&lt;", "<"},   {"&gt;", ">"},          {"&quot;", "\""},
                 {"&#34;", "\""}, {"&#39;", "'"},  {"&#123;", "{"},        {"&#125;", "}"},
                 {"&#93;", "]"},  {"&apos;", "'"}, {"&nbsp;", "\302\240"}, {"&#92;", "\\"},
                 {"&#42;", "*"},  {"&#95;", "_"},  {"&#96;", "`"},         {"&#35;", "#"},
                 {"&#43;", "+"},  {"&#94;", "^"},  {"&#126;", "~"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i].name);
        if (len >= length && memcmp(text, names[i].name, length) == 0) {
            sl__buf_adds(out, names[i].text);
            return length;
        }
    }
    return 0;
}

/* The command that a character is written by where a backslash before it will not do. */
static size_t read_tex(const char *text, size_t len, struct sl__buf *out)
{
    static const struct {
        const char *command, *text;
    } commands[] = {
        {"\\textbackslash{}", "\\"}, {"\\textasciitilde{}", "~"}, {"\\textasciicircum{}", "^"}};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        size_t length = strlen(commands[i].command);
        if (len >= length && memcmp(text, commands[i].command, length) == 0) {
            sl__buf_adds(out, commands[i].text);
            return length;
        }
    }
    return 0;
}

static size_t decode_one(const char *text, size_t len, enum sl__decoding decoding,
                         struct sl__buf *out)
{
    size_t used = 0;
    if (*text == '&' && (decoding == SL__ENTITIES || decoding == SL__BACKSLASHES))
        used = read_entity(text, len, out);
    if (*text == '\\' && decoding == SL__TEX)
        used = read_tex(text, len, out);
    if (used)
        return used;
    bool escaped = *text == '\\' && len > 1 && ispunct((unsigned char)text[1]) &&
                   (decoding == SL__BACKSLASHES || decoding == SL__TEX);
    sl__buf_add(out, text + escaped, 1);
    return 1u + escaped;
}

/* At most `max` bytes of it, cut between characters; what is no UTF-8 becomes U+FFFD. */
static void clean(struct sl__buf *out, const char *text, size_t len, size_t max, bool one_line)
{
    bool space = true;
    for (size_t at = 0; at < len;) {
        struct sl__utf8 next = sl__utf8_next(text + at, len - at);
        bool good = next.kind == SL__UTF8_VALID && next.code >= ' ' && next.code != 0x7f;
        bool is_space = sl__is_space(text[at]);
        size_t size = good ? next.length : 3;
        if (out->len + size > max)
            break;
        if (!is_space)
            sl__buf_add(out, good ? text + at : "\357\277\275", size);
        else if (!one_line || !space)
            sl__buf_add(out, " ", 1);
        space = is_space;
        at += next.length;
    }
    while (one_line && out->len && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
}

static void set_decoded(struct sl__finder *finder, const char **to, struct sl_span span,
                        enum sl__decoding decoding, size_t max, bool one_line)
{
    /* The bounds hold back nothing that would be kept: no escape is longer than 18 bytes. */
    struct sl__buf decoded = SL__BUF_INIT(max * 18 + 18), out = SL__BUF_INIT(max + 4);
    size_t end = span.end - span.start > max * 18 ? span.start + max * 18 : span.end;
    for (size_t at = span.start; at < end;)
        at += decode_one(finder->text + at, end - at, decoding, &decoded);
    clean(&out, sl__buf_text(&decoded), decoded.len, max, one_line);
    if (decoded.dry || out.dry)
        fail(finder, SL_E_NOMEM);
    sl__finder_set(finder, to, sl__buf_text(&out));
    sl__buf_release(&decoded);
    sl__buf_release(&out);
}

void sl__finder_words(struct sl__finder *finder, const char **to, struct sl_span span,
                      enum sl__decoding decoding)
{
    set_decoded(finder, to, span, decoding, SL_MARKUP_MAX_WORDS, true);
}

void sl__finder_address(struct sl__finder *finder, struct sl_picture *picture,
                        enum sl__decoding decoding)
{
    struct sl_span target = picture->target;
    bool data = sl__starts(finder->text, target, "data:");
    if (target.end - target.start > SL_MARKUP_MAX_ADDRESS) {
        picture->fixed = data ? sl__tr("the picture is in the text itself; put it into a file")
                              : sl__tr("its address is over 1 KB long");
        target.end = target.start + 60;
    } else if (data) {
        picture->fixed = sl__tr("the picture is in the text itself; put it into a file");
        target.end = target.end - target.start > 60 ? target.start + 60 : target.end;
    }
    set_decoded(finder, &picture->address, target, decoding, SL_MARKUP_MAX_ADDRESS, false);
}

void sl__finder_language(struct sl__finder *finder, struct sl_span span)
{
    const char *tag = NULL, *words;
    span = sl__trim(finder->text, span);
    if (finder->language || span.start == span.end || span.end - span.start > 64)
        return;
    sl__finder_words(finder, &tag, span, SL__AS_IT_IS);
    words = tag ? sl__language_words(tag) : NULL;
    if (words)
        sl__finder_set(finder, &tag, words);
    else if (tag && strlen(tag) > 3) /* babel's names, in small letters */
        ((char *)tag)[0] = (char)toupper((unsigned char)tag[0]);
    finder->language = (char *)tag;
}

void sl__finder_folder(struct sl__finder *finder, struct sl_span span)
{
    const char *folder = NULL;
    span = sl__trim(finder->text, span);
    if (finder->folder_count == SL__MARKUP_FOLDERS || span.start == span.end ||
        span.end - span.start > SL_MARKUP_MAX_WORDS)
        return;
    sl__finder_words(finder, &folder, span, SL__AS_IT_IS);
    if (folder)
        finder->folders[finder->folder_count++] = (char *)folder;
}

bool sl__finder_line(const struct sl__finder *finder, size_t *at, struct sl_span *line)
{
    const char *end;
    if (*at >= finder->len)
        return false;
    end = memchr(finder->text + *at, '\n', finder->len - *at);
    *line = (struct sl_span){*at, end ? (size_t)(end - finder->text) : finder->len};
    *at = line->end + 1;
    if (line->end > line->start && finder->text[line->end - 1] == '\r')
        line->end--;
    return true;
}

bool sl__is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool sl__is_space(char c)
{
    return sl__is_blank(c) || c == '\n' || c == '\r' || c == '\f';
}

bool sl__is_word(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

bool sl__is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

struct sl_span sl__trim(const char *text, struct sl_span span)
{
    while (span.start < span.end && sl__is_space(text[span.start]))
        span.start++;
    while (span.end > span.start && sl__is_space(text[span.end - 1]))
        span.end--;
    return span;
}

bool sl__starts(const char *text, struct sl_span span, const char *word)
{
    size_t len = strlen(word);
    return span.end - span.start >= len && strncasecmp(text + span.start, word, len) == 0;
}

bool sl__equals(const char *text, struct sl_span span, const char *word)
{
    return span.end - span.start == strlen(word) && sl__starts(text, span, word);
}

size_t sl__indent(const char *text, struct sl_span line)
{
    size_t at = line.start;
    while (at < line.end && sl__is_blank(text[at]))
        at++;
    return at - line.start;
}

size_t sl__find(const char *text, size_t at, size_t end, const char *word)
{
    size_t len = strlen(word);
    while (at < end && end - at >= len) {
        const char *found = memchr(text + at, *word, end - at - len + 1);
        if (!found)
            break;
        at = (size_t)(found - text);
        if (memcmp(found, word, len) == 0)
            return at;
        at++;
    }
    return end;
}

bool sl__is_picture_name(const char *text, struct sl_span span)
{
    static const char *const endings[] = {".png",  ".jpg",  ".jpeg", ".webp", ".gif", ".bmp",
                                          ".tiff", ".heic", ".avif", ".svg",  ".tif"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t len = strlen(endings[i]);
        if (span.end - span.start > len && strncasecmp(text + span.end - len, endings[i], len) == 0)
            return true;
    }
    return false;
}
