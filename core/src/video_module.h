/* Finds the video module; see video/module.h for what it does. */
#ifndef SL_OPEN_VIDEO_MODULE_H
#define SL_OPEN_VIDEO_MODULE_H

#include "video/module.h"

/*
 * The module, opened at the first call: from the folder of the program, or the library folder that
 * the build was configured with. `name` is the file that needs it. NULL with SL_E_UNSUPPORTED where
 * it is not there or does not fit; the sentence says how to get it, and how to do without.
 */
const struct sl__video_module *sl__video_module_open(const char *name, struct sl_error *error);

#endif
