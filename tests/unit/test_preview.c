/* What a request would send. */
#include <sightline/client.h>

#include "pictures.h"
#include "place.h"

static struct sl_config *load(const char *text)
{
    struct sl_config *config = NULL;

    put_file(".config/sightline/config.json", text, 0600);
    assert_int_equal(sl_config_load(&config, NULL), 0);
    return config;
}

static struct sl_preview preview_of(const struct sl_config *config,
                                    const struct sl_request *request)
{
    struct sl_preview preview = SL_PREVIEW_INIT;
    struct sl_error error = SL_ERROR_INIT;

    if (sl_preview_make(&preview, config, request, NULL, &error) != 0)
        fail_msg("%s", error.message);
    return preview;
}

static void pictures_are_as_sent(void **state)
{
    OWNED(raw) raw = make_raw(2000, 1000, 3);
    struct sl_media media = media_of_raw(&raw);
    struct sl_request request = {.task = "describe", .media = &media, .media_count = 1};
    struct sl_config *config = load("{\"provider\": \"stepfun\"}");
    OWNED(sl_image) low = prepare_media(&media, SL_DETAIL_LOW);
    OWNED(sl_image) high = prepare_media(&media, SL_DETAIL_HIGH);
    struct sl_preview preview = preview_of(config, &request);

    (void)state;
    assert_int_equal(preview.count, 1);
    assert_int_equal(preview.images[0].len, low.len);
    assert_memory_equal(preview.images[0].data, low.data, low.len);
    int64_t tokens = preview.input_tokens;
    double cost = preview.cost.amount;
    assert_true(tokens > sl_image_tokens(728, 364, SL_DETAIL_LOW));
    assert_true(cost > 0 && preview.cost.estimated);
    sl_preview_release(&preview);

    request.detail = "high";
    preview = preview_of(config, &request);
    assert_int_equal(preview.images[0].width, high.width);
    assert_memory_equal(preview.images[0].data, high.data, high.len);
    assert_true(preview.input_tokens > tokens && preview.cost.amount > cost);
    sl_preview_release(&preview);
    sl_config_free(config);
}

static void text_and_more_pictures_cost_more(void **state)
{
    OWNED(raw) raw = make_raw(300, 200, 3);
    struct sl_media media[2] = {media_of_raw(&raw), media_of_raw(&raw)};
    struct sl_request request = {.task = "describe", .media = media, .media_count = 1};
    struct sl_config *config = load("{\"provider\": \"local\"}");
    struct sl_preview one = preview_of(config, &request);

    (void)state;
    request.media_count = 2;
    struct sl_preview two = preview_of(config, &request);
    assert_int_equal(two.input_tokens - one.input_tokens, sl_image_tokens(300, 200, SL_DETAIL_LOW));
    request.instruction = "Thirty bytes: these are ten to";
    struct sl_preview more = preview_of(config, &request);
    assert_int_equal(more.input_tokens - two.input_tokens, 10);
    assert_true(one.cost.amount < 0);
    sl_preview_release(&one);
    sl_preview_release(&two);
    sl_preview_release(&more);
    sl_config_free(config);
}

static void refuse_preview(const struct sl_config *config, const struct sl_request *request,
                           const atomic_bool *cancel, int code)
{
    struct sl_preview preview = SL_PREVIEW_INIT;

    assert_int_equal(sl_preview_make(&preview, config, request, cancel, NULL), code);
    assert_null(preview.images);
    assert_int_equal(preview.count, 0);
}

static void what_cannot_be_sent_is_refused(void **state)
{
    OWNED(raw) raw = make_raw(3000, 2000, 3);
    struct sl_media media[2] = {media_of_raw(&raw),
                                {.kind = SL_MEDIA_BYTES, .bytes = "?", .len = 1}};
    struct sl_request request = {.task = "describe", .media = media, .media_count = 2};
    struct sl_config *config = load("{}");
    atomic_bool cancel = true;

    (void)state;
    refuse_preview(config, &request, NULL, SL_E_UNSUPPORTED);
    refuse_preview(config, &request, &cancel, SL_E_CANCELLED);
    request.task = "nothing";
    refuse_preview(config, &request, NULL, SL_E_INVALID);
    sl_config_free(config);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pictures_are_as_sent, make_place, remove_place),
        cmocka_unit_test_setup_teardown(text_and_more_pictures_cost_more, make_place, remove_place),
        cmocka_unit_test_setup_teardown(what_cannot_be_sent_is_refused, make_place, remove_place),
    };

    return run_cases(tests, argc, argv);
}
