/* Which codec reads a picture, or why none does. */
#include <string.h>

#include <libdeflate.h>

#include "picture.h"
#include "sniff.h"
#include "translate.h"

static int fail_video(const struct sl__input *input, const char *format)
{
    return sl_error_set(input->error, SL_E_UNSUPPORTED,
                        "%s: this is a video (%s), not a picture; take a still from it first",
                        input->name, sl__tr(format));
}

int sl__refuse_video(const struct sl__input *input, const unsigned char *bytes, size_t len)
{
    const struct sl__signature *found = sl__sniff(bytes, len);

    return found && found->mime ? fail_video(input, found->format) : 0;
}

static int fail_known(const struct sl__input *input, const char *format)
{
    return sl_error_set(input->error, SL_E_UNSUPPORTED,
                        "%s: this build cannot read %s; convert it to JPEG or PNG", input->name,
                        format);
}

static int fail_unknown(const struct sl__input *input)
{
    return sl_error_set(
        input->error, SL_E_UNSUPPORTED,
        "%s: this is not a picture that can be read; use JPEG, PNG, WebP, GIF or BMP", input->name);
}

/* libdeflate fills the room that there is before it says that it is too little; without a sound
 * beginning there is nothing in it. */
static bool holds_svg(const struct sl__input *input)
{
    unsigned char head[1024] = {0};
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();

    if (!inflater)
        return false;
    libdeflate_gzip_decompress(inflater, input->bytes, input->len, head, sizeof head, NULL);
    libdeflate_free_decompressor(inflater);
    return sl__is_svg(head, strnlen((const char *)head, sizeof head));
}

const struct sl__codec *sl__codec_for(const struct sl__input *input, int *code)
{
    static const struct sl__codec *const codecs[] = {
        [SL__READS_JPEG] = &sl__jpeg, [SL__READS_PNG] = &sl__png, [SL__READS_GIF] = &sl__gif,
        [SL__READS_WEBP] = &sl__webp, [SL__READS_BMP] = &sl__bmp,
    };
    const struct sl__signature *found = sl__sniff(input->bytes, input->len);

    if (!found || (found->packed && !holds_svg(input)))
        *code = fail_unknown(input);
    else if (found->codec != SL__READS_NOT)
        return codecs[found->codec];
    else if (found->module)
        return sl__optional_codec(found->module, found->format, input, code);
    else
        *code = found->mime ? fail_video(input, found->format) : fail_known(input, found->format);
    return NULL;
}
