/* Tells formats apart by their first bytes; names are not looked at. */
#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>

#include "optional.h"
#include "picture.h"
#include "sniff.h"
#include "translate.h"

struct signature {
    const struct sl__codec *codec; /* NULL: known, but not read, or by a module */
    const char *format;
    const char *magic;
    unsigned char len, offset; /* of `magic` */
    const char *brand;         /* four more bytes, at offset 8 */
    const char *doctype;       /* of an EBML document */
    const char *mime;          /* of a video */
    enum sl__optional module;
    bool (*is)(const unsigned char *bytes, size_t len); /* where `magic` is too little to go by */
};

#define MAGIC(text) .magic = text, .len = sizeof text - 1
#define EBML(type) .magic = "", .doctype = type

/* Two letters are too little to go by: the size of the second header must be a known one. */
static bool is_bmp(const unsigned char *bytes, size_t len)
{
    static const unsigned char sizes[] = {12, 16, 40, 52, 56, 64, 108, 124};

    return len > 18 && memcmp(bytes + 15, "\0\0", 3) == 0 && memchr(sizes, bytes[14], sizeof sizes);
}

static bool is_pnm(const unsigned char *p, size_t len)
{
    return len > 3 && p[1] >= '1' && p[1] <= '7' && strchr(" \t\r\n#", p[2]) && p[2];
}

/* SVG is text that has an svg element near its beginning, after an XML head or comments. */
static bool is_svg(const unsigned char *bytes, size_t len)
{
    char head[1024];

    len = len < sizeof head - 1 ? len : sizeof head - 1;
    memcpy(head, bytes, len);
    head[len] = '\0';
    return head[strspn(head, "\xef\xbb\xbf \t\r\n")] == '<' && strstr(head, "<svg");
}

/* The same behind gzip. libdeflate fills the room that there is before it says that it is too
 * little; without a sound beginning there is nothing in it. */
static bool is_svgz(const unsigned char *bytes, size_t len)
{
    unsigned char head[1024] = {0};
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();

    if (!inflater)
        return false;
    libdeflate_gzip_decompress(inflater, bytes, len, head, sizeof head, NULL);
    libdeflate_free_decompressor(inflater);
    return is_svg(head, strnlen((const char *)head, sizeof head));
}

/* A box of QuickTime's that may be the first: it is not as long as a letter makes it. */
static bool is_box(const unsigned char *bytes, size_t len)
{
    return len > 8 && bytes[0] == 0;
}

static bool has_packets(const unsigned char *bytes, size_t len, size_t packet)
{
    enum { SYNC = 0x47, ENOUGH = 5 };
    bool found = len >= packet * ENOUGH;

    for (size_t i = 0; found && i < ENOUGH; i++)
        found = bytes[i * packet] == SYNC;
    return found;
}

/* The packets of a transport stream all have the same length and first byte. A recording may begin
 * within one. */
static bool is_transport_stream(const unsigned char *bytes, size_t len)
{
    static const size_t packets[] = {188, 192, 204};

    for (size_t i = 0; i < sizeof packets / sizeof *packets; i++)
        for (size_t start = 0; start < packets[i] && start < len; start++)
            if (has_packets(bytes + start, len - start, packets[i]))
                return true;
    return false;
}

static const struct signature signatures[] = {
    {&sl__jpeg, "JPEG", MAGIC("\xff\xd8\xff")},
    {&sl__png, "PNG", MAGIC("\x89PNG\r\n\x1a\n")},
    {&sl__gif, "GIF", MAGIC("GIF87a")},
    {&sl__gif, "GIF", MAGIC("GIF89a")},
    {&sl__webp, "WebP", MAGIC("RIFF"), .brand = "WEBP"},
    {NULL, "HEIC", MAGIC("ftyp"), 4, "heic", .module = SL__HEIF_MODULE},
    {NULL, "HEIC", MAGIC("ftyp"), 4, "heix", .module = SL__HEIF_MODULE},
    {NULL, "HEIC", MAGIC("ftyp"), 4, "heim", .module = SL__HEIF_MODULE},
    {NULL, "HEIC", MAGIC("ftyp"), 4, "heis", .module = SL__HEIF_MODULE},
    {NULL, "HEIC", MAGIC("ftyp"), 4, "hevc", .module = SL__HEIF_MODULE},
    {NULL, "HEIC", MAGIC("ftyp"), 4, "hevx", .module = SL__HEIF_MODULE},
    {NULL, "HEIF", MAGIC("ftyp"), 4, "mif1", .module = SL__HEIF_MODULE},
    {NULL, "HEIF", MAGIC("ftyp"), 4, "msf1", .module = SL__HEIF_MODULE},
    {NULL, "AVIF", MAGIC("ftyp"), 4, "avif", .module = SL__HEIF_MODULE},
    {NULL, "AVIF", MAGIC("ftyp"), 4, "avis", .module = SL__HEIF_MODULE},
    {NULL, "Canon CR3", MAGIC("ftyp"), 4, "crx "},
    {NULL, "QuickTime", MAGIC("ftyp"), 4, "qt  ", .mime = "video/quicktime"},
    {NULL, "MP4", MAGIC("ftyp"), 4, .mime = "video/mp4"},
    {NULL, "QuickTime", MAGIC("moov"), 4, .mime = "video/quicktime"},
    {NULL, "QuickTime", MAGIC("mdat"), 4, .mime = "video/quicktime"},
    {NULL, "QuickTime", MAGIC("wide"), 4, .mime = "video/quicktime"},
    {NULL, "QuickTime", MAGIC("free"), 4, .mime = "video/quicktime", .is = is_box},
    {NULL, "QuickTime", MAGIC("skip"), 4, .mime = "video/quicktime", .is = is_box},
    {NULL, "QuickTime", MAGIC("pnot"), 4, .mime = "video/quicktime", .is = is_box},
    {NULL, "Matroska", EBML("matroska"), .mime = "video/x-matroska"},
    {NULL, "WebM", EBML("webm"), .mime = "video/webm"},
    {NULL, SL__TR_NOOP("Matroska or WebM"), MAGIC("\x1a\x45\xdf\xa3"), .mime = "video/webm"},
    {NULL, "AVI", MAGIC("RIFF"), .brand = "AVI ", .mime = "video/x-msvideo"},
    {NULL, "Flash video", MAGIC("FLV\1"), .mime = "video/x-flv"},
    {NULL, "Windows Media", MAGIC("\x30\x26\xb2\x75\x8e\x66\xcf\x11"), .mime = "video/x-ms-wmv"},
    {NULL, "MPEG", MAGIC("\0\0\1\xba"), .mime = "video/mpeg"},
    {NULL, "MPEG", MAGIC("\0\0\1\xb3"), .mime = "video/mpeg"},
    {NULL, "Ogg", MAGIC("OggS\0"), .mime = "video/ogg"},
    {NULL, "RealMedia", MAGIC(".RMF"), .mime = "application/vnd.rn-realmedia"},
    {NULL, "MXF", MAGIC("\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02"), .mime = "application/mxf"},
    {NULL, "TIFF", MAGIC("II*\0"), .module = SL__TIFF_MODULE},
    {NULL, "TIFF", MAGIC("MM\0*"), .module = SL__TIFF_MODULE},
    {NULL, "BigTIFF", MAGIC("II+\0"), .module = SL__TIFF_MODULE},
    {NULL, "BigTIFF", MAGIC("MM\0+"), .module = SL__TIFF_MODULE},
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
    {&sl__bmp, "BMP", MAGIC("BM"), .is = is_bmp},
    {NULL, "PNM", MAGIC("P"), .is = is_pnm},
    {NULL, "MPEG transport stream", MAGIC(""), .mime = "video/mp2t", .is = is_transport_stream},
    {NULL, "SVG", MAGIC("\x1f\x8b\x08"), .module = SL__SVG_MODULE, .is = is_svgz},
    {NULL, "SVG", MAGIC(""), .module = SL__SVG_MODULE, .is = is_svg},
};

static bool matches(const struct signature *s, const unsigned char *bytes, size_t len)
{
    if (len < (size_t)s->offset + s->len || memcmp(bytes + s->offset, s->magic, s->len) != 0)
        return false;
    if (s->doctype)
        return sl__ebml_is(bytes, len, s->doctype);
    if (s->is)
        return s->is(bytes, len);
    return !s->brand || (len >= 12 && memcmp(bytes + 8, s->brand, 4) == 0);
}

static const struct signature *find(const unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
        if (matches(&signatures[i], bytes, len))
            return &signatures[i];
    return NULL;
}

const char *sl__sniff_video(const unsigned char *bytes, size_t len)
{
    const struct signature *found = find(bytes, len);

    return found ? found->mime : NULL;
}

static int fail_video(const struct sl__input *input, const char *format)
{
    return sl_error_set(input->error, SL_E_UNSUPPORTED,
                        "%s: this is a video (%s), not a picture; take a still from it first",
                        input->name, sl__tr(format));
}

int sl__refuse_video(const struct sl__input *input, const unsigned char *bytes, size_t len)
{
    const struct signature *found = find(bytes, len);

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

const struct sl__codec *sl__sniff(const struct sl__input *input, int *code)
{
    const struct signature *found = find(input->bytes, input->len);

    if (found && found->codec)
        return found->codec;
    if (found && found->module)
        return sl__optional_codec(found->module, found->format, input, code);
    if (found)
        *code = found->mime ? fail_video(input, found->format) : fail_known(input, found->format);
    else
        *code = fail_unknown(input);
    return NULL;
}
