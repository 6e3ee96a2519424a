/* What a request is about to cost, before anything of it is prepared. */
#include <string.h>

#include <sightline/client.h>

#include "config.h"
#include "model.h"
#include "room.h"
#include "task.h"
#include "words.h"

enum { SHORT_ANSWER = 400 /* tokens, with the reasoning before it */ };

static int64_t picture_tokens(const struct sl_config *config, const struct sl__task *task)
{
    const char *detail = sl__task_detail(task, config, NULL);
    const struct sl_image_sizes *sizes = &config->model_row.sizes;
    if (sl__detail_of(detail) == SL_DETAIL_LOW)
        return sl_image_tokens(sizes->low_side, sizes->low_side, SL_DETAIL_LOW);
    return sl_image_tokens(sizes->high_max, sizes->high_max, SL_DETAIL_HIGH);
}

int sl_task_estimate(const char *name, unsigned pictures, size_t text_len, struct sl_cost *cost,
                     struct sl_error *error)
{
    struct sl_config *config = NULL;
    struct sl__task task;
    int code = sl_config_load(&config, error);
    if (!code)
        code = sl__task_load(&task, config, name, error);
    if (!code) {
        struct sl_usage usage = SL_USAGE_INIT;
        usage.input_tokens = (int64_t)(strlen(task.prompt) + text_len) / SL__BYTES_PER_TOKEN +
                             pictures * picture_tokens(config, &task);
        usage.output_tokens = SHORT_ANSWER;
        *cost = (struct sl_cost)SL_COST_INIT;
        sl__model_cost(&config->model_row, config->row->currency, &usage, cost);
        sl__task_release(&task);
    }
    sl_config_free(config);
    return code;
}
