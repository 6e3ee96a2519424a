/* A picture's format, size and colours. */
#include "picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pixels.h"
#include "text.h"

static const struct format {
    const char *name, *mime;
    size_t at; /* where the signature stands */
    const char *signature;
    bool (*decode)(struct pixels *, const unsigned char *, size_t);
} formats[] = {
    {"JPEG", "image/jpeg", 0, "\xff\xd8\xff", decode_jpeg},
    {"PNG", "image/png", 0, "\x89PNG\r\n\x1a\n", decode_png},
    {"WebP", "image/webp", 8, "WEBP", decode_webp},
    {"GIF", "image/gif", 0, "GIF8", decode_gif},
};

static const struct format *format_of(const unsigned char *data, size_t len)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        size_t size = strlen(formats[i].signature);
        if (len >= formats[i].at + size &&
            !memcmp(data + formats[i].at, formats[i].signature, size))
            return &formats[i];
    }
    return NULL;
}

bool pixels_set_size(struct pixels *pixels, unsigned long width, unsigned long height)
{
    if (!width || !height || width > PICTURE_MAX_SIDE || height > PICTURE_MAX_SIDE) {
        snprintf(pixels->reason, sizeof pixels->reason,
                 "it is %lu×%lu pixels; the longest side must be between 1 and %d", width, height,
                 PICTURE_MAX_SIDE);
        return false;
    }
    pixels->width = (unsigned)width;
    pixels->height = (unsigned)height;
    pixels->rgba = must_alloc((size_t)width * height * 4);
    return true;
}

struct sum {
    unsigned long long red, green, blue, count;
};

static unsigned mean_of(const struct sum *sum)
{
    unsigned long long n = sum->count ? sum->count : 1, half = n / 2;
    return (unsigned)((sum->red + half) / n << 16 | (sum->green + half) / n << 8 |
                      (sum->blue + half) / n);
}

static void add_pixel(struct sum *sum, const unsigned char *rgba)
{
    sum->red += rgba[0] * rgba[3] / 255u;
    sum->green += rgba[1] * rgba[3] / 255u;
    sum->blue += rgba[2] * rgba[3] / 255u;
    sum->count++;
}

static void take_means(struct picture *picture, const struct pixels *pixels)
{
    struct sum cells[9] = {0}, all = {0};
    const unsigned char *at = pixels->rgba;
    for (size_t y = 0; y < pixels->height; y++) {
        for (size_t x = 0; x < pixels->width; x++, at += 4) {
            add_pixel(&cells[y * 3 / pixels->height * 3 + x * 3 / pixels->width], at);
            add_pixel(&all, at);
        }
    }
    picture->mean = mean_of(&all);
    for (int i = 0; i < 9; i++)
        picture->grid[i] = cells[i].count ? mean_of(&cells[i]) : picture->mean;
}

bool picture_decode(struct picture *picture, const char *mime, const unsigned char *data,
                    size_t len, const char *name, struct failure *failure)
{
    const struct format *format = format_of(data, len);
    if (!format)
        return refuse(failure, "%s: the bytes are no JPEG, PNG, WebP or GIF picture", name);
    if (mime && strcmp(mime, format->mime) != 0)
        return refuse(failure, "%s: the data URL says %s but the bytes are %s", name, mime,
                      format->mime);
    struct pixels pixels = {0};
    bool good =
        format->decode(&pixels, data, len) ||
        refuse(failure, "%s: the %s picture cannot be used: %s", name, format->name, pixels.reason);
    if (good) {
        picture->format = format->name;
        picture->width = pixels.width;
        picture->height = pixels.height;
        picture->bytes = len;
        take_means(picture, &pixels);
    }
    free(pixels.rgba);
    return good;
}
