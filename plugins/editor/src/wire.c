/* What both wires share: keeping the rest of a read until its message is whole. */
#include "wire.h"

int wire_feed(const struct wire *wire, struct bytes *in, const char *data, size_t len,
              wire_message_fn on_message, void *user, struct sl_error *error)
{
    enum wire_result result;
    size_t start = 0;

    if (bytes_append(in, data, len))
        return sl_error_set(error, SL_E_TOO_LARGE, "the editor sent a message over %u MB",
                            WIRE_MESSAGE_MAX >> 20);
    for (;;) {
        struct sl_error why = SL_ERROR_INIT;
        cJSON *message = NULL;
        size_t used = 0;

        result = wire->read(in->data + start, in->len - start, &used, &message, &why);
        if (result == WIRE_MORE)
            break;
        if (result == WIRE_BROKEN)
            return sl_error_set(error, why.code, "%s", why.message);
        start += used;
        on_message(message, message ? NULL : &why, user);
        cJSON_Delete(message);
    }
    bytes_drop(in, start);
    return 0;
}
