/* Profiles from the numbers of ITU-T H.273. */
#include <math.h>
#include <stddef.h>

#include <lcms2.h>

#include "cicp.h"
#include "media/picture.h"

#define STEPS 4096
#define PQ_PEAK 10000.0 /* cd/m² */
#define WHITE 203.0     /* cd/m², the reference white of HDR */

enum { GAMMA_22 = 4, GAMMA_28 = 5, LINEAR = 8, PQ = 16, HLG = 18 };

/* Chromaticities of white, red, green and blue. */
static const struct primaries {
    unsigned number;
    double xy[8];
} all[] = {
    {1, {0.3127, 0.3290, 0.640, 0.330, 0.300, 0.600, 0.150, 0.060}},
    {4, {0.3101, 0.3162, 0.670, 0.330, 0.210, 0.710, 0.140, 0.080}},
    {5, {0.3127, 0.3290, 0.640, 0.330, 0.290, 0.600, 0.150, 0.060}},
    {6, {0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070}},
    {7, {0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070}},
    {9, {0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046}},
    {11, {0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060}},
    {12, {0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060}},
    {22, {0.3127, 0.3290, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077}},
};

/* SMPTE ST 2084, as a part of the reference white. */
static double pq_light(double signal)
{
    const double m1 = 2610 / 16384.0, m2 = 2523 / 32.0, c1 = 3424 / 4096.0, c2 = 2413 / 128.0,
                 c3 = 2392 / 128.0;
    double p = pow(signal, 1 / m2), above = fmax(p - c1, 0);

    return pow(above / (c2 - c3 * p), 1 / m1) * PQ_PEAK / WHITE;
}

/* ITU-R BT.2100; its reference white is at three quarters of the signal. */
static double hlg_scene(double signal)
{
    const double a = 0.17883277, b = 0.28466892, c = 0.55991073;

    return signal <= 0.5 ? signal * signal / 3 : (exp((signal - c) / a) + b) / 12;
}

static double hlg_light(double signal)
{
    return pow(hlg_scene(signal) / hlg_scene(0.75), 1.2);
}

static cmsToneCurve *tabulated(double (*light)(double))
{
    cmsUInt16Number table[STEPS];

    for (unsigned i = 0; i < STEPS; i++)
        table[i] = (cmsUInt16Number)lround(fmin(light(i / (STEPS - 1.0)), 1) * 65535);
    return cmsBuildTabulatedToneCurve16(NULL, STEPS, table);
}

static const double *find(unsigned number)
{
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].number == number)
            return all[i].xy;
    return all[0].xy;
}

/* The curves of television are shown as that of sRGB, by everybody. */
void *sl__profile_from_cicp(unsigned primaries, unsigned transfer)
{
    const double *xy = find(primaries);

    switch (transfer) {
    case GAMMA_22:
        return sl__profile_from_primaries(xy, 2.2);
    case GAMMA_28:
        return sl__profile_from_primaries(xy, 2.8);
    case LINEAR:
        return sl__profile_from_primaries(xy, 1);
    case PQ:
        return sl__profile_from_curve(xy, tabulated(pq_light));
    case HLG:
        return sl__profile_from_curve(xy, tabulated(hlg_light));
    }
    return sl__profile_from_primaries(xy, 0);
}
