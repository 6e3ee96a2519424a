/* The record of what was used, in a place of the test's own. */
#ifndef TESTS_RECORD_H
#define TESTS_RECORD_H

#include <sightline/config.h>

#include "harness.h"
#include "place.h"

static const char RECORD[] = "state/sightline/usage.jsonl";

/* The configuration that a file of this text gives, with a state folder in the place. */
static inline struct sl_config *load(const char *file)
{
    struct sl_config *config = NULL;
    setenv("XDG_STATE_HOME", in_place("state"), 1);
    put_file(".config/sightline/config.json", file, 0600);
    assert_int_equal(sl_config_load(&config, NULL), 0);
    return config;
}

#endif
