/* Which language a file type is, and the document that its finder fills. */
#include <stdlib.h>
#include <string.h>

#include "finder.h"

struct sl_markup {
    struct sl__finder finder;
};

static const char MARKDOWN[] = "![](file) and <img src=\"file\">";
static const char HTML[] = "<img src=\"file\">";
static const char RST[] = ".. image:: file and .. figure:: file";
static const char ASCIIDOC[] = "image::file[] and image:file[]";
static const char LATEX[] = "\\includegraphics{file}";
static const char ORG[] = "[[file:picture.png]]";

static const struct language {
    const char *filetype;
    void (*find)(struct sl__finder *finder);
    unsigned traits;
    const char *looks;
} languages[] = {
    {"markdown", sl__find_markdown, 0, MARKDOWN},
    {"pandoc", sl__find_markdown, 0, MARKDOWN},
    {"rmd", sl__find_markdown, 0, MARKDOWN},
    {"quarto", sl__find_markdown, 0, MARKDOWN},
    {"mdx", sl__find_markdown, SL__JSX, MARKDOWN},
    {"html", sl__find_html, 0, HTML},
    {"xhtml", sl__find_html, 0, HTML},
    {"htmldjango", sl__find_html, 0, HTML},
    {"php", sl__find_html, 0, HTML},
    {"eruby", sl__find_html, 0, HTML},
    {"javascriptreact", sl__find_html, SL__JSX, HTML},
    {"typescriptreact", sl__find_html, SL__JSX, HTML},
    {"javascript", sl__find_html, SL__JSX, HTML},
    {"vue", sl__find_html, 0, HTML},
    {"svelte", sl__find_html, SL__BRACES, HTML},
    {"astro", sl__find_html, SL__BRACES, HTML},
    {"rst", sl__find_rst, 0, RST},
    {"asciidoc", sl__find_asciidoc, 0, ASCIIDOC},
    {"asciidoctor", sl__find_asciidoc, 0, ASCIIDOC},
    {"tex", sl__find_latex, 0, LATEX},
    {"plaintex", sl__find_latex, 0, LATEX},
    {"org", sl__find_org, 0, ORG},
};
enum { LANGUAGES = sizeof languages / sizeof *languages };

const char *sl_markup_filetype(size_t index)
{
    return index < LANGUAGES ? languages[index].filetype : NULL;
}

static const struct language *find_language(const char *filetype)
{
    for (size_t i = 0; i < LANGUAGES; i++) {
        if (strcmp(languages[i].filetype, filetype) == 0)
            return &languages[i];
    }
    return NULL;
}

bool sl_markup_knows(const char *filetype)
{
    return find_language(filetype) != NULL;
}

const char *sl_markup_looks(const char *filetype)
{
    const struct language *language = find_language(filetype);
    return language ? language->looks : NULL;
}

static int refuse_type(const char *filetype, struct sl_error *error)
{
    if (!*filetype)
        return sl_error_set(error, SL_E_UNSUPPORTED,
                            "pictures are found in Markdown, HTML, JSX, Vue, Svelte, "
                            "reStructuredText, AsciiDoc, LaTeX and Org; set the file type if this "
                            "is one of them");
    return sl_error_set(error, SL_E_UNSUPPORTED,
                        "%s: pictures are found in Markdown, HTML, JSX, Vue, Svelte, "
                        "reStructuredText, AsciiDoc, LaTeX and Org; set the file type if this is "
                        "one of them",
                        filetype);
}

static int explain(int code, struct sl_error *error)
{
    return code == SL_E_NOMEM
               ? sl_error_set(error, code, "there is no memory left for the document")
               : sl_error_set(error, code, "the document has over %u pictures; split it",
                              SL_MARKUP_MAX_PICTURES);
}

int sl_markup_read(struct sl_markup **markup, const char *text, size_t len, const char *filetype,
                   struct sl_error *error)
{
    const struct language *language = find_language(filetype);
    if (!language)
        return refuse_type(filetype, error);
    if (len > SL_MARKUP_MAX_TEXT)
        return sl_error_set(error, SL_E_TOO_LARGE, "the document is over %u MB; split it",
                            SL_MARKUP_MAX_TEXT >> 20);
    struct sl_markup *made = calloc(1, sizeof *made);
    if (!made)
        return explain(SL_E_NOMEM, error);
    made->finder.text = text;
    made->finder.len = len;
    made->finder.traits = language->traits;
    language->find(&made->finder);
    made->finder.text = NULL;
    if (made->finder.code) {
        int code = explain(made->finder.code, error);
        sl_markup_free(made);
        return code;
    }
    *markup = made;
    return 0;
}

void sl_markup_free(struct sl_markup *markup)
{
    if (!markup)
        return;
    sl__finder_drop(&markup->finder, 0);
    free(markup->finder.pictures);
    free(markup->finder.language);
    for (size_t i = 0; i < markup->finder.folder_count; i++)
        free(markup->finder.folders[i]);
    free(markup);
}

const struct sl_picture *sl_markup_picture(const struct sl_markup *markup, size_t index)
{
    return index < markup->finder.count ? &markup->finder.pictures[index] : NULL;
}

const char *sl_markup_language(const struct sl_markup *markup)
{
    return markup->finder.language;
}

const char *sl_markup_folder(const struct sl_markup *markup, size_t index)
{
    return index < markup->finder.folder_count ? markup->finder.folders[index] : NULL;
}
