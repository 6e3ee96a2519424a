/* Where the picture of a video changes most. */
#include <stdlib.h>
#include <string.h>

#include <libswscale/swscale.h>

#include "cutter.h"

enum {
    SIDE = 16,           /* of the small grey picture that is compared */
    SLOTS_EACH = 4,      /* of the video's time, for each picture that is wanted */
    LEAST_CHANGE = 8,    /* of 255, on an average: less is movement, or noise */
    WHOLE_SECONDS = 600, /* of a longer video key frames alone are looked at */
};

/* The greatest change within a part of the time. */
struct slot {
    double seconds, change;
};

struct looking {
    struct sl__decoding *decoding;
    int64_t start;
    double of;
    size_t slot_count, seen;
    struct slot slots[SL__MOST_FRAMES * SLOTS_EACH];
    unsigned char before[SIDE * SIDE];
};

static int shrink(struct looking *looking, unsigned char small[SIDE * SIDE])
{
    struct sl__decoding *decoding = looking->decoding;
    const AVFrame *frame = decoding->frame;
    decoding->scaler =
        sws_getCachedContext(decoding->scaler, frame->width, frame->height, frame->format, SIDE,
                             SIDE, AV_PIX_FMT_GRAY8, SWS_AREA, NULL, NULL, NULL);
    if (!decoding->scaler)
        return AVERROR(ENOMEM);
    sws_scale(decoding->scaler, (const uint8_t *const *)frame->data, frame->linesize, 0,
              frame->height, (uint8_t *const[]){small}, (const int[]){SIDE});
    return 0;
}

static double difference(const unsigned char *a, const unsigned char *b)
{
    int sum = 0;
    for (size_t i = 0; i < SIDE * SIDE; i++)
        sum += abs(a[i] - b[i]);
    return (double)sum / (SIDE * SIDE);
}

static int look_at(struct looking *looking)
{
    unsigned char small[SIDE * SIDE] = {0};
    const struct sl__decoding *decoding = looking->decoding;
    int failure = shrink(looking, small);
    if (failure < 0)
        return failure;
    int64_t time = sl__time_since(sl__time(decoding->frame->best_effort_timestamp), looking->start);
    double seconds = (double)time * av_q2d(decoding->stream->time_base);
    double place = seconds / looking->of * (double)looking->slot_count;
    double change = looking->seen++ > 0 ? difference(small, looking->before) : 0;
    memcpy(looking->before, small, sizeof small);
    if (!(place >= 0 && place < (double)looking->slot_count))
        return 0;
    struct slot *slot = &looking->slots[(size_t)place];
    if (change >= LEAST_CHANGE && change > slot->change)
        *slot = (struct slot){seconds, change};
    return 0;
}

/* Looks at all pictures, or at all key frames. */
static int look_through(struct looking *looking, enum AVDiscard skip)
{
    struct sl__decoding *decoding = looking->decoding;
    const struct sl__cut_source *source = decoding->reading.source;
    int failure = sl__decoding_seek(decoding, looking->start);
    looking->seen = 0;
    memset(looking->slots, 0, sizeof looking->slots);
    decoding->codec->skip_frame = skip;
    while (failure >= 0 && (failure = sl__decoding_next(decoding)) >= 0) {
        failure = look_at(looking);
        source->progress(decoding->reading.offset, source->len, source->context);
    }
    decoding->codec->skip_frame = AVDISCARD_DEFAULT;
    return failure == AVERROR_EOF ? 0 : failure;
}

/* Where the decoder is now, nothing is near. */
static int go_back(struct looking *looking)
{
    av_frame_unref(looking->decoding->frame);
    return sl__decoding_seek(looking->decoding, looking->start);
}

static int by_change(const void *a, const void *b)
{
    const struct slot *left = a, *right = b;
    if (left->change != right->change)
        return left->change < right->change ? 1 : -1;
    return (left->seconds > right->seconds) - (left->seconds < right->seconds);
}

static int by_time(const void *a, const void *b)
{
    const double *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* Puts a picture into the middle of the longest time without one. */
static void divide(double *times, size_t count, double of)
{
    size_t widest = 0;
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        double gap = (i + 1 < count ? times[i + 1] : of) - times[i];
        if (gap > most) {
            most = gap;
            widest = i;
        }
    }
    times[count] = times[widest] + most / 2;
    qsort(times, count + 1, sizeof *times, by_time);
}

static void choose(struct looking *looking, double *times, size_t count)
{
    size_t chosen = 1;
    times[0] = 0;
    qsort(looking->slots, looking->slot_count, sizeof *looking->slots, by_change);
    for (size_t i = 0; i < looking->slot_count && chosen < count; i++)
        if (looking->slots[i].change > 0)
            times[chosen++] = looking->slots[i].seconds;
    qsort(times, chosen, sizeof *times, by_time);
    for (; chosen < count; chosen++)
        divide(times, chosen, looking->of);
}

int sl__scenes_find(struct sl__decoding *decoding, int64_t start, double of, double *times,
                    size_t count)
{
    struct looking looking = {
        .decoding = decoding, .start = start, .of = of, .slot_count = count * SLOTS_EACH};
    /* A coder puts a key frame where the scene changes. */
    int failure = look_through(&looking, AVDISCARD_NONKEY);
    if (failure >= 0 && looking.seen < looking.slot_count && of <= WHOLE_SECONDS)
        failure = look_through(&looking, AVDISCARD_DEFAULT);
    if (failure >= 0)
        failure = go_back(&looking);
    if (failure >= 0)
        choose(&looking, times, count);
    return failure;
}
