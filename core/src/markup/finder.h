/*
 * What the finders of the languages share: the text, the pictures found so far, and reading by
 * lines. A finder that lacks memory, or has found too many pictures, goes on with a picture that
 * counts for nothing and remembers why, so that the languages need not look.
 */
#ifndef SL_MARKUP_FINDER_H
#define SL_MARKUP_FINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sightline/markup.h>

#include "buf.h"

enum { SL__MARKUP_FOLDERS = 16 };

struct sl__finder {
    const char *text;
    size_t len;
    unsigned traits; /* of the language, see markup.c */
    struct sl_picture *pictures, spare;
    size_t count, capacity;
    char *language;
    char *folders[SL__MARKUP_FOLDERS];
    size_t folder_count;
    int code; /* why it failed, or 0 */
};

/* How escapes in a text are undone. */
enum sl__decoding { SL__AS_IT_IS, SL__ENTITIES, SL__BACKSLASHES, SL__TEX };

/* A new picture with this much filled in; valid until the next one. */
struct sl_picture *sl__finder_add(struct sl__finder *finder, struct sl_span markup,
                                  struct sl_span target, struct sl_span alt,
                                  enum sl_alt_style style);

/* Forgets the pictures from a number on. */
void sl__finder_drop(struct sl__finder *finder, size_t count);

/* Sets a string, to what stands in a span, decoded, on one line and not too long. */
void sl__finder_words(struct sl__finder *finder, const char **to, struct sl_span span,
                      enum sl__decoding decoding);

/* The same for an address, whose spaces stay. */
void sl__finder_address(struct sl__finder *finder, struct sl_picture *picture,
                        enum sl__decoding decoding);

/* Sets a string, or copies one from picture to picture. */
void sl__finder_set(struct sl__finder *finder, const char **to, const char *text);
void sl__finder_form(struct sl__finder *finder, struct sl_picture *picture, const char *before,
                     const char *after, const char *decorative);

/* The first that is named counts. */
void sl__finder_language(struct sl__finder *finder, struct sl_span span);
void sl__finder_folder(struct sl__finder *finder, struct sl_span span);

/* The words of a common language's tag, or NULL. */
const char *sl__language_words(const char *tag);

/* The line at *at, without its end; *at goes behind it. False after the last one. */
bool sl__finder_line(const struct sl__finder *finder, size_t *at, struct sl_span *line);

bool sl__is_blank(char c); /* a space or tab */
bool sl__is_space(char c); /* also a line end */
bool sl__is_word(char c);  /* a letter, a digit, or a byte of a character beyond ASCII */
bool sl__is_one_of(char c, const char *set);

struct sl_span sl__trim(const char *text, struct sl_span span);
bool sl__starts(const char *text, struct sl_span span, const char *word);   /* in any case */
bool sl__equals(const char *text, struct sl_span span, const char *word);   /* in any case */
size_t sl__indent(const char *text, struct sl_span line);                   /* in bytes */
size_t sl__find(const char *text, size_t at, size_t end, const char *word); /* `end`: nowhere */
bool sl__is_picture_name(const char *text, struct sl_span span);            /* by its ending */

/* The languages. */
void sl__find_html(struct sl__finder *finder);
void sl__find_markdown(struct sl__finder *finder);
void sl__find_rst(struct sl__finder *finder);
void sl__find_asciidoc(struct sl__finder *finder);
void sl__find_latex(struct sl__finder *finder);
void sl__find_org(struct sl__finder *finder);

/* Traits of HTML's relatives. */
enum {
    SL__JSX = 1,    /* code with tags in it; {…} for values */
    SL__BRACES = 2, /* {…} in values of attributes: Svelte, Astro */
};

#endif
