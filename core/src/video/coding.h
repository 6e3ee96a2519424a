/* Coding anew what an MP4 cannot hold. Failures are libav's. */
#ifndef SL_CODING_H
#define SL_CODING_H

#include <stdbool.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

struct SwrContext;
struct SwsContext;
struct AVAudioFifo;

/* Opens a decoder of the stream. On success `*decoder` is the caller's. */
int sl__decoder_open(AVCodecContext **decoder, const AVStream *stream);

/* Takes a packet that was coded, whose times are in `unit`. */
typedef int (*sl__coded_fn)(AVPacket *packet, AVRational unit, void *context);

/*
 * Pictures: H.264, or MPEG-4 where FFmpeg has no encoder for that; 4:2:0, at most 1920 pixels on
 * the longer side, 30 a second and 3 Mbit/s; a key frame every ten seconds. The same pictures are
 * coded to the same bytes each time, on a machine with any number of processors; VideoToolbox,
 * which is of the machine's own, promises nothing of the kind.
 */
struct sl__picture_coder {
    AVCodecContext *encoder;
    struct SwsContext *scaler;
    AVFrame *scaled;
    AVPacket *packet;
    int64_t last, next_key; /* in the encoder's unit */
    int64_t counted;        /* what came before that was taken */
    double excess;          /* of its bits: what so many seconds may have */
};

int sl__picture_coder_open(struct sl__picture_coder *coder, const AVStream *from);
void sl__picture_coder_close(struct sl__picture_coder *coder);

/* Codes a picture that is shown at `time`, in the unit `from`; NULL: there are no more. */
int sl__picture_coder_add(struct sl__picture_coder *coder, const AVFrame *frame, int64_t time,
                          AVRational from, sl__coded_fn take, void *context);

/* Sound: AAC, of one or two channels. */
struct sl__sound_coder {
    AVCodecContext *decoder, *encoder;
    struct SwrContext *resampler;
    struct AVAudioFifo *waiting; /* samples for which there is no whole frame yet */
    AVFrame *decoded, *coded;
    AVPacket *packet;
    int format, rate, channels; /* of what the resampler takes */
    bool begun;
    int64_t most; /* so many samples, and no more */
    int64_t next; /* the number of the next sample to be coded */
};

/* It ends after so many seconds at the latest. */
int sl__sound_coder_open(struct sl__sound_coder *coder, const AVStream *from, double seconds);
void sl__sound_coder_close(struct sl__sound_coder *coder);

/* Codes what the packet holds; its times are counted from 0. NULL: there is no more. */
int sl__sound_coder_add(struct sl__sound_coder *coder, const AVPacket *packet, sl__coded_fn take,
                        void *context);

/* Hands on all that the encoder has ready. */
int sl__coder_drain(AVCodecContext *encoder, AVPacket *packet, sl__coded_fn take, void *context);

#endif
