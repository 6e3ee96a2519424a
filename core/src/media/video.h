/* What the index of a video file says of it: read in a millisecond, without a library. */
#ifndef SL__VIDEO_H
#define SL__VIDEO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sightline/error.h>

/*
 * Bytes of a file that are private: where it was recorded, when and with what. They go out as
 * zeros, or as the name of a box that nobody reads, so that all else stays where it is.
 */
struct sl__blank {
    uint64_t at, len;
    bool name; /* four bytes, "free" */
};

enum { SL__MOST_BLANKS = 64 };

struct sl__video {
    double seconds;             /* 0 where the index does not say */
    char pictures[5], sound[5]; /* how the first of each is coded: "avc1", "mp4a"; "" for none */
    bool others; /* there are tracks of other data, as of positions, or more blanks than this */
    struct sl__blank blanks[SL__MOST_BLANKS];
    size_t blank_count;
};

/*
 * Reads the index of an MP4 or QuickTime file of `len` bytes, in constant memory and a bounded
 * number of reads. `name` is what sentences call the file. Errors: SL_E_CORRUPT (there is no index,
 * or the file ends before what its index speaks of: both are so while a file is still being
 * written), SL_E_IO.
 */
int sl__mp4_probe(struct sl__video *video, int fd, uint64_t len, const char *name,
                  struct sl_error *error);

/* Blanks what a piece of the file, from `at` on, has of it. */
void sl__blank(const struct sl__blank *blanks, size_t count, uint64_t at, unsigned char *bytes,
               size_t len);

#define SL__FFMPEG_LINE 512 /* bytes of such a line */

/*
 * Writes the command that converts the file of this name, as a shell takes it: "ffmpeg -i clip.mkv
 * -c copy clip.mp4". Names too long for it are cut.
 */
void sl__ffmpeg_line(char line[SL__FFMPEG_LINE], const char *name, const char *options);

#endif
