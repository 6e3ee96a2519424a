/* Tells formats apart by the beginning of a file. */
#ifndef SL__SNIFF_H
#define SL__SNIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "optional.h"

#define SL__SNIFF_BYTES 4096 /* that much is looked at */

/* The codecs that are always there. */
enum sl__reads {
    SL__READS_NOT,
    SL__READS_JPEG,
    SL__READS_PNG,
    SL__READS_GIF,
    SL__READS_WEBP,
    SL__READS_BMP,
};

struct sl__signature {
    const char *format;
    const char *magic;
    unsigned char len, offset; /* of `magic` */
    const char *brand;         /* four more bytes, at offset 8 */
    const char *doctype;       /* of an EBML document */
    const char *mime;          /* of a video */
    enum sl__reads codec;      /* SL__READS_NOT: known, but not read, or by a module */
    enum sl__optional module;
    bool packed; /* by gzip: what is in it has to be of the format */
    bool (*is)(const unsigned char *bytes, size_t len); /* where `magic` is too little to go by */
};

/* NULL where nothing fits. */
const struct sl__signature *sl__sniff(const unsigned char *bytes, size_t len);

/* The MIME type, or NULL for everything but videos. */
const char *sl__sniff_video(const unsigned char *bytes, size_t len);

bool sl__is_svg(const unsigned char *bytes, size_t len);

#endif
