/* The index of an MP4 or QuickTime file: boxes within boxes, of which only the heads are read. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "picture.h"
#include "translate.h"
#include "video.h"

/* A day of one-second fragments has three boxes for each; what has more is not worth the reads. */
enum { MAX_BOXES = 300000, MAX_DEPTH = 8, HEAD = 16 };

struct probe {
    int fd;
    const char *name;
    struct sl_error *error;
    struct sl__video *video;
    unsigned boxes;            /* read so far */
    bool indexed;              /* a moov was there */
    char handler[5], codec[5]; /* of the track that is read */
};

struct box {
    char type[5];
    uint64_t head;    /* where it begins */
    uint64_t at, end; /* of what it holds */
};

static int fail_cut_short(const struct probe *probe)
{
    return sl_error_set(probe->error, SL_E_CORRUPT,
                        probe->indexed
                            ? SL__TR_NOOP("%s: the video is cut short, or still being written; "
                                          "wait until it is whole, or copy it again")
                            : SL__TR_NOOP("%s: the video ends before its index: it is cut short, "
                                          "or still being written; wait until it is whole, or "
                                          "copy it again"),
                        probe->name);
}

static int fail_no_index(const struct probe *probe)
{
    return sl_error_set(probe->error, SL_E_CORRUPT,
                        "%s: the video has no index: it is still being written, or its recording "
                        "broke off; wait until it is whole, or record it again",
                        probe->name);
}

static int fail_damaged(const struct probe *probe)
{
    return sl_error_set(probe->error, SL_E_CORRUPT,
                        "%s: the index of the video is damaged; use another copy", probe->name);
}

/* All of `len` bytes; a file that ends in them was made shorter since it was opened. */
static int read_at(const struct probe *probe, uint64_t at, unsigned char *to, size_t len)
{
    ssize_t count;
    do
        count = pread(probe->fd, to, len, (off_t)at);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return sl_error_set(probe->error, SL_E_IO,
                            "%s: the file cannot be read (%s); copy it elsewhere and try again",
                            probe->name, strerror(errno));
    return (size_t)count == len ? 0 : fail_cut_short(probe);
}

static uint64_t be64(const unsigned char *p)
{
    return (uint64_t)sl__be32(p) << 32 | sl__be32(p + 4);
}

/* Reads the head of the box at `at`; SL_E_TOO_LARGE, without a sentence, for one that goes on past
 * `end`. */
static int read_box(struct probe *probe, uint64_t at, uint64_t end, struct box *box)
{
    unsigned char head[HEAD] = {0};
    uint64_t room = end - at, used = 8, size;
    if (room < used)
        return SL_E_TOO_LARGE;
    int code = read_at(probe, at, head, room < HEAD ? (size_t)room : HEAD);
    if (code)
        return code;
    memcpy(box->type, head + 4, 4);
    box->type[4] = '\0';
    size = sl__be32(head);
    if (size == 1) {
        used = HEAD;
        size = be64(head + 8);
    } else if (size == 0) { /* to the end of what it is in */
        size = room;
    }
    if (size < used)
        return fail_damaged(probe);
    box->head = at;
    box->at = at + used;
    box->end = at + (size < room ? size : room);
    return size > room ? SL_E_TOO_LARGE : 0;
}

static uint64_t length(const struct box *box)
{
    return box->end - box->at;
}

static void add_blank(struct probe *probe, uint64_t at, uint64_t len, bool name)
{
    struct sl__video *video = probe->video;
    if (video->blank_count == SL__MOST_BLANKS)
        video->others = true;
    else if (len > 0)
        video->blanks[video->blank_count++] = (struct sl__blank){at, len, name};
}

/* Words about the video: where it was recorded, with what camera, under what title. */
static int blank_box(struct probe *probe, const struct box *box, int depth)
{
    (void)depth;
    add_blank(probe, box->head + 4, 4, true);
    add_blank(probe, box->at, length(box), false);
    return 0;
}

/* When it was made and changed, behind the version and the flags. */
static void blank_times(struct probe *probe, const struct box *box, bool wide)
{
    uint64_t len = wide ? 16 : 8;
    if (length(box) >= 4 + len)
        add_blank(probe, box->at + 4, len, false);
}

static int read_times(struct probe *probe, const struct box *box, int depth)
{
    unsigned char version = 0;
    (void)depth;
    int code = length(box) > 0 ? read_at(probe, box->at, &version, 1) : 0;
    if (!code)
        blank_times(probe, box, version == 1);
    return code;
}

static int read_boxes(struct probe *probe, uint64_t at, uint64_t end, int depth);

static int read_list(struct probe *probe, const struct box *box, int depth)
{
    return read_boxes(probe, box->at, box->end, depth + 1);
}

/* The time in seconds: version 1 has 64 bits where version 0 has 32. */
static int read_movie_header(struct probe *probe, const struct box *box, int depth)
{
    unsigned char data[32] = {0};
    (void)depth;
    if (length(box) < sizeof data)
        return fail_damaged(probe);
    int code = read_at(probe, box->at, data, sizeof data);
    bool wide = data[0] == 1;
    uint32_t scale = sl__be32(data + (wide ? 20 : 12));
    uint64_t duration = wide ? be64(data + 24) : sl__be32(data + 16);
    bool known = scale > 0 && duration != (wide ? UINT64_MAX : UINT32_MAX);
    if (!code)
        blank_times(probe, box, wide);
    if (!code && known)
        probe->video->seconds = (double)duration / scale;
    return code;
}

/* What kind of track it is. The second one that QuickTime has says where its data are. */
static int read_handler(struct probe *probe, const struct box *box, int depth)
{
    unsigned char data[12] = {0};
    (void)depth;
    if (length(box) < sizeof data)
        return fail_damaged(probe);
    int code = read_at(probe, box->at, data, sizeof data);
    if (!probe->handler[0])
        memcpy(probe->handler, data + 8, 4);
    return code;
}

/* How the track is coded: the first of the descriptions. */
static int read_descriptions(struct probe *probe, const struct box *box, int depth)
{
    unsigned char data[16] = {0};
    (void)depth;
    if (length(box) < sizeof data)
        return fail_damaged(probe);
    int code = read_at(probe, box->at, data, sizeof data);
    memcpy(probe->codec, data + 12, 4);
    return code;
}

static void note_codec(const struct probe *probe, const char *handler, char codec[5])
{
    if (strcmp(probe->handler, handler) == 0 && !codec[0])
        memcpy(codec, probe->codec, sizeof probe->codec);
}

/* What is neither seen nor heard nor read: cameras put where they were into a track of its own. */
static bool is_other(const char *handler)
{
    static const char harmless[] = "vide soun tmcd text sbtl subt clcp hint pict auxv";
    return handler[0] && !strstr(harmless, handler);
}

static int read_track(struct probe *probe, const struct box *box, int depth)
{
    memset(probe->handler, 0, sizeof probe->handler);
    memset(probe->codec, 0, sizeof probe->codec);
    int code = read_list(probe, box, depth);
    note_codec(probe, "vide", probe->video->pictures);
    note_codec(probe, "soun", probe->video->sound);
    probe->video->others = probe->video->others || is_other(probe->handler);
    return code;
}

static int take_box(struct probe *probe, const struct box *box, int depth)
{
    static const struct {
        char type[5];
        int (*read)(struct probe *probe, const struct box *box, int depth);
    } rows[] = {
        {"trak", read_track},        {"mdia", read_list},    {"minf", read_list},
        {"stbl", read_list},         {"hdlr", read_handler}, {"stsd", read_descriptions},
        {"mvhd", read_movie_header}, {"tkhd", read_times},   {"mdhd", read_times},
        {"udta", blank_box},         {"meta", blank_box},    {"uuid", blank_box},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(box->type, rows[i].type) == 0)
            return rows[i].read(probe, box, depth);
    return 0;
}

static int read_boxes(struct probe *probe, uint64_t at, uint64_t end, int depth)
{
    struct box box = {0};
    int code = depth > MAX_DEPTH ? fail_damaged(probe) : 0;
    for (; at + 8 <= end && !code; at = box.end) {
        if (++probe->boxes > MAX_BOXES)
            return fail_damaged(probe);
        code = read_box(probe, at, end, &box);
        if (code == SL_E_TOO_LARGE)
            return fail_damaged(probe);
        if (!code)
            code = take_box(probe, &box, depth);
    }
    return code;
}

static bool is_about(const struct box *box)
{
    return strcmp(box->type, "uuid") == 0 || strcmp(box->type, "udta") == 0 ||
           strcmp(box->type, "meta") == 0;
}

/* Boxes of the file itself: after the index only that they are whole is of interest. */
static int read_file(struct probe *probe, uint64_t len)
{
    struct box box = {0};
    int code = 0;
    for (uint64_t at = 0; at < len && ++probe->boxes <= MAX_BOXES && !code; at = box.end) {
        code = read_box(probe, at, len, &box);
        if (code == SL_E_TOO_LARGE)
            return fail_cut_short(probe);
        if (!code && is_about(&box))
            blank_box(probe, &box, 0);
        if (code || memcmp(box.type, "moov", 4) != 0 || probe->indexed)
            continue;
        probe->indexed = true;
        code = read_boxes(probe, box.at, box.end, 1);
    }
    return code || probe->indexed ? code : fail_no_index(probe);
}

static void blank_one(const struct sl__blank *blank, uint64_t at, unsigned char *bytes, size_t len)
{
    uint64_t from = blank->at > at ? blank->at : at;
    uint64_t end = blank->at + blank->len < at + len ? blank->at + blank->len : at + len;
    for (; from < end; from++)
        bytes[from - at] = blank->name ? (unsigned char)"free"[from - blank->at] : 0;
}

void sl__blank(const struct sl__blank *blanks, size_t count, uint64_t at, unsigned char *bytes,
               size_t len)
{
    for (size_t i = 0; i < count; i++)
        blank_one(&blanks[i], at, bytes, len);
}

int sl__mp4_probe(struct sl__video *video, int fd, uint64_t len, const char *name,
                  struct sl_error *error)
{
    struct probe probe = {.fd = fd, .name = name, .error = error, .video = video};
    *video = (struct sl__video){0};
    return read_file(&probe, len);
}
