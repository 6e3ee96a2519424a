/* More pictures than a model takes at once, with one scripted server. */
#include <sightline/sightline.h>

#include "harness.h"
#include "host.h"
#include "place.h"

#define COUNTED(text)                                                                              \
    "data: {\"choices\":[{\"delta\":{\"content\":\"" text "\"}}],\"usage\":{\"prompt_tokens\":10," \
    "\"completion_tokens\":10}}\n\n"
#define ANSWER(text)                                                                               \
    CLOSING COUNTED(text)                                                                          \
    STOP DONE
#define CUT "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n" DONE
#define REFUSAL                                                                                    \
    "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"          \
    "Content-Length: 45\r\n\r\n{\"error\":{\"message\":\"a picture is unsafe\"}}\n   "

enum { PICTURES = 5 };

/* One question about five pictures, to a model that takes two. */
struct asking {
    struct pair pair;
    struct seen seen;
    struct sl_conversation *conversation;
    uint64_t id;
    unsigned part, parts, most_parts;
    bool cancels; /* when a group was sent */
    int released;
};

static void on_group(const struct sl_event *event, void *data)
{
    struct asking *asking = data;
    on_event(event, &asking->seen);
    if (event->type != SL_EVENT_PROGRESS)
        return;
    asking->part = event->part;
    asking->parts = event->parts;
    if (event->part > asking->most_parts)
        asking->most_parts = event->part;
    if (asking->cancels && event->phase == SL_PHASE_CHECKING)
        sl_client_cancel(asking->pair.client, asking->id);
}

static void on_release(void *data)
{
    (*(int *)data)++;
}

static void begin(struct asking *asking, const struct peer_script *scripts, int count,
                  const char *model, const char *more)
{
    struct sl_media media[PICTURES];
    struct sl_request request = {
        .task = "compare", .instruction = "Look.", .media = media, .media_count = PICTURES};
    char config[512];
    bool cancels = asking->cancels;
    *asking = (struct asking){.cancels = cancels};
    pair_start(&asking->pair, scripts, count, "simulator");
    setenv("XDG_STATE_HOME", in_place("state"), 1);
    /* One at a time, so that the script's answers have an order. */
    snprintf(config, sizeof config,
             "{\"providers\": {\"simulator\": {\"retries\": 0, \"concurrency\": 1}}, "
             "\"models\": {\"step-3.7-flash\": {\"max_pictures\": %s}}%s}",
             model, more);
    put_file(".config/sightline/config.json", config, 0644);
    seen_init(&asking->seen);
    assert_int_equal(sl_conversation_new(&asking->conversation, NULL), 0);
    request.conversation = asking->conversation;
    for (int i = 0; i < PICTURES; i++)
        media[i] = (struct sl_media){.kind = SL_MEDIA_BYTES,
                                     .bytes = PIXEL,
                                     .len = sizeof PIXEL,
                                     .release = on_release,
                                     .release_data = &asking->released};
    if (sl_client_start(asking->pair.client, &request, on_group, asking, &asking->id,
                        &asking->seen.error))
        fail_msg("%s", asking->seen.error.message);
}

static void ask_all(struct asking *asking, const struct peer_script *scripts, int count,
                    const char *model, const char *more)
{
    begin(asking, scripts, count, model, more);
    dispatch_until_terminal(asking->pair.client, &asking->seen);
    assert_int_equal(asking->seen.terminals, 1);
}

static void end(struct asking *asking)
{
    sl_conversation_free(asking->conversation);
    pair_stop(&asking->pair);
    assert_int_equal(asking->released, PICTURES);
    seen_release(&asking->seen);
    peer_release(&asking->pair.peer);
}

static unsigned pictures_in(const struct asking *asking, int request)
{
    const char *at = sl__buf_text(&asking->pair.peer.requests[request].bytes);
    unsigned count = 0;
    while ((at = strstr(at, PIXEL_BASE64))) {
        at++;
        count++;
    }
    return count;
}

static void descriptions_stand_in(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{ANSWER("a dot \\u001b"), PEER_CLOSE, 0},
                                                 {CLOSING COUNTED("a dot") CUT, PEER_CLOSE, 0},
                                                 {ANSWER("a dot"), PEER_CLOSE, 0},
                                                 {ANSWER("all alike"), PEER_CLOSE, 0}};
    struct asking asking = {0};
    ask_all(&asking, scripts, 4, "2", "");
    assert_int_equal(asking.seen.terminal, SL_EVENT_DONE);
    assert_string_equal(sl__buf_text(&asking.seen.text), "all alike");
    assert_string_equal(sl__buf_text(&asking.seen.reasoning), "");
    said(sl__buf_text(&asking.seen.notes),
         "1 5 pictures are more than step-3.7-flash takes at once: they are described in 3 groups "
         "first, and the descriptions stand in for them");
    assert_int_equal(asking.pair.peer.request_count, 4);
    assert_int_equal(pictures_in(&asking, 0) + pictures_in(&asking, 1) + pictures_in(&asking, 2),
                     PICTURES);
    assert_int_equal(pictures_in(&asking, 3), 0);
    const char *last = sl__buf_text(&asking.pair.peer.requests[3].bytes);
    said(last, "[pictures 1 to 1]\\na dot");
    said(last, "[pictures 2 to 3]\\na dot");
    said(last, "[pictures 4 to 5]\\na dot");
    said(last, "Look.");
    said(sl__buf_text(&asking.pair.peer.requests[0].bytes), "Look.");
    assert_int_equal(asking.seen.usage.input_tokens, 40);
    assert_int_equal(asking.most_parts, 3);
    assert_int_equal(asking.part, 0);
    assert_int_equal(asking.parts, 3);
    assert_int_equal(sl_conversation_turns(asking.conversation), 1);
    end(&asking);
}

/* Few pictures, and a model that has too little room for all of them. */
static void groups_for_want_of_room(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{ANSWER("a dot"), PEER_CLOSE, 0},
                                                 {ANSWER("a dot"), PEER_CLOSE, 0},
                                                 {ANSWER("all alike"), PEER_CLOSE, 0}};
    struct asking asking = {0};
    /* Five times 171 tokens and the prompt; a quarter of 1200 is for the answer. */
    ask_all(&asking, scripts, 3, "20, \"context\": 1200", "");
    assert_int_equal(asking.seen.terminal, SL_EVENT_DONE);
    said(sl__buf_text(&asking.seen.notes), "they are described in 2 groups first");
    assert_int_equal(pictures_in(&asking, 0) + pictures_in(&asking, 1), PICTURES);
    assert_int_equal(pictures_in(&asking, 2), 0);
    said(sl__buf_text(&asking.pair.peer.requests[2].bytes), "[pictures 3 to 5]\\na dot");
    end(&asking);
}

static void a_failing_group_is_named(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{ANSWER("a dot"), PEER_CLOSE, 0},
                                                 {REFUSAL, PEER_CLOSE, 0},
                                                 {ANSWER("a dot"), PEER_CLOSE, 0}};
    struct asking asking = {0};
    ask_all(&asking, scripts, 3, "2", "");
    assert_int_equal(asking.seen.terminal, SL_EVENT_FAILED);
    assert_int_equal(asking.seen.error.http_status, 400);
    said(asking.seen.error.message, "pictures ");
    said(asking.seen.error.message, "a picture is unsafe");
    assert_int_equal(sl_conversation_turns(asking.conversation), 0);
    end(&asking);
}

static void a_cancel_ends_all_groups(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{"", PEER_HOLD, 0}};
    struct asking asking = {.cancels = true};
    ask_all(&asking, scripts, 1, "2", "");
    assert_int_equal(asking.seen.terminal, SL_EVENT_CANCELLED);
    peer_wait_closed(&asking.pair.peer, 1);
    assert_int_equal(sl_conversation_turns(asking.conversation), 0);
    end(&asking);
}

static void the_client_ends_with_groups_on_their_way(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{"", PEER_HOLD, 0}};
    struct asking asking = {0};
    begin(&asking, scripts, 1, "2", "");
    end(&asking);
    assert_int_equal(asking.seen.terminals, 0);
}

/* The budget is that of all groups together, and nothing is sent when they are over it. */
static void all_groups_are_within_the_budget(void **state)
{
    (void)state;
    struct asking asking = {0};
    ask_all(&asking, NULL, 0, "2, \"price\": {\"input\": 1, \"output\": 1}",
            ", \"budget\": {\"request\": 0.0001}");
    assert_int_equal(asking.seen.terminal, SL_EVENT_FAILED);
    assert_int_equal(asking.seen.error.code, SL_E_BUDGET);
    assert_int_equal(asking.pair.peer.request_count, 0);
    end(&asking);
}

static void there_is_a_limit_to_groups(void **state)
{
    (void)state;
    enum { TOO_MANY = 41 };
    struct asking asking = {0};
    struct sl_media media[TOO_MANY];
    struct sl_request request = {.task = "compare", .media = media, .media_count = TOO_MANY};
    static const struct peer_script scripts[] = {{"", PEER_HOLD, 0}};
    begin(&asking, scripts, 1, "2", "");
    for (int i = 0; i < TOO_MANY; i++)
        media[i] = (struct sl_media){.kind = SL_MEDIA_BYTES, .bytes = PIXEL, .len = sizeof PIXEL};
    struct sl_error error = SL_ERROR_INIT;
    uint64_t id;
    assert_int_equal(
        sl_client_start(asking.pair.client, &request, on_event, &asking.seen, &id, &error),
        SL_E_INVALID);
    said(error.message, "takes no more than 40 pictures, and 41 were given");
    end(&asking);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(descriptions_stand_in, make_place, remove_place),
        cmocka_unit_test_setup_teardown(groups_for_want_of_room, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_failing_group_is_named, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_cancel_ends_all_groups, make_place, remove_place),
        cmocka_unit_test_setup_teardown(the_client_ends_with_groups_on_their_way, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(all_groups_are_within_the_budget, make_place, remove_place),
        cmocka_unit_test_setup_teardown(there_is_a_limit_to_groups, make_place, remove_place),
    };
    return run_cases(tests, argc, argv);
}
