/* Room for a conversation. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "room.h"

enum {
    URL_TOKENS = 1000,
    VIDEO_TOKENS_PER_MB = 4000,
    VIDEO_TOKENS_PER_SECOND = 380,
};

uint64_t sl__room_video_tokens(double seconds)
{
    return (uint64_t)(seconds * VIDEO_TOKENS_PER_SECOND);
}

static uint64_t attachment_tokens(const struct sl__attachment *attachment)
{
    if (attachment->video && attachment->seconds > 0)
        return sl__room_video_tokens(attachment->seconds);
    if (attachment->video)
        return attachment->len / 1000000 * VIDEO_TOKENS_PER_MB + URL_TOKENS;
    if (attachment->width == 0)
        return URL_TOKENS;
    bool high = strcmp(attachment->detail, "high") == 0;
    return sl_image_tokens(attachment->width, attachment->height,
                           high ? SL_DETAIL_HIGH : SL_DETAIL_LOW);
}

uint64_t sl__room_tokens(const struct sl__history *history)
{
    uint64_t tokens = 0;
    for (size_t i = 0; i < history->count; i++) {
        const struct sl__message *message = history->items[i];
        tokens += strlen(message->text) / SL__BYTES_PER_TOKEN + 8;
        for (size_t k = 0; k < message->attachment_count; k++)
            tokens += attachment_tokens(message->attachments[k]);
    }
    return tokens;
}

/* Pictures and their bytes from one message to the end. */
static void count_pictures(const struct sl__history *history, unsigned *pictures, uint64_t *bytes)
{
    for (size_t i = 0; i < history->count; i++) {
        const struct sl__message *message = history->items[i];
        for (size_t k = 0; k < message->attachment_count; k++) {
            *pictures += !message->attachments[k]->video;
            *bytes += message->attachments[k]->video ? 0 : message->attachments[k]->len;
        }
    }
}

uint64_t sl__room_for_question(const struct sl__model *model)
{
    uint64_t output = model->max_output;
    if (output > model->context / 4)
        output = model->context / 4;
    return model->context - output;
}

static bool has_room(const struct sl__history *history, const struct sl__model *model)
{
    unsigned pictures = 0;
    uint64_t bytes = 0;
    count_pictures(history, &pictures, &bytes);
    return pictures <= model->max_pictures && bytes <= model->max_picture_bytes &&
           sl__room_tokens(history) <= sl__room_for_question(model);
}

long sl__room_shortage(const struct sl__history *history, size_t asked,
                       const struct sl__model *model)
{
    if (has_room(history, model))
        return -1;
    for (size_t i = 0; i < asked; i++) {
        if (history->items[i]->attachment_count > 0)
            return (long)i;
    }
    return -1;
}

int sl__room_make(struct sl__history *history, size_t at, const char *description)
{
    const struct sl__message *old = history->items[at];
    struct sl__buf text = SL__BUF_INIT(SL__MAX_PROMPT);
    int code = sl__buf_adds(&text, "What was attached here, described: ");
    if (!code)
        code = sl__buf_adds(&text, description);
    if (!code)
        code = sl__buf_addf(&text, "\n\n%s", old->text);
    struct sl__message *made = code ? NULL : sl__message_new(old->role, sl__buf_text(&text));
    sl__buf_release(&text);
    if (!made)
        return SL_E_NOMEM;
    if (old->parted)
        made->parted = sl__attachment_hold(old->parted);
    sl__message_drop(history->items[at]);
    history->items[at] = made;
    return 0;
}
