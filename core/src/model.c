/* The table of models. Limits and prices: the vendors' model and price pages. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "model.h"
#include "words.h"

/* The models before step-3.5 have their own picture sizes. */
#define OLD_SIZES                                                                                  \
    {                                                                                              \
        .low_side = 1280, .high_step = 1, .high_max = 2688, .max_side = 4096                       \
    }

/* Of a model that thinks. */
enum { LOW = 1 << 0, MEDIUM = 1 << 1, HIGH = 1 << 2, EFFORTS = LOW | MEDIUM | HIGH };

#define PICTURES .max_pictures = 60, .max_picture_bytes = 20000000, .images = true

static const struct sl__model models[] = {
    {.name = "step-3.7-flash",
     .efforts = EFFORTS,
     .context = 256000,
     .max_output = 32768,
     .sizes = SL_IMAGE_SIZES_DEFAULT,
     PICTURES,
     .videos = true,
     .prices = {{"USD", 0.20, 0.04, 1.15}, {"CNY", 1.35, 0.27, 8.1}}},
    {.name = "step-5-preview",
     .efforts = EFFORTS,
     .context = 1000000,
     .max_output = 32768,
     .sizes = SL_IMAGE_SIZES_DEFAULT,
     PICTURES,
     .videos = true,
     .prices = {{"USD", 1.00, 0.05, 2.70}, {"CNY", 7, 0.35, 20}}},
    {.name = "step-1o-turbo-vision",
     .context = 32000,
     .max_output = 8192,
     .sizes = OLD_SIZES,
     PICTURES,
     .videos = true,
     .prices = {{"USD", 0.36, 0.07, 1.15}, {"CNY", 2.5, 0.5, 8}}},
    {.name = "step-3.5-flash-2603",
     .efforts = LOW | HIGH,
     .context = 256000,
     .max_output = 32768,
     .sizes = SL_IMAGE_SIZES_DEFAULT,
     .prices = {{"USD", 0.10, 0.02, 0.30}, {"CNY", 0.7, 0.14, 2.1}}},
    {.name = "step-3.5-flash",
     .efforts = EFFORTS,
     .context = 256000,
     .max_output = 32768,
     .sizes = SL_IMAGE_SIZES_DEFAULT,
     .prices = {{"USD", 0.10, 0.02, 0.30}, {"CNY", 0.7, 0.14, 2.1}}},
    {.name = "step-router-v1",
     .efforts = EFFORTS,
     .context = 250000,
     .max_output = 32768,
     .sizes = SL_IMAGE_SIZES_DEFAULT},
    {.name = "step3-vl-10b",
     .efforts = EFFORTS,
     .context = 65536,
     .max_output = 8192,
     .sizes = SL_IMAGE_SIZES_DEFAULT,
     PICTURES},
};

void sl__model_find(struct sl__model *model, const char *name)
{
    const char *owner = strrchr(name, '/');
    const char *id = owner ? owner + 1 : name;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        if (strncmp(id, models[i].name, strlen(models[i].name)) == 0) {
            *model = models[i];
            return;
        }
    }
    *model = models[0];
    memset(model->prices, 0, sizeof model->prices);
    snprintf(model->name, sizeof model->name, "%s", id);
}

const char *sl__model_effort(const struct sl__model *model, const char *wanted)
{
    size_t place = sl__words_place(sl__effort_words, wanted);
    for (size_t i = place; sl__effort_words[i]; i++) {
        if (model->efforts & 1u << i)
            return sl__effort_words[i];
    }
    for (size_t i = place; i-- > 0;) {
        if (model->efforts & 1u << i)
            return sl__effort_words[i];
    }
    return NULL;
}

/* Where a whole number of the configuration goes, and what it may be. */
static const struct limit {
    const char *name;
    size_t to; /* offset of a uint32_t in struct sl__model */
    uint32_t least, most;
} limits[] = {
    {"context", offsetof(struct sl__model, context), 1024, 1u << 30},
    {"max_output", offsetof(struct sl__model, max_output), 16, 1u << 30},
    {"max_pictures", offsetof(struct sl__model, max_pictures), 0, 1000},
    {"low_side", offsetof(struct sl__model, sizes.low_side), 28, 8192},
    {"high_step", offsetof(struct sl__model, sizes.high_step), 1, 8192},
    {"high_max", offsetof(struct sl__model, sizes.high_max), 28, 8192},
    {"max_side", offsetof(struct sl__model, sizes.max_side), 28, 8192},
};

static int set_limit(struct sl__model *model, const struct limit *limit, const cJSON *value,
                     const char *where, struct sl_error *error)
{
    double number = value->valuedouble;
    if (!(number >= limit->least && number <= limit->most))
        return sl_error_set(error, SL_E_CONFIG, "%s: “%s” must be from %u to %u", where,
                            limit->name, (unsigned)limit->least, (unsigned)limit->most);
    *(uint32_t *)((char *)model + limit->to) = (uint32_t)number;
    return 0;
}

static double amount(const cJSON *object, const char *name, double otherwise)
{
    const cJSON *value = sl__json_member(object, name);
    return cJSON_IsNumber(value) ? value->valuedouble : otherwise;
}

/* One price of the user's own stands for all. */
static void set_price(struct sl__model *model, const cJSON *object)
{
    const char *currency = sl__json_string(object, "currency");
    struct sl__price price = {.input = amount(object, "input", 0),
                              .output = amount(object, "output", 0)};
    price.cached = amount(object, "cached", price.input);
    snprintf(price.currency, sizeof price.currency, "%s", currency ? currency : "USD");
    memset(model->prices, 0, sizeof model->prices);
    model->prices[0] = price;
    model->own_price = true;
}

static int set_efforts(struct sl__model *model, const cJSON *list, const char *where,
                       struct sl_error *error)
{
    const cJSON *item;
    model->efforts = 0;
    cJSON_ArrayForEach(item, list)
    {
        size_t place = sl__words_place(sl__effort_words, item->valuestring);
        if (!sl__effort_words[place])
            return sl_error_set(error, SL_E_CONFIG, "%s: “efforts” must be of low, medium and high",
                                where);
        model->efforts |= 1u << place;
    }
    return 0;
}

int sl__model_override(struct sl__model *model, const cJSON *object, const char *where,
                       struct sl_error *error)
{
    const cJSON *price = sl__json_object(object, "price");
    const cJSON *images = sl__json_member(object, "images");
    const cJSON *videos = sl__json_member(object, "videos");
    const cJSON *efforts = sl__json_array(object, "efforts");
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const cJSON *value = sl__json_member(object, limits[i].name);
        int code = value ? set_limit(model, &limits[i], value, where, error) : 0;
        if (code)
            return code;
    }
    double most = amount(object, "max_picture_mb", (double)model->max_picture_bytes / 1e6);
    model->max_picture_bytes = (uint64_t)(fmin(most, 1e6) * 1e6);
    model->images = images ? cJSON_IsTrue(images) : model->images;
    model->videos = videos ? cJSON_IsTrue(videos) : model->videos;
    if (price)
        set_price(model, price);
    return efforts ? set_efforts(model, efforts, where, error) : 0;
}

static double positive(int64_t count)
{
    return count > 0 ? (double)count : 0;
}

void sl__model_cost(const struct sl__model *model, const char *currency,
                    const struct sl_usage *usage, struct sl_cost *cost)
{
    const struct sl__price *price = model->prices;
    size_t count = sizeof model->prices / sizeof *model->prices, i = 0;
    while (!model->own_price && i < count &&
           (!currency || strcmp(price[i].currency, currency) != 0))
        i++;
    if (i == count || (usage->input_tokens < 0 && usage->output_tokens < 0))
        return;
    double cached = positive(usage->cached_tokens), input = positive(usage->input_tokens);
    if (cached > input)
        cached = input;
    cost->amount = ((input - cached) * price[i].input + cached * price[i].cached +
                    positive(usage->output_tokens) * price[i].output) /
                   1e6;
    memcpy(cost->currency, price[i].currency, sizeof cost->currency);
    cost->estimated = true;
}
