/* The module's table: a video is planned, then read once more and written part by part. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sightline/sightline.h>

#include "cutter.h"

/* Sound may lie that far from its pictures in the file; what is farther goes into the next part. */
enum { MOST_HELD = 32 << 20 };

/* Packets that were read before their part has begun. */
struct held {
    AVPacket *packet;
    int64_t picture; /* its number, of a packet of the pictures */
    struct held *next;
};

struct sl__cutter {
    struct sl__cut_source source;
    struct sl__plan plan;
    struct sl__reading reading;
    size_t at; /* the part that is written next */
    struct held *first, **last;
    size_t held_bytes;
    bool held_pictures, held_sound; /* one that belongs to a later part was read */

    struct sl__anew anew;
    AVCodecContext *decoder; /* of pictures that are coded anew */
    AVFrame *frame;
    bool waits;   /* the frame is of a later part */
    int64_t skip; /* so many pictures need not be decoded */
};

/* One part while it is written, or passed over. */
struct part {
    struct sl__cutter *cutter;
    struct sl__writing *writing; /* NULL: it is passed over */
    uint64_t done;               /* bytes */
};

static int64_t unit_time(const struct sl__cutter *cutter, const AVPacket *packet)
{
    return sl__reading_time(&cutter->reading, packet->stream_index, sl__packet_time(packet));
}

static double seconds_since(const struct sl__cutter *cutter, const struct sl__cut *cut,
                            int64_t time)
{
    const struct sl__reading *reading = &cutter->reading;
    return (double)(time - cut->time) *
           av_q2d(sl__reading_stream(reading, reading->pictures)->time_base);
}

/* Whether a packet comes after the end of the part: pictures by their number, sound by its time. */
static bool is_later(const struct sl__cutter *cutter, const AVPacket *packet, int64_t picture)
{
    const struct sl__plan *plan = &cutter->plan;
    if (cutter->at + 1 >= plan->count)
        return false;
    const struct sl__cut *end = &plan->cuts[cutter->at + 1];
    return packet->stream_index == cutter->reading.pictures
               ? picture >= end->first
               : unit_time(cutter, packet) >= end->time;
}

/* Takes the packet. */
static int hold(struct sl__cutter *cutter, AVPacket *packet, int64_t picture)
{
    struct held *held = malloc(sizeof *held);
    if (!held) {
        av_packet_free(&packet);
        return AVERROR(ENOMEM);
    }
    *held = (struct held){packet, picture, NULL};
    *cutter->last = held;
    cutter->last = &held->next;
    cutter->held_bytes += (size_t)packet->size;
    if (packet->stream_index == cutter->reading.pictures)
        cutter->held_pictures = true;
    else
        cutter->held_sound = true;
    return 0;
}

static struct held *take_held(struct sl__cutter *cutter)
{
    struct held *held = cutter->first;
    cutter->first = NULL;
    cutter->last = &cutter->first;
    cutter->held_bytes = 0;
    cutter->held_pictures = cutter->held_sound = false;
    return held;
}

static void drop_held(struct held *held)
{
    while (held) {
        struct held *next = held->next;
        av_packet_free(&held->packet);
        free(held);
        held = next;
    }
}

static void tell_progress(const struct part *part, uint64_t done)
{
    const struct sl__cutter *cutter = part->cutter;
    cutter->source.progress(done, cutter->plan.parts[cutter->at].bytes, cutter->source.context);
}

/* How much of the part has gone by at this time. */
static uint64_t bytes_until(const struct sl__cutter *cutter, const struct sl__cut *begin,
                            int64_t time)
{
    const struct sl__cut_part *part = &cutter->plan.parts[cutter->at];
    double done = seconds_since(cutter, begin, time) / part->seconds;
    return (uint64_t)(fmin(fmax(done, 0), 1) * (double)part->bytes);
}

/* Codes the frame, or keeps it for its own part. */
static int place_frame(struct part *part)
{
    struct sl__cutter *cutter = part->cutter;
    const struct sl__plan *plan = &cutter->plan;
    const struct sl__cut *begin = &plan->cuts[cutter->at];
    int64_t time = cutter->frame->best_effort_timestamp;
    cutter->waits = time != AV_NOPTS_VALUE && cutter->at + 1 < plan->count &&
                    time >= plan->cuts[cutter->at + 1].time;
    if (cutter->waits) {
        cutter->held_pictures = true;
        return 0;
    }
    bool early = time == AV_NOPTS_VALUE || (cutter->at > 0 && time < begin->time);
    int failure = part->writing && !early ? sl__writing_add_frame(part->writing, &cutter->reading,
                                                                  cutter->frame, begin->time)
                                          : 0;
    if (!early)
        tell_progress(part, bytes_until(cutter, begin, time));
    av_frame_unref(cutter->frame);
    return failure;
}

/* All that the decoder has ready, up to the first of a later part. */
static int place_frames(struct part *part)
{
    struct sl__cutter *cutter = part->cutter;
    int failure = 0;
    while (failure >= 0 && !cutter->waits) {
        failure = avcodec_receive_frame(cutter->decoder, cutter->frame);
        if (failure >= 0)
            failure = place_frame(part);
    }
    return failure == AVERROR(EAGAIN) || failure == AVERROR_EOF || failure == AVERROR_INVALIDDATA
               ? 0
               : failure;
}

/* Decodes the packet, where its turn has come. Takes it. */
static int decode(struct part *part, AVPacket *packet, int64_t picture)
{
    struct sl__cutter *cutter = part->cutter;
    if (cutter->waits)
        return hold(cutter, packet, picture);
    int failure = picture < cutter->skip ? 0 : avcodec_send_packet(cutter->decoder, packet);
    av_packet_free(&packet);
    /* One that is damaged costs its own picture only. */
    return failure < 0 && failure != AVERROR_INVALIDDATA ? failure : place_frames(part);
}

/* Of pictures that are coded anew parts are not always read from the beginning. */
static bool is_earlier(const struct sl__cutter *cutter, const AVPacket *packet)
{
    return cutter->anew.pictures && cutter->at > 0 &&
           unit_time(cutter, packet) < cutter->plan.cuts[cutter->at].time;
}

/* Writes the packet, or keeps it for its own part. Takes it. */
static int place(struct part *part, AVPacket *packet, int64_t picture)
{
    struct sl__cutter *cutter = part->cutter;
    if (cutter->anew.pictures && packet->stream_index == cutter->reading.pictures)
        return decode(part, packet, picture);
    if (is_later(cutter, packet, picture))
        return hold(cutter, packet, picture);
    part->done += (uint64_t)packet->size;
    if (!cutter->anew.pictures)
        tell_progress(part, part->done);
    int failure = part->writing && !is_earlier(cutter, packet)
                      ? sl__writing_add(part->writing, &cutter->reading, packet,
                                        cutter->plan.cuts[cutter->at].time)
                      : 0;
    av_packet_free(&packet);
    return failure;
}

/* The pictures that the decoder had when the part before this one ended. */
static int place_waiting(struct part *part)
{
    if (!part->cutter->waits)
        return 0;
    int failure = place_frame(part);
    return failure < 0 ? failure : place_frames(part);
}

static int place_held(struct part *part)
{
    struct held *held = take_held(part->cutter);
    int failure = place_waiting(part);
    while (held && failure >= 0) {
        struct held *next = held->next;
        failure = place(part, held->packet, held->picture);
        free(held);
        held = next;
    }
    drop_held(held);
    return failure;
}

/* All of the part was read once something later came of each stream that goes on. */
static bool is_complete(const struct sl__cutter *cutter)
{
    const struct sl__plan *plan = &cutter->plan;
    if (cutter->at + 1 >= plan->count || !cutter->held_pictures)
        return false;
    bool silent = cutter->reading.sound_count == plan->sound_count;
    return silent || cutter->held_sound || cutter->held_bytes > MOST_HELD;
}

static bool is_wanted(const struct sl__cutter *cutter, const AVPacket *packet)
{
    const struct sl__reading *reading = &cutter->reading;
    return (packet->stream_index == reading->pictures || packet->stream_index == reading->sound) &&
           unit_time(cutter, packet) != AV_NOPTS_VALUE;
}

/* What the decoder keeps until it is told that nothing more comes. */
static int place_last(struct part *part)
{
    struct sl__cutter *cutter = part->cutter;
    if (!cutter->decoder)
        return 0;
    int failure = avcodec_send_packet(cutter->decoder, NULL);
    return failure < 0 && failure != AVERROR_EOF ? failure : place_frames(part);
}

static int place_rest(struct part *part)
{
    struct sl__cutter *cutter = part->cutter;
    int failure = 0;
    while (failure >= 0 && !is_complete(cutter)) {
        AVPacket *packet = av_packet_alloc();
        failure = packet ? sl__reading_next(&cutter->reading, packet) : AVERROR(ENOMEM);
        if (failure >= 0 && is_wanted(cutter, packet))
            failure = place(part, packet, cutter->reading.picture_count - 1);
        else
            av_packet_free(&packet);
    }
    return failure == AVERROR_EOF ? place_last(part) : failure;
}

/* Reads all of the next part, and writes it where it is not passed over. */
static int place_part(struct part *part)
{
    int failure = place_held(part);
    if (failure >= 0)
        failure = place_rest(part);
    part->cutter->at++;
    return failure;
}

/* Reads again from the beginning. */
static int rewind_to(struct sl__cutter *cutter, size_t at, struct sl_error *error)
{
    drop_held(take_held(cutter));
    sl__reading_close(&cutter->reading);
    cutter->at = at;
    if (cutter->decoder) {
        avcodec_flush_buffers(cutter->decoder);
        av_frame_unref(cutter->frame);
        cutter->waits = false;
        cutter->skip = cutter->plan.cuts[at].first;
    }
    return sl__reading_open(&cutter->reading, &cutter->source, error);
}

/* Gets to where this part is the next. What is coded anew is entered anywhere; else what lies
 * before it is passed over. */
static int go_to(struct sl__cutter *cutter, size_t at, struct sl_error *error)
{
    int code = 0, failure = 0;
    if (cutter->decoder && at != cutter->at)
        return rewind_to(cutter, at, error);
    if (at < cutter->at)
        code = rewind_to(cutter, 0, error);
    while (!code && failure >= 0 && cutter->at < at) {
        struct part passed = {.cutter = cutter};
        failure = place_part(&passed);
    }
    return failure < 0 ? sl__cut_failed(&cutter->source, failure, error) : code;
}

static int write_part(struct sl__cutter *cutter, size_t at, int fd, struct sl_error *error)
{
    struct sl__writing writing;
    struct part part = {.cutter = cutter, .writing = &writing};
    int code = go_to(cutter, at, error);
    if (!code)
        code = sl__writing_open(&writing, &cutter->reading, cutter->anew,
                                cutter->plan.parts[at].seconds, fd, error);
    if (code)
        return code;
    int failure = place_part(&part);
    if (failure >= 0)
        failure = sl__writing_finish(&writing);
    sl__writing_close(&writing);
    if (failure < 0)
        return sl__cut_failed(&cutter->source, failure, error);
    return cutter->at < cutter->plan.count ? 0 : sl__reading_check_whole(&cutter->reading, error);
}

static void close_cutter(struct sl__cutter *cutter)
{
    if (!cutter)
        return;
    drop_held(take_held(cutter));
    avcodec_free_context(&cutter->decoder);
    av_frame_free(&cutter->frame);
    sl__reading_close(&cutter->reading);
    sl__plan_release(&cutter->plan);
    free(cutter);
}

static int open_decoder(struct sl__cutter *cutter, struct sl_error *error)
{
    const struct sl__reading *reading = &cutter->reading;
    int failure =
        sl__decoder_open(&cutter->decoder, sl__reading_stream(reading, reading->pictures));
    cutter->frame = av_frame_alloc();
    if (failure >= 0 && !cutter->frame)
        failure = AVERROR(ENOMEM);
    return failure < 0 ? sl__cut_failed(&cutter->source, failure, error) : 0;
}

/* To the beginning, where it was read for the plan. */
static int read_anew(struct sl__cutter *cutter, struct sl_error *error)
{
    if (cutter->reading.picture_count == 0)
        return 0;
    sl__reading_close(&cutter->reading);
    return sl__reading_open(&cutter->reading, &cutter->source, error);
}

static int plan_copy(struct sl__cutter *cutter, const struct sl__cut_limits *limits,
                     struct sl_error *error)
{
    int code = sl__plan_make(&cutter->plan, &cutter->reading, limits, error);
    cutter->anew.pictures = code == SL_E_UNSUPPORTED && cutter->source.transcode;
    return code;
}

static int plan_coding(struct sl__cutter *cutter, const struct sl__cut_limits *limits,
                       struct sl_error *error)
{
    int code = read_anew(cutter, error);
    if (!code)
        code = open_decoder(cutter, error);
    return code ? code : sl__plan_evenly(&cutter->plan, &cutter->reading, limits, error);
}

static int open_cutter(struct sl__cutter **cutter, const struct sl__cut_source *source,
                       const struct sl__cut_limits *limits, struct sl_error *error)
{
    struct sl__cutter *made = calloc(1, sizeof *made);
    if (!made)
        return sl__cut_failed(source, AVERROR(ENOMEM), error);
    struct sl__cut_limits own = *limits;
    made->source = *source;
    made->last = &made->first;
    int code = sl__reading_open(&made->reading, &made->source, error);
    if (!code)
        code = sl__reading_check_codecs(&made->reading, &made->anew, error);
    if (made->anew.sound) {
        own.whole_seconds -= SL__SOUND_SECONDS;
        own.part_seconds -= SL__SOUND_SECONDS;
    }
    if (!code && !made->anew.pictures)
        code = plan_copy(made, &own, error);
    if (made->anew.pictures && source->transcode)
        code = plan_coding(made, &own, error);
    if (!code)
        code = read_anew(made, error);
    if (code)
        close_cutter(made);
    else
        *cutter = made;
    return code;
}

static const struct sl__cut_part *parts_of(const struct sl__cutter *cutter, size_t *count)
{
    *count = cutter->plan.count;
    return cutter->plan.parts;
}

SL_API extern const struct sl__video_module sl__video_module;
const struct sl__video_module sl__video_module = {
    .module = SL__MODULE,
    .open = open_cutter,
    .parts = parts_of,
    .write = write_part,
    .close = close_cutter,
    .frames = sl__frames_read,
};
