/* Tells formats apart by their first bytes; names are not looked at. */
#include <stdlib.h>
#include <string.h>

#include "picture.h"

struct signature {
    const struct sl__codec *codec; /* NULL: known, but not read */
    const char *format;
    const char *magic;
    unsigned char len, offset; /* of `magic` */
    const char *brand;         /* four more bytes, at offset 8 */
    bool video;
};

#define MAGIC(text) .magic = text, .len = sizeof text - 1

static const struct signature signatures[] = {
    {&sl__jpeg, "JPEG", MAGIC("\xff\xd8\xff")},
    {&sl__png, "PNG", MAGIC("\x89PNG\r\n\x1a\n")},
    {&sl__gif, "GIF", MAGIC("GIF87a")},
    {&sl__gif, "GIF", MAGIC("GIF89a")},
    {&sl__webp, "WebP", MAGIC("RIFF"), .brand = "WEBP"},
    {NULL, "HEIC", MAGIC("ftyp"), 4, "heic"},
    {NULL, "HEIC", MAGIC("ftyp"), 4, "heix"},
    {NULL, "HEIC", MAGIC("ftyp"), 4, "heim"},
    {NULL, "HEIC", MAGIC("ftyp"), 4, "heis"},
    {NULL, "HEIC", MAGIC("ftyp"), 4, "hevc"},
    {NULL, "HEIC", MAGIC("ftyp"), 4, "hevx"},
    {NULL, "HEIF", MAGIC("ftyp"), 4, "mif1"},
    {NULL, "HEIF", MAGIC("ftyp"), 4, "msf1"},
    {NULL, "AVIF", MAGIC("ftyp"), 4, "avif"},
    {NULL, "AVIF", MAGIC("ftyp"), 4, "avis"},
    {NULL, "Canon CR3", MAGIC("ftyp"), 4, "crx "},
    {NULL, "QuickTime", MAGIC("ftyp"), 4, "qt  ", true},
    {NULL, "MP4", MAGIC("ftyp"), 4, NULL, true},
    {NULL, "Matroska or WebM", MAGIC("\x1a\x45\xdf\xa3"), 0, NULL, true},
    {NULL, "AVI", MAGIC("RIFF"), 0, "AVI ", true},
    {NULL, "TIFF", MAGIC("II*\0")},
    {NULL, "TIFF", MAGIC("MM\0*")},
    {NULL, "BigTIFF", MAGIC("II+\0")},
    {NULL, "BigTIFF", MAGIC("MM\0+")},
    {NULL, "PDF", MAGIC("%PDF-")},
    {NULL, "PostScript", MAGIC("%!PS")},
    {NULL, "Photoshop", MAGIC("8BPS")},
    {NULL, "XCF", MAGIC("gimp xcf ")},
    {NULL, "JPEG XL", MAGIC("\xff\x0a")},
    {NULL, "JPEG XL", MAGIC("\0\0\0\x0cJXL \r\n\x87\n")},
    {NULL, "JPEG 2000", MAGIC("\0\0\0\x0cjP  \r\n\x87\n")},
    {NULL, "JPEG 2000", MAGIC("\xff\x4f\xff\x51")},
    {NULL, "OpenEXR", MAGIC("\x76\x2f\x31\x01")},
    {NULL, "QOI", MAGIC("qoif")},
    {NULL, "icon", MAGIC("\0\0\1\0")},
    {NULL, "DDS", MAGIC("DDS \x7c\0\0\0")},
};

static bool matches(const struct signature *s, const struct sl__input *input)
{
    if (input->len < (size_t)s->offset + s->len ||
        memcmp(input->bytes + s->offset, s->magic, s->len) != 0)
        return false;
    return !s->brand || (input->len >= 12 && memcmp(input->bytes + 8, s->brand, 4) == 0);
}

/* Two letters are too little to go by: the size of the second header must be a known one. */
static bool is_bmp(const struct sl__input *input)
{
    static const unsigned char sizes[] = {12, 40, 52, 56, 64, 108, 124};

    return input->len > 18 && memcmp(input->bytes, "BM", 2) == 0 &&
           memcmp(input->bytes + 15, "\0\0", 3) == 0 &&
           memchr(sizes, input->bytes[14], sizeof sizes);
}

static bool is_pnm(const struct sl__input *input)
{
    const unsigned char *p = input->bytes;

    return input->len > 3 && p[0] == 'P' && p[1] >= '1' && p[1] <= '7' &&
           strchr(" \t\r\n#", p[2]) && p[2];
}

/* SVG is text that has an svg element near its beginning, after an XML head or comments. */
static bool is_svg(const struct sl__input *input)
{
    char head[1024];
    size_t len = input->len < sizeof head - 1 ? input->len : sizeof head - 1;

    memcpy(head, input->bytes, len);
    head[len] = '\0';
    return head[strspn(head, "\xef\xbb\xbf \t\r\n")] == '<' && strstr(head, "<svg");
}

static int fail_known(const struct sl__input *input, const char *format, bool video)
{
    if (video)
        return sl_error_set(input->error, SL_E_UNSUPPORTED,
                            "%s: this is a video (%s), not a picture; take a still from it first",
                            input->name, format);
    return sl_error_set(input->error, SL_E_UNSUPPORTED,
                        "%s: this build cannot read %s; convert it to JPEG or PNG", input->name,
                        format);
}

static int fail_unknown(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_UNSUPPORTED,
                        "%s: this is not a picture that can be read; use JPEG, PNG, WebP or GIF",
                        input->name);
}

const struct sl__codec *sl__sniff(const struct sl__input *input, int *code)
{
    size_t i, count = sizeof signatures / sizeof *signatures;

    for (i = 0; i < count && !matches(&signatures[i], input); i++)
        ;
    if (i < count && signatures[i].codec)
        return signatures[i].codec;
    if (i < count)
        *code = fail_known(input, signatures[i].format, signatures[i].video);
    else if (is_bmp(input))
        *code = fail_known(input, "BMP", false);
    else if (is_pnm(input))
        *code = fail_known(input, "PNM", false);
    else if (is_svg(input))
        *code = fail_known(input, "SVG", false);
    else
        *code = fail_unknown(input);
    return NULL;
}
