/* Request bodies: read from any offset in pieces of any size, they are always the same bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base64.h"
#include "body.h"
#include "harness.h"
#include "media/change_time.h"

static void base64_of_the_rfc(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xef\xbe", "/+++"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char out[16] = "";
        size_t len = strlen(pairs[i][0]);
        size_t count = sl__base64_read(pairs[i][0], len, 0, out, sizeof out);
        assert_int_equal(count, sl__base64_length(len));
        out[count] = '\0';
        assert_string_equal(out, pairs[i][1]);
    }
}

static void base64_from_every_offset(void **state)
{
    (void)state;
    unsigned char data[64];
    char whole[128], part[128];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)(i * 37 + 11);
    for (size_t len = 0; len <= sizeof data; len++) {
        size_t total = sl__base64_read(data, len, 0, whole, sizeof whole);
        for (size_t from = 0; from <= total; from++) {
            for (size_t room = 0; room <= 9; room++) {
                size_t want = room < total - from ? room : total - from;
                assert_int_equal(sl__base64_read(data, len, from, part, room), want);
                assert_memory_equal(part, whole + from, want);
            }
        }
    }
}

/* A body reads as `whole` from every offset with every room. */
static void assert_reads_as(const struct sl__body *body, const char *whole, size_t len)
{
    char *part = malloc(len + 1);
    assert_int_equal(body->len, len);
    for (size_t from = 0; from <= len; from++) {
        for (size_t room = 0; room <= len + 1; room++) {
            size_t copied = len, want = room < len - from ? room : len - from;
            assert_int_equal(sl__body_read(body, from, part, room, &copied, NULL), 0);
            assert_int_equal(copied, want);
            assert_memory_equal(part, whole + from, want);
        }
    }
    free(part);
}

/* The body holds the only reference afterwards. */
static void add_attachment(struct sl__body *body, struct sl__attachment *attachment)
{
    assert_int_equal(sl__body_attachment(body, attachment), 0);
    assert_int_equal(atomic_load(&attachment->references), 2);
    sl__attachment_drop(attachment);
}

static void add_picture(struct sl__body *body, const char *bytes)
{
    struct sl__attachment *picture = sl__attachment_new();
    picture->kind = SL__ATTACHED_BYTES;
    picture->data = (unsigned char *)strdup(bytes);
    picture->len = strlen(bytes);
    add_attachment(body, picture);
}

/* Bytes that repeat late, so that a place mistaken for another is noticed. */
static unsigned char video_byte(size_t at)
{
    return (unsigned char)(at * 7 + at / 251 * 13);
}

static struct sl__attachment *make_video(size_t len)
{
    struct sl__attachment *video = sl__attachment_new();
    FILE *file = tmpfile();
    for (size_t i = 0; i < len; i++)
        fputc(video_byte(i), file);
    assert_int_equal(fflush(file), 0);
    assert_true(sl__attachment_take_file(video, dup(fileno(file))));
    assert_int_equal(video->len, len);
    fclose(file);
    return video;
}

static void body_from_every_offset(void **state)
{
    (void)state;
    static const char expected[] = "{\"a\":\"Zm9vYg==\",\"b\":\"Zm9v\"}{\"n\":1}";
    struct sl__body body = SL__BODY_INIT;
    cJSON *json = cJSON_Parse("{\"n\": 1}");
    assert_int_equal(sl__body_text(&body, "{\"a\":\""), 0);
    add_picture(&body, "foob");
    assert_int_equal(sl__body_text(&body, "\",\"b\":\""), 0);
    add_picture(&body, "foo");
    assert_int_equal(sl__body_text(&body, "\"}"), 0);
    assert_int_equal(sl__body_json(&body, json), 0);
    assert_reads_as(&body, expected, sizeof expected - 1);
    cJSON_Delete(json);
    sl__body_release(&body);
}

static void a_video_from_every_offset(void **state)
{
    (void)state;
    for (size_t len = 0; len <= 10; len++) {
        unsigned char bytes[10];
        char expected[32] = "[";
        struct sl__body body = SL__BODY_INIT;
        for (size_t i = 0; i < len; i++)
            bytes[i] = video_byte(i);
        size_t coded = sl__base64_read(bytes, len, 0, expected + 1, sizeof expected - 2);
        expected[1 + coded] = ']';
        assert_int_equal(sl__body_text(&body, "["), 0);
        add_attachment(&body, make_video(len));
        assert_int_equal(sl__body_text(&body, "]"), 0);
        assert_reads_as(&body, expected, coded + 2);
        sl__body_release(&body);
    }
}

/* Rooms around the size in which the file is read. */
static void a_long_video_in_pieces_of_any_size(void **state)
{
    (void)state;
    static const size_t rooms[] = {1, 3, 4, 4093, 12287, 12288, 16383, 16384, 16385, 40000, 90000};
    enum { LEN = 50000 };
    unsigned char *bytes = malloc(LEN);
    uint64_t total = sl__base64_length(LEN);
    char *expected = malloc(total), *part = malloc(100000);
    struct sl__body body = SL__BODY_INIT;
    for (size_t i = 0; i < LEN; i++)
        bytes[i] = video_byte(i);
    assert_int_equal(sl__base64_read(bytes, LEN, 0, expected, total), total);
    add_attachment(&body, make_video(LEN));
    assert_int_equal(body.len, total);
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        size_t copied;
        for (uint64_t from = i; from < total; from += copied) {
            uint64_t want = rooms[i] < total - from ? rooms[i] : total - from;
            assert_int_equal(sl__body_read(&body, from, part, rooms[i], &copied, NULL), 0);
            assert_int_equal(copied, want);
            assert_memory_equal(part, expected + from, copied);
        }
    }
    sl__body_release(&body);
    free(part);
    free(expected);
    free(bytes);
}

static void a_video_that_became_shorter_is_an_error(void **state)
{
    (void)state;
    struct sl__body body = SL__BODY_INIT;
    struct sl__attachment *video = make_video(300);
    char part[500];
    size_t copied;
    add_attachment(&body, video);
    assert_int_equal(ftruncate(video->fd, 150), 0);
    assert_int_equal(sl__body_read(&body, 0, part, 200, &copied, NULL), 0);
    assert_int_equal(copied, 200);
    assert_int_equal(sl__body_read(&body, 0, part, sizeof part, &copied, NULL), SL_E_IO);
    sl__body_release(&body);
}

static void what_goes_out_as_it_is_from_every_offset(void **state)
{
    (void)state;
    unsigned char expected[9 + 40 + 1] = "[picture]";
    struct sl__body body = SL__BODY_INIT;
    struct sl__attachment *picture = sl__attachment_new(), *video = make_video(40);
    picture->kind = SL__ATTACHED_BYTES;
    picture->data = (unsigned char *)strdup("picture");
    picture->len = 7;
    for (size_t i = 0; i < 40; i++)
        expected[9 + i] = video_byte(i);
    expected[9 + 40] = '!';
    assert_int_equal(sl__body_text(&body, "["), 0);
    assert_int_equal(sl__body_raw(&body, picture), 0);
    assert_int_equal(sl__body_text(&body, "]"), 0);
    assert_int_equal(sl__body_raw(&body, video), 0);
    assert_int_equal(sl__body_text(&body, "!"), 0);
    sl__attachment_drop(picture);
    assert_reads_as(&body, (const char *)expected, sizeof expected);
    sl__attachment_drop(video);
    sl__body_release(&body);
}

/* One that was written again, with as many bytes and within the same second, is another. */
static void a_video_that_was_written_again_is_an_error(void **state)
{
    (void)state;
    for (int raw = 0; raw < 2; raw++) {
        struct sl__body body = SL__BODY_INIT;
        struct sl__attachment *video = make_video(300);
        char part[500];
        size_t copied;
        struct stat before, after;
        assert_int_equal((raw ? sl__body_raw : sl__body_attachment)(&body, video), 0);
        assert_int_equal(fstat(video->fd, &before), 0);
        do {
            assert_int_equal(pwrite(video->fd, "x", 1, 0), 1);
            assert_int_equal(fstat(video->fd, &after), 0);
        } while (sl__change_time(&before) == sl__change_time(&after));
        struct sl_error error = SL_ERROR_INIT;
        assert_int_equal(sl__body_read(&body, 0, part, sizeof part, &copied, &error), SL_E_IO);
        assert_non_null(strstr(error.message, "the file was changed while it was sent"));
        sl__attachment_drop(video);
        sl__body_release(&body);
    }
}

static void an_empty_body_reads_as_nothing(void **state)
{
    (void)state;
    struct sl__body body = SL__BODY_INIT;
    char part[4];
    size_t copied = 1;
    assert_int_equal(sl__body_read(&body, 0, part, sizeof part, &copied, NULL), 0);
    assert_int_equal(copied, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_of_the_rfc),
        cmocka_unit_test(base64_from_every_offset),
        cmocka_unit_test(body_from_every_offset),
        cmocka_unit_test(a_video_from_every_offset),
        cmocka_unit_test(a_long_video_in_pieces_of_any_size),
        cmocka_unit_test(a_video_that_became_shorter_is_an_error),
        cmocka_unit_test(what_goes_out_as_it_is_from_every_offset),
        cmocka_unit_test(a_video_that_was_written_again_is_an_error),
        cmocka_unit_test(an_empty_body_reads_as_nothing),
    };
    return run_cases(tests, argc, argv);
}
