/* Error objects of servers, in every shape that is known. */
#include "answer.h"
#include "harness.h"
#include "json.h"

#include <string.h>

static const struct {
    const char *json;
    const char *sentence, *type;
    int status;
} shapes[] = {
    {"{\"error\":{\"message\":\"No\",\"type\":\"invalid_api_key\"}}", "No", "invalid_api_key", 0},
    {"{\"error\":{\"message\":\"No\",\"type\":\"t\",\"code\":\"c\"}}", "No", "t", 0},
    {"{\"error\":{\"message\":\"No\",\"code\":\"model_invalid\"}}", "No", "model_invalid", 0},
    {"{\"error\":{\"code\":400,\"message\":\"No\",\"type\":\"t\"}}", "No", "t", 400},
    {"{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"No\"}}", "No",
     "overloaded_error", 0},
    {"{\"error\":\"No\"}", "No", NULL, 0},
    {"{\"error\":\"invalid\",\"message\":\"No\",\"statusCode\":401}", "No", NULL, 401},
    {"{\"message\":\"No\",\"type\":\"t\"}", "No", "t", 0},
    {"{\"object\":\"error\",\"message\":\"No\",\"type\":\"t\",\"code\":404}", "No", "t", 404},
    {"{\"message\":[\"No\",\"Nor this\"],\"statusCode\":400}", "No", NULL, 400},
    {"{\"detail\":\"No\"}", "No", NULL, 0},
    {"{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"No\",\"type\":\"missing\"}]}", "No", NULL, 0},
    {"[{\"error\":{\"message\":\"No\",\"status\":503}}]", "No", NULL, 503},
    {"{\"error\":{\"message\":\"\"},\"message\":\"No\"}", "No", NULL, 0},
    {"{\"error\":{\"type\":\"error\"}}", NULL, NULL, 0},
    {"{\"error\":{\"code\":1234567}}", NULL, NULL, 0},
    {"{}", NULL, NULL, 0},
    {"\"No\"", "No", NULL, 0},
    {"17", NULL, NULL, 0},
    /* Wrapped by a gateway. */
    {"{\"error\":{\"message\":\"Provider returned error\",\"code\":451,\"metadata\":{\"raw\":"
     "\"{\\\"error\\\":{\\\"message\\\":\\\"No\\\",\\\"type\\\":\\\"censorship_blocked\\\"}}\","
     "\"provider_name\":\"StepFun\"}}}",
     "No", "censorship_blocked", 451},
    {"{\"error\":{\"message\":\"Provider returned error\",\"code\":400,\"metadata\":{\"raw\":"
     "\"{\\\"error\\\":{\\\"message\\\":\\\"No\\\",\\\"code\\\":429}}\"}}}",
     "No", NULL, 429},
    {"{\"error\":{\"message\":\"Provider returned error\",\"code\":502,\"metadata\":{\"raw\":{"
     "\"error\":{\"message\":\"No\"}}}}}",
     "No", NULL, 502},
    {"{\"error\":{\"message\":\"Provider returned error\",\"code\":502,\"metadata\":{\"raw\":"
     "\"upstream is gone\"}}}",
     "upstream is gone", NULL, 502},
    {"{\"error\":{\"message\":\"Provider returned error\",\"code\":502,\"metadata\":{\"raw\":"
     "\"<html>\"}}}",
     "Provider returned error", NULL, 502},
    {"{\"error\":{\"message\":\"Provider returned error\",\"code\":502,\"metadata\":{\"raw\":"
     "\"{}\"}}}",
     "Provider returned error", NULL, 502},
    {"{\"error\":{\"message\":\"Provider returned error\",\"metadata\":{\"raw\":[]}}}",
     "Provider returned error", NULL, 0},
};

static void assert_text(const char *found, const char *expected)
{
    assert_string_equal(found ? found : "(none)", expected ? expected : "(none)");
}

static void every_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct sl__server_error found;
        cJSON *json = sl__json_parse(shapes[i].json, strlen(shapes[i].json), NULL);
        assert_non_null(json);
        sl__server_error_read(&found, json);
        assert_text(found.sentence, shapes[i].sentence);
        assert_text(found.type, shapes[i].type);
        assert_int_equal(found.status, shapes[i].status);
        cJSON_Delete(found.inner);
        cJSON_Delete(json);
    }
}

static void words_are_short_and_harmless(void **state)
{
    (void)state;
    char word[8] = "before";
    sl__answer_word(word, sizeof word, NULL);
    assert_string_equal(word, "before");
    sl__answer_word(word, sizeof word, "");
    assert_string_equal(word, "before");
    sl__answer_word(word, sizeof word, "a\x1b\n\xff");
    assert_string_equal(word, "a  ?");
    sl__answer_word(word, sizeof word, "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac");
    assert_string_equal(word, "\xe2\x82\xac\xe2\x82\xac");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape),
        cmocka_unit_test(words_are_short_and_harmless),
    };
    return run_cases(tests, argc, argv);
}
