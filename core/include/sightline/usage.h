/*
 * What requests have used and cost, summed from the record that all hosts share: `usage.jsonl` in
 * the state folder, a line for each request, without anything that was said.
 */
#ifndef SIGHTLINE_USAGE_H
#define SIGHTLINE_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sightline/config.h>
#include <sightline/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Days are those of the person's clock, and today is one of them. */
enum sl_usage_span {
    SL_USAGE_TODAY = 1,
    SL_USAGE_WEEK = 2,  /* the last 7 days */
    SL_USAGE_MONTH = 3, /* the last 30 days */
};

/* The sum of a provider, model and currency in a span. Strings belong to the sums. */
struct sl_usage_sum {
    enum sl_usage_span span;
    const char *provider, *model;
    const char *currency; /* "USD"; "" for requests of which nobody knows what they cost */
    uint64_t requests;
    uint64_t input_tokens, cached_tokens, output_tokens; /* cached: of the input */
    double cost;
    bool estimated; /* a part of the cost is from the table of prices, not from the provider */
};

/* What the configured provider's budget leaves. Negative where none is set. */
struct sl_budget {
    char currency[4];
    double request; /* what one request may cost */
    double day;     /* what a day may cost */
    double spent;   /* today, in this currency; never negative */
};

struct sl_usage_sums;

/*
 * Reads the record and sums it up: today first, then the week, then the month, each by provider,
 * model and currency. On success `*sums` is the caller's. It reads at most the last 4 MB, some
 * 20,000 requests, which takes less than 0.1 s; see sl_usage_sums_cut. A record that is not there,
 * and damaged lines in it, are fine. Errors: SL_E_NOMEM.
 */
SL_API int sl_usage_sums_load(struct sl_usage_sums **sums, const struct sl_config *config,
                              struct sl_error *error);
SL_API void sl_usage_sums_free(struct sl_usage_sums *sums);

/* NULL when `index` is past the last. */
SL_API const struct sl_usage_sum *sl_usage_sums_at(const struct sl_usage_sums *sums, size_t index);
SL_API const struct sl_budget *sl_usage_sums_budget(const struct sl_usage_sums *sums);

/* Whether what was read does not go back to the begin of the month. */
SL_API bool sl_usage_sums_cut(const struct sl_usage_sums *sums);

/* A static word for a span: "today", "week", "month". */
SL_API const char *sl_usage_span_name(enum sl_usage_span span);

#ifdef __cplusplus
}
#endif

#endif
