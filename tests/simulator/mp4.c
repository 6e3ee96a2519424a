/* MP4 and QuickTime: boxes within boxes. */
#include <string.h>

#include "video.h"

#define MAX_DEPTH 8

struct box {
    const unsigned char *data, *end; /* what it holds */
};

static unsigned long long number(const unsigned char *at, size_t bytes)
{
    unsigned long long value = 0;
    while (bytes--)
        value = value << 8 | *at++;
    return value;
}

/* The whole file's length, and its time in seconds. */
static void read_movie_header(struct video *video, const struct box *box)
{
    bool wide = box->end > box->data && box->data[0] == 1;
    size_t at = wide ? 20 : 12, size = wide ? 8 : 4;
    if ((size_t)(box->end - box->data) < at + 4 + size)
        return;
    unsigned long long scale = number(box->data + at, 4);
    unsigned long long duration = number(box->data + at + 4, size);
    if (scale && duration != (wide ? ~0ull : 0xffffffffu))
        video->seconds = (double)duration / (double)scale;
}

/* The last eight bytes are the size of what is seen, in 16.16; that of a sound is 0. */
static void read_track_header(struct video *video, const struct box *box)
{
    if (box->end - box->data < 84 || video->width)
        return;
    video->width = (unsigned)number(box->end - 8, 2);
    video->height = (unsigned)number(box->end - 4, 2);
}

static bool next_box(const struct box *parent, const unsigned char **at, char type[5],
                     struct box *box)
{
    size_t left = (size_t)(parent->end - *at), head = 8;
    if (left < head)
        return false;
    unsigned long long size = number(*at, 4);
    memcpy(type, *at + 4, 4);
    type[4] = 0;
    if (size == 1 && left >= 16) {
        head = 16;
        size = number(*at + 8, 8);
    } else if (!size) {
        size = left;
    }
    if (size < head || size > left)
        return false;
    box->data = *at + head;
    box->end = *at += size;
    return true;
}

static void read_boxes(struct video *video, const struct box *parent, int depth)
{
    const unsigned char *at = parent->data;
    struct box box;
    char type[5];
    while (depth < MAX_DEPTH && next_box(parent, &at, type, &box)) {
        if (!strcmp(type, "moov") || !strcmp(type, "trak"))
            read_boxes(video, &box, depth + 1);
        else if (!strcmp(type, "mvhd"))
            read_movie_header(video, &box);
        else if (!strcmp(type, "tkhd"))
            read_track_header(video, &box);
    }
}

bool mp4_read(struct video *video, const unsigned char *data, size_t len)
{
    struct box whole = {data, data + len};
    read_boxes(video, &whole, 0);
    return video->width && video->height;
}
