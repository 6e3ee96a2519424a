/* Lookups of names that hang, fail or lead elsewhere. */
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include <sightline/error.h>

#include "hang.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int hanging;
static bool ended;

static int hang(void)
{
    pthread_mutex_lock(&lock);
    hanging++;
    pthread_cond_broadcast(&changed);
    while (!ended)
        pthread_cond_wait(&changed, &lock);
    hanging--;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return EAI_AGAIN;
}

SL_API int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                       struct addrinfo **found)
{
    typedef int lookup_fn(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    lookup_fn *next;
    void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
    memcpy(&next, &symbol, sizeof next);
    if (name && strcmp(name, "hang.test") == 0)
        return hang();
    if (name && strcmp(name, "missing.test") == 0)
        return EAI_NONAME;
    bool rebound = name && strcmp(name, "rebound.example.com") == 0;
    return next(rebound ? "127.0.0.1" : name, service, hints, found);
}

void hang_await(int count)
{
    pthread_mutex_lock(&lock);
    while (hanging < count)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

void hang_end(void)
{
    pthread_mutex_lock(&lock);
    ended = true;
    pthread_cond_broadcast(&changed);
    while (hanging > 0)
        pthread_cond_wait(&changed, &lock);
    ended = false;
    pthread_mutex_unlock(&lock);
}
