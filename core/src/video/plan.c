/* Where a video is to be cut. */
#include <stdlib.h>
#include <string.h>

#include "cutter.h"

/* What an MP4 needs besides: a little for each packet, and its heads. */
enum { PACKET_BYTES = 24, FILE_BYTES = 64 << 10, SHORT_BYTES = 4 << 20 };

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
    struct sl__reading *reading;
    struct place part; /* where the part began that grows; its `bytes` so far */
    struct place key;  /* the last key frame since then */
    bool has_key;
    bool too_long; /* there was none where one was needed: a part cannot be within the limits */
    double too_long_at; /* seconds from the beginning */
    uint64_t bytes;     /* of all together */
    int64_t end;        /* of all together, in the pictures' unit */
};

static double seconds_of(const struct planning *planning, int64_t time)
{
    const AVStream *stream = sl__reading_stream(planning->reading, planning->reading->pictures);
    return (double)time * av_q2d(stream->time_base);
}

static int no_memory(const struct planning *planning, struct sl_error *error)
{
    return sl__cut_failed(planning->reading->source, AVERROR(ENOMEM), error);
}

/* Begins a part. */
static int add_cut(struct planning *planning, const struct sl__cut *cut, struct sl_error *error)
{
    struct sl__plan *plan = planning->plan;
    const struct sl__cut_source *source = planning->reading->source;
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

/* What a packet is to the plan. Times are in the pictures' unit. */
struct piece {
    bool pictures, key;
    int64_t time, duration;
    int64_t number; /* of a packet of the pictures */
    int size;       /* bytes */
};

static int take_picture(struct planning *planning, const struct piece *piece, uint64_t before,
                        struct sl_error *error)
{
    if (piece->key && piece->time > planning->part.cut.time) {
        planning->key = (struct place){{piece->time, piece->number}, before};
        planning->has_key = true;
    }
    return planning->too_long ? 0 : cut_part(planning, piece->time + piece->duration, error);
}

static int refuse_timeless(const struct planning *planning, struct sl_error *error)
{
    return sl__cut_refused(planning->reading->source, sl__tr("its pictures have no times"),
                           "-c:v libx264 -c:a aac", error);
}

static int take_piece(struct planning *planning, const struct piece *piece, struct sl_error *error)
{
    if (piece->time == AV_NOPTS_VALUE)
        return piece->pictures ? refuse_timeless(planning, error) : 0;
    uint64_t before = planning->part.bytes, size = (uint64_t)piece->size + PACKET_BYTES;
    int64_t end = piece->time + piece->duration;
    if (planning->plan->count == 0) {
        planning->part.cut.time = planning->end = piece->time;
        int code = add_cut(planning, &planning->part.cut, error);
        if (code)
            return code;
    }
    planning->bytes += size;
    planning->part.bytes += size;
    planning->end = end > planning->end ? end : planning->end;
    return piece->pictures ? take_picture(planning, piece, before, error) : 0;
}

/* How long a packet lasts, in the pictures' unit. */
static int64_t length_of(const struct sl__reading *reading, const AVPacket *packet)
{
    return sl__time_or(sl__reading_time(reading, packet->stream_index, packet->duration), 0);
}

static int take_packet(struct planning *planning, const AVPacket *packet, struct sl_error *error)
{
    const struct sl__reading *reading = planning->reading;
    int number = packet->stream_index;
    if (number != reading->pictures && number != reading->sound)
        return 0;
    struct piece piece = {.pictures = number == reading->pictures,
                          .key = packet->flags & AV_PKT_FLAG_KEY,
                          .time = sl__reading_time(reading, number, sl__packet_time(packet)),
                          .duration = length_of(reading, packet),
                          .number = reading->picture_count - 1,
                          .size = packet->size};
    return take_piece(planning, &piece, error);
}

static int read_packets(struct planning *planning, struct sl_error *error)
{
    const struct sl__cut_source *source = planning->reading->source;
    AVPacket *packet = av_packet_alloc();
    int code = packet ? 0 : no_memory(planning, error), failure = 0;
    while (!code && (failure = sl__reading_next(planning->reading, packet)) >= 0) {
        code = take_packet(planning, packet, error);
        source->progress(planning->reading->offset, source->len, source->context);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    if (!code && failure != AVERROR_EOF)
        code = sl__cut_failed(source, failure, error);
    planning->plan->sound_count = planning->reading->sound_count;
    return code ? code : sl__reading_check_whole(planning->reading, error);
}

/*
 * MP4 and QuickTime have an index of all packets, so that nothing else needs to be read. Its times
 * are those of decoding: the first packet's tells how much later they are shown.
 */
struct index {
    AVStream *stream; /* NULL where there is no sound */
    int number, count, at;
    int64_t later;
};

static struct index open_index(const struct sl__reading *reading, int number)
{
    struct index index = {.number = number};
    if (number < 0)
        return index;
    index.stream = reading->format->streams[number];
    index.count = avformat_index_get_entries_count(index.stream);
    if (index.count > 0)
        index.later = sl__time_or(
            sl__time_since(sl__time(index.stream->start_time),
                           sl__time(avformat_index_get_entry(index.stream, 0)->timestamp)),
            0);
    return index;
}

/* Of a file in fragments only the first are in the index. */
static bool is_complete(const struct index *index)
{
    return !index->stream || (index->count > 0 && index->count == index->stream->nb_frames);
}

static int64_t index_time(const struct planning *planning, const struct index *index, int at)
{
    int64_t time = sl__time(avformat_index_get_entry(index->stream, at)->timestamp);
    return time == AV_NOPTS_VALUE
               ? time
               : sl__reading_time(planning->reading, index->number, time + index->later);
}

static struct piece take_entry(const struct planning *planning, struct index *index)
{
    const AVIndexEntry *entry = avformat_index_get_entry(index->stream, index->at);
    struct piece piece = {.pictures = index->number == planning->reading->pictures,
                          .key = entry->flags & AVINDEX_KEYFRAME,
                          .time = index_time(planning, index, index->at),
                          .number = index->at,
                          .size = entry->size};
    int from = index->at + 1 < index->count ? index->at : index->at - 1;
    if (from >= 0)
        piece.duration = sl__time_or(sl__time_since(index_time(planning, index, from + 1),
                                                    index_time(planning, index, from)),
                                     0);
    index->at++;
    return piece;
}

static int read_index(struct planning *planning, struct index *pictures, struct index *sound,
                      struct sl_error *error)
{
    int code = 0;
    while (!code && (pictures->at < pictures->count || sound->at < sound->count)) {
        bool heard = pictures->at == pictures->count ||
                     (sound->at < sound->count && index_time(planning, sound, sound->at) <
                                                      index_time(planning, pictures, pictures->at));
        struct piece piece = take_entry(planning, heard ? sound : pictures);
        code = take_piece(planning, &piece, error);
    }
    planning->plan->sound_count = sound->count;
    return code;
}

/* A file that is well within the limits by what its head says is not read through. */
static bool is_short(const struct planning *planning)
{
    double seconds = sl__reading_duration(planning->reading);
    return seconds > 0 && seconds + 1 <= planning->limits->whole_seconds &&
           planning->reading->source->len + SHORT_BYTES < planning->limits->bytes;
}

static int take_short(struct planning *planning, struct sl_error *error)
{
    const struct sl__reading *reading = planning->reading;
    const AVStream *pictures = sl__reading_stream(reading, reading->pictures);
    planning->part.cut.time = sl__time_or(
        sl__time_in(reading->format->start_time, AV_TIME_BASE_Q, pictures->time_base), 0);
    planning->end =
        planning->part.cut.time + sl__time_of(sl__reading_duration(reading), pictures->time_base);
    planning->bytes = reading->source->len;
    return add_cut(planning, &planning->part.cut, error);
}

static int find_parts(struct planning *planning, struct sl_error *error)
{
    const struct sl__reading *reading = planning->reading;
    struct index pictures = open_index(reading, reading->pictures);
    struct index sound = open_index(reading, reading->sound);
    if (is_complete(&pictures) && is_complete(&sound))
        return read_index(planning, &pictures, &sound, error);
    return is_short(planning) ? take_short(planning, error) : read_packets(planning, error);
}

static int refuse_too_long(const struct planning *planning, struct sl_error *error)
{
    struct sl_error why = SL_ERROR_INIT;
    long long at = (long long)planning->too_long_at;
    sl_error_set(
        &why, 0,
        "after %lld:%02lld it has no key frame to cut it at within %.0f seconds and %llu MB",
        at / 60, at % 60, planning->limits->part_seconds,
        (unsigned long long)(planning->limits->bytes / 1000000));
    return sl__cut_refused(planning->reading->source, why.message,
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
    if (fits_whole(planning)) {
        plan->count = 1;
        planning->part.cut = plan->cuts[0];
        planning->part.bytes = planning->bytes;
    } else if (planning->too_long) {
        return refuse_too_long(planning, error);
    }
    end_part(planning, planning->end, planning->part.bytes);
    return 0;
}

int sl__plan_make(struct sl__plan *plan, struct sl__reading *reading,
                  const struct sl__cut_limits *limits, struct sl_error *error)
{
    struct planning planning = {.plan = plan, .limits = limits, .reading = reading};
    *plan = (struct sl__plan){0};
    int code = find_parts(&planning, error);
    if (!code)
        code = finish(&planning, error);
    if (code)
        sl__plan_release(plan);
    return code;
}

/* The pictures' times, and the key frame that the decoding of a part begins with. */
struct pacing {
    struct planning planning;
    double seconds; /* of a part */
    int64_t key;    /* the number of the last key frame */
};

/* Begins the parts that this picture is in or behind. */
static int begin_parts(struct pacing *pacing, int64_t time, struct sl_error *error)
{
    struct planning *planning = &pacing->planning;
    struct sl__plan *plan = planning->plan;
    AVRational unit = sl__reading_stream(planning->reading, planning->reading->pictures)->time_base;
    for (;;) {
        int64_t next =
            plan->count == 0
                ? time
                : plan->cuts[0].time + sl__time_of((double)plan->count * pacing->seconds, unit);
        if (time < next)
            return 0;
        int code = add_cut(planning, &(struct sl__cut){next, pacing->key}, error);
        if (code)
            return code;
    }
}

static int pace(struct pacing *pacing, const AVPacket *packet, struct sl_error *error)
{
    struct planning *planning = &pacing->planning;
    const struct sl__reading *reading = planning->reading;
    int64_t time = sl__reading_time(reading, reading->pictures, sl__packet_time(packet));
    if (packet->stream_index != reading->pictures || time == AV_NOPTS_VALUE)
        return 0;
    if (packet->flags & AV_PKT_FLAG_KEY)
        pacing->key = reading->picture_count - 1;
    int64_t end = time + length_of(reading, packet);
    if (end > planning->end || planning->plan->count == 0)
        planning->end = end;
    return begin_parts(pacing, time, error);
}

/* One part where that is enough, else those that were found, of which each ends with the next. */
static void end_paced(const struct pacing *pacing)
{
    const struct planning *planning = &pacing->planning;
    struct sl__plan *plan = planning->plan;
    const struct sl__cut_source *source = planning->reading->source;
    if (seconds_of(planning, planning->end - plan->cuts[0].time) <=
        planning->limits->whole_seconds - 2 * MARGIN_SECONDS)
        plan->count = 1;
    for (size_t i = 0; i < plan->count; i++) {
        int64_t end = i + 1 < plan->count ? plan->cuts[i + 1].time : planning->end;
        plan->parts[i].start = seconds_of(planning, plan->cuts[i].time - plan->cuts[0].time);
        plan->parts[i].seconds = seconds_of(planning, end - plan->cuts[i].time);
        plan->parts[i].bytes = source->len / plan->count;
    }
}

int sl__plan_evenly(struct sl__plan *plan, struct sl__reading *reading,
                    const struct sl__cut_limits *limits, struct sl_error *error)
{
    const struct sl__cut_source *source = reading->source;
    struct pacing pacing = {.planning = {.plan = plan, .limits = limits, .reading = reading},
                            .seconds = limits->part_seconds - MARGIN_SECONDS};
    AVPacket *packet = av_packet_alloc();
    *plan = (struct sl__plan){0};
    int code = packet ? 0 : no_memory(&pacing.planning, error), failure = 0;
    while (!code && (failure = sl__reading_next(reading, packet)) >= 0) {
        code = pace(&pacing, packet, error);
        source->progress(reading->offset, source->len, source->context);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    if (!code && failure != AVERROR_EOF)
        code = sl__cut_failed(source, failure, error);
    if (!code)
        code = sl__reading_check_whole(reading, error);
    if (!code && plan->count == 0)
        code = refuse_timeless(&pacing.planning, error);
    plan->sound_count = reading->sound_count;
    if (code)
        sl__plan_release(plan);
    else
        end_paced(&pacing);
    return code;
}

void sl__plan_release(struct sl__plan *plan)
{
    free(plan->cuts);
    free(plan->parts);
    *plan = (struct sl__plan){0};
}
