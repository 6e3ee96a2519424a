/* A schema among the words of a request. */
#include "described.h"

#include <string.h>

static cJSON *schema_in_text(const char *text)
{
    cJSON *schema = NULL;
    while (text && !schema) {
        if (!strncmp(text, "{\"type\":\"object\"", 16))
            schema = cJSON_ParseWithLength(text, strcspn(text, "\n"));
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    return schema;
}

static cJSON *schema_in_message(const cJSON *message)
{
    const cJSON *content = cJSON_GetObjectItemCaseSensitive(message, "content"), *part;
    cJSON *schema = schema_in_text(cJSON_GetStringValue(content));
    cJSON_ArrayForEach(part, content)
    {
        if (!schema)
            schema = schema_in_text(
                cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(part, "text")));
    }
    return schema;
}

cJSON *described_schema(const cJSON *body)
{
    const cJSON *message;
    cJSON *schema = NULL;
    cJSON_ArrayForEach(message, cJSON_GetObjectItemCaseSensitive(body, "messages"))
    {
        const char *role = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "role"));
        if (!schema && role && !strcmp(role, "user"))
            schema = schema_in_message(message);
    }
    return schema;
}
