/*
 * Fuzzes the bodies of errors that a server sends instead of an answer: each becomes a code and one
 * harmless line.
 *
 * The first two bytes choose the status, the third what the body says it is.
 */
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "fuzz.h"
#include "utf8.h"

static void check_sentence(const char *text)
{
    if (!*text || !sl__utf8_is_valid(text, strlen(text)))
        abort();
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    static const char *const types[] = {"application/json", "text/plain; charset=utf-8",
                                        "text/html", ""};
    static const struct sl__provider_row row = {.name = "stepfun", .other_region = "stepfun-cn"};
    static const struct sl_config config = {.row = &row, .built_in = true, .url.host = "host"};
    static const struct sl__failure_context context = {.config = &config};
    struct sl__failure failure;
    if (len < 3)
        return 0;
    struct sl__reply reply = {.status = (data[0] << 8 | data[1]) % 1000,
                              .type = types[data[2] % (sizeof types / sizeof *types)],
                              .trace = data[2] & 4 ? "t-1" : "",
                              .body = (const char *)data + 3,
                              .body_len = len - 3,
                              .retry_after_ms = data[2] & 8 ? 600000 : -1};
    int code = sl__failure_http(&context, &reply, &failure);
    if (code == 0 || failure.error.code != code)
        abort();
    check_sentence(failure.error.message);
    return 0;
}
