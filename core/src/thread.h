/* Threads that leave the host's signals to the host. */
#ifndef SL_THREAD_H
#define SL_THREAD_H

#include <pthread.h>
#include <signal.h>

/* As pthread_create, with all signals blocked: SIGPIPE never reaches the host from here. */
static inline int sl__thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(thread, NULL, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

#endif
