/*
 * sightline-bench-prepare SIDE FILE [LOOPS]: prepares the picture for a longest side of SIDE pixels
 * and writes the bytes of a request with it. With LOOPS does that so often in one process, writes
 * no request, and prints the median of the milliseconds. LOOPS of 0 writes the picture instead of
 * the request. Without arguments does nothing: that is the start-up.
 *
 * FILE is raw pixels where it ends in .rgba: WIDTH×HEIGHT of its name "…-WIDTHxHEIGHT.rgba".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sightline/media.h>

#include "base64.h"
#include "bench.h"

enum { MOST_LOOPS = 1000 };

static void *read_all(const char *path, size_t len)
{
    FILE *file = fopen(path, "rb");
    void *bytes = malloc(len);
    if (!file || !bytes || fread(bytes, 1, len, file) != len)
        exit(1);
    fclose(file);
    return bytes;
}

static struct sl_media media_of(const char *path)
{
    const char *size = strrchr(path, '-');
    unsigned width, height;
    if (!size || !strstr(size, ".rgba") || sscanf(size, "-%ux%u", &width, &height) != 2)
        return (struct sl_media){.kind = SL_MEDIA_FILE, .path = path};
    return (struct sl_media){.kind = SL_MEDIA_PIXELS,
                             .pixels = {.data = read_all(path, (size_t)width * height * 4),
                                        .width = width,
                                        .height = height,
                                        .stride = (size_t)width * 4,
                                        .format = SL_PIXELS_RGBA8}};
}

static struct sl_image prepare(const struct sl_media *media, uint32_t side)
{
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_image image = SL_IMAGE_INIT;
    struct sl_error error = SL_ERROR_INIT;
    options.sizes.low_side = side;
    if (sl_image_prepare(&image, media, &options, &error) != 0) {
        fprintf(stderr, "%s\n", error.message);
        exit(1);
    }
    return image;
}

static void write_request(const struct sl_image *image)
{
    char text[49152];
    uint64_t length = sl__base64_length(image->len);
    printf("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
           "{\"url\":\"data:%s;base64,",
           image->mime);
    for (uint64_t at = 0; at < length; at += sizeof text)
        fwrite(text, 1, sl__base64_read(image->data, image->len, at, text, sizeof text), stdout);
    fputs("\"}}]}]}", stdout);
}

static double median_time(const struct sl_media *media, uint32_t side, size_t loops)
{
    double times[MOST_LOOPS];
    for (size_t i = 0; i < loops; i++) {
        double start = now_ms();
        struct sl_image image = prepare(media, side);
        times[i] = now_ms() - start;
        sl_image_release(&image);
    }
    return median(times, loops);
}

int main(int argc, char **argv)
{
    size_t loops = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    if (argc < 3 || loops > MOST_LOOPS)
        return argc > 1;
    uint32_t side = (uint32_t)strtoul(argv[1], NULL, 10);
    struct sl_media media = media_of(argv[2]);
    if (loops > 0) {
        printf("%.3f\n", median_time(&media, side, loops));
        return 0;
    }
    struct sl_image image = prepare(&media, side);
    if (argc > 3)
        fwrite(image.data, 1, image.len, stdout);
    else
        write_request(&image);
    sl_image_release(&image);
    return 0;
}
