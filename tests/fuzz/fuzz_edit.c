/* Fuzzes changing a JSON file: the first byte says what is changed, the rest is the file. */
#include <stdlib.h>

#include "fuzz.h"
#include "json.h"
#include "json_edit.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    static const char *const names[] = {"a", "b", "c", NULL};
    struct sl__buf text = SL__BUF_INIT(1u << 20);
    const char *value = len > 0 && data[0] & 1 ? "[1]" : NULL;
    const char *const *path = names + (len > 0 ? data[0] >> 1 & 1 : 0);
    cJSON *json = len > 1 ? sl__json_parse((const char *)data + 1, len - 1, NULL) : NULL;
    if (cJSON_IsObject(json) && sl__buf_add(&text, data + 1, len - 1) == 0 &&
        sl__json_edit(&text, path, value) == 0) {
        cJSON *changed = sl__json_parse(text.data, text.len, NULL);
        const cJSON *at = changed;
        for (; *path; path++)
            at = sl__json_member(at, *path);
        if (!changed || (value ? !cJSON_IsArray(at) : at != NULL))
            abort();
        cJSON_Delete(changed);
    }
    cJSON_Delete(json);
    sl__buf_release(&text);
    return 0;
}
