/* Finds the module that prepares pictures. */
#include <pthread.h>

#include "media/picture.h"
#include "prepare_module.h"

static struct {
    const struct sl__prepare_module *module;
    char reason[SL__MODULE_REASON];
} opened;

static void open_once(void)
{
    opened.module = (const struct sl__prepare_module *)sl__module_open(
        "sightline-prepare.so", SL__PREPARE_MODULE_SYMBOL, opened.reason);
}

const struct sl__prepare_module *sl__prepare_module_open(const char *name, struct sl_error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_once);
    if (!opened.module)
        sl_error_set(error, SL_E_UNSUPPORTED,
                     "%s: sightline-prepare.so, which reads pictures, cannot be used (%s); install "
                     "Sightline again, and start this program anew",
                     name, *opened.reason ? opened.reason : sl__tr("it is not there"));
    return opened.module;
}

int sl__prepare_picture(struct sl_image *image, const struct sl_media *media,
                        const struct sl_image_options *options, struct sl_error *error)
{
    const struct sl__prepare_module *module = sl__prepare_module_open(sl__media_name(media), error);
    return module ? module->prepare(image, media, options, error) : SL_E_UNSUPPORTED;
}
