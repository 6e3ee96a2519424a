/* Tells formats apart by their first bytes; names are not looked at. */
#include <string.h>

#include "picture.h"
#include "sniff.h"
#include "translate.h"

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
bool sl__is_svg(const unsigned char *bytes, size_t len)
{
    char head[1024];

    len = len < sizeof head - 1 ? len : sizeof head - 1;
    memcpy(head, bytes, len);
    head[len] = '\0';
    return head[strspn(head, "\xef\xbb\xbf \t\r\n")] == '<' && strstr(head, "<svg");
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

static const struct sl__signature signatures[] = {
    {"JPEG", MAGIC("\xff\xd8\xff"), .codec = SL__READS_JPEG},
    {"PNG", MAGIC("\x89PNG\r\n\x1a\n"), .codec = SL__READS_PNG},
    {"GIF", MAGIC("GIF87a"), .codec = SL__READS_GIF},
    {"GIF", MAGIC("GIF89a"), .codec = SL__READS_GIF},
    {"WebP", MAGIC("RIFF"), .brand = "WEBP", .codec = SL__READS_WEBP},
    {"HEIC", MAGIC("ftyp"), 4, "heic", .module = SL__HEIF_MODULE},
    {"HEIC", MAGIC("ftyp"), 4, "heix", .module = SL__HEIF_MODULE},
    {"HEIC", MAGIC("ftyp"), 4, "heim", .module = SL__HEIF_MODULE},
    {"HEIC", MAGIC("ftyp"), 4, "heis", .module = SL__HEIF_MODULE},
    {"HEIC", MAGIC("ftyp"), 4, "hevc", .module = SL__HEIF_MODULE},
    {"HEIC", MAGIC("ftyp"), 4, "hevx", .module = SL__HEIF_MODULE},
    {"HEIF", MAGIC("ftyp"), 4, "mif1", .module = SL__HEIF_MODULE},
    {"HEIF", MAGIC("ftyp"), 4, "msf1", .module = SL__HEIF_MODULE},
    {"AVIF", MAGIC("ftyp"), 4, "avif", .module = SL__HEIF_MODULE},
    {"AVIF", MAGIC("ftyp"), 4, "avis", .module = SL__HEIF_MODULE},
    {"Canon CR3", MAGIC("ftyp"), 4, "crx "},
    {"QuickTime", MAGIC("ftyp"), 4, "qt  ", .mime = "video/quicktime"},
    {"MP4", MAGIC("ftyp"), 4, .mime = "video/mp4"},
    {"QuickTime", MAGIC("moov"), 4, .mime = "video/quicktime"},
    {"QuickTime", MAGIC("mdat"), 4, .mime = "video/quicktime"},
    {"QuickTime", MAGIC("wide"), 4, .mime = "video/quicktime"},
    {"QuickTime", MAGIC("free"), 4, .mime = "video/quicktime", .is = is_box},
    {"QuickTime", MAGIC("skip"), 4, .mime = "video/quicktime", .is = is_box},
    {"QuickTime", MAGIC("pnot"), 4, .mime = "video/quicktime", .is = is_box},
    {"Matroska", EBML("matroska"), .mime = "video/x-matroska"},
    {"WebM", EBML("webm"), .mime = "video/webm"},
    {SL__TR_NOOP("Matroska or WebM"), MAGIC("\x1a\x45\xdf\xa3"), .mime = "video/webm"},
    {"AVI", MAGIC("RIFF"), .brand = "AVI ", .mime = "video/x-msvideo"},
    {"Flash video", MAGIC("FLV\1"), .mime = "video/x-flv"},
    {"Windows Media", MAGIC("\x30\x26\xb2\x75\x8e\x66\xcf\x11"), .mime = "video/x-ms-wmv"},
    {"MPEG", MAGIC("\0\0\1\xba"), .mime = "video/mpeg"},
    {"MPEG", MAGIC("\0\0\1\xb3"), .mime = "video/mpeg"},
    {"Ogg", MAGIC("OggS\0"), .mime = "video/ogg"},
    {"RealMedia", MAGIC(".RMF"), .mime = "application/vnd.rn-realmedia"},
    {"MXF", MAGIC("\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02"), .mime = "application/mxf"},
    {"TIFF", MAGIC("II*\0"), .module = SL__TIFF_MODULE},
    {"TIFF", MAGIC("MM\0*"), .module = SL__TIFF_MODULE},
    {"BigTIFF", MAGIC("II+\0"), .module = SL__TIFF_MODULE},
    {"BigTIFF", MAGIC("MM\0+"), .module = SL__TIFF_MODULE},
    {"PDF", MAGIC("%PDF-")},
    {"PostScript", MAGIC("%!PS")},
    {"Photoshop", MAGIC("8BPS")},
    {"XCF", MAGIC("gimp xcf ")},
    {"JPEG XL", MAGIC("\xff\x0a")},
    {"JPEG XL", MAGIC("\0\0\0\x0cJXL \r\n\x87\n")},
    {"JPEG 2000", MAGIC("\0\0\0\x0cjP  \r\n\x87\n")},
    {"JPEG 2000", MAGIC("\xff\x4f\xff\x51")},
    {"OpenEXR", MAGIC("\x76\x2f\x31\x01")},
    {"QOI", MAGIC("qoif")},
    {"icon", MAGIC("\0\0\1\0")},
    {"DDS", MAGIC("DDS \x7c\0\0\0")},
    {"BMP", MAGIC("BM"), .is = is_bmp, .codec = SL__READS_BMP},
    {"PNM", MAGIC("P"), .is = is_pnm},
    {"MPEG transport stream", MAGIC(""), .mime = "video/mp2t", .is = is_transport_stream},
    {"SVG", MAGIC("\x1f\x8b\x08"), .module = SL__SVG_MODULE, .packed = true},
    {"SVG", MAGIC(""), .module = SL__SVG_MODULE, .is = sl__is_svg},
};

static bool matches(const struct sl__signature *s, const unsigned char *bytes, size_t len)
{
    if (len < (size_t)s->offset + s->len || memcmp(bytes + s->offset, s->magic, s->len) != 0)
        return false;
    if (s->doctype)
        return sl__ebml_is(bytes, len, s->doctype);
    if (s->is)
        return s->is(bytes, len);
    return !s->brand || (len >= 12 && memcmp(bytes + 8, s->brand, 4) == 0);
}

const struct sl__signature *sl__sniff(const unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
        if (matches(&signatures[i], bytes, len))
            return &signatures[i];
    return NULL;
}

const char *sl__sniff_video(const unsigned char *bytes, size_t len)
{
    const struct sl__signature *found = sl__sniff(bytes, len);

    return found ? found->mime : NULL;
}
