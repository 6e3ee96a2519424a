/*
 * Vim's JSON channel.
 *
 * Vim ends each message with a newline and writes none inside it. Events carry the number 0, which
 * brings them to the channel's callback; the other form a channel knows, an array that starts with
 * a word, would be run as a command and is never written.
 */
#include "wire.h"

#include <string.h>

/*
 * Vim's channel slows down far beyond proportion with longer messages. Text has no control
 * characters but newline and tab, so that JSON at most doubles it; the rest is for the envelope.
 */
enum { EVENT_MAX = 16384, ENVELOPE_MAX = 384 };

static enum wire_result read_message(const char *data, size_t len, size_t *used, cJSON **message,
                                     struct sl_error *error)
{
    const char *end = len ? memchr(data, '\n', len) : NULL;
    cJSON *pair;

    if (!end)
        return WIRE_MORE;
    *used = (size_t)(end - data) + 1;
    pair = cJSON_ParseWithLength(data, (size_t)(end - data));
    if (cJSON_IsArray(pair) && cJSON_GetArraySize(pair) == 2)
        *message = cJSON_DetachItemFromArray(pair, 1);
    cJSON_Delete(pair);
    if (*message)
        return WIRE_MESSAGE;
    sl_error_set(error, SL_E_INVALID, "a message from Vim is not [number, message] in JSON");
    return WIRE_REFUSED;
}

static int write_event(struct bytes *out, const cJSON *event)
{
    char *text = cJSON_PrintUnformatted(event);
    size_t before = out->len;
    int failed = !text || bytes_append(out, "[0,", 3) || bytes_append(out, text, strlen(text)) ||
                 bytes_append(out, "]\n", 2);

    if (failed)
        out->len = before;
    cJSON_free(text);
    return failed ? -1 : 0;
}

const struct wire wire_vim = {
    .text_max = (EVENT_MAX - ENVELOPE_MAX) / 2,
    .read = read_message,
    .write = write_event,
};
