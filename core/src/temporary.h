/* Files that nobody sees. */
#ifndef SL_TEMPORARY_H
#define SL_TEMPORARY_H

#include <sightline/error.h>

/*
 * Opens an empty file in $TMPDIR, or /tmp, that has no name any more: when its descriptor is
 * closed, by a crash too, it is gone. -1 with SL_E_IO.
 */
int sl__temporary_file(struct sl_error *error);

#endif
