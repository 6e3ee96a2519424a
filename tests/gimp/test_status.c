/* The words of the status line. */
#include <glib.h>

#include "harness.h"
#include "status.h"

static void line_is(const struct status *status, double seconds, const char *expected)
{
    char *line = status_line(status, seconds);

    assert_string_equal(line, expected);
    g_free(line);
}

static void progress(struct status *status, enum sl_phase phase, uint64_t sent, uint64_t total,
                     uint64_t wait_ms)
{
    struct sl_event event = {.type = SL_EVENT_PROGRESS,
                             .phase = phase,
                             .sent = sent,
                             .total = total,
                             .wait_ms = wait_ms,
                             .text = ""};

    status_take(status, &event);
}

static void phases(void **state)
{
    struct status status = {0};

    (void)state;
    status_begin(&status, "Reading the image");
    line_is(&status, 0.4, "Reading the image");
    progress(&status, SL_PHASE_UPLOADING, 400, 1000, 0);
    line_is(&status, 3, "Uploading: 40 %");
    progress(&status, SL_PHASE_CHECKING, 1000, 1000, 0);
    line_is(&status, 4, "The server checks the picture (4 s)");
    progress(&status, SL_PHASE_THINKING, 0, 0, 0);
    line_is(&status, 12, "Thinking (12 s)");
    progress(&status, 99, 0, 0, 0);
    line_is(&status, 0, "Working");
    status_release(&status);
}

static void waiting(void **state)
{
    struct status status = {0};

    (void)state;
    progress(&status, SL_PHASE_WAITING, 0, 0, 11001);
    line_is(&status, 5, "Waiting 12 s, then asked again");
    progress(&status, SL_PHASE_WAITING, 0, 0, 0);
    line_is(&status, 5, "Waiting for its turn (5 s)");
    progress(&status, SL_PHASE_ANSWERING, 0, 0, 0);
    line_is(&status, 20, "Answering (20 s)");
    status_release(&status);
}

static void looks_closer(void **state)
{
    struct status status = {0};
    struct sl_event event = {.type = SL_EVENT_TOOL, .text = "looks at 30×20 pixels at 1, 2 of a"};

    (void)state;
    status_begin(&status, "Thinking");
    status_take(&status, &event);
    line_is(&status, 0, "The model looks at 30×20 pixels at 1, 2 of a");
    progress(&status, SL_PHASE_UPLOADING, 1, 4, 0);
    line_is(&status, 2, "The model looks at 30×20 pixels at 1, 2 of a (2 s)");
    progress(&status, SL_PHASE_THINKING, 0, 0, 0);
    line_is(&status, 2, "Thinking (2 s)");
    status_take(&status, &event);
    status_begin(&status, "Asking");
    line_is(&status, 0, "Asking");
    status_release(&status);
}

static void spent_is(int64_t in, int64_t out, int64_t reasoning, double amount, bool estimated,
                     const char *expected)
{
    struct sl_event done = {.type = SL_EVENT_DONE,
                            .usage = {in, 0, out, reasoning},
                            .cost = {amount, "USD", estimated}};
    char *spent = status_spent(&done);

    assert_string_equal(spent, expected);
    g_free(spent);
}

static void tokens_and_cost(void **state)
{
    (void)state;
    spent_is(1203, 88, -1, 0.0004, true, "1,203 tokens in, 88 out, about 0.0004 USD");
    spent_is(1234567, 1000, 999, 0.0123, false,
             "1,234,567 tokens in, 1,000 out (999 thinking), 0.012 USD");
    spent_is(100, 5, 0, 12.5, false, "100 tokens in, 5 out, 12.50 USD");
    spent_is(100, 5, -1, 0.00001, true, "100 tokens in, 5 out, less than 0.0001 USD");
    spent_is(100, 5, -1, 0, false, "100 tokens in, 5 out, 0 USD");
    spent_is(-1, -1, -1, -1, false, "");
    spent_is(-1, -1, -1, 0.25, true, "about 0.25 USD");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases),
        cmocka_unit_test(waiting),
        cmocka_unit_test(looks_closer),
        cmocka_unit_test(tokens_and_cost),
    };

    return run_cases(tests, argc, argv);
}
