/* Many pictures in one request, with one scripted server. */
#include <sightline/sightline.h>

#include "base64.h"
#include "harness.h"
#include "host.h"
#include "place.h"

enum { PICTURES = 24, LARGE = 2000, SMALL = 40 };

#define ANSWER CLOSING DELTA("good") STOP DONE

/* One question about pictures of which the first takes the longest. */
struct asking {
    struct pair pair;
    struct seen seen;
    uint64_t id;
    unsigned char *pixels;
    struct sl_media media[PICTURES];
    int released;
    bool cancels; /* when it is heard that pictures are prepared */
};

static void on_news(const struct sl_event *event, void *data)
{
    struct asking *asking = data;
    on_event(event, &asking->seen);
    if (asking->cancels && event->type == SL_EVENT_PROGRESS)
        sl_client_cancel(asking->pair.client, asking->id);
}

static void on_release(void *data)
{
    (*(int *)data)++;
}

/* No two are alike. */
static void begin(struct asking *asking)
{
    *asking = (struct asking){.pixels = malloc((size_t)LARGE * LARGE * 3)};
    seen_init(&asking->seen);
    uint32_t noise = 1;
    for (size_t i = 0; i < (size_t)LARGE * LARGE * 3; i++)
        asking->pixels[i] = (unsigned char)((noise = noise * 1664525 + 1013904223) >> 24);
    for (uint32_t i = 0; i < PICTURES; i++) {
        uint32_t side = i == 0 ? LARGE : SMALL + i;
        asking->media[i] = (struct sl_media){.kind = SL_MEDIA_PIXELS,
                                             .pixels = {.data = asking->pixels,
                                                        .width = side,
                                                        .height = side,
                                                        .stride = (size_t)side * 3,
                                                        .format = SL_PIXELS_RGB8},
                                             .release = on_release,
                                             .release_data = &asking->released};
    }
}

static void ask_all(struct asking *asking, const struct peer_script *scripts, int count,
                    const char *more)
{
    struct sl_request request = {
        .task = "describe", .media = asking->media, .media_count = PICTURES};
    char config[512];
    pair_start(&asking->pair, scripts, count, "simulator");
    snprintf(config, sizeof config, "{\"providers\": {\"simulator\": {\"retries\": 0}}%s}", more);
    put_file(".config/sightline/config.json", config, 0644);
    if (sl_client_start(asking->pair.client, &request, on_news, asking, &asking->id,
                        &asking->seen.error))
        fail_msg("%s", asking->seen.error.message);
    dispatch_until_terminal(asking->pair.client, &asking->seen);
    pair_stop(&asking->pair);
    assert_int_equal(asking->seen.terminals, 1);
    assert_int_equal(asking->released, PICTURES);
}

static void end(struct asking *asking)
{
    seen_release(&asking->seen);
    peer_release(&asking->pair.peer);
    free(asking->pixels);
}

static void prepare(struct sl_image *image, const struct sl_media *media)
{
    struct sl_image_options options = SL_IMAGE_OPTIONS_INIT;
    struct sl_error error = SL_ERROR_INIT;
    if (sl_image_prepare(image, media, &options, &error))
        fail_msg("%s", error.message);
}

/* As it stands in a body. */
static char *base64_of(const struct sl_media *media)
{
    struct sl_image image = SL_IMAGE_INIT;
    prepare(&image, media);
    size_t len = sl__base64_length(image.len);
    char *text = calloc(len + 1, 1);
    assert_int_equal(sl__base64_read(image.data, image.len, 0, text, len), len);
    sl_image_release(&image);
    return text;
}

static void they_go_out_in_order(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{ANSWER, PEER_CLOSE, 0}};
    struct asking asking;
    begin(&asking);
    ask_all(&asking, scripts, 1, "");
    assert_int_equal(asking.seen.terminal, SL_EVENT_DONE);
    said(sl__buf_text(&asking.seen.order), "preparing uploading ");
    const char *at = sl__buf_text(&asking.pair.peer.requests[0].bytes);
    for (int i = 0; i < PICTURES; i++) {
        char *text = base64_of(&asking.media[i]);
        at = strstr(at, text);
        if (!at)
            fail_msg("picture %d is not behind the one before it", i);
        at += strlen(text);
        free(text);
    }
    end(&asking);
}

/* Makes it the picture at `at`, without its end. */
static void cut_short(struct asking *asking, int at, const char *name, struct sl_image *image)
{
    prepare(image, &asking->media[0]);
    asking->media[at] = (struct sl_media){.kind = SL_MEDIA_BYTES,
                                          .name = name,
                                          .bytes = image->data,
                                          .len = image->len / 2,
                                          .release = on_release,
                                          .release_data = &asking->released};
}

/* The second is seen to be bad long before the first. */
static void the_first_that_is_bad_is_told(void **state)
{
    (void)state;
    struct asking asking;
    struct sl_image half = SL_IMAGE_INIT;
    begin(&asking);
    cut_short(&asking, 3, "half.jpg", &half);
    asking.media[4].kind = SL_MEDIA_BYTES;
    asking.media[4].name = "nothing.jpg";
    ask_all(&asking, NULL, 0, "");
    assert_int_equal(asking.seen.terminal, SL_EVENT_FAILED);
    said(asking.seen.error.message, "half.jpg: ");
    assert_string_equal(sl__buf_text(&asking.seen.order), "preparing ");
    assert_int_equal(asking.pair.peer.request_count, 0);
    sl_image_release(&half);
    end(&asking);
}

static void a_cancel_ends_them_all(void **state)
{
    (void)state;
    struct asking asking;
    begin(&asking);
    for (int i = 1; i < PICTURES; i++)
        asking.media[i] = asking.media[0];
    asking.cancels = true;
    ask_all(&asking, NULL, 0, "");
    assert_int_equal(asking.seen.terminal, SL_EVENT_CANCELLED);
    assert_int_equal(asking.pair.peer.request_count, 0);
    end(&asking);
}

/* What is too large is made smaller in its own place; the others stay. */
static void those_over_the_bytes_are_made_smaller_in_place(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{ANSWER, PEER_CLOSE, 0}};
    struct asking asking;
    begin(&asking);
    for (int i = 5; i < 9; i++) {
        asking.media[i].pixels.width = asking.media[i].pixels.height = 500 + (uint32_t)i;
        asking.media[i].pixels.stride = (size_t)3 * (500 + (uint32_t)i);
    }
    ask_all(&asking, scripts, 1, ", \"models\": {\"step-3.7-flash\": {\"max_picture_mb\": 0.2}}");
    assert_int_equal(asking.seen.terminal, SL_EVENT_DONE);
    said(sl__buf_text(&asking.seen.notes), "5 of them are sent smaller");
    const char *bytes = sl__buf_text(&asking.pair.peer.requests[0].bytes), *at = bytes;
    for (int i = 1; i < PICTURES; i++) {
        char *text = base64_of(&asking.media[i]);
        if (i >= 5 && i < 9)
            assert_null(strstr(bytes, text));
        else
            at = at ? strstr(at, text) : NULL;
        free(text);
    }
    assert_non_null(at);
    end(&asking);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(they_go_out_in_order, make_place, remove_place),
        cmocka_unit_test_setup_teardown(the_first_that_is_bad_is_told, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_cancel_ends_them_all, make_place, remove_place),
        cmocka_unit_test_setup_teardown(those_over_the_bytes_are_made_smaller_in_place, make_place,
                                        remove_place),
    };
    return run_cases(tests, argc, argv);
}
