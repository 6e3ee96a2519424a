/* Changing the configuration file, with what the person wrote in it left alone. */
#include <fcntl.h>

#include "config.h"
#include "harness.h"
#include "json_edit.h"
#include "place.h"

static const char FILE_NAME[] = ".config/sightline/config.json";

static const char *content(const char *name)
{
    static char text[4096];
    FILE *file = fopen(in_place(name), "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void write_it(struct sl_config_change change)
{
    struct sl_error error = SL_ERROR_INIT;
    if (sl_config_write(&change, &error) != 0)
        fail_msg("%s", error.message);
}

static void is_refused(struct sl_config_change change, int code, const char *part)
{
    struct sl_error error = SL_ERROR_INIT;
    assert_int_equal(sl_config_write(&change, &error), code);
    if (!strstr(error.message, part))
        fail_msg("«%s» is not in «%s»", part, error.message);
}

static void makes_a_file_and_reads_it_back(void **state)
{
    (void)state;
    write_it((struct sl_config_change){
        .provider = "local", .model = "step3-vl-10b", .detail = "high", .language = "简体中文"});
    assert_string_equal(content(FILE_NAME),
                        "{\n  \"provider\": \"local\",\n  \"providers\": { \"local\": { \"model\": "
                        "\"step3-vl-10b\" } },\n  \"detail\": \"high\",\n  \"language\": "
                        "\"简体中文\"\n}\n");
    struct stat status;
    assert_int_equal(stat(in_place(FILE_NAME), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    struct sl_config *config = NULL;
    assert_int_equal(sl_config_load(&config, NULL), 0);
    assert_string_equal(sl_config_provider(config), "local");
    assert_string_equal(sl_config_model(config), "step3-vl-10b");
    assert_string_equal(sl_config_detail(config), "high");
    assert_string_equal(sl_config_language(config), "简体中文");
    assert_null(sl_config_effort(config));
    sl_config_free(config);
}

static void leaves_the_rest_as_it_is(void **state)
{
    (void)state;
    put_file(FILE_NAME,
             "{\n\t\"what is this\" : [1,{\"detail\":\"}\\\"\"}],\n\n\t\"detail\":null,\n"
             "\t\"provider\" :\"work\",\n\t\"providers\": {\n\t\t\"work\": {\n"
             "\t\t\t\"base_url\": \"https://llm.example.com/v1\"\n\t\t}\n\t}\n}",
             0600);
    write_it((struct sl_config_change){.model = "m \"1\"", .detail = "low", .effort = "high"});
    assert_string_equal(
        content(FILE_NAME),
        "{\n\t\"what is this\" : [1,{\"detail\":\"}\\\"\"}],\n\n\t\"detail\":\"low\",\n"
        "\t\"provider\" :\"work\",\n\t\"providers\": {\n\t\t\"work\": {\n"
        "\t\t\t\"base_url\": \"https://llm.example.com/v1\",\n\t\t\t\"model\": \"m \\\"1\\\"\"\n"
        "\t\t}\n\t},\n\t\"effort\": \"high\"\n}");
    write_it((struct sl_config_change){.model = "", .detail = "", .effort = ""});
    assert_string_equal(content(FILE_NAME),
                        "{\n\t\"what is this\" : [1,{\"detail\":\"}\\\"\"}],\n"
                        "\t\"provider\" :\"work\",\n\t\"providers\": {\n\t\t\"work\": {\n"
                        "\t\t\t\"base_url\": \"https://llm.example.com/v1\"\n\t\t}\n\t}\n}");
}

static void a_new_provider_gets_the_model_that_is_for_it(void **state)
{
    (void)state;
    put_file(FILE_NAME, "{\"providers\":{\"stepfun\":{\"model\":\"a\"}}}", 0600);
    write_it((struct sl_config_change){
        .provider = "local", .base_url = "http://127.0.0.1:8081/v1", .model = "b"});
    assert_string_equal(
        content(FILE_NAME),
        "{\"providers\":{\"stepfun\":{\"model\":\"a\"},\"local\": { \"base_url\": "
        "\"http://127.0.0.1:8081/v1\", \"model\": \"b\" }},\"provider\": \"local\"}");
}

static void what_is_wrong_changes_nothing(void **state)
{
    (void)state;
    static const char before[] = "{\"provider\": \"local\", \"detail\": \"low\"}\n";
    put_file(FILE_NAME, before, 0600);
    is_refused((struct sl_config_change){.provider = "nobody"}, SL_E_CONFIG, "choose one of");
    is_refused((struct sl_config_change){.detail = "middle"}, SL_E_CONFIG, "low, high");
    is_refused((struct sl_config_change){.effort = "max"}, SL_E_CONFIG, "low, medium, high");
    is_refused((struct sl_config_change){.base_url = "llm.example.com"}, SL_E_CONFIG, "llm");
    is_refused((struct sl_config_change){.base_url = "http://llm.example.com/v1"}, SL_E_CONFIG,
               "http");
    is_refused((struct sl_config_change){.language = "\xff"}, SL_E_INVALID, "UTF-8");
    assert_string_equal(content(FILE_NAME), before);
    put_file(FILE_NAME, "{\"detail\": ", 0600);
    is_refused((struct sl_config_change){.detail = "low"}, SL_E_CONFIG, "broken JSON");
    assert_string_equal(content(FILE_NAME), "{\"detail\": ");
}

/* Settings mend what made them necessary. */
static void a_provider_that_is_gone_can_be_replaced(void **state)
{
    (void)state;
    put_file(FILE_NAME, "{\"provider\": \"gone\"}\n", 0600);
    write_it((struct sl_config_change){.provider = "stepfun-cn"});
    assert_string_equal(content(FILE_NAME), "{\"provider\": \"stepfun-cn\"}\n");
}

static void a_link_is_followed(void **state)
{
    (void)state;
    put_file("dotfiles/sightline.json", "{ }", 0644);
    put_file(".config/sightline/keep", "", 0600);
    assert_int_equal(symlink(in_place("dotfiles/sightline.json"), in_place(FILE_NAME)), 0);
    write_it((struct sl_config_change){.detail = "low"});
    assert_string_equal(content("dotfiles/sightline.json"), "{\n  \"detail\": \"low\"\n}");
    struct stat status;
    assert_int_equal(lstat(in_place(FILE_NAME), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
}

static void edit_is(const char *before, const char *const *path, const char *value,
                    const char *after)
{
    struct sl__buf text = SL__BUF_INIT(4096);
    assert_int_equal(sl__buf_adds(&text, before), 0);
    assert_int_equal(sl__json_edit(&text, path, value), 0);
    assert_string_equal(text.data, after);
    sl__buf_release(&text);
}

static void edits(void **state)
{
    (void)state;
    static const char *const a[] = {"a", NULL}, *const ab[] = {"a", "b", NULL};
    edit_is("{}", a, "1", "{\n  \"a\": 1\n}");
    edit_is(" { } ", a, "1", " {\n  \"a\": 1\n} ");
    edit_is("{}", a, NULL, "{}");
    edit_is("{\"a\":1}", a, NULL, "{}");
    edit_is("{\"a\":1,\"b\":2}", a, NULL, "{\"b\":2}");
    edit_is("{\"b\":2,\"a\":1}", a, NULL, "{\"b\":2}");
    edit_is("{\"b\":2 , \"a\":1, \"c\":[\"]\"]}", a, NULL, "{\"b\":2 , \"c\":[\"]\"]}");
    edit_is("{\"a\":1,\"a\":2}", a, NULL, "{}");
    edit_is("{\"a\":1,\"a\":2}", a, "3", "{\"a\":3,\"a\":2}");
    edit_is("{\"\\u0061\":1}", a, "2", "{\"\\u0061\":2}");
    edit_is("{\"a\":{}}", ab, "2", "{\"a\":{ \"b\": 2 }}");
    edit_is("{\"a\":{\"b\":{\"b\":1}},\"b\":3}", ab, NULL, "{\"a\":{},\"b\":3}");
    edit_is("{\"x\":\"\\\\\",\"a\":-1.5e3}", a, "true", "{\"x\":\"\\\\\",\"a\":true}");
    edit_is("{\"c\":1}", ab, "2", "{\"c\":1,\"a\": { \"b\": 2 }}");

    struct sl__buf cut = SL__BUF_INIT(64);
    assert_int_equal(sl__buf_add(&cut, "{\"a\0\":1}", 9), 0);
    assert_int_equal(sl__json_edit(&cut, a, "2"), SL_E_INVALID);
    sl__buf_release(&cut);

    struct sl__buf text = SL__BUF_INIT(8);
    assert_int_equal(sl__buf_adds(&text, "{\"a\":1}"), 0);
    assert_int_equal(sl__json_edit(&text, ab, "1"), SL_E_INVALID);
    assert_int_equal(sl__json_edit(&text, a, "123"), SL_E_TOO_LARGE);
    assert_string_equal(text.data, "{\"a\":1}");
    sl__buf_release(&text);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(makes_a_file_and_reads_it_back, make_place, remove_place),
        cmocka_unit_test_setup_teardown(leaves_the_rest_as_it_is, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_new_provider_gets_the_model_that_is_for_it, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(what_is_wrong_changes_nothing, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_provider_that_is_gone_can_be_replaced, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_link_is_followed, make_place, remove_place),
        cmocka_unit_test(edits),
    };

    return run_cases(tests, argc, argv);
}
