/* The tool `look`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "look.h"
#include "request.h"
#include "talk.h"
#include "translate.h"

const struct sl__tool sl__look_tool = {
    .name = "look",
    .description =
        "Shows you a part of a picture at its full resolution. Use it where something is too small "
        "to be made out in the picture that you see. Coordinates are pixels of the picture as you "
        "see it, from its top left corner.",
    .parameters = "{\"type\":\"object\",\"properties\":{"
                  "\"x\":{\"type\":\"integer\"},\"y\":{\"type\":\"integer\"},"
                  "\"width\":{\"type\":\"integer\"},\"height\":{\"type\":\"integer\"},"
                  "\"picture\":{\"type\":\"integer\",\"description\":\"which picture, from 1; the "
                  "first when left out\"}},"
                  "\"required\":[\"x\",\"y\",\"width\",\"height\"]}",
};

/* One picture of the conversation, and what it was made from. */
struct seen {
    struct sl__attachment *attachment;
    struct sl_media original;
};

/* Where an attachment's original is now; false when it cannot be had any more. */
static bool find_original(const struct sl__request *request, size_t message, size_t place,
                          struct seen *seen)
{
    struct sl__attachment *attachment = request->talk->history.items[message]->attachments[place];
    seen->attachment = attachment;
    if (attachment->video || attachment->width == 0)
        return false;
    if (message == request->talk->asked && place < request->media_count) {
        seen->original = request->media[place];
        return seen->original.kind != SL_MEDIA_URL;
    }
    seen->original = (struct sl_media){
        .kind = SL_MEDIA_FILE, .path = attachment->path, .name = attachment->name};
    return attachment->path != NULL;
}

static bool is_scaled(const struct sl__attachment *attachment)
{
    return attachment->source_width > attachment->width ||
           attachment->source_height > attachment->height;
}

static bool has_called(const struct sl__history *history)
{
    bool called = false;
    for (size_t i = 0; i < history->count; i++)
        called = called || history->items[i]->call_count > 0;
    return called;
}

bool sl__look_useful(const struct sl__request *request)
{
    const struct sl__talk *talk = request->talk;
    const struct sl__abilities *can = &request->config->row->abilities[talk->protocol];
    struct seen seen;
    if (!(can->takes & SL__TAKES_TOOLS))
        return false;
    if (has_called(&talk->history))
        return true;
    if (!request->task.look)
        return false;
    for (size_t i = 0; i < talk->history.count; i++) {
        for (size_t k = 0; k < talk->history.items[i]->attachment_count; k++) {
            if (find_original(request, i, k, &seen) && is_scaled(seen.attachment))
                return true;
        }
    }
    return false;
}

/* The picture of this number, from 1; false when there is none, or nothing to be seen closer. */
static bool find_picture(const struct sl__request *request, double number, struct seen *seen)
{
    const struct sl__history *history = &request->talk->history;
    double count = 0;
    for (size_t i = 0; i < history->count; i++) {
        for (size_t k = 0; k < history->items[i]->attachment_count; k++) {
            count += !history->items[i]->attachments[k]->video;
            if (count == number)
                return find_original(request, i, k, seen);
        }
    }
    return false;
}

/* What lies at the path by now may be another picture than the one that was sent, or a video. */
static bool is_original(const struct sl__attachment *sent, const struct sl__attachment *part)
{
    return !part->video && part->source_width == sent->source_width &&
           part->source_height == sent->source_height;
}

static double number_of(const cJSON *arguments, const char *name, double otherwise)
{
    const cJSON *value = sl__json_member(arguments, name);
    return cJSON_IsNumber(value) && isfinite(value->valuedouble) ? value->valuedouble : otherwise;
}

/* From the pixels that the model sees to those of the original; false for nothing in the picture.
 */
static bool find_part(const cJSON *arguments, const struct sl__attachment *attachment,
                      struct sl_rect *part)
{
    double across = (double)attachment->source_width / attachment->width;
    double down = (double)attachment->source_height / attachment->height;
    double left = fmax(0, number_of(arguments, "x", NAN));
    double top = fmax(0, number_of(arguments, "y", NAN));
    double right = fmin(attachment->width, left + number_of(arguments, "width", NAN));
    double bottom = fmin(attachment->height, top + number_of(arguments, "height", NAN));
    if (!(right - left >= 1 && bottom - top >= 1))
        return false;
    *part = (struct sl_rect){.x = (uint32_t)(left * across),
                             .y = (uint32_t)(top * down),
                             .width = (uint32_t)((right - left) * across),
                             .height = (uint32_t)((bottom - top) * down)};
    return true;
}

static void tell(struct sl__request *request, const struct seen *seen, const struct sl_rect *part)
{
    struct sl_error line = SL_ERROR_INIT; /* one harmless line, as all sentences are */
    sl_error_set(&line, 0, "looks at %u×%u pixels at %u, %u of %s", (unsigned)part->width,
                 (unsigned)part->height, (unsigned)part->x, (unsigned)part->y,
                 seen->attachment->name);
    struct sl_event event = {
        .type = SL_EVENT_TOOL, .text = line.message, .len = strlen(line.message)};
    sl__request_event(request, &event);
}

/* There is nothing behind a part: whoever looks at it again would look at the whole. */
static void be_a_picture_of_its_own(struct sl__attachment *part)
{
    free(part->path);
    part->path = NULL;
    part->source_width = part->width;
    part->source_height = part->height;
}

/* Adds the part to `parts` and says in `result` what the model gets. */
static int show(struct sl__request *request, const cJSON *arguments, struct sl__message *parts,
                struct sl_error *result)
{
    struct seen seen;
    struct sl_rect part;
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl__attachment *attachment = NULL;
    unsigned done;
    if (!find_picture(request, number_of(arguments, "picture", 1), &seen))
        return sl__error_set_plain(result, SL_E_INVALID,
                                   "there is no such picture to be seen closer");
    if (!find_part(arguments, seen.attachment, &part))
        return sl__error_set_plain(
            result, SL_E_INVALID, "this part is not in the picture, which you see at %u×%u pixels",
            (unsigned)seen.attachment->width, (unsigned)seen.attachment->height);
    tell(request, &seen, &part);
    options.detail = SL_DETAIL_HIGH;
    options.sizes = request->config->model_row.sizes;
    options.crop = part;
    options.jpeg_and_png = request->config->row->quirks & SL__JPEG_AND_PNG;
    options.cancel = request->cancel;
    int code = sl__attachment_prepare(&attachment, &seen.original, &options, &done, result);
    if (code == SL_E_CANCELLED || code == SL_E_NOMEM)
        return code;
    if (code)
        return sl__error_set_plain(result, code, "this part cannot be shown (%s)",
                                   sl_code_name(code));
    if (!is_original(seen.attachment, attachment)) {
        sl__attachment_drop(attachment);
        return sl__error_set_plain(result, SL_E_INVALID,
                                   "this picture was changed since, and cannot be seen closer");
    }
    sl__error_set_plain(result, 0, "This part follows as a picture of %u×%u pixels.",
                        (unsigned)attachment->width, (unsigned)attachment->height);
    be_a_picture_of_its_own(attachment);
    code = sl__message_attach(parts, attachment);
    sl__attachment_drop(attachment);
    return code;
}

/* Answers one call. */
static int answer(struct sl__request *request, const struct sl__call *call,
                  struct sl__message *parts, struct sl_error *error)
{
    struct sl__talk *talk = request->talk;
    struct sl_error result = SL_ERROR_INIT;
    cJSON *arguments = sl__json_parse(call->arguments, strlen(call->arguments), NULL);
    int code;
    if (talk->looks++ >= SL__MAX_LOOKS) /* calls that make no sense count as well */
        code = sl__error_set_plain(&result, SL_E_INVALID, "you have looked enough; answer now");
    else if (strcmp(call->name, sl__look_tool.name) != 0)
        code = sl__error_set_plain(&result, SL_E_INVALID, "there is no such tool");
    else if (!cJSON_IsObject(arguments))
        code = sl__error_set_plain(&result, SL_E_INVALID, "the arguments are no JSON object");
    else
        code = show(request, arguments, parts, &result);
    cJSON_Delete(arguments);
    if (code == SL_E_CANCELLED || code == SL_E_NOMEM)
        return sl_error_set(error, code, "%s", result.message);
    struct sl__message *message = sl__message_new(SL__TOOL, result.message);
    if (message) {
        message->failed = code != 0;
        message->call_id = strdup(call->id);
    }
    return sl__history_add(&talk->history, message);
}

int sl__look_answer(struct sl__request *request, struct sl_error *error)
{
    struct sl__history *history = &request->talk->history;
    struct sl__message *calls = sl__message_hold(history->items[history->count - 1]);
    struct sl__message *parts =
        sl__message_new(SL__USER, "These are the parts that you asked for.");
    int code = parts ? 0 : SL_E_NOMEM;
    for (size_t i = 0; i < calls->call_count && !code; i++)
        code = answer(request, &calls->calls[i], parts, error);
    if (!code && parts->attachment_count > 0)
        code = sl__history_add(history, sl__message_hold(parts));
    sl__message_drop(parts);
    sl__message_drop(calls);
    return code == SL_E_NOMEM ? sl_error_set(error, code, "there is no memory left to look closer")
                              : code;
}
