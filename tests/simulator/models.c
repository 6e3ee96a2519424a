/* The models as a table. */
#include "models.h"

#include <string.h>

#include "provider.h"

static const struct model models[] = {
    {"step-3.7-flash", STEPFUN, true, true},
    {"step-5-preview", STEPFUN, true, true},
    {"step-1o-turbo-vision", STEPFUN, true, true},
    {"step-3.5-flash", STEPFUN, false, true},
    {"step-3.5-flash-2603", STEPFUN, false, false},
    {"stepfun/step-3.7-flash", AIMLAPI | OPENROUTER, true, true},
    {"stepfun/step-3.5-flash", OPENROUTER, false, true},
    {"stepfun/step-5-preview", OPENROUTER, true, true},
    {"step3-vl-10b", LOCAL, true, true},
};

#define MODELS (sizeof models / sizeof models[0])

const struct model *model_named(const char *id, unsigned providers)
{
    for (size_t i = 0; i < MODELS; i++) {
        if (models[i].of & providers && !strcmp(models[i].id, id))
            return &models[i];
    }
    return NULL;
}

static unsigned providers_of(const struct reply *reply)
{
    long strict = reply->request->plan.strict;
    return strict > 0 ? (unsigned)strict : EVERYONE;
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

bool models_list(struct reply *reply, const char *path)
{
    (void)path;
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "object", "list");
    cJSON *data = cJSON_AddArrayToObject(object, "data");
    for (size_t i = 0; i < MODELS; i++) {
        if (models[i].of & providers_of(reply))
            cJSON_AddItemToArray(data, object_of(&models[i]));
    }
    return reply_json(reply, object);
}

bool models_one(struct reply *reply, const char *path)
{
    const char *id = path + strlen("/v1/models/");
    const struct model *model = model_named(id, providers_of(reply));
    if (model)
        return reply_json(reply, object_of(model));
    struct failure failure = {0};
    refuse_with(&failure, 404, "The model \"%s\" does not exist or you do not have access to it.",
                id);
    return reply_failure(reply, &failure);
}
