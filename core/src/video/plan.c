/* Where a video is to be cut. */
#include <stdlib.h>
#include <string.h>

#include "cutter.h"

/* What an MP4 needs besides: a little for each packet, and its heads. */
enum { PACKET_BYTES = 24, FILE_BYTES = 64 << 10 };

/* A part that ends with the pictures has a last piece of sound that may outlast them. */
#define MARGIN_SECONDS 0.1

/* A place where the video can be cut, and what comes before it since the part began. */
struct place {
    struct sl__cut cut;
    uint64_t bytes;
};

struct planning {
    struct sl__plan *plan;
    const struct sl__cut_limits *limits;
    struct sl__reading reading;
    struct place part; /* where the part began that grows; its `bytes` so far */
    struct place key;  /* the last key frame since then */
    bool has_key;
    bool too_long; /* there was none where one was needed: a part cannot be within the limits */
    double too_long_at; /* seconds from the beginning */
    uint64_t bytes;     /* of all together */
    int64_t end;        /* of all together, in the pictures' unit */
    double last;        /* seconds, of any stream, also of what is left out */
};

static double seconds_of(const struct planning *planning, int64_t time)
{
    const AVStream *stream = sl__reading_stream(&planning->reading, planning->reading.pictures);
    return (double)time * av_q2d(stream->time_base);
}

/* A time of this packet's stream in the pictures' unit. */
static int64_t to_unit(const struct planning *planning, const AVPacket *packet, int64_t time)
{
    const struct sl__reading *reading = &planning->reading;
    return av_rescale_q(time, sl__reading_stream(reading, packet->stream_index)->time_base,
                        sl__reading_stream(reading, reading->pictures)->time_base);
}

static int no_memory(const struct planning *planning, struct sl_error *error)
{
    return sl__cut_failed(planning->reading.source, AVERROR(ENOMEM), error);
}

/* Begins a part. */
static int add_cut(struct planning *planning, const struct sl__cut *cut, struct sl_error *error)
{
    struct sl__plan *plan = planning->plan;
    const struct sl__cut_source *source = planning->reading.source;
    if (plan->count >= planning->limits->count)
        return sl_error_set(error, SL_E_TOO_LARGE,
                            "%s: the video is so long that it would be asked about in more than "
                            "%zu parts; cut it and ask about the pieces",
                            source->name, planning->limits->count);
    struct sl__cut *cuts = realloc(plan->cuts, (plan->count + 1) * sizeof *cuts);
    if (cuts)
        plan->cuts = cuts;
    struct sl__cut_part *parts =
        cuts ? realloc(plan->parts, (plan->count + 1) * sizeof *parts) : NULL;
    if (!parts)
        return no_memory(planning, error);
    plan->parts = parts;
    cuts[plan->count] = *cut;
    parts[plan->count++] = (struct sl__cut_part){0};
    return 0;
}

static void end_part(struct planning *planning, int64_t end, uint64_t bytes)
{
    struct sl__plan *plan = planning->plan;
    struct sl__cut_part *part = &plan->parts[plan->count - 1];
    part->start = seconds_of(planning, planning->part.cut.time - plan->cuts[0].time);
    part->seconds = seconds_of(planning, end - planning->part.cut.time);
    part->bytes = bytes;
}

static bool is_over(const struct planning *planning, int64_t end)
{
    double seconds = seconds_of(planning, end - planning->part.cut.time);
    return seconds > planning->limits->part_seconds - MARGIN_SECONDS ||
           planning->part.bytes + FILE_BYTES >= planning->limits->bytes;
}

/* The part that grows is over the limits with this packet: it ends before the last key frame. */
static int cut_part(struct planning *planning, int64_t end, struct sl_error *error)
{
    uint64_t bytes = planning->part.bytes;
    while (is_over(planning, end) && planning->has_key) {
        end_part(planning, planning->key.cut.time, planning->key.bytes);
        bytes -= planning->key.bytes;
        planning->part = planning->key;
        planning->part.bytes = bytes;
        planning->has_key = false;
        int code = add_cut(planning, &planning->part.cut, error);
        if (code)
            return code;
    }
    if (is_over(planning, end) && !planning->too_long) {
        planning->too_long = true;
        planning->too_long_at =
            seconds_of(planning, planning->part.cut.time - planning->plan->cuts[0].time);
    }
    return 0;
}

static int take_picture(struct planning *planning, const AVPacket *packet, int64_t time,
                        struct sl_error *error)
{
    int64_t end = time + (packet->duration > 0 ? packet->duration : 0);
    uint64_t before = planning->part.bytes;
    planning->part.bytes += (uint64_t)packet->size + PACKET_BYTES;
    planning->end = end > planning->end ? end : planning->end;
    if ((packet->flags & AV_PKT_FLAG_KEY) && time > planning->part.cut.time) {
        planning->key = (struct place){{time, planning->reading.picture_count - 1}, before};
        planning->has_key = true;
    }
    return planning->too_long ? 0 : cut_part(planning, end, error);
}

static void take_sound(struct planning *planning, const AVPacket *packet, int64_t time)
{
    int64_t end = time + to_unit(planning, packet, packet->duration);
    planning->part.bytes += (uint64_t)packet->size + PACKET_BYTES;
    planning->end = end > planning->end ? end : planning->end;
}

static int take_packet(struct planning *planning, const AVPacket *packet, struct sl_error *error)
{
    const struct sl__reading *reading = &planning->reading;
    int64_t time = sl__packet_time(packet);
    bool pictures = packet->stream_index == reading->pictures;
    if (time == AV_NOPTS_VALUE)
        return pictures ? sl__cut_refused(reading->source, "its pictures have no times",
                                          "-c:v libx264 -c:a aac", error)
                        : 0;
    time = to_unit(planning, packet, time);
    double last = seconds_of(planning, time);
    planning->last = last > planning->last ? last : planning->last;
    if (!pictures && packet->stream_index != reading->sound)
        return 0;
    if (planning->plan->count == 0) {
        planning->part.cut.time = planning->end = time;
        int code = add_cut(planning, &planning->part.cut, error);
        if (code)
            return code;
    }
    planning->bytes += (uint64_t)packet->size + PACKET_BYTES;
    if (pictures)
        return take_picture(planning, packet, time, error);
    take_sound(planning, packet, time);
    return 0;
}

static int read_packets(struct planning *planning, struct sl_error *error)
{
    const struct sl__cut_source *source = planning->reading.source;
    AVPacket *packet = av_packet_alloc();
    int code = packet ? 0 : no_memory(planning, error), failure = 0;
    while (!code && (failure = sl__reading_next(&planning->reading, packet)) >= 0) {
        code = take_packet(planning, packet, error);
        source->progress(planning->reading.offset, source->len, source->context);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    if (!code && failure != AVERROR_EOF)
        code = sl__cut_failed(source, failure, error);
    return code;
}

/* Where the file says itself how long it is, and ends long before. */
static int check_whole(const struct planning *planning, struct sl_error *error)
{
    const AVFormatContext *format = planning->reading.format;
    double start = format->start_time > 0 ? (double)format->start_time / AV_TIME_BASE : 0;
    double said = (double)format->duration / AV_TIME_BASE, is = planning->last - start;
    bool guessed =
        format->duration <= 0 || format->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE;
    if (planning->plan->count == 0 || planning->reading.picture_count == 0)
        return sl__cut_failed(planning->reading.source, AVERROR_EOF, error);
    if (guessed || is > said * 0.95 - 5)
        return 0;
    return sl_error_set(error, SL_E_CORRUPT,
                        "%s: the video ends after %.0f of %.0f seconds: it is cut short, or still "
                        "being written; wait until it is whole, or copy it again",
                        planning->reading.source->name, is, said);
}

static int refuse_too_long(const struct planning *planning, struct sl_error *error)
{
    struct sl_error why = SL_ERROR_INIT;
    int at = (int)planning->too_long_at;
    sl_error_set(&why, 0,
                 "after %d:%02d it has no key frame to cut it at within %.0f seconds and %llu MB",
                 at / 60, at % 60, planning->limits->part_seconds,
                 (unsigned long long)(planning->limits->bytes / 1000000));
    return sl__cut_refused(planning->reading.source, why.message,
                           "-c:v libx264 -force_key_frames 'expr:gte(t,n_forced*10)' -c:a aac",
                           error);
}

static bool fits_whole(const struct planning *planning)
{
    int64_t length = planning->end - planning->plan->cuts[0].time;
    return seconds_of(planning, length) <= planning->limits->whole_seconds &&
           planning->bytes + FILE_BYTES < planning->limits->bytes;
}

static int finish(struct planning *planning, struct sl_error *error)
{
    struct sl__plan *plan = planning->plan;
    int code = check_whole(planning, error);
    if (!code && fits_whole(planning)) {
        plan->count = 1;
        planning->part.cut = plan->cuts[0];
        planning->part.bytes = planning->bytes;
    } else if (!code && planning->too_long) {
        code = refuse_too_long(planning, error);
    }
    if (!code)
        end_part(planning, planning->end, planning->part.bytes);
    return code;
}

int sl__plan_make(struct sl__plan *plan, const struct sl__cut_source *source,
                  const struct sl__cut_limits *limits, struct sl_error *error)
{
    struct planning planning = {.plan = plan, .limits = limits};
    *plan = (struct sl__plan){0};
    int code = sl__reading_open(&planning.reading, source, error);
    if (code)
        return code;
    code = read_packets(&planning, error);
    if (!code)
        code = finish(&planning, error);
    plan->sound_count = planning.reading.sound_count;
    sl__reading_close(&planning.reading);
    if (code)
        sl__plan_release(plan);
    return code;
}

void sl__plan_release(struct sl__plan *plan)
{
    free(plan->cuts);
    free(plan->parts);
    *plan = (struct sl__plan){0};
}
