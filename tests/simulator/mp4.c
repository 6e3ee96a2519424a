/* MP4 and QuickTime: boxes within boxes. */
#include <string.h>

#include "video.h"

#define MAX_DEPTH 8

struct box {
    const unsigned char *data, *end; /* what it holds */
};

struct reader {
    struct video *video;
    double scale;       /* units of the whole file's time in a second */
    double track_start; /* seconds until the track that is read begins */
};

static unsigned long long number(const unsigned char *at, size_t bytes)
{
    unsigned long long value = 0;
    while (bytes--)
        value = value << 8 | *at++;
    return value;
}

/* The whole file's length, and its time in seconds. */
static void read_movie_header(struct reader *reader, const struct box *box)
{
    bool wide = box->end > box->data && box->data[0] == 1;
    size_t at = wide ? 20 : 12, size = wide ? 8 : 4;
    if ((size_t)(box->end - box->data) < at + 4 + size)
        return;
    unsigned long long scale = number(box->data + at, 4);
    unsigned long long duration = number(box->data + at + 4, size);
    reader->scale = (double)scale;
    if (scale && duration != (wide ? ~0ull : 0xffffffffu))
        reader->video->seconds = (double)duration / (double)scale;
}

/* The last eight bytes are the size of what is seen, in 16.16; that of a sound is 0. */
static void read_track_header(struct video *video, const struct box *box)
{
    if (box->end - box->data < 84 || video->width)
        return;
    video->width = (unsigned)number(box->end - 8, 2);
    video->height = (unsigned)number(box->end - 4, 2);
}

/* An edit without pictures, or sound, comes before them. Only the short form is read. */
static void read_edits(struct reader *reader, const struct box *box)
{
    bool empty = box->end - box->data >= 20 && number(box->data, 1) == 0 &&
                 number(box->data + 12, 4) == 0xffffffffu;
    if (empty && reader->scale > 0)
        reader->track_start = (double)number(box->data + 8, 4) / reader->scale;
}

/* Only pictures have a list of which of them are key frames. */
static void read_key_frames(struct reader *reader, const struct box *box)
{
    reader->video->first_is_key = box->end - box->data >= 12 && number(box->data + 8, 4) == 1;
    reader->video->start = reader->track_start;
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

static bool is_one_of(const char *type, const char *const *types, size_t count)
{
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found = found || !strcmp(type, types[i]);
    return found;
}

static void read_boxes(struct reader *reader, const struct box *parent, int depth)
{
    static const char *const lists[] = {"moov", "trak", "edts", "mdia", "minf", "stbl"};
    const unsigned char *at = parent->data;
    struct box box;
    char type[5];
    while (depth < MAX_DEPTH && next_box(parent, &at, type, &box)) {
        if (!strcmp(type, "trak"))
            reader->track_start = 0;
        if (is_one_of(type, lists, sizeof lists / sizeof lists[0]))
            read_boxes(reader, &box, depth + 1);
        else if (!strcmp(type, "mvhd"))
            read_movie_header(reader, &box);
        else if (!strcmp(type, "tkhd"))
            read_track_header(reader->video, &box);
        else if (!strcmp(type, "elst"))
            read_edits(reader, &box);
        else if (!strcmp(type, "stss"))
            read_key_frames(reader, &box);
    }
}

bool mp4_read(struct video *video, const unsigned char *data, size_t len)
{
    struct reader reader = {.video = video};
    struct box whole = {data, data + len};
    read_boxes(&reader, &whole, 0);
    return video->width && video->height;
}
