/*
 * The body of a request: pieces of text and media, read as a pure function of the offset, so that
 * it can be sent again from any place. Media are turned into base64 while they are read and never
 * held in that form, or go out as they are; a video stays in its file.
 */
#ifndef SL_BODY_H
#define SL_BODY_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "message.h"

struct sl__piece {
    char *data;                        /* text, or NULL */
    struct sl__attachment *attachment; /* else: media; a reference */
    bool raw;                          /* which is sent as it is, and not as base64 */
    uint64_t len;                      /* bytes of the text or the attachment */
    uint64_t start;                    /* where it begins in the body */
};

struct sl__body {
    struct sl__piece *pieces;
    size_t count;
    uint64_t len; /* bytes of the whole body */
};

#define SL__BODY_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

void sl__body_release(struct sl__body *body);

/* Each appends. 0 or SL_E_NOMEM. */
int sl__body_text(struct sl__body *body, const char *text);
int sl__body_json(struct sl__body *body, const cJSON *value);

/* The bytes of a picture or video, as base64; holds a reference. Not for addresses. */
int sl__body_attachment(struct sl__body *body, struct sl__attachment *attachment);

/* The same bytes as they are. */
int sl__body_raw(struct sl__body *body, struct sl__attachment *attachment);

/*
 * Copies up to `room` bytes from `offset` on. `*copied` is how many, 0 at the end. Errors: SL_E_IO
 * (a video's file cannot be read any more, or is not as it was): then its end is never copied.
 */
int sl__body_read(const struct sl__body *body, uint64_t offset, char *to, size_t room,
                  size_t *copied, struct sl_error *error);

#endif
