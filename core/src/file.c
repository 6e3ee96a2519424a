/* Small files, whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

static int read_all(int file, const char *path, struct sl__buf *buf, struct sl_error *error)
{
    char chunk[16384];
    ssize_t count;
    while ((count = read(file, chunk, sizeof chunk)) != 0) {
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return sl_error_set(error, SL_E_IO, "%s: cannot be read: %s", path, strerror(errno));
        int code = sl__buf_add(buf, chunk, (size_t)count);
        sl__wipe(chunk, (size_t)count); /* it may hold a key */
        if (code == SL_E_TOO_LARGE)
            return sl_error_set(error, code, "%s: it is over %zu KB; that cannot be the right file",
                                path, buf->max >> 10);
        if (code)
            return sl_error_set(error, code, "%s: there is no memory left", path);
    }
    return 0;
}

int sl__file_read(const char *path, struct sl__buf *buf, bool *found, struct stat *status,
                  struct sl_error *error)
{
    struct stat local;
    status = status ? status : &local;
    *found = false;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0 && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    if (file < 0)
        return sl_error_set(error, SL_E_IO, "%s: cannot be opened: %s", path, strerror(errno));
    int code;
    if (fstat(file, status) != 0 || !S_ISREG(status->st_mode))
        code =
            sl_error_set(error, SL_E_IO, "%s: this is not a file; remove it or name another", path);
    else
        code = read_all(file, path, buf, error);
    close(file);
    *found = !code;
    return code;
}

/*
 * Makes the folders above `path`, which is changed on the way and is whole again at the end.
 * Returns why one of them is missing, or 0.
 */
static int make_folders(char *path)
{
    int reason = 0;
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool there = mkdir(path, 0700) == 0 || errno == EEXIST;
        reason = there ? 0 : reason ? reason : errno;
        *slash = '/';
    }
    return reason;
}

/* Of a file that could not be made: a folder that is missing is not the reason, but why it is. */
static const char *reason_of(int reason, int folders)
{
    return strerror(reason == ENOENT && folders ? folders : reason);
}

static int write_all(int file, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t count = write(file, text, len);
        if (count < 0 && errno != EINTR)
            return -1;
        if (count > 0) {
            text += count;
            len -= (size_t)count;
        }
    }
    return fsync(file);
}

static int replace(const char *path, const char *text, size_t len, char *temporary)
{
    int file = mkstemp(temporary); /* mode 0600 */
    if (file < 0)
        return -1;
    int failed = write_all(file, text, len);
    int reason = errno;
    close(file);
    if (!failed && rename(temporary, path) == 0)
        return 0;
    reason = failed ? reason : errno;
    unlink(temporary);
    errno = reason;
    return -1;
}

int sl__file_write_private(const char *path, const char *text, size_t len, struct sl_error *error)
{
    char *target = realpath(path, NULL);
    if (!target && errno != ENOMEM)
        target = strdup(path);
    struct sl__buf temporary = SL__BUF_INIT(8192);
    int code = target ? sl__buf_addf(&temporary, "%s.XXXXXX", target) : SL_E_NOMEM;
    if (code) {
        sl_error_set(error, code, "%s: there is no memory left", path);
    } else {
        int folders = make_folders(target);
        if (replace(target, text, len, temporary.data) != 0)
            code = sl_error_set(error, SL_E_IO, "%s: cannot be written: %s", path,
                                reason_of(errno, folders));
    }
    sl__buf_release(&temporary);
    free(target);
    return code;
}

/* Half a line would spoil the next one: where the disk became full, none of it stays. */
static int append(int file, const struct sl__buf *text)
{
    ssize_t written = write(file, text->data, text->len);
    if (written == (ssize_t)text->len)
        return 0;
    off_t end = lseek(file, 0, SEEK_CUR);
    if (written > 0 && end == lseek(file, 0, SEEK_END) && ftruncate(file, end - written) == 0)
        errno = ENOSPC;
    return -1;
}

int sl__file_append_private(const char *path, const char *line, struct sl_error *error)
{
    struct sl__buf text = SL__BUF_INIT(64u << 10);
    char *copy = strdup(path);
    int code = copy ? sl__buf_addf(&text, "%s\n", line) : SL_E_NOMEM;
    int folders = copy ? make_folders(copy) : 0;
    int file = code ? -1 : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    int failed = file < 0 ? -1 : append(file, &text);
    if (code)
        sl_error_set(error, code, "%s: there is no memory left", path);
    else if (failed)
        code = sl_error_set(error, SL_E_IO, "%s: cannot be written: %s", path,
                            reason_of(errno, folders));
    if (file >= 0)
        close(file);
    sl__buf_release(&text);
    free(copy);
    return code;
}

/*
 * The file is made elsewhere and linked to its place: a process that opened and closed the place
 * itself would lose the locks that it holds on the file there.
 */
int sl__file_make_private(const char *path, struct sl_error *error)
{
    struct sl__buf temporary = SL__BUF_INIT(8192);
    if (access(path, F_OK) == 0)
        return 0;
    if (sl__buf_addf(&temporary, "%s.XXXXXX", path))
        return sl_error_set(error, SL_E_NOMEM, "%s: there is no memory left", path);
    int folders = make_folders(temporary.data);
    int file = mkstemp(temporary.data); /* mode 0600 */
    int made = file < 0 ? -1 : link(temporary.data, path), reason = errno;
    if (file >= 0) {
        close(file);
        unlink(temporary.data);
    }
    sl__buf_release(&temporary);
    return made == 0 || reason == EEXIST ? 0
                                         : sl_error_set(error, SL_E_IO, "%s: cannot be made: %s",
                                                        path, reason_of(reason, folders));
}
