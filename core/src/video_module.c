/* Finds the video module. */
#include <pthread.h>

#include "modules.h"
#include "video_module.h"

static struct {
    const struct sl__video_module *module;
    char reason[SL__MODULE_REASON];
} opened;

static void open_once(void)
{
    opened.module = (const struct sl__video_module *)sl__module_open(
        "sightline-video.so", SL__VIDEO_MODULE_SYMBOL, opened.reason);
}

const struct sl__video_module *sl__video_module_open(struct sl_error *why)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_once);
    if (!opened.module && *opened.reason)
        sl_error_set(why, SL_E_UNSUPPORTED, "cannot be used (%s); build Sightline again",
                     opened.reason);
    else if (!opened.module)
        sl_error_set(why, SL_E_UNSUPPORTED,
                     "this build has not; install libavformat (Debian: libavformat-dev) and build "
                     "again");
    return opened.module;
}
