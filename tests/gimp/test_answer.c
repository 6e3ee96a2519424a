/* Gathering an answer from its events. */
#include <string.h>

#include "answer.h"
#include "harness.h"

static bool take(struct answer *answer, enum sl_event_type type, unsigned alternative,
                 const char *text)
{
    struct sl_event event = {
        .type = type, .alternative = alternative, .text = text, .len = strlen(text)};

    return answer_take(answer, &event);
}

static bool text(struct answer *answer, const char *text)
{
    return take(answer, SL_EVENT_TEXT, 0, text);
}

static bool file(struct answer *answer, const char *name)
{
    return take(answer, SL_EVENT_FILE, 0, name);
}

static void text_grows_at_its_end(void **state)
{
    struct answer *answer = answer_new();

    (void)state;
    assert_string_equal(answer_text(answer), "");
    assert_true(text(answer, "A red "));
    assert_true(text(answer, "square."));
    assert_string_equal(answer_text(answer), "A red square.");
    answer_free(answer);
}

static void one_file_has_no_heading(void **state)
{
    struct answer *answer = answer_new();

    (void)state;
    assert_true(file(answer, "index.html"));
    assert_true(text(answer, "<p>\n"));
    assert_string_equal(answer_text(answer), "<p>\n");
    answer_free(answer);
}

static void several_files_have_headings(void **state)
{
    struct answer *answer = answer_new();

    (void)state;
    file(answer, "App.tsx");
    text(answer, "export");
    assert_false(file(answer, "App.css"));
    assert_true(text(answer, "p {}\n"));
    assert_false(file(answer, ""));
    text(answer, "end");
    assert_string_equal(answer_text(answer), "==> App.tsx <==\nexport\n\n==> App.css <==\np {}\n"
                                             "\n==> next file <==\nend");
    answer_free(answer);
}

static void alternatives_stand_apart(void **state)
{
    struct answer *answer = answer_new();

    (void)state;
    assert_true(text(answer, "One"));
    assert_false(take(answer, SL_EVENT_TEXT, 1, "Two"));
    assert_false(text(answer, " more"));
    assert_string_equal(answer_text(answer), "Answer 1:\n\nOne more\n\nAnswer 2:\n\nTwo");
    answer_free(answer);
}

static void a_number_out_of_range_is_harmless(void **state)
{
    struct answer *answer = answer_new();

    (void)state;
    take(answer, SL_EVENT_TEXT, 4000000000u, "far");
    assert_non_null(strstr(answer_text(answer), "far"));
    answer_free(answer);
}

static void goes_back_to_what_was_kept(void **state)
{
    struct answer *answer = answer_new();

    (void)state;
    text(answer, "Once upon");
    answer_keep(answer);
    text(answer, " the time");
    answer_restore(answer);
    text(answer, " a time");
    assert_string_equal(answer_text(answer), "Once upon a time");
    answer_free(answer);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows_at_its_end),
        cmocka_unit_test(one_file_has_no_heading),
        cmocka_unit_test(several_files_have_headings),
        cmocka_unit_test(alternatives_stand_apart),
        cmocka_unit_test(a_number_out_of_range_is_harmless),
        cmocka_unit_test(goes_back_to_what_was_kept),
    };

    return run_cases(tests, argc, argv);
}
