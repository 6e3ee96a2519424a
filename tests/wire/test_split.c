/* What becomes of a long video's parts with one scripted server: failures, cancels, and the sum. */
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
#define CALLS(calls)                                                                               \
    CLOSING "data: {\"choices\":[{\"delta\":{\"tool_calls\":[" calls                               \
            "]},\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":10,"               \
            "\"completion_tokens\":10}}\n\n" DONE
#define CALL(index, name, arguments)                                                               \
    "{\"index\":" index ",\"id\":\"c" index "\",\"function\":{\"name\":\"" name                    \
    "\",\"arguments\":\"" arguments "\"}}"
#define WATCH(index, part)                                                                         \
    CALL(index, "watch", "{\\\"part\\\":" part ",\\\"question\\\":\\\"Who comes?\\\"}")
#define CUT "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n" DONE
#define REFUSAL                                                                                    \
    "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"          \
    "Content-Length: 43\r\n\r\n{\"error\":{\"message\":\"the video is unsafe\"}}\n"
#define LATER                                                                                      \
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nConnection: close\r\n"                    \
    "Content-Length: 0\r\n\r\n"

/* One request about a video of three parts. */
struct asking {
    struct pair pair;
    struct seen seen;
    struct sl_conversation *conversation;
    uint64_t id;
    unsigned part, parts;
    unsigned cancel_at;       /* the part that is cancelled when it was sent */
    unsigned cancel_watching; /* the same of a later question */
};

static void on_part(const struct sl_event *event, void *data)
{
    struct asking *asking = data;
    on_event(event, &asking->seen);
    if (event->type != SL_EVENT_PROGRESS)
        return;
    asking->part = event->part;
    asking->parts = event->parts;
    if (event->part > 0 && event->part == asking->cancel_at && event->phase == SL_PHASE_CHECKING)
        sl_client_cancel(asking->pair.client, asking->id);
}

static void leave_out(const char *why)
{
    printf("SKIPPED: %s\n", why);
    remove_place(NULL);
    exit(77);
}

static void make_video(void)
{
    char command[512];
    snprintf(command, sizeof command,
             "cd '%s' && ffmpeg -nostdin -v error -y -f lavfi -i "
             "testsrc=size=64x48:rate=1:duration=302 -c:v libx264 -preset ultrafast -g 5 long.mp4",
             place);
    if (system("command -v ffmpeg >/dev/null") != 0)
        leave_out("ffmpeg is not installed");
    if (system(command) != 0)
        fail_msg("%s", command);
}

static void begin(struct asking *asking, const struct peer_script *scripts, int count,
                  const char *task)
{
    struct sl_media media = {.kind = SL_MEDIA_FILE, .path = in_place("long.mp4")};
    struct sl_request request = {.task = task, .media = &media, .media_count = 1};
    *asking =
        (struct asking){.cancel_at = asking->cancel_at, .cancel_watching = asking->cancel_watching};
    make_video();
    pair_start(&asking->pair, scripts, count, "simulator");
    setenv("XDG_STATE_HOME", in_place("state"), 1);
    put_file(".config/sightline/config.json",
             "{\"files\": {\"policy\": \"never\"}, "
             "\"providers\": {\"simulator\": {\"retries\": 1}}}",
             0644);
    seen_init(&asking->seen);
    assert_int_equal(sl_conversation_new(&asking->conversation, NULL), 0);
    request.conversation = asking->conversation;
    if (sl_client_start(asking->pair.client, &request, on_part, asking, &asking->id,
                        &asking->seen.error))
        fail_msg("%s", asking->seen.error.message);
}

static void ask_all(struct asking *asking, const struct peer_script *scripts, int count,
                    const char *task)
{
    begin(asking, scripts, count, task);
    dispatch_until_terminal(asking->pair.client, &asking->seen);
    if (strstr(asking->seen.error.message, "which this build has not"))
        leave_out("this build has no video module");
    assert_int_equal(asking->seen.terminals, 1);
}

static void end(struct asking *asking)
{
    sl_conversation_free(asking->conversation);
    pair_stop(&asking->pair);
    seen_release(&asking->seen);
    peer_release(&asking->pair.peer);
}

static void parts_and_their_sum(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{ANSWER("one"), PEER_CLOSE, 0},
                                                 {CLOSING COUNTED("tw") CUT, PEER_CLOSE, 0},
                                                 {ANSWER("three"), PEER_CLOSE, 0},
                                                 {ANSWER("all"), PEER_CLOSE, 0}};
    struct asking asking = {0};
    ask_all(&asking, scripts, 4, "video");
    assert_int_equal(asking.seen.terminal, SL_EVENT_DONE);
    assert_string_equal(sl__buf_text(&asking.seen.text), "all");
    assert_string_equal(sl__buf_text(&asking.seen.reasoning),
                        "[part 1 of 3, 0:00 to 1:55]\n\none\n\n[part 2 of 3, 1:55 to 3:50]\n\ntw"
                        "\n\n[part 3 of 3, 3:50 to 5:02]\n\nthree\n\n");
    assert_int_equal(asking.seen.usage.input_tokens, 40);
    assert_int_equal(asking.part, 0);
    assert_int_equal(asking.parts, 3);
    assert_int_equal(asking.pair.peer.request_count, 4);
    assert_int_equal(sl_conversation_turns(asking.conversation), 1);
    end(&asking);
}

/* What came before is kept, and the failure says where it was. */
static void a_failing_part_is_named(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{ANSWER("one \\u001b[31m"), PEER_CLOSE, 0},
                                                 {REFUSAL, PEER_CLOSE, 0}};
    struct asking asking = {0};
    ask_all(&asking, scripts, 2, "video");
    assert_int_equal(asking.seen.terminal, SL_EVENT_FAILED);
    assert_int_equal(asking.seen.error.http_status, 400);
    said(asking.seen.error.message, "long.mp4, part 2 of 3, 1:55 to 3:50: ");
    said(asking.seen.error.message, "the video is unsafe");
    said(asking.seen.error.message, "is kept)");
    said(sl__buf_text(&asking.seen.text), "[part 1 of 3, 0:00 to 1:55;");
    said(sl__buf_text(&asking.seen.text), "one ␛[31m");
    assert_int_equal(sl_conversation_turns(asking.conversation), 0);
    end(&asking);
}

/* Of a JSON answer nothing comes before it is valid. */
static void a_failing_part_of_json(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{ANSWER("{}"), PEER_CLOSE, 0},
                                                 {REFUSAL, PEER_CLOSE, 0}};
    struct asking asking = {0};
    ask_all(&asking, scripts, 2, "timeline");
    assert_int_equal(asking.seen.terminal, SL_EVENT_FAILED);
    said(asking.seen.error.message, "part 2 of 3");
    assert_int_equal(asking.seen.text.len, 0);
    end(&asking);
}

/* A part is sent again where any request is. */
static void a_part_that_is_refused_for_now(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{ANSWER("one"), PEER_CLOSE, 0},
                                                 {LATER, PEER_CLOSE, 0},
                                                 {ANSWER("two"), PEER_CLOSE, 0},
                                                 {ANSWER("three"), PEER_CLOSE, 0},
                                                 {ANSWER("all"), PEER_CLOSE, 0}};
    struct asking asking = {0};
    ask_all(&asking, scripts, 5, "video");
    assert_int_equal(asking.seen.terminal, SL_EVENT_DONE);
    assert_int_equal(asking.pair.peer.request_count, 5);
    const struct sl__buf *first = &asking.pair.peer.requests[1].bytes;
    const struct sl__buf *again = &asking.pair.peer.requests[2].bytes;
    assert_int_equal(first->len, again->len);
    assert_memory_equal(first->data, again->data, first->len);
    end(&asking);
}

static void the_last_request_fails_as_any_other(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{ANSWER("one"), PEER_CLOSE, 0},
                                                 {ANSWER("two"), PEER_CLOSE, 0},
                                                 {ANSWER("three"), PEER_CLOSE, 0},
                                                 {REFUSAL, PEER_CLOSE, 0}};
    struct asking asking = {0};
    ask_all(&asking, scripts, 4, "video");
    assert_int_equal(asking.seen.terminal, SL_EVENT_FAILED);
    assert_null(strstr(asking.seen.error.message, "part "));
    said(sl__buf_text(&asking.seen.text), "three");
    end(&asking);
}

static void a_cancel_ends_all_parts(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{ANSWER("one"), PEER_CLOSE, 0},
                                                 {"", PEER_HOLD, 0}};
    struct asking asking = {.cancel_at = 2};
    ask_all(&asking, scripts, 2, "video");
    assert_int_equal(asking.seen.terminal, SL_EVENT_CANCELLED);
    assert_int_equal(asking.part, 2);
    assert_string_equal(sl__buf_text(&asking.seen.text), "");
    peer_wait_closed(&asking.pair.peer, 2);
    assert_int_equal(sl_conversation_turns(asking.conversation), 0);
    end(&asking);
}

/* Asks about all of it, and then more in the same conversation. */
static void follow_up(struct asking *asking, const struct peer_script *scripts, int count)
{
    struct sl_request request = {.task = "ask", .instruction = "Who was there?"};
    ask_all(asking, scripts, count, "video");
    assert_int_equal(asking->seen.terminal, SL_EVENT_DONE);
    seen_release(&asking->seen);
    seen_init(&asking->seen);
    asking->cancel_at = asking->cancel_watching;
    request.conversation = asking->conversation;
    if (sl_client_start(asking->pair.client, &request, on_part, asking, &asking->id,
                        &asking->seen.error))
        fail_msg("%s", asking->seen.error.message);
    dispatch_until_terminal(asking->pair.client, &asking->seen);
}

static const char *body(const struct asking *asking, int number)
{
    return asking->pair.peer.requests[number - 1].bytes.data;
}

static const char *const nothing_of_a_video = "video_url";

#define THREE_PARTS                                                                                \
    {ANSWER("one"), PEER_CLOSE, 0}, {ANSWER("two"), PEER_CLOSE, 0},                                \
        {ANSWER("three"), PEER_CLOSE, 0},                                                          \
    {                                                                                              \
        ANSWER("all"), PEER_CLOSE, 0                                                               \
    }

static void a_part_is_watched_again(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {THREE_PARTS,
                                                 {CALLS(WATCH("0", "2")), PEER_CLOSE, 0},
                                                 {ANSWER("Ada \\u001b[31m"), PEER_CLOSE, 0},
                                                 {ANSWER("Ada was"), PEER_CLOSE, 0}};
    struct asking asking = {0};
    follow_up(&asking, scripts, 7);
    assert_int_equal(asking.seen.terminal, SL_EVENT_DONE);
    assert_string_equal(sl__buf_text(&asking.seen.text), "Ada was");
    said(sl__buf_text(&asking.seen.tools),
         "watches part 2 of 3, 1:55 to 3:50, of long.mp4 again: Who comes?");
    said(sl__buf_text(&asking.seen.reasoning), "Ada ␛[31m");
    assert_int_equal(asking.seen.usage.input_tokens, 30);
    said(body(&asking, 5), "\"name\":\"watch\"");
    assert_null(strstr(body(&asking, 5), nothing_of_a_video));
    said(body(&asking, 6), nothing_of_a_video);
    said(body(&asking, 6),
         "Who comes?\\n\\nThe video here is part 2 of 3, 1:55 to 3:50, of a video");
    assert_null(strstr(body(&asking, 6), "tools"));
    assert_null(strstr(body(&asking, 7), nothing_of_a_video));
    said(body(&asking, 7), "[part 2 of 3, 1:55 to 3:50; it begins at 1:55, after 115 seconds]");
    assert_int_equal(sl_conversation_turns(asking.conversation), 2);
    end(&asking);
}

/* The very bytes of the part go out again. */
static void the_part_is_the_one_it_was(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {
        THREE_PARTS,
        {CALLS(WATCH("0", "3") "," WATCH("1", "1")), PEER_CLOSE, 0},
        {ANSWER("last"), PEER_CLOSE, 0},
        {ANSWER("first"), PEER_CLOSE, 0},
        {ANSWER("both"), PEER_CLOSE, 0}};
    static const int pairs[][2] = {{3, 6}, {1, 7}};
    struct asking asking = {0};
    follow_up(&asking, scripts, 8);
    assert_int_equal(asking.seen.terminal, SL_EVENT_DONE);
    for (size_t i = 0; i < 2; i++) {
        const char *first = strstr(body(&asking, pairs[i][0]), "base64,");
        const char *again = strstr(body(&asking, pairs[i][1]), "base64,");
        assert_non_null(first);
        assert_non_null(again);
        assert_memory_equal(first, again, strcspn(first, "\""));
    }
    const char *last = strstr(body(&asking, 8), "last"), *one = strstr(body(&asking, 8), "first\"");
    assert_true(last && one && last < one);
    end(&asking);
}

/* What cannot be watched is told to the model and to the person, and the answer comes all the same.
 */
static void a_refused_part_is_no_end(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {THREE_PARTS,
                                                 {CALLS(WATCH("0", "2")), PEER_CLOSE, 0},
                                                 {REFUSAL, PEER_CLOSE, 0},
                                                 {ANSWER("Nobody"), PEER_CLOSE, 0}};
    struct asking asking = {0};
    follow_up(&asking, scripts, 7);
    assert_int_equal(asking.seen.terminal, SL_EVENT_DONE);
    said(sl__buf_text(&asking.seen.notes),
         "part 2 of 3, 1:55 to 3:50 could not be watched again: ");
    said(body(&asking, 7), "the video is unsafe");
    end(&asking);
}

static void calls_that_make_no_sense_are_answered(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {
        THREE_PARTS,
        {CALLS(WATCH("0", "4") "," CALL("1", "watch", "{\\\"part\\\":1}") "," CALL(
             "2", "watch", "{\\\"part\\\":1,\\\"question\\\":\\\"?\\\",\\\"video\\\":2}")),
         PEER_CLOSE, 0},
        {ANSWER("Nobody"), PEER_CLOSE, 0}};
    struct asking asking = {0};
    follow_up(&asking, scripts, 6);
    assert_int_equal(asking.seen.terminal, SL_EVENT_DONE);
    said(body(&asking, 6), "the video has the parts 1 to 3 and no others");
    said(body(&asking, 6), "there is no question about the part");
    said(body(&asking, 6), "there is no such video to be watched again");
    end(&asking);
}

static void a_cancel_ends_the_watching(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {
        THREE_PARTS, {CALLS(WATCH("0", "2")), PEER_CLOSE, 0}, {"", PEER_HOLD, 0}};
    struct asking asking = {.cancel_watching = 2};
    follow_up(&asking, scripts, 6);
    assert_int_equal(asking.seen.terminal, SL_EVENT_CANCELLED);
    peer_wait_closed(&asking.pair.peer, 6);
    assert_int_equal(sl_conversation_turns(asking.conversation), 1);
    end(&asking);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parts_and_their_sum, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_failing_part_is_named, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_failing_part_of_json, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_part_that_is_refused_for_now, make_place, remove_place),
        cmocka_unit_test_setup_teardown(the_last_request_fails_as_any_other, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_cancel_ends_all_parts, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_part_is_watched_again, make_place, remove_place),
        cmocka_unit_test_setup_teardown(the_part_is_the_one_it_was, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_refused_part_is_no_end, make_place, remove_place),
        cmocka_unit_test_setup_teardown(calls_that_make_no_sense_are_answered, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_cancel_ends_the_watching, make_place, remove_place),
    };
    return run_cases(tests, argc, argv);
}
