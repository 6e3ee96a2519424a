/* Finds the module that prepares pictures. */
#include "prepare_module.h"
#include "media/picture.h"

const struct sl__prepare_module *sl__prepare_module_open(const char *name, struct sl_error *error)
{
    static struct sl__module_slot slot = {.file = "sightline-prepare.so",
                                          .symbol = SL__PREPARE_MODULE_SYMBOL};
    const struct sl__module *module = sl__module_open(&slot);
    if (!module)
        sl_error_set(error, SL_E_UNSUPPORTED,
                     "%s: sightline-prepare.so, which reads pictures, cannot be used (%s); install "
                     "what is missing, or Sightline again, and start this program anew",
                     name, *slot.reason ? slot.reason : sl__tr("it is not there"));
    return (const struct sl__prepare_module *)module;
}

int sl__prepare_picture(struct sl_image *image, const struct sl_media *media,
                        const struct sl_image_options *options, struct sl_error *error)
{
    const struct sl__prepare_module *module = sl__prepare_module_open(sl__media_name(media), error);
    return module ? module->prepare(image, media, options, error) : SL_E_UNSUPPORTED;
}
