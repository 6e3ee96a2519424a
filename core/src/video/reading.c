/* Reads a video through libavformat, from a descriptor and from nowhere else. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cutter.h"
#include "media/video.h"

enum { BUFFER = 1 << 18, MOST_AT_ONCE = 256 << 20 };

/* What may be read at all: none of these opens other files, or addresses. */
static const char formats[] = "mov,matroska,avi,mpegts,flv,mpeg,mpegvideo,asf,ogg,rm,mxf";

/* What an MP4 can hold and most that read one decode. */
static const enum AVCodecID coded_pictures[] = {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_AV1,
                                                AV_CODEC_ID_VP9, AV_CODEC_ID_MPEG4};
static const enum AVCodecID coded_sound[] = {AV_CODEC_ID_AAC, AV_CODEC_ID_MP3, AV_CODEC_ID_OPUS,
                                             AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3};

static int on_read(void *context, uint8_t *to, int room)
{
    struct sl__reading *reading = context;
    ssize_t count;
    if (atomic_load(reading->source->cancel))
        return AVERROR_EXIT;
    do
        count = pread(reading->source->fd, to, (size_t)room, (off_t)reading->offset);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return AVERROR(errno);
    reading->offset += (uint64_t)count;
    return count > 0 ? (int)count : AVERROR_EOF;
}

static int64_t on_seek(void *context, int64_t offset, int whence)
{
    struct sl__reading *reading = context;
    int64_t from = whence == SEEK_CUR   ? (int64_t)reading->offset
                   : whence == SEEK_END ? (int64_t)reading->source->len
                                        : 0;
    if (whence & AVSEEK_SIZE)
        return (int64_t)reading->source->len;
    if (from + offset < 0)
        return AVERROR(EINVAL);
    reading->offset = (uint64_t)(from + offset);
    return from + offset;
}

static int refuse_to_open(AVFormatContext *format, AVIOContext **io, const char *url, int flags,
                          AVDictionary **options)
{
    (void)format, (void)io, (void)url, (void)flags, (void)options;
    return AVERROR(EPERM);
}

int sl__cut_failed(const struct sl__cut_source *source, int failure, struct sl_error *error)
{
    static const struct {
        int failure, code;
        const char *sentence;
    } rows[] = {
        {AVERROR_EXIT, SL_E_CANCELLED, SL__TR_NOOP("%s: stopped as asked; ask again to go on")},
        {AVERROR(ENOMEM), SL_E_NOMEM,
         SL__TR_NOOP("%s: there is not enough memory for this video; close other programs")},
        {AVERROR_INVALIDDATA, SL_E_CORRUPT,
         SL__TR_NOOP("%s: the video is damaged or cut short; use another copy")},
        {AVERROR_EOF, SL_E_CORRUPT,
         SL__TR_NOOP("%s: the video is damaged or cut short; use another copy")},
        {AVERROR(EIO), SL_E_IO,
         SL__TR_NOOP("%s: the file cannot be read; copy it elsewhere and try again")},
        {AVERROR(ENOSPC), SL_E_IO,
         SL__TR_NOOP("%s: there is no room for a part of it in the temporary folder; free some, or "
                     "set TMPDIR to another folder")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (failure == rows[i].failure)
            return sl_error_set(error, rows[i].code, rows[i].sentence, source->name);
    char words[AV_ERROR_MAX_STRING_SIZE] = "";
    const char *why = words;
    av_strerror(failure, words, sizeof words);
    if (failure == AVERROR_ENCODER_NOT_FOUND)
        why = sl__tr("FFmpeg here has no encoder for H.264, MPEG-4 or AAC");
    if (failure == AVERROR_DECODER_NOT_FOUND)
        why = sl__tr("FFmpeg here has no decoder for it");
    return sl__cut_refused(source, why, "-c:v libx264 -c:a aac", error);
}

int sl__cut_refused(const struct sl__cut_source *source, const char *why, const char *remedy,
                    struct sl_error *error)
{
    char line[SL__FFMPEG_LINE];
    sl__ffmpeg_line(line, source->name, remedy);
    return sl_error_set(error, SL_E_UNSUPPORTED,
                        source->transcode
                            ? SL__TR_NOOP("%s: this video can neither be copied into an MP4 nor "
                                          "coded anew (%s); convert it: %s")
                            : SL__TR_NOOP("%s: this video cannot be copied into an MP4 (%s); set "
                                          "“video.transcode” to true in the configuration, or "
                                          "convert it: %s"),
                        source->name, why, line);
}

const AVStream *sl__reading_stream(const struct sl__reading *reading, int number)
{
    return reading->format->streams[number];
}

static bool is_one_of(enum AVCodecID codec, const enum AVCodecID *list, size_t count)
{
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found = found || list[i] == codec;
    return found;
}

static int refuse_codec(const struct sl__reading *reading, int number, const char *sentence,
                        const char *remedy, struct sl_error *error)
{
    struct sl_error why = SL_ERROR_INIT;
    enum AVCodecID codec = sl__reading_stream(reading, number)->codecpar->codec_id;
    sl_error_set(&why, 0, sentence, avcodec_get_name(codec));
    return sl__cut_refused(reading->source, why.message, remedy, error);
}

static int find_streams(struct sl__reading *reading, struct sl_error *error)
{
    AVFormatContext *format = reading->format;
    reading->pictures = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (reading->pictures < 0 ||
        (format->streams[reading->pictures]->disposition & AV_DISPOSITION_ATTACHED_PIC))
        return sl_error_set(error, SL_E_UNSUPPORTED,
                            "%s: there are no moving pictures in this file; name a video",
                            reading->source->name);
    reading->sound =
        av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, reading->pictures, NULL, 0);
    if (reading->sound < 0)
        reading->sound = -1;
    return 0;
}

/* What cannot be copied is not left out: nobody would notice. */
int sl__reading_check_codecs(const struct sl__reading *reading, struct sl__anew *anew,
                             struct sl_error *error)
{
    AVStream *const *streams = reading->format->streams;
    bool transcode = reading->source->transcode;
    anew->pictures = !is_one_of(streams[reading->pictures]->codecpar->codec_id, coded_pictures,
                                sizeof coded_pictures / sizeof *coded_pictures);
    anew->sound =
        reading->sound >= 0 && !is_one_of(streams[reading->sound]->codecpar->codec_id, coded_sound,
                                          sizeof coded_sound / sizeof *coded_sound);
    if (anew->pictures && !transcode)
        return refuse_codec(reading, reading->pictures, SL__TR_NOOP("its pictures are coded as %s"),
                            "-c:v libx264 -c:a aac", error);
    if (anew->sound && !transcode)
        return refuse_codec(reading, reading->sound, SL__TR_NOOP("its sound is coded as %s"),
                            "-c:v copy -c:a aac", error);
    return 0;
}

static int open_format(struct sl__reading *reading)
{
    AVFormatContext *format = avformat_alloc_context();
    unsigned char *buffer = av_malloc(BUFFER);
    AVIOContext *io =
        buffer ? avio_alloc_context(buffer, BUFFER, 0, reading, on_read, NULL, on_seek) : NULL;
    char *allowed = av_strdup(formats);
    reading->format = format;
    if (!format || !io || !allowed) {
        if (!io)
            av_free(buffer);
        av_free(allowed);
        return AVERROR(ENOMEM);
    }
    format->pb = io;
    format->format_whitelist = allowed;
    format->io_open = refuse_to_open;
    int failure = avformat_open_input(&reading->format, "", NULL, NULL);
    if (failure < 0) { /* it has freed the format, but not what it reads from */
        av_freep(&io->buffer);
        avio_context_free(&io);
    }
    return failure < 0 ? failure : avformat_find_stream_info(reading->format, NULL);
}

/* A head of a few bytes may announce any number of samples, each of which gets an entry. */
static void restrain_libav(void)
{
    av_log_set_level(AV_LOG_QUIET);
    av_max_alloc(MOST_AT_ONCE);
}

int sl__reading_open(struct sl__reading *reading, const struct sl__cut_source *source,
                     struct sl_error *error)
{
    *reading = (struct sl__reading){.source = source};
    restrain_libav();
    int failure = open_format(reading);
    int code = failure < 0 ? sl__cut_failed(source, failure, error) : find_streams(reading, error);
    if (code)
        sl__reading_close(reading);
    return code;
}

void sl__reading_close(struct sl__reading *reading)
{
    AVIOContext *io = reading->format ? reading->format->pb : NULL;
    avformat_close_input(&reading->format);
    if (io) {
        av_freep(&io->buffer);
        avio_context_free(&io);
    }
}

void sl__packet_check_times(AVPacket *packet)
{
    packet->pts = sl__time(packet->pts);
    packet->dts = sl__time(packet->dts);
    if (packet->duration < 0 || sl__time(packet->duration) == AV_NOPTS_VALUE)
        packet->duration = 0;
}

int64_t sl__reading_time(const struct sl__reading *reading, int number, int64_t time)
{
    return sl__time_in(time, sl__reading_stream(reading, number)->time_base,
                       sl__reading_stream(reading, reading->pictures)->time_base);
}

int sl__reading_next(struct sl__reading *reading, AVPacket *packet)
{
    int failure = atomic_load(reading->source->cancel) ? AVERROR_EXIT
                                                       : av_read_frame(reading->format, packet);
    if (failure < 0)
        return failure;
    sl__packet_check_times(packet);
    if (packet->stream_index == reading->pictures)
        reading->picture_count++;
    else if (packet->stream_index == reading->sound)
        reading->sound_count++;
    if (sl__packet_time(packet) != AV_NOPTS_VALUE) {
        const AVStream *stream = sl__reading_stream(reading, packet->stream_index);
        double time = (double)sl__packet_time(packet) * av_q2d(stream->time_base);
        reading->last = time > reading->last ? time : reading->last;
    }
    return failure;
}

double sl__reading_length(const struct sl__reading *reading)
{
    double seconds = (double)reading->format->duration / AV_TIME_BASE;
    return seconds > 0 && seconds < SL__FARTHEST_SECONDS ? seconds : 0;
}

double sl__reading_duration(const struct sl__reading *reading)
{
    bool guessed = reading->format->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE;
    return guessed ? 0 : sl__reading_length(reading);
}

int sl__reading_check_whole(const struct sl__reading *reading, struct sl_error *error)
{
    const AVFormatContext *format = reading->format;
    double start = format->start_time > 0 ? (double)format->start_time / AV_TIME_BASE : 0;
    double said = sl__reading_duration(reading), is = reading->last - start;
    if (reading->picture_count == 0)
        return sl__cut_failed(reading->source, AVERROR_EOF, error);
    if (is > said * 0.95 - 5)
        return 0;
    return sl_error_set(error, SL_E_CORRUPT,
                        "%s: the video ends after %.0f of %.0f seconds: it is cut short, or still "
                        "being written; wait until it is whole, or copy it again",
                        reading->source->name, is, said);
}
