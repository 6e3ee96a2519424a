/* The one thing wanted from EXIF: which way up the picture is. */
#include <string.h>

#include "picture.h"

#define TAG_ORIENTATION 0x0112
#define TYPE_SHORT 3
#define ENTRY_BYTES 12

struct tiff {
    const unsigned char *data;
    size_t len;
    uint32_t (*u16)(const unsigned char *);
    uint32_t (*u32)(const unsigned char *);
};

static bool open_tiff(struct tiff *tiff)
{
    if (tiff->len < 8)
        return false;
    if (memcmp(tiff->data, "II*\0", 4) == 0) {
        tiff->u16 = sl__le16;
        tiff->u32 = sl__le32;
        return true;
    }
    tiff->u16 = sl__be16;
    tiff->u32 = sl__be32;
    return memcmp(tiff->data, "MM\0*", 4) == 0;
}

unsigned sl__exif_orientation(const unsigned char *data, size_t len)
{
    struct tiff tiff = {.data = data, .len = len};
    size_t at, count;

    if (!open_tiff(&tiff))
        return 1;
    at = tiff.u32(data + 4);
    if (at > len - 2)
        return 1;
    count = tiff.u16(data + at);
    for (at += 2; count > 0 && len - at >= ENTRY_BYTES; count--, at += ENTRY_BYTES) {
        const unsigned char *entry = data + at;
        uint32_t value = tiff.u16(entry + 8);

        if (tiff.u16(entry) == TAG_ORIENTATION && tiff.u16(entry + 2) == TYPE_SHORT)
            return value >= 1 && value <= 8 ? value : 1;
    }
    return 1;
}
