/* Finds the video module; see video/module.h for what it does. */
#ifndef SL_OPEN_VIDEO_MODULE_H
#define SL_OPEN_VIDEO_MODULE_H

#include "video/module.h"

/*
 * The module, opened at the first call: from the folder of the program, or the library folder that
 * the build was configured with. NULL where it is not there or does not fit, with SL_E_UNSUPPORTED
 * and the rest of a sentence: "… needs the video module, which this build has not; install …".
 */
const struct sl__video_module *sl__video_module_open(struct sl_error *why);

#endif
