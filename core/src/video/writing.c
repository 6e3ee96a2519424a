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

/* The same of pictures that are coded anew, of which all else is the encoder's. */
static int keep_turn(AVStream *to, const AVStream *from)
{
#if LIBAVFORMAT_VERSION_INT < AV_VERSION_INT(60, 15, 100)
    return copy_side_data(to, from);
#else
    const AVCodecParameters *coded = from->codecpar;
    const AVPacketSideData *data = av_packet_side_data_get(
        coded->coded_side_data, coded->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    AVPacketSideData *copy =
        data ? av_packet_side_data_new(&to->codecpar->coded_side_data,
                                       &to->codecpar->nb_coded_side_data, data->type, data->size, 0)
             : NULL;
    if (data && !copy)
        return AVERROR(ENOMEM);
    if (copy)
        memcpy(copy->data, data->data, data->size);
    return 0;
#endif
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

/* As the coder writes it, but turned as it was. */
static int add_coded(struct sl__writing *writing, const AVCodecContext *encoder,
                     const AVStream *from)
{
    AVStream *stream = avformat_new_stream(writing->format, NULL);
    if (!stream)
        return AVERROR(ENOMEM);
    stream->time_base = encoder->time_base;
    stream->avg_frame_rate = encoder->framerate;
    stream->sample_aspect_ratio = encoder->sample_aspect_ratio;
    int failure = avcodec_parameters_from_context(stream->codecpar, encoder);
    return failure < 0 ? failure : keep_turn(stream, from);
}

static int add_pictures(struct sl__writing *writing, const AVStream *from)
{
    if (!writing->anew.pictures)
        return add_stream(writing, from);
    int failure = sl__picture_coder_open(&writing->pictures, from);
    return failure < 0 ? failure : add_coded(writing, writing->pictures.encoder, from);
}

static int add_sound(struct sl__writing *writing, const AVStream *from)
{
    if (!writing->anew.sound)
        return add_stream(writing, from);
    int failure = sl__sound_coder_open(&writing->sound, from, writing->seconds + SL__SOUND_SECONDS);
    return failure < 0 ? failure : add_coded(writing, writing->sound.encoder, from);
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

int sl__writing_open(struct sl__writing *writing, const struct sl__reading *reading,
                     struct sl__anew anew, double seconds, int fd, struct sl_error *error)
{
    *writing = (struct sl__writing){.source = reading->source,
                                    .fd = fd,
                                    .map = {reading->pictures, reading->sound},
                                    .last_dts = {AV_NOPTS_VALUE, AV_NOPTS_VALUE},
                                    .anew = anew,
                                    .seconds = seconds};
    int failure = open_format(writing);
    if (failure >= 0)
        failure = add_pictures(writing, sl__reading_stream(reading, reading->pictures));
    if (failure >= 0 && reading->sound >= 0)
        failure = add_sound(writing, sl__reading_stream(reading, reading->sound));
    if (failure >= 0)
        failure = avformat_write_header(writing->format, NULL);
    if (failure < 0)
        sl__writing_close(writing);
    return failure < 0 ? sl__cut_failed(reading->source, failure, error) : 0;
}

/* When a packet is decoded, where its container does not say: Matroska has no such times, and those
 * that libavformat makes up begin only after as many pictures as are held back for reordering. */
static int64_t guess_dts(const AVPacket *packet, const AVStream *stream, int64_t last)
{
    int64_t ahead = stream->codecpar->video_delay * packet->duration;
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

static int write_packet(struct sl__writing *writing, AVPacket *packet, AVRational unit, int number)
{
    const AVStream *stream = writing->format->streams[number];
    av_packet_rescale_ts(packet, unit, stream->time_base);
    sl__packet_check_times(packet);
    if (sl__packet_time(packet) == AV_NOPTS_VALUE)
        return AVERROR_INVALIDDATA;
    mend_times(packet, stream, &writing->last_dts[number]);
    packet->stream_index = number;
    packet->pos = -1;
    return av_write_frame(writing->format, packet);
}

/* Each is said to be shown up to the end: that counts for the last one alone. */
static int take_coded_picture(AVPacket *packet, AVRational unit, void *context)
{
    struct sl__writing *writing = context;
    int64_t left = sl__time_of(writing->seconds, unit) - packet->pts;
    packet->duration = left > 1 ? left : 1;
    return write_packet(writing, packet, unit, PICTURES);
}

static int take_coded_sound(AVPacket *packet, AVRational unit, void *writing)
{
    return write_packet(writing, packet, unit, SOUND);
}

int sl__writing_add(struct sl__writing *writing, const struct sl__reading *reading,
                    AVPacket *packet, int64_t base)
{
    int number = packet->stream_index == writing->map[PICTURES] ? PICTURES : SOUND;
    AVRational from = sl__reading_stream(reading, packet->stream_index)->time_base;
    AVRational unit = sl__reading_stream(reading, reading->pictures)->time_base;
    int64_t offset = sl__time_in(base, unit, from);
    if (offset == AV_NOPTS_VALUE)
        return AVERROR_INVALIDDATA;
    packet->pts = sl__time_since(packet->pts, offset);
    packet->dts = sl__time_since(packet->dts, offset);
    if (number == SOUND && writing->anew.sound)
        return sl__sound_coder_add(&writing->sound, packet, take_coded_sound, writing);
    return write_packet(writing, packet, from, number);
}

int sl__writing_add_frame(struct sl__writing *writing, const struct sl__reading *reading,
                          const AVFrame *frame, int64_t base)
{
    AVRational unit = sl__reading_stream(reading, reading->pictures)->time_base;
    return sl__picture_coder_add(&writing->pictures, frame, frame->best_effort_timestamp - base,
                                 unit, take_coded_picture, writing);
}

/* What the coders still keep. */
static int finish_coding(struct sl__writing *writing)
{
    int failure = 0;
    if (writing->anew.pictures)
        failure = sl__picture_coder_add(&writing->pictures, NULL, 0, (AVRational){1, 1},
                                        take_coded_picture, writing);
    if (failure >= 0 && writing->anew.sound && writing->map[SOUND] >= 0)
        failure = sl__sound_coder_add(&writing->sound, NULL, take_coded_sound, writing);
    return failure;
}

int sl__writing_finish(struct sl__writing *writing)
{
    int failure = finish_coding(writing);
    if (failure >= 0)
        failure = av_write_trailer(writing->format);
    avio_flush(writing->format->pb);
    return failure < 0 ? failure : writing->format->pb->error;
}

void sl__writing_close(struct sl__writing *writing)
{
    AVFormatContext *format = writing->format;
    sl__picture_coder_close(&writing->pictures);
    sl__sound_coder_close(&writing->sound);
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
