/*
 * libsightline-media: prepares pictures for a vision model.
 *
 * A library of its own, without any network code, so that a program can prepare pictures alone. It
 * keeps nothing between calls but the modules that it has opened, and starts no threads but one
 * that decodes a part of a lossy WebP and ends with the call: every function may be called from any
 * thread, also at the same time, on different arguments.
 *
 * Formats
 * -------
 * JPEG, PNG, WebP, GIF and BMP are read by the library itself. TIFF, HEIC and AVIF, and SVG are
 * where the module for them is, beside the program or in the library folder, and the library that
 * it is linked to (libtiff, libheif, librsvg); it is opened when the first such file comes. TIFF
 * may have samples of 8, 16 and 32 bits and floating point of 16, 32 and 64. SVG, also behind gzip,
 * is drawn as large as it is wanted by a child process; nothing that it refers to is loaded. Of an
 * animation the first frame is taken, of several pages or pictures the first, or the main one of
 * HEIC and AVIF. Light beyond the reference white of HDR pictures becomes white.
 *
 * What "prepare" means
 * --------------------
 * The picture is turned upright by its EXIF orientation, cut where only a part of it is wanted,
 * converted to sRGB by its embedded profile (light of 16 bits or floating point while it has all
 * its bits, so that the dark tones stay apart), flattened on white, scaled down (never up) to what
 * the model sees, and stripped of everything that is not pixels: EXIF, GPS, XMP, IPTC, comments,
 * thumbnails, profiles.
 *
 * A JPEG, PNG, WebP or still GIF in sRGB that is upright, opaque, uncut and small enough keeps its
 * coded pixels bit for bit and loses its metadata only. Everything else goes out as JPEG,
 * quality 80.
 *
 * Trust
 * -----
 * The bytes are taken for hostile. Dimensions are read from the header and checked against
 * the limits before anything is allocated for pixels; files that are too large and everything that
 * is no regular file are refused unread.
 *
 *   limit                                 what is over it
 *   256 MiB a file, or bytes in memory    refused (SL_IMAGE_MAX_FILE_BYTES)
 *   25000 pixels a side, 200 megapixels   refused (SL_IMAGE_MAX_SOURCE_SIDE, …_PIXELS)
 *   1 MiB a colour profile                is ignored (SL_IMAGE_MAX_PROFILE_BYTES)
 *   64 MB of pixels a PNG                 is read row by row, which is slower
 *   100 megapixels or 400 MB a strip or   refused; one allocation of libtiff has at most 1 GiB
 *   row of tiles of a TIFF
 *   32 MiB an SVG; 10 seconds, 2 GiB      refused: those of the child that draws it, behind gzip
 *                                         too; drawn at least 728 and at most 4096 pixels long
 *
 * Metadata is skipped by its length, whatever that is, and never kept; an EXIF orientation is
 * looked up within it.
 *
 * Memory
 * ------
 * Rows go from the decoder to the scaler: besides the file and the result there are a few rows, so
 * a photo of 24 megapixels takes about 15 MB. All pixels are in memory of a progressive JPEG, of
 * WebP and GIF, of an interlaced PNG, and of another PNG when they are under 64 MB.
 *
 * Threads may prepare pictures at the same time. Those that are decoded at once in a process have
 * 100 megapixels together, or are one; others wait for their turn, or until they are cancelled.
 */
#ifndef SIGHTLINE_MEDIA_H
#define SIGHTLINE_MEDIA_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sightline/error.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SL_IMAGE_MAX_SOURCE_SIDE 25000u         /* pixels */
#define SL_IMAGE_MAX_SOURCE_PIXELS 200000000ull /* 200 megapixels */
#define SL_IMAGE_MAX_FILE_BYTES (256ull << 20)  /* 256 MiB */
#define SL_IMAGE_MAX_PROFILE_BYTES (1ull << 20) /* larger colour profiles are ignored */

/*
 * Samples are in this order in memory: 8 bits, 16 bits in the machine's byte order, or the
 * machine's float, of which 0 is black and 1 is white; what is below or above counts as these, and
 * what is no number as 0. Rows and samples need not be aligned. Alpha is not premultiplied.
 *
 * Samples of LINEAR formats are light. They are given the curve of sRGB before a profile is
 * applied, so that goes only with profiles that have this curve, such as Display P3; linear samples
 * whose profile is itself linear are of the format without LINEAR.
 */
enum sl_pixel_format {
    SL_PIXELS_RGB8 = 1,
    SL_PIXELS_RGBA8 = 2,
    SL_PIXELS_GRAY8 = 3,
    SL_PIXELS_GRAYA8 = 4,
    SL_PIXELS_RGB16 = 5,
    SL_PIXELS_RGBA16 = 6,
    SL_PIXELS_GRAY16 = 7,
    SL_PIXELS_GRAYA16 = 8,
    SL_PIXELS_RGB16_LINEAR = 9,
    SL_PIXELS_RGBA16_LINEAR = 10,
    SL_PIXELS_GRAY16_LINEAR = 11,
    SL_PIXELS_GRAYA16_LINEAR = 12,
    SL_PIXELS_RGB_FLOAT = 13,
    SL_PIXELS_RGBA_FLOAT = 14,
    SL_PIXELS_GRAY_FLOAT = 15,
    SL_PIXELS_GRAYA_FLOAT = 16,
    SL_PIXELS_RGB_FLOAT_LINEAR = 17,
    SL_PIXELS_RGBA_FLOAT_LINEAR = 18,
    SL_PIXELS_GRAY_FLOAT_LINEAR = 19,
    SL_PIXELS_GRAYA_FLOAT_LINEAR = 20,
};

/* A picture in memory, top row first. */
struct sl_pixels {
    const void *data;
    uint32_t width, height; /* pixels */
    size_t stride;          /* bytes from one row to the next */
    enum sl_pixel_format format;
    const void *profile;  /* ICC profile, or NULL for sRGB */
    size_t profile_len;   /* bytes */
    unsigned orientation; /* which way up it is, as EXIF has it: 1 to 8; 0 for upright */
};

enum sl_media_kind {
    SL_MEDIA_FILE = 1,   /* `path` */
    SL_MEDIA_BYTES = 2,  /* `bytes`, `len`: a coded picture, as it would stand in a file */
    SL_MEDIA_PIXELS = 3, /* `pixels` */
    SL_MEDIA_URL = 4,    /* `url`: see client.h; sl_image_prepare does not take it */
};

/*
 * One picture or video given to a task.
 *
 * `name` is what error sentences call it; NULL means the last part of `path` or `url`, or
 * "picture". `path`, `bytes`, `pixels.data` and `pixels.profile` are borrowed. For how long is said
 * by the call that takes the struct; a call that outlives its arguments uses `release` instead.
 *
 * A file is a video when its content says so; client.h says what becomes of it. An address
 * ("https://…", "http://…", or "stepfile://ID" for a file stored with the provider) is one when
 * `video` is set or its path ends like one: .mp4, .mov, .mkv. `typed` says that the person wrote
 * it, and did not find it in a document: then it may lead into the own network; see client.h.
 */
struct sl_media {
    enum sl_media_kind kind;
    const char *name;
    const char *path;
    const char *url;
    bool video;
    bool typed;
    const void *bytes;
    size_t len;
    struct sl_pixels pixels;
    void (*release)(void *release_data); /* may be NULL */
    void *release_data;
};

enum sl_detail {
    SL_DETAIL_LOW = 1,
    SL_DETAIL_HIGH = 2,
    /* `high` for a picture with small text that would be lost in `low`, else `low`. Pictures that
     * `low` does not make smaller are `low`. Finding out takes about as long as preparing. */
    SL_DETAIL_AUTO = 3,
};

/*
 * How large a picture a model takes: a row of the model table. Sides are the longer one, in pixels.
 *
 * `low`: pictures are scaled to at most `low_side`. `high`: the longer side becomes the largest
 * multiple of `high_step` that is neither over the original nor over `high_max`; one under twice
 * `high_step` stays as it is. No picture goes out over `max_side`, nor over 8192 whatever the row
 * says. None of the four may be 0.
 */
struct sl_image_sizes {
    uint32_t low_side;
    uint32_t high_step;
    uint32_t high_max;
    uint32_t max_side;
};

/* step-3.7-flash. Source: the vendor's image guide. */
#define SL_IMAGE_SIZES_DEFAULT                                                                     \
    {                                                                                              \
        .low_side = 728, .high_step = 504, .high_max = 3024, .max_side = 4096                      \
    }

/* A part of a picture, in pixels from its top left corner, after it was turned upright. */
struct sl_rect {
    uint32_t x, y, width, height;
};

struct sl_image_options {
    enum sl_detail detail;
    struct sl_image_sizes sizes;
    /* Only this part, cut to the picture's edges; all of it when 0×0. A part that has no pixel of
     * the picture is SL_E_INVALID. */
    struct sl_rect crop;
    /* For servers that decode nothing else, a WebP or GIF becomes a JPEG. */
    bool jpeg_and_png;
    /* A picture over so many bytes becomes a JPEG, and smaller until it fits; 0 for no limit. What
     * cannot be made to fit is SL_E_TOO_LARGE. */
    size_t max_bytes;
    /*
     * When not NULL and set by another thread, the work stops at the next row, or the next block of
     * a coded picture, and the call returns SL_E_CANCELLED: within tens of milliseconds, or a tenth
     * of a second where a PNG is inflated in one go. A HEIC or AVIF, and a strip or tile of a TIFF,
     * is decoded to its end first.
     */
    const atomic_bool *cancel;
};

#define SL_IMAGE_OPTIONS_INIT                                                                      \
    {                                                                                              \
        .detail = SL_DETAIL_LOW, .sizes = SL_IMAGE_SIZES_DEFAULT                                   \
    }

/* What was done on the way; bits of `sl_image.done`. */
enum sl_image_done {
    SL_IMAGE_SCALED = 1 << 0,
    SL_IMAGE_TURNED = 1 << 1,
    SL_IMAGE_CONVERTED = 1 << 2,   /* to sRGB, from another profile, CMYK or 16 bits */
    SL_IMAGE_FLATTENED = 1 << 3,   /* alpha laid on white */
    SL_IMAGE_FIRST_FRAME = 1 << 4, /* an animation, of which the first frame was taken */
    SL_IMAGE_STRIPPED = 1 << 5,    /* metadata was there and was left out */
    SL_IMAGE_FIRST_PAGE = 1 << 6,  /* of several pages or pictures the first, or main, was taken */
};

/* A prepared picture, ready to be sent. */
struct sl_image {
    unsigned char *data;    /* the coded picture */
    size_t len;             /* bytes */
    const char *mime;       /* static: "image/jpeg", "image/png", "image/webp" or "image/gif" */
    uint32_t width, height; /* as sent, pixels */
    uint32_t source_width, source_height; /* upright, before it was cut, pixels */
    unsigned done;                        /* enum sl_image_done */
    enum sl_detail detail;                /* what was asked for, or what AUTO has become */
};

#define SL_IMAGE_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

/*
 * Prepares one picture. `media` and all it points at are borrowed for the time of the call;
 * `media->release` is not called. On success `image`, which must be SL_IMAGE_INIT or released, owns
 * memory that sl_image_release frees. On failure it is left as it was.
 *
 * Errors: SL_E_IO (the file), SL_E_UNSUPPORTED (no picture, or a format this build does not read),
 * SL_E_CORRUPT (damaged, cut short or 0×0), SL_E_TOO_LARGE, SL_E_INVALID, SL_E_CANCELLED,
 * SL_E_NOMEM.
 */
SL_API int sl_image_prepare(struct sl_image *image, const struct sl_media *media,
                            const struct sl_image_options *options, struct sl_error *error);

/* Frees what `image` owns and makes it SL_IMAGE_INIT again. */
SL_API void sl_image_release(struct sl_image *image);

/*
 * The size that a picture of width × height pixels is sent at, for AUTO the larger one. Both
 * results are at least 1; the ratio is kept to the nearest pixel.
 */
SL_API void sl_image_target(uint32_t width, uint32_t height, enum sl_detail detail,
                            const struct sl_image_sizes *sizes, uint32_t *target_width,
                            uint32_t *target_height);

/*
 * About how many tokens a picture costs that is sent at this size, for AUTO at most; for `low` one
 * over 728 pixels counts as one of 728. Source: the image processor of the model's open weights;
 * what a hosted model counts may differ.
 */
SL_API uint32_t sl_image_tokens(uint32_t width, uint32_t height, enum sl_detail detail);

#ifdef __cplusplus
}
#endif

#endif
