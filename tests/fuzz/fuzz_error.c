/* Fuzzes the bodies of errors that a server sends instead of an answer. */
#include <stdlib.h>

#include "failure.h"
#include "fuzz.h"

/* The first two bytes choose the status. */
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    static const struct sl__provider_row row = {.name = "stepfun", .other_region = "stepfun-cn"};
    static const struct sl_config config = {.row = &row, .built_in = true, .url.host = "host"};
    static const struct sl__failure_context context = {.config = &config};
    struct sl__failure failure;
    if (len < 2)
        return 0;
    struct sl__reply reply = {.status = (data[0] << 8 | data[1]) % 1000,
                              .type = "application/json",
                              .trace = "",
                              .body = (const char *)data + 2,
                              .body_len = len - 2,
                              .retry_after_ms = -1};
    int code = sl__failure_http(&context, &reply, &failure);
    if (code == 0 || failure.error.code != code || !*failure.error.message)
        abort();
    return 0;
}
