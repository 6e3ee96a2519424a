/* Decoders, and what all encoders have alike. */
#include "coding.h"

enum { MOST_PIXELS = 64 << 20 };

int sl__decoder_open(AVCodecContext **decoder, const AVStream *stream)
{
    const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
    AVCodecContext *made = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!made)
        return codec ? AVERROR(ENOMEM) : AVERROR_DECODER_NOT_FOUND;
    int failure = avcodec_parameters_to_context(made, stream->codecpar);
    made->pkt_timebase = stream->time_base;
    made->max_pixels = MOST_PIXELS;
    made->thread_count = 0; /* as many as there are processors */
    if (failure >= 0)
        failure = avcodec_open2(made, codec, NULL);
    if (failure < 0)
        avcodec_free_context(&made);
    else
        *decoder = made;
    return failure;
}

int sl__coder_drain(AVCodecContext *encoder, AVPacket *packet, sl__coded_fn take, void *context)
{
    int failure = avcodec_receive_packet(encoder, packet);
    while (failure >= 0) {
        failure = take(packet, encoder->time_base, context);
        av_packet_unref(packet);
        if (failure >= 0)
            failure = avcodec_receive_packet(encoder, packet);
    }
    return failure == AVERROR(EAGAIN) || failure == AVERROR_EOF ? 0 : failure;
}
