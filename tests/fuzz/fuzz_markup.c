/* Fuzzes the finders of pictures: spans lie in the text, and what is written stays one picture. */
#include <stdlib.h>
#include <string.h>

#include <sightline/markup.h>

#include "fuzz.h"

static void check_span(struct sl_span span, struct sl_span within)
{
    if (span.start > span.end || span.start < within.start || span.end > within.end)
        abort();
}

static void check(const struct sl_picture *picture, size_t len)
{
    const struct sl_span all = {0, len};
    struct sl_alt alt;
    check_span(picture->markup, all);
    check_span(picture->target, all);
    check_span(picture->alt, picture->markup);
    if (!picture->address || !picture->text || strlen(picture->address) > SL_MARKUP_MAX_ADDRESS ||
        strlen(picture->text) > SL_MARKUP_MAX_WORDS)
        abort();
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
    const char *filetype = sl_markup_filetype(data[0] % types);
    char *text = malloc(len - 1 ? len - 1 : 1); /* no longer, so that a byte too far is seen */
    memcpy(text, data + 1, len - 1);
    if (!sl_markup_read(&markup, text, len - 1, filetype, NULL)) {
        for (size_t i = 0; (picture = sl_markup_picture(markup, i)); i++)
            check(picture, len - 1);
        sl_markup_free(markup);
    }
    free(text);
    return 0;
}
