/*
 * Curves for samples of 16 bits and floating point.
 *
 * A curve that is steep in the dark, as that of light itself, leaves too few of its 8-bit samples
 * there. So samples with such a profile are given the curve of sRGB before they become 8 bits, and
 * the profile, of which only the primaries are still to be converted, is given it too.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <lcms2.h>

#include "tones.h"

#define STEEP (3 / 12.92F / 255) /* light of the first of 255 steps that is 3 of sRGB's */

/* The light that each level but the first begins at. */
struct levels {
    float from[256];
};

static struct levels find_levels(void)
{
    struct levels levels = {{0}};

    for (unsigned i = 1; i < 256; i++) {
        float value = ((float)i - 0.5F) / 255;

        levels.from[i] = value <= 0.04045F ? value / 12.92F : powf((value + 0.055F) / 1.055F, 2.4F);
    }
    return levels;
}

/* What is no number is 0. */
static unsigned char level_of(float light, const struct levels *levels)
{
    unsigned level = 0;

    for (unsigned step = 128; step > 0; step /= 2)
        if (light >= levels->from[level + step])
            level += step;
    return (unsigned char)level;
}

struct sl__tones *sl__tones_of_light(void)
{
    const struct levels levels = find_levels();
    struct sl__tones *tones = malloc(sizeof *tones);

    for (unsigned i = 0; tones && i < SL__TONE_STEPS; i++)
        tones->curve[0][i] = level_of((float)i / (SL__TONE_STEPS - 1), &levels);
    for (unsigned c = 1; tones && c < 3; c++)
        memcpy(tones->curve[c], tones->curve[0], SL__TONE_STEPS);
    return tones;
}

static const cmsTagSignature *tags_of(cmsHPROFILE profile)
{
    static const cmsTagSignature rgb[3] = {cmsSigRedTRCTag, cmsSigGreenTRCTag, cmsSigBlueTRCTag};
    static const cmsTagSignature grey[3] = {cmsSigGrayTRCTag, cmsSigGrayTRCTag, cmsSigGrayTRCTag};
    static const cmsTagSignature tables[] = {cmsSigAToB0Tag, cmsSigAToB1Tag, cmsSigDToB0Tag,
                                             cmsSigDToB1Tag};
    cmsColorSpaceSignature space = cmsGetColorSpace(profile);

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (cmsIsTag(profile, tables[i]))
            return NULL;
    return space == cmsSigRgbData ? rgb : space == cmsSigGrayData ? grey : NULL;
}

/* Whether there are all curves, and one of them is steep. */
static bool are_steep(cmsToneCurve *const curves[3])
{
    bool steep = false;

    for (unsigned c = 0; c < 3; c++) {
        if (!curves[c])
            return false;
        steep = steep || cmsEvalToneCurveFloat(curves[c], 1 / 255.0F) > STEEP;
    }
    return steep;
}

/* Most profiles have the same curve for all channels. */
static void fill(struct sl__tones *tones, cmsToneCurve *const curves[3])
{
    const struct levels levels = find_levels();

    for (unsigned c = 0; c < 3; c++) {
        if (c > 0 && curves[c] == curves[c - 1]) {
            memcpy(tones->curve[c], tones->curve[c - 1], SL__TONE_STEPS);
            continue;
        }
        for (unsigned i = 0; i < SL__TONE_STEPS; i++)
            tones->curve[c][i] = level_of(
                cmsEvalToneCurveFloat(curves[c], (float)i / (SL__TONE_STEPS - 1)), &levels);
    }
}

static bool give_srgb_curve(cmsHPROFILE profile, const cmsTagSignature tags[3])
{
    cmsToneCurve *curve = sl__srgb_curve();
    bool good = curve;

    for (unsigned c = 0; c < 3 && good; c++)
        good = cmsWriteTag(profile, tags[c], curve);
    cmsFreeToneCurve(curve);
    return good;
}

struct sl__tones *sl__tones_take(void *profile, bool *dry)
{
    const cmsTagSignature *tags = profile ? tags_of(profile) : NULL;
    cmsToneCurve *curves[3] = {NULL, NULL, NULL};
    struct sl__tones *tones = NULL;

    for (unsigned c = 0; tags && c < 3; c++)
        curves[c] = cmsReadTag(profile, tags[c]);
    bool steep = are_steep(curves);
    if (steep)
        tones = malloc(sizeof *tones);
    *dry = steep && !tones;
    if (!tones)
        return NULL;
    fill(tones, curves);
    if (give_srgb_curve(profile, tags))
        return tones;
    free(tones);
    return NULL;
}
