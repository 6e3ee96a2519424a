/* The table of the module that prepares pictures. */
#include "module.h"

#include <sightline/sightline.h>

SL_API extern const struct sl__prepare_module sl__prepare_module;
const struct sl__prepare_module sl__prepare_module = {
    .module = SL__MODULE,
    .prepare = sl_image_prepare,
    .check = sl__optional_check,
};
