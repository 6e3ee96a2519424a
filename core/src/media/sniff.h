/* Tells videos from everything else, by the beginning of a file. */
#ifndef SL__SNIFF_H
#define SL__SNIFF_H

#include <stddef.h>

#define SL__SNIFF_BYTES 4096 /* that much is looked at */

/* The MIME type, or NULL. */
const char *sl__sniff_video(const unsigned char *bytes, size_t len);

#endif
