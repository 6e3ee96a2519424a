/* The headers of BMP: OS/2's two and the five of Windows. */
#include <string.h>

#include "bmp.h"

#define FILE_HEADER 14u
#define MAX_COLOURS 256u

/* How long a header is says which fields it has. */
enum {
    OS2_SHORT = 12,
    OS2_LONG = 64,
    OS2_CUT = 16, /* OS/2's long one may be cut behind any field */
    V1 = 40,      /* of Windows */
    V2 = 52,      /* with masks */
    V3 = 56,      /* with one for alpha */
    V4 = 108,     /* with primaries */
    V5 = 124,     /* with a profile */
};

enum { RGB, RLE8, RLE4, MASKED, JPEG, PNG, MASKED_WITH_ALPHA };

/* What V4 says of its colours, as it reads in memory. */
#define CALIBRATED "\0\0\0\0"
#define EMBEDDED "DEBM"

struct header {
    const unsigned char *bytes; /* the second header */
    size_t len;                 /* to the end of the file */
    uint32_t size, compression, used;
};

static int fail_kind(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_UNSUPPORTED,
                        "%s: this build cannot read this kind of BMP; convert it to JPEG or PNG",
                        input->name);
}

static uint32_t field(const struct header *header, unsigned at)
{
    return at + 4 <= header->size ? sl__le32(header->bytes + at) : 0;
}

static int read_size(struct sl__bmp *bmp, const struct header *header,
                     const struct sl__input *input)
{
    int32_t width = (int32_t)field(header, 4), height = (int32_t)field(header, 8);

    if (header->size == OS2_SHORT) {
        bmp->width = sl__le16(header->bytes + 4);
        bmp->height = sl__le16(header->bytes + 6);
        bmp->bits = sl__le16(header->bytes + 10);
        return 0;
    }
    if (width < 0 || height == INT32_MIN)
        return sl__fail_damaged(input);
    bmp->width = (uint32_t)width;
    bmp->height = (uint32_t)(height < 0 ? -height : height);
    bmp->top_down = height < 0;
    bmp->bits = sl__le16(header->bytes + 14);
    return 0;
}

/* Which codings go with which numbers of bits. */
static int read_coding(struct sl__bmp *bmp, const struct header *header,
                       const struct sl__input *input)
{
    static const struct {
        uint32_t compression;
        const char *bits;
        enum sl__bmp_coding coding;
    } kinds[] = {
        {RGB, "\1\2\4\10\20\30\40", SL__BMP_PLAIN},
        {RLE8, "\10", SL__BMP_RLE8},
        {RLE4, "\4", SL__BMP_RLE4},
        {MASKED, "\20\40", SL__BMP_MASKED},
        {MASKED_WITH_ALPHA, "\20\40", SL__BMP_MASKED},
    };
    bool os2 = header->size == OS2_LONG || header->size == OS2_CUT;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].compression == header->compression && bmp->bits > 0 && bmp->bits < 256 &&
            strchr(kinds[i].bits, (int)bmp->bits) && !(os2 && header->compression >= MASKED)) {
            bmp->coding = kinds[i].coding;
            return bmp->top_down && bmp->coding != SL__BMP_PLAIN && bmp->coding != SL__BMP_MASKED
                       ? sl__fail_damaged(input)
                       : 0;
        }
    return fail_kind(input);
}

static struct sl__bmp_channel channel_of(uint32_t mask)
{
    struct sl__bmp_channel channel = {.mask = mask};

    while (mask != 0 && !(mask >> channel.shift & 1))
        channel.shift++;
    channel.most = mask >> channel.shift;
    return channel;
}

/* Bytes of masks that stand behind a V1 header, as part of none. */
static size_t loose_masks(const struct header *header)
{
    if (header->size != V1)
        return 0;
    return header->compression == MASKED ? 12 : header->compression == MASKED_WITH_ALPHA ? 16 : 0;
}

static int read_masks(struct sl__bmp *bmp, const struct header *header,
                      const struct sl__input *input)
{
    static const uint32_t usual[2][4] = {{0x7c00, 0x3e0, 0x1f}, {0xff0000, 0xff00, 0xff}};
    size_t loose = loose_masks(header);
    bool alpha = loose == 16 || header->size >= V3;

    if (header->len < header->size + loose)
        return sl__fail_cut_short(input);
    for (unsigned i = 0; i < 4; i++) {
        uint32_t mask = usual[bmp->bits == 32][i];

        if (bmp->coding == SL__BMP_MASKED)
            mask = i < 3 || alpha ? sl__le32(header->bytes + V1 + i * 4) : 0;
        if (bmp->bits == 16)
            mask &= 0xffff;
        bmp->channels[i] = channel_of(mask);
    }
    return 0;
}

/* Colours that the file does not have are black. */
static int read_colours(struct sl__bmp *bmp, const struct header *header,
                        const struct sl__input *input)
{
    size_t bytes = header->size == OS2_SHORT ? 3 : 4, at = header->size + loose_masks(header);
    uint32_t most = 1u << bmp->bits;
    uint32_t count = header->used > 0 && header->used < most ? header->used : most;
    /* Of a file that has fewer than it says the pixels follow earlier. */
    size_t room = bmp->pixels > FILE_HEADER + at ? bmp->pixels - FILE_HEADER - at : 0;

    if (count > room / bytes)
        count = (uint32_t)(room / bytes);
    if (header->len < at + count * bytes)
        return sl__fail_cut_short(input);
    for (uint32_t i = 0; i < count; i++)
        for (unsigned c = 0; c < 3; c++)
            bmp->colours[i][c] = header->bytes[at + i * bytes + 2 - c];
    return 0;
}

/* A file that says nothing of where its pixels are has them behind all that it says. */
static size_t pixels_behind(const struct header *header, const struct sl__bmp *bmp)
{
    size_t bytes = header->size == OS2_SHORT ? 3 : 4;
    uint32_t colours = bmp->bits <= 8 ? 1u << bmp->bits : 0;

    if (header->used > 0 && header->used <= MAX_COLOURS)
        colours = header->used;
    return FILE_HEADER + header->size + loose_masks(header) + colours * bytes;
}

static double fixed(const unsigned char *p, unsigned bits)
{
    return (double)sl__le32(p) / (1u << bits);
}

/* Primaries as lights of the three; white is all of them together. */
static void *calibrated_profile(const struct header *header)
{
    double xy[8] = {0}, white[3] = {0}, gamma = fixed(header->bytes + 100, 16);

    for (unsigned i = 0; i < 3; i++) {
        double xyz[3], sum = 0;

        for (unsigned c = 0; c < 3; c++) {
            xyz[c] = fixed(header->bytes + 60 + i * 12 + c * 4, 30);
            white[c] += xyz[c];
            sum += xyz[c];
        }
        if (sum < 0.01)
            return NULL;
        xy[2 + i * 2] = xyz[0] / sum;
        xy[3 + i * 2] = xyz[1] / sum;
    }
    xy[0] = white[0] / (white[0] + white[1] + white[2]);
    xy[1] = white[1] / (white[0] + white[1] + white[2]);
    if (xy[1] < 0.01 || gamma < 0.1 || gamma > 10)
        return NULL;
    return sl__profile_from_primaries(xy, gamma);
}

static void *profile_of(const struct header *header)
{
    uint32_t at = field(header, 112), len = field(header, 116);

    if (header->size < V4)
        return NULL;
    if (memcmp(header->bytes + 56, CALIBRATED, 4) == 0)
        return calibrated_profile(header);
    if (header->size < V5 || memcmp(header->bytes + 56, EMBEDDED, 4) != 0 || at > header->len ||
        len > header->len - at)
        return NULL;
    return sl__profile_from_icc(header->bytes + at, len);
}

static int open_header(struct header *header, const struct sl__input *input)
{
    header->bytes = input->bytes + FILE_HEADER;
    header->len = input->len - FILE_HEADER;
    header->size = sl__le32(header->bytes);
    if (header->len < header->size)
        return sl__fail_cut_short(input);
    header->compression = field(header, 16);
    header->used = field(header, 32);
    return 0;
}

static void find_pixels(struct sl__bmp *bmp, const struct header *header,
                        const struct sl__input *input)
{
    bmp->pixels = sl__le32(input->bytes + 10);
    if (bmp->pixels < FILE_HEADER + header->size)
        bmp->pixels = pixels_behind(header, bmp);
    if (bmp->coding == SL__BMP_PLAIN || bmp->coding == SL__BMP_MASKED)
        bmp->stride = (size_t)(((uint64_t)bmp->width * bmp->bits + 31) / 32 * 4);
}

int sl__bmp_read(struct sl__bmp *bmp, const struct sl__input *input, struct sl__picture *picture)
{
    struct header header = {0};
    int rc = open_header(&header, input);

    *bmp = (struct sl__bmp){0};
    if (rc == 0)
        rc = read_size(bmp, &header, input);
    if (rc == 0)
        rc = read_coding(bmp, &header, input);
    if (rc == 0)
        find_pixels(bmp, &header, input);
    if (rc == 0 && (bmp->bits == 16 || bmp->bits == 32))
        rc = read_masks(bmp, &header, input);
    if (rc == 0 && bmp->bits <= 8)
        rc = read_colours(bmp, &header, input);
    if (rc == 0 && picture)
        picture->profile = profile_of(&header);
    return rc;
}
