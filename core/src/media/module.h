/*
 * The module that prepares pictures: libsightline-media as a shared object of its own,
 * sightline-prepare.so, that core opens when the first picture comes. A question of text does not
 * wait for the libraries that pictures are read with.
 */
#ifndef SL_PREPARE_MODULE_H
#define SL_PREPARE_MODULE_H

#include <sightline/media.h>

#include "modules.h"
#include "optional.h"

struct sl__prepare_module {
    struct sl__module module;
    int (*prepare)(struct sl_image *image, const struct sl_media *media,
                   const struct sl_image_options *options, struct sl_error *error);
    /* As sl__optional_check. */
    int (*check)(enum sl__optional which, const char *format, struct sl_error *error);
};

#define SL__PREPARE_MODULE_SYMBOL "sl__prepare_module"

#endif
