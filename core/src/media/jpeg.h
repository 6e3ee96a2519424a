/* What reading and writing JPEG share: libjpeg's way to fail, made safe. */
#ifndef SL__JPEG_H
#define SL__JPEG_H

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "planes.h"

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

/* jpeg_reader.c: what is allocated with zeros, and read by functions that set `failure.jump`. */
struct sl__jpeg_reader {
    struct jpeg_decompress_struct info;
    struct sl__jpeg_failure failure;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
};

void sl__jpeg_reader_init(struct sl__jpeg_reader *reader, const struct sl__input *input);
/* Up to where the output can be chosen. */
int sl__jpeg_reader_begin(struct sl__jpeg_reader *reader, const struct sl__picture *picture,
                          unsigned shrink);
/* When all rows have been read. */
int sl__jpeg_reader_finish(struct sl__jpeg_reader *reader);
unsigned sl__jpeg_shrink_for(const struct sl__picture *picture, uint32_t width, uint32_t height);

/* jpeg_planes.c */
int sl__jpeg_open_planes(struct sl__planes **planes, const struct sl__input *input,
                         const struct sl__picture *picture, uint32_t width, uint32_t height);

/* jpeg_markers.c */
int sl__jpeg_probe(const struct sl__input *input, struct sl__picture *picture);
int sl__jpeg_strip(const struct sl__input *input, struct sl__bytes *out);

#endif
