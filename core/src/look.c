/* The tool `look`. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
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

bool sl__look_useful(const struct sl__request *request)
{
    const struct sl__history *history = &request->talk->history;
    struct seen seen;
    for (size_t i = 0; i < history->count; i++) {
        for (size_t k = 0; k < history->items[i]->attachment_count; k++) {
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

/* From the pixels that the model sees to those of the original; false for nothing in the picture.
 */
static bool find_part(const cJSON *arguments, const struct sl__attachment *attachment,
                      struct sl_rect *part)
{
    double across = (double)attachment->source_width / attachment->width;
    double down = (double)attachment->source_height / attachment->height;
    double left = fmax(0, sl__calls_number(arguments, "x", NAN));
    double top = fmax(0, sl__calls_number(arguments, "y", NAN));
    double right = fmin(attachment->width, left + sl__calls_number(arguments, "width", NAN));
    double bottom = fmin(attachment->height, top + sl__calls_number(arguments, "height", NAN));
    if (!(right - left >= 1 && bottom - top >= 1))
        return false;
    *part = (struct sl_rect){.x = (uint32_t)(left * across),
                             .y = (uint32_t)(top * down),
                             .width = (uint32_t)((right - left) * across),
                             .height = (uint32_t)((bottom - top) * down)};
    return true;
}

/* There is nothing behind a part: whoever looks at it again would look at the whole. */
static void be_a_picture_of_its_own(struct sl__attachment *part)
{
    free(part->path);
    part->path = NULL;
    part->source_width = part->width;
    part->source_height = part->height;
}

/* Adds it to what the calls showed. */
static int add_shown(struct sl__talk *talk, struct sl__attachment *attachment)
{
    if (!talk->shown)
        talk->shown = sl__message_new(SL__USER, "These are the parts that you asked for.");
    return talk->shown ? sl__message_attach(talk->shown, attachment) : SL_E_NOMEM;
}

int sl__look_answer(struct sl__request *request, const cJSON *arguments, struct sl_error *result)
{
    struct seen seen;
    struct sl_rect part;
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl__attachment *attachment = NULL;
    unsigned done;
    if (!find_picture(request, sl__calls_number(arguments, "picture", 1), &seen))
        return sl__error_set_plain(result, SL_E_INVALID,
                                   "there is no such picture to be seen closer");
    if (!find_part(arguments, seen.attachment, &part))
        return sl__error_set_plain(
            result, SL_E_INVALID, "this part is not in the picture, which you see at %u×%u pixels",
            (unsigned)seen.attachment->width, (unsigned)seen.attachment->height);
    sl__request_tool(request, "looks at %u×%u pixels at %u, %u of %s", (unsigned)part.width,
                     (unsigned)part.height, (unsigned)part.x, (unsigned)part.y,
                     seen.attachment->name);
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
    code = add_shown(request->talk, attachment);
    sl__attachment_drop(attachment);
    return code;
}
