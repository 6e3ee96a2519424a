/* The workers, and the pieces of work that they share. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "harness.h"
#include "request.h"
#include "worker.h"

enum { PIECES = 24, REQUESTS = 12, PATIENCE_S = 30 };

/* What a test counts, and waits for. */
static struct board {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct sl__workers workers;
    int begun, most_at_once, at_once, ended;
    size_t stop_after; /* pieces that are finished; the others are left */
    int waits_for;     /* pieces that have to be under way together */
    bool asks;         /* the first piece asks for something else, which all wait for */
    atomic_int failures;
} board;

struct job {
    struct sl__request *request;
    int done[PIECES];
    bool shares;
};

static struct job jobs[REQUESTS + 1];

/* Under the lock; false when it does not come. */
static bool await(const int *count, int wanted)
{
    struct timespec until;
    int result = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    while (*count < wanted && result == 0)
        result = pthread_cond_timedwait(&board.changed, &board.lock, &until);
    return *count >= wanted;
}

static void start(struct job *job)
{
    if (sl__workers_add(&board.workers, job->request, NULL))
        board.failures++;
}

static void one(size_t at, void *context)
{
    struct job *job = context;
    pthread_mutex_lock(&board.lock);
    board.begun++;
    board.at_once++;
    if (board.at_once > board.most_at_once)
        board.most_at_once = board.at_once;
    pthread_cond_broadcast(&board.changed);
    if (board.waits_for && !await(&board.begun, board.waits_for))
        board.failures++;
    if (board.asks) {
        if (at == 0)
            start(&jobs[REQUESTS]);
        if (!await(&board.ended, 1))
            board.failures++;
    }
    pthread_mutex_unlock(&board.lock);
    sched_yield();
    job->done[at]++; /* without a lock, as pictures are */
    pthread_mutex_lock(&board.lock);
    board.at_once--;
    pthread_mutex_unlock(&board.lock);
}

static int prepare(struct sl__request *request, struct sl_error *error)
{
    struct job *job = request->data;
    struct sl__pieces pieces = {.one = one, .context = job, .count = PIECES};
    if (!job->shares)
        return 0;
    if (sl__workers_share(&board.workers, &pieces))
        return sl_error_set(error, SL_E_NOMEM, "there is no memory");
    for (size_t i = 0; i < board.stop_after; i++) {
        sl__workers_finish(&board.workers, &pieces, i);
        if (job->done[i] != 1)
            board.failures++;
    }
    sl__workers_unshare(&board.workers, &pieces);
    return 0;
}

static void finish(struct sl__request *request, const struct sl__outcome *outcome)
{
    (void)request, (void)outcome;
    pthread_mutex_lock(&board.lock);
    board.ended++;
    pthread_cond_broadcast(&board.changed);
    pthread_mutex_unlock(&board.lock);
}

static const struct sl__operation operation = {.prepare = prepare, .finish = finish};

static int set_up(void **state)
{
    (void)state;
    board = (struct board){.stop_after = PIECES};
    pthread_mutex_init(&board.lock, NULL);
    pthread_cond_init(&board.changed, NULL);
    sl__workers_init(&board.workers, NULL);
    board.workers.at_once = 2;
    for (size_t i = 0; i <= REQUESTS; i++) {
        jobs[i] = (struct job){.request = sl__request_new(&operation, NULL), .shares = true};
        jobs[i].request->data = &jobs[i];
    }
    jobs[REQUESTS].shares = false;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i <= REQUESTS; i++)
        sl__request_drop(jobs[i].request);
    pthread_cond_destroy(&board.changed);
    pthread_mutex_destroy(&board.lock);
    return 0;
}

/* Starts so many requests and waits until as many have ended. */
static void run(size_t requests, int ends)
{
    for (size_t i = 0; i < requests; i++)
        start(&jobs[i]);
    pthread_mutex_lock(&board.lock);
    bool ended = await(&board.ended, ends);
    pthread_mutex_unlock(&board.lock);
    sl__workers_stop(&board.workers);
    sl__workers_release(&board.workers);
    assert_true(ended);
    assert_int_equal(board.failures, 0);
    assert_null(board.workers.shared);
}

static void a_free_worker_helps(void **state)
{
    (void)state;
    board.waits_for = 2;
    run(1, 1);
    assert_int_equal(board.begun, PIECES);
    assert_int_equal(board.most_at_once, 2);
}

static void one_core_helps_nobody(void **state)
{
    (void)state;
    board.workers.at_once = 1;
    run(1, 1);
    assert_int_equal(board.begun, PIECES);
    assert_int_equal(board.most_at_once, 1);
    assert_int_equal(board.workers.count, 1);
}

/* More than there are workers. Who has begun to help ends that, beside those whose requests came.
 */
static void all_get_on_when_all_share(void **state)
{
    (void)state;
    board.workers.at_once = SL__MAX_WORKERS;
    run(REQUESTS, REQUESTS);
    for (size_t i = 0; i < REQUESTS; i++)
        for (size_t k = 0; k < PIECES; k++)
            assert_int_equal(jobs[i].done[k], 1);
    assert_true(board.most_at_once < 2 * SL__MAX_WORKERS);
}

static void a_request_does_not_wait_for_help(void **state)
{
    (void)state;
    board.workers.at_once = SL__MAX_WORKERS;
    board.waits_for = SL__MAX_WORKERS;
    board.asks = true;
    run(1, 2);
    assert_int_equal(board.most_at_once, SL__MAX_WORKERS);
}

static void what_is_left_is_not_begun(void **state)
{
    (void)state;
    board.stop_after = 3;
    board.waits_for = 2;
    run(1, 1);
    int done = 0;
    for (size_t i = 0; i < PIECES; i++)
        done += jobs[0].done[i];
    assert_int_equal(done, board.begun);
    assert_true(board.begun >= 3 && board.begun <= PIECES);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_free_worker_helps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_core_helps_nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_get_on_when_all_share, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_does_not_wait_for_help, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_left_is_not_begun, set_up, tear_down),
    };
    return run_cases(tests, argc, argv);
}
