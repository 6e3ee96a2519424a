/* Media on their way to the model. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "media/change_time.h"
#include "media/sniff.h"
#include "media/video.h"
#include "message.h"
#include "parts.h"
#include "prepare_module.h"
#include "utf8.h"
#include "words.h"

static int fail_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left");
}

struct sl__attachment *sl__attachment_new(void)
{
    struct sl__attachment *attachment = calloc(1, sizeof *attachment);
    if (!attachment)
        return NULL;
    atomic_init(&attachment->references, 1);
    attachment->fd = -1;
    return attachment;
}

struct sl__attachment *sl__attachment_hold(struct sl__attachment *attachment)
{
    atomic_fetch_add_explicit(&attachment->references, 1, memory_order_relaxed);
    return attachment;
}

void sl__attachment_drop(struct sl__attachment *attachment)
{
    if (!attachment ||
        atomic_fetch_sub_explicit(&attachment->references, 1, memory_order_acq_rel) > 1)
        return;
    if (attachment->fd >= 0)
        close(attachment->fd);
    free(attachment->blanks);
    free(attachment->name);
    free(attachment->data);
    free(attachment->url);
    free(attachment->path);
    free(attachment);
}

/* The last part of a path or an address, which is cut where a file's name could not be longer. */
static char *last_part(const char *text, size_t len)
{
    while (len > 1 && text[len - 1] == '/')
        len--;
    size_t start = len;
    while (start > 0 && text[start - 1] != '/')
        start--;
    size_t count = len - start < NAME_MAX ? len - start : NAME_MAX;
    while (count < len - start && count > 0 && ((unsigned char)text[start + count] & 0xc0) == 0x80)
        count--;
    return strndup(text + start, count);
}

/* What comes before the question mark or the #: the rest may be a secret. */
static size_t plain_length(const char *url)
{
    return strcspn(url, "?#");
}

static char *name_of(const struct sl_media *media)
{
    if (media->name && *media->name)
        return strdup(media->name);
    if (media->kind == SL_MEDIA_FILE && media->path && *media->path)
        return last_part(media->path, strlen(media->path));
    if (media->kind == SL_MEDIA_URL && media->url && *media->url)
        return last_part(media->url, plain_length(media->url));
    return strdup("picture");
}

/* Spaces and control characters have no place in an address, and JSON takes UTF-8 only. */
static bool is_clean(const char *url, size_t len)
{
    for (size_t at = 0; at < len;) {
        struct sl__utf8 next = sl__utf8_next(url + at, len - at);
        if (next.kind != SL__UTF8_VALID || next.code <= ' ' || next.code == 0x7f ||
            sl__utf8_is_deceptive(next.code) || sl__utf8_is_line_end(next.code))
            return false;
        at += next.length;
    }
    return true;
}

/* What follows the scheme; NULL for a scheme that no server gets. */
static const char *behind_scheme(const char *url)
{
    static const char *const schemes[] = {"https://", "http://", "stepfile://"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
            return url + strlen(schemes[i]);
    return NULL;
}

static int check_address(const char *url, const char *name, struct sl_error *error)
{
    size_t len = strnlen(url, SL__MAX_ADDRESS + 1);
    const char *rest = behind_scheme(url);
    if (len > SL__MAX_ADDRESS)
        return sl_error_set(
            error, SL_E_TOO_LARGE,
            "%s: the address is over %u KB; save what it leads to and name the file", name,
            SL__MAX_ADDRESS >> 10);
    if (!is_clean(url, len))
        return sl_error_set(error, SL_E_INVALID,
                            "%s: the address has a space or a control character in it, or is not "
                            "UTF-8; write such characters as %%20 and the like",
                            name);
    if (!rest)
        return sl_error_set(error, SL_E_UNSUPPORTED,
                            "%s: the address begins with none of https://, http:// and "
                            "stepfile://; save what it leads to and name the file",
                            name);
    if (plain_length(rest) == 0 || *rest == '/')
        return sl_error_set(error, SL_E_INVALID,
                            "%s: the address leads nowhere; write all of it, as in "
                            "https://example.com/picture.jpg",
                            name);
    return 0;
}

static bool ends_like_video(const char *url)
{
    static const char *const endings[] = {".mp4", ".mov", ".mkv"};
    size_t len = plain_length(url);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (len >= 4 && strncasecmp(url + len - 4, endings[i], 4) == 0)
            return true;
    return false;
}

static int take_address(struct sl__attachment *attachment, const struct sl_media *media,
                        struct sl_error *error)
{
    const char *url = media->url ? media->url : "";
    int code = check_address(url, attachment->name, error);
    if (code)
        return code;
    attachment->kind = SL__ATTACHED_URL;
    attachment->video = media->video || ends_like_video(url);
    attachment->typed = media->typed;
    attachment->url = strdup(url);
    return attachment->url ? 0 : fail_memory(error);
}

/* Takes the descriptor when its content is a video. */
static bool take_video(struct sl__attachment *attachment, int fd)
{
    unsigned char head[SL__SNIFF_BYTES];
    struct stat status;
    bool regular = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    ssize_t len = regular ? pread(fd, head, sizeof head, 0) : 0;
    const char *mime = len > 0 ? sl__sniff_video(head, (size_t)len) : NULL;
    if (!mime)
        return false;
    attachment->video = true;
    attachment->mime = mime;
    return sl__attachment_take_file(attachment, fd);
}

/* Opens the file of a video. What is none, or cannot be read, is left to those who read pictures:
 * they say what is wrong with it. */
static bool open_video(struct sl__attachment *attachment, const char *path)
{
    /* Without O_NONBLOCK the opening of a pipe would wait for its writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return false;
    bool taken = take_video(attachment, fd);
    if (!taken && attachment->fd != fd)
        close(fd);
    return taken;
}

bool sl__attachment_take_file(struct sl__attachment *attachment, int fd)
{
    struct stat status;
    attachment->kind = SL__ATTACHED_FILE;
    attachment->fd = fd;
    if (fstat(fd, &status) != 0)
        return false;
    attachment->len = (uint64_t)status.st_size;
    attachment->changed_at = sl__change_time(&status);
    return true;
}

ssize_t sl__attachment_read(const struct sl__attachment *attachment, uint64_t at, void *to,
                            size_t len)
{
    ssize_t count = pread(attachment->fd, to, len, (off_t)at);
    if (count > 0)
        sl__blank(attachment->blanks, attachment->blank_count, at, to, (size_t)count);
    return count;
}

bool sl__attachment_unchanged(const struct sl__attachment *attachment)
{
    struct stat status;
    return fstat(attachment->fd, &status) == 0 && (uint64_t)status.st_size == attachment->len &&
           sl__change_time(&status) == attachment->changed_at;
}

static int digest_file(const struct sl__attachment *attachment, const atomic_bool *cancel,
                       struct sl__sha256 *sha, struct sl_error *error)
{
    unsigned char bytes[65536];
    for (uint64_t at = 0; at < attachment->len;) {
        ssize_t count = sl__attachment_read(attachment, at, bytes, sizeof bytes);
        if (cancel && atomic_load(cancel))
            return sl_error_set(error, SL_E_CANCELLED, "cancelled");
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        sl__sha256_add(sha, bytes, (size_t)count);
        at += (uint64_t)count;
    }
    if (sha->len == attachment->len && sl__attachment_unchanged(attachment))
        return 0;
    return sl_error_set(error, SL_E_IO,
                        "%s: the file was changed since it was opened; wait until it is whole, and "
                        "ask again",
                        attachment->name);
}

static pthread_mutex_t digest_lock =
    PTHREAD_MUTEX_INITIALIZER; /* conversations share attachments */

bool sl__attachment_known_digest(const struct sl__attachment *attachment,
                                 unsigned char digest[SL__SHA256_BYTES])
{
    pthread_mutex_lock(&digest_lock);
    bool known = attachment->digested;
    memcpy(digest, attachment->digest, SL__SHA256_BYTES);
    pthread_mutex_unlock(&digest_lock);
    return known;
}

int sl__attachment_digest(struct sl__attachment *attachment, const atomic_bool *cancel,
                          unsigned char digest[SL__SHA256_BYTES], struct sl_error *error)
{
    struct sl__sha256 sha;
    if (sl__attachment_known_digest(attachment, digest))
        return 0;
    sl__sha256_init(&sha);
    int code = 0;
    if (attachment->kind == SL__ATTACHED_FILE)
        code = digest_file(attachment, cancel, &sha, error);
    else
        sl__sha256_add(&sha, attachment->data, (size_t)attachment->len);
    if (code)
        return code;
    sl__sha256_finish(&sha, digest);
    pthread_mutex_lock(&digest_lock);
    memcpy(attachment->digest, digest, SL__SHA256_BYTES);
    attachment->digested = true;
    pthread_mutex_unlock(&digest_lock);
    return 0;
}

static bool is_one_of(const char *codec, const char *const *codecs, size_t count)
{
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found = found || strcmp(codec, codecs[i]) == 0;
    return found;
}

/* What can be sent as it is: it is as the video module would make it, and within the limits. */
static bool fits(const struct sl__attachment *attachment, const struct sl__video *video)
{
    static const char *const pictures[] = {"avc1", "avc3", "hvc1", "hev1", "av01", "vp09", "mp4v"};
    static const char *const sound[] = {"", "mp4a", ".mp3", "Opus", "ac-3", "ec-3"};
    return strcmp(attachment->mime, "video/mp4") == 0 && attachment->len < SL__MAX_VIDEO &&
           !video->others && video->seconds > 0 && video->seconds <= SL__WHOLE_SECONDS &&
           is_one_of(video->pictures, pictures, sizeof pictures / sizeof *pictures) &&
           is_one_of(video->sound, sound, sizeof sound / sizeof *sound);
}

static int keep_blanks(struct sl__attachment *attachment, const struct sl__video *video,
                       struct sl_error *error)
{
    size_t size = video->blank_count * sizeof *video->blanks;
    if (attachment->foreign || size == 0)
        return 0; /* what is copied into a new file is pictures and sound alone */
    attachment->blanks = malloc(size);
    if (!attachment->blanks)
        return fail_memory(error);
    memcpy(attachment->blanks, video->blanks, size);
    attachment->blank_count = video->blank_count;
    return 0;
}

static int look_into_video(struct sl__attachment *attachment, struct sl_error *error)
{
    struct sl__video video = {0};
    const char *mime = attachment->mime;
    bool boxes = strcmp(mime, "video/mp4") == 0 || strcmp(mime, "video/quicktime") == 0;
    int code =
        boxes ? sl__mp4_probe(&video, attachment->fd, attachment->len, attachment->name, error) : 0;
    attachment->seconds = video.seconds;
    attachment->foreign = !fits(attachment, &video);
    return code ? code : keep_blanks(attachment, &video, error);
}

/* Of an address nobody knows what is in it: it is looked at closely then. */
static const char *detail_word(enum sl_detail detail)
{
    return sl__detail_words[detail == SL_DETAIL_LOW ? 0 : 1];
}

static int take_picture(struct sl__attachment *attachment, const struct sl_media *media,
                        const struct sl_image_options *options, unsigned *done,
                        struct sl_error *error)
{
    struct sl_media named = *media;
    struct sl_image image = SL_IMAGE_INIT;
    named.name = attachment->name;
    int code = sl__prepare_picture(&image, &named, options, error);
    if (code)
        return code;
    attachment->kind = SL__ATTACHED_BYTES;
    attachment->mime = image.mime;
    attachment->detail = detail_word(image.detail);
    attachment->data = image.data;
    attachment->len = image.len;
    attachment->width = image.width;
    attachment->height = image.height;
    attachment->source_width = image.source_width;
    attachment->source_height = image.source_height;
    *done = image.done;
    return 0;
}

static int keep_path(struct sl__attachment *attachment, const char *path, struct sl_error *error)
{
    attachment->path = realpath(path, NULL);
    if (attachment->path)
        return 0;
    if (errno == ENOMEM)
        return fail_memory(error);
    return sl_error_set(error, SL_E_IO, "%s: the file was moved while it was read; try again",
                        attachment->name);
}

static int take_content(struct sl__attachment *attachment, const struct sl_media *media,
                        const struct sl_image_options *options, unsigned *done,
                        struct sl_error *error)
{
    const char *path = media->kind == SL_MEDIA_FILE ? media->path : NULL;
    int code = path && open_video(attachment, path)
                   ? look_into_video(attachment, error)
                   : take_picture(attachment, media, options, done, error);
    return !code && path ? keep_path(attachment, path, error) : code;
}

static struct sl__attachment *new_named(const struct sl_media *media,
                                        const struct sl_image_options *options)
{
    struct sl__attachment *made = sl__attachment_new();
    if (!made)
        return NULL;
    made->detail = detail_word(options->detail);
    made->name = name_of(media);
    if (made->name)
        return made;
    sl__attachment_drop(made);
    return NULL;
}

/* The decoders read what is mapped without a copy; the file is ours and does not change. */
static int take_fetched_picture(struct sl__attachment *attachment, int fd,
                                const struct sl_image_options *options, unsigned *done,
                                struct sl_error *error)
{
    struct stat status;
    struct sl_media media = {.kind = SL_MEDIA_BYTES};
    if (fstat(fd, &status) != 0 || status.st_size == 0)
        return sl_error_set(error, SL_E_CORRUPT, "%s: the address leads to nothing; check it",
                            attachment->name);
    media.len = (size_t)status.st_size;
    void *bytes = mmap(NULL, media.len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return fail_memory(error);
    media.bytes = bytes;
    int code = take_picture(attachment, &media, options, done, error);
    munmap(bytes, media.len);
    return code;
}

int sl__attachment_fetched(struct sl__attachment **attachment, const struct sl_media *media, int fd,
                           const struct sl_image_options *options, unsigned *done,
                           struct sl_error *error)
{
    struct sl__attachment *made = new_named(media, options);
    int code;
    *done = 0;
    if (!made)
        code = fail_memory(error);
    else if (take_video(made, fd))
        code = look_into_video(made, error);
    else
        code = take_fetched_picture(made, fd, options, done, error);
    if (!made || made->fd != fd)
        close(fd);
    if (code)
        sl__attachment_drop(made);
    else
        *attachment = made;
    return code;
}

int sl__attachment_prepare(struct sl__attachment **attachment, const struct sl_media *media,
                           const struct sl_image_options *options, unsigned *done,
                           struct sl_error *error)
{
    struct sl__attachment *made = new_named(media, options);
    int code;
    *done = 0;
    if (!made)
        code = fail_memory(error);
    else if (media->kind == SL_MEDIA_URL)
        code = take_address(made, media, error);
    else
        code = take_content(made, media, options, done, error);
    if (code)
        sl__attachment_drop(made);
    else
        *attachment = made;
    return code;
}
