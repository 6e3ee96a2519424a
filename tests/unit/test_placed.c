/* Text with its place in a picture. */
#include <string.h>

#include <sightline/placed.h>

#include "harness.h"

static struct sl_placed *parse(const char *answer)
{
    struct sl_placed *placed = NULL;
    struct sl_error error = SL_ERROR_INIT;
    if (sl_placed_parse(&placed, answer, strlen(answer), &error) != 0)
        fail_msg("%s", error.message);
    return placed;
}

static void lines_are_parts_of_the_picture(void **state)
{
    (void)state;
    struct sl_placed *placed =
        parse("Here:\n```json\n{\"lines\":[{\"text\":\" Open\\nnow \",\"left\":100,\"top\":50.5,"
              "\"right\":600,\"bottom\":150},{\"text\":\"b\",\"left\":0,\"top\":0,\"right\":1000,"
              "\"bottom\":1000}]}\n```");
    const struct sl_placed_line *line = sl_placed_at(placed, 0);
    assert_string_equal(line->text, "Open now");
    assert_true(line->left == 0.1 && line->top == 0.0505 && line->right == 0.6 &&
                line->bottom == 0.15);
    assert_string_equal(sl_placed_at(placed, 1)->text, "b");
    assert_null(sl_placed_at(placed, 2));
    sl_placed_free(placed);
}

static void what_has_no_place_or_text_is_left_out(void **state)
{
    (void)state;
    struct sl_placed *placed =
        parse("{\"lines\":[{\"text\":\"turned\",\"left\":9,\"top\":1,\"right\":8,\"bottom\":2},"
              "{\"text\":\"flat\",\"left\":1,\"top\":2,\"right\":8,\"bottom\":2},"
              "{\"text\":\" \\n\",\"left\":1,\"top\":1,\"right\":8,\"bottom\":2},"
              "{\"text\":7,\"left\":1,\"top\":1,\"right\":8,\"bottom\":2},"
              "{\"text\":\"half\",\"left\":1,\"top\":1,\"right\":8},"
              "{\"text\":\"outside\",\"left\":2000,\"top\":1,\"right\":3000,\"bottom\":2},"
              "5,null,{\"text\":\"over\",\"left\":-5,\"top\":1,\"right\":1e300,\"bottom\":2}]}");
    const struct sl_placed_line *line = sl_placed_at(placed, 0);
    assert_string_equal(line->text, "over");
    assert_true(line->left == 0 && line->right == 1);
    assert_null(sl_placed_at(placed, 1));
    sl_placed_free(placed);

    placed = parse("{\"lines\":[]}");
    assert_null(sl_placed_at(placed, 0));
    sl_placed_free(placed);
    sl_placed_free(NULL);
}

static void another_answer_is_none(void **state)
{
    static const char *const answers[] = {"", "Just text.", "[1]", "{\"lines\":3}",
                                          "{\"text\":[]}"};
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct sl_placed *placed = NULL;
        struct sl_error error = SL_ERROR_INIT;
        assert_int_equal(sl_placed_parse(&placed, answers[i], strlen(answers[i]), &error),
                         SL_E_FORMAT);
        assert_null(placed);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_parts_of_the_picture),
        cmocka_unit_test(what_has_no_place_or_text_is_left_out),
        cmocka_unit_test(another_answer_is_none),
    };

    return run_cases(tests, argc, argv);
}
