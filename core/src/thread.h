/* Threads that leave the host's signals to the host. */
#ifndef SL_THREAD_H
#define SL_THREAD_H

#include <pthread.h>
#include <signal.h>
#include <time.h>

/* For a while: a thread that is started meanwhile gets none as long as it lives. */
static inline void sl__signals_block(sigset_t *before)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, before);
}

/* As pthread_create, with all signals blocked: SIGPIPE never reaches the host from here. */
static inline int sl__thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
    sigset_t before;
    sl__signals_block(&before);
    int failed = pthread_create(thread, NULL, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

/* A condition whose waits a change of the clock does not disturb. */
static inline void sl__cond_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
#ifndef __APPLE__
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
#endif
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

/* Waits at most `ms` milliseconds, under a second; callers look at what they wait for, and again.
 */
static inline void sl__cond_wait_ms(pthread_cond_t *condition, pthread_mutex_t *lock, long ms)
{
    struct timespec until = {.tv_nsec = ms * 1000000L};
#ifdef __APPLE__
    pthread_cond_timedwait_relative_np(condition, lock, &until);
#else
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    until.tv_nsec += now.tv_nsec;
    until.tv_sec = now.tv_sec + until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(condition, lock, &until);
#endif
}

#endif
