/* The models as a table, and the endpoint that lists them. */
#include "models.h"

#include <cjson/cJSON.h>
#include <string.h>

static const struct model models[] = {
    {"step-3.7-flash", true, true},        {"step-5-preview", true, true},
    {"step-1o-turbo-vision", true, true},  {"step-3.5-flash", false, true},
    {"step-3.5-flash-2603", false, false},
};

#define MODELS (sizeof models / sizeof models[0])

const struct model *model_named(const char *id)
{
    for (size_t i = 0; i < MODELS; i++) {
        if (!strcmp(models[i].id, id))
            return &models[i];
    }
    return NULL;
}

static cJSON *object_of(const struct model *model)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "id", model->id);
    cJSON_AddStringToObject(object, "object", "model");
    cJSON_AddNumberToObject(object, "created", 1790000000);
    cJSON_AddStringToObject(object, "owned_by", "stepai");
    return object;
}

static cJSON *list(void)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "object", "list");
    cJSON *data = cJSON_AddArrayToObject(object, "data");
    for (size_t i = 0; i < MODELS; i++)
        cJSON_AddItemToArray(data, object_of(&models[i]));
    return object;
}

bool models_answer(struct reply *reply, const char *path)
{
    const char *id = path + strlen("/v1/models");
    const struct model *model = *id ? model_named(id + 1) : NULL;
    struct failure failure = {0};
    if (*id && !model) {
        refuse_with(&failure, 404,
                    "The model \"%s\" does not exist or you do not have access to it.", id + 1);
        return reply_failure(reply, &failure);
    }
    cJSON *object = model ? object_of(model) : list();
    char *body = cJSON_PrintUnformatted(object);
    bool good = reply_with(reply, 200, "application/json", body);
    cJSON_free(body);
    cJSON_Delete(object);
    return good;
}
