/* Fuzzes JSON answers: the first line holds a schema, the rest an answer that is checked by it. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "schema.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    const char *text = (const char *)data, *newline = memchr(text, '\n', len);
    size_t first = newline ? (size_t)(newline - text) : len;
    cJSON *schema = sl__answer_json(text, first);
    cJSON *value = newline ? sl__answer_json(newline + 1, len - first - 1) : NULL;
    struct sl_error error = SL_ERROR_INIT;
    if (value && sl__schema_check(schema, value, &error) && !error.message[0])
        abort();
    cJSON_Delete(schema);
    cJSON_Delete(value);
    return 0;
}
