/* Events that nobody takes. */
#include <stdlib.h>

#include "harness.h"
#include "request.h"

enum { MANY = 200000 };

/* A server that changes between reasoning and text makes an event of each byte. */
static void events_that_nobody_takes_have_a_limit(void **state)
{
    (void)state;
    static const enum sl_event_type types[] = {SL_EVENT_TEXT, SL_EVENT_REASONING};
    struct sl__request *request = sl__request_new(&sl__task_operation, NULL);
    struct sl__queue queue;
    size_t count = 0;
    assert_int_equal(sl__queue_init(&queue, NULL), 0);
    for (int code = 0; !code && count < MANY; count++) {
        struct sl_event event = {.type = types[count % 2], .text = "x", .len = 1};
        code = sl__queue_push(&queue, request, &event);
    }
    assert_true(count >= 1000 && count < MANY);
    sl__queue_release(&queue);
    sl__request_drop(request);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_that_nobody_takes_have_a_limit),
    };
    return run_cases(tests, argc, argv);
}
