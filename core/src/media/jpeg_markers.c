/* Walks the markers of a JPEG: what it is, what is private in it, and the rest of it. */
#include <stdlib.h>
#include <string.h>

#include "jpeg.h"

enum marker {
    SOF0 = 0xc0,
    DHT = 0xc4,
    JPG = 0xc8,
    DAC = 0xcc,
    SOF15 = 0xcf,
    RST0 = 0xd0,
    SOI = 0xd8,
    EOI = 0xd9,
    SOS = 0xda,
    DQT = 0xdb,
    DNL = 0xdc,
    DRI = 0xdd,
    APP0 = 0xe0,
    APP1 = 0xe1,
    APP2 = 0xe2,
    APP14 = 0xee,
    APP15 = 0xef,
    COM = 0xfe,
    TEM = 0x01,
};

struct walk {
    const unsigned char *bytes;
    size_t len, at;
};

struct segment {
    unsigned marker;
    const unsigned char *body; /* what follows the length */
    size_t len;
};

static bool stands_alone(unsigned marker)
{
    return marker == TEM || (marker >= RST0 && marker <= EOI);
}

/* False at the end of the bytes. Like libjpeg, steps over what is no marker. */
static bool next_segment(struct walk *walk, struct segment *segment)
{
    const unsigned char *p = walk->bytes + walk->at, *end = walk->bytes + walk->len;
    size_t length;

    do {
        while (p < end && *p != 0xff)
            p++;
        while (p < end && *p == 0xff)
            p++;
    } while (p < end && *p == 0);
    if (p == end)
        return false;
    *segment = (struct segment){.marker = *p, .body = p + 1};
    p++;
    if (!stands_alone(segment->marker)) {
        length = end - p >= 2 ? sl__be16(p) : 0;
        if (length < 2 || length > (size_t)(end - p))
            return false;
        segment->body = p + 2;
        segment->len = length - 2;
        p += length;
    }
    walk->at = (size_t)(p - walk->bytes);
    return true;
}

/* The coded pixels behind an SOS: up to the next marker that is no restart. */
static void skip_scan(struct walk *walk)
{
    const unsigned char *p = walk->bytes + walk->at, *end = walk->bytes + walk->len;

    while (p < end && (p = memchr(p, 0xff, (size_t)(end - p))) != NULL) {
        if (end - p < 2 || (p[1] != 0 && (p[1] < RST0 || p[1] >= SOI)))
            break;
        p += 2;
    }
    walk->at = p ? (size_t)(p - walk->bytes) : walk->len;
}

static bool is_frame(unsigned marker)
{
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
}

static bool has_prefix(const struct segment *segment, const char *prefix, size_t len)
{
    return segment->len >= len && memcmp(segment->body, prefix, len) == 0;
}

static bool is_jfif(const struct segment *segment)
{
    return segment->marker == APP0 && segment->len >= 14 && has_prefix(segment, "JFIF\0", 5);
}

static bool is_adobe(const struct segment *segment)
{
    return segment->marker == APP14 && segment->len >= 12 && has_prefix(segment, "Adobe", 5);
}

/* A profile comes in numbered pieces; ones out of order are put in order. */
struct profile {
    struct segment pieces[256];
    size_t len;
};

#define PROFILE_TAG "ICC_PROFILE"
#define PROFILE_HEAD 14

static void add_piece(struct profile *profile, const struct segment *segment)
{
    struct segment *piece;

    if (segment->len < PROFILE_HEAD || !has_prefix(segment, PROFILE_TAG, sizeof PROFILE_TAG))
        return;
    piece = &profile->pieces[segment->body[12]];
    if (piece->body)
        return;
    *piece = *segment;
    profile->len += segment->len - PROFILE_HEAD;
}

static int join_profile(const struct profile *profile, const struct sl__input *input,
                        struct sl__picture *picture)
{
    struct sl__bytes icc;

    if (profile->len == 0 || profile->len > SL_IMAGE_MAX_PROFILE_BYTES)
        return 0;
    if (sl__bytes_init(&icc, input, profile->len) != 0)
        return SL_E_NOMEM;
    for (size_t i = 0; i < 256; i++)
        if (profile->pieces[i].body)
            sl__bytes_add(&icc, profile->pieces[i].body + PROFILE_HEAD,
                          profile->pieces[i].len - PROFILE_HEAD);
    picture->profile = sl__profile_from_icc(icc.data, icc.len);
    free(icc.data);
    return 0;
}

static void note_frame(const struct segment *segment, struct sl__picture *picture)
{
    if (segment->len < 6)
        return;
    picture->height = sl__be16(segment->body + 1);
    picture->width = sl__be16(segment->body + 3);
    /* Behind JPG are the frames of arithmetic coding, which few can read. */
    picture->plain = segment->body[5] != 4 && segment->marker < JPG;
}

static void note_segment(const struct segment *segment, struct sl__picture *picture,
                         struct profile *profile)
{
    if (is_frame(segment->marker))
        note_frame(segment, picture);
    if (segment->marker == APP1 && has_prefix(segment, "Exif\0\0", 6) && picture->orientation == 1)
        picture->orientation = sl__exif_orientation(segment->body + 6, segment->len - 6);
    if (segment->marker == APP2)
        add_piece(profile, segment);
    if (segment->marker == COM || (segment->marker >= APP0 && segment->marker <= APP15))
        picture->metadata |= !is_adobe(segment) && !(is_jfif(segment) && segment->len == 14);
}

int sl__jpeg_probe(const struct sl__input *input, struct sl__picture *picture)
{
    struct walk walk = {input->bytes, input->len, 2};
    struct segment segment = {0};
    struct profile profile = {.len = 0};
    bool more;

    while ((more = next_segment(&walk, &segment)) && segment.marker != SOS && segment.marker != EOI)
        note_segment(&segment, picture, &profile);
    if (!more)
        return sl__fail_cut_short(input);
    return join_profile(&profile, input, picture);
}

static void add_segment(struct sl__bytes *out, unsigned marker, const unsigned char *body,
                        size_t len)
{
    unsigned char head[4] = {0xff, (unsigned char)marker, (unsigned char)((len + 2) >> 8),
                             (unsigned char)(len + 2)};

    sl__bytes_add(out, head, sizeof head);
    sl__bytes_add(out, body, len);
}

/* The JFIF and Adobe markers tell what the colours mean; only their fixed parts are kept. */
static void keep_segment(struct sl__bytes *out, const struct segment *segment)
{
    unsigned marker = segment->marker;

    if (is_jfif(segment)) {
        unsigned char fixed[14];

        memcpy(fixed, segment->body, 12);
        fixed[12] = fixed[13] = 0; /* no thumbnail */
        add_segment(out, APP0, fixed, sizeof fixed);
    } else if (is_adobe(segment)) {
        add_segment(out, APP14, segment->body, 12);
    } else if (is_frame(marker) || marker == DHT || marker == DAC || marker == DQT ||
               marker == DRI || marker == DNL || marker == SOS) {
        add_segment(out, marker, segment->body, segment->len);
    }
}

int sl__jpeg_strip(const struct sl__input *input, struct sl__bytes *out)
{
    static const unsigned char start[2] = {0xff, SOI}, end[2] = {0xff, EOI};
    struct walk walk = {input->bytes, input->len, 2};
    struct segment segment;

    if (sl__bytes_init(out, input, input->len + sizeof end) != 0)
        return SL_E_NOMEM;
    sl__bytes_add(out, start, sizeof start);
    while (next_segment(&walk, &segment) && segment.marker != EOI) {
        keep_segment(out, &segment);
        if (segment.marker == SOS) {
            size_t from = walk.at;

            skip_scan(&walk);
            sl__bytes_add(out, walk.bytes + from, walk.at - from);
        }
    }
    sl__bytes_add(out, end, sizeof end);
    return 0;
}
