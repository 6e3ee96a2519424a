/*
 * A picture module: a codec in a shared object of its own, linked to the library that it reads a
 * format with. See media/picture.h for what a codec is.
 */
#ifndef SL_PICTURE_MODULE_H
#define SL_PICTURE_MODULE_H

#include "media/picture.h"
#include "modules.h"

struct sl__picture_module {
    struct sl__module module;
    struct sl__codec codec;
};

#define SL__PICTURE_MODULE_SYMBOL "sl__picture_module"

#endif
