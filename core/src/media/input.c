/* Gets hold of a picture's bytes, and says in one place what can be wrong with them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change_time.h"
#include "picture.h"
#include "sniff.h"
#include "translate.h"

/* Reads are this long so that a cancelled read from a slow disk ends soon. */
#define READ_BYTES (1u << 20)

static int fail_errno(const struct sl__input *input, int number)
{
    char text[128] = "";

    if (number == ENOENT || number == ENOTDIR)
        return sl_error_set(input->error, SL_E_IO, "%s: there is no such file; check the path",
                            input->name);
    if (number == EACCES || number == EPERM)
        return sl_error_set(input->error, SL_E_IO,
                            "%s: you may not read this file; change its permissions", input->name);
    if (strerror_r(number, text, sizeof text) != 0)
        text[0] = '\0';
    return sl_error_set(input->error, SL_E_IO,
                        "%s: the file cannot be read (%s); copy it elsewhere and try again",
                        input->name, text);
}

static int fail_too_large(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_TOO_LARGE,
                        "%s: the file is over %llu MiB; save the picture smaller", input->name,
                        SL_IMAGE_MAX_FILE_BYTES >> 20);
}

static int fail_empty(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_CORRUPT,
                        "%s: the file is empty; copy or download it again", input->name);
}

static int check_kind(const struct sl__input *input, const struct stat *st)
{
    if (S_ISDIR(st->st_mode))
        return sl_error_set(input->error, SL_E_IO, "%s: this is a directory; name a file in it",
                            input->name);
    if (!S_ISREG(st->st_mode))
        return sl_error_set(input->error, SL_E_IO,
                            "%s: this is a pipe, socket or device; save it to a file", input->name);
    return 0;
}

/* Before its size is looked at: the remedy for a video is another one than for a large picture. */
static int check_content(const struct sl__input *input, int fd)
{
    unsigned char head[SL__SNIFF_BYTES];
    ssize_t len = pread(fd, head, sizeof head, 0);

    return len > 0 ? sl__refuse_video(input, head, (size_t)len) : 0;
}

static int check_length(const struct sl__input *input, const struct stat *st)
{
    if (st->st_size == 0)
        return fail_empty(input);
    if ((unsigned long long)st->st_size > SL_IMAGE_MAX_FILE_BYTES)
        return fail_too_large(input);
    return 0;
}

static int read_all(struct sl__input *input, int fd)
{
    size_t done = 0;

    while (done < input->len) {
        size_t want = input->len - done < READ_BYTES ? input->len - done : READ_BYTES;
        ssize_t got = read(fd, input->owned + done, want);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_errno(input, errno);
        if (got == 0)
            return sl_error_set(input->error, SL_E_IO,
                                "%s: the file became shorter while it was read; try again",
                                input->name);
        if (sl__cancelled(input))
            return sl__fail_cancelled(input);
        done += (size_t)got;
    }
    return 0;
}

/* Half of it may be old and half new then, or more may come. */
static int check_unchanged(const struct sl__input *input, int fd, const struct stat *before)
{
    struct stat now;

    if (fstat(fd, &now) != 0)
        return fail_errno(input, errno);
    if (now.st_size == before->st_size && sl__change_time(&now) == sl__change_time(before))
        return 0;
    return sl_error_set(input->error, SL_E_IO,
                        "%s: the file was changed while it was read; wait until it is whole, and "
                        "try again",
                        input->name);
}

static int read_file(struct sl__input *input, const char *path)
{
    struct stat st;
    int rc;
    /* Without O_NONBLOCK the opening of a pipe would wait for its writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return fail_errno(input, errno);
    rc = fstat(fd, &st) == 0 ? check_kind(input, &st) : fail_errno(input, errno);
    if (rc == 0)
        rc = check_content(input, fd);
    if (rc == 0)
        rc = check_length(input, &st);
    if (rc == 0) {
        input->len = (size_t)st.st_size;
        input->owned = malloc(input->len);
        rc = input->owned ? read_all(input, fd) : sl__fail_memory(input);
    }
    if (rc == 0)
        rc = check_unchanged(input, fd, &st);
    input->bytes = input->owned;
    close(fd);
    return rc;
}

int sl__input_open(struct sl__input *input, const struct sl_media *media)
{
    input->name = sl__media_name(media);
    switch (media->kind) {
    case SL_MEDIA_FILE:
        return media->path ? read_file(input, media->path)
                           : sl__fail_caller(input, sl__tr("no path was given"));
    case SL_MEDIA_BYTES:
        if (media->len > 0 && !media->bytes)
            return sl__fail_caller(input, sl__tr("no bytes were given"));
        if (media->len > SL_IMAGE_MAX_FILE_BYTES)
            return fail_too_large(input);
        input->bytes = media->bytes;
        input->len = media->len;
        return media->len > 0 ? 0 : fail_empty(input);
    case SL_MEDIA_PIXELS:
        input->pixels = &media->pixels;
        return 0;
    case SL_MEDIA_URL:
        return sl__fail_caller(input,
                               sl__tr("an address is not prepared, but fetched by the server"));
    }
    return sl__fail_caller(input, sl__tr("its kind is unknown"));
}

void sl__input_release(struct sl__input *input)
{
    free(input->owned);
    input->owned = NULL;
}
