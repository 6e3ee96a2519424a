/* gzip by zlib. */
#include "coding.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* zlib's word for a gzip header around the data */

struct coding {
    z_stream stream;
};

struct coding *coding_new(void)
{
    struct coding *coding = must_alloc(sizeof *coding);
    coding->stream = (z_stream){0};
    if (deflateInit2(&coding->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        fputs("sightline-simulator: out of memory for gzip\n", stderr);
        abort();
    }
    return coding;
}

void coding_free(struct coding *coding)
{
    if (!coding)
        return;
    deflateEnd(&coding->stream);
    free(coding);
}

void coding_add(struct coding *coding, struct text *out, const char *data, size_t len, bool last)
{
    unsigned char piece[4096];
    z_stream *stream = &coding->stream;
    stream->next_in = (unsigned char *)(uintptr_t)data;
    stream->avail_in = (uInt)len;
    do {
        stream->next_out = piece;
        stream->avail_out = sizeof piece;
        deflate(stream, last ? Z_FINISH : Z_SYNC_FLUSH);
        text_add(out, (char *)piece, sizeof piece - stream->avail_out);
    } while (!stream->avail_out);
}
