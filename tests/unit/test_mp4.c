/* What the index of an MP4 file says, and what is said of one that says nothing. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "media/video.h"
#include "videos.h"

static int probe_bytes(const void *bytes, size_t len, struct sl__video *video,
                       struct sl_error *error)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fflush(file), 0);
    *error = (struct sl_error)SL_ERROR_INIT;
    int code = sl__mp4_probe(video, fileno(file), len, "clip.mp4", error);
    assert_int_equal(error->code, code);
    fclose(file);
    return code;
}

static void the_index_says_what_there_is(void **state)
{
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        struct boxes boxes = {0};
        struct sl__video video;
        struct sl_error error;
        put_video(&boxes, "isom", 90, wide);
        assert_int_equal(probe_bytes(boxes.data, boxes.len, &video, &error), 0);
        assert_true(video.seconds == 90);
        assert_string_equal(video.pictures, "avc1");
        assert_string_equal(video.sound, "mp4a");
    }
}

/* A size of 64 bits, and one that means all the rest. */
static void sizes_of_every_kind(void **state)
{
    (void)state;
    struct boxes boxes = {0};
    struct sl__video video;
    struct sl_error error;
    put_number(&boxes, 1, 4);
    put(&boxes, "mdat", 4);
    put_number(&boxes, 20, 8);
    put_number(&boxes, 0, 4);
    put_video(&boxes, "isom", 7, false);
    put_number(&boxes, 0, 4);
    put(&boxes, "mdat0123", 8);
    assert_int_equal(probe_bytes(boxes.data, boxes.len, &video, &error), 0);
    assert_true(video.seconds == 7);
}

static void times_that_nobody_knows(void **state)
{
    (void)state;
    static const struct {
        uint32_t scale, duration;
    } rows[] = {{0, 1000}, {1000, UINT32_MAX}, {0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static const unsigned char zeros[80];
        struct boxes boxes = {0};
        struct sl__video video;
        struct sl_error error;
        begin_box(&boxes, "moov");
        begin_box(&boxes, "mvhd");
        put(&boxes, zeros, 12);
        put_number(&boxes, rows[i].scale, 4);
        put_number(&boxes, rows[i].duration, 4);
        put(&boxes, zeros, 80);
        end_box(&boxes);
        end_box(&boxes);
        assert_int_equal(probe_bytes(boxes.data, boxes.len, &video, &error), 0);
        assert_true(video.seconds == 0);
        assert_string_equal(video.pictures, "");
    }
}

/* Cut anywhere, a file is refused, unless the cut is between two boxes after its index. */
static void every_cut_is_noticed(void **state)
{
    (void)state;
    struct boxes boxes = {0};
    struct sl__video video;
    struct sl_error error;
    put_video(&boxes, "isom", 90, false);
    size_t whole = boxes.len - 18; /* the mdat */
    for (size_t len = 0; len < boxes.len; len++) {
        int code = probe_bytes(boxes.data, len, &video, &error);
        assert_string_equal(sl_code_name(code), sl_code_name(len == whole ? 0 : SL_E_CORRUPT));
        if (code && (!strstr(error.message, "clip.mp4: ") || !strstr(error.message, "; wait")))
            fail_msg("%zu: %s", len, error.message);
    }
}

/* Data without an index, of a known length or up to the end: a recording that goes on, or broke. */
static void without_an_index(void **state)
{
    (void)state;
    for (int known = 0; known < 2; known++) {
        struct boxes boxes = {0};
        struct sl__video video;
        struct sl_error error;
        put_box(&boxes, "ftyp", "isom\0\0\2\0", 8);
        put_number(&boxes, known ? 16 : 0, 4);
        put(&boxes, "mdat01234567", 12);
        assert_int_equal(probe_bytes(boxes.data, boxes.len, &video, &error), SL_E_CORRUPT);
        assert_non_null(strstr(error.message, "has no index: it is still being written"));
    }
}

static void put_words(struct boxes *boxes, const char *type)
{
    begin_box(boxes, type);
    put_box(boxes, "\xa9xyz", "\0\x12\0\0+37.7750-122.4183/", 22);
    end_box(boxes);
}

/* As put_video, with all that says where and when it was recorded. */
static void put_recording(struct boxes *boxes, const char *other_track)
{
    unsigned char times[100] = {0};
    memset(times + 4, 0x5a, 8);
    memcpy(times + 14, (unsigned char[]){0x03, 0xe8, 0, 0, 0x13, 0x88}, 6); /* five seconds */
    put_box(boxes, "ftyp", "isom\0\0\2\0", 8);
    put_words(boxes, "uuid");
    begin_box(boxes, "moov");
    put_box(boxes, "mvhd", times, sizeof times);
    put_words(boxes, "meta");
    put_track(boxes, "vide", "avc1");
    begin_box(boxes, "trak");
    put_box(boxes, "tkhd", times, sizeof times);
    put_words(boxes, "udta");
    end_box(boxes);
    if (other_track)
        put_track(boxes, other_track, "gpmd");
    put_words(boxes, "udta");
    end_box(boxes);
    put_box(boxes, "mdat", "0123456789", 10);
    put_words(boxes, "udta");
}

static bool has(const struct boxes *boxes, const char *word)
{
    size_t len = strlen(word);
    for (size_t at = 0; at + len <= boxes->len; at++)
        if (memcmp(boxes->data + at, word, len) == 0)
            return true;
    return false;
}

static void what_is_private_is_blanked(void **state)
{
    (void)state;
    struct boxes boxes = {0}, whole;
    struct sl__video video, again;
    struct sl_error error;
    put_recording(&boxes, NULL);
    assert_int_equal(probe_bytes(boxes.data, boxes.len, &video, &error), 0);
    assert_false(video.others);
    whole = boxes;
    sl__blank(video.blanks, video.blank_count, 0, whole.data, whole.len);
    assert_false(has(&whole, "37."));
    assert_false(has(&whole, "ZZ"));
    assert_false(has(&whole, "udta"));
    assert_true(has(&whole, "free"));
    assert_true(has(&whole, "0123456789"));
    assert_int_equal(probe_bytes(whole.data, whole.len, &again, &error), 0);
    assert_true(again.seconds == 5 && strcmp(again.pictures, "avc1") == 0);
    /* In pieces of any size it comes out alike. */
    for (size_t step = 1; step < 40; step++) {
        struct boxes pieces = boxes;
        for (size_t at = 0; at < pieces.len; at += step)
            sl__blank(video.blanks, video.blank_count, at, pieces.data + at,
                      pieces.len - at < step ? pieces.len - at : step);
        assert_memory_equal(pieces.data, whole.data, whole.len);
    }
}

/* Where a camera was at each moment lies among the pictures: the track is left out of a copy. */
static void tracks_of_other_data_are_told(void **state)
{
    (void)state;
    static const char *const handlers[] = {"meta", "camm", "tmcd", "text"};
    for (size_t i = 0; i < 4; i++) {
        struct boxes boxes = {0};
        struct sl__video video;
        struct sl_error error;
        put_recording(&boxes, handlers[i]);
        assert_int_equal(probe_bytes(boxes.data, boxes.len, &video, &error), 0);
        assert_int_equal(video.others, i < 2);
    }
}

/* Each byte that says a size becomes another one: nothing but time and sense is lost. */
static void every_size_may_lie(void **state)
{
    (void)state;
    static const unsigned char values[] = {0, 1, 7, 8, 0x7f, 0x80, 0xff};
    struct boxes boxes = {0};
    struct sl__video video;
    struct sl_error error;
    put_video(&boxes, "isom", 90, true);
    for (size_t at = 0; at < boxes.len; at++) {
        unsigned char good = boxes.data[at];
        for (size_t i = 0; i < sizeof values; i++) {
            boxes.data[at] = values[i];
            int code = probe_bytes(boxes.data, boxes.len, &video, &error);
            assert_true(code == 0 || code == SL_E_CORRUPT);
            assert_true(video.seconds >= 0);
        }
        boxes.data[at] = good;
    }
}

/* Boxes in boxes, and boxes without number. */
static void depth_and_number_are_bounded(void **state)
{
    (void)state;
    struct sl__video video;
    struct sl_error error;
    struct boxes deep = {0};
    begin_box(&deep, "moov");
    for (int i = 0; i < 7; i++)
        begin_box(&deep, "mdia");
    for (int i = 0; i < 40; i++)
        put_number(&deep, (uint64_t)(8 * (40 - i)) << 32 | 0x6d646961, 8);
    while (deep.depth > 0)
        end_box(&deep);
    assert_int_equal(probe_bytes(deep.data, deep.len, &video, &error), SL_E_CORRUPT);

    static const unsigned char type[4] = {'m', 'o', 'o', 'v'};
    static const unsigned char empty[8] = {0, 0, 0, 8, 'f', 'r', 'e', 'e'};
    size_t count = 400000;
    uint64_t *many = calloc(count + 1, 8);
    assert_non_null(many);
    for (size_t i = 0; i <= count; i++)
        memcpy(many + i, empty, sizeof empty);
    uint32_t size = (uint32_t)(8 * (count + 1));
    for (int i = 0; i < 4; i++)
        ((unsigned char *)many)[i] = (unsigned char)(size >> (24 - 8 * i));
    memcpy((unsigned char *)many + 4, type, sizeof type);
    assert_int_equal(probe_bytes(many, 8 * (count + 1), &video, &error), SL_E_CORRUPT);
    assert_non_null(strstr(error.message, "damaged"));
    free(many);
}

/* A descriptor that cannot be read at a place. */
static void a_pipe_is_no_file(void **state)
{
    (void)state;
    struct sl__video video;
    struct sl_error error = SL_ERROR_INIT;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(sl__mp4_probe(&video, ends[0], 100, "clip.mp4", &error), SL_E_IO);
    assert_non_null(strstr(error.message, "clip.mp4: the file cannot be read ("));
    close(ends[0]);
    close(ends[1]);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_index_says_what_there_is),
        cmocka_unit_test(sizes_of_every_kind),
        cmocka_unit_test(times_that_nobody_knows),
        cmocka_unit_test(every_cut_is_noticed),
        cmocka_unit_test(without_an_index),
        cmocka_unit_test(what_is_private_is_blanked),
        cmocka_unit_test(tracks_of_other_data_are_told),
        cmocka_unit_test(every_size_may_lie),
        cmocka_unit_test(depth_and_number_are_bounded),
        cmocka_unit_test(a_pipe_is_no_file),
    };
    return run_cases(tests, argc, argv);
}
