/* Tasks: the built-in ones, a user's own, and broken ones. */
#include <limits.h>

#include "harness.h"
#include "place.h"
#include "task.h"

static struct sl_config *load_config(void)
{
    struct sl_config *config = NULL;
    assert_int_equal(sl_config_load(&config, NULL), 0);
    return config;
}

static void use_tasks_dir(void)
{
    put_file(".config/sightline/config.json", "{\"tasks_dir\": \"~/tasks\"}", 0644);
}

static void every_built_in_task_is_good(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct sl__built_in_task *row = sl__built_in_tasks; row->name; row++, count++) {
        struct sl__task task;
        struct sl_error error = SL_ERROR_INIT;
        if (sl__task_parse(&task, row->name, row->name, row->text, &error))
            fail_msg("%s", error.message);
        assert_non_null(task.title);
        assert_non_null(task.detail);
        assert_non_null(task.effort);
        sl__task_release(&task);
    }
    assert_true(count > 0);
}

static void describe_takes_pictures(void **state)
{
    (void)state;
    struct sl_config *config = load_config();
    struct sl__task task;
    assert_int_equal(sl__task_load(&task, config, "describe", NULL), 0);
    assert_int_equal(task.min_media, 1);
    assert_int_equal(task.max_media, UINT_MAX);
    assert_string_equal(task.detail, "low");
    sl__task_release(&task);
    sl_config_free(config);
}

static void lines_with_empty_values_are_left_out(void **state)
{
    (void)state;
    static const char text[] = "title: x\n\nOne {{language}}.\nTwo {{instruction}} {{language}}\n"
                               "Three\n\n";
    static const struct {
        struct sl__task_values values;
        const char *prompt;
    } rows[] = {
        {{NULL, NULL}, "Three"},
        {{"", "do"}, "Three"},
        {{"French", NULL}, "One French.\nThree"},
        {{"French", "{{language}}"}, "One French.\nTwo {{language}} French\nThree"},
    };
    struct sl__task task;
    assert_int_equal(sl__task_parse(&task, "x", "x", text, NULL), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl__buf prompt = SL__BUF_INIT(4096);
        assert_int_equal(sl__task_prompt(&task, &rows[i].values, &prompt), 0);
        assert_string_equal(sl__buf_text(&prompt), rows[i].prompt);
        sl__buf_release(&prompt);
    }
    sl__task_release(&task);
}

static void an_own_file_replaces_and_adds(void **state)
{
    (void)state;
    struct sl__task task;
    use_tasks_dir();
    put_file("tasks/describe.task", "detail: high\n\nMine.\n", 0644);
    put_file("tasks/new-one.task", "media: none\n\nNew.\n", 0644);
    struct sl_config *config = load_config();
    assert_int_equal(sl__task_load(&task, config, "describe", NULL), 0);
    assert_string_equal(task.prompt, "Mine.\n");
    assert_string_equal(task.detail, "high");
    assert_string_equal(task.effort, "low"); /* from the built-in one */
    assert_int_equal(task.min_media, 1);
    sl__task_release(&task);
    assert_int_equal(sl__task_load(&task, config, "new-one", NULL), 0);
    assert_int_equal(task.max_media, 0);
    sl__task_release(&task);
    sl_config_free(config);
}

static void broken_tasks_say_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence;
    } rows[] = {
        {"titel: x\n\nGo.\n", "own.task:1: this header is not known"},
        {"title: x\nno colon\n\nGo.\n", "own.task:2: a header line has no colon"},
        {"detail: huge\n\nGo.\n", "own.task:1: detail “huge” is not known; write one of low, high"},
        {"effort: low medium\n\nGo.\n", "own.task:1: effort “low medium” is not known"},
        {"media: image video\n\nGo.\n", "own.task:1: media “image video” is not known"},
        {"title: x\n\n \n", "there is no prompt"},
        {"", "there is no prompt"},
        {"title: x\n\nSay\n{{this}}\n", "own.task:4: this placeholder is not known"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl__task task;
        struct sl_error error = SL_ERROR_INIT;
        int code = sl__task_parse(&task, "own", "own.task", rows[i].text, &error);
        assert_int_equal(code, SL_E_CONFIG);
        if (!strstr(error.message, rows[i].sentence))
            fail_msg("«%s» lacks «%s»", error.message, rows[i].sentence);
    }
}

static void names_do_not_lead_out_of_the_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"../secret", "a/b", "", "A", ".", "nothing-of-this-name"};
    use_tasks_dir();
    put_file("secret.task", "title: x\n\nSecret.\n", 0644);
    struct sl_config *config = load_config();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct sl__task task;
        assert_int_equal(sl__task_load(&task, config, names[i], NULL), SL_E_INVALID);
    }
    sl_config_free(config);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_built_in_task_is_good),
        cmocka_unit_test_setup_teardown(describe_takes_pictures, make_place, remove_place),
        cmocka_unit_test(lines_with_empty_values_are_left_out),
        cmocka_unit_test_setup_teardown(an_own_file_replaces_and_adds, make_place, remove_place),
        cmocka_unit_test(broken_tasks_say_where),
        cmocka_unit_test_setup_teardown(names_do_not_lead_out_of_the_folder, make_place,
                                        remove_place),
    };
    return run_cases(tests, argc, argv);
}
