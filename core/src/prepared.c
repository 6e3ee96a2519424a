/* The media of a request, prepared side by side. */
#include <stdlib.h>

#include "message.h"
#include "prepared.h"
#include "request.h"

struct sl__one_prepared {
    struct sl__attachment *attachment;
    unsigned done;
    int code;
    struct sl_error error;
};

static void prepare_one(size_t at, void *context)
{
    struct sl__preparing *preparing = context;
    struct sl__one_prepared *one = &preparing->list[at];
    struct sl_image_options options;
    if (preparing->choose(at, &options, preparing->context))
        one->code = sl__attachment_prepare(&one->attachment, &preparing->request->media[at],
                                           &options, &one->done, &one->error);
}

int sl__preparing_begin(struct sl__preparing *preparing, struct sl_error *error)
{
    size_t count = preparing->request->media_count;
    preparing->pieces =
        (struct sl__pieces){.one = prepare_one, .context = preparing, .count = count};
    preparing->list = calloc(count + 1, sizeof *preparing->list);
    if (preparing->list && !sl__workers_share(preparing->request->workers, &preparing->pieces))
        return 0;
    free(preparing->list);
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the pictures");
}

int sl__preparing_take(struct sl__preparing *preparing, size_t at,
                       struct sl__attachment **attachment, unsigned *done, struct sl_error *error)
{
    struct sl__one_prepared *one = &preparing->list[at];
    sl__workers_finish(preparing->request->workers, &preparing->pieces, at);
    *attachment = one->attachment;
    *done = one->done;
    one->attachment = NULL;
    if (one->code && error)
        *error = one->error;
    return one->code;
}

void sl__preparing_end(struct sl__preparing *preparing)
{
    sl__workers_unshare(preparing->request->workers, &preparing->pieces);
    for (size_t i = 0; i < preparing->pieces.count; i++)
        sl__attachment_drop(preparing->list[i].attachment);
    free(preparing->list);
}
