/* Requests of the Messages API: their exact bytes for every provider that speaks it. */
#include "bodies.h"

#define PICTURE                                                                                    \
    "{'type':'image','source':{'type':'base64','media_type':'image/png','data':'Zm9vYg=='}}"
#define TEXT(text) "{'type':'text','text':'" text "'}"
#define ASKED(blocks) "{'role':'user','content':[" blocks "]}"
#define ANSWERED(blocks) "{'role':'assistant','content':[" blocks "]}"
#define CALL "{'type':'tool_use','id':'c1','name':'look','input':{'x':1}}"
#define RESULT "{'type':'tool_result','tool_use_id':'c1','content':'ok'}"
#define QUESTION ASKED(PICTURE "," TEXT("What?"))
#define PARTS ASKED(RESULT "," PICTURE "," TEXT("These."))
#define ANSWER ANSWERED(TEXT("A \\'cat\\'"))
#define LAST ASKED(TEXT("Why?\\n"))
#define TALK ",'messages':[" QUESTION "," ANSWERED(CALL) "," PARTS "," ANSWER "," LAST "]}"
#define TOOLS ",'tools':[{'name':'look','description':'Looks.','input_schema':{'type':'object'}}]"
#define EFFORT(effort) ",'output_config':{'effort':'" effort "'}"
#define STEPFUN_TALK "{'model':'m','stream':true,'max_tokens':8192" EFFORT("low") TALK
#define FULL(effort, choice)                                                                       \
    "{'model':'m','stream':true,'max_tokens':4096,'temperature':0.2,'top_k':40,'stop_sequences':"  \
    "['END']" effort TOOLS choice ",'top_p':0.5,'user':'me'"
#define STEPFUN_FULL FULL(EFFORT("medium"), "")

static const struct {
    const char *provider;
    const char *talk, *full;
} rows[] = {
    {"stepfun", STEPFUN_TALK, STEPFUN_FULL},
    {"stepfun-cn", STEPFUN_TALK, STEPFUN_FULL},
    {"step-plan", STEPFUN_TALK, STEPFUN_FULL},
    {"simulator", STEPFUN_TALK, STEPFUN_FULL},
    {"local", "{'model':'m','stream':true,'max_tokens':8192" TALK,
     FULL("", ",'tool_choice':{'type':'any'}")},
};

enum { ROWS = sizeof rows / sizeof *rows };

static struct sl__turn make_turn(const char *provider, const struct sl__history *history)
{
    return (struct sl__turn){.abilities = &sl__provider_find(provider)->abilities[SL__MESSAGES],
                             .model = "m",
                             .effort = "low",
                             .max_output = 8192,
                             .history = history,
                             .stream = true};
}

static void a_talk_with_every_provider(void **state)
{
    (void)state;
    struct sl__history history;
    make_talk(&history);
    for (size_t i = 0; i < ROWS; i++) {
        struct sl__turn turn = make_turn(rows[i].provider, &history);
        check_body(&turn, SL__MESSAGES, rows[i].talk);
    }
    sl__history_release(&history);
}

static void all_settings_with_every_provider(void **state)
{
    (void)state;
    struct sl__history history = SL__HISTORY_INIT;
    cJSON *settings = cJSON_Parse(ALL_SETTINGS), *schema = cJSON_Parse("{\"type\":\"object\"}");
    say(&history, SL__USER, "What?");
    for (size_t i = 0; i < ROWS; i++) {
        struct sl__turn turn = make_turn(rows[i].provider, &history);
        char expected[2048];
        turn.effort = "medium";
        turn.settings = settings;
        turn.tools = &look_tool;
        turn.tool_count = 1;
        turn.json = true; /* not documented here: the answer is checked instead */
        turn.schema = schema;
        snprintf(expected, sizeof expected, "%s,'messages':[" ASKED(TEXT("What?")) "]}",
                 rows[i].full);
        check_body(&turn, SL__MESSAGES, expected);
    }
    cJSON_Delete(settings);
    cJSON_Delete(schema);
    sl__history_release(&history);
}

/* At each place where it was the model's turn. */
static void what_was_sent_stays_in_front(void **state)
{
    (void)state;
    struct sl__history history;
    make_talk(&history);
    for (size_t i = 0; i < ROWS; i++) {
        check_prefix(make_turn(rows[i].provider, &history), SL__MESSAGES, 1);
        check_prefix(make_turn(rows[i].provider, &history), SL__MESSAGES, 4);
    }
    sl__history_release(&history);
}

static void turns_alternate(void **state)
{
    (void)state;
    struct sl__history history = SL__HISTORY_INIT;
    struct sl__turn turn = make_turn("stepfun", &history);
    turn.effort = NULL;
    turn.stream = false;
    say(&history, SL__USER, "1");
    say(&history, SL__ASSISTANT, ""); /* an answer that never began */
    say(&history, SL__USER, "2");
    struct sl__message *calls = say(&history, SL__ASSISTANT, "I");
    assert_int_equal(sl__message_call(calls, "c1", "look", "{\"x"), 0);
    assert_int_equal(sl__message_call(calls, "c2", "look", "[]"), 0);
    say(&history, SL__TOOL, "a")->call_id = strdup("c1");
    say(&history, SL__USER, "3");
    struct sl__message *failed = say(&history, SL__TOOL, "b");
    failed->call_id = strdup("c2");
    failed->failed = true;
    check_body(
        &turn, SL__MESSAGES,
        "{'model':'m','max_tokens':8192,'messages':[" ASKED(TEXT("1") "," TEXT("2")) "," ANSWERED(
            TEXT("I") ",{'type':'tool_use','id':'c1','name':'look','"
                      "input':{}},{'type':"
                      "'tool_use','id':'c2','name':'look','input':{}"
                      "}") "," ASKED("{'type':'tool_result','tool_"
                                     "use_id':'c1','content':'a'},{'"
                                     "type':'tool_result'"
                                     ",'tool_use_id':'c2','content':'"
                                     "b','is_error':true}," TEXT("3")) "]}");
    sl__history_release(&history);
}

/* A conversation that somebody has edited may have lost a question. */
static void answers_in_a_row_are_one_turn(void **state)
{
    (void)state;
    struct sl__history history = SL__HISTORY_INIT;
    struct sl__turn turn = make_turn("stepfun", &history);
    turn.effort = NULL;
    turn.stream = false;
    say(&history, SL__USER, "1");
    say(&history, SL__ASSISTANT, "a");
    say(&history, SL__ASSISTANT, "b");
    say(&history, SL__USER, "2");
    check_body(&turn, SL__MESSAGES,
               "{'model':'m','max_tokens':8192,'messages':[" ASKED(TEXT("1")) "," ANSWERED(
                   TEXT("a") "," TEXT("b")) "," ASKED(TEXT("2")) "]}");
    sl__history_release(&history);
}

static void addresses_and_what_cannot_be_sent(void **state)
{
    (void)state;
    struct sl__history history = SL__HISTORY_INIT;
    struct sl__turn turn = make_turn("stepfun", &history);
    struct sl__message *question = say(&history, SL__USER, "");
    turn.effort = NULL;
    turn.stream = false;
    attach(question, make_address("https://a.test/x.png", false));
    attach(question, make_address("stepfile://file-1", false));
    attach(question, make_address("https://a.test/x.mp4", true));
#define NAMED TEXT("[at \\'home\\' was attached here, and cannot be shown again]")
    check_body(&turn, SL__MESSAGES,
               "{'model':'m','max_tokens':8192,'messages':[" ASKED(
                   "{'type':'image','source':{'type':'url','url':'https://a.test/x.png'}}," NAMED
                   "," NAMED) "]}");
    sl__history_release(&history);
}

static void the_choice_of_a_tool(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"{\"tool_choice\":\"auto\"}", "{'type':'auto'}"},
        {"{\"tool_choice\":\"none\"}", "{'type':'none'}"},
        {"{\"tool_choice\":{\"type\":\"tool\",\"name\":\"look\"}}",
         "{'type':'tool','name':'look'}"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct sl__history history = SL__HISTORY_INIT;
        struct sl__turn turn = make_turn("local", &history);
        cJSON *settings = cJSON_Parse(pairs[i][0]);
        char expected[1024];
        turn.settings = settings;
        turn.tools = &look_tool;
        turn.tool_count = 1;
        say(&history, SL__USER, "x");
        snprintf(expected, sizeof expected,
                 "{'model':'m','stream':true,'max_tokens':8192" TOOLS
                 ",'tool_choice':%s,'messages':[" ASKED(TEXT("x")) "]}",
                 pairs[i][1]);
        check_body(&turn, SL__MESSAGES, expected);
        cJSON_Delete(settings);
        sl__history_release(&history);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_talk_with_every_provider),
        cmocka_unit_test(all_settings_with_every_provider),
        cmocka_unit_test(what_was_sent_stays_in_front),
        cmocka_unit_test(turns_alternate),
        cmocka_unit_test(answers_in_a_row_are_one_turn),
        cmocka_unit_test(addresses_and_what_cannot_be_sent),
        cmocka_unit_test(the_choice_of_a_tool),
    };
    return run_cases(tests, argc, argv);
}
