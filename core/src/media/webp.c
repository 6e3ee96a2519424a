/* Reads WebP with libwebp; of an animation the first frame, on its canvas. */
#include <stdlib.h>
#include <string.h>

#include "webp.h"

/* How much larger than wanted libwebp's own, plainer scaling delivers. */
#define OVERSIZE 2

struct webp_rows {
    struct sl__rows rows;
    struct sl__webp_frame frame;
    uint32_t y;
};

static bool get_chunk(const WebPDemuxer *demuxer, const char *type, WebPChunkIterator *chunk)
{
    if (WebPDemuxGetChunk(demuxer, type, 1, chunk))
        return true;
    WebPDemuxReleaseChunkIterator(chunk);
    return false;
}

static void note_orientation(const WebPDemuxer *demuxer, struct sl__picture *picture)
{
    WebPChunkIterator chunk;
    size_t head;

    if (!get_chunk(demuxer, "EXIF", &chunk))
        return;
    /* Some writers put the marker of JPEG in front. */
    head = chunk.chunk.size >= 6 && memcmp(chunk.chunk.bytes, "Exif\0\0", 6) == 0 ? 6 : 0;
    picture->orientation = sl__exif_orientation(chunk.chunk.bytes + head, chunk.chunk.size - head);
    WebPDemuxReleaseChunkIterator(&chunk);
}

static void note_profile(const WebPDemuxer *demuxer, struct sl__picture *picture)
{
    WebPChunkIterator chunk;

    if (!get_chunk(demuxer, "ICCP", &chunk))
        return;
    picture->profile = sl__profile_from_icc(chunk.chunk.bytes, chunk.chunk.size);
    WebPDemuxReleaseChunkIterator(&chunk);
}

static int probe(const struct sl__input *input, struct sl__picture *picture)
{
    WebPDemuxer *demuxer;
    uint32_t flags;
    int rc = sl__webp_demux(input, &demuxer);

    if (rc != 0)
        return rc;
    flags = WebPDemuxGetI(demuxer, WEBP_FF_FORMAT_FLAGS);
    picture->width = WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH);
    picture->height = WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT);
    picture->plain = !(flags & ANIMATION_FLAG);
    picture->animated = WebPDemuxGetI(demuxer, WEBP_FF_FRAME_COUNT) > 1;
    picture->metadata = (flags & (ICCP_FLAG | EXIF_FLAG | XMP_FLAG)) != 0;
    note_orientation(demuxer, picture);
    note_profile(demuxer, picture);
    WebPDemuxDelete(demuxer);
    return 0;
}

static void fill_canvas_row(const struct webp_rows *r, unsigned char *row)
{
    const WebPRGBABuffer *buffer = &r->frame.config.output.u.RGBA;
    int64_t y = (int64_t)r->y - r->frame.frame.y_offset;

    memset(row, 0, (size_t)r->rows.width * 4);
    if (y >= 0 && y < r->frame.frame.height)
        memcpy(row + (size_t)r->frame.frame.x_offset * 4, buffer->rgba + y * buffer->stride,
               (size_t)r->frame.frame.width * 4);
}

static int next(struct sl__rows *rows, unsigned char *row)
{
    struct webp_rows *r = (struct webp_rows *)rows;
    const WebPRGBABuffer *buffer = &r->frame.config.output.u.RGBA;

    if (rows->alpha)
        fill_canvas_row(r, row);
    else
        memcpy(row, buffer->rgba + (size_t)r->y * (size_t)buffer->stride, (size_t)rows->width * 3);
    r->y++;
    return 0;
}

static void close_rows(struct sl__rows *rows)
{
    struct webp_rows *r = (struct webp_rows *)rows;

    sl__webp_end(&r->frame);
    free(r);
}

/* Alpha is not left to libwebp's scaling: it lets hidden colours bleed. */
static void choose_output(struct webp_rows *r, const struct sl__picture *picture, uint32_t width,
                          uint32_t height)
{
    WebPDecoderConfig *config = &r->frame.config;

    r->rows.alpha = config->input.has_alpha || !sl__webp_covers(&r->frame, picture);
    config->output.colorspace = r->rows.alpha ? MODE_RGBA : MODE_RGB;
    if (r->rows.alpha || r->rows.width < 2 * OVERSIZE * width ||
        r->rows.height < 2 * OVERSIZE * height)
        return;
    config->options.use_scaling = 1;
    config->options.scaled_width = (int)(OVERSIZE * width);
    config->options.scaled_height = (int)(OVERSIZE * height);
    r->rows.width = OVERSIZE * width;
    r->rows.height = OVERSIZE * height;
}

static int open_rows(struct sl__rows **rows, const struct sl__input *input,
                     struct sl__picture *picture, uint32_t width, uint32_t height)
{
    struct webp_rows *r = calloc(1, sizeof *r);
    int rc;

    if (!r)
        return sl__fail_memory(input);
    r->rows = (struct sl__rows){
        .input = input,
        .width = picture->width,
        .height = picture->height,
        .space = SL__RGB,
        .next = next,
        .close = close_rows,
    };
    rc = sl__webp_begin(&r->frame, input);
    if (rc == 0) {
        choose_output(r, picture, width, height);
        rc = sl__webp_decode(&r->frame, input);
    }
    if (rc != 0) {
        close_rows(&r->rows);
        return rc;
    }
    r->rows.extent_x = r->rows.width;
    r->rows.extent_y = r->rows.height;
    *rows = &r->rows;
    return 0;
}

static const unsigned char *find_pixels(const WebPData *fragment, size_t *len)
{
    const unsigned char *p = fragment->bytes;
    size_t left = fragment->size;

    while (left >= 8) {
        size_t body = sl__le32(p + 4), whole = 8 + body + body % 2;

        if (memcmp(p, "VP8 ", 4) == 0 || memcmp(p, "VP8L", 4) == 0) {
            *len = whole <= left ? whole : left;
            return p;
        }
        if (whole > left)
            break;
        p += whole;
        left -= whole;
    }
    return NULL;
}

/* The simplest WebP there is: one chunk of coded pixels. Alpha is known to be opaque. */
static int write_simple(const struct sl__input *input, const WebPData *fragment,
                        struct sl__bytes *out)
{
    unsigned char head[12] = {'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P'};
    size_t len = 0, riff;
    const unsigned char *chunk = find_pixels(fragment, &len);

    if (!chunk)
        return sl__fail_damaged(input);
    if (sl__bytes_init(out, input, sizeof head + len + 1) != 0)
        return SL_E_NOMEM;
    riff = 4 + len + len % 2;
    for (unsigned i = 0; i < 4; i++)
        head[4 + i] = (unsigned char)(riff >> 8 * i);
    sl__bytes_add(out, head, sizeof head);
    sl__bytes_add(out, chunk, len);
    if (len % 2)
        sl__bytes_add(out, "", 1);
    return 0;
}

static int strip(const struct sl__input *input, struct sl__bytes *out)
{
    WebPDemuxer *demuxer;
    WebPIterator frame = {0};
    int rc = sl__webp_demux(input, &demuxer);

    if (rc != 0)
        return rc;
    if (WebPDemuxGetFrame(demuxer, 1, &frame))
        rc = write_simple(input, &frame.fragment, out);
    else
        rc = sl__fail_damaged(input);
    WebPDemuxReleaseIterator(&frame);
    WebPDemuxDelete(demuxer);
    return rc;
}

const struct sl__codec sl__webp = {
    .mime = "image/webp",
    .probe = probe,
    .open = open_rows,
    .strip = strip,
    .open_planes = sl__webp_open_planes,
};
