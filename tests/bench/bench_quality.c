/*
 * sightline-bench-quality pixels REFERENCE.png [NAME FILE.jpg]…: how near each picture is to the
 * reference in luma: PSNR in dB and mean SSIM (windows of 8×8, one at every fourth pixel), and by
 * how many levels the mean of the worst channel differs, which a shift of tone would show.
 * sightline-bench-quality text TRUE [NAME FILE]…: how many characters have to be changed, put in or
 * taken out to make each text the true one; spaces and line ends do not count.
 */
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

#include "bench.h"

enum { WINDOW = 8, STEP = 4, MOST_TEXT = 16384 };

struct picture {
    unsigned width, height;
    unsigned char *rgb;
};

static void *must(void *memory)
{
    if (!memory)
        exit(1);
    return memory;
}

static struct picture read_png(const char *path)
{
    png_image png = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_file(&png, path))
        exit(1);
    png.format = PNG_FORMAT_RGB;
    struct picture picture = {png.width, png.height, must(malloc(PNG_IMAGE_SIZE(png)))};
    if (!png_image_finish_read(&png, NULL, picture.rgb, 0, NULL))
        exit(1);
    return picture;
}

static struct picture read_jpeg(const char *path)
{
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr error;
    FILE *file = must(fopen(path, "rb"));
    info.err = jpeg_std_error(&error);
    jpeg_create_decompress(&info);
    jpeg_stdio_src(&info, file);
    jpeg_read_header(&info, TRUE);
    info.out_color_space = JCS_RGB;
    jpeg_start_decompress(&info);
    struct picture picture = {info.output_width, info.output_height, NULL};
    picture.rgb = must(malloc((size_t)picture.width * picture.height * 3));
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = picture.rgb + (size_t)info.output_scanline * picture.width * 3;
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_destroy_decompress(&info);
    fclose(file);
    return picture;
}

static double luma(const struct picture *picture, unsigned x, unsigned y)
{
    const unsigned char *p = picture->rgb + ((size_t)y * picture->width + x) * 3;
    return 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
}

static double psnr(const struct picture *a, const struct picture *b)
{
    double sum = 0;
    for (unsigned y = 0; y < a->height; y++)
        for (unsigned x = 0; x < a->width; x++) {
            double difference = luma(a, x, y) - luma(b, x, y);
            sum += difference * difference;
        }
    return 10 * log10(255.0 * 255.0 * a->width * a->height / sum);
}

static double ssim_of_window(const struct picture *a, const struct picture *b, unsigned left,
                             unsigned top)
{
    const double n = WINDOW * WINDOW, c1 = 0.01 * 255 * 0.01 * 255, c2 = 0.03 * 255 * 0.03 * 255;
    double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    for (unsigned y = top; y < top + WINDOW; y++)
        for (unsigned x = left; x < left + WINDOW; x++) {
            double va = luma(a, x, y), vb = luma(b, x, y);
            sa += va, sb += vb, saa += va * va, sbb += vb * vb, sab += va * vb;
        }
    double ma = sa / n, mb = sb / n;
    double va = saa / n - ma * ma, vb = sbb / n - mb * mb, vab = sab / n - ma * mb;
    return (2 * ma * mb + c1) * (2 * vab + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
}

static double ssim(const struct picture *a, const struct picture *b)
{
    double sum = 0;
    unsigned count = 0;
    for (unsigned y = 0; y + WINDOW <= a->height; y += STEP)
        for (unsigned x = 0; x + WINDOW <= a->width; x += STEP, count++)
            sum += ssim_of_window(a, b, x, y);
    return sum / count;
}

static double shift(const struct picture *a, const struct picture *b, unsigned channel)
{
    size_t pixels = (size_t)a->width * a->height;
    double sum = 0;
    for (size_t i = 0; i < pixels; i++)
        sum += b->rgb[i * 3 + channel] - a->rgb[i * 3 + channel];
    return sum / (double)pixels;
}

static double worst_shift(const struct picture *a, const struct picture *b)
{
    double worst = 0;
    for (unsigned channel = 0; channel < 3; channel++)
        worst = fmax(worst, fabs(shift(a, b, channel)));
    return worst;
}

static bool compare_picture(const struct picture *reference, const char *name, const char *path)
{
    struct picture picture = read_jpeg(path);
    bool good = picture.width == reference->width && picture.height == reference->height;
    if (good) {
        print_row("dB", name, &(double){psnr(reference, &picture)}, 1);
        print_row("SSIM", name, &(double){ssim(reference, &picture)}, 1);
        print_row("levels of shift", name, &(double){worst_shift(reference, &picture)}, 1);
    }
    free(picture.rgb);
    return good;
}

static bool compare_pictures(const char *reference_path, char **words, int count)
{
    struct picture reference = read_png(reference_path);
    bool good = true;
    for (int i = 0; i + 1 < count && good; i += 2)
        good = compare_picture(&reference, words[i], words[i + 1]);
    free(reference.rgb);
    return good;
}

static size_t read_text(const char *path, char *text)
{
    FILE *file = must(fopen(path, "rb"));
    size_t len = 0;
    for (int c; len < MOST_TEXT && (c = getc(file)) != EOF;)
        if (!isspace(c))
            text[len++] = (char)c;
    fclose(file);
    return len;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

static unsigned edits(const char *a, size_t a_len, const char *b, size_t b_len)
{
    static unsigned row[MOST_TEXT + 1];
    for (unsigned j = 0; j <= b_len; j++)
        row[j] = j;
    for (unsigned i = 1; i <= a_len; i++) {
        unsigned corner = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= b_len; j++) {
            unsigned change = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            row[j] = least(row[j] + 1, row[j - 1] + 1, change);
        }
    }
    return row[b_len];
}

static bool compare_texts(const char *true_path, char **words, int count)
{
    static char wanted[MOST_TEXT], read[MOST_TEXT];
    size_t len = read_text(true_path, wanted);
    for (int i = 0; i + 1 < count; i += 2) {
        double wrong = edits(wanted, len, read, read_text(words[i + 1], read));
        print_row("characters misread", words[i], &wrong, 1);
    }
    return true;
}

int main(int argc, char **argv)
{
    bool done = false;
    if (argc > 3 && strcmp(argv[1], "pixels") == 0)
        done = compare_pictures(argv[2], argv + 3, argc - 3);
    if (argc > 3 && strcmp(argv[1], "text") == 0)
        done = compare_texts(argv[2], argv + 3, argc - 3);
    return done ? 0 : 1;
}
