/* The configuration file as JSON whose every member is known to have the right type. */
#ifndef SL_CONFIG_FILE_H
#define SL_CONFIG_FILE_H

#include <cjson/cJSON.h>

#include "config.h"

/*
 * Reads config->path. `*root`, to be deleted with sl__json_delete_wiped, is NULL without a file.
 * Sets exists, private and the warnings. Errors: SL_E_CONFIG, SL_E_IO, SL_E_TOO_LARGE, SL_E_NOMEM.
 */
int sl__config_file_read(struct sl_config *config, cJSON **root, struct sl_error *error);

#endif
