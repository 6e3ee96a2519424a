/* SHA-256 by the examples of FIPS 180-4, and in pieces of any size. */
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "sha256.h"

static void check(const void *data, size_t len, size_t piece, const char *expected)
{
    struct sl__sha256 sha;
    unsigned char digest[SL__SHA256_BYTES];
    char text[65];
    sl__sha256_init(&sha);
    for (size_t at = 0; at < len; at += piece)
        sl__sha256_add(&sha, (const char *)data + at, len - at < piece ? len - at : piece);
    sl__sha256_finish(&sha, digest);
    sl__sha256_text(digest, text);
    assert_string_equal(text, expected);
}

static void it_is_that_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        const char *text, *digest;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrl"
         "mnopqrsmnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(rows[i].text, strlen(rows[i].text), 1000, rows[i].digest);
}

static void pieces_make_no_difference(void **state)
{
    (void)state;
    enum { LEN = 1000000 };
    static const size_t pieces[] = {1, 3, 55, 56, 63, 64, 65, 127, 4096, LEN};
    char *text = malloc(LEN);
    assert_non_null(text);
    memset(text, 'a', LEN);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        check(text, LEN, pieces[i],
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(text);
}

static void a_text_is_read_back(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "00", "G00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0"};
    unsigned char digest[SL__SHA256_BYTES], read[SL__SHA256_BYTES];
    char text[65];
    for (unsigned i = 0; i < SL__SHA256_BYTES; i++)
        digest[i] = (unsigned char)(i * 37);
    sl__sha256_text(digest, text);
    assert_true(sl__sha256_parse(text, read));
    assert_memory_equal(read, digest, sizeof digest);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sl__sha256_parse(bad[i], read));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_that_of_the_standard),
        cmocka_unit_test(pieces_make_no_difference),
        cmocka_unit_test(a_text_is_read_back),
    };
    return run_cases(tests, argc, argv);
}
