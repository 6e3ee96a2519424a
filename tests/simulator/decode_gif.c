/* A still GIF by giflib. */
#include <gif_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pixels.h"
#include "text.h"

struct source {
    const unsigned char *data;
    size_t left;
};

struct decoder {
    GifFileType *gif;
    struct pixels *pixels;
    int transparent; /* an index, or -1 */
    int pictures;
};

static int read_source(GifFileType *gif, GifByteType *data, int len)
{
    struct source *source = gif->UserData;
    if ((size_t)len > source->left)
        len = (int)source->left;
    memcpy(data, source->data, (size_t)len);
    source->data += len;
    source->left -= (size_t)len;
    return len;
}

static bool fail(struct pixels *pixels, const char *reason)
{
    if (!pixels->reason[0])
        snprintf(pixels->reason, sizeof pixels->reason, "%s", reason);
    return false;
}

static void put_row(struct decoder *decoder, const ColorMapObject *colours, const GifPixelType *row,
                    unsigned y)
{
    const GifImageDesc *place = &decoder->gif->Image;
    unsigned char *to =
        decoder->pixels->rgba +
        ((size_t)(y + (unsigned)place->Top) * decoder->pixels->width + (size_t)place->Left) * 4;
    for (int x = 0; x < place->Width; x++, to += 4) {
        if (row[x] == decoder->transparent || row[x] >= colours->ColorCount)
            continue;
        const GifColorType *colour = &colours->Colors[row[x]];
        memcpy(to, (unsigned char[]){colour->Red, colour->Green, colour->Blue, 255}, 4);
    }
}

static bool read_rows(struct decoder *decoder, const ColorMapObject *colours)
{
    static const struct {
        int first, step;
    } passes[] = {{0, 1}, {0, 8}, {4, 8}, {2, 4}, {1, 2}};
    const GifImageDesc *place = &decoder->gif->Image;
    GifPixelType *row = must_alloc((size_t)place->Width);
    bool good = true;
    int pass = place->Interlace ? 1 : 0, last = place->Interlace ? 4 : 0;
    for (; good && pass <= last; pass++) {
        for (int y = passes[pass].first; good && y < place->Height; y += passes[pass].step) {
            good = DGifGetLine(decoder->gif, row, place->Width) == GIF_OK;
            if (good)
                put_row(decoder, colours, row, (unsigned)y);
        }
    }
    free(row);
    return good || fail(decoder->pixels, "it is damaged or cut short");
}

static bool read_picture(struct decoder *decoder)
{
    GifFileType *gif = decoder->gif;
    if (decoder->pictures++)
        return fail(decoder->pixels, "it is animated");
    if (DGifGetImageDesc(gif) != GIF_OK)
        return fail(decoder->pixels, "it is damaged or cut short");
    const GifImageDesc *place = &gif->Image;
    const ColorMapObject *colours = place->ColorMap ? place->ColorMap : gif->SColorMap;
    if (!colours || place->Left + place->Width > gif->SWidth ||
        place->Top + place->Height > gif->SHeight)
        return fail(decoder->pixels, "its picture has no colours or lies outside");
    return read_rows(decoder, colours);
}

static bool read_extension(struct decoder *decoder)
{
    int code;
    GifByteType *block;
    if (DGifGetExtension(decoder->gif, &code, &block) != GIF_OK)
        return fail(decoder->pixels, "it is damaged or cut short");
    while (block) {
        GraphicsControlBlock control;
        if (code == GRAPHICS_EXT_FUNC_CODE && DGifExtensionToGCB(block[0], block + 1, &control))
            decoder->transparent = control.TransparentColor;
        if (DGifGetExtensionNext(decoder->gif, &block) != GIF_OK)
            return fail(decoder->pixels, "it is damaged or cut short");
    }
    return true;
}

static bool read_records(struct decoder *decoder)
{
    for (;;) {
        GifRecordType type;
        if (DGifGetRecordType(decoder->gif, &type) != GIF_OK)
            return fail(decoder->pixels, "it is damaged or cut short");
        if (type == TERMINATE_RECORD_TYPE)
            return decoder->pictures || fail(decoder->pixels, "there is no picture in it");
        if (type == IMAGE_DESC_RECORD_TYPE && !read_picture(decoder))
            return false;
        if (type == EXTENSION_RECORD_TYPE && !read_extension(decoder))
            return false;
    }
}

bool decode_gif(struct pixels *pixels, const unsigned char *data, size_t len)
{
    struct source source = {data, len};
    GifFileType *gif = DGifOpen(&source, read_source, NULL);
    if (!gif)
        return fail(pixels, "its header is damaged");
    struct decoder decoder = {gif, pixels, NO_TRANSPARENT_COLOR, 0};
    bool good = pixels_set_size(pixels, (unsigned long)gif->SWidth, (unsigned long)gif->SHeight);
    if (good) {
        memset(pixels->rgba, 0, (size_t)pixels->width * pixels->height * 4);
        good = read_records(&decoder);
    }
    DGifCloseFile(gif, NULL);
    return good;
}
