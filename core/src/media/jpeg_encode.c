/* Writes the JPEG that is sent. */
#include <stdlib.h>

#include "jpeg.h"

#define QUALITY 80 /* of the house for what had to be changed; colours at half the resolution */

struct writer {
    struct jpeg_compress_struct info;
    struct sl__jpeg_failure failure;
    unsigned char *data;
    unsigned long len;
    bool writing; /* the destination is ready to be written to, and to be ended */
};

static void set_up(struct writer *w, const struct sl__bitmap *bitmap)
{
    struct jpeg_compress_struct *info = &w->info;

    jpeg_create_compress(info);
    jpeg_mem_dest(info, &w->data, &w->len);
    w->writing = true;
    info->image_width = bitmap->width;
    info->image_height = bitmap->height;
    info->input_components = (int)bitmap->space;
    info->in_color_space = bitmap->space == SL__GREY ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(info);
    jpeg_set_quality(info, QUALITY, TRUE);
}

static int write_all(struct writer *w, const struct sl__bitmap *bitmap)
{
    if (setjmp(w->failure.jump))
        return w->failure.code;
    set_up(w, bitmap);
    jpeg_start_compress(&w->info, TRUE);
    while (w->info.next_scanline < w->info.image_height) {
        JSAMPROW row = bitmap->data + (size_t)w->info.next_scanline * bitmap->width * bitmap->space;

        if (sl__cancelled(w->failure.input))
            return sl__fail_cancelled(w->failure.input);
        jpeg_write_scanlines(&w->info, &row, 1);
    }
    jpeg_finish_compress(&w->info);
    return 0;
}

int sl__jpeg_encode(struct sl_image *image, const struct sl__bitmap *bitmap,
                    const struct sl__input *input)
{
    struct writer *w = calloc(1, sizeof *w);
    int rc;

    if (!w)
        return sl__fail_memory(input);
    w->info.err = sl__jpeg_failure_init(&w->failure, input);
    rc = write_all(w, bitmap);
    if (rc != 0 && w->writing)
        w->info.dest->term_destination(&w->info); /* tells which buffer is in use by now */
    jpeg_destroy_compress(&w->info);
    if (rc == 0) {
        image->data = w->data;
        image->len = w->len;
        image->mime = sl__jpeg.mime;
        w->data = NULL;
    }
    free(w->data);
    free(w);
    return rc;
}
