/* What the files of the video module share. */
#ifndef SL_CUTTER_H
#define SL_CUTTER_H

#include <stdbool.h>

#include <libavformat/avformat.h>

#include "coding.h"
#include "module.h"
#include "times.h"

/* A video that is read from its beginning: its pictures and one sound of it. */
struct sl__reading {
    const struct sl__cut_source *source;
    AVFormatContext *format;
    uint64_t offset;                    /* of the next byte that libavformat reads */
    int pictures, sound;                /* numbers of streams; `sound` is -1 where there is none */
    int64_t picture_count, sound_count; /* packets that were read of them */
    double last;                        /* when the last packet of any stream begins, in seconds */
};

/* Opens the file and finds its streams. Errors: as sl__video_module.open. */
int sl__reading_open(struct sl__reading *reading, const struct sl__cut_source *source,
                     struct sl_error *error);

/* Which of them are coded anew. */
struct sl__anew {
    bool pictures, sound;
};

/* Whether an MP4 can hold them, or holds what is coded anew. Errors: SL_E_UNSUPPORTED. */
int sl__reading_check_codecs(const struct sl__reading *reading, struct sl__anew *anew,
                             struct sl_error *error);
void sl__reading_close(struct sl__reading *reading);

/* The next packet of any stream: 0, AVERROR_EOF, or a failure of libavformat's. */
int sl__reading_next(struct sl__reading *reading, AVPacket *packet);

/*
 * At the end: whether pictures were there, and all that the file says itself. Errors: SL_E_CORRUPT.
 */
int sl__reading_check_whole(const struct sl__reading *reading, struct sl_error *error);

/* What the file says of its length, in seconds; 0 where it does not. */
double sl__reading_duration(const struct sl__reading *reading);

/* The same, or else what libavformat guesses. */
double sl__reading_length(const struct sl__reading *reading);

const AVStream *sl__reading_stream(const struct sl__reading *reading, int number);

/* A time of one of its streams in the unit of the pictures; see times.h. */
int64_t sl__reading_time(const struct sl__reading *reading, int number, int64_t time);

/* Leaves out what is no time. */
void sl__packet_check_times(AVPacket *packet);

/* When a packet is shown, or AV_NOPTS_VALUE. */
static inline int64_t sl__packet_time(const AVPacket *packet)
{
    return packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
}

/* Writes the sentence about a failure of libavformat's, and returns its code. */
int sl__cut_failed(const struct sl__cut_source *source, int failure, struct sl_error *error);

/* The video cannot be copied: `why`, and what mends it, with what ffmpeg is to be given. */
int sl__cut_refused(const struct sl__cut_source *source, const char *why, const char *remedy,
                    struct sl_error *error);

/* Where the parts begin. Times are in the unit of the pictures' stream. */
struct sl__cut {
    int64_t time;  /* of its first picture; of all there is, for the first part */
    int64_t first; /* which of the pictures' packets that is */
};

struct sl__plan {
    struct sl__cut *cuts;
    struct sl__cut_part *parts;
    size_t count;
    int64_t sound_count; /* packets of all the sound */
};

/* Plans the cuts of what is read from here on; it may be read to its end for that. Errors: as
 * sl__video_module.open. */
int sl__plan_make(struct sl__plan *plan, struct sl__reading *reading,
                  const struct sl__cut_limits *limits, struct sl_error *error);

/* The same for pictures that are coded anew, which can be cut anywhere: `first` is then the key
 * frame before. It is read to its end. */
int sl__plan_evenly(struct sl__plan *plan, struct sl__reading *reading,
                    const struct sl__cut_limits *limits, struct sl_error *error);
void sl__plan_release(struct sl__plan *plan);

/* A packet of sound that is coded anew may last so much longer than its part. */
#define SL__SOUND_SECONDS 1.0

/* An MP4 that is written. */
struct sl__writing {
    const struct sl__cut_source *source;
    AVFormatContext *format;
    int fd;
    uint64_t offset; /* of the next byte that libavformat writes */
    int map[2];      /* streams of what is read: pictures, sound */
    int64_t last_dts[2];
    struct sl__anew anew;
    double seconds;                    /* how long the pictures are shown */
    struct sl__picture_coder pictures; /* where they are coded anew */
    struct sl__sound_coder sound;
};

int sl__writing_open(struct sl__writing *writing, const struct sl__reading *reading,
                     struct sl__anew anew, double seconds, int fd, struct sl_error *error);

/* Takes what the packet holds. Its times are counted from `base`, of the pictures' unit. Returns a
 * failure of libavformat's. */
int sl__writing_add(struct sl__writing *writing, const struct sl__reading *reading,
                    AVPacket *packet, int64_t base);

/* The same of a picture that is coded anew. */
int sl__writing_add_frame(struct sl__writing *writing, const struct sl__reading *reading,
                          const AVFrame *frame, int64_t base);
int sl__writing_finish(struct sl__writing *writing); /* 0, or a failure of libavformat's */
void sl__writing_close(struct sl__writing *writing);

/* The pictures of a video while they are decoded. */
struct sl__decoding {
    struct sl__reading reading;
    AVStream *stream;
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *frame, *next; /* the last picture that was decoded, and the one after it */
    struct SwsContext *scaler;
    bool drained; /* the decoder was told that nothing more comes */
};

/* Decodes one picture more. AVERROR_EOF after the last. */
int sl__decoding_next(struct sl__decoding *decoding);

/* Goes to the last key frame before this time, in the stream's unit; a failure changes nothing. */
int sl__decoding_seek(struct sl__decoding *decoding, int64_t time);

/*
 * Finds the first picture of a video that lasts `of` seconds, and where it changes most. `times`
 * are seconds since `start`, in their order; where there are too few changes they divide what is
 * between them. Reads the video once or twice. A failure of libav's.
 */
int sl__scenes_find(struct sl__decoding *decoding, int64_t start, double of, double *times,
                    size_t count);

/* As sl__video_module.frames. */
int sl__frames_read(const struct sl__cut_source *source, const struct sl__frame_choice *choice,
                    sl__frame_fn take, void *context, struct sl_error *error);

#endif
