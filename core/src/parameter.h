/*
 * The settings of a request that a task, a configuration or a host may give: their names, what
 * their values may be, and what each protocol calls them.
 *
 * A set of settings is a cJSON object whose members were checked against the table.
 */
#ifndef SL_PARAMETER_H
#define SL_PARAMETER_H

#include <stdint.h>

#include <cjson/cJSON.h>
#include <sightline/error.h>

#include "provider.h"

enum sl__parameter {
    SL__TEMPERATURE,
    SL__TOP_P,
    SL__TOP_K,
    SL__MAX_TOKENS,
    SL__STOP,
    SL__SEED,
    SL__N,
    SL__FREQUENCY_PENALTY,
    SL__PRESENCE_PENALTY,
    SL__LOGPROBS,
    SL__TOP_LOGPROBS,
    SL__TOOL_CHOICE,
    SL__PARALLEL_TOOL_CALLS,
    SL__REASONING_MAX_TOKENS,
    SL__REASONING_EXCLUDE,
    SL__EXTRA, /* an object whose members are sent as they are */
    SL__PARAMETERS,
};

#define SL__BIT(parameter) (UINT32_C(1) << (parameter))

struct sl__parameter_row {
    const char *name;
    const char *field[SL__PROTOCOLS]; /* NULL: a protocol has none, or the body places it itself */
};

const struct sl__parameter_row *sl__parameter_at(enum sl__parameter parameter);

/* -1 for a name that is none. */
int sl__parameter_find(const char *name);

/*
 * Checks one value. The sentence begins with `where` and names the setting and what it may be.
 * Errors: SL_E_CONFIG.
 */
int sl__parameter_check(const char *name, const cJSON *value, const char *where,
                        struct sl_error *error);

/* Copies the members of `from`, which may be NULL, over those of `to`. Errors: SL_E_NOMEM. */
int sl__settings_merge(cJSON *to, const cJSON *from);

/* The settings of this set that `abilities` do not have, as bits. */
uint32_t sl__settings_undocumented(const cJSON *settings, const struct sl__abilities *abilities);

#endif
