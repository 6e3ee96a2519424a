/* The way from a picture's own colours to sRGB, with lcms2. Done on the small picture. */
#include <stdlib.h>
#include <string.h>

#include <lcms2.h>

#include "tones.h"

#define CUBE 6        /* steps of each channel when a profile is compared with sRGB */
#define SAME_WITHIN 2 /* levels; profiles that call themselves sRGB differ by rounding */

void *sl__profile_from_icc(const void *icc, size_t len)
{
    if (!icc || len == 0 || len > SL_IMAGE_MAX_PROFILE_BYTES)
        return NULL;
    return cmsOpenProfileFromMem(icc, (cmsUInt32Number)len);
}

void *sl__srgb_curve(void)
{
    static const double parameters[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};

    return cmsBuildParametricToneCurve(NULL, 4, parameters);
}

void *sl__profile_from_curve(const double xy[8], void *curve)
{
    cmsCIExyY white = {xy[0], xy[1], 1};
    cmsCIExyYTRIPLE primaries = {{xy[2], xy[3], 1}, {xy[4], xy[5], 1}, {xy[6], xy[7], 1}};
    cmsToneCurve *curves[3] = {curve, curve, curve};
    void *profile = curve ? cmsCreateRGBProfile(&white, &primaries, curves) : NULL;

    cmsFreeToneCurve(curve);
    return profile;
}

void *sl__profile_from_primaries(const double xy[8], double exponent)
{
    return sl__profile_from_curve(xy,
                                  exponent > 0 ? cmsBuildGamma(NULL, exponent) : sl__srgb_curve());
}

void sl__profile_free(void *profile)
{
    if (profile)
        cmsCloseProfile(profile);
}

static cmsHTRANSFORM transform_to_srgb(cmsHPROFILE profile, cmsUInt32Number format)
{
    cmsHPROFILE srgb = cmsCreate_sRGBProfile();
    cmsHTRANSFORM transform = NULL;

    if (srgb)
        transform = cmsCreateTransform(profile, format, srgb, TYPE_RGB_8, INTENT_PERCEPTUAL, 0);
    if (srgb)
        cmsCloseProfile(srgb);
    return transform;
}

static bool alike(const unsigned char *a, const unsigned char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (abs(a[i] - b[i]) > SAME_WITHIN)
            return false;
    return true;
}

static bool rgb_is_srgb(cmsHTRANSFORM transform)
{
    unsigned char in[CUBE * CUBE * CUBE * 3], out[sizeof in];
    unsigned char *p = in;

    for (unsigned i = 0; i < CUBE * CUBE * CUBE; i++) {
        *p++ = (unsigned char)(i % CUBE * 51);
        *p++ = (unsigned char)(i / CUBE % CUBE * 51);
        *p++ = (unsigned char)(i / CUBE / CUBE * 51);
    }
    cmsDoTransform(transform, in, out, CUBE * CUBE * CUBE);
    return alike(in, out, sizeof in);
}

/* Greys may come with a profile for grey or for RGB; either way they stay grey. */
static void plan_grey(struct sl__colour *colour, cmsHTRANSFORM transform, unsigned channels)
{
    unsigned char in[256 * 3], out[256 * 3], same[256];

    for (unsigned i = 0; i < 256; i++) {
        memset(in + (size_t)i * channels, (int)i, channels);
        same[i] = (unsigned char)i;
    }
    cmsDoTransform(transform, in, out, 256);
    for (unsigned i = 0; i < 256; i++)
        colour->curve[i] = out[i * 3 + 1];
    colour->needed = !alike(same, colour->curve, 256);
    cmsDeleteTransform(transform);
}

static cmsHTRANSFORM transform_for(void *profile, enum sl__space space, unsigned *channels)
{
    cmsColorSpaceSignature has = cmsGetColorSpace(profile);

    *channels = has == cmsSigGrayData ? 1 : has == cmsSigRgbData ? 3 : 4;
    if (has == cmsSigGrayData && space == SL__GREY)
        return transform_to_srgb(profile, TYPE_GRAY_8);
    if (has == cmsSigRgbData && space != SL__CMYK)
        return transform_to_srgb(profile, TYPE_RGB_8);
    if (has == cmsSigCmykData && space == SL__CMYK)
        return transform_to_srgb(profile, TYPE_CMYK_8);
    return NULL;
}

void sl__colour_init(struct sl__colour *colour, void *profile, enum sl__space space)
{
    unsigned channels = 0;
    cmsHTRANSFORM transform = profile ? transform_for(profile, space, &channels) : NULL;

    *colour = (struct sl__colour){.needed = space == SL__CMYK, .space = space};
    if (!transform)
        return;
    if (space == SL__GREY) {
        plan_grey(colour, transform, channels);
        return;
    }
    colour->needed = space == SL__CMYK || !rgb_is_srgb(transform);
    colour->transform = transform;
}

void sl__colour_release(struct sl__colour *colour)
{
    if (colour->transform)
        cmsDeleteTransform(colour->transform);
    colour->transform = NULL;
}

/* What ink leaves of white, for pictures that do not say what their inks look like. */
static void inks_to_rgb(const unsigned char *in, unsigned char *out, uint32_t pixels)
{
    for (; pixels > 0; pixels--, in += 4, out += 3)
        for (unsigned c = 0; c < 3; c++)
            out[c] = (unsigned char)(((255 - in[c]) * (255 - in[3]) + 127) / 255);
}

static void apply_to_row(const struct sl__colour *colour, const unsigned char *in,
                         unsigned char *out, uint32_t pixels)
{
    if (colour->space == SL__GREY)
        for (uint32_t x = 0; x < pixels; x++)
            out[x] = colour->curve[in[x]];
    else if (colour->transform)
        cmsDoTransform(colour->transform, in, out, pixels);
    else
        inks_to_rgb(in, out, pixels);
}

int sl__colour_apply(const struct sl__colour *colour, struct sl__bitmap *bitmap,
                     const struct sl__input *input)
{
    enum sl__space to = colour->space == SL__GREY ? SL__GREY : SL__RGB;
    size_t in_bytes = (size_t)bitmap->width * bitmap->space, out_bytes = (size_t)bitmap->width * to;
    unsigned char *row;

    if (!colour->needed)
        return 0;
    row = malloc(in_bytes);
    if (!row)
        return sl__fail_memory(input);
    for (uint32_t y = 0; y < bitmap->height && !sl__cancelled(input); y++) {
        memcpy(row, bitmap->data + y * in_bytes, in_bytes);
        apply_to_row(colour, row, bitmap->data + y * out_bytes, bitmap->width);
    }
    free(row);
    bitmap->space = to;
    return sl__cancelled(input) ? sl__fail_cancelled(input) : 0;
}
