/* Finds the module that prepares pictures; see media/module.h. */
#ifndef SL_OPEN_PREPARE_MODULE_H
#define SL_OPEN_PREPARE_MODULE_H

#include "media/module.h"

/*
 * The module, opened at the first call: from the folder of the program, or the library folder that
 * the build was configured with. NULL where it is not there or does not fit, with SL_E_UNSUPPORTED
 * and a sentence about `name`.
 */
const struct sl__prepare_module *sl__prepare_module_open(const char *name, struct sl_error *error);

/* As sl_image_prepare, by the module. */
int sl__prepare_picture(struct sl_image *image, const struct sl_media *media,
                        const struct sl_image_options *options, struct sl_error *error);

#endif
