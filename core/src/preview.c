/* What a request would send, found out beforehand. */
#include <stdlib.h>
#include <string.h>

#include <sightline/client.h>

#include "config.h"
#include "model.h"
#include "prepare_module.h"
#include "provider.h"
#include "room.h"
#include "task.h"

static int prepare_all(struct sl_preview *preview, const struct sl_request *request,
                       const struct sl_image_options *options, struct sl_error *error)
{
    preview->images =
        calloc(request->media_count ? request->media_count : 1, sizeof *preview->images);
    if (!preview->images)
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the pictures");
    int code = 0;
    while (preview->count < request->media_count && !code) {
        code = sl__prepare_picture(&preview->images[preview->count],
                                   &request->media[preview->count], options, error);
        preview->count += !code;
    }
    return code;
}

static size_t length_of(const char *text)
{
    return text ? strlen(text) : 0;
}

static void estimate(struct sl_preview *preview, const struct sl_config *config,
                     const struct sl_request *request, const struct sl__task *task)
{
    size_t text = strlen(task->prompt) + length_of(request->instruction) +
                  length_of(request->selection) + length_of(request->context);
    struct sl_usage usage = {.input_tokens = (int64_t)(text / SL__BYTES_PER_TOKEN)};
    for (size_t i = 0; i < preview->count; i++)
        usage.input_tokens += sl_image_tokens(preview->images[i].width, preview->images[i].height,
                                              preview->images[i].detail);
    preview->input_tokens = usage.input_tokens;
    preview->cost = (struct sl_cost)SL_COST_INIT;
    sl__model_cost(&config->model_row, config->row->currency, &usage, &preview->cost);
}

int sl_preview_make(struct sl_preview *preview, const struct sl_config *config,
                    const struct sl_request *request, const atomic_bool *cancel,
                    struct sl_error *error)
{
    struct sl_preview made = SL_PREVIEW_INIT;
    struct sl__task task;
    int code = sl__task_load(&task, config, request->task ? request->task : "", error);
    if (code)
        return code;
    struct sl_image_options options =
        sl__config_image_options(config, sl__task_detail(&task, config, request->detail), cancel);
    code = prepare_all(&made, request, &options, error);
    if (code) {
        sl_preview_release(&made);
    } else {
        estimate(&made, config, request, &task);
        *preview = made;
    }
    sl__task_release(&task);
    return code;
}

void sl_preview_release(struct sl_preview *preview)
{
    for (size_t i = 0; i < preview->count; i++)
        sl_image_release(&preview->images[i]);
    free(preview->images);
    *preview = (struct sl_preview)SL_PREVIEW_INIT;
}
