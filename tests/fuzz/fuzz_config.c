/* Fuzzes the configuration file. */
#include <stdlib.h>

#include <sightline/config.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    struct sl_config *config = NULL;
    struct sl_error error = SL_ERROR_INIT;
    setenv("SIGHTLINE_CONFIG", fuzz_file(data, len), 1);
    int code = sl_config_load(&config, &error);
    if (code ? config || !error.message[0] : !config)
        abort();
    sl_config_free(config);
    return 0;
}
