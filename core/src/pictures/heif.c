/* Reads HEIC and AVIF with libheif: the main picture, which libheif turns upright itself. */
#include <stdlib.h>
#include <string.h>

#include <libheif/heif.h>
#include <sightline/sightline.h>

#include "cicp.h"
#include "module.h"

struct file {
    struct heif_context *context;
    struct heif_image_handle *handle;
};

struct heif_rows {
    struct sl__rows rows;
    struct file file;
    struct heif_image *image;
    const uint8_t *plane;
    size_t stride;
    bool multiplied;
    uint32_t y;
};

static int fail_decoder(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_UNSUPPORTED,
                        "%s: libheif has no decoder for this picture on this machine; install "
                        "libheif-plugin-libde265 (HEIC) or libheif-plugin-dav1d (AVIF), or convert "
                        "it to JPEG or PNG",
                        input->name);
}

static int fail_limit(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_TOO_LARGE,
                        "%s: the picture is larger than libheif reads; scale it down first",
                        input->name);
}

static int fail_kind(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_UNSUPPORTED,
                        "%s: libheif cannot read this kind of picture; convert it to JPEG or PNG",
                        input->name);
}

static int explain(const struct sl__input *input, struct heif_error error)
{
    switch (error.subcode) {
    case heif_suberror_End_of_data:
        return sl__fail_cut_short(input);
    case heif_suberror_Unsupported_codec:
        return fail_decoder(input);
    case heif_suberror_Security_limit_exceeded:
        return fail_limit(input);
    default:
        break;
    }
    if (error.code == heif_error_Memory_allocation_error)
        return sl__fail_memory(input);
    return error.code == heif_error_Unsupported_feature ? fail_kind(input)
                                                        : sl__fail_damaged(input);
}

/*
 * Whether the boxes of the file end where it does: libheif takes bytes that are missing for ones
 * that somebody else has. A length of 0 reaches to the end, one of 1 has eight bytes more.
 */
static bool is_whole(const struct sl__input *input)
{
    size_t at = 0;

    while (input->len - at >= 8) {
        uint64_t len = sl__be32(input->bytes + at);

        if (len == 0)
            return true;
        if (len == 1 && input->len - at >= 16)
            len =
                (uint64_t)sl__be32(input->bytes + at + 8) << 32 | sl__be32(input->bytes + at + 12);
        if (len < 8 || len > input->len - at)
            return len < 8;
        at += (size_t)len;
    }
    return true;
}

static void close_file(struct file *file)
{
    if (file->handle)
        heif_image_handle_release(file->handle);
    if (file->context)
        heif_context_free(file->context);
}

static int open_file(struct file *file, const struct sl__input *input)
{
    struct heif_error error;

    *file = (struct file){.context = heif_context_alloc()};
    if (!file->context)
        return sl__fail_memory(input);
    if (!is_whole(input))
        return sl__fail_cut_short(input);
    heif_context_set_maximum_image_size_limit(file->context, SL_IMAGE_MAX_SOURCE_SIDE);
    error =
        heif_context_read_from_memory_without_copy(file->context, input->bytes, input->len, NULL);
    if (error.code == heif_error_Ok)
        error = heif_context_get_primary_image_handle(file->context, &file->handle);
    return error.code == heif_error_Ok ? 0 : explain(input, error);
}

static void *profile_of_numbers(const struct heif_image_handle *handle)
{
    struct heif_color_profile_nclx *nclx = NULL;
    void *profile = NULL;

    if (heif_image_handle_get_nclx_color_profile(handle, &nclx).code == heif_error_Ok && nclx)
        profile = sl__profile_from_cicp(nclx->color_primaries, nclx->transfer_characteristics);
    heif_nclx_color_profile_free(nclx);
    return profile;
}

static void *profile_of(const struct heif_image_handle *handle)
{
    size_t len = heif_image_handle_get_raw_color_profile_size(handle);
    void *icc, *profile = NULL;

    if (len == 0 || len > SL_IMAGE_MAX_PROFILE_BYTES)
        return profile_of_numbers(handle);
    icc = malloc(len);
    if (icc && heif_image_handle_get_raw_color_profile(handle, icc).code == heif_error_Ok)
        profile = sl__profile_from_icc(icc, len);
    free(icc);
    return profile ? profile : profile_of_numbers(handle);
}

static bool is_sequence(const struct sl__input *input)
{
    static const char brands[][5] = {"avis", "msf1", "hevc", "hevx"};
    bool found = false;

    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
        found = found || memcmp(input->bytes + 8, brands[i], 4) == 0;
    return found;
}

static uint32_t side(int length)
{
    return length > 0 ? (uint32_t)length : 0;
}

static int probe(const struct sl__input *input, struct sl__picture *picture)
{
    struct file file;
    int rc = open_file(&file, input);

    if (rc == 0) {
        picture->width = side(heif_image_handle_get_width(file.handle));
        picture->height = side(heif_image_handle_get_height(file.handle));
        picture->deep = heif_image_handle_get_luma_bits_per_pixel(file.handle) > 8;
        picture->metadata = heif_image_handle_get_number_of_metadata_blocks(file.handle, NULL) > 0;
        picture->animated = is_sequence(input);
        picture->pages =
            !picture->animated && heif_context_get_number_of_top_level_images(file.context) > 1;
        picture->profile = profile_of(file.handle);
    }
    close_file(&file);
    return rc;
}

/* Takes the decoded picture, if it is what the header said. */
static int take_plane(struct heif_rows *r)
{
    int stride = 0;
    uint32_t width = side(heif_image_get_width(r->image, heif_channel_interleaved));
    uint32_t height = side(heif_image_get_height(r->image, heif_channel_interleaved));

    r->plane = heif_image_get_plane_readonly(r->image, heif_channel_interleaved, &stride);
    r->stride = (size_t)stride;
    if (!r->plane || stride <= 0 || width != r->rows.width || height != r->rows.height)
        return sl__fail_damaged(r->rows.input);
    return 0;
}

static int decode(struct heif_rows *r)
{
    struct heif_decoding_options *options = heif_decoding_options_alloc();
    enum heif_chroma chroma =
        r->rows.alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
    struct heif_error error;

    if (!options)
        return sl__fail_memory(r->rows.input);
    options->convert_hdr_to_8bit = 1;
    error = heif_decode_image(r->file.handle, &r->image, heif_colorspace_RGB, chroma, options);
    heif_decoding_options_free(options);
    if (error.code != heif_error_Ok)
        return explain(r->rows.input, error);
    return sl__cancelled(r->rows.input) ? sl__fail_cancelled(r->rows.input) : take_plane(r);
}

static int next(struct sl__rows *rows, unsigned char *row)
{
    struct heif_rows *r = (struct heif_rows *)rows;

    memcpy(row, r->plane + r->stride * r->y++, (size_t)rows->width * (rows->alpha ? 4u : 3u));
    if (r->multiplied)
        sl__unmultiply(row, rows->width, 3);
    return 0;
}

static void close_rows(struct sl__rows *rows)
{
    struct heif_rows *r = (struct heif_rows *)rows;

    if (r->image)
        heif_image_release(r->image);
    close_file(&r->file);
    free(r);
}

static int open_rows(struct sl__rows **rows, const struct sl__input *input,
                     struct sl__picture *picture, uint32_t width, uint32_t height)
{
    struct heif_rows *r = calloc(1, sizeof *r);
    int rc;

    (void)width, (void)height;
    if (!r)
        return sl__fail_memory(input);
    r->rows = sl__rows_whole(input, picture, SL__RGB, next, close_rows);
    rc = open_file(&r->file, input);
    if (rc == 0) {
        r->rows.alpha = heif_image_handle_has_alpha_channel(r->file.handle);
        r->multiplied = r->rows.alpha && heif_image_handle_is_premultiplied_alpha(r->file.handle);
        rc = decode(r);
    }
    if (rc != 0) {
        close_rows(&r->rows);
        return rc;
    }
    *rows = &r->rows;
    return 0;
}

SL_API extern const struct sl__picture_module sl__picture_module;
const struct sl__picture_module sl__picture_module = {
    .module = SL__MODULE,
    .codec = {.probe = probe, .open = open_rows},
};
