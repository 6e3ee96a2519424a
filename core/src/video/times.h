/*
 * Times that a file says. What is farther than any video is long was not written by a clock, and
 * sums of it would overflow: such a time counts as none, which is AV_NOPTS_VALUE.
 */
#ifndef SL_TIMES_H
#define SL_TIMES_H

#include <math.h>

#include <libavutil/avutil.h>
#include <libavutil/mathematics.h>

#define SL__FARTHEST_TIME (INT64_C(1) << 56)
#define SL__FARTHEST_SECONDS 4294967296.0 /* of a clock that began in 1970, the year 2106 */

/* A time, in any unit. */
static inline int64_t sl__time(int64_t said)
{
    return said > SL__FARTHEST_TIME || said < -SL__FARTHEST_TIME ? AV_NOPTS_VALUE : said;
}

/* The same in another unit. */
static inline int64_t sl__time_in(int64_t said, AVRational unit, AVRational other)
{
    int64_t time = sl__time(said);
    return time == AV_NOPTS_VALUE || fabs((double)time * av_q2d(unit)) > SL__FARTHEST_SECONDS
               ? AV_NOPTS_VALUE
               : sl__time(av_rescale_q(time, unit, other));
}

/* As many seconds in this unit, or the farthest time. */
static inline int64_t sl__time_of(double seconds, AVRational unit)
{
    const double farthest = (double)SL__FARTHEST_TIME;
    return (int64_t)fmax(fmin(seconds / av_q2d(unit), farthest), -farthest);
}

static inline int64_t sl__time_or(int64_t time, int64_t otherwise)
{
    return time == AV_NOPTS_VALUE ? otherwise : time;
}

/* How much later one time is than another; none where one of them is. */
static inline int64_t sl__time_since(int64_t time, int64_t start)
{
    return time == AV_NOPTS_VALUE || start == AV_NOPTS_VALUE ? AV_NOPTS_VALUE : time - start;
}

#endif
