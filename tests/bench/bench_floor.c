/*
 * sightline-bench-floor SHRINK FILE.jpg SMALL.jpg LOOPS: what no preparation of FILE can be faster
 * than with libjpeg: decoding it at 1/SHRINK and nothing else, and encoding the pixels of SMALL,
 * decoded before, at quality 80. Prints the median of the milliseconds.
 */
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "bench.h"

enum { MOST_LOOPS = 1000, MOST_ROWS = 64 };

struct file {
    unsigned char *bytes;
    size_t len;
};

struct pixels {
    unsigned width, height;
    unsigned char *ycc;
};

static void *must(void *memory)
{
    if (!memory)
        exit(1);
    return memory;
}

static struct file read_file(const char *path)
{
    FILE *stream = must(fopen(path, "rb"));
    fseek(stream, 0, SEEK_END);
    struct file file = {.len = (size_t)ftell(stream)};
    rewind(stream);
    file.bytes = must(malloc(file.len));
    if (fread(file.bytes, 1, file.len, stream) != file.len)
        exit(1);
    fclose(stream);
    return file;
}

static void start(struct jpeg_decompress_struct *info, struct jpeg_error_mgr *error,
                  const struct file *file)
{
    info->err = jpeg_std_error(error);
    jpeg_create_decompress(info);
    jpeg_mem_src(info, file->bytes, (unsigned long)file->len);
    jpeg_read_header(info, TRUE);
    info->out_color_space = JCS_YCbCr;
}

/* One buffer takes all that is decoded: nobody looks at it. */
static void decode_planes(const struct file *file, unsigned shrink)
{
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr error;
    start(&info, &error, file);
    info.raw_data_out = TRUE;
    info.scale_denom = shrink;
    jpeg_start_decompress(&info);
    JSAMPROW rows[MOST_ROWS];
    JSAMPARRAY planes[MAX_COMPONENTS];
    rows[0] = must(malloc((size_t)info.image_width + MOST_ROWS));
    for (int i = 1; i < MOST_ROWS; i++)
        rows[i] = rows[0];
    for (int i = 0; i < MAX_COMPONENTS; i++)
        planes[i] = rows;
    while (info.output_scanline < info.output_height)
        jpeg_read_raw_data(&info, planes, MOST_ROWS);
    free(rows[0]);
    jpeg_destroy_decompress(&info);
}

static struct pixels decode_pixels(const struct file *file)
{
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr error;
    start(&info, &error, file);
    jpeg_start_decompress(&info);
    struct pixels pixels = {info.output_width, info.output_height, NULL};
    pixels.ycc = must(malloc((size_t)pixels.width * pixels.height * 3));
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = pixels.ycc + (size_t)info.output_scanline * pixels.width * 3;
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_destroy_decompress(&info);
    return pixels;
}

static void encode(const struct pixels *pixels)
{
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr error;
    unsigned char *data = NULL;
    unsigned long len = 0;
    info.err = jpeg_std_error(&error);
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &data, &len);
    info.image_width = pixels->width;
    info.image_height = pixels->height;
    info.input_components = 3;
    info.in_color_space = JCS_YCbCr;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 80, TRUE);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = pixels->ycc + (size_t)info.next_scanline * pixels->width * 3;
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    free(data);
}

int main(int argc, char **argv)
{
    double times[MOST_LOOPS];
    size_t loops = argc == 5 ? strtoul(argv[4], NULL, 10) : 0;
    if (loops == 0 || loops > MOST_LOOPS)
        return 2;
    struct file file = read_file(argv[2]), small_file = read_file(argv[3]);
    struct pixels small = decode_pixels(&small_file);
    for (size_t i = 0; i < loops; i++) {
        double begin = now_ms();
        decode_planes(&file, (unsigned)strtoul(argv[1], NULL, 10));
        encode(&small);
        times[i] = now_ms() - begin;
    }
    printf("%.3f\n", median(times, loops));
    free(small.ycc);
    free(small_file.bytes);
    free(file.bytes);
    return 0;
}
