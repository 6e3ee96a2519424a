/* The record of what was used, summed up for the person. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sightline/usage.h>

#include "budget.h"
#include "json.h"

enum { SPANS = 3, MAX_SUMS = 1024, READ_MAX = 4 << 20 };

struct sl_usage_sums {
    struct sl_usage_sum *items;
    size_t count;
    struct sl_budget budget;
    char since[SPANS][16]; /* the first day of each span */
    bool old;              /* a line from before the month was read */
    bool cut;
};

static int no_memory(struct sl_error *error)
{
    return sl_error_set(error, SL_E_NOMEM, "there is no memory left to sum up what was used");
}

const char *sl_usage_span_name(enum sl_usage_span span)
{
    static const char *const names[] = {"today", "week", "month"};
    return span >= SL_USAGE_TODAY && span <= SL_USAGE_MONTH ? names[span - 1] : "unknown";
}

static void find_days(struct sl_usage_sums *sums)
{
    static const int before[SPANS] = {0, 6, 29};
    for (int i = 0; i < SPANS; i++) {
        time_t now = time(NULL);
        struct tm day;
        localtime_r(&now, &day);
        day.tm_mday -= before[i];
        day.tm_hour = 12; /* which every day has */
        day.tm_isdst = -1;
        mktime(&day);
        strftime(sums->since[i], sizeof sums->since[i], "%Y-%m-%d", &day);
    }
}

static bool is_of(const struct sl_usage_sum *sum, const struct sl_usage_sum *line)
{
    return sum->span == line->span && strcmp(sum->provider, line->provider) == 0 &&
           strcmp(sum->model, line->model) == 0 && strcmp(sum->currency, line->currency) == 0;
}

static int copy_names(struct sl_usage_sum *sum, const struct sl_usage_sum *line)
{
    sum->provider = strdup(line->provider);
    sum->model = strdup(line->model);
    sum->currency = strdup(line->currency);
    return sum->provider && sum->model && sum->currency ? 0 : SL_E_NOMEM;
}

/* The sum that a line belongs to; a new one where there is none. NULL without memory or room. */
static struct sl_usage_sum *find_sum(struct sl_usage_sums *sums, const struct sl_usage_sum *line)
{
    for (size_t i = sums->count; i-- > 0;) {
        if (is_of(&sums->items[i], line))
            return &sums->items[i];
    }
    if (sums->count == MAX_SUMS)
        return NULL;
    struct sl_usage_sum *items = realloc(sums->items, (sums->count + 1) * sizeof *items);
    if (!items)
        return NULL;
    sums->items = items;
    struct sl_usage_sum *sum = &items[sums->count++];
    *sum = (struct sl_usage_sum){.span = line->span};
    return copy_names(sum, line) ? NULL : sum;
}

static void add(struct sl_usage_sum *sum, const struct sl_usage_sum *line)
{
    sum->requests++;
    sum->input_tokens += line->input_tokens;
    sum->cached_tokens += line->cached_tokens;
    sum->output_tokens += line->output_tokens;
    sum->cost += line->cost;
    sum->estimated = sum->estimated || line->estimated;
}

static uint64_t count_of(const cJSON *json, const char *name)
{
    int64_t count = sl__json_count(json, name);
    return count > 0 ? (uint64_t)count : 0;
}

static const char *word_of(const cJSON *json, const char *name)
{
    const char *word = sl__json_string(json, name);
    return word ? word : "";
}

static int take_line(const cJSON *json, void *data)
{
    struct sl_usage_sums *sums = data;
    const char *when = word_of(json, "time");
    const cJSON *cost = sl__json_member(json, "cost");
    struct sl_usage_sum line = {
        .provider = word_of(json, "provider"),
        .model = word_of(json, "model"),
        .currency = cJSON_IsNumber(cost) ? word_of(json, "currency") : "",
        .input_tokens = count_of(json, "input_tokens"),
        .cached_tokens = count_of(json, "cached_tokens"),
        .output_tokens = count_of(json, "output_tokens"),
        .cost = cJSON_IsNumber(cost) ? cost->valuedouble : 0,
        .estimated = cJSON_IsTrue(sl__json_member(json, "estimated")),
    };
    sums->old = sums->old || (*when && strcmp(when, sums->since[SPANS - 1]) < 0);
    for (int i = 0; i < SPANS; i++) {
        line.span = (enum sl_usage_span)(i + 1);
        if (strcmp(when, sums->since[i]) < 0)
            continue;
        struct sl_usage_sum *sum = find_sum(sums, &line);
        if (!sum)
            return SL_E_NOMEM;
        add(sum, &line);
    }
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct sl_usage_sum *left = a, *right = b;
    int order = (int)left->span - (int)right->span;
    if (order == 0)
        order = strcmp(left->provider, right->provider);
    if (order == 0)
        order = strcmp(left->model, right->model);
    return order ? order : strcmp(left->currency, right->currency);
}

static void find_budget(struct sl_usage_sums *sums, const struct sl_config *config)
{
    struct sl_budget *budget = &sums->budget;
    budget->request = config->request_budget;
    budget->day = config->day_budget;
    snprintf(budget->currency, sizeof budget->currency, "%s", sl__budget_currency(config));
    for (size_t i = 0; i < sums->count && sums->items[i].span == SL_USAGE_TODAY; i++) {
        if (strcmp(sums->items[i].currency, budget->currency) == 0)
            budget->spent += sums->items[i].cost;
    }
}

int sl_usage_sums_load(struct sl_usage_sums **sums, const struct sl_config *config,
                       struct sl_error *error)
{
    struct sl_usage_sums *loaded = calloc(1, sizeof *loaded);
    if (!loaded)
        return no_memory(error);
    find_days(loaded);
    bool whole = true;
    if (sl__budget_read(config, READ_MAX, &whole, take_line, loaded)) {
        sl_usage_sums_free(loaded);
        return no_memory(error);
    }
    loaded->cut = !whole && !loaded->old;
    if (loaded->count > 0)
        qsort(loaded->items, loaded->count, sizeof *loaded->items, compare);
    find_budget(loaded, config);
    *sums = loaded;
    return 0;
}

void sl_usage_sums_free(struct sl_usage_sums *sums)
{
    if (!sums)
        return;
    for (size_t i = 0; i < sums->count; i++) {
        free((char *)sums->items[i].provider);
        free((char *)sums->items[i].model);
        free((char *)sums->items[i].currency);
    }
    free(sums->items);
    free(sums);
}

const struct sl_usage_sum *sl_usage_sums_at(const struct sl_usage_sums *sums, size_t index)
{
    return index < sums->count ? &sums->items[index] : NULL;
}

const struct sl_budget *sl_usage_sums_budget(const struct sl_usage_sums *sums)
{
    return &sums->budget;
}

bool sl_usage_sums_cut(const struct sl_usage_sums *sums)
{
    return sums->cut;
}
