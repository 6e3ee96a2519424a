/* Which failures are tried again, and after how long. */
#include "harness.h"
#include "retry.h"

enum { NEVER = -1 };

static const struct row {
    const char *what;
    struct sl__attempt attempt;
    int64_t least, most;
} rows[] = {
    {"a 429", {1, 429, true, false, false, 0, -1}, 1000, 1500},
    {"its second", {2, 429, true, false, false, 0, -1}, 2000, 3000},
    {"its fourth", {4, 429, true, false, false, 0, -1}, 8000, 12000},
    {"one too many", {5, 429, true, false, false, 0, -1}, NEVER, NEVER},
    {"a 429 however late", {1, 429, true, false, false, 600000, -1}, 1000, 1500},
    {"a 429 with a wait", {1, 429, true, false, false, 0, 8000}, 8000, 8000},
    {"a 429 with no wait", {1, 429, true, false, false, 0, 0}, 0, 0},
    {"the longest wait", {1, 429, true, false, false, 0, 120000}, 120000, 120000},
    {"a longer one", {1, 429, true, false, false, 0, 120001}, NEVER, NEVER},
    {"a 429 that lasts", {1, 429, true, false, true, 0, -1}, NEVER, NEVER},
    {"no connection", {1, 0, false, false, false, 0, -1}, 1000, 1500},
    {"no connection, ever", {1, 0, false, false, true, 0, -1}, NEVER, NEVER},
    {"broken after the body", {1, 0, true, false, false, 5, -1}, NEVER, NEVER},
    {"a 500", {1, 500, true, false, false, 10000, -1}, 1000, 1500},
    {"a 502", {1, 502, true, false, false, 0, -1}, 1000, 1500},
    {"a 503", {1, 503, true, false, false, 0, -1}, 1000, 1500},
    {"a 504", {1, 504, true, false, false, 0, -1}, 1000, 1500},
    {"a 503 with a wait", {1, 503, true, false, false, 0, 3000}, 3000, 3000},
    {"a late 503", {1, 503, true, false, false, 10001, -1}, NEVER, NEVER},
    {"a late 503 with a wait", {1, 503, true, false, false, 600000, 1000}, NEVER, NEVER},
    {"a 503 before the body", {1, 503, false, false, false, 0, -1}, 1000, 1500},
    {"a 501", {1, 501, true, false, false, 0, -1}, NEVER, NEVER},
    {"a 400", {1, 400, true, false, false, 0, -1}, NEVER, NEVER},
    {"a 400 with a wait", {1, 400, true, false, false, 0, 1000}, NEVER, NEVER},
    {"an answer that broke off", {1, 0, true, true, false, 0, -1}, NEVER, NEVER},
    {"one with a status", {1, 503, true, true, false, 0, -1}, NEVER, NEVER},
};

static void each_failure_waits_or_not(void **state)
{
    (void)state;
    static const uint32_t chances[] = {0, 1, 499, 500, 501, 12345, UINT32_MAX};
    const struct sl__limits limits = SL__LIMITS_INIT;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t k = 0; k < sizeof chances / sizeof *chances; k++) {
            int64_t wait = sl__retry_wait(&limits, &rows[i].attempt, chances[k]);
            if (wait < rows[i].least || wait > rows[i].most)
                fail_msg("%s: %lld ms", rows[i].what, (long long)wait);
        }
    }
}

static void waits_grow_to_a_minute_and_differ(void **state)
{
    (void)state;
    const struct sl__limits limits = {.retries = 1000};
    struct sl__attempt attempt = {.status = 429, .retry_after_ms = -1};
    int64_t before = 0;
    for (attempt.number = 1; attempt.number <= 1000; attempt.number++) {
        int64_t least = sl__retry_wait(&limits, &attempt, 0), most = least;
        for (uint32_t chance = 0; chance < 60000; chance += 7) {
            int64_t wait = sl__retry_wait(&limits, &attempt, chance);
            most = wait > most ? wait : most;
        }
        assert_true(least >= before && most > least && most <= 60000);
        before = least;
    }
}

static void no_retries_are_none(void **state)
{
    (void)state;
    const struct sl__limits limits = {.retries = 0};
    const struct sl__attempt attempt = {.number = 1, .status = 429, .retry_after_ms = 0};
    assert_int_equal(sl__retry_wait(&limits, &attempt, 0), NEVER);
}

static void retry_after_is_seconds_or_a_date(void **state)
{
    (void)state;
    enum { NOW = 784111777 }; /* Sun, 06 Nov 1994 08:49:37 GMT */
    static const struct {
        const char *value;
        int64_t ms;
    } values[] = {
        {"8", 8000},
        {"0", 0},
        {"120  ", 120000},
        {"Sun, 06 Nov 1994 08:49:47 GMT", 10000},
        {"Sunday, 06-Nov-94 08:49:47 GMT", 10000},
        {"Sun Nov  6 08:49:47 1994", 10000},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 0},
        {"Sun, 06 Nov 1994 07:00:00 GMT", 0},
        {"", -1},
        {"soon", -1},
        {"-5", -1},
        {"8 s", -1},
        {"1.5", -1},
        {"Sun, 99 Nov 1994 08:49:47", -1},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        int64_t ms = sl__retry_after(values[i].value, NOW);
        if (ms != values[i].ms)
            fail_msg("“%s”: %lld", values[i].value, (long long)ms);
    }
    assert_true(sl__retry_after("99999999999999999999999999", NOW) > INT64_C(1000000000));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_failure_waits_or_not),
        cmocka_unit_test(waits_grow_to_a_minute_and_differ),
        cmocka_unit_test(no_retries_are_none),
        cmocka_unit_test(retry_after_is_seconds_or_a_date),
    };
    return run_cases(tests, argc, argv);
}
