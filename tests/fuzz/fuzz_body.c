/*
 * Fuzzes request bodies: any part that is read is the same as in the whole. The input says which
 * pieces the body has and where it is read from.
 */
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "fuzz.h"

enum { ROOM = 1 << 16 };

static int add_picture(struct sl__body *body, const unsigned char *data, size_t len)
{
    struct sl__attachment *picture = sl__attachment_new();
    if (!picture)
        return SL_E_NOMEM;
    picture->kind = SL__ATTACHED_BYTES;
    picture->data = malloc(len + 1);
    picture->len = len;
    int code = picture->data ? 0 : SL_E_NOMEM;
    if (!code) {
        memcpy(picture->data, data, len);
        code = sl__body_attachment(body, picture);
    }
    sl__attachment_drop(picture);
    return code;
}

static int add_text(struct sl__body *body, const unsigned char *data, size_t len)
{
    char *text = strndup((const char *)data, len);
    int code = text ? sl__body_text(body, text) : SL_E_NOMEM;
    free(text);
    return code;
}

static size_t read_at(const struct sl__body *body, uint64_t offset, char *to, size_t room)
{
    size_t copied = 0;
    if (sl__body_read(body, offset, to, room, &copied, NULL))
        abort();
    return copied;
}

static void check(const struct sl__body *body, uint64_t offset, size_t room)
{
    static char whole[ROOM], part[ROOM];
    size_t len = read_at(body, 0, whole, ROOM), copied = read_at(body, offset, part, room);
    if (len != body->len || copied != (room < len - offset ? room : len - offset) ||
        memcmp(whole + offset, part, copied) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    struct sl__body body = SL__BODY_INIT;
    size_t at = 3;
    if (len < 4 || len > 4096)
        return 0;
    while (at < len) {
        size_t some = data[at] / 2 < len - at - 1 ? data[at] / 2 : len - at - 1;
        int code = data[at] & 1 ? add_picture(&body, data + at + 1, some)
                                : add_text(&body, data + at + 1, some);
        if (code)
            abort();
        at += some + 1;
    }
    uint64_t offset = body.len > 0 ? (data[0] | (uint64_t)data[1] << 8) % body.len : 0;
    check(&body, offset, data[2] + 1u);
    sl__body_release(&body);
    return 0;
}
