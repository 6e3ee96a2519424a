/* Sound that is coded anew. */
#include <libavutil/audio_fifo.h>
#include <libavutil/version.h>

#include "coding.h"
#include "times.h"

/* Since FFmpeg 5.1 channels are told in another way; older ones copy sound only. */
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 24, 100)

#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>

enum { RATE = 48000, BITS = 64000 /* of a channel */ };

/* What FFmpeg's own encoder takes. */
static const enum AVSampleFormat form = AV_SAMPLE_FMT_FLTP;

static int rate_for(int rate)
{
    static const int rates[] = {8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        if (rate == rates[i])
            return rate;
    return RATE;
}

static int open_encoder(struct sl__sound_coder *coder, const AVCodecParameters *from)
{
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
    if (!codec)
        return AVERROR_ENCODER_NOT_FOUND;
    AVCodecContext *encoder = coder->encoder = avcodec_alloc_context3(codec);
    if (!encoder)
        return AVERROR(ENOMEM);
    int channels = from->ch_layout.nb_channels == 1 ? 1 : 2;
    av_channel_layout_default(&encoder->ch_layout, channels);
    encoder->sample_fmt = form;
    encoder->sample_rate = rate_for(from->sample_rate);
    encoder->time_base = (AVRational){1, encoder->sample_rate};
    encoder->bit_rate = (int64_t)BITS * channels;
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    return avcodec_open2(encoder, codec, NULL);
}

int sl__sound_coder_open(struct sl__sound_coder *coder, const AVStream *from, double seconds)
{
    *coder = (struct sl__sound_coder){0};
    int failure = sl__decoder_open(&coder->decoder, from);
    if (failure >= 0)
        failure = open_encoder(coder, from->codecpar);
    if (failure >= 0) {
        coder->most = sl__time_of(seconds, coder->encoder->time_base);
        coder->decoded = av_frame_alloc();
        coder->coded = av_frame_alloc();
        coder->packet = av_packet_alloc();
        coder->waiting = av_audio_fifo_alloc(form, coder->encoder->ch_layout.nb_channels,
                                             coder->encoder->frame_size);
        if (!coder->decoded || !coder->coded || !coder->packet || !coder->waiting)
            failure = AVERROR(ENOMEM);
    }
    if (failure < 0)
        sl__sound_coder_close(coder);
    return failure;
}

void sl__sound_coder_close(struct sl__sound_coder *coder)
{
    swr_free(&coder->resampler);
    if (coder->waiting)
        av_audio_fifo_free(coder->waiting);
    coder->waiting = NULL;
    av_frame_free(&coder->decoded);
    av_frame_free(&coder->coded);
    av_packet_free(&coder->packet);
    avcodec_free_context(&coder->decoder);
    avcodec_free_context(&coder->encoder);
}

/* Codes what waits: whole frames, and at the end what is left. */
static int code_waiting(struct sl__sound_coder *coder, bool all, sl__coded_fn take, void *context)
{
    AVCodecContext *encoder = coder->encoder;
    AVFrame *coded = coder->coded;
    int failure = 0, most = encoder->frame_size, count;
    while (failure >= 0 && (count = av_audio_fifo_size(coder->waiting)) >= (all ? 1 : most)) {
        av_frame_unref(coded);
        coded->nb_samples = count < most ? count : most;
        coded->format = form;
        coded->sample_rate = encoder->sample_rate;
        coded->pts = coder->next;
        failure = av_channel_layout_copy(&coded->ch_layout, &encoder->ch_layout);
        if (failure >= 0)
            failure = av_frame_get_buffer(coded, 0);
        if (failure >= 0)
            failure = av_audio_fifo_read(coder->waiting, (void **)coded->data, coded->nb_samples);
        coder->next += coded->nb_samples;
        if (failure >= 0 && coder->next <= coder->most)
            failure = avcodec_send_frame(encoder, coded);
        if (failure >= 0)
            failure = sl__coder_drain(encoder, coder->packet, take, context);
    }
    return failure;
}

/* Where the sound has a hole, or begins late, the samples behind it have a later number. */
static void take_time(struct sl__sound_coder *coder, int64_t time)
{
    AVCodecContext *encoder = coder->encoder;
    int64_t at = sl__time_in(time, coder->decoder->pkt_timebase, encoder->time_base);
    if (at == AV_NOPTS_VALUE)
        return;
    at -= av_audio_fifo_size(coder->waiting);
    if (!coder->begun || at > coder->next + encoder->sample_rate / 5)
        coder->next = at > coder->next ? at : coder->next;
    coder->begun = true;
}

/* A container may not say which channels these are. */
static int layout_of(const AVFrame *from, AVChannelLayout *layout)
{
    if (from->ch_layout.order != AV_CHANNEL_ORDER_UNSPEC)
        return av_channel_layout_copy(layout, &from->ch_layout);
    av_channel_layout_default(layout, from->ch_layout.nb_channels);
    return 0;
}

static int open_resampler(struct sl__sound_coder *coder, const AVFrame *from)
{
    AVCodecContext *encoder = coder->encoder;
    AVChannelLayout layout = {0};
    int failure = layout_of(from, &layout);
    swr_free(&coder->resampler);
    if (failure >= 0)
        failure =
            swr_alloc_set_opts2(&coder->resampler, &encoder->ch_layout, form, encoder->sample_rate,
                                &layout, from->format, from->sample_rate, 0, NULL);
    av_channel_layout_uninit(&layout);
    coder->format = from->format;
    coder->rate = from->sample_rate;
    coder->channels = from->ch_layout.nb_channels;
    return failure < 0 ? failure : swr_init(coder->resampler);
}

/* Adds samples to those that wait; none at the end, for what the resampler keeps. */
static int resample(struct sl__sound_coder *coder, const AVFrame *from)
{
    const AVCodecContext *encoder = coder->encoder;
    uint8_t *data[2] = {NULL, NULL};
    int given = from ? from->nb_samples : 0;
    int room = swr_get_out_samples(coder->resampler, given), made;
    if (room <= 0)
        return room;
    int failure = av_samples_alloc(data, NULL, encoder->ch_layout.nb_channels, room, form, 0);
    if (failure < 0)
        return failure;
    made = swr_convert(coder->resampler, data, room,
                       from ? (const uint8_t **)from->extended_data : NULL, given);
    failure = made > 0 ? av_audio_fifo_write(coder->waiting, (void **)data, made) : made;
    av_freep(&data[0]);
    return failure;
}

/* The sound may change its form on the way. */
static bool is_other(const struct sl__sound_coder *coder, const AVFrame *decoded)
{
    return !coder->resampler || coder->format != decoded->format ||
           coder->rate != decoded->sample_rate || coder->channels != decoded->ch_layout.nb_channels;
}

static int take_decoded(struct sl__sound_coder *coder, sl__coded_fn take, void *context)
{
    AVFrame *decoded = coder->decoded;
    int failure = is_other(coder, decoded) ? open_resampler(coder, decoded) : 0;
    take_time(coder, decoded->best_effort_timestamp);
    if (failure >= 0)
        failure = resample(coder, decoded);
    av_frame_unref(decoded);
    return failure < 0 ? failure : code_waiting(coder, false, take, context);
}

static int finish(struct sl__sound_coder *coder, sl__coded_fn take, void *context)
{
    int failure = coder->resampler ? resample(coder, NULL) : 0;
    if (failure >= 0)
        failure = code_waiting(coder, true, take, context);
    if (failure >= 0)
        failure = avcodec_send_frame(coder->encoder, NULL);
    return failure < 0 ? failure : sl__coder_drain(coder->encoder, coder->packet, take, context);
}

int sl__sound_coder_add(struct sl__sound_coder *coder, const AVPacket *packet, sl__coded_fn take,
                        void *context)
{
    int failure = avcodec_send_packet(coder->decoder, packet);
    if (failure == AVERROR_INVALIDDATA) /* a damaged one costs its own moment only */
        return 0;
    while (failure >= 0) {
        failure = avcodec_receive_frame(coder->decoder, coder->decoded);
        if (failure >= 0)
            failure = take_decoded(coder, take, context);
    }
    if (failure != AVERROR(EAGAIN) && failure != AVERROR_EOF && failure != AVERROR_INVALIDDATA)
        return failure;
    return packet ? 0 : finish(coder, take, context);
}

#else

int sl__sound_coder_open(struct sl__sound_coder *coder, const AVStream *from, double seconds)
{
    (void)from, (void)seconds;
    *coder = (struct sl__sound_coder){0};
    return AVERROR_ENCODER_NOT_FOUND;
}

void sl__sound_coder_close(struct sl__sound_coder *coder)
{
    (void)coder;
}

int sl__sound_coder_add(struct sl__sound_coder *coder, const AVPacket *packet, sl__coded_fn take,
                        void *context)
{
    (void)coder, (void)packet, (void)take, (void)context;
    return AVERROR_ENCODER_NOT_FOUND;
}

#endif
