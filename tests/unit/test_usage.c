/* The record of what was used, summed up. */
#include <time.h>

#include <sightline/usage.h>

#include "budget.h"
#include "harness.h"
#include "record.h"

/* The start of a line from some days ago, at the end of that day. */
static const char *day(int ago)
{
    static char text[64];
    time_t now = time(NULL);
    struct tm parts;
    localtime_r(&now, &parts);
    parts.tm_mday -= ago;
    parts.tm_hour = 12;
    parts.tm_isdst = -1;
    mktime(&parts);
    strftime(text, sizeof text, "{\"time\":\"%Y-%m-%dT23:59:59+0000\"", &parts);
    return text;
}

static void spans_have_their_sums(void **state)
{
    (void)state;
    struct sl_config *config =
        load("{\"budget\": {\"day\": 1, \"request\": 0.5}, \"provider\": \"simulator\"}");
    static const struct {
        int ago;
        const char *rest;
    } lines[] = {
        {40,
         "\"provider\":\"a\",\"model\":\"m\",\"input_tokens\":1,\"cost\":9,\"currency\":\"USD\"}"},
        {29,
         "\"provider\":\"a\",\"model\":\"m\",\"input_tokens\":10,\"cost\":1,\"currency\":\"USD\"}"},
        {6, "\"provider\":\"a\",\"model\":\"m\",\"input_tokens\":100,\"cost\":0.5,"
            "\"currency\":\"USD\",\"estimated\":true}"},
        {0, "\"provider\":\"b\",\"model\":\"m\",\"output_tokens\":7}"},
        {0, "\"provider\":\"a\",\"model\":\"m\",\"input_tokens\":1000,\"cached_tokens\":600,"
            "\"output_tokens\":20,\"cost\":0.25,\"currency\":\"USD\"}"},
        {0, "\"provider\":\"a\",\"model\":\"m\",\"input_tokens\":1000,\"output_tokens\":20,"
            "\"cost\":2,\"currency\":\"CNY\",\"estimated\":true}"},
    };
    char record[4096] = "{\"time\":5}\n[1]\n{{{\n\"x\"\n";
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        size_t len = strlen(record);
        snprintf(record + len, sizeof record - len, "%s,%s\n", day(lines[i].ago), lines[i].rest);
    }
    put_file(RECORD, record, 0600);
    static const struct sl_usage_sum expected[] = {
        {SL_USAGE_TODAY, "a", "m", "CNY", 1, 1000, 0, 20, 2, true},
        {SL_USAGE_TODAY, "a", "m", "USD", 1, 1000, 600, 20, 0.25, false},
        {SL_USAGE_TODAY, "b", "m", "", 1, 0, 0, 7, 0, false},
        {SL_USAGE_WEEK, "a", "m", "CNY", 1, 1000, 0, 20, 2, true},
        {SL_USAGE_WEEK, "a", "m", "USD", 2, 1100, 600, 20, 0.75, true},
        {SL_USAGE_WEEK, "b", "m", "", 1, 0, 0, 7, 0, false},
        {SL_USAGE_MONTH, "a", "m", "CNY", 1, 1000, 0, 20, 2, true},
        {SL_USAGE_MONTH, "a", "m", "USD", 3, 1110, 600, 20, 1.75, true},
        {SL_USAGE_MONTH, "b", "m", "", 1, 0, 0, 7, 0, false},
    };
    struct sl_usage_sums *sums = NULL;
    assert_int_equal(sl_usage_sums_load(&sums, config, NULL), 0);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct sl_usage_sum *sum = sl_usage_sums_at(sums, i), *other = &expected[i];
        assert_non_null(sum);
        assert_int_equal(sum->span, other->span);
        assert_string_equal(sum->provider, other->provider);
        assert_string_equal(sum->currency, other->currency);
        assert_int_equal(sum->requests, other->requests);
        assert_int_equal(sum->input_tokens, other->input_tokens);
        assert_int_equal(sum->cached_tokens, other->cached_tokens);
        assert_int_equal(sum->output_tokens, other->output_tokens);
        assert_true(sum->cost > other->cost - 1e-9 && sum->cost < other->cost + 1e-9);
        assert_int_equal(sum->estimated, other->estimated);
    }
    assert_null(sl_usage_sums_at(sums, sizeof expected / sizeof *expected));
    const struct sl_budget *budget = sl_usage_sums_budget(sums);
    assert_string_equal(budget->currency, "USD");
    assert_true(budget->day == 1 && budget->request == 0.5 && budget->spent == 0.25);
    assert_false(sl_usage_sums_cut(sums));
    sl_usage_sums_free(sums);
    sl_config_free(config);
}

static void nothing_used_has_no_sums(void **state)
{
    (void)state;
    struct sl_config *config = load("{}");
    struct sl_usage_sums *sums = NULL;
    assert_int_equal(sl_usage_sums_load(&sums, config, NULL), 0);
    assert_null(sl_usage_sums_at(sums, 0));
    assert_true(sl_usage_sums_budget(sums)->day < 0);
    sl_usage_sums_free(sums);
    sl_config_free(config);
}

/* What the library records is what it sums up. */
static void a_record_of_its_own_is_read(void **state)
{
    (void)state;
    struct sl_config *config = load("{}");
    struct sl_usage usage = {10, 4, 20, -1};
    struct sl_cost cost = {0.5, "USD", true};
    struct sl_usage_sums *sums = NULL;
    for (int i = 0; i < 3; i++)
        sl__budget_record(config, "describe", &usage, &cost, NULL);
    assert_int_equal(sl_usage_sums_load(&sums, config, NULL), 0);
    const struct sl_usage_sum *today = sl_usage_sums_at(sums, 0);
    assert_string_equal(today->provider, "stepfun");
    assert_string_equal(today->model, "step-3.7-flash");
    assert_int_equal(today->requests, 3);
    assert_int_equal(today->cached_tokens, 12);
    assert_true(today->cost == 1.5 && today->estimated);
    assert_int_equal(sl_usage_sums_at(sums, 2)->span, SL_USAGE_MONTH);
    sl_usage_sums_free(sums);
    sl_config_free(config);
}

static void a_long_record_is_read_from_its_end(void **state)
{
    (void)state;
    enum { LINES = 30000 };
    struct sl_config *config = load("{}");
    char line[256];
    snprintf(line, sizeof line,
             "%s,\"provider\":\"stepfun\",\"model\":\"step-3.7-flash\",\"task\":\"describe\","
             "\"input_tokens\":1234,\"output_tokens\":1,\"cost\":0.001,\"currency\":\"USD\","
             "\"estimated\":true}\n",
             day(0));
    put_file(RECORD, "", 0600);
    FILE *record = fopen(in_place(RECORD), "w");
    assert_non_null(record);
    for (int i = 0; i < LINES; i++)
        fputs(line, record);
    assert_int_equal(fclose(record), 0);
    struct sl_usage_sums *sums = NULL;
    assert_int_equal(sl_usage_sums_load(&sums, config, NULL), 0);
    assert_true(sl_usage_sums_cut(sums));
    assert_int_equal(sl_usage_sums_at(sums, 0)->requests, (4 << 20) / strlen(line));
    sl_usage_sums_free(sums);
    sl_config_free(config);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(spans_have_their_sums, make_place, remove_place),
        cmocka_unit_test_setup_teardown(nothing_used_has_no_sums, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_record_of_its_own_is_read, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_long_record_is_read_from_its_end, make_place,
                                        remove_place),
    };
    return run_cases(tests, argc, argv);
}
