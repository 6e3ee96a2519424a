/* Pictures of a video instead of the video. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "request.h"
#include "translate.h"
#include "video_module.h"
#include "words.h"

struct gathering {
    struct sl__request *request;
    struct sl__message *message;
    const struct sl__attachment *video;
    const struct sl_image_options *options;
    struct sl_error *error;
    struct sl__buf times; /* of the pictures */
    size_t count;
    double of;
};

static void on_progress(uint64_t done, uint64_t total, void *context)
{
    struct gathering *gathering = context;
    sl__request_progress(gathering->request, SL_PHASE_PREPARING, done, total);
}

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the video");
}

static int take(const struct sl__frame *frame, void *context)
{
    struct gathering *gathering = context;
    struct sl__attachment *picture = NULL;
    unsigned done;
    const struct sl_media media = {.kind = SL_MEDIA_PIXELS,
                                   .name = gathering->video->name,
                                   .pixels = {.data = frame->rgb,
                                              .width = frame->width,
                                              .height = frame->height,
                                              .stride = frame->stride,
                                              .format = SL_PIXELS_RGB8,
                                              .orientation = frame->orientation}};
    int code =
        sl__attachment_prepare(&picture, &media, gathering->options, &done, gathering->error);
    if (code)
        return code;
    /* There is nothing to be looked at more closely. */
    picture->source_width = picture->width;
    picture->source_height = picture->height;
    char time[24];
    gathering->of = frame->of;
    code = sl__message_attach(gathering->message, picture);
    if (!code)
        code = sl__buf_addf(&gathering->times, "%s%s", gathering->count++ > 0 ? ", " : "",
                            sl__play_time(frame->seconds, time));
    sl__attachment_drop(picture);
    return code ? no_memory(gathering->error) : 0;
}

static const char *way_of(const struct sl__request *request)
{
    return request->config->frames.scenes ? SL__TR_NOOP("from where it changes most")
                                          : SL__TR_NOOP("evenly from all of it");
}

static int describe(const struct gathering *gathering)
{
    struct sl__message *message = gathering->message;
    struct sl__buf text = SL__BUF_INIT(SL__MAX_PROMPT);
    char length[24];
    int code = sl__buf_addf(&text,
                            "%s\n\nThe video cannot be shown as such. Instead there are %zu "
                            "pictures of %s, which lasts %s, taken %s: at %s.",
                            message->text, gathering->count, gathering->video->name,
                            sl__play_time(gathering->of, length), way_of(gathering->request),
                            sl__buf_text(&gathering->times));
    if (!code) {
        free(message->text);
        message->text = sl__buf_take(&text);
    }
    sl__buf_release(&text);
    return code;
}

/* How many pictures the model takes besides those that are there. */
static size_t room_for(const struct gathering *gathering)
{
    const struct sl_config *config = gathering->request->config;
    size_t most = config->model_row.max_pictures, there = gathering->message->attachment_count;
    size_t room = most > there ? most - there : 1;
    return room < config->frames.most ? room : config->frames.most;
}

static int fail_module(const struct sl__attachment *video, const struct sl_error *why,
                       struct sl_error *error)
{
    return sl_error_set(error, why->code,
                        "%s: videos go to this model as pictures, for which Sightline's video "
                        "module is needed, which %s, or choose another provider",
                        video->name, why->message);
}

int sl__frames_attach(struct sl__request *request, struct sl__message *message,
                      const struct sl__attachment *video, const struct sl_image_options *options,
                      struct sl_error *error)
{
    struct gathering gathering = {.request = request,
                                  .message = message,
                                  .video = video,
                                  .options = options,
                                  .error = error,
                                  .times = SL__BUF_INIT(8192)};
    const struct sl__cut_source source = {.fd = video->fd,
                                          .len = video->len,
                                          .name = video->name,
                                          .transcode = true, /* nothing is copied */
                                          .cancel = request->cancel,
                                          .progress = on_progress,
                                          .context = &gathering};
    struct sl_error why = SL_ERROR_INIT;
    const struct sl__video_module *module = sl__video_module_open(&why);
    struct sl__frame_choice choice = request->config->frames;
    choice.most = room_for(&gathering);
    int code = module ? module->frames(&source, &choice, take, &gathering, error)
                      : fail_module(video, &why, error);
    if (!code)
        sl__request_note(
            request, SL_LEVEL_OK, "%s: %s takes no videos; %zu pictures of it are sent, taken %s",
            video->name, request->config->provider, gathering.count, sl__tr(way_of(request)));
    if (!code && describe(&gathering))
        code = no_memory(error);
    sl__buf_release(&gathering.times);
    return code;
}
