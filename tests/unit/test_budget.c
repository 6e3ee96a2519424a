/* What was spent, and what may be: the record that all hosts share. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "budget.h"
#include "harness.h"
#include "record.h"

static void spend(const struct sl_config *config, double amount)
{
    struct sl_usage usage = {10, 0, 20, -1};
    struct sl_cost cost = {amount, "USD", true};
    sl__budget_record(config, "describe", &usage, &cost, NULL);
}

static void a_day_has_its_sum(void **state)
{
    (void)state;
    struct sl_config *config = load("{\"budget\": {\"day\": 1}}");
    struct sl_error error = SL_ERROR_INIT;
    struct stat status;
    assert_int_equal(sl__budget_check(config, 0, 0.5, &error), 0);
    spend(config, 0.4);
    spend(config, 0.4);
    assert_int_equal(sl__budget_check(config, 0, 0.1, &error), 0);
    assert_int_equal(sl__budget_check(config, 0, 0.3, &error), SL_E_BUDGET);
    assert_non_null(strstr(error.message, "0.8000 USD were spent today"));
    spend(config, 0.4);
    assert_int_equal(sl__budget_check(config, 0, -1, &error), SL_E_BUDGET);
    assert_int_equal(stat(in_place(RECORD), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(in_place("state/sightline"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    sl_config_free(config);
}

static void other_days_currencies_and_damage_do_not_count(void **state)
{
    (void)state;
    struct sl_config *config = load("{\"budget\": {\"day\": 1}}");
    put_file(RECORD,
             "{\"time\":\"2001-01-01T00:00:00+0000\",\"cost\":5,\"currency\":\"USD\"}\n"
             "{\"time\":5,\"cost\":\"x\"}\n{{{\n\n[1]\n",
             0600);
    struct sl_usage usage = {1, 1, 1, 1};
    struct sl_cost yuan = {50, "CNY", true};
    sl__budget_record(config, "describe", &usage, &yuan, NULL);
    assert_int_equal(sl__budget_check(config, 0, 0.5, NULL), 0);
    sl_config_free(config);
}

static void what_follows_damage_counts(void **state)
{
    (void)state;
    struct sl_config *config = load("{\"budget\": {\"day\": 1}}");
    spend(config, 0.1);
    FILE *record = fopen(in_place(RECORD), "a");
    assert_non_null(record);
    assert_int_equal(fwrite("\0\0\0", 1, 3, record), 3);
    assert_int_equal(fclose(record), 0);
    spend(config, 5);
    spend(config, 5);
    assert_int_equal(sl__budget_check(config, 0, 0.1, NULL), SL_E_BUDGET);
    sl_config_free(config);
}

static void a_request_has_its_own_limit(void **state)
{
    (void)state;
    struct sl_config *config = load("{\"budget\": {\"request\": 0.01}}");
    struct sl_error error = SL_ERROR_INIT;
    assert_int_equal(sl__budget_check(config, 0, 0.01, NULL), 0);
    assert_int_equal(sl__budget_check(config, 0, 0.02, &error), SL_E_BUDGET);
    assert_int_equal(sl__budget_check(config, 0.006, 0.004, NULL), 0);
    assert_int_equal(sl__budget_check(config, 0.008, 0.004, NULL), SL_E_BUDGET);
    assert_non_null(strstr(error.message, "budget.request allows 0.0100"));
    sl_config_free(config);
}

static void unknown_usage_is_not_recorded(void **state)
{
    (void)state;
    struct sl_config *config = load("{}");
    struct sl_usage usage = SL_USAGE_INIT;
    struct sl_cost cost = SL_COST_INIT;
    struct stat status;
    sl__budget_record(config, "describe", &usage, &cost, NULL);
    assert_int_not_equal(stat(in_place(RECORD), &status), 0);
    sl_config_free(config);
}

/* By the table of prices, or by a price of one's own where there is one. */
static void a_request_is_estimated_beforehand(void **state)
{
    static const char OWN[] = "{\"provider\": \"simulator\", \"providers\": {\"simulator\": "
                              "{\"model\": \"m\"}}, \"models\": {\"m\": {\"price\": "
                              "{\"currency\": \"EUR\", \"input\": 1000, \"output\": 0}}}}";
    struct sl_cost one, two, text;
    (void)state;
    sl_config_free(load("{\"provider\": \"stepfun\"}"));
    assert_int_equal(sl_task_estimate("alt", 1, 0, &one, NULL), 0);
    assert_int_equal(sl_task_estimate("alt", 2, 0, &two, NULL), 0);
    assert_string_equal(one.currency, "USD");
    assert_true(one.estimated && one.amount > 0.0001 && one.amount < 0.01);
    assert_true(two.amount > one.amount);
    assert_int_equal(sl_task_estimate("nothing", 1, 0, &one, NULL), SL_E_INVALID);
    sl_config_free(load("{\"provider\": \"local\"}"));
    assert_int_equal(sl_task_estimate("alt", 1, 0, &one, NULL), 0);
    assert_true(one.amount < 0);
    sl_config_free(load(OWN));
    assert_int_equal(sl_task_estimate("alt", 1, 0, &one, NULL), 0);
    assert_int_equal(sl_task_estimate("alt", 1, 3000, &text, NULL), 0);
    assert_string_equal(text.currency, "EUR");
    assert_true(text.amount - one.amount > 0.99 && text.amount - one.amount < 1.01);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_day_has_its_sum, make_place, remove_place),
        cmocka_unit_test_setup_teardown(other_days_currencies_and_damage_do_not_count, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(what_follows_damage_counts, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_request_has_its_own_limit, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_request_is_estimated_beforehand, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(unknown_usage_is_not_recorded, make_place, remove_place),
    };
    return run_cases(tests, argc, argv);
}
