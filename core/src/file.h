/* Small files, whole. */
#ifndef SL_FILE_H
#define SL_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "buf.h"

/*
 * Appends a regular file's content to `buf`. `*status`, which may be NULL, is of the very file that
 * was read. A file that is not there leaves `*found` false and is no error. Errors: SL_E_IO,
 * SL_E_TOO_LARGE (over the buffer's maximum), SL_E_NOMEM.
 */
int sl__file_read(const char *path, struct sl__buf *buf, bool *found, struct stat *status,
                  struct sl_error *error);

/*
 * Writes a file of mode 0600 that is there whole or not at all, and before it the folders above
 * with mode 0700. A symbolic link is replaced at its target. Errors: SL_E_IO, SL_E_NOMEM.
 */
int sl__file_write_private(const char *path, const char *text, size_t len, struct sl_error *error);

/*
 * Appends a line, and its end, in one write, so that lines of several processes do not mix. The
 * file is made with mode 0600 where it is not there. Errors: SL_E_IO, SL_E_NOMEM.
 */
int sl__file_append_private(const char *path, const char *line, struct sl_error *error);

/*
 * Makes an empty file of mode 0600 where there is none, and before it the folders above with mode
 * 0700. Errors: SL_E_IO, SL_E_NOMEM.
 */
int sl__file_make_private(const char *path, struct sl_error *error);

#endif
