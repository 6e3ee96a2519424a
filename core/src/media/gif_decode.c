/* Reads the first frame of a GIF with giflib, on its canvas. */
#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>

#include "gif.h"

struct gif_rows {
    struct sl__rows rows;
    GifFileType *gif;
    int error;  /* why there is no `gif` */
    size_t at;  /* in the input */
    bool ended; /* more bytes were wanted than there are */
    int clear;  /* the transparent index, or NO_TRANSPARENT_COLOR */
    unsigned char *indices;
    unsigned char colours[256][4];
    uint32_t y;
};

static int read_bytes(GifFileType *gif, GifByteType *to, int len)
{
    struct gif_rows *r = gif->UserData;
    size_t left = r->rows.input->len - r->at;
    size_t got = (size_t)len < left ? (size_t)len : left;

    r->ended |= got < (size_t)len;
    memcpy(to, r->rows.input->bytes + r->at, got);
    r->at += got;
    return (int)got;
}

static int explain(const struct gif_rows *r)
{
    if ((r->gif ? r->gif->Error : r->error) == D_GIF_ERR_NOT_ENOUGH_MEM)
        return sl__fail_memory(r->rows.input);
    return r->ended ? sl__fail_cut_short(r->rows.input) : sl__fail_damaged(r->rows.input);
}

static bool read_extension(struct gif_rows *r)
{
    GraphicsControlBlock control;
    GifByteType *data;
    int function;

    if (DGifGetExtension(r->gif, &function, &data) == GIF_ERROR)
        return false;
    if (data && function == GRAPHICS_EXT_FUNC_CODE &&
        DGifExtensionToGCB(data[0], data + 1, &control) == GIF_OK)
        r->clear = control.TransparentColor;
    while (data)
        if (DGifGetExtensionNext(r->gif, &data) == GIF_ERROR)
            return false;
    return true;
}

static bool find_frame(struct gif_rows *r)
{
    GifRecordType type;

    while (DGifGetRecordType(r->gif, &type) == GIF_OK) {
        if (type == IMAGE_DESC_RECORD_TYPE)
            return DGifGetImageDesc(r->gif) == GIF_OK;
        if (type != EXTENSION_RECORD_TYPE || !read_extension(r))
            return false;
    }
    return false;
}

static bool read_palette(struct gif_rows *r)
{
    const ColorMapObject *map = r->gif->Image.ColorMap ? r->gif->Image.ColorMap : r->gif->SColorMap;

    if (!map)
        return false;
    for (int i = 0; i < 256; i++) {
        unsigned char *colour = r->colours[i];

        if (i < map->ColorCount) {
            colour[0] = map->Colors[i].Red;
            colour[1] = map->Colors[i].Green;
            colour[2] = map->Colors[i].Blue;
        }
        colour[3] = i == r->clear ? 0 : 255;
    }
    return true;
}

static int read_indices(struct gif_rows *r)
{
    static const struct {
        unsigned first, step;
    } passes[] = {{0, 1}, {0, 8}, {4, 8}, {2, 4}, {1, 2}};
    const GifImageDesc *frame = &r->gif->Image;
    unsigned pass = frame->Interlace ? 1 : 0, last = frame->Interlace ? 4 : 0;

    for (; pass <= last; pass++)
        for (size_t y = passes[pass].first; y < (size_t)frame->Height; y += passes[pass].step) {
            if (sl__cancelled(r->rows.input))
                return sl__fail_cancelled(r->rows.input);
            if (DGifGetLine(r->gif, r->indices + y * (size_t)frame->Width, frame->Width) ==
                GIF_ERROR)
                return explain(r);
        }
    return 0;
}

static bool covers_canvas(const struct gif_rows *r)
{
    const GifImageDesc *frame = &r->gif->Image;

    return frame->Left == 0 && frame->Top == 0 && (uint32_t)frame->Width >= r->rows.width &&
           (uint32_t)frame->Height >= r->rows.height;
}

static int read_frame(struct gif_rows *r)
{
    const GifImageDesc *frame = &r->gif->Image;
    uint64_t pixels;

    if (!find_frame(r) || !read_palette(r))
        return explain(r);
    pixels = (uint64_t)frame->Width * (uint64_t)frame->Height;
    if (pixels == 0 || pixels > SL_IMAGE_MAX_SOURCE_PIXELS)
        return sl__fail_damaged(r->rows.input);
    r->rows.alpha = r->clear != NO_TRANSPARENT_COLOR || !covers_canvas(r);
    r->indices = malloc(pixels);
    return r->indices ? read_indices(r) : sl__fail_memory(r->rows.input);
}

static int next(struct sl__rows *rows, unsigned char *row)
{
    struct gif_rows *r = (struct gif_rows *)rows;
    const GifImageDesc *frame = &r->gif->Image;
    unsigned bytes = rows->alpha ? 4 : 3;
    int64_t y = (int64_t)r->y++ - frame->Top, left = frame->Left;
    int64_t right = left + frame->Width < rows->width ? left + frame->Width : rows->width;

    if (rows->alpha)
        memset(row, 0, (size_t)rows->width * bytes);
    if (y < 0 || y >= frame->Height)
        return 0;
    if (right > left)
        sl__look_up(row + left * bytes, r->colours, r->indices + y * frame->Width,
                    (size_t)(right - left), rows->alpha);
    return 0;
}

static void close_rows(struct sl__rows *rows)
{
    struct gif_rows *r = (struct gif_rows *)rows;

    if (r->gif)
        DGifCloseFile(r->gif, NULL);
    free(r->indices);
    free(r);
}

static int open_rows(struct sl__rows **rows, const struct sl__input *input,
                     struct sl__picture *picture, uint32_t width, uint32_t height)
{
    struct gif_rows *r = calloc(1, sizeof *r);
    int rc;

    (void)width, (void)height;
    if (!r)
        return sl__fail_memory(input);
    r->clear = NO_TRANSPARENT_COLOR;
    r->rows = (struct sl__rows){
        .input = input,
        .width = picture->width,
        .height = picture->height,
        .extent_x = picture->width,
        .extent_y = picture->height,
        .space = SL__RGB,
        .next = next,
        .close = close_rows,
    };
    r->gif = DGifOpen(r, read_bytes, &r->error);
    rc = r->gif ? read_frame(r) : explain(r);
    if (rc != 0) {
        close_rows(&r->rows);
        return rc;
    }
    *rows = &r->rows;
    return 0;
}

const struct sl__codec sl__gif = {
    .mime = "image/gif",
    .probe = sl__gif_probe,
    .open = open_rows,
    .strip = sl__gif_strip,
};
