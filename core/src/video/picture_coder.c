/* Pictures that are scaled and coded anew. */
#include <string.h>

#include <libavutil/opt.h>
#include <libswscale/swscale.h>

#include "coding.h"
#include "times.h"

enum {
    UNIT = 30000, /* of a second: MPEG-4 has no finer ones */
    MOST_SIDE = 1920,
    MOST_RATE = 30,
    MOST_BITS = 3000000, /* a second: five minutes of it are under 128 MB */
    LEAST_BITS = 200000,
    KEY_SECONDS = 10,
    QUALITY = 23, /* as x264 counts: 6 more halve the bits, 51 is the least */
    LEAST_QUALITY = 51,
    THREADS = 6, /* whatever the machine has: their number is seen in what they write */
};

/* By preference. Those of graphics cards are not tried: that they are there says little. */
static const char *const encoders[] = {"libx264", "libopenh264", "h264_videotoolbox", "mpeg4"};

static int even(double side)
{
    int rounded = (int)(side / 2 + 0.5) * 2;
    return rounded < 16 ? 16 : rounded;
}

static void set_size(AVCodecContext *encoder, const AVCodecParameters *from)
{
    int longer = from->width > from->height ? from->width : from->height;
    double scale = longer > MOST_SIDE ? (double)MOST_SIDE / longer : 1;
    encoder->width = even(from->width * scale);
    encoder->height = even(from->height * scale);
}

static void set_rate(AVCodecContext *encoder, const AVStream *from)
{
    AVRational rate = from->avg_frame_rate;
    bool known = rate.num > 0 && rate.den > 0 && av_q2d(rate) <= MOST_RATE;
    int64_t bits = (int64_t)encoder->width * encoder->height * 4;
    encoder->time_base = (AVRational){1, UNIT};
    encoder->framerate = known ? rate : (AVRational){MOST_RATE, 1};
    encoder->gop_size = MOST_RATE * KEY_SECONDS;
    encoder->max_b_frames = 0; /* packets come in the order in which they are shown */
    encoder->bit_rate = bits < LEAST_BITS ? LEAST_BITS : bits < MOST_BITS ? bits : MOST_BITS;
}

/* x264 keeps a quality instead. Others do not know these words. */
static void set_quality(AVCodecContext *encoder)
{
    if (strcmp(encoder->codec->name, "libx264") != 0)
        return;
    encoder->bit_rate = 0;
    av_opt_set(encoder->priv_data, "preset", "veryfast", 0);
    av_opt_set_double(encoder->priv_data, "crf", QUALITY, 0);
    av_opt_set(encoder->priv_data, "forced-idr", "1", 0);
}

/*
 * x264 can keep to a rate itself, but counts for that what its other threads have written so far,
 * which is never the same twice. So its quality is led from here, by the pictures that are whole:
 * it falls by half for each second's bits that there are too many, but for those of the first one.
 */
static void lead_quality(struct sl__picture_coder *coder, const AVPacket *coded)
{
    double second = MOST_BITS, passed = (double)(coded->pts - coder->counted) / UNIT;
    double excess = coder->excess + coded->size * 8 / second - passed;
    double worse = excess > 1 ? (excess - 1) * 6 : 0;
    double quality = QUALITY + worse < LEAST_QUALITY ? QUALITY + worse : LEAST_QUALITY;
    coder->counted = coded->pts;
    coder->excess = excess > 0 ? excess : 0;
    if (coder->encoder->bit_rate == 0)
        av_opt_set_double(coder->encoder->priv_data, "crf", quality, 0);
}

static int open_encoder(struct sl__picture_coder *coder, const char *name, const AVStream *from)
{
    const AVCodec *codec = avcodec_find_encoder_by_name(name);
    if (!codec)
        return AVERROR_ENCODER_NOT_FOUND;
    AVCodecContext *encoder = coder->encoder = avcodec_alloc_context3(codec);
    if (!encoder)
        return AVERROR(ENOMEM);
    set_size(encoder, from->codecpar);
    set_rate(encoder, from);
    set_quality(encoder);
    encoder->pix_fmt = AV_PIX_FMT_YUV420P;
    encoder->color_range = AVCOL_RANGE_MPEG;
    encoder->color_primaries = from->codecpar->color_primaries;
    encoder->color_trc = from->codecpar->color_trc;
    if (from->codecpar->color_space != AVCOL_SPC_RGB)
        encoder->colorspace = from->codecpar->color_space;
    encoder->sample_aspect_ratio = from->codecpar->sample_aspect_ratio;
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER; /* an MP4 has it there */
    encoder->thread_count = THREADS;
    int failure = avcodec_open2(encoder, codec, NULL);
    if (failure < 0)
        avcodec_free_context(&coder->encoder);
    return failure;
}

static int open_scaled(struct sl__picture_coder *coder)
{
    coder->packet = av_packet_alloc();
    coder->scaled = av_frame_alloc();
    if (!coder->packet || !coder->scaled)
        return AVERROR(ENOMEM);
    coder->scaled->format = coder->encoder->pix_fmt;
    coder->scaled->width = coder->encoder->width;
    coder->scaled->height = coder->encoder->height;
    return av_frame_get_buffer(coder->scaled, 0);
}

int sl__picture_coder_open(struct sl__picture_coder *coder, const AVStream *from)
{
    int failure = AVERROR_ENCODER_NOT_FOUND;
    *coder = (struct sl__picture_coder){.last = -1};
    if (from->codecpar->width <= 0 || from->codecpar->height <= 0)
        return AVERROR_INVALIDDATA;
    for (size_t i = 0; i < sizeof encoders / sizeof *encoders && failure < 0; i++)
        failure = open_encoder(coder, encoders[i], from);
    if (failure >= 0)
        failure = open_scaled(coder);
    if (failure < 0)
        sl__picture_coder_close(coder);
    return failure;
}

void sl__picture_coder_close(struct sl__picture_coder *coder)
{
    sws_freeContext(coder->scaler);
    coder->scaler = NULL;
    av_frame_free(&coder->scaled);
    av_packet_free(&coder->packet);
    avcodec_free_context(&coder->encoder);
}

static int scale(struct sl__picture_coder *coder, const AVFrame *frame)
{
    AVFrame *scaled = coder->scaled;
    const int *colours = sws_getCoefficients(SWS_CS_DEFAULT);
    int failure = av_frame_make_writable(scaled);
    if (failure < 0)
        return failure;
    coder->scaler = sws_getCachedContext(coder->scaler, frame->width, frame->height, frame->format,
                                         scaled->width, scaled->height, scaled->format, SWS_BICUBIC,
                                         NULL, NULL, NULL);
    if (!coder->scaler)
        return AVERROR(EINVAL);
    sws_setColorspaceDetails(coder->scaler, colours, frame->color_range == AVCOL_RANGE_JPEG,
                             colours, 0, 0, 1 << 16, 1 << 16);
    sws_scale(coder->scaler, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height,
              scaled->data, scaled->linesize);
    return 0;
}

/* Who takes what was coded, when it was counted. */
struct taker {
    struct sl__picture_coder *coder;
    sl__coded_fn take;
    void *context;
};

static int count_and_take(AVPacket *packet, AVRational unit, void *context)
{
    const struct taker *taker = context;
    lead_quality(taker->coder, packet);
    return taker->take(packet, unit, taker->context);
}

int sl__picture_coder_add(struct sl__picture_coder *coder, const AVFrame *frame, int64_t time,
                          AVRational from, sl__coded_fn take, void *context)
{
    struct taker taker = {coder, take, context};
    AVFrame *scaled = frame ? coder->scaled : NULL;
    int64_t at = frame ? sl__time_in(time, from, coder->encoder->time_base) : 0;
    int failure = 0;
    if (at == AV_NOPTS_VALUE)
        return 0;
    if (frame && coder->last >= 0 && at < coder->last + UNIT / MOST_RATE - UNIT / 1000)
        return 0; /* there are too many of them */
    if (frame && coder->last < 0 && at < UNIT)
        at = 0; /* a part begins within the time of the picture before it */
    if (frame) {
        failure = scale(coder, frame);
        scaled->pts = coder->last = at > coder->last ? at : coder->last + 1;
        scaled->pict_type = at >= coder->next_key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
        if (at >= coder->next_key)
            coder->next_key = at + (int64_t)KEY_SECONDS * UNIT;
    }
    if (failure >= 0)
        failure = avcodec_send_frame(coder->encoder, scaled);
    if (failure >= 0)
        failure = sl__coder_drain(coder->encoder, coder->packet, count_and_take, &taker);
    return failure;
}
