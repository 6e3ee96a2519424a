/* Small videos for tests: of boxes that say what a test wants, and of ffmpeg's making. */
#ifndef TESTS_VIDEOS_H
#define TESTS_VIDEOS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

struct boxes {
    unsigned char data[4096];
    size_t len, open[8];
    int depth;
};

static inline void put(struct boxes *boxes, const void *bytes, size_t len)
{
    assert_true(boxes->len + len <= sizeof boxes->data);
    memcpy(boxes->data + boxes->len, bytes, len);
    boxes->len += len;
}

static inline void put_number(struct boxes *boxes, uint64_t number, int bytes)
{
    while (bytes-- > 0)
        put(boxes, (unsigned char[]){(unsigned char)(number >> 8 * bytes)}, 1);
}

static inline void begin_box(struct boxes *boxes, const char *type)
{
    boxes->open[boxes->depth++] = boxes->len;
    put_number(boxes, 0, 4);
    put(boxes, type, 4);
}

static inline void end_box(struct boxes *boxes)
{
    size_t at = boxes->open[--boxes->depth], end = boxes->len;
    boxes->len = at;
    put_number(boxes, end - at, 4);
    boxes->len = end;
}

static inline void put_box(struct boxes *boxes, const char *type, const void *bytes, size_t len)
{
    begin_box(boxes, type);
    put(boxes, bytes, len);
    end_box(boxes);
}

static inline void put_track(struct boxes *boxes, const char *handler, const char *codec)
{
    static const unsigned char zeros[32];
    begin_box(boxes, "trak");
    put_box(boxes, "tkhd", zeros, 32);
    begin_box(boxes, "mdia");
    begin_box(boxes, "hdlr");
    put(boxes, zeros, 8);
    put(boxes, handler, 4);
    put(boxes, zeros, 12);
    end_box(boxes);
    begin_box(boxes, "minf");
    put_box(boxes, "hdlr", "\0\0\0\0dhlralis", 12); /* as QuickTime has it */
    begin_box(boxes, "stbl");
    begin_box(boxes, "stsd");
    put_number(boxes, 1, 8);
    put_number(boxes, 86, 4);
    put(boxes, codec, 4);
    put(boxes, zeros, 32);
    end_box(boxes);
    end_box(boxes);
    end_box(boxes);
    end_box(boxes);
    end_box(boxes);
}

/* A whole file with sound and pictures. `wide`: with numbers of 64 bits. */
static inline void put_video(struct boxes *boxes, const char *brand, uint64_t seconds, bool wide)
{
    static const unsigned char zeros[80];
    begin_box(boxes, "ftyp");
    put(boxes, brand, 4);
    put_number(boxes, 512, 4);
    end_box(boxes);
    begin_box(boxes, "moov");
    begin_box(boxes, "mvhd");
    put_number(boxes, wide ? 1 : 0, 1);
    put(boxes, zeros, wide ? 19 : 11);
    put_number(boxes, 1000, 4);
    put_number(boxes, seconds * 1000, wide ? 8 : 4);
    put(boxes, zeros, 80);
    end_box(boxes);
    put_track(boxes, "soun", "mp4a");
    put_track(boxes, "vide", "avc1");
    end_box(boxes);
    put_box(boxes, "mdat", "0123456789", 10);
}

#endif
