/* The body of a request. */
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "body.h"

void sl__body_release(struct sl__body *body)
{
    for (size_t i = 0; i < body->count; i++)
        free(body->pieces[i].data);
    free(body->pieces);
    *body = (struct sl__body)SL__BODY_INIT;
}

static uint64_t piece_length(const struct sl__piece *piece)
{
    return piece->base64 ? sl__base64_length(piece->len) : piece->len;
}

/* Takes `data` on success. */
static int add_piece(struct sl__body *body, char *data, size_t len, bool base64)
{
    struct sl__piece *pieces = realloc(body->pieces, (body->count + 1) * sizeof *pieces);
    if (!pieces)
        return SL_E_NOMEM;
    body->pieces = pieces;
    struct sl__piece *piece = &pieces[body->count++];
    *piece = (struct sl__piece){.data = data, .len = len, .start = body->len, .base64 = base64};
    body->len += piece_length(piece);
    return 0;
}

static int add_owned(struct sl__body *body, char *text)
{
    int code = text ? add_piece(body, text, strlen(text), false) : SL_E_NOMEM;
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

int sl__body_picture(struct sl__body *body, struct sl_image *image)
{
    int code = add_piece(body, (char *)image->data, image->len, true);
    if (!code)
        image->data = NULL;
    return code;
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

static size_t read_piece(const struct sl__piece *piece, uint64_t offset, char *to, size_t room)
{
    if (piece->base64)
        return sl__base64_read(piece->data, piece->len, offset, to, room);
    size_t left = piece->len - (size_t)offset, count = left < room ? left : room;
    memcpy(to, piece->data + offset, count);
    return count;
}

size_t sl__body_read(const struct sl__body *body, uint64_t offset, char *to, size_t room)
{
    size_t copied = 0;
    if (offset >= body->len)
        return 0;
    for (size_t i = find_piece(body, offset); i < body->count && copied < room; i++) {
        const struct sl__piece *piece = &body->pieces[i];
        copied += read_piece(piece, offset + copied - piece->start, to + copied, room - copied);
    }
    return copied;
}
