/* A language in which every text has a mark in front. */
#ifndef TESTS_MARKED_H
#define TESTS_MARKED_H

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <sightline/translate.h>

#define MARKED "§"

/* What was translated once stays so, as in a catalogue. */
static inline const char *marked(const char *text, void *count)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static char catalogue[500][1024];
    static size_t used;
    size_t at = 0;
    char wanted[1024];
    snprintf(wanted, sizeof wanted, MARKED "%s", text);
    pthread_mutex_lock(&mutex);
    while (at < used && strcmp(catalogue[at], wanted) != 0)
        at++;
    if (at == used && used < sizeof catalogue / sizeof *catalogue)
        memcpy(catalogue[used++], wanted, sizeof wanted);
    if (count)
        ++*(int *)count;
    pthread_mutex_unlock(&mutex);
    return at < used ? catalogue[at] : text;
}

#endif
