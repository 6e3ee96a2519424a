/* What reading and writing JPEG share: libjpeg's way to fail, made safe. */
#ifndef SL__JPEG_H
#define SL__JPEG_H

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "picture.h"

/*
 * libjpeg leaves its functions by longjmp. Each of ours that calls it sets `jump` anew and keeps
 * what it needs in structs, not in local variables.
 */
struct sl__jpeg_failure {
    struct jpeg_error_mgr base; /* first: libjpeg knows this part only */
    jmp_buf jump;
    const struct sl__input *input;
    int code;    /* why it jumped */
    bool ended;  /* the reader wanted more bytes than there are */
    bool untidy; /* a harmless irregularity was met */
};

/* Returns what goes into the `err` of a codec struct. */
struct jpeg_error_mgr *sl__jpeg_failure_init(struct sl__jpeg_failure *failure,
                                             const struct sl__input *input);

/* Leaves by `jump`, with the error already set. */
_Noreturn void sl__jpeg_leave(struct sl__jpeg_failure *failure, int code);

/* jpeg_markers.c */
int sl__jpeg_probe(const struct sl__input *input, struct sl__picture *picture);
int sl__jpeg_strip(const struct sl__input *input, struct sl__bytes *out);

#endif
