/* Models: their limits and prices, as data that a configuration can override. */
#ifndef SL_MODEL_H
#define SL_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <sightline/client.h>
#include <sightline/media.h>

/* Of a million tokens. */
struct sl__price {
    char currency[4]; /* "" ends a list */
    double input, cached, output;
};

struct sl__model {
    char name[128];      /* a prefix of the model's id, after any "owner/" */
    uint32_t context;    /* tokens, of question and answer together */
    uint32_t max_output; /* tokens that are asked for where a protocol wants a number */
    struct sl_image_sizes sizes;
    unsigned max_pictures;      /* in one request */
    uint64_t max_picture_bytes; /* of one request's pictures together */
    bool images, videos;        /* what it takes */
    unsigned efforts;           /* that it knows, bits by place in sl__effort_words */
    struct sl__price prices[3];
    bool own_price; /* the user's, which counts whatever the provider's currency is */
};

/* The built-in row of a model; an unknown one is taken to be like step-3.7-flash without prices. */
void sl__model_find(struct sl__model *model, const char *name);

/*
 * The effort to ask this model for: the one that is wanted or, where it does not know that, the
 * next higher one, else the next lower one; NULL for a model that knows none.
 */
const char *sl__model_effort(const struct sl__model *model, const char *wanted);

/*
 * Overrides what an object of the configuration's “models” says. `where` names it in sentences.
 * Errors: SL_E_CONFIG.
 */
int sl__model_override(struct sl__model *model, const cJSON *object, const char *where,
                       struct sl_error *error);

/*
 * What this usage costs, as an estimate. `amount` stays negative without a price in `currency`,
 * which may be NULL, or without counts.
 */
void sl__model_cost(const struct sl__model *model, const char *currency,
                    const struct sl_usage *usage, struct sl_cost *cost);

#endif
