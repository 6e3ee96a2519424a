/* Providers and models, as data. Addresses and limits: the vendors' API references. */
#include <string.h>

#include "provider.h"

static const struct sl__provider_row providers[] = {
    {"stepfun", "https://api.stepfun.ai/v1", "step-3.7-flash", "STEP_API_KEY",
     "https://platform.stepfun.ai/interface-key", SL__EFFORT_FLAT, true, "stepfun-cn"},
    {"stepfun-cn", "https://api.stepfun.com/v1", "step-3.7-flash", "STEP_API_KEY",
     "https://platform.stepfun.com/interface-key", SL__EFFORT_FLAT, true, "stepfun"},
    {"step-plan", "https://api.stepfun.ai/step_plan/v1", "step-3.7-flash", "STEP_API_KEY",
     "https://platform.stepfun.ai/interface-key", SL__EFFORT_FLAT, true, "stepfun"},
    {"aimlapi", "https://api.aimlapi.com/v1", "stepfun/step-3.7-flash", "AIMLAPI_API_KEY",
     "https://aimlapi.com/app/keys", SL__EFFORT_NESTED, true, NULL},
    {"openrouter", "https://openrouter.ai/api/v1", "stepfun/step-3.7-flash", "OPENROUTER_API_KEY",
     "https://openrouter.ai/settings/keys", SL__EFFORT_NESTED, true, NULL},
    {"local", "http://127.0.0.1:8080/v1", "step3-vl-10b", NULL, NULL, SL__EFFORT_NOWHERE, false,
     NULL},
    {"simulator", "http://127.0.0.1:8765/v1", "step-3.7-flash", NULL, NULL, SL__EFFORT_FLAT, true,
     NULL},
};

static const size_t provider_count = sizeof providers / sizeof *providers;

const struct sl__provider_row *sl__provider_find(const char *name)
{
    for (size_t i = 0; i < provider_count; i++) {
        if (strcmp(providers[i].name, name) == 0)
            return &providers[i];
    }
    return NULL;
}

const struct sl__provider_row *sl__provider_default(void)
{
    return &providers[0];
}

const struct sl__provider_row *sl__provider_at(size_t index)
{
    return index < provider_count ? &providers[index] : NULL;
}

static const struct sl__model_row models[] = {
    {"step-3.7-flash", SL_IMAGE_SIZES_DEFAULT, 60, 20000000},
};

const struct sl__model_row *sl__model_find(const char *model)
{
    const char *owner = strrchr(model, '/');
    const char *name = owner ? owner + 1 : model;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        if (strncmp(name, models[i].name, strlen(models[i].name)) == 0)
            return &models[i];
    }
    return &models[0];
}
