/* A video that is put into an MP4, in one part or several. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "media/video.h"
#include "parts.h"
#include "request.h"
#include "temporary.h"
#include "text.h"
#include "translate.h"
#include "words.h"

enum { PROGRESS_MS = 50 };

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left for the video");
}

static void on_progress(uint64_t done, uint64_t total, void *context)
{
    struct sl__parts *parts = context;
    int64_t now = sl__now_ms();
    if (now - parts->reported_at < PROGRESS_MS)
        return;
    parts->reported_at = now;
    sl__request_progress(parts->request, SL_PHASE_PREPARING, done < total ? done : total, total);
}

static int fail_module(const struct sl__attachment *video, const struct sl_error *why,
                       struct sl_error *error)
{
    char line[SL__FFMPEG_LINE];
    sl__ffmpeg_line(line, video->name, "-c:v libx264 -c:a aac");
    return sl_error_set(error, why->code,
                        "%s: this video needs Sightline's video module, which %s, or convert it: "
                        "%s",
                        video->name, why->message, line);
}

static int open_cutter(struct sl__parts *parts, double part_seconds, struct sl_error *error)
{
    const struct sl__cut_source source = {.fd = parts->video->fd,
                                          .len = parts->video->len,
                                          .name = parts->video->name,
                                          .transcode = parts->request->config->transcode,
                                          .cancel = parts->request->cancel,
                                          .progress = on_progress,
                                          .context = parts};
    const struct sl__cut_limits limits = {.whole_seconds = SL__WHOLE_SECONDS,
                                          .part_seconds = part_seconds,
                                          .bytes = SL__MAX_VIDEO,
                                          .count = SL__MAX_PARTS};
    int code = parts->module->open(&parts->cutter, &source, &limits, error);
    if (!code)
        parts->list = parts->module->parts(parts->cutter, &parts->count);
    return code;
}

int sl__parts_open(struct sl__parts *parts, struct sl__request *request,
                   struct sl__attachment *video, double part_seconds, struct sl_error *error)
{
    struct sl_error why = SL_ERROR_INIT;
    *parts = (struct sl__parts){.request = request,
                                .video = sl__attachment_hold(video),
                                .module = sl__video_module_open(&why)};
    int code =
        parts->module ? open_cutter(parts, part_seconds, error) : fail_module(video, &why, error);
    if (code)
        sl__parts_release(parts);
    return code;
}

void sl__parts_release(struct sl__parts *parts)
{
    if (parts->cutter)
        parts->module->close(parts->cutter);
    sl__attachment_drop(parts->video);
    *parts = (struct sl__parts)SL__PARTS_INIT;
}

static int check_unchanged(const struct sl__attachment *video, struct sl_error *error)
{
    if (sl__attachment_unchanged(video))
        return 0;
    return sl_error_set(error, SL_E_IO,
                        "%s: the file was changed since it was opened; wait until it is whole, and "
                        "ask again",
                        video->name);
}

/* An attachment for a part that is still to be written. */
static struct sl__attachment *new_part(const struct sl__parts *parts, size_t at,
                                       struct sl_error *error)
{
    const struct sl__attachment *video = parts->video;
    struct sl__attachment *part = sl__attachment_new();
    if (part) {
        part->name = strdup(video->name);
        part->path = video->path ? strdup(video->path) : NULL;
    }
    if (!part || !part->name || (video->path && !part->path)) {
        sl__attachment_drop(part);
        no_memory(error);
        return NULL;
    }
    part->video = true;
    part->mime = "video/mp4";
    part->detail = video->detail;
    part->seconds = parts->list[at].seconds;
    part->fd = sl__temporary_file(error);
    if (part->fd >= 0)
        return part;
    sl__attachment_drop(part);
    return NULL;
}

/* What came out can be sent: the head of a video may have said less than there was. */
static int check_part(const struct sl__parts *parts, struct sl__attachment *part,
                      struct sl_error *error)
{
    struct sl__video made = {0};
    char line[SL__FFMPEG_LINE];
    bool good = sl__attachment_take_file(part, part->fd) && part->len < SL__MAX_VIDEO &&
                sl__mp4_probe(&made, part->fd, part->len, part->name, error) == 0 &&
                made.seconds <= (parts->count > 1 ? SL__PART_SECONDS : SL__WHOLE_SECONDS);
    sl__ffmpeg_line(line, part->name, "-c:v libx264 -c:a aac");
    return good ? 0
                : sl_error_set(error, SL_E_CORRUPT,
                               "%s: what the video says of its length is not so; convert it: %s",
                               part->name, line);
}

int sl__parts_write(struct sl__parts *parts, size_t at, struct sl__attachment **part,
                    struct sl_error *error)
{
    struct sl__attachment *made = new_part(parts, at, error);
    if (!made)
        return error->code;
    int code = check_unchanged(parts->video, error);
    if (!code)
        code = parts->module->write(parts->cutter, at, made->fd, error);
    if (!code)
        code = check_unchanged(parts->video, error);
    if (!code)
        code = check_part(parts, made, error);
    if (code)
        sl__attachment_drop(made);
    else
        *part = made;
    return code;
}

static const char PART[] = SL__TR_NOOP("part %zu of %zu, %s to %s");

static const char *name_part(const struct sl__parts *parts, size_t at, const char *format,
                             char text[SL__PART_NAME])
{
    const struct sl__cut_part *part = &parts->list[at];
    char from[24], to[24];
    snprintf(text, SL__PART_NAME, format, at + 1, parts->count, sl__play_time(part->start, from),
             sl__play_time(part->start + part->seconds, to));
    return text;
}

const char *sl__parts_name(const struct sl__parts *parts, size_t at, char text[SL__PART_NAME])
{
    return name_part(parts, at, PART, text);
}

const char *sl__parts_title(const struct sl__parts *parts, size_t at, char text[SL__PART_NAME])
{
    return name_part(parts, at, sl__tr(PART), text);
}

int sl__parts_tell(const struct sl__parts *parts, size_t at, const char *answer, size_t most,
                   struct sl__buf *to)
{
    char name[SL__PART_NAME], start[24];
    double begins = parts->list[at].start;
    int code = sl__buf_addf(to, "[%s; it begins at %s, after %.0f seconds]\n",
                            sl__parts_name(parts, at, name), sl__play_time(begins, start), begins);
    return code ? code : sl__text_keep(to, answer, most);
}

double sl__parts_seconds(const struct sl__parts *parts)
{
    const struct sl__cut_part *last = &parts->list[parts->count - 1];
    return last->start + last->seconds;
}
