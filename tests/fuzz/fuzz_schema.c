/*
 * Fuzzes JSON answers: the first line holds a schema, the rest an answer that is checked by it, and
 * is JSON again when it is printed with all its digits.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "json.h"
#include "schema.h"

static void print_exactly(cJSON *value)
{
    sl__json_exact(value);
    char *text = cJSON_PrintUnformatted(value);
    cJSON *again = text ? sl__json_parse(text, strlen(text), NULL) : NULL;
    if (!again)
        abort();
    cJSON_Delete(again);
    cJSON_free(text);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    const char *text = (const char *)data, *newline = memchr(text, '\n', len);
    size_t first = newline ? (size_t)(newline - text) : len;
    cJSON *schema = sl__answer_json(text, first);
    cJSON *value = newline ? sl__answer_json(newline + 1, len - first - 1) : NULL;
    struct sl_error error = SL_ERROR_INIT;
    if (value && sl__schema_check(schema, value, &error) && !error.message[0])
        abort();
    if (value)
        print_exactly(value);
    cJSON_Delete(schema);
    cJSON_Delete(value);
    return 0;
}
