/*
 * The built-in providers, and what sets them apart: a table, so that no other file asks which
 * provider it talks to.
 */
#ifndef SL_PROVIDER_H
#define SL_PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

#include <sightline/media.h>

/* Where the reasoning effort stands in a Chat Completions request. */
enum sl__effort_place {
    SL__EFFORT_NOWHERE,
    SL__EFFORT_FLAT,   /* "reasoning_effort": "low" */
    SL__EFFORT_NESTED, /* "reasoning": {"effort": "low"} */
};

struct sl__provider_row {
    const char *name;
    const char *base_url;
    const char *model;
    const char *key_env; /* NULL: needs no key */
    const char *console; /* where a key is made, or NULL */
    enum sl__effort_place effort;
    bool detail;              /* takes image_url.detail */
    const char *other_region; /* the provider to suggest when this one refuses a key, or NULL */
};

/* NULL for a name that is not built in. */
const struct sl__provider_row *sl__provider_find(const char *name);

/* What a provider of the user's own is taken to be like. */
const struct sl__provider_row *sl__provider_default(void);

/*
 * The rows one after another, NULL past the last: a key variable of the table may be sent to the
 * addresses of the rows that name it, and to no others.
 */
const struct sl__provider_row *sl__provider_at(size_t index);

/* The names, separated by commas, for error sentences. */
#define SL__PROVIDER_NAMES "stepfun, stepfun-cn, step-plan, aimlapi, openrouter, local, simulator"

/* What a model takes. */
struct sl__model_row {
    const char *name; /* a prefix of the model's id, after any "owner/" */
    struct sl_image_sizes sizes;
    unsigned max_pictures;
    uint64_t max_picture_bytes; /* of one request's pictures together */
};

/* The row of a model; an unknown one is taken to be like step-3.7-flash. */
const struct sl__model_row *sl__model_find(const char *model);

#endif
