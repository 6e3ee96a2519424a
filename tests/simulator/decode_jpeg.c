/* JPEG by libjpeg. */
#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "pixels.h"

struct decoder {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct pixels *pixels;
    jmp_buf failed;
};

static void fail(j_common_ptr jpeg)
{
    struct decoder *decoder = jpeg->client_data;
    char reason[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, reason);
    snprintf(decoder->pixels->reason, sizeof decoder->pixels->reason, "%s", reason);
    longjmp(decoder->failed, 1);
}

/* libjpeg only warns of a picture that is cut short and paints the rest grey. */
static void warn(j_common_ptr jpeg, int level)
{
    if (level < 0)
        fail(jpeg);
}

static bool decode(struct decoder *decoder)
{
    struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
    struct pixels *pixels = decoder->pixels;
    jpeg_read_header(jpeg, TRUE);
    if (!pixels_set_size(pixels, jpeg->image_width, jpeg->image_height))
        return false;
    jpeg->out_color_space = JCS_EXT_RGBA;
    jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = pixels->rgba + (size_t)jpeg->output_scanline * pixels->width * 4;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_decompress(jpeg);
    return true;
}

bool decode_jpeg(struct pixels *pixels, const unsigned char *data, size_t len)
{
    struct decoder decoder = {.pixels = pixels};
    volatile bool good = false;
    decoder.jpeg.err = jpeg_std_error(&decoder.errors);
    decoder.jpeg.client_data = &decoder;
    decoder.errors.error_exit = fail;
    decoder.errors.emit_message = warn;
    if (!setjmp(decoder.failed)) {
        jpeg_create_decompress(&decoder.jpeg);
        jpeg_mem_src(&decoder.jpeg, data, (unsigned long)len);
        good = decode(&decoder);
    }
    jpeg_destroy_decompress(&decoder.jpeg);
    return good;
}
