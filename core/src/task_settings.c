/* With what settings a task is asked, and what is left out of them. */
#include <string.h>

#include "json.h"
#include "parameter.h"
#include "request.h"
#include "talk.h"
#include "task_settings.h"

/* Settings: the configuration's, the task's over them, the request's over both. */
static int merge(struct sl__request *request, struct sl_error *error)
{
    struct sl__talk *talk = request->talk;
    const cJSON *count;
    const cJSON *const all[3] = {request->config->settings, request->task.settings,
                                 request->options};
    talk->settings = cJSON_CreateObject();
    int code = talk->settings ? 0 : SL_E_NOMEM;
    for (size_t i = 0; i < 3 && !code; i++)
        code = sl__settings_merge(talk->settings, all[i]);
    if (code)
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the request");
    count = sl__json_member(talk->settings, "n");
    if (!count || request->task.output != SL_OUTPUT_JSON)
        return 0;
    if (count->valuedouble > 1)
        sl__request_note(request, SL_LEVEL_WARNING,
                         "%s wants JSON, of which one answer is checked and mended: n is left out",
                         request->task.name);
    cJSON_DeleteItemFromObjectCaseSensitive(talk->settings, "n");
    return 0;
}

static void note_undocumented(struct sl__request *request)
{
    const struct sl_config *config = request->config;
    uint32_t missing = sl__settings_undocumented(request->talk->settings,
                                                 &config->row->abilities[request->talk->protocol]);
    for (int i = 0; i < SL__PARAMETERS; i++) {
        if (missing & SL__BIT(i))
            sl__request_note(request, SL_LEVEL_WARNING,
                             "%s does not document %s for this protocol; it is left out",
                             config->provider, sl__parameter_at(i)->name);
    }
}

static const char *wanted_effort(const struct sl__request *request)
{
    return request->effort           ? request->effort
           : request->task.effort    ? request->task.effort
           : request->config->effort ? request->config->effort
                                     : "low";
}

const char *sl__task_effort(const struct sl__request *request)
{
    return sl__model_effort(&request->config->model_row, wanted_effort(request));
}

/* A model that does not think at all is asked for no effort, and loses nothing by it. */
static void note_effort(struct sl__request *request)
{
    const struct sl_config *config = request->config;
    enum sl__protocol protocol = request->talk->protocol;
    const char *wanted = wanted_effort(request), *effort = sl__task_effort(request);
    bool placed = config->row->abilities[protocol].effort != SL__EFFORT_NOWHERE;
    if (placed && effort && strcmp(effort, wanted) != 0)
        sl__request_note(request, SL_LEVEL_OK,
                         "%s knows no effort “%s”; it is asked for “%s” instead", config->model,
                         wanted, effort);
}

int sl__task_settings_make(struct sl__request *request, struct sl_error *error)
{
    int code = merge(request, error);
    if (code)
        return code;
    note_undocumented(request);
    note_effort(request);
    return 0;
}
