/* What cJSON lacks. */
#include "json.h"

#include "text.h"

void json_add_text(cJSON *object, const char *name, const char *data, size_t len)
{
    struct text json = {0};
    text_add_json(&json, data, len);
    cJSON_AddRawToObject(object, name, json.data);
    text_release(&json);
}

void json_add_unknown(cJSON *object, const struct plan *plan)
{
    if (plan->unknown_fields < 0)
        return;
    cJSON_AddNullToObject(object, "x_null");
    cJSON_AddRawToObject(object, "x_deep", "[1,\"content\",{\"text\":\"not this\",\"a\":[[]]}]");
    cJSON_AddStringToObject(object, "x_text", "not this either");
}
