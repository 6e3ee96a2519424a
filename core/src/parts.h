/*
 * A video that the video module has opened: put into an MP4, in one part or several, each a file
 * without a name in the temporary folder.
 */
#ifndef SL_PARTS_H
#define SL_PARTS_H

#include "message.h"
#include "video_module.h"

struct sl__request;

#define SL__MIN_PART_SECONDS 5.0
#define SL__WHOLE_SECONDS 300.0 /* a longer video is asked about in parts */
#define SL__PART_SECONDS 120.0  /* of at most this length, unless the configuration says less */
enum { SL__MAX_PARTS = 100, SL__PART_NAME = 96, SL__MAX_PART_ANSWER = 16 << 10 };

/* It belongs to the worker that prepares the request, and stays where it is while it is open. */
struct sl__parts {
    struct sl__request *request;
    struct sl__attachment *video; /* a reference */
    const struct sl__video_module *module;
    struct sl__cutter *cutter;
    const struct sl__cut_part *list;
    size_t count;
    int64_t reported_at;
};

#define SL__PARTS_INIT                                                                             \
    {                                                                                              \
        0                                                                                          \
    }

/*
 * Finds where the video is cut: whole when it fits, else in parts of at most `part_seconds`. Holds
 * the video. Errors: what the video module returns; SL_E_UNSUPPORTED without it.
 */
int sl__parts_open(struct sl__parts *parts, struct sl__request *request,
                   struct sl__attachment *video, double part_seconds, struct sl_error *error);
void sl__parts_release(struct sl__parts *parts); /* one that is not open is fine */

/*
 * Writes a part: in their order it costs least. On success `*part` is the caller's. Errors: what
 * the video module returns, SL_E_IO (the video was changed, no temporary file can be made).
 */
int sl__parts_write(struct sl__parts *parts, size_t at, struct sl__attachment **part,
                    struct sl_error *error);

/* "part 2 of 5, 2:00 to 4:00", for a model and for a person, whose language it is in. */
const char *sl__parts_title(const struct sl__parts *parts, size_t at, char text[SL__PART_NAME]);
const char *sl__parts_name(const struct sl__parts *parts, size_t at, char text[SL__PART_NAME]);

/*
 * Appends what was answered about a part, at most `most` bytes of it, under a heading with the
 * part's place in the whole video. 0, SL_E_NOMEM or SL_E_TOO_LARGE.
 */
int sl__parts_tell(const struct sl__parts *parts, size_t at, const char *answer, size_t most,
                   struct sl__buf *to);

double sl__parts_seconds(const struct sl__parts *parts); /* of the whole video */

#endif
