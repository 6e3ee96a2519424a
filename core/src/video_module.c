/* Finds the video module. */
#include "video_module.h"
#include "modules.h"

const struct sl__video_module *sl__video_module_open(struct sl_error *why)
{
    static struct sl__module_slot slot = {.file = "sightline-video.so",
                                          .symbol = SL__VIDEO_MODULE_SYMBOL};
    const struct sl__module *module = sl__module_open(&slot);
    if (!module && *slot.reason)
        sl_error_set(why, SL_E_UNSUPPORTED, "cannot be used (%s); build Sightline again",
                     slot.reason);
    else if (!module)
        sl_error_set(why, SL_E_UNSUPPORTED,
                     "this build has not; install libavformat (Debian: libavformat-dev) and build "
                     "again");
    return (const struct sl__video_module *)module;
}
