/*
 * The body of a request: pieces of text and pictures, read as a pure function of the offset, so
 * that it can be sent again from any place. Pictures are turned into base64 while they are read and
 * never held in that form.
 */
#ifndef SL_BODY_H
#define SL_BODY_H

#include <stdint.h>

#include <cjson/cJSON.h>
#include <sightline/media.h>

struct sl__piece {
    char *data;
    size_t len;     /* bytes of data */
    uint64_t start; /* where it begins in the body */
    bool base64;
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

/* Takes the picture's bytes on success. */
int sl__body_picture(struct sl__body *body, struct sl_image *image);

/* Copies up to `room` bytes from `offset` on. Returns how many; 0 at the end. */
size_t sl__body_read(const struct sl__body *body, uint64_t offset, char *to, size_t room);

#endif
