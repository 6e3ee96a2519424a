/*
 * Pictures in documents, and their alt texts.
 *
 * sl_markup_read finds the pictures of a text in Markdown, HTML, JSX, Vue, Svelte,
 * reStructuredText, AsciiDoc, LaTeX or Org, and says of each where its alt text stands or would
 * stand. sl_alt_write makes of the answer of the task `alt` the bytes that go there, escaped as the
 * language wants it. A host replaces `alt` of the picture by them and changes nothing else.
 *
 * Everything here is pure: no file is read, no state is kept, and any thread may call. The text is
 * taken for hostile: the work is linear in its length, and lengths are bounded by the maxima below.
 * What stands in code, in comments and in literal blocks is no picture.
 */
#ifndef SIGHTLINE_MARKUP_H
#define SIGHTLINE_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

#include <sightline/error.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SL_MARKUP_MAX_TEXT (16u << 20) /* bytes of a document */
#define SL_MARKUP_MAX_PICTURES 10000u
#define SL_MARKUP_MAX_ADDRESS 1024u /* bytes; a picture with a longer one has `fixed` */
#define SL_MARKUP_MAX_WORDS 768u    /* bytes of alt, link and caption; longer ones are cut */
#define SL_ALT_MAX 2048u            /* bytes of an answer that can be an alt text */

/* Bytes of the document from `start` to before `end`. */
struct sl_span {
    size_t start, end;
};

enum sl_alt_state {
    SL_ALT_MISSING = 1,
    SL_ALT_EMPTY = 2, /* on purpose: the picture is said to be decorative, as by alt="" */
    SL_ALT_PRESENT = 3,
};

/* How characters that mean something in the language are written in an alt text. */
enum sl_alt_style {
    SL_ALT_PLAIN = 1,           /* nothing means anything: reStructuredText */
    SL_ALT_DOUBLE_QUOTED = 2,   /* an attribute of HTML within " */
    SL_ALT_SINGLE_QUOTED = 3,   /* the same within ' */
    SL_ALT_MARKDOWN = 4,        /* within the brackets of Markdown */
    SL_ALT_ASCIIDOC = 5,        /* an attribute of a block macro, in quotes where it needs them */
    SL_ALT_ASCIIDOC_INLINE = 6, /* the same within a line, where * and _ mean something as well */
    SL_ALT_LATEX = 7,           /* within braces */
    SL_ALT_ORG = 8,             /* in a line #+ATTR_HTML */
};

/* How to write an alt text at its place. Strings belong to the document. */
struct sl_alt_form {
    enum sl_alt_style style;
    const char *before, *after; /* what goes around the escaped text */
    const char *decorative;     /* all of what says there that the picture is decorative */
};

/* A picture of a document. Strings belong to the document; those that may be NULL say so. */
struct sl_picture {
    struct sl_span markup; /* all that makes it, its alt text included */
    struct sl_span target; /* where the markup names the picture */
    struct sl_span alt;    /* what an alt text replaces; empty where one would be put in */
    enum sl_alt_state state;
    const char *address; /* a path or address, without the escapes of the language */
    const char *text;    /* the alt text so far, without them; "" where there is none */
    const char *link;    /* where it leads, or NULL */
    const char *caption; /* or NULL */
    bool button;         /* it is a button, or in one */
    const char *fixed;   /* why no alt text can be written, as "its alt text is an expression" */
    struct sl_alt_form form;
};

struct sl_markup;

/* Whether documents of this type, as Vim calls it ("markdown", "typescriptreact"), can be read. */
SL_API bool sl_markup_knows(const char *filetype);

/* The types that can be read, in their order; NULL when `index` is past the last. Static. */
SL_API const char *sl_markup_filetype(size_t index);

/* What pictures look like in such a document, for a person ("![](file) and <img>"). Static; NULL
 * for a type that cannot be read. */
SL_API const char *sl_markup_looks(const char *filetype);

/*
 * Reads a document of `len` bytes, which need not be UTF-8 and is not kept. On success `*markup` is
 * the caller's. Errors: SL_E_UNSUPPORTED (another file type; the sentence says which there are),
 * SL_E_TOO_LARGE, SL_E_NOMEM.
 */
SL_API int sl_markup_read(struct sl_markup **markup, const char *text, size_t len,
                          const char *filetype, struct sl_error *error);

/* NULL is fine. */
SL_API void sl_markup_free(struct sl_markup *markup);

/* The pictures in their order; NULL when `index` is past the last. */
SL_API const struct sl_picture *sl_markup_picture(const struct sl_markup *markup, size_t index);

/* The language that the document says it is in, in words where it is a common one ("French"), or
 * NULL. */
SL_API const char *sl_markup_language(const struct sl_markup *markup);

/*
 * Folders in which the document says its pictures are (\graphicspath, :imagesdir:), relative to its
 * own; NULL when `index` is past the last. A path counts from its own folder as well.
 */
SL_API const char *sl_markup_folder(const struct sl_markup *markup, size_t index);

/* What an answer comes to. */
struct sl_alt {
    char *text;      /* for the place of the picture's `alt` */
    bool decorative; /* the model finds that the picture needs none, and `text` says that */
};

/*
 * Makes of an answer of the task `alt` what is to stand at the picture's `alt`: one line, without
 * quotation marks around it, escaped. On success `alt` is the caller's, to be released. Errors:
 * SL_E_FORMAT (nothing was answered, or far more than an alt text), SL_E_INVALID (a style that is
 * none), SL_E_NOMEM.
 */
SL_API int sl_alt_write(const struct sl_alt_form *form, const char *answer, struct sl_alt *alt,
                        struct sl_error *error);

/* An empty one is fine. */
SL_API void sl_alt_release(struct sl_alt *alt);

#ifdef __cplusplus
}
#endif

#endif
