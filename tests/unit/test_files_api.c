/* The Files API on the wire: the exact form of an upload, and what replies are taken for. */
#include <stdio.h>
#include <string.h>

#include "files_api.h"
#include "harness.h"

#define NAME "ba7816bf8f01cfea414140de5dae2223"

static void an_upload_is_this_form(void **state)
{
    (void)state;
    static const char expected[] =
        "--" NAME "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nstorage\r\n"
        "--" NAME "\r\nContent-Disposition: form-data; name=\"file\"; "
        "filename=\"sightline-" NAME ".png\"\r\nContent-Type: image/png\r\n\r\nabc\r\n--" NAME
        "--\r\n";
    struct sl__exchange exchange = {.path = NULL};
    struct sl__attachment *picture = sl__attachment_new();
    unsigned char digest[SL__SHA256_BYTES];
    char text[1024];
    size_t copied;
    picture->kind = SL__ATTACHED_BYTES;
    picture->mime = "image/png";
    picture->name = strdup("holiday with Anna.png");
    picture->data = (unsigned char *)strdup("abc");
    picture->len = 3;
    assert_int_equal(sl__attachment_digest(picture, NULL, digest, NULL), 0);
    assert_int_equal(sl__files_upload(&exchange, picture, digest), 0);
    assert_int_equal(exchange.body.len, sizeof expected - 1);
    assert_int_equal(sl__body_read(&exchange.body, 0, text, sizeof text, &copied, NULL), 0);
    assert_int_equal(copied, sizeof expected - 1);
    assert_memory_equal(text, expected, copied);
    assert_string_equal(exchange.boundary, NAME);
    assert_string_equal(exchange.path, "/files");
    sl__attachment_drop(picture);
    sl__body_release(&exchange.body);
}

static struct sl__reply reply_of(const char *body)
{
    return (struct sl__reply){.status = 200, .body = body, .body_len = strlen(body)};
}

static void an_id_is_what_cannot_lead_elsewhere(void **state)
{
    (void)state;
    static const char *const good[] = {"file-1", "a", "A.b_c-9"};
    static const char *const bad[] = {"",    "..",    ".",    "a/b",      "a?b",
                                      "a b", "a%2fb", "a\nb", "\xc3\xa9", "a\"b"};
    char longest[SL__MAX_FILE_ID + 2];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(sl__file_id_is_valid(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sl__file_id_is_valid(bad[i]));
    memset(longest, 'a', sizeof longest - 1);
    longest[SL__MAX_FILE_ID + 1] = '\0';
    assert_false(sl__file_id_is_valid(longest));
    longest[SL__MAX_FILE_ID] = '\0';
    assert_true(sl__file_id_is_valid(longest));
}

static void what_describes_no_file_is_none(void **state)
{
    (void)state;
    static const char *const bodies[] = {"",
                                         "null",
                                         "[]",
                                         "{}",
                                         "{\"id\":7}",
                                         "{\"id\":\"\"}",
                                         "{\"id\":\"../models\"}",
                                         "{\"id\":null,\"filename\":\"a\"}",
                                         "<html>"};
    struct sl__remote_file file;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct sl__reply reply = reply_of(bodies[i]);
        assert_int_equal(sl__files_read(&reply, &file), SL_E_PROTOCOL);
    }
    struct sl__reply reply =
        reply_of("{\"id\":\"file-1\",\"filename\":\"a\\u001b[2J.mp4\",\"bytes\":-3,"
                 "\"created_at\":\"soon\"}");
    assert_int_equal(sl__files_read(&reply, &file), 0);
    assert_string_equal(file.id, "file-1");
    assert_string_equal(file.name, "a [2J.mp4");
    assert_int_equal(file.bytes, 0);
    assert_int_equal(file.created_at, 0);
}

static int add_id(const struct sl__remote_file *file, void *data)
{
    strcat(strcat(data, file->id), " ");
    return 0;
}

static void a_list_is_read_around_what_is_no_file(void **state)
{
    (void)state;
    struct sl__reply reply =
        reply_of("{\"data\":[{\"id\":\"a\"},7,null,{\"id\":\"../x\"},{\"id\":\"b\",\"bytes\":5}]}");
    struct sl__reply empty = reply_of("{\"data\":[]}"), none = reply_of("{\"data\":{}}");
    char ids[64] = "";
    assert_int_equal(sl__files_read_list(&reply, add_id, ids), 0);
    assert_string_equal(ids, "a b ");
    assert_int_equal(sl__files_read_list(&empty, add_id, ids), 0);
    assert_int_equal(sl__files_read_list(&none, add_id, ids), SL_E_PROTOCOL);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_upload_is_this_form),
        cmocka_unit_test(an_id_is_what_cannot_lead_elsewhere),
        cmocka_unit_test(what_describes_no_file_is_none),
        cmocka_unit_test(a_list_is_read_around_what_is_no_file),
    };
    return run_cases(tests, argc, argv);
}
