/* When a file was changed. */
#ifndef SL__CHANGE_TIME_H
#define SL__CHANGE_TIME_H

#include <stdint.h>
#include <sys/stat.h>

/* Nanoseconds since 1970. */
static inline int64_t sl__change_time(const struct stat *status)
{
#ifdef __APPLE__
    struct timespec time = status->st_mtimespec;
#else
    struct timespec time = status->st_mtim;
#endif
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

#endif
