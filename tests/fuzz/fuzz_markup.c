/* Fuzzes the finders of pictures: spans lie in the text, also once an alt text is written. */
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

static void check_spans(const struct sl_picture *picture, size_t len)
{
    const struct sl_span all = {0, len};
    check_span(picture->markup, all);
    check_span(picture->target, all);
    check_span(picture->alt, picture->markup);
}

/* The document with an alt text written can be read, too. */
static void check_written(const struct document *document, const struct sl_picture *picture,
                          const char *alt)
{
    struct sl__buf text = SL__BUF_INIT(1u << 24);
    const char *rest = document->text + picture->alt.end;
    const struct sl_picture *again;
    struct sl_markup *markup;
    if (sl__buf_add(&text, document->text, picture->alt.start) || sl__buf_adds(&text, alt) ||
        sl__buf_add(&text, rest, document->len - picture->alt.end))
        abort();
    if (!sl_markup_read(&markup, sl__buf_text(&text), text.len, document->filetype, NULL)) {
        for (size_t i = 0; (again = sl_markup_picture(markup, i)); i++)
            check_spans(again, text.len);
        sl_markup_free(markup);
    }
    sl__buf_release(&text);
}

static void check(const struct document *document, const struct sl_picture *picture)
{
    static const char *const answers[] = {"A [b] \\c & `d` (e) {f} | g", "A cat.", "[decorative]"};
    struct sl_alt alt;
    check_spans(picture, document->len);
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
