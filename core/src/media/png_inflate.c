/* Inflates the pixels of a PNG in one go, with libdeflate: many times as fast as row by row. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <libdeflate.h>

#include "png_codec.h"
#include "simd.h"

/* It cannot be stopped, and takes memory for the whole picture: a tenth of a second and this much.
 */
#define MOST_BYTES (64u << 20)

#define HUGE_PAGE (2u << 20)
#define ORDINARY_WINDOW 0x78 /* the first byte of nearly all; with another zlib is stricter */
#define FILTERS 5

/* Memory of this size is touched once and given back: what that costs is the number of pages. */
static unsigned char *allocate(size_t size)
{
    void *memory;

    if (size < 2 * HUGE_PAGE)
        return malloc(size);
    if (posix_memalign(&memory, HUGE_PAGE, size) != 0)
        return NULL;
#ifdef MADV_HUGEPAGE
    (void)madvise(memory, size, MADV_HUGEPAGE);
#endif
    return memory;
}

static bool inflate_to(unsigned char *rows, size_t len, const unsigned char *coded,
                       size_t coded_len)
{
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    enum libdeflate_result result = LIBDEFLATE_BAD_DATA;
    size_t used = 0, made = 0;

    if (inflater && coded_len > 0 && coded[0] == ORDINARY_WINDOW)
        result = libdeflate_zlib_decompress_ex(inflater, coded, coded_len, rows, len, &used, &made);
    libdeflate_free_decompressor(inflater);
    return result == LIBDEFLATE_SUCCESS && used == coded_len && made == len;
}

static bool inflate(unsigned char *rows, size_t len, const struct sl__input *input)
{
    struct sl__png_pixels pixels;
    unsigned char *joined;
    bool good;

    if (!sl__png_find_pixels(input, &pixels))
        return false;
    if (pixels.chunks == 1)
        return inflate_to(rows, len, input->bytes + pixels.at + 8, pixels.len);
    joined = malloc(pixels.len + 1);
    if (!joined)
        return false;
    sl__png_join_pixels(input, &pixels, joined);
    good = inflate_to(rows, len, joined, pixels.len);
    free(joined);
    return good;
}

static bool filters_are_known(const unsigned char *rows, uint32_t height, size_t row_bytes)
{
    for (uint32_t y = 0; y < height; y++, rows += row_bytes + 1)
        if (*rows >= FILTERS)
            return false;
    return true;
}

unsigned char *sl__png_inflate(const struct sl__input *input, uint32_t height, size_t row_bytes)
{
    size_t len = (row_bytes + 1) * height;
    unsigned char *rows;

    if (row_bytes >= MOST_BYTES / height)
        return NULL;
    rows = allocate(len + SL__UNFILTER_ROOM);
    if (rows && inflate(rows, len, input) && filters_are_known(rows, height, row_bytes))
        return rows;
    free(rows);
    return NULL;
}
