/* What a video's container says of it. No frame is decoded. */
#ifndef SIMULATOR_VIDEO_H
#define SIMULATOR_VIDEO_H

#include <stdbool.h>
#include <stddef.h>

#include "failure.h"

#define VIDEO_MAX_BYTES 128000000
#define VIDEO_MAX_SECONDS 300

struct video {
    const char *format; /* "MP4", "QuickTime", "Matroska" */
    unsigned width, height;
    double seconds;
    size_t bytes;
    bool first_is_key; /* an MP4 says so */
    double start;      /* seconds until its first picture, then */
    const char *url;   /* NULL, or where it is: nobody fetched it, and the rest is 0 */
};

/* `mime` must be the one of the bytes, or NULL. `name` begins the sentence of a refusal. */
bool video_read(struct video *video, const char *mime, const unsigned char *data, size_t len,
                const char *name, struct failure *failure);

/* The containers. False when nothing of a video is in there. */
bool mp4_read(struct video *video, const unsigned char *data, size_t len);
bool matroska_read(struct video *video, const unsigned char *data, size_t len);

#endif
