/* Writes an MP4 through libavformat, to a descriptor. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>

#include "cutter.h"

enum { BUFFER = 1 << 18, PICTURES = 0, SOUND = 1 };

/* Since FFmpeg 7 what is written cannot be changed on the way. */
#if LIBAVFORMAT_VERSION_MAJOR >= 61
typedef const uint8_t written_byte;
#else
typedef uint8_t written_byte;
#endif

static int on_write(void *context, written_byte *bytes, int len)
{
    struct sl__writing *writing = context;
    for (int done = 0; done < len;) {
        ssize_t count =
            pwrite(writing->fd, bytes + done, (size_t)(len - done), (off_t)writing->offset);
        if (count < 0 && errno != EINTR)
            return AVERROR(errno);
        if (count > 0) {
            writing->offset += (uint64_t)count;
            done += (int)count;
        }
    }
    return len;
}

static int64_t on_seek(void *context, int64_t offset, int whence)
{
    struct sl__writing *writing = context;
    if (whence != SEEK_SET || offset < 0)
        return AVERROR(EINVAL);
    writing->offset = (uint64_t)offset;
    return offset;
}

/* How a phone was held belongs to the stream; newer versions copy it with the rest. */
static int copy_side_data(AVStream *to, const AVStream *from)
{
#if LIBAVFORMAT_VERSION_INT < AV_VERSION_INT(60, 15, 100)
    for (int i = 0; i < from->nb_side_data; i++) {
        const AVPacketSideData *data = &from->side_data[i];
        uint8_t *copy = av_stream_new_side_data(to, data->type, data->size);
        if (!copy)
            return AVERROR(ENOMEM);
        memcpy(copy, data->data, data->size);
    }
#else
    (void)to, (void)from;
#endif
    return 0;
}

static int add_stream(struct sl__writing *writing, const AVStream *from)
{
    AVStream *stream = avformat_new_stream(writing->format, NULL);
    if (!stream)
        return AVERROR(ENOMEM);
    int failure = avcodec_parameters_copy(stream->codecpar, from->codecpar);
    stream->codecpar->codec_tag = 0; /* another container has other names */
    stream->time_base = from->time_base;
    stream->avg_frame_rate = from->avg_frame_rate;
    stream->sample_aspect_ratio = from->sample_aspect_ratio;
    return failure < 0 ? failure : copy_side_data(stream, from);
}

static int open_format(struct sl__writing *writing)
{
    int failure = avformat_alloc_output_context2(&writing->format, NULL, "mp4", NULL);
    if (failure < 0)
        return failure;
    unsigned char *buffer = av_malloc(BUFFER);
    writing->format->pb =
        buffer ? avio_alloc_context(buffer, BUFFER, 1, writing, NULL, on_write, on_seek) : NULL;
    if (!writing->format->pb)
        av_free(buffer);
    writing->format->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL; /* Opus, in older ones */
    return writing->format->pb ? 0 : AVERROR(ENOMEM);
}

int sl__writing_open(struct sl__writing *writing, const struct sl__reading *reading, int fd,
                     struct sl_error *error)
{
    const int numbers[] = {reading->pictures, reading->sound};
    *writing = (struct sl__writing){.source = reading->source,
                                    .fd = fd,
                                    .map = {numbers[PICTURES], numbers[SOUND]},
                                    .last_dts = {AV_NOPTS_VALUE, AV_NOPTS_VALUE}};
    int failure = open_format(writing);
    for (int i = PICTURES; i <= SOUND && failure >= 0; i++) {
        if (numbers[i] >= 0)
            failure = add_stream(writing, sl__reading_stream(reading, numbers[i]));
    }
    if (failure >= 0)
        failure = avformat_write_header(writing->format, NULL);
    if (failure < 0)
        sl__writing_close(writing);
    return failure < 0 ? sl__cut_failed(reading->source, failure, error) : 0;
}

static int64_t shifted(int64_t time, int64_t base)
{
    return time == AV_NOPTS_VALUE ? time : time - base;
}

/* When a packet is decoded, where its container does not say: Matroska has no such times, and those
 * that libavformat makes up begin only after as many pictures as are held back for reordering. */
static int64_t guess_dts(const AVPacket *packet, const AVStream *stream, int64_t last)
{
    int64_t ahead = stream->codecpar->video_delay * packet->duration;
    if (packet->pts == AV_NOPTS_VALUE)
        return last + packet->duration;
    int64_t guess = last == AV_NOPTS_VALUE ? packet->pts - ahead : last + packet->duration;
    return guess < packet->pts ? guess : packet->pts;
}

/* What is left open, and what is there twice. */
static void mend_times(AVPacket *packet, const AVStream *stream, int64_t *last)
{
    if (packet->dts == AV_NOPTS_VALUE)
        packet->dts = guess_dts(packet, stream, *last);
    if (packet->pts == AV_NOPTS_VALUE)
        packet->pts = packet->dts;
    if (*last != AV_NOPTS_VALUE && packet->dts <= *last)
        packet->dts = *last + 1;
    if (packet->pts < packet->dts)
        packet->pts = packet->dts;
    *last = packet->dts;
}

int sl__writing_add(struct sl__writing *writing, const struct sl__reading *reading,
                    AVPacket *packet, int64_t base)
{
    int number = packet->stream_index == writing->map[PICTURES] ? PICTURES : SOUND;
    AVRational from = sl__reading_stream(reading, packet->stream_index)->time_base;
    AVRational unit = sl__reading_stream(reading, reading->pictures)->time_base;
    int64_t offset = av_rescale_q(base, unit, from);
    packet->pts = shifted(packet->pts, offset);
    packet->dts = shifted(packet->dts, offset);
    const AVStream *stream = writing->format->streams[number];
    av_packet_rescale_ts(packet, from, stream->time_base);
    mend_times(packet, stream, &writing->last_dts[number]);
    packet->stream_index = number;
    packet->pos = -1;
    return av_write_frame(writing->format, packet);
}

int sl__writing_finish(struct sl__writing *writing)
{
    int failure = av_write_trailer(writing->format);
    avio_flush(writing->format->pb);
    return failure < 0 ? failure : writing->format->pb->error;
}

void sl__writing_close(struct sl__writing *writing)
{
    AVFormatContext *format = writing->format;
    if (!format)
        return;
    AVIOContext *io = format->pb;
    format->pb = NULL;
    avformat_free_context(format);
    writing->format = NULL;
    if (io) {
        av_freep(&io->buffer);
        avio_context_free(&io);
    }
}
