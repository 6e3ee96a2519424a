/* Fuzzes the filter of code answers: what comes out must not depend on how the text was cut. */
#include <stdlib.h>
#include <string.h>

#include "filter.h"
#include "fuzz.h"

static int add_file(const char *name, const char *language, void *context)
{
    if (name[0] == '/' || strstr(name, ".."))
        abort();
    return sl__buf_addf(context, "\n[%s|%s]\n", name, language);
}

static int add_text(const char *text, size_t len, void *context)
{
    return sl__buf_add(context, text, len);
}

static int run(const char *text, size_t len, size_t piece, struct sl__buf *result)
{
    const struct sl__filter_out out = {add_file, add_text, result};
    struct sl__filter filter;
    int code = 0;
    sl__filter_init(&filter, &out);
    for (size_t at = 0; at < len && !code; at += piece)
        code = sl__filter_feed(&filter, text + at, len - at < piece ? len - at : piece);
    if (!code)
        code = sl__filter_finish(&filter);
    sl__filter_release(&filter);
    return code;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    struct sl__buf whole = SL__BUF_INIT(1u << 24), pieces = SL__BUF_INIT(1u << 24);
    if (len < 2)
        return 0;
    int code = run((const char *)data + 1, len - 1, len, &whole);
    int other = run((const char *)data + 1, len - 1, data[0] % 9 + 1u, &pieces);
    if (code != other || strcmp(sl__buf_text(&whole), sl__buf_text(&pieces)) != 0)
        abort();
    sl__buf_release(&whole);
    sl__buf_release(&pieces);
    return 0;
}
