/* Fuzzes the finders of pictures: spans lie in the text, and what is written stays one picture. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sightline/markup.h>

#include "buf.h"
#include "fuzz.h"

static void check_span(struct sl_span span, struct sl_span within)
{
    if (span.start > span.end || span.start < within.start || span.end > within.end)
        abort();
}

struct document {
    const char *text, *filetype;
    size_t len;
};

/* Whether there is a picture at this place, with this address. */
static bool has_picture(const struct document *document, size_t start, const char *address)
{
    const struct sl_picture *picture;
    struct sl_markup *markup;
    bool found = false;
    if (sl_markup_read(&markup, document->text, document->len, document->filetype, NULL))
        return true; /* it has become too large */
    for (size_t i = 0; !found && (picture = sl_markup_picture(markup, i)); i++)
        found = picture->markup.start == start && strcmp(picture->address, address) == 0;
    sl_markup_free(markup);
    return found;
}

/* With an alt text written, the picture is still there: where no backtick can make code of it, or
 * did of what the text replaces. */
static void check_written(const struct document *document, const struct sl_picture *picture,
                          const char *alt)
{
    struct sl__buf text = SL__BUF_INIT(1u << 24);
    const char *rest = document->text + picture->alt.end;
    if (memchr(document->text, '`', document->len))
        return;
    if (sl__buf_add(&text, document->text, picture->alt.start) || sl__buf_adds(&text, alt) ||
        sl__buf_add(&text, rest, document->len - picture->alt.end))
        abort();
    struct document written = {sl__buf_text(&text), document->filetype, text.len};
    if (!has_picture(&written, picture->markup.start, picture->address)) {
        fprintf(stderr, "%s: «%.*s» became «%s»\n", document->filetype, (int)document->len,
                document->text, written.text);
        abort();
    }
    sl__buf_release(&text);
}

static void check(const struct document *document, const struct sl_picture *picture)
{
    static const char *const answers[] = {"A [b] \\c & `d` (e) {f} | g", "A cat.", "[decorative]"};
    const struct sl_span all = {0, document->len};
    struct sl_alt alt;
    check_span(picture->markup, all);
    check_span(picture->target, all);
    check_span(picture->alt, picture->markup);
    if (!picture->address || !picture->text || strlen(picture->address) > SL_MARKUP_MAX_ADDRESS ||
        strlen(picture->text) > SL_MARKUP_MAX_WORDS)
        abort();
    for (size_t i = 0; i < sizeof answers / sizeof *answers && !picture->fixed; i++) {
        if (sl_alt_write(&picture->form, answers[i], &alt, NULL))
            continue;
        check_written(document, picture, alt.text);
        sl_alt_release(&alt);
    }
    if (!sl_alt_write(&picture->form, picture->text, &alt, NULL))
        sl_alt_release(&alt);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    size_t types = 0;
    struct sl_markup *markup;
    const struct sl_picture *picture;
    while (sl_markup_filetype(types))
        types++;
    if (!len)
        return 0;
    char *text = malloc(len - 1 ? len - 1 : 1); /* no longer, so that a byte too far is seen */
    const struct document document = {text, sl_markup_filetype(data[0] % types), len - 1};
    for (size_t i = 0; i + 1 < len; i++)
        text[i] = data[i + 1] ? (char)data[i + 1] : ' '; /* as texts of editors are */
    if (!sl_markup_read(&markup, text, document.len, document.filetype, NULL)) {
        for (size_t i = 0; i < 8 && (picture = sl_markup_picture(markup, i)); i++)
            check(&document, picture);
        sl_markup_free(markup);
    }
    free(text);
    return 0;
}
