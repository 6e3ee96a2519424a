/* Colours by the numbers of ITU-T H.273, which HEIC and AVIF name them by. */
#ifndef SL_CICP_H
#define SL_CICP_H

/*
 * A cmsHPROFILE for sl__profile_free; NULL without memory. What is unknown or not specified is that
 * of sRGB. Light beyond the reference white of HDR, 203 cd/m² (ITU-R BT.2408), becomes white.
 */
void *sl__profile_from_cicp(unsigned primaries, unsigned transfer);

#endif
