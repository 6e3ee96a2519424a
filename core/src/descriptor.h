/* Descriptors that no child of the host inherits. */
#ifndef SL_DESCRIPTOR_H
#define SL_DESCRIPTOR_H

#include <fcntl.h>
#include <unistd.h>

#ifdef __linux__
int pipe2(int ends[2], int flags); /* hidden by strict POSIX headers */
#endif

/* As pipe(). Where the system can, no other thread's child can slip in between. */
static inline int sl__pipe(int ends[2])
{
#ifdef __linux__
    return pipe2(ends, O_CLOEXEC);
#else
    if (pipe(ends) != 0)
        return -1;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
#endif
}

#endif
