/* Codes and sentences. */
#include <string.h>

#include <sightline/error.h>

#include "harness.h"

static void sentence_is_one_clean_line(void **state)
{
    (void)state;
    struct sl_error error = SL_ERROR_INIT;
    int code = sl_error_set(&error, SL_E_IO, "%s: %s", "a\nb\x1b[31m\x7f", "caf\xc3\xa9 \xff \xc3");
    assert_int_equal(code, SL_E_IO);
    assert_int_equal(error.code, SL_E_IO);
    assert_string_equal(error.message, "a b [31m : caf\xc3\xa9 ? ?");
}

static void long_sentence_is_cut_between_characters(void **state)
{
    (void)state;
    char text[SL_ERROR_MESSAGE_MAX * 2];
    struct sl_error error = SL_ERROR_INIT;
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa9", 3);
    for (int shift = 0; shift < 2; shift++) {
        sl_error_set(&error, SL_E_IO, "%s%s", shift ? "x" : "", text);
        size_t len = strlen(error.message);
        assert_true(len >= SL_ERROR_MESSAGE_MAX - 2 && len < SL_ERROR_MESSAGE_MAX);
        assert_int_equal((unsigned char)error.message[len - 1], 0xa9);
    }
}

static void no_struct_is_fine(void **state)
{
    (void)state;
    assert_int_equal(sl_error_set(NULL, SL_E_NOMEM, "%d", 1), SL_E_NOMEM);
}

static void every_code_has_a_name(void **state)
{
    (void)state;
    for (int code = SL_E_CONSENT; code <= 0; code++)
        assert_string_not_equal(sl_code_name(code), "unknown");
    assert_string_equal(sl_code_name(SL_E_CONSENT - 1), "unknown");
    assert_string_equal(sl_code_name(1), "unknown");
    assert_string_equal(sl_code_name(-2147483647 - 1), "unknown");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentence_is_one_clean_line),
        cmocka_unit_test(long_sentence_is_cut_between_characters),
        cmocka_unit_test(no_struct_is_fine),
        cmocka_unit_test(every_code_has_a_name),
    };
    return run_cases(tests, argc, argv);
}
