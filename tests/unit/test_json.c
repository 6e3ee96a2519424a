/* JSON: positions, exact names, escaped NULs. */
#include <string.h>

#include "buf.h"
#include "harness.h"
#include "json.h"

static void an_escaped_nul_does_not_end_a_string(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":\"x\\u0000y\",\"b\":\"x\\\\u0000y\"}";
    cJSON *json = sl__json_parse(text, sizeof text - 1, NULL);
    assert_string_equal(sl__json_string(json, "a"), "x\xe2\x90\x80y");
    assert_string_equal(sl__json_string(json, "b"), "x\\u0000y");
    cJSON_Delete(json);
}

static void half_a_surrogate_pair_spoils_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *text, *string;
    } rows[] = {
        {"[\"a\\ud83d\"]", "a\xef\xbf\xbd"},
        {"[\"\\ude00b\"]", "\xef\xbf\xbd"
                           "b"},
        {"[\"\\ud83d\\ude00\"]", "\xf0\x9f\x98\x80"},
        {"[\"\\ud83d\\ud83d\\ude00\"]", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {"[\"\\\\ud83d\"]", "\\ud83d"},
        {"[\"\\uD83Dx\"]", "\xef\xbf\xbdx"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *json = sl__json_parse(rows[i].text, strlen(rows[i].text), NULL);
        assert_non_null(json);
        assert_string_equal(cJSON_GetArrayItem(json, 0)->valuestring, rows[i].string);
        cJSON_Delete(json);
    }
}

static void a_text_with_a_nul_is_none(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":[1234567890123456789,\0{\"b\":\"}\"}]}";
    size_t at;
    assert_null(sl__json_parse(text, sizeof text - 1, &at));
    assert_int_equal(at, strlen(text));
    assert_null(sl__json_parse("\0[]", 3, NULL));
    assert_null(sl__json_parse("[]\0", 3, NULL));
}

static void names_are_exact_and_types_count(void **state)
{
    (void)state;
    static const char text[] = "{\"Name\":\"x\",\"n\":\"5\",\"m\":-1,\"k\":7,\"big\":1e300}";
    cJSON *json = sl__json_parse(text, sizeof text - 1, NULL);
    assert_null(sl__json_string(json, "name"));
    assert_int_equal(sl__json_count(json, "n"), -1);
    assert_int_equal(sl__json_count(json, "m"), -1);
    assert_int_equal(sl__json_count(json, "k"), 7);
    assert_int_equal(sl__json_count(json, "big"), -1);
    assert_int_equal(sl__json_count(NULL, "k"), -1);
    assert_null(sl__json_string(NULL, "k"));
    cJSON_Delete(json);
}

/* What a double cannot hold is printed as it was written; what is no JSON, though cJSON takes it,
 * as cJSON holds it. */
static void long_numbers_keep_their_digits(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"12345678901234567890", "12345678901234567890"},
        {"-0.12345678901234567890", "-0.12345678901234567890"},
        {"1.00000000000000000000E+05", "1.00000000000000000000E+05"},
        {"\xef\xbb\xbf[ 1 , 98765432109876543210 ]", "[1,98765432109876543210]"},
        {"{\"a\\\"[\": [true, null, \"12345678901234567890\", {}, [], 12345678901234567890],"
         "\n\"b\" :{\"c\":12345678901234567891}}",
         "{\"a\\\"[\":[true,null,\"12345678901234567890\",{},[],12345678901234567890],"
         "\"b\":{\"c\":12345678901234567891}}"},
        {"[0.10, 1e3, 123456789012345]", "[0.1,1000,123456789012345]"},
        {"[012345678901234567890]", "[1.2345678901234567e+19]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *json = sl__json_parse(rows[i][0], strlen(rows[i][0]), NULL);
        assert_non_null(json);
        cJSON *copy = cJSON_Duplicate(json, true);
        assert_true(cJSON_Compare(json, copy, true)); /* numbers still */
        sl__json_exact(copy);
        char *text = cJSON_PrintUnformatted(copy);
        assert_string_equal(text, rows[i][1]);
        cJSON_free(text);
        cJSON_Delete(json);
        cJSON_Delete(copy);
    }
}

static void errors_have_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t line, column;
    } rows[] = {
        {"{\n  \"a\": tru\n}", 2, 8},
        {"{\"a\": 1", 1, 8},
        {"", 1, 1},
        {"{} x", 1, 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t at = 99;
        assert_null(sl__json_parse(rows[i].text, strlen(rows[i].text), &at));
        struct sl__place place = sl__json_place(rows[i].text, at);
        assert_int_equal(place.line, rows[i].line);
        assert_true(place.column >= 1 && place.column <= rows[i].column);
    }
}

static void members_are_found_where_they_stand(void **state)
{
    (void)state;
    static const char text[] = "{\n \"x\": {\"b\": 1},\n \"s\": \"\\\"a\\\": {\",\n"
                               " \"a\": {\n  \"c\": [\"b\", {\"b\": 2}],\n  \"b\": 3\n }\n}";
    const char *const path[] = {"a", "b", NULL}, *const top[] = {"s", NULL};
    const char *const missing[] = {"a", "z", NULL};
    assert_int_equal(sl__json_place(text, sl__json_find(text, path)).line, 6);
    assert_int_equal(sl__json_place(text, sl__json_find(text, top)).line, 3);
    assert_int_equal(sl__json_find(text, missing), 0);
}

/* A small text can become a hundred times as much memory. */
static void crowds_of_values_are_refused(void **state)
{
    (void)state;
    struct sl__buf text = SL__BUF_INIT(16u << 20);
    size_t at = 0;
    sl__buf_adds(&text, "[\"");
    for (size_t i = 0; i < SL__MAX_JSON_VALUES; i++)
        sl__buf_adds(&text, "[,");
    sl__buf_adds(&text, "\\\"[,\"");
    size_t quoted = text.len;
    sl__buf_adds(&text, "]");
    cJSON *value = sl__json_parse(text.data, text.len, NULL);
    assert_non_null(value);
    cJSON_Delete(value);
    text.len = quoted;
    for (size_t i = 0; i < SL__MAX_JSON_VALUES; i++)
        sl__buf_adds(&text, ",0");
    sl__buf_adds(&text, "]");
    assert_null(sl__json_parse(text.data, text.len, &at));
    assert_true(at >= quoted && at < text.len);
    sl__buf_release(&text);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_escaped_nul_does_not_end_a_string),
        cmocka_unit_test(half_a_surrogate_pair_spoils_nothing_else),
        cmocka_unit_test(a_text_with_a_nul_is_none),
        cmocka_unit_test(names_are_exact_and_types_count),
        cmocka_unit_test(long_numbers_keep_their_digits),
        cmocka_unit_test(errors_have_a_place),
        cmocka_unit_test(members_are_found_where_they_stand),
        cmocka_unit_test(crowds_of_values_are_refused),
    };
    return run_cases(tests, argc, argv);
}
