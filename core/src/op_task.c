/* A task: pictures and a prompt in, a streamed answer out. */
#include <stdlib.h>
#include <string.h>

#include "chat.h"
#include "request.h"

static const char *first_of(const char *a, const char *b, const char *c, const char *otherwise)
{
    return a ? a : b ? b : c ? c : otherwise;
}

static const char *detail_of(const struct sl__request *request)
{
    return first_of(request->detail, request->task.detail, request->config->detail, "low");
}

static const char *effort_of(const struct sl__request *request)
{
    return first_of(request->effort, request->task.effort, request->config->effort, "low");
}

static const char *name_of(const struct sl_media *media)
{
    const char *slash = media->path ? strrchr(media->path, '/') : NULL;
    return media->name ? media->name : slash ? slash + 1 : media->path ? media->path : "picture";
}

static int prepare_images(struct sl__request *request, struct sl_image *images,
                          struct sl_error *error)
{
    const struct sl__model_row *model = sl__model_find(request->config->model);
    struct sl_image_options options = {
        .detail = strcmp(detail_of(request), "high") == 0 ? SL_DETAIL_HIGH : SL_DETAIL_LOW,
        .sizes = model->sizes,
        .cancel = &request->cancelled};
    uint64_t bytes = 0;
    for (size_t i = 0; i < request->media_count; i++) {
        const struct sl_media *media = &request->media[i];
        int code = sl_image_prepare(&images[i], media, &options, error);
        if (code)
            return code;
        if (images[i].done & SL_IMAGE_FIRST_FRAME)
            sl__request_note(request, SL_LEVEL_OK, "%s is an animation; its first frame is sent",
                             name_of(media));
        bytes += images[i].len;
        if (bytes > model->max_picture_bytes)
            return sl_error_set(error, SL_E_TOO_LARGE,
                                "%s: with it the pictures are over the %llu MB that a request may "
                                "hold; ask about fewer at once",
                                name_of(media),
                                (unsigned long long)(model->max_picture_bytes / 1000000));
    }
    return 0;
}

static int build_body(struct sl__request *request, struct sl_image *images, struct sl_error *error)
{
    struct sl__task_values values = {.language = request->language ? request->language
                                                                   : request->config->language,
                                     .instruction = request->instruction};
    struct sl__buf prompt = SL__BUF_INIT(SL__MAX_PROMPT);
    struct sl__turn turn = {.provider = request->config->row,
                            .model = request->config->model,
                            .detail = detail_of(request),
                            .effort = effort_of(request),
                            .images = images,
                            .image_count = request->media_count};
    int code = sl__task_prompt(&request->task, &values, &prompt);
    turn.prompt = sl__buf_text(&prompt);
    if (code == SL_E_TOO_LARGE)
        sl_error_set(error, code, "the instruction is over %u MB; ask with a shorter one",
                     SL__MAX_PROMPT >> 20);
    else if (!code)
        code = sl__chat_body(&request->body, &turn);
    if (code && code != SL_E_TOO_LARGE)
        sl_error_set(error, code, "there is no memory left for the request");
    sl__buf_release(&prompt);
    return code;
}

static int prepare(struct sl__request *request, struct sl_error *error)
{
    sl__request_progress(request, SL_PHASE_PREPARING, 0);
    int code = sl__request_find_key(request, error);
    if (code)
        return code;
    struct sl_image *images = calloc(request->media_count + 1, sizeof *images);
    if (!images)
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the pictures");
    code = prepare_images(request, images, error);
    if (!code)
        code = build_body(request, images, error);
    for (size_t i = 0; i < request->media_count; i++)
        sl_image_release(&images[i]);
    free(images);
    return code;
}

static void finish(struct sl__request *request, const struct sl__outcome *outcome)
{
    if (outcome->code == SL_E_AUTH)
        sl__key_cache_forget(request->key_cache, sl__buf_text(&request->key));
    if (outcome->code)
        sl__request_failed(request, &outcome->error);
    else
        sl__request_done(request, "", outcome->model, &outcome->usage);
}

const struct sl__operation sl__task_operation = {
    .prepare = prepare, .path = "/chat/completions", .streams = true, .finish = finish};
