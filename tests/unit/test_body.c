/* Request bodies: read from any offset in pieces of any size, they are always the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "body.h"
#include "harness.h"

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

static void add_picture(struct sl__body *body, const char *bytes)
{
    struct sl_image image = {.data = (unsigned char *)strdup(bytes), .len = strlen(bytes)};
    assert_int_equal(sl__body_picture(body, &image), 0);
    assert_null(image.data);
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
    assert_int_equal(body.len, sizeof expected - 1);
    for (size_t from = 0; from <= body.len; from++) {
        for (size_t room = 0; room <= body.len; room++) {
            char part[sizeof expected];
            size_t want = room < body.len - from ? room : (size_t)body.len - from;
            assert_int_equal(sl__body_read(&body, from, part, room), want);
            assert_memory_equal(part, expected + from, want);
        }
    }
    cJSON_Delete(json);
    sl__body_release(&body);
}

static void an_empty_body_reads_as_nothing(void **state)
{
    (void)state;
    struct sl__body body = SL__BODY_INIT;
    char part[4];
    assert_int_equal(sl__body_read(&body, 0, part, sizeof part), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_of_the_rfc),
        cmocka_unit_test(base64_from_every_offset),
        cmocka_unit_test(body_from_every_offset),
        cmocka_unit_test(an_empty_body_reads_as_nothing),
    };
    return run_cases(tests, argc, argv);
}
