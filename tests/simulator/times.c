/* Counting requests by their base path. */
#include "times.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

struct entry {
    struct entry *next;
    long count;
    size_t len;
    char path[];
};

struct times {
    pthread_mutex_t lock;
    struct entry *entries;
};

struct times *times_new(void)
{
    struct times *times = must_alloc(sizeof *times);
    times->entries = NULL;
    pthread_mutex_init(&times->lock, NULL);
    return times;
}

void times_free(struct times *times)
{
    while (times->entries) {
        struct entry *entry = times->entries;
        times->entries = entry->next;
        free(entry);
    }
    pthread_mutex_destroy(&times->lock);
    free(times);
}

static struct entry *entry_of(struct times *times, const char *path, size_t len)
{
    for (struct entry *entry = times->entries; entry; entry = entry->next) {
        if (entry->len == len && !memcmp(entry->path, path, len))
            return entry;
    }
    struct entry *entry = must_alloc(sizeof *entry + len);
    *entry = (struct entry){.next = times->entries, .len = len};
    memcpy(entry->path, path, len);
    times->entries = entry;
    return entry;
}

long times_count(struct times *times, const char *path, size_t len)
{
    pthread_mutex_lock(&times->lock);
    long count = ++entry_of(times, path, len)->count;
    pthread_mutex_unlock(&times->lock);
    return count;
}
