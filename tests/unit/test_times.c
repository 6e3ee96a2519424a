/* Times that a file says: what none is, and that none of them overflows. */
#include "harness.h"
#include "video/times.h"

static const AVRational milliseconds = {1, 1000}, samples = {1, 44100}, finest = {1, INT32_MAX},
                        coarsest = {INT32_MAX, 1};

static void far_ones_are_none(void **state)
{
    (void)state;
    assert_int_equal(sl__time(0), 0);
    assert_int_equal(sl__time(-90000), -90000);
    assert_int_equal(sl__time(SL__FARTHEST_TIME), SL__FARTHEST_TIME);
    assert_int_equal(sl__time(SL__FARTHEST_TIME + 1), AV_NOPTS_VALUE);
    assert_int_equal(sl__time(-SL__FARTHEST_TIME - 1), AV_NOPTS_VALUE);
    assert_int_equal(sl__time(INT64_MAX), AV_NOPTS_VALUE);
    assert_int_equal(sl__time(AV_NOPTS_VALUE), AV_NOPTS_VALUE);
}

static void another_unit_makes_none_of_what_it_cannot_count(void **state)
{
    (void)state;
    assert_int_equal(sl__time_in(2000, milliseconds, samples), 88200);
    assert_int_equal(sl__time_in(-2000, milliseconds, samples), -88200);
    assert_int_equal(sl__time_in(AV_NOPTS_VALUE, milliseconds, samples), AV_NOPTS_VALUE);
    assert_int_equal(sl__time_in(1, coarsest, milliseconds), INT64_C(1000) * INT32_MAX);
    assert_int_equal(sl__time_in(3, coarsest, milliseconds), AV_NOPTS_VALUE);
    assert_int_equal(sl__time_in(1, coarsest, finest), AV_NOPTS_VALUE);
    assert_int_equal(sl__time_in(SL__FARTHEST_TIME, milliseconds, samples), AV_NOPTS_VALUE);
    assert_int_equal(sl__time_in(INT64_MAX, finest, coarsest), AV_NOPTS_VALUE);
}

/* A clock that counts from 1970, in units of which a second has a million. */
static void a_recording_by_the_clock_has_times(void **state)
{
    const AVRational microseconds = {1, 1000000};
    int64_t now = INT64_C(1900000000) * 1000000;

    (void)state;
    assert_int_equal(sl__time_in(now, microseconds, milliseconds), now / 1000);
}

static void seconds_become_times(void **state)
{
    (void)state;
    assert_int_equal(sl__time_of(2.5, milliseconds), 2500);
    assert_int_equal(sl__time_of(2, coarsest), 0);
    assert_int_equal(sl__time_of(1e30, finest), SL__FARTHEST_TIME);
    assert_int_equal(sl__time_of(-1e30, finest), -SL__FARTHEST_TIME);
}

static void none_is_no_distance(void **state)
{
    (void)state;
    assert_int_equal(sl__time_since(5, 3), 2);
    assert_int_equal(sl__time_since(AV_NOPTS_VALUE, SL__FARTHEST_TIME), AV_NOPTS_VALUE);
    assert_int_equal(sl__time_since(SL__FARTHEST_TIME, AV_NOPTS_VALUE), AV_NOPTS_VALUE);
    assert_int_equal(sl__time_or(AV_NOPTS_VALUE, 7), 7);
    assert_int_equal(sl__time_or(5, 7), 5);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(far_ones_are_none),
        cmocka_unit_test(another_unit_makes_none_of_what_it_cannot_count),
        cmocka_unit_test(a_recording_by_the_clock_has_times),
        cmocka_unit_test(seconds_become_times),
        cmocka_unit_test(none_is_no_distance),
    };

    return run_cases(tests, argc, argv);
}
