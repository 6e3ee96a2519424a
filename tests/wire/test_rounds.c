/*
 * What a request does in several rounds with one scripted server: tools, descriptions of old
 * pictures, budgets.
 */
#include <sightline/sightline.h>

#include "harness.h"
#include "host.h"
#include "marked.h"
#include "place.h"

#define CALL(name, arguments)                                                                      \
    "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":"     \
    "{\"name\":\"" name "\",\"arguments\":\"" arguments                                            \
    "\"}}]},\"finish_reason\":\"tool_calls\"}]"                                                    \
    ",\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":1000}}\n\n" DONE
#define COUNTED(text)                                                                              \
    "data: {\"choices\":[{\"delta\":{\"content\":\"" text "\"}}],\"usage\":{\"prompt_tokens\":10," \
    "\"completion_tokens\":10}}\n\n"
#define CUT "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n" DONE

static void begin(struct pair *pair, const struct peer_script *scripts, int count, const char *more)
{
    char config[1024];
    pair_start(pair, scripts, count, "simulator");
    setenv("XDG_STATE_HOME", in_place("state"), 1);
    put_file("tasks/page.task", "output: code\n\nWrite it.\n", 0644);
    snprintf(config, sizeof config,
             "{\"tasks_dir\": \"~/tasks\", \"providers\": {\"simulator\": {\"retries\": 0}}%s}",
             more);
    put_file(".config/sightline/config.json", config, 0644);
}

static uint64_t start_with(struct pair *pair, const char *task, const struct sl_media *media,
                           struct sl_conversation *conversation, struct seen *seen)
{
    struct sl_request request = {
        .task = task, .media = media, .media_count = media != NULL, .conversation = conversation};
    struct sl_error error = SL_ERROR_INIT;
    uint64_t id = 0;
    seen_init(seen);
    if (sl_client_start(pair->client, &request, on_event, seen, &id, &error))
        fail_msg("%s", error.message);
    return id;
}

static uint64_t start(struct pair *pair, const char *task, struct sl_conversation *conversation,
                      struct seen *seen)
{
    struct sl_media media = {.kind = SL_MEDIA_BYTES, .bytes = PIXEL, .len = sizeof PIXEL};
    return start_with(pair, task, &media, conversation, seen);
}

static void ask_in(struct pair *pair, const char *task, struct sl_conversation *conversation,
                   struct seen *seen)
{
    start(pair, task, conversation, seen);
    dispatch_until_terminal(pair->client, seen);
}

static void end(struct pair *pair, struct seen *seen)
{
    pair_stop(pair);
    seen_release(seen);
    peer_release(&pair->peer);
}

/* Lines of the record of what was used. */
static size_t recorded(void)
{
    FILE *file = fopen(in_place("state/sightline/usage.jsonl"), "r");
    size_t lines = 0;
    for (int c = file ? fgetc(file) : EOF; c != EOF; c = fgetc(file))
        lines += c == '\n';
    if (file)
        fclose(file);
    return lines;
}

static void calls_of_unknown_tools_come_to_an_end(void **state)
{
    (void)state;
    struct peer_script scripts[12];
    struct pair pair;
    struct seen seen;
    for (size_t i = 0; i < 12; i++)
        scripts[i] = (struct peer_script){CLOSING CALL("search", "{}"), PEER_CLOSE, 0};
    begin(&pair, scripts, 12, "");
    ask_in(&pair, "describe", NULL, &seen);
    assert_int_equal(seen.error.code, SL_E_INCOMPLETE);
    assert_true(pair.peer.request_count >= 2 && pair.peer.request_count <= 8);
    end(&pair, &seen);
}

/* What is said before a call is not the beginning of the code that follows. */
static void code_begins_anew_after_a_call(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {
        {CLOSING DELTA("Let me look closer.") CALL("look", "{}"), PEER_CLOSE, 0},
        {CLOSING DELTA("```html\\n<p>\\n```\\n") STOP DONE, PEER_CLOSE, 0}};
    struct pair pair;
    struct seen seen;
    begin(&pair, scripts, 2, "");
    ask_in(&pair, "page", NULL, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    assert_string_equal(sl__buf_text(&seen.text), "<p>");
    end(&pair, &seen);
}

/* A description that was cut still says what there was. */
/* What a spreadsheet would take for a formula is a text, also where the answer was cut before it
 * was one. */
static void csv_has_no_formulas(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {
        {CLOSING DELTA("```csv\\n=a,\\\"") DELTA("@b\\\",-1.50\\n-") CUT, PEER_CLOSE, 0},
        {CLOSING DELTA("2+c|d,-2\\n=") CUT, PEER_CLOSE, 0},
        {CLOSING DELTA("e,-3\\n```\\n") STOP DONE, PEER_CLOSE, 0}};
    static const char *const tasks[] = {"table", "continue", "continue"};
    static const char *const texts[] = {"'=a,\"'@b\",-1.50\n", "'-2+c|d,-2\n'=", "e,-3"};
    struct sl_conversation *conversation = NULL;
    struct pair pair;
    struct seen seen[3];
    begin(&pair, scripts, 3, "");
    put_file("tasks/table.task", "output: csv\n\nRead it.\n", 0644);
    assert_int_equal(sl_conversation_new(&conversation, NULL), 0);
    for (size_t i = 0; i < 3; i++) {
        start_with(&pair, tasks[i], NULL, conversation, &seen[i]);
        dispatch_until_terminal(pair.client, &seen[i]);
        assert_int_equal(seen[i].terminal, i < 2 ? SL_EVENT_FAILED : SL_EVENT_DONE);
        assert_string_equal(sl__buf_text(&seen[i].text), texts[i]);
    }
    sl_conversation_free(conversation);
    seen_release(&seen[0]);
    seen_release(&seen[1]);
    end(&pair, &seen[2]);
}

static void a_cut_description_stands_in(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {
        {CLOSING DELTA("first") STOP DONE, PEER_CLOSE, 0},
        {CLOSING DELTA("a white poi") CUT, PEER_CLOSE, 0},
        {CLOSING DELTA("second") STOP DONE, PEER_CLOSE, 0}};
    struct pair pair;
    struct seen seen;
    struct sl_conversation *conversation = NULL;
    begin(&pair, scripts, 3, ", \"models\": {\"step-3.7-flash\": {\"max_pictures\": 1}}");
    assert_int_equal(sl_conversation_new(&conversation, NULL), 0);
    ask_in(&pair, "describe", conversation, &seen);
    seen_release(&seen);
    ask_in(&pair, "describe", conversation, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    assert_string_equal(sl__buf_text(&seen.text), "second");
    assert_int_equal(sl_conversation_turns(conversation), 2);
    assert_non_null(strstr(sl__buf_text(&pair.peer.requests[2].bytes), "described: a white poi"));
    sl_conversation_free(conversation);
    end(&pair, &seen);
}

/* A description that is all reasoning is none, and the question stays unanswered. */
static void an_empty_description_changes_nothing(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{CLOSING DELTA("first") STOP DONE, PEER_CLOSE, 0},
                                                 {CLOSING CUT, PEER_CLOSE, 0}};
    struct pair pair;
    struct seen seen;
    struct sl_conversation *conversation = NULL;
    begin(&pair, scripts, 2, ", \"models\": {\"step-3.7-flash\": {\"max_pictures\": 1}}");
    assert_int_equal(sl_conversation_new(&conversation, NULL), 0);
    ask_in(&pair, "describe", conversation, &seen);
    seen_release(&seen);
    ask_in(&pair, "describe", conversation, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_FAILED);
    assert_int_equal(sl_conversation_turns(conversation), 1);
    sl_conversation_free(conversation);
    end(&pair, &seen);
}

#define REFUSED(line, sentence)                                                                    \
    "HTTP/1.1 " line "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"             \
    "{\"error\":{\"message\":\"" sentence "\",\"type\":\"invalid_request_error\"}}"

/* A form that the server does not know is asked for in words. */
static void forms_that_are_refused_are_left_out(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {
        {REFUSED("422 No", "json_schema is not supported"), PEER_CLOSE, 0},
        {REFUSED("400 No", "unknown field response_format"), PEER_CLOSE, 0},
        {CLOSING DELTA("Here: {\\\"lines\\\": []}") STOP DONE, PEER_CLOSE, 0},
        {REFUSED("400 No", "unknown field response_format"), PEER_CLOSE, 0},
        {REFUSED("400 No", "unknown field response_format"), PEER_CLOSE, 0},
        {REFUSED("400 No", "the schema of the tools is bad"), PEER_CLOSE, 0}};
    struct pair pair;
    struct seen seen;
    begin(&pair, scripts, 6, "");
    ask_in(&pair, "ocr-lines", NULL, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    seen_release(&seen);
    ask_in(&pair, "ocr-lines", NULL, &seen);
    assert_int_equal(seen.error.code, SL_E_HTTP);
    assert_int_equal(pair.peer.request_count, 6);
    said(sl__buf_text(&pair.peer.requests[0].bytes), "\"type\":\"json_schema\"");
    said(sl__buf_text(&pair.peer.requests[1].bytes), "\"type\":\"json_object\"");
    said(sl__buf_text(&pair.peer.requests[1].bytes), "that fits this JSON Schema");
    said(sl__buf_text(&pair.peer.requests[2].bytes), "that fits this JSON Schema");
    assert_null(strstr(sl__buf_text(&pair.peer.requests[2].bytes), "response_format"));
    end(&pair, &seen);
}

/* A number of an invoice is no amount that could be rounded. */
static void numbers_of_an_answer_keep_their_digits(void **state)
{
    (void)state;
    static const struct peer_script script = {
        CLOSING DELTA("{\\\"invoice\\\": 20261130123456789012, \\\"sum\\\": 12.5}") STOP DONE,
        PEER_CLOSE, 0};
    struct pair pair;
    struct seen seen;
    begin(&pair, &script, 1, "");
    put_file(
        "tasks/invoice.task",
        "output: json\nschema: {\"type\": \"object\", \"properties\": {\"invoice\": {\"type\": "
        "\"integer\"}}}\n\nRead it.\n",
        0644);
    ask_in(&pair, "invoice", NULL, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    said(sl__buf_text(&seen.text), "20261130123456789012,");
    said(sl__buf_text(&seen.text), "12.5");
    end(&pair, &seen);
}

/* Servers want the tools of all calls that a conversation holds, in each later turn too. */
static void tools_that_were_called_stay_offered(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {
        {CLOSING CALL("look", "{}"), PEER_CLOSE, 0},
        {CLOSING DELTA("first") STOP DONE, PEER_CLOSE, 0},
        {CLOSING DELTA("second") STOP DONE, PEER_CLOSE, 0}};
    struct pair pair;
    struct seen seen;
    struct sl_conversation *conversation = NULL;
    begin(&pair, scripts, 3, "");
    assert_int_equal(sl_conversation_new(&conversation, NULL), 0);
    ask_in(&pair, "describe", conversation, &seen);
    seen_release(&seen);
    ask_in(&pair, "describe", conversation, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    assert_null(strstr(sl__buf_text(&pair.peer.requests[0].bytes), "\"tools\""));
    assert_non_null(strstr(sl__buf_text(&pair.peer.requests[2].bytes), "\"tools\""));
    sl_conversation_free(conversation);
    end(&pair, &seen);
}

/* A follow-up about what one protocol lacks goes over the other, too. */
static void a_follow_up_keeps_the_protocol(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {
        {CLOSING DELTA("first") STOP DONE, PEER_CLOSE, 0},
        {CLOSING DELTA("second") STOP DONE, PEER_CLOSE, 0}};
    struct sl_media media = {.kind = SL_MEDIA_URL, .url = "stepfile://file-1"};
    struct pair pair;
    struct seen seen;
    struct sl_conversation *conversation = NULL;
    begin(&pair, scripts, 2, "");
    put_file(".config/sightline/config.json",
             "{\"providers\": {\"simulator\": {\"protocol\": \"messages\"}}}", 0644);
    assert_int_equal(sl_conversation_new(&conversation, NULL), 0);
    start_with(&pair, "describe", &media, conversation, &seen);
    dispatch_until_terminal(pair.client, &seen);
    seen_release(&seen);
    start_with(&pair, "describe", NULL, conversation, &seen);
    dispatch_until_terminal(pair.client, &seen);
    for (int i = 0; i < 2; i++) {
        const char *bytes = sl__buf_text(&pair.peer.requests[i].bytes);
        assert_non_null(strstr(bytes, "POST /v1/chat/completions"));
        assert_non_null(strstr(bytes, "stepfile://file-1"));
    }
    sl_conversation_free(conversation);
    end(&pair, &seen);
}

#define PRICE                                                                                      \
    ", \"models\": {\"step-3.7-flash\": {\"price\": {\"currency\": \"USD\", \"input\": 100, "      \
    "\"output\": 100}}}, \"budget\": {\"request\": 0.25}"

/* Each round of these costs 0.2. */
static void every_round_keeps_the_budget_of_the_request(void **state)
{
    (void)state;
    struct peer_script scripts[4];
    struct pair pair;
    struct seen seen;
    for (size_t i = 0; i < 4; i++)
        scripts[i] = (struct peer_script){CLOSING CALL("look", "{}"), PEER_CLOSE, 0};
    begin(&pair, scripts, 4, PRICE);
    ask_in(&pair, "describe", NULL, &seen);
    assert_int_equal(seen.error.code, SL_E_BUDGET);
    assert_int_equal(pair.peer.request_count, 2);
    assert_int_equal(recorded(), 2);
    assert_int_equal(seen.usage.output_tokens, 2000);
    end(&pair, &seen);
}

/* What was paid for before the cancel stays on the record. */
static void a_cancelled_request_is_recorded_as_far_as_it_went(void **state)
{
    (void)state;
    static const struct peer_script scripts[] = {{CLOSING CALL("look", "{}"), PEER_CLOSE, 0},
                                                 {CLOSING COUNTED("well"), PEER_HOLD, 0}};
    struct pair pair;
    struct seen seen;
    begin(&pair, scripts, 2, "");
    uint64_t id = start(&pair, "describe", NULL, &seen);
    struct pollfd ready = {.fd = sl_client_fd(pair.client), .events = POLLIN};
    while (seen.text.len == 0 && poll(&ready, 1, -1) > 0)
        sl_client_dispatch(pair.client);
    sl_client_cancel(pair.client, id);
    dispatch_until_terminal(pair.client, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_CANCELLED);
    end(&pair, &seen);
    assert_int_equal(recorded(), 2);
}

static void assert_english(const struct pair *pair)
{
    for (int i = 0; i < pair->peer.request_count; i++)
        assert_null(strstr(sl__buf_text(&pair->peer.requests[i].bytes), MARKED));
}

static void what_the_model_is_told_stays_english(void **state)
{
    (void)state;
    static const struct peer_script looks[] = {{CLOSING CALL("look", "{}"), PEER_CLOSE, 0},
                                               {CLOSING CALL("look", "[]"), PEER_CLOSE, 0},
                                               {CLOSING CALL("search", "{}"), PEER_CLOSE, 0},
                                               {CLOSING DELTA("White.") STOP DONE, PEER_CLOSE, 0}};
    static const struct peer_script receipts[] = {{CLOSING DELTA("none") STOP DONE, PEER_CLOSE, 0},
                                                  {CLOSING DELTA("{}") STOP DONE, PEER_CLOSE, 0}};
    struct pair pair;
    struct seen seen;
    sl_translate_with(marked, NULL);
    begin(&pair, looks, 4, "");
    ask_in(&pair, "ask", NULL, &seen);
    assert_int_equal(seen.terminal, SL_EVENT_DONE);
    assert_int_equal(pair.peer.request_count, 4);
    said(sl__buf_text(&pair.peer.requests[3].bytes), "there is no such tool");
    assert_english(&pair);
    end(&pair, &seen);
    begin(&pair, receipts, 2, "");
    ask_in(&pair, "receipt", NULL, &seen);
    assert_int_equal(seen.error.code, SL_E_FORMAT);
    assert_int_equal(pair.peer.request_count, 2);
    said(sl__buf_text(&pair.peer.requests[1].bytes), "This is not the JSON that was asked for");
    assert_english(&pair);
    said(sl__buf_text(&seen.notes), MARKED "the answer is not in the form");
    said(seen.error.message, MARKED "the answer is not in the form");
    end(&pair, &seen);
    sl_translate_with(NULL, NULL);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(calls_of_unknown_tools_come_to_an_end, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(code_begins_anew_after_a_call, make_place, remove_place),
        cmocka_unit_test_setup_teardown(csv_has_no_formulas, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_cut_description_stands_in, make_place, remove_place),
        cmocka_unit_test_setup_teardown(an_empty_description_changes_nothing, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(forms_that_are_refused_are_left_out, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(numbers_of_an_answer_keep_their_digits, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(tools_that_were_called_stay_offered, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_follow_up_keeps_the_protocol, make_place, remove_place),
        cmocka_unit_test_setup_teardown(every_round_keeps_the_budget_of_the_request, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_cancelled_request_is_recorded_as_far_as_it_went,
                                        make_place, remove_place),
        cmocka_unit_test_setup_teardown(what_the_model_is_told_stays_english, make_place,
                                        remove_place),
    };
    return run_cases(tests, argc, argv);
}
