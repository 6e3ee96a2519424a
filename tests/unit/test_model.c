/* The table of models: who is who, what a user may change, what a request costs. */
#include <string.h>

#include "harness.h"
#include "model.h"

static void models_are_known_by_the_beginning_of_their_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t context, low_side;
        bool images, priced;
    } rows[] = {
        {"step-3.7-flash", 256000, 728, true, true},
        {"stepfun/step-3.7-flash-20260528", 256000, 728, true, true},
        {"step-5-preview", 1000000, 728, true, true},
        {"step-1o-turbo-vision", 32000, 1280, true, true},
        {"step-3.5-flash-2603", 256000, 728, false, true},
        {"something-else", 256000, 728, true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl__model model;
        sl__model_find(&model, rows[i].name);
        assert_int_equal(model.context, rows[i].context);
        assert_int_equal(model.sizes.low_side, rows[i].low_side);
        assert_int_equal(model.images, rows[i].images);
        assert_int_equal(model.prices[0].currency[0] != '\0', rows[i].priced);
    }
}

/* What the vendor's page of pictures says of each line of models. */
static void pictures_have_the_size_of_their_model(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t low, high; /* the longer side of 4000×3000 */
        uint32_t small;     /* of 1500×1000 in high */
    } rows[] = {
        {"step-3.7-flash", 728, 3024, 1008},
        {"step-5-preview", 728, 3024, 1008},
        {"step-1o-turbo-vision", 1280, 2688, 1500},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl__model model;
        uint32_t width, height;
        sl__model_find(&model, rows[i].name);
        sl_image_target(4000, 3000, SL_DETAIL_LOW, &model.sizes, &width, &height);
        assert_int_equal(width, rows[i].low);
        sl_image_target(4000, 3000, SL_DETAIL_HIGH, &model.sizes, &width, &height);
        assert_int_equal(width, rows[i].high);
        sl_image_target(1500, 1000, SL_DETAIL_HIGH, &model.sizes, &width, &height);
        assert_int_equal(width, rows[i].small);
    }
}

static void models_know_their_efforts(void **state)
{
    (void)state;
    static const struct {
        const char *name, *efforts, *low, *medium, *high; /* "": none */
    } rows[] = {
        {"step-3.7-flash", NULL, "low", "medium", "high"},
        {"step-3.5-flash", NULL, "low", "medium", "high"},
        {"step-3.5-flash-2603", NULL, "low", "high", "high"},
        {"step-1o-turbo-vision", NULL, "", "", ""},
        {"something-else", NULL, "low", "medium", "high"},
        {"something-else", "{\"efforts\":[\"medium\"]}", "medium", "medium", "medium"},
        {"something-else", "{\"efforts\":[\"low\"]}", "low", "low", "low"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const wanted[] = {"low", "medium", "high"};
        const char *const expected[] = {rows[i].low, rows[i].medium, rows[i].high};
        cJSON *object = rows[i].efforts ? cJSON_Parse(rows[i].efforts) : NULL;
        struct sl__model model;
        sl__model_find(&model, rows[i].name);
        assert_int_equal(sl__model_override(&model, object, "config.json", NULL), 0);
        cJSON_Delete(object);
        for (size_t k = 0; k < 3; k++) {
            const char *effort = sl__model_effort(&model, wanted[k]);
            assert_string_equal(effort ? effort : "", expected[k]);
        }
    }
}

static double cost_of(const struct sl__model *model, const char *currency, int64_t input,
                      int64_t cached, int64_t output)
{
    struct sl_usage usage = {input, cached, output, -1};
    struct sl_cost cost = SL_COST_INIT;
    sl__model_cost(model, currency, &usage, &cost);
    assert_true(cost.amount < 0 || cost.estimated);
    return cost.amount;
}

static void cached_tokens_cost_less(void **state)
{
    (void)state;
    struct sl__model model;
    sl__model_find(&model, "step-3.7-flash");
    assert_float_equal(cost_of(&model, "USD", 1000000, -1, 0), 0.20, 1e-9);
    assert_float_equal(cost_of(&model, "USD", 1000000, 1000000, 0), 0.04, 1e-9);
    assert_float_equal(cost_of(&model, "USD", 1000000, 5000000, 0), 0.04, 1e-9);
    assert_float_equal(cost_of(&model, "CNY", 0, 0, 1000000), 8.1, 1e-9);
    assert_true(cost_of(&model, "EUR", 1, 1, 1) < 0);
    assert_true(cost_of(&model, NULL, 1, 1, 1) < 0);
    assert_true(cost_of(&model, "USD", -1, -1, -1) < 0);
}

static void a_users_own_price_counts_in_its_currency(void **state)
{
    (void)state;
    struct sl__model model;
    cJSON *object = cJSON_Parse("{\"price\":{\"currency\":\"EUR\",\"input\":3,\"output\":6}}");
    struct sl_usage usage = {1000000, 500000, 500000, -1};
    struct sl_cost cost = SL_COST_INIT;
    sl__model_find(&model, "step-3.7-flash");
    assert_int_equal(sl__model_override(&model, object, "config.json", NULL), 0);
    cJSON_Delete(object);
    sl__model_cost(&model, NULL, &usage, &cost);
    assert_float_equal(cost.amount, 6, 1e-9);
    assert_string_equal(cost.currency, "EUR");
}

static void limits_out_of_reason_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\"context\":1}", "{\"max_side\":9000}",
                                        "{\"max_pictures\":1e9}", "{\"high_step\":0}",
                                        "{\"efforts\":[\"low\",\"most\"]}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct sl__model model;
        struct sl_error error = SL_ERROR_INIT;
        cJSON *object = cJSON_Parse(texts[i]);
        sl__model_find(&model, "step-3.7-flash");
        assert_int_equal(sl__model_override(&model, object, "config.json", &error), SL_E_CONFIG);
        assert_non_null(strstr(error.message, "config.json: “"));
        cJSON_Delete(object);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_are_known_by_the_beginning_of_their_names),
        cmocka_unit_test(pictures_have_the_size_of_their_model),
        cmocka_unit_test(models_know_their_efforts),
        cmocka_unit_test(cached_tokens_cost_less),
        cmocka_unit_test(a_users_own_price_counts_in_its_currency),
        cmocka_unit_test(limits_out_of_reason_are_refused),
    };
    return run_cases(tests, argc, argv);
}
