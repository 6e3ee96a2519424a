/* Single pictures of a video, decoded. */
#include <math.h>

#include <libavcodec/avcodec.h>
#include <libavutil/display.h>
#include <libswscale/swscale.h>

#include "cutter.h"

enum { STEP_SECONDS = 2 };

static void release(struct sl__decoding *decoding)
{
    sws_freeContext(decoding->scaler);
    av_frame_free(&decoding->frame);
    av_frame_free(&decoding->next);
    av_packet_free(&decoding->packet);
    avcodec_free_context(&decoding->codec);
    sl__reading_close(&decoding->reading);
}

static int open_decoder(struct sl__decoding *decoding)
{
    decoding->stream = decoding->reading.format->streams[decoding->reading.pictures];
    decoding->packet = av_packet_alloc();
    decoding->frame = av_frame_alloc();
    decoding->next = av_frame_alloc();
    if (!decoding->packet || !decoding->frame || !decoding->next)
        return AVERROR(ENOMEM);
    return sl__decoder_open(&decoding->codec, decoding->stream);
}

/* Gives the decoder its next packet. One that is damaged costs its own picture only. */
static int feed(struct sl__decoding *decoding)
{
    AVPacket *packet = decoding->packet;
    int failure = sl__reading_next(&decoding->reading, packet);
    if (failure == AVERROR_EOF && !decoding->drained) {
        decoding->drained = true;
        return avcodec_send_packet(decoding->codec, NULL);
    }
    if (failure >= 0 && packet->stream_index == decoding->reading.pictures)
        failure = avcodec_send_packet(decoding->codec, packet);
    av_packet_unref(packet);
    return failure == AVERROR_INVALIDDATA ? 0 : failure;
}

int sl__decoding_next(struct sl__decoding *decoding)
{
    int failure = avcodec_receive_frame(decoding->codec, decoding->next);
    while (failure == AVERROR(EAGAIN)) {
        failure = feed(decoding);
        if (failure >= 0)
            failure = avcodec_receive_frame(decoding->codec, decoding->next);
    }
    if (failure < 0)
        return failure;
    AVFrame *before = decoding->frame;
    decoding->frame = decoding->next;
    decoding->next = before;
    return 0;
}

/* Whether the decoder is past the last key frame before this time, so that it need not go back. */
static bool is_near(const struct sl__decoding *decoding, int64_t time)
{
    int at = av_index_search_timestamp(decoding->stream, time, AVSEEK_FLAG_BACKWARD);
    const AVIndexEntry *key = avformat_index_get_entry(decoding->stream, at);
    return key && decoding->frame->data[0] &&
           key->timestamp <= decoding->frame->best_effort_timestamp;
}

int sl__decoding_seek(struct sl__decoding *decoding, int64_t time)
{
    int failure = av_seek_frame(decoding->reading.format, decoding->reading.pictures, time,
                                AVSEEK_FLAG_BACKWARD);
    if (failure < 0)
        return failure;
    avcodec_flush_buffers(decoding->codec);
    decoding->drained = false;
    return 0;
}

/*
 * Decodes a picture that is shown at this time or before. A container without an index is entered
 * anywhere, and what can be decoded may come later: then farther and farther before it.
 */
static int approach(struct sl__decoding *decoding, int64_t time, int64_t start)
{
    int64_t back = 0, step = sl__time_of(STEP_SECONDS, decoding->stream->time_base) + 1;
    int failure;
    do {
        sl__decoding_seek(decoding, time - back > start ? time - back : start);
        failure = sl__decoding_next(decoding);
        step *= 4;
        back += step;
    } while (failure >= 0 && decoding->frame->best_effort_timestamp > time &&
             time - back + step > start);
    return failure;
}

/* Decodes up to the picture that is shown at this time; at the end the last there is. */
static int find_frame(struct sl__decoding *decoding, int64_t time, int64_t start)
{
    int failure = is_near(decoding, time) ? 0 : approach(decoding, time, start);
    while (failure >= 0 && decoding->frame->best_effort_timestamp < time)
        failure = sl__decoding_next(decoding);
    return failure == AVERROR_EOF && decoding->frame->data[0] ? 0 : failure;
}

/* How the camera was held: nine numbers, of which newer versions keep a copy elsewhere. */
static const int32_t *matrix_of(const AVStream *stream)
{
#if LIBAVFORMAT_VERSION_INT < AV_VERSION_INT(60, 15, 100)
    return (const int32_t *)av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, NULL);
#else
    const AVCodecParameters *coded = stream->codecpar;
    const AVPacketSideData *data = av_packet_side_data_get(
        coded->coded_side_data, coded->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    return data ? (const int32_t *)data->data : NULL;
#endif
}

/* In the numbers of EXIF, by quarter turns against the clock. Mirrors are not looked for. */
static unsigned orientation_of(const AVStream *stream)
{
    static const unsigned turns[] = {1, 8, 3, 6};
    const int32_t *matrix = matrix_of(stream);
    double angle = matrix ? av_display_rotation_get(matrix) : 0;
    return isfinite(angle) ? turns[(unsigned)(lround(angle / 90) & 3)] : 1;
}

/* Hands the picture over as RGB. A failure of libav's, or what `take` returned. */
static int give(struct sl__decoding *decoding, double seconds, double of, sl__frame_fn take,
                void *context, int *code)
{
    const AVFrame *frame = decoding->frame;
    int width = frame->width, height = frame->height;
    int stride = (width * 3 + 63) / 64 * 64;
    decoding->scaler =
        sws_getCachedContext(decoding->scaler, width, height, frame->format, width, height,
                             AV_PIX_FMT_RGB24, SWS_BILINEAR, NULL, NULL, NULL);
    unsigned char *rgb = av_malloc((size_t)stride * (size_t)height);
    if (!decoding->scaler || !rgb) {
        av_free(rgb);
        return AVERROR(ENOMEM);
    }
    sws_scale(decoding->scaler, (const uint8_t *const *)frame->data, frame->linesize, 0, height,
              (uint8_t *const[]){rgb}, (const int[]){stride});
    struct sl__frame given = {.rgb = rgb,
                              .width = (uint32_t)width,
                              .height = (uint32_t)height,
                              .stride = (size_t)stride,
                              .orientation = orientation_of(decoding->stream),
                              .seconds = seconds,
                              .of = of};
    *code = take(&given, context);
    av_free(rgb);
    return 0;
}

/* How many pictures are wanted of a video of this length. */
static size_t count_of(const struct sl__frame_choice *choice, double of)
{
    double count = choice->rate > 0 ? fmin((double)choice->most, round(of * choice->rate))
                                    : (double)choice->most;
    return of > 0 ? (size_t)fmin(fmax(count, 1), SL__MOST_FRAMES) : 1;
}

static int find_times(struct sl__decoding *decoding, const struct sl__frame_choice *choice,
                      int64_t start, double of, double *times, size_t count)
{
    if (choice->scenes)
        return sl__scenes_find(decoding, start, of, times, count);
    for (size_t i = 0; i < count; i++)
        times[i] = of * ((double)i + 0.5) / (double)count;
    return 0;
}

static int read_frames(struct sl__decoding *decoding, const struct sl__frame_choice *choice,
                       sl__frame_fn take, void *context, int *code)
{
    const struct sl__cut_source *source = decoding->reading.source;
    double of = sl__reading_length(&decoding->reading);
    double times[SL__MOST_FRAMES];
    int64_t start = sl__time_or(sl__reading_time(&decoding->reading, decoding->reading.pictures,
                                                 decoding->stream->start_time),
                                0);
    size_t count = count_of(choice, of);
    int failure = find_times(decoding, choice, start, of, times, count);
    for (size_t i = 0; i < count && failure >= 0 && !*code; i++) {
        int64_t time = start + sl__time_of(times[i], decoding->stream->time_base);
        failure = find_frame(decoding, time, start);
        if (failure >= 0)
            failure = give(decoding, times[i], of, take, context, code);
        source->progress(source->len / count * (i + 1), source->len, source->context);
    }
    return failure;
}

int sl__frames_read(const struct sl__cut_source *source, const struct sl__frame_choice *choice,
                    sl__frame_fn take, void *context, struct sl_error *error)
{
    struct sl__decoding decoding = {0};
    int code = sl__reading_open(&decoding.reading, source, error);
    if (code)
        return code;
    int failure = open_decoder(&decoding);
    if (failure >= 0)
        failure = read_frames(&decoding, choice, take, context, &code);
    if (failure < 0)
        code = sl__cut_failed(source, failure, error);
    else if (!code && (decoding.drained || choice->scenes)) /* which read all of it */
        code = sl__reading_check_whole(&decoding.reading, error);
    release(&decoding);
    return code;
}
