/*
 * The video module: a shared object of its own, sightline-video.so, that puts videos into MP4 and
 * cuts them at key frames, without coding anything anew unless it is asked to, and decodes single
 * pictures of them. It is linked to libavformat, and opened by core when a file needs it, so that
 * nobody else pays for that library.
 *
 * A cutter belongs to one thread at a time.
 */
#ifndef SL_VIDEO_MODULE_H
#define SL_VIDEO_MODULE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sightline/error.h>

#include "modules.h"

struct sl__cutter;

/* What is cut. All of it is borrowed until the cutter is closed. */
struct sl__cut_source {
    int fd;
    uint64_t len;     /* bytes of the file */
    const char *name; /* as sentences call it */
    bool transcode;   /* what cannot be copied is coded anew */
    const atomic_bool *cancel;
    /* Tells how many bytes were read, of how many: often. */
    void (*progress)(uint64_t done, uint64_t total, void *context);
    void *context;
};

/* A video within `whole_seconds` and `bytes` is one part; of any other each is within these. */
struct sl__cut_limits {
    double whole_seconds, part_seconds;
    uint64_t bytes;
    size_t count; /* of parts */
};

struct sl__cut_part {
    double start, seconds; /* in the whole video */
    uint64_t bytes;        /* about what it will have */
};

/* Which pictures of a video are wanted: at most 60. */
struct sl__frame_choice {
    size_t most;
    double rate; /* so many a second, if that is fewer; 0: all of them */
    bool scenes; /* the first one, and where the picture changes most; false: evenly spaced */
};

enum { SL__MOST_FRAMES = 60 };

/* One picture of a video: 8-bit RGB. All of it is valid until the callback returns. */
struct sl__frame {
    const unsigned char *rgb;
    uint32_t width, height;
    size_t stride;        /* bytes from one row to the next */
    unsigned orientation; /* how it is to be turned, as EXIF has it */
    double seconds, of;   /* when it is shown, and how long the video lasts */
};

/* Any other value than 0 ends the reading with it. */
typedef int (*sl__frame_fn)(const struct sl__frame *frame, void *context);

struct sl__video_module {
    struct sl__module module;

    /*
     * Reads through the video and finds where it is to be cut: each part ends before the last key
     * frame within the limits. With `transcode`, sound that cannot be copied is coded anew, and so
     * are pictures for which there are no such parts, in parts of the same length. On success
     * `*cutter` is the caller's. Errors: SL_E_UNSUPPORTED (it cannot be copied; the sentence has
     * the line for ffmpeg that mends it), SL_E_CORRUPT, SL_E_TOO_LARGE, SL_E_IO, SL_E_CANCELLED,
     * SL_E_NOMEM.
     */
    int (*open)(struct sl__cutter **cutter, const struct sl__cut_source *source,
                const struct sl__cut_limits *limits, struct sl_error *error);
    const struct sl__cut_part *(*parts)(const struct sl__cutter *cutter, size_t *count);

    /*
     * Writes a part to an empty file, as an MP4 whose time begins at 0: the same bytes each time,
     * also of what is coded anew (but by VideoToolbox), so that what was stored of it is found
     * again. What lies before it is read for that, from where the last one ended if that is before
     * it. Errors: as open; SL_E_IO also for the file that is written. After an error there is
     * nothing more to be had.
     */
    int (*write)(struct sl__cutter *cutter, size_t part, int fd, struct sl_error *error);
    void (*close)(struct sl__cutter *cutter); /* NULL is fine */

    /*
     * Decodes pictures, in their order, of a video of any codec that libavcodec decodes. Errors: as
     * open, but that nothing is copied; what `take` returns, which writes its own sentence.
     */
    int (*frames)(const struct sl__cut_source *source, const struct sl__frame_choice *choice,
                  sl__frame_fn take, void *context, struct sl_error *error);
};

#define SL__VIDEO_MODULE_SYMBOL "sl__video_module"

#endif
