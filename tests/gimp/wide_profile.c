/* Writes an ICC profile with the primaries of Adobe RGB (1998) and a gamma of 2.2. */
#include <lcms2.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    const cmsCIExyY white = {0.3127, 0.3290, 1};
    const cmsCIExyYTRIPLE primaries = {{0.64, 0.33, 1}, {0.21, 0.71, 1}, {0.15, 0.06, 1}};

    if (argc != 2) {
        fprintf(stderr, "usage: %s FILE\n", argv[0]);
        return 2;
    }
    cmsToneCurve *gamma = cmsBuildGamma(NULL, 2.2);
    cmsToneCurve *curves[] = {gamma, gamma, gamma};
    cmsHPROFILE profile = cmsCreateRGBProfile(&white, &primaries, curves);
    int good = cmsSaveProfileToFile(profile, argv[1]);

    cmsCloseProfile(profile);
    cmsFreeToneCurve(gamma);
    return good ? 0 : 1;
}
