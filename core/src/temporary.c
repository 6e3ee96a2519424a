/* Files that nobody sees. */
#define _GNU_SOURCE /* O_TMPFILE */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "temporary.h"

/* Not all systems and file systems can make a file without a name. */
static int open_nameless(const char *folder)
{
#ifdef O_TMPFILE
    return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#else
    (void)folder;
    return -1;
#endif
}

static int open_and_unlink(const char *folder)
{
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s/sightline.XXXXXX", folder) >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkstemp(path); /* mode 0600 */
    if (fd < 0)
        return -1;
    unlink(path);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

int sl__temporary_file(struct sl_error *error)
{
    const char *set = sl__env("TMPDIR"), *folder = set ? set : "/tmp";
    int fd = open_nameless(folder);
    if (fd < 0)
        fd = open_and_unlink(folder);
    if (fd < 0)
        sl_error_set(error, SL_E_IO,
                     "no temporary file can be made in %s (%s); set TMPDIR to another folder",
                     folder, strerror(errno));
    return fd;
}
