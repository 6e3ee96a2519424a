/*
 * Texts of a file on disk. See metadata.h.
 *
 * The file is copied beside itself, the copy is changed, and takes the place of the file only when
 * it is whole on the disk and nobody has changed the file meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "i18n.h"
#include "metadata_tags.h"

/* A file that is being changed. */
struct change {
    char *path; /* no symbolic link */
    char *copy;
    struct stat before;
};

static int fail(const char *path, const char *what, int reason, struct sl_error *error)
{
    return sl_error_set(error, SL_E_IO, "%s: %s: %s", path, what, g_strerror(reason));
}

/* How the files begin whose texts can be changed. */
static const struct signature {
    size_t at;
    const char *bytes;
    size_t len;
} signatures[] = {
    {0, "\xff\xd8\xff", 3},                                  /* JPEG */
    {0, "\x89PNG\r\n", 6},  {8, "WEBP", 4}, {0, "II*\0", 4}, /* TIFF */
    {0, "MM\0*", 4},
};

static bool begins_well(const char *start, size_t len)
{
    for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++) {
        const struct signature *known = &signatures[i];

        if (len >= known->at + known->len &&
            memcmp(start + known->at, known->bytes, known->len) == 0)
            return true;
    }
    return false;
}

static int check_format(const char *path, struct sl_error *error)
{
    char start[16];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = file < 0 ? -1 : read(file, start, sizeof start);
    int reason = errno;

    if (file >= 0)
        close(file);
    if (len < 0)
        return fail(path, _("it cannot be read"), reason, error);
    if (begins_well(start, (size_t)len))
        return 0;
    return sl_error_set(error, SL_E_UNSUPPORTED,
                        _("%s: texts are kept in JPEG, PNG, WebP and TIFF files only; export it as "
                          "one of these"),
                        path);
}

/* Opens `path`, which an error calls `name`. */
static int open_tags(GExiv2Metadata **tags, const char *path, const char *name,
                     struct sl_error *error)
{
    GError *reason = NULL;
    int code = 0;

    gexiv2_initialize();
    *tags = gexiv2_metadata_new();
    if (!gexiv2_metadata_open_path(*tags, path, &reason))
        code = sl_error_set(error, SL_E_CORRUPT,
                            _("%s: its metadata cannot be read (%s); export the picture anew"),
                            name, reason->message);
    g_clear_error(&reason);
    if (code != 0)
        g_clear_object(tags);
    return code;
}

static int check_file(const char *path, struct stat *status, struct sl_error *error)
{
    if (stat(path, status) != 0)
        return fail(path, _("it cannot be opened"), errno, error);
    if (S_ISREG(status->st_mode))
        return check_format(path, error);
    return sl_error_set(error, SL_E_IO, _("%s: this is no file; name a picture's file"), path);
}

/* Where there is none, gexiv2 gives a description. */
static char *comment_of(GExiv2Metadata *tags)
{
    char *comment = gexiv2_metadata_try_get_comment(tags, NULL);

    if (comment && (!*comment || g_str_has_prefix(comment, "lang=\"")))
        g_clear_pointer(&comment, g_free);
    return comment;
}

int metadata_file_read(const char *path, struct metadata *metadata, struct sl_error *error)
{
    GExiv2Metadata *tags;
    struct stat status;
    int code = check_file(path, &status, error);

    *metadata = (struct metadata){0};
    if (code == 0)
        code = open_tags(&tags, path, path, error);
    if (code != 0)
        return code;
    metadata_tags_read(tags, metadata);
    metadata->comment = comment_of(tags);
    g_object_unref(tags);
    return 0;
}

/* gexiv2 leaves tags without a value, which it then neither sees nor clears. */
static void clear_tag(GExiv2Metadata *tags, const char *tag)
{
    gexiv2_metadata_try_set_tag_string(tags, tag, "0", NULL);
    gexiv2_metadata_try_clear_tag(tags, tag, NULL);
}

/* gexiv2 sets every tag that some program takes for a comment. The others stay as they were. */
static void set_comment(GExiv2Metadata *tags, const char *comment)
{
    static const char *const others[] = {"Exif.Image.ImageDescription", "Exif.Image.XPComment",
                                         "Iptc.Application2.Caption", "Xmp.dc.description"};
    char *values[G_N_ELEMENTS(others)];

    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        values[i] = gexiv2_metadata_try_get_tag_string(tags, others[i], NULL);
    gexiv2_metadata_try_set_comment(tags, comment, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        if (values[i])
            gexiv2_metadata_try_set_tag_string(tags, others[i], values[i], NULL);
        else
            clear_tag(tags, others[i]);
        g_free(values[i]);
    }
}

static int change_copy(const struct change *change, const struct metadata *metadata,
                       struct sl_error *error)
{
    GExiv2Metadata *tags;
    GError *reason = NULL;
    int code = open_tags(&tags, change->copy, change->path, error);

    if (code != 0)
        return code;
    if (metadata->comment)
        set_comment(tags, metadata->comment);
    if (!metadata_tags_write(tags, metadata, true, &reason) ||
        !gexiv2_metadata_save_file(tags, change->copy, &reason))
        code = sl_error_set(error, SL_E_IO, _("%s: it cannot be changed (%s); it stayed as it was"),
                            change->path, reason->message);
    g_clear_error(&reason);
    g_object_unref(tags);
    return code;
}

static bool flush(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool flushed = file >= 0 && fsync(file) == 0;

    if (file >= 0)
        close(file);
    return flushed;
}

static bool same(const struct stat *one, const struct stat *other)
{
    return one->st_ino == other->st_ino && one->st_dev == other->st_dev &&
           one->st_size == other->st_size && one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
           one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

static int put_in_place(const struct change *change, struct sl_error *error)
{
    struct stat now;

    if (g_chmod(change->copy, change->before.st_mode & 07777) != 0 || !flush(change->copy))
        return fail(change->path, _("the changed copy cannot be written; it stayed as it was"),
                    errno, error);
    if (stat(change->path, &now) != 0 || !same(&now, &change->before))
        return sl_error_set(error, SL_E_IO,
                            _("%s: another program has changed it meanwhile and it stayed as that "
                              "left it; try again"),
                            change->path);
    if (g_rename(change->copy, change->path) != 0)
        return fail(change->path, _("it cannot be replaced"), errno, error);
    return 0;
}

/* Into the same folder, where it can take the file's place in one step. */
static int copy_file(struct change *change, struct sl_error *error)
{
    char *folder = g_path_get_dirname(change->path);
    char *copy = g_build_filename(folder, ".sightline-XXXXXX", NULL);
    int file = g_mkstemp_full(copy, O_RDWR | O_CLOEXEC, 0600);
    GError *reason = NULL;

    g_free(folder);
    if (file < 0) {
        int code = fail(change->path, _("its folder cannot be written to"), errno, error);
        g_free(copy);
        return code;
    }
    close(file);
    change->copy = copy;
    GFile *from = g_file_new_for_path(change->path);
    GFile *to = g_file_new_for_path(copy);
    int code = 0;
    if (!g_file_copy(from, to, G_FILE_COPY_OVERWRITE | G_FILE_COPY_ALL_METADATA, NULL, NULL, NULL,
                     &reason))
        code = sl_error_set(error, SL_E_IO, _("%s: it cannot be copied (%s); it stayed as it was"),
                            change->path, reason->message);
    g_clear_error(&reason);
    g_object_unref(from);
    g_object_unref(to);
    return code;
}

int metadata_file_write(const char *path, const struct metadata *metadata, struct sl_error *error)
{
    struct change change = {.path = realpath(path, NULL)};
    int code = 0;

    if (!change.path)
        return fail(path, _("it cannot be opened"), errno, error);
    code = check_file(change.path, &change.before, error);
    if (code == 0)
        code = copy_file(&change, error);
    if (code == 0)
        code = change_copy(&change, metadata, error);
    if (code == 0)
        code = put_in_place(&change, error);
    if (change.copy && code != 0)
        g_unlink(change.copy);
    g_free(change.copy);
    free(change.path);
    return code;
}
