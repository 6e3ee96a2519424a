/*
 * What the steps of one preparation share.
 *
 *   input → codec: probe → rows → crop → scale → colour → turn → encode
 *                        ↘ planes → scale → turn → encode, without a change of colours
 *                        ↘ verify → strip, for a picture that goes out as it was coded
 *
 * A codec knows one format. Everything behind it sees rows of samples only.
 */
#ifndef SL__PICTURE_H
#define SL__PICTURE_H

#include <sightline/media.h>

/* The bytes of one picture and whom to tell about them. */
struct sl__input {
    const char *name;           /* as error sentences call it */
    const unsigned char *bytes; /* a coded picture, or NULL with `pixels` */
    size_t len;
    unsigned char *owned; /* what sl__input_release frees */
    const struct sl_pixels *pixels;
    const atomic_bool *cancel; /* may be NULL */
    struct sl_error *error;    /* may be NULL */
};

struct sl__tones;

/* What a codec finds in the headers. */
struct sl__picture {
    uint32_t width, height; /* as stored */
    unsigned orientation;   /* of EXIF, 1…8 */
    bool plain;             /* its coded pixels can be sent, if nothing is to be done to them */
    bool animated;
    bool pages;    /* there are more pictures in it, of which the first is delivered */
    bool metadata; /* there is something besides pixels */
    bool deep;     /* more than 8 bits a sample */
    void *profile; /* a cmsHPROFILE, or NULL for sRGB; complete once the rows are open */
    struct sl__tones
        *tones; /* tones.h: of deep samples, made when rows are first opened; or NULL */
};

/* How much larger than wanted a picture is at least when it comes to be scaled: with less, detail
 * is lost. */
#define SL__OVERSIZE 1.4

enum sl__space { SL__GREY = 1, SL__RGB = 3, SL__CMYK = 4 }; /* the value is the channel count */

/*
 * A picture as rows of 8-bit samples, top row first. A codec embeds this as its first member.
 * Samples of CMYK say how much ink there is: 255 is full.
 */
struct sl__rows {
    const struct sl__input *input;
    uint32_t width, height;    /* as delivered */
    double origin_x, origin_y; /* where in them the wanted picture begins, and how much of them */
    double extent_x, extent_y; /* it covers: no whole numbers when scaled while decoded */
    enum sl__space space;
    bool alpha;       /* one channel more, not premultiplied */
    bool untidy;      /* set by the codec: bytes beside the pixels were found among them */
    bool transparent; /* set by sl__rows_read: alpha below 255 was met */
    unsigned char *scratch;
    /* Both return 0 or a code. The one that delivers the last row has verified the whole. */
    int (*next)(struct sl__rows *rows, unsigned char *row);
    /* May be NULL: in place of `next`, where the next row lies until another is wanted. */
    const unsigned char *(*view)(struct sl__rows *rows);
    void (*close)(struct sl__rows *rows);
};

/* The rows of a picture as it is stored, none of them read. */
static inline struct sl__rows sl__rows_whole(const struct sl__input *input,
                                             const struct sl__picture *picture,
                                             enum sl__space space,
                                             int (*next)(struct sl__rows *, unsigned char *),
                                             void (*close)(struct sl__rows *))
{
    return (struct sl__rows){.input = input,
                             .width = picture->width,
                             .height = picture->height,
                             .extent_x = picture->width,
                             .extent_y = picture->height,
                             .space = space,
                             .next = next,
                             .close = close};
}

/* An output whose `data` has room for all that can come. */
struct sl__bytes {
    unsigned char *data;
    size_t len;
};

/* A whole picture in memory; rows follow each other without a gap. */
struct sl__bitmap {
    unsigned char *data;
    uint32_t width, height;
    enum sl__space space;
};

struct sl__planes;

struct sl__codec {
    const char *mime;
    bool everywhere; /* every server decodes it */
    /* Reads headers and fills `picture`. Allocates nothing for pixels. */
    int (*probe)(const struct sl__input *input, struct sl__picture *picture);
    /*
     * Opens the rows of a probed picture. The codec may deliver it smaller, but not under `width` ×
     * `height`, where that is cheaper.
     */
    int (*open)(struct sl__rows **rows, const struct sl__input *input, struct sl__picture *picture,
                uint32_t width, uint32_t height);
    /* Writes the picture again with its coded pixels and nothing else; only for plain ones. */
    int (*strip)(const struct sl__input *input, struct sl__bytes *out);
    /*
     * May be NULL: opens a probed picture as planes of luma and colours (planes.h), to the same
     * sizes; leaves `*planes` alone where it is not coded as such.
     */
    int (*open_planes)(struct sl__planes **planes, const struct sl__input *input,
                       const struct sl__picture *picture, uint32_t width, uint32_t height);
};

extern const struct sl__codec sl__jpeg, sl__png, sl__webp, sl__gif, sl__bmp, sl__pixels;

/* image.c: what sentences call it. */
const char *sl__media_name(const struct sl_media *media);

/* input.c */
int sl__input_open(struct sl__input *input, const struct sl_media *media);
void sl__input_release(struct sl__input *input);

/* fail.c */
bool sl__cancelled(const struct sl__input *input);
/* Each writes its sentence and returns its code. */
int sl__fail_caller(const struct sl__input *input, const char *what);
int sl__fail_cancelled(const struct sl__input *input);
int sl__fail_memory(const struct sl__input *input);
int sl__fail_damaged(const struct sl__input *input);
int sl__fail_cut_short(const struct sl__input *input);

/*
 * unmultiply.c: makes alpha that the samples were multiplied with one that they were not. `colours`
 * samples and alpha a pixel.
 */
void sl__unmultiply(unsigned char *row, uint32_t pixels, unsigned colours);

/* codecs.c: the codec for these bytes, or NULL with the error set and its code in `*code`. */
const struct sl__codec *sl__codec_for(const struct sl__input *input, int *code);
/* 0 for everything that does not begin like a video. */
int sl__refuse_video(const struct sl__input *input, const unsigned char *bytes, size_t len);

/* ebml.c: whether the bytes begin with the head of an EBML document of this type. */
bool sl__ebml_is(const unsigned char *bytes, size_t len, const char *doctype);

/* exif.c: the orientation in a TIFF structure, 1 when there is none. */
unsigned sl__exif_orientation(const unsigned char *tiff, size_t len);

/* rows.c: the rows of the stored `part`, not smaller than `width` × `height`. */
int sl__rows_open(struct sl__rows **rows, const struct sl__codec *codec,
                  const struct sl__input *input, struct sl__picture *picture, struct sl_rect part,
                  uint32_t width, uint32_t height);
/* One row without alpha: laid on white. `row` has room for width × space samples. */
int sl__rows_read(struct sl__rows *rows, unsigned char *row);
/* For codecs: the colour of each of `n` indices, with its alpha or without. */
void sl__look_up(unsigned char *out, const unsigned char colours[256][4],
                 const unsigned char *indices, size_t n, bool alpha);
/* NULL is fine. */
void sl__rows_close(struct sl__rows *rows);

/*
 * crop.c: finds the stored part that is wanted of the upright picture, cut to its edges, or all of
 * it. SL_E_INVALID when nothing of it is in the picture.
 */
int sl__crop_find(struct sl_rect *part, struct sl_rect wanted, const struct sl__picture *picture,
                  const struct sl__input *input);
/* Puts the rows of a part in the place of those of the whole; they own these. */
int sl__crop_rows(struct sl__rows **rows, const struct sl__picture *picture, struct sl_rect part);
/* How long a side of the whole has to be for `part` of it to be as long as `target`. */
uint32_t sl__crop_whole_side(uint32_t side, uint32_t part, uint32_t target);
static inline bool sl__crop_is_all(struct sl_rect part, const struct sl__picture *picture)
{
    return part.width == picture->width && part.height == picture->height;
}

/* bytes.c */
int sl__bytes_init(struct sl__bytes *out, const struct sl__input *input, size_t room);
void sl__bytes_add(struct sl__bytes *out, const void *data, size_t len);

/*
 * scale.c: reads all rows into `out`, whose width and height say the wanted size. The memory of
 * `out` is the caller's.
 */
int sl__scale(struct sl__bitmap *out, struct sl__rows *rows);

/* turn.c: turns the bitmap upright. */
int sl__turn(struct sl__bitmap *bitmap, unsigned orientation, const struct sl__input *input);
void sl__upright_size(const struct sl__picture *picture, uint32_t *width, uint32_t *height);
/* Where a part of the upright picture is stored. */
struct sl_rect sl__turn_back(struct sl_rect part, const struct sl__picture *picture);
/* Whether the left edge as stored is not at the left or the top of the upright picture; and the top
 * edge. */
void sl__turn_mirrors(unsigned orientation, bool *left, bool *top);

/* jpeg_encode.c: sets all of `image` but what was done. */
int sl__jpeg_encode(struct sl_image *image, const struct sl__bitmap *bitmap,
                    const struct sl__input *input);

/* colour.c */
struct sl__colour {
    bool needed;
    enum sl__space space;
    void *transform;          /* RGB and CMYK; a cmsHTRANSFORM, or NULL for plain CMYK */
    unsigned char curve[256]; /* grey */
};

/* ICC bytes, or the chromaticities of white, red, green, blue and the exponent of the samples. Both
 * return NULL where there is nothing usable. */
void *sl__profile_from_icc(const void *icc, size_t len);
void *sl__profile_from_primaries(const double xy[8], double exponent);
/* The same with a cmsToneCurve, which is taken; NULL is fine. */
void *sl__profile_from_curve(const double xy[8], void *curve);
void sl__profile_free(void *profile);

/* Plans the way to sRGB; a profile that does not fit the samples is ignored. */
void sl__colour_init(struct sl__colour *colour, void *profile, enum sl__space space);
void sl__colour_release(struct sl__colour *colour);
/* The space of the bitmap is grey or RGB afterwards. */
int sl__colour_apply(const struct sl__colour *colour, struct sl__bitmap *bitmap,
                     const struct sl__input *input);

static inline uint32_t sl__be16(const unsigned char *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t sl__be32(const unsigned char *p)
{
    return sl__be16(p) << 16 | sl__be16(p + 2);
}

static inline uint32_t sl__le16(const unsigned char *p)
{
    return (uint32_t)p[1] << 8 | p[0];
}

static inline uint32_t sl__le32(const unsigned char *p)
{
    return sl__le16(p + 2) << 16 | sl__le16(p);
}

#endif
