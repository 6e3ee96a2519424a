/*
 * What is wrong with pictures, by format: the samples of fuzz_image, cut, bent, renamed, and with
 * headers and metadata that cannot be; and files that change under the reader. For each there is a
 * picture or a sentence that names it and what to do.
 */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <libdeflate.h>

#include "pictures.h"
#include "place.h"

#define MOST_RESIDENT (300L << 10) /* kilobytes */

static const struct sample {
    const char *name;
    const char *ending; /* a wrong one */
    unsigned spare;     /* bytes at its end that hold no pixels, but profiles or paddings */
    unsigned step;      /* bytes from one case to the next: some formats take their time */
} samples[] = {
    {"a.jpg", "png", 2, 1},        {"prog.jpg", "svg", 0, 1},  {"a.png", "jpg", 0, 1},
    {"deep.png", "webp", 0, 1},    {"light.png", "bmp", 0, 7}, {"a.webp", "gif", 0, 1},
    {"b.webp", "jpeg", 0, 1},      {"a.gif", "mp4", 1, 1},     {"anim.gif", "png", 149, 1},
    {"palette.bmp", "tif", 1, 1},  {"rle.bmp", "png", 4, 1},   {"true.bmp", "heic", 0, 1},
    {"v5.bmp", "avif", 0, 1},      {"a.tif", "jpg", 1604, 1},  {"cmyk.tif", "bmp", 64, 1},
    {"tile.tif", "svgz", 1600, 1}, {"float.tif", "png", 4, 1}, {"ftile.tif", "gif", 4, 1},
    {"a.heic", "jpg", 0, 7},       {"a.avif", "heic", 0, 11},  {"a.svg", "html", 1, 41},
    {"a.svgz", "svg", 8, 23},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

/* libheif gives dav1d no bytes where a file has none, and dav1d then forgets some of its own. */
SL_API const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libdav1d\n";
}

static struct coded read_sample(const char *name)
{
    char path[512];
    struct coded coded = {malloc(1 << 16), 0};
    snprintf(path, sizeof path, "%s/%s", SAMPLE_DIRECTORY, name);
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    coded.len = fread(coded.data, 1, 1 << 16, file);
    fclose(file);
    return coded;
}

/* What comes of bytes: 0 or a code, and for each that it is a picture, or a sentence. */
static int look(const void *bytes, size_t len)
{
    struct coded exact = {malloc(len + 1), len}; /* its end is the sanitizer's to watch */
    struct sl_media media = media_of(&exact);
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    OWNED(sl_image) image = {0};
    struct sl_error error = SL_ERROR_INIT;

    memcpy(exact.data, bytes, len);
    int code = sl_image_prepare(&image, &media, &options, &error);
    free(exact.data);
    if (code == 0)
        assert_true(image.len > 0 && image.width > 0 && image.width <= 728 && image.height <= 728);
    else
        assert_true(error.code == code && strncmp(error.message, "it.bin: ", 8) == 0 &&
                    strpbrk(error.message + 8, ";,"));
    return code;
}

static bool is_readable(const struct coded *whole)
{
    return look(whole->data, whole->len) == 0; /* no, where its module is not there */
}

static void assert_memory(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__linux__)
    assert_true(usage.ru_maxrss < MOST_RESIDENT);
#endif
}

static void cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        OWNED(coded) whole = read_sample(samples[i].name);

        if (!is_readable(&whole))
            continue;
        for (size_t len = 1; len < whole.len - samples[i].spare; len += samples[i].step) {
            int code = look(whole.data, len);
            if (code != SL_E_CORRUPT && code != SL_E_UNSUPPORTED)
                fail_msg("%s, cut to %zu: %d", samples[i].name, len, code);
        }
    }
    assert_memory();
}

static void bent_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        OWNED(coded) whole = read_sample(samples[i].name);

        if (!is_readable(&whole))
            continue;
        for (size_t at = 0; at < whole.len; at += samples[i].step) {
            unsigned char was = whole.data[at];
            whole.data[at] ^= (unsigned char)(1u << at % 8);
            look(whole.data, whole.len);
            whole.data[at] = (unsigned char)~was;
            look(whole.data, whole.len);
            whole.data[at] = was;
        }
    }
    assert_memory();
}

static void called_something_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        OWNED(coded) whole = read_sample(samples[i].name);
        char name[64];
        snprintf(name, sizeof name, "it.%s", samples[i].ending);
        if (!is_readable(&whole))
            continue;
        FILE *file = fopen(in_place(name), "wb");
        fwrite(whole.data, 1, whole.len, file);
        fclose(file);
        struct sl_media media = {.kind = SL_MEDIA_FILE, .path = in_place(name)};
        struct sl_media bytes = media_of(&whole);
        OWNED(sl_image) image = prepare_media(&media, SL_DETAIL_LOW);
        OWNED(sl_image) same = prepare_media(&bytes, SL_DETAIL_LOW);
        assert_int_equal(image.len, same.len);
        assert_memory_equal(image.data, same.data, same.len);
    }
}

/* Sizes in headers: nothing to see, and a bomb. */
static const struct {
    const char *name, *before;
    size_t before_len, offset;
    const char *bytes;
    size_t len;
    int code;
} headers[] = {
#define ROW(name, before, offset, bytes, code)                                                     \
    {                                                                                              \
        name, before, sizeof before - 1, offset, bytes, sizeof bytes - 1, code                     \
    }
    ROW("a.jpg", "\xff\xc0", 5, "\0\0\0\0", SL_E_CORRUPT),
    ROW("a.jpg", "\xff\xc0", 5, "\x75\x30\x75\x30", SL_E_TOO_LARGE),
    ROW("prog.jpg", "\xff\xc2", 5, "\x4e\x20\x4e\x20", SL_E_TOO_LARGE),
    ROW("a.png", "IHDR", 4, "\0\0\0\0\0\0\0\1", SL_E_CORRUPT),
    ROW("a.png", "IHDR", 4, "\0\0\x75\x30\0\0\x75\x30", SL_E_TOO_LARGE),
    ROW("a.gif", "GIF8", 6, "\0\0\1\0", SL_E_CORRUPT),
    ROW("a.gif", "GIF8", 6, "\xff\xff\xff\xff", SL_E_TOO_LARGE),
    ROW("a.webp", "\x9d\x01\x2a", 3, "\0\0\0\0", SL_E_CORRUPT),
    ROW("a.webp", "\x9d\x01\x2a", 3, "\xff\x3f\xff\x3f", SL_E_TOO_LARGE),
    ROW("true.bmp", "BM", 18, "\0\0\0\0\1\0\0\0", SL_E_CORRUPT),
    ROW("true.bmp", "BM", 18, "\x30\x75\0\0\x30\x75\0\0", SL_E_TOO_LARGE),
    ROW("a.tif", "\0\1\3\0\1\0\0\0", 8, "\0\0", SL_E_CORRUPT),
    ROW("a.tif", "\0\1\3\0\1\0\0\0", 8, "\xff\xff", SL_E_TOO_LARGE),
    ROW("a.heic", "ispe\0\0\0\0\0\0\0\x18", 8, "\0\0\0\0\0\0\0\x40", SL_E_CORRUPT),
    ROW("a.heic", "ispe\0\0\0\0\0\0\0\x18", 8, "\0\0\x60\0\0\0\x60\0", SL_E_TOO_LARGE),
    ROW("a.avif", "ispe", 8, "\0\0\0\0\0\0\0\x40", SL_E_CORRUPT),
    ROW("a.avif", "ispe", 8, "\0\0\x60\0\0\0\x60\0", SL_E_TOO_LARGE),
#undef ROW
};

static void sizes_that_cannot_be(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        OWNED(coded) whole = read_sample(headers[i].name);
        const unsigned char *at =
            find(whole.data, whole.len, headers[i].before, headers[i].before_len);

        if (!is_readable(&whole))
            continue;
        assert_non_null(at);
        memcpy(whole.data + (at - whole.data) + headers[i].offset, headers[i].bytes,
               headers[i].len);
        int code = look(whole.data, whole.len);
        if (code != headers[i].code)
            fail_msg("%s, row %zu: %d", headers[i].name, i, code);
    }
    assert_memory();
}

/* Metadata: as long as it can be, as often as it can be, and longer than the file. */

static void many_segments(struct coded *jpeg)
{
    unsigned char body[65533];

    memset(body, 'x', sizeof body);
    lay_bytes(body, "Exif\0\0II*\0\xff\xff\xff\xff", 14);
    for (unsigned i = 0; i < 100; i++)
        add_segment(jpeg, 0xe1, body, sizeof body);
}

static void endless_profile(struct coded *jpeg)
{
    unsigned char body[65533] = "ICC_PROFILE\0\1\xff";

    for (unsigned i = 255; i > 0; i--) {
        body[12] = (unsigned char)i;
        add_segment(jpeg, 0xe2, body, i % 16 ? 100 : sizeof body);
    }
}

static void put_chunk(struct coded *png, const char *type, const void *body, size_t len)
{
    unsigned char chunk[12] = {(unsigned char)(len >> 24), (unsigned char)(len >> 16),
                               (unsigned char)(len >> 8), (unsigned char)len};
    struct coded made = {0};
    uint32_t sum;

    memcpy(chunk + 4, type, 4);
    append(&made, chunk, 8);
    append(&made, body, len);
    sum = libdeflate_crc32(0, made.data + 4, len + 4);
    for (unsigned i = 0; i < 4; i++)
        chunk[8 + i] = (unsigned char)(sum >> (24 - 8 * i));
    append(&made, chunk + 8, 4);
    splice(png, 33, made.data, made.len); /* behind IHDR */
    free(made.data);
}

static void many_chunks(struct coded *png)
{
    for (unsigned i = 0; i < 5000; i++)
        put_chunk(png, "tEXt", "Comment\0x", 9);
}

static void chunk_beyond_the_end(struct coded *png)
{
    put_chunk(png, "tEXt", "Comment\0x", 9);
    memcpy(png->data + 33, "\x7f\xff\xff\xff", 4);
}

/* Some kilobytes that are 64 MB of profile. */
static void profile_bomb(struct coded *png)
{
    struct libdeflate_compressor *deflater = libdeflate_alloc_compressor(9);
    size_t room = libdeflate_zlib_compress_bound(deflater, 64u << 20);
    unsigned char *zeros = calloc(64, 1 << 20), *body = malloc(room + 3);

    lay_bytes(body, "x\0\0", 3);
    room = libdeflate_zlib_compress(deflater, zeros, 64u << 20, body + 3, room);
    assert_true(room > 0);
    put_chunk(png, "iCCP", body, room + 3);
    libdeflate_free_compressor(deflater);
    free(zeros);
    free(body);
}

static void exif_beyond_the_end(struct coded *webp)
{
    append(webp, "EXIF\xf0\xff\xff\xff", 8);
    finish_riff(webp);
}

static void many_comments(struct coded *gif)
{
    struct coded comments = {0};
    unsigned char block[256] = {255};

    append(&comments, "!\xfe", 2);
    for (unsigned i = 0; i < 4000; i++)
        append(&comments, block, sizeof block);
    append(&comments, "", 1);
    splice(gif, gif->len - 1, comments.data, comments.len);
    free(comments.data);
}

static void many_fields(struct coded *tiff)
{
    size_t at = tiff->data[4] | (size_t)tiff->data[5] << 8;

    memcpy(tiff->data + at, "\xff\xff", 2);
}

static void long_description(struct coded *svg)
{
    size_t len = 4u << 20;
    char *text = malloc(len);
    const unsigned char *end = find(svg->data, svg->len, "</svg>", 6);

    assert_non_null(end);
    memset(text, 'x', len);
    lay_bytes(text, "<metadata>", 10);
    lay_bytes(text + len - 11, "</metadata>", 11);
    splice(svg, (size_t)(end - svg->data), text, len);
    free(text);
}

static void metadata_that_cannot_be(void **state)
{
    static const struct {
        const char *name;
        void (*bend)(struct coded *coded);
        int code;
    } rows[] = {
        {"a.jpg", many_segments, 0},
        {"a.jpg", endless_profile, 0},
        {"a.png", many_chunks, 0},
        {"a.png", profile_bomb, 0},
        {"a.png", chunk_beyond_the_end, SL_E_CORRUPT},
        {"a.webp", exif_beyond_the_end, SL_E_CORRUPT},
        {"a.gif", many_comments, 0},
        {"a.tif", many_fields, SL_E_CORRUPT},
        {"a.svg", long_description, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        OWNED(coded) whole = read_sample(rows[i].name);

        if (!is_readable(&whole))
            continue;
        rows[i].bend(&whole);
        int code = look(whole.data, whole.len);
        if (code != rows[i].code)
            fail_msg("%s, row %zu: %d", rows[i].name, i, code);
        if (code != 0)
            continue;
        struct sl_media media = media_of(&whole);
        OWNED(sl_image) image = prepare_media(&media, SL_DETAIL_LOW);
        assert_true(image.len < 20000);
    }
}

#ifndef __APPLE__ /* where a program's own read() is not the library's */

/* Files that change before the first of several reads. */

static void (*before_read)(const char *path);

#define LONG_FILE (3u << 20)

ssize_t read(int fd, void *to, size_t len)
{
    void (*act)(const char *) = before_read;

    before_read = NULL;
    if (act)
        act(in_place("it.png"));
    return syscall(SYS_read, fd, to, len);
}

static void shorten(const char *path)
{
    assert_int_equal(truncate(path, 100), 0);
}

static void lengthen(const char *path)
{
    assert_int_equal(truncate(path, LONG_FILE + 1), 0);
}

static void rewrite(const char *path)
{
    int fd = open(path, O_WRONLY);

    assert_int_equal(pwrite(fd, "\xff", 1, LONG_FILE - 1), 1);
    close(fd);
}

static void vanish(const char *path)
{
    assert_int_equal(unlink(path), 0);
}

static void files_that_change(void **state)
{
    static const struct {
        void (*act)(const char *path);
        int code;
        const char *words;
    } rows[] = {
        {shorten, SL_E_IO, "became shorter while it was read; try again"},
        {lengthen, SL_E_IO, "changed while it was read; wait until it is whole"},
        {rewrite, SL_E_IO, "changed while it was read; wait until it is whole"},
        {vanish, 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        OWNED(coded) whole = read_sample("a.png");
        FILE *file = fopen(in_place("it.png"), "wb");
        fwrite(whole.data, 1, whole.len, file);
        fclose(file);
        assert_int_equal(truncate(in_place("it.png"), LONG_FILE), 0);
        assert_int_equal(
            utimensat(AT_FDCWD, in_place("it.png"), (const struct timespec[2]){{1, 0}, {1, 0}}, 0),
            0);
        struct sl_media media = {.kind = SL_MEDIA_FILE, .path = in_place("it.png")};
        before_read = rows[i].act;
        if (rows[i].code == 0) {
            OWNED(sl_image) image = prepare_media(&media, SL_DETAIL_LOW);
            assert_true(image.len > 0);
        } else {
            refuse_media(&media, rows[i].code, rows[i].words);
        }
        assert_null(before_read);
    }
}

#endif

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(bent_anywhere),
        cmocka_unit_test_setup_teardown(called_something_else, make_place, remove_place),
        cmocka_unit_test(sizes_that_cannot_be),
        cmocka_unit_test(metadata_that_cannot_be),
#ifndef __APPLE__
        cmocka_unit_test_setup_teardown(files_that_change, make_place, remove_place),
#endif
    };

    return run_cases(tests, argc, argv);
}
