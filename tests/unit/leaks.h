/*
 * What a program of tests must not leave behind: descriptors and threads. Nothing is known where
 * there is no /proc.
 */
#ifndef TESTS_LEAKS_H
#define TESTS_LEAKS_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LEAKS_MOST = 4096 };

#ifdef __has_feature
#define LEAKS_TSAN __has_feature(thread_sanitizer)
#elif defined(__SANITIZE_THREAD__)
#define LEAKS_TSAN 1
#else
#define LEAKS_TSAN 0
#endif

/* Which descriptors are open, but that of the folder that says so. */
static inline void leaks_open(bool open[LEAKS_MOST])
{
    DIR *folder = opendir("/proc/self/fd");
    struct dirent *entry;
    for (int i = 0; i < LEAKS_MOST; i++)
        open[i] = false;
    while (folder && (entry = readdir(folder))) {
        long fd = strtol(entry->d_name, NULL, 10);
        if (entry->d_name[0] != '.' && fd != dirfd(folder) && fd < LEAKS_MOST)
            open[fd] = true;
    }
    if (folder)
        closedir(folder);
}

/* GLib, which libsecret brings, keeps its threads and what they wait for. */
static inline bool leaks_is_glib(const char *task)
{
    static const char *const names[] = {"gmain", "gdbus", "pool"};
    char path[300], name[32] = "";
    snprintf(path, sizeof path, "/proc/self/task/%s/comm", task);
    FILE *file = fopen(path, "r");
    bool is = false;
    if (file && fgets(name, sizeof name, file))
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            is = is || strncmp(name, names[i], strlen(names[i])) == 0;
    if (file)
        fclose(file);
    return is;
}

static inline int leaks_count_threads(void)
{
    DIR *folder = opendir("/proc/self/task");
    struct dirent *entry;
    int count = 0;
    while (folder && (entry = readdir(folder)))
        count += entry->d_name[0] != '.' && !leaks_is_glib(entry->d_name);
    if (folder)
        closedir(folder);
    return count;
}

/* Its threads come and go, and have no name at first; what they wait for stays. */
static inline bool leaks_has_glib(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    bool has = false;
    while (maps && !has && fgets(line, sizeof line, maps))
        has = strstr(line, "libglib-2.0") != NULL;
    if (maps)
        fclose(maps);
    return has;
}

static inline bool leaks_is_local_socket(int fd)
{
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t len = sizeof address;
    return getsockname(fd, (struct sockaddr *)&address, &len) == 0 && address.ss_family == AF_UNIX;
}

static bool leaks_before[LEAKS_MOST];

static inline int leaks_descriptors(void)
{
    bool after[LEAKS_MOST], glib = leaks_has_glib();
    int count = 0;
    leaks_open(after);
    for (int fd = 0; fd < LEAKS_MOST; fd++) {
        char link[64], name[256] = "";
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        if (!after[fd] || leaks_before[fd] || readlink(link, name, sizeof name - 1) < 0)
            continue;
        if (glib && (strcmp(name, "anon_inode:[eventfd]") == 0 || leaks_is_local_socket(fd)))
            continue;
        fprintf(stderr, "left open: descriptor %d, %s\n", fd, name);
        count++;
    }
    return count;
}

/* A thread that was joined may be there for a moment yet. TSan has one of its own. */
static inline int leaks_running(void)
{
#if LEAKS_TSAN
    return 0;
#else
    const struct timespec moment = {.tv_nsec = 10000000};
    int count = leaks_count_threads() - 1;
    for (int i = 0; i < 200 && count > 0; i++) {
        nanosleep(&moment, NULL);
        count = leaks_count_threads() - 1;
    }
    if (count > 0)
        fprintf(stderr, "left running: %d threads\n", count);
    return count > 0 ? count : 0;
#endif
}

/* Adds what is left behind to the number of tests that failed. A thread may end yet, and close. */
static inline int leaks_add(int failed)
{
    int running = leaks_running();
    return failed + running + leaks_descriptors();
}

#endif
