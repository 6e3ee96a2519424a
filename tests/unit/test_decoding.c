/* How much is decoded at once. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "harness.h"
#include "media/decoding.h"

enum { PATIENCE = 1000 };

static const uint64_t LARGE = SL_IMAGE_MAX_SOURCE_PIXELS / 3;

/* One that begins while a large picture is being decoded. */
struct other {
    uint64_t pixels;
    atomic_bool cancel, begins, may_go_in;
    bool went_in_early;
    int code;
    pthread_t thread;
};

static void *begin_too(void *argument)
{
    struct other *other = argument;
    struct sl_error error;
    struct sl__input input = {.name = "other.png", .cancel = &other->cancel, .error = &error};
    atomic_store(&other->begins, true);
    other->code = sl__decoding_begin(&input, other->pixels);
    other->went_in_early = !atomic_load(&other->may_go_in);
    if (other->code == 0)
        sl__decoding_end(other->pixels);
    return NULL;
}

static void start(struct other *other)
{
    assert_int_equal(pthread_create(&other->thread, NULL, begin_too, other), 0);
    while (!atomic_load(&other->begins))
        sched_yield();
    for (int i = 0; i < PATIENCE; i++)
        sched_yield();
}

static void begin(uint64_t pixels)
{
    const struct sl__input input = {.name = "picture.png"};
    assert_int_equal(sl__decoding_begin(&input, pixels), 0);
}

static void two_that_are_too_much_wait_for_each_other(void **state)
{
    (void)state;
    struct other other = {.pixels = LARGE};
    begin(LARGE);
    start(&other);
    atomic_store(&other.may_go_in, true);
    sl__decoding_end(LARGE);
    pthread_join(other.thread, NULL);
    assert_int_equal(other.code, 0);
    assert_false(other.went_in_early);
}

static void two_that_are_not_do_not(void **state)
{
    (void)state;
    struct other other = {.pixels = 1000};
    begin(LARGE);
    start(&other);
    pthread_join(other.thread, NULL);
    assert_int_equal(other.code, 0);
    sl__decoding_end(LARGE);
}

static void the_largest_goes_in_alone(void **state)
{
    (void)state;
    begin(SL_IMAGE_MAX_SOURCE_PIXELS);
    sl__decoding_end(SL_IMAGE_MAX_SOURCE_PIXELS);
}

/* Small ones could keep a large one out for ever. */
static void nobody_is_overtaken(void **state)
{
    (void)state;
    struct other large = {.pixels = LARGE}, small = {.pixels = 1000};
    begin(LARGE);
    start(&large);
    start(&small);
    atomic_store(&small.may_go_in, true);
    atomic_store(&large.may_go_in, true);
    sl__decoding_end(LARGE);
    pthread_join(large.thread, NULL);
    pthread_join(small.thread, NULL);
    assert_int_equal(small.code, 0);
    assert_false(small.went_in_early);
}

static void a_cancel_ends_the_waiting(void **state)
{
    (void)state;
    struct other first = {.pixels = LARGE}, second = {.pixels = LARGE};
    begin(LARGE);
    start(&first);
    start(&second);
    atomic_store(&second.cancel, true);
    pthread_join(second.thread, NULL);
    assert_int_equal(second.code, SL_E_CANCELLED);
    atomic_store(&first.cancel, true);
    pthread_join(first.thread, NULL);
    assert_int_equal(first.code, SL_E_CANCELLED);
    sl__decoding_end(LARGE);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_that_are_too_much_wait_for_each_other),
        cmocka_unit_test(two_that_are_not_do_not),
        cmocka_unit_test(the_largest_goes_in_alone),
        cmocka_unit_test(nobody_is_overtaken),
        cmocka_unit_test(a_cancel_ends_the_waiting),
    };
    return run_cases(tests, argc, argv);
}
