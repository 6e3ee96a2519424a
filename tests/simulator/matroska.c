/* Matroska: elements within elements, with ids and sizes of one to eight bytes. */
#include <stdint.h>
#include <string.h>

#include "video.h"

enum {
    SEGMENT = 0x18538067,
    INFO = 0x1549a966,
    TRACKS = 0x1654ae6b,
    TRACK = 0xae,
    VIDEO = 0xe0,
    SCALE = 0x2ad7b1,
    DURATION = 0x4489,
    WIDTH = 0xb0,
    HEIGHT = 0xba,
};

struct reader {
    struct video *video;
    double scale, duration; /* nanoseconds in a tick; ticks */
};

static uint64_t number(const unsigned char *at, size_t bytes)
{
    uint64_t value = 0;
    while (bytes--)
        value = value << 8 | *at++;
    return value;
}

/* How many bytes a number takes is said by the first 1 bit of its first byte. */
static bool take_number(const unsigned char **at, const unsigned char *end, bool keep_mark,
                        uint64_t *value, size_t *size)
{
    if (*at >= end || !**at)
        return false;
    *size = 1;
    while (!(**at & (0x80 >> (*size - 1))))
        (*size)++;
    if ((size_t)(end - *at) < *size)
        return false;
    *value = number(*at, *size);
    if (!keep_mark)
        *value &= ~(1ull << (7 * *size));
    *at += *size;
    return true;
}

static double float_of(const unsigned char *data, size_t len)
{
    uint64_t bits = number(data, len > 8 ? 8 : len);
    uint32_t short_bits = (uint32_t)bits;
    double value = 0;
    float short_value = 0;
    memcpy(&value, &bits, sizeof value);
    memcpy(&short_value, &short_bits, sizeof short_value);
    return len == 4 ? (double)short_value : len == 8 ? value : 0;
}

static void read_elements(struct reader *reader, const unsigned char *at, const unsigned char *end,
                          int depth);

static void read_element(struct reader *reader, uint64_t id, const unsigned char *data, size_t len,
                         int depth)
{
    uint64_t value = len <= 8 ? number(data, len) : 0;
    switch (id) {
    case SEGMENT:
    case INFO:
    case TRACKS:
    case TRACK:
    case VIDEO:
        read_elements(reader, data, data + len, depth + 1);
        break;
    case SCALE:
        reader->scale = (double)value;
        break;
    case DURATION:
        reader->duration = float_of(data, len);
        break;
    case WIDTH:
        reader->video->width = (unsigned)value;
        break;
    case HEIGHT:
        reader->video->height = (unsigned)value;
        break;
    default:
        break;
    }
}

static void read_elements(struct reader *reader, const unsigned char *at, const unsigned char *end,
                          int depth)
{
    while (at < end && depth < 8) {
        uint64_t id, len;
        size_t size;
        if (!take_number(&at, end, true, &id, &size) || size > 4 ||
            !take_number(&at, end, false, &len, &size))
            return;
        if (len == (1ull << (7 * size)) - 1) /* not known: to the end */
            len = (uint64_t)(end - at);
        if (len > (uint64_t)(end - at))
            return;
        read_element(reader, id, at, (size_t)len, depth);
        at += len;
    }
}

bool matroska_read(struct video *video, const unsigned char *data, size_t len)
{
    struct reader reader = {.video = video, .scale = 1e6};
    read_elements(&reader, data, data + len, 0);
    double seconds = reader.duration * reader.scale / 1e9;
    video->seconds = seconds > 0 && seconds < 1e9 ? seconds : 0;
    return video->width && video->height;
}
