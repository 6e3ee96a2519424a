/* The body of a request. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base64.h"
#include "body.h"

/* How much of a video is turned into base64 at a time: whole groups. */
#define READ_CHARACTERS 16384u

void sl__body_release(struct sl__body *body)
{
    for (size_t i = 0; i < body->count; i++) {
        free(body->pieces[i].data);
        sl__attachment_drop(body->pieces[i].attachment);
    }
    free(body->pieces);
    *body = (struct sl__body)SL__BODY_INIT;
}

static uint64_t piece_length(const struct sl__piece *piece)
{
    return piece->attachment && !piece->raw ? sl__base64_length(piece->len) : piece->len;
}

/* Takes what the piece owns on success. */
static int add_piece(struct sl__body *body, struct sl__piece piece)
{
    struct sl__piece *pieces = realloc(body->pieces, (body->count + 1) * sizeof *pieces);
    if (!pieces)
        return SL_E_NOMEM;
    piece.start = body->len;
    body->pieces = pieces;
    body->pieces[body->count++] = piece;
    body->len += piece_length(&piece);
    return 0;
}

static int add_owned(struct sl__body *body, char *text)
{
    int code = SL_E_NOMEM;
    if (text)
        code = add_piece(body, (struct sl__piece){.data = text, .len = strlen(text)});
    if (code)
        free(text);
    return code;
}

int sl__body_text(struct sl__body *body, const char *text)
{
    return add_owned(body, strdup(text));
}

int sl__body_json(struct sl__body *body, const cJSON *value)
{
    return add_owned(body, cJSON_PrintUnformatted(value));
}

static int add_attachment(struct sl__body *body, struct sl__attachment *attachment, bool raw)
{
    struct sl__piece piece = {.attachment = attachment, .raw = raw, .len = attachment->len};
    int code = add_piece(body, piece);
    if (!code)
        sl__attachment_hold(attachment);
    return code;
}

int sl__body_attachment(struct sl__body *body, struct sl__attachment *attachment)
{
    return add_attachment(body, attachment, false);
}

int sl__body_raw(struct sl__body *body, struct sl__attachment *attachment)
{
    return add_attachment(body, attachment, true);
}

/* The last piece that begins at or before `offset`. */
static size_t find_piece(const struct sl__body *body, uint64_t offset)
{
    size_t low = 0, high = body->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (body->pieces[middle].start <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static int fail_changed(const struct sl__attachment *video, struct sl_error *error)
{
    return sl_error_set(error, SL_E_IO,
                        "%s: the file was changed while it was sent; wait until it is whole, and "
                        "ask again",
                        video->name);
}

/* All of `len` bytes, or nothing that can be used. */
static int read_file(const struct sl__attachment *video, uint64_t at, unsigned char *to, size_t len,
                     struct sl_error *error)
{
    while (len > 0) {
        ssize_t count = sl__attachment_read(video, at, to, len);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return sl_error_set(error, SL_E_IO,
                                "%s: the file cannot be read any more while it is sent (%s); check "
                                "it and ask again",
                                video->name, strerror(errno));
        if (count == 0)
            return fail_changed(video, error);
        to += count;
        at += (uint64_t)count;
        len -= (size_t)count;
    }
    return 0;
}

/* As much of a video as there is room for; the end of a changed one is never copied. */
static int read_raw(const struct sl__piece *piece, uint64_t offset, char *to, size_t room,
                    size_t *copied, struct sl_error *error)
{
    uint64_t left = piece->len - offset;
    size_t len = left < room ? (size_t)left : room;
    int code = read_file(piece->attachment, offset, (unsigned char *)to, len, error);
    if (!code && len == left && !sl__attachment_unchanged(piece->attachment))
        code = fail_changed(piece->attachment, error);
    *copied = code ? 0 : len;
    return code;
}

/* A few groups of a video's base64, beginning with the one that `offset` is in. */
static int read_groups(const struct sl__piece *piece, uint64_t offset, char *to, size_t room,
                       size_t *copied, struct sl_error *error)
{
    unsigned char bytes[READ_CHARACTERS / 4 * 3];
    uint64_t at = offset / 4 * 3, left = piece->len - at;
    size_t skip = (size_t)(offset % 4);
    size_t end = room < READ_CHARACTERS - skip ? skip + room : READ_CHARACTERS;
    size_t len = (end + 3) / 4 * 3;
    len = left < len ? (size_t)left : len;
    int code = read_file(piece->attachment, at, bytes, len, error);
    if (!code && len == left && !sl__attachment_unchanged(piece->attachment))
        code = fail_changed(piece->attachment, error);
    if (!code)
        *copied = sl__base64_read(bytes, len, skip, to, room);
    return code;
}

static int read_video(const struct sl__piece *piece, uint64_t offset, char *to, size_t room,
                      size_t *copied, struct sl_error *error)
{
    uint64_t total = piece_length(piece);
    int code = 0;
    while (*copied < room && offset < total && !code) {
        size_t count = 0;
        code = read_groups(piece, offset, to + *copied, room - *copied, &count, error);
        *copied += count;
        offset += count;
    }
    return code;
}

static int read_piece(const struct sl__piece *piece, uint64_t offset, char *to, size_t room,
                      size_t *copied, struct sl_error *error)
{
    const struct sl__attachment *attachment = piece->attachment;
    if (attachment && attachment->kind == SL__ATTACHED_FILE)
        return (piece->raw ? read_raw : read_video)(piece, offset, to, room, copied, error);
    if (attachment && !piece->raw) {
        *copied = sl__base64_read(attachment->data, piece->len, offset, to, room);
        return 0;
    }
    uint64_t left = piece->len - offset;
    *copied = left < room ? (size_t)left : room;
    memcpy(to, (attachment ? (const char *)attachment->data : piece->data) + offset, *copied);
    return 0;
}

int sl__body_read(const struct sl__body *body, uint64_t offset, char *to, size_t room,
                  size_t *copied, struct sl_error *error)
{
    int code = 0;
    *copied = 0;
    if (offset >= body->len)
        return 0;
    for (size_t i = find_piece(body, offset); i < body->count && *copied < room && !code; i++) {
        const struct sl__piece *piece = &body->pieces[i];
        size_t count = 0;
        code = read_piece(piece, offset + *copied - piece->start, to + *copied, room - *copied,
                          &count, error);
        *copied += count;
    }
    return code;
}
