/* Requests of Chat Completions: their exact bytes for every provider. */
#include <unistd.h>

#include "bodies.h"

#define PICTURE(detail)                                                                            \
    "{'type':'image_url','image_url':{'url':'data:image/png;base64,Zm9vYg=='" detail "}}"
#define LOW ",'detail':'low'"
#define HIGH ",'detail':'high'"
#define TEXT(text) "{'type':'text','text':'" text "'}"
#define FIRST(low) "{'role':'user','content':[" PICTURE(low) "," TEXT("What?") "]}"
#define TALK(low, high, first, second)                                                             \
    ",'messages':[" FIRST(low) ",{'role':'assistant','content':null" first                         \
                               ",'tool_calls':[{'id':'c1','type':'function','function':{'name':"   \
                               "'look','arguments':'{\\'x\\':1}'}}]},{'role':'tool','content':"    \
                               "'ok','tool_call_id':'c1'},{'role':'user','content':[" PICTURE(     \
                                   high) "," TEXT("These.") "]},{'role':'assistant','content':"    \
                                                            "'A \\'cat\\''" second                 \
                                                            "},{'role':'user','content':'Why?\\n'" \
                                                            "}]}"
#define DETAILS(text) ",'reasoning_details':[{'type':'reasoning.text','text':'" text "'}]"
#define TOOLS                                                                                      \
    ",'tools':[{'type':'function','function':{'name':'look','description':'Looks.','parameters':"  \
    "{'type':'object'}}}]"
#define SCHEMA                                                                                     \
    ",'response_format':{'type':'json_schema','json_schema':{'name':'my_chart-1','strict':true,"   \
    "'schema':{'type':'object'}}}"

/* With all settings, a tool and a schema at once. */
#define STEPFUN_FULL                                                                               \
    "{'model':'m','stream':true,'max_tokens':4096,'temperature':0.2,'stop':'END','n':2,"           \
    "'frequency_penalty':0.5,'reasoning_effort':'medium'" SCHEMA TOOLS                             \
    ",'tool_choice':'required','top_p':0.5,'user':'me'"
#define STEPFUN_TALK                                                                               \
    "{'model':'m','stream':true,'reasoning_effort':'low'" TALK(LOW, HIGH,                          \
                                                               ",'reasoning_content':'So'", "")
#define GATEWAY_FULL                                                                               \
    ",'frequency_penalty':0.5,'presence_penalty':-0.5,'logprobs':true,'top_logprobs':3"
#define GATEWAY_TOOLS                                                                              \
    TOOLS ",'tool_choice':'required','parallel_tool_calls':false,'top_p':0.5,"                     \
          "'user':'me'"
#define USAGE ",'stream_options':{'include_usage':true}"

static const struct {
    const char *provider;
    const char *talk; /* streamed, with an effort and nothing else */
    const char *full; /* what stands before the messages */
} rows[] = {
    {"stepfun", STEPFUN_TALK, STEPFUN_FULL},
    {"stepfun-cn", STEPFUN_TALK, STEPFUN_FULL},
    {"step-plan", STEPFUN_TALK, STEPFUN_FULL},
    {"simulator", STEPFUN_TALK, STEPFUN_FULL},
    {"aimlapi",
     "{'model':'m','stream':true" USAGE ",'reasoning':{'effort':'low'}" TALK(LOW, HIGH, "", ""),
     "{'model':'m','stream':true" USAGE
     ",'max_completion_tokens':4096,'temperature':0.2,'stop':'END','seed':7,'n':2" GATEWAY_FULL
     ",'reasoning':{'max_tokens':512,'exclude':true}" SCHEMA GATEWAY_TOOLS},
    {"openrouter",
     "{'model':'m','stream':true,'reasoning':{'effort':'low'}" TALK(LOW, HIGH, DETAILS("So"),
                                                                    DETAILS("Hm")),
     "{'model':'m','stream':true,'max_tokens':4096,'temperature':0.2,'top_k':40,'stop':'END',"
     "'seed':7" GATEWAY_FULL ",'reasoning':{'max_tokens':512,'exclude':true}" SCHEMA GATEWAY_TOOLS},
    {"local", "{'model':'m','stream':true" USAGE TALK("", "", "", ""),
     "{'model':'m','stream':true" USAGE
     ",'max_tokens':4096,'temperature':0.2,'top_k':40,'stop':'END','seed':7,'n':2" GATEWAY_FULL
         SCHEMA GATEWAY_TOOLS},
};

enum { ROWS = sizeof rows / sizeof *rows };

static const struct sl__abilities *abilities_of(const char *provider)
{
    return &sl__provider_find(provider)->abilities[SL__CHAT];
}

static struct sl__turn make_turn(const char *provider, const struct sl__history *history)
{
    return (struct sl__turn){.abilities = abilities_of(provider),
                             .model = "m",
                             .effort = "low",
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
        check_body(&turn, SL__CHAT, rows[i].talk);
    }
    sl__history_release(&history);
}

static void all_settings_with_every_provider(void **state)
{
    (void)state;
    struct sl__history history = SL__HISTORY_INIT;
    cJSON *settings = cJSON_Parse(ALL_SETTINGS), *schema = cJSON_Parse("{\"type\":\"object\"}");
    assert_non_null(settings);
    say(&history, SL__USER, "What?");
    for (size_t i = 0; i < ROWS; i++) {
        struct sl__turn turn = make_turn(rows[i].provider, &history);
        char expected[2048];
        turn.effort = "medium";
        turn.settings = settings;
        turn.tools = &look_tool;
        turn.tool_count = 1;
        turn.json = true;
        turn.schema = schema;
        turn.schema_name = "my chart-1";
        snprintf(expected, sizeof expected, "%s,'messages':[{'role':'user','content':'What?'}]}",
                 rows[i].full);
        check_body(&turn, SL__CHAT, expected);
    }
    cJSON_Delete(settings);
    cJSON_Delete(schema);
    sl__history_release(&history);
}

static void what_was_sent_stays_in_front(void **state)
{
    (void)state;
    struct sl__history history;
    make_talk(&history);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t count = 1; count < history.count; count++)
            check_prefix(make_turn(rows[i].provider, &history), SL__CHAT, count);
    }
    sl__history_release(&history);
}

static void a_turn_of_nothing_but_text(void **state)
{
    (void)state;
    struct sl__history history = SL__HISTORY_INIT;
    struct sl__turn turn = make_turn("stepfun", &history);
    turn.stream = false;
    turn.effort = NULL;
    say(&history, SL__USER, "Caf\xc3\xa9 \\ \x01");
    check_body(&turn, SL__CHAT,
               "{'model':'m','messages':[{'role':'user','content':'Caf\xc3\xa9 \\\\ \\u0001'}]}");
    turn.abilities = abilities_of("aimlapi");
    check_body(&turn, SL__CHAT,
               "{'model':'m','messages':[{'role':'user','content':'Caf\xc3\xa9 \\\\ \\u0001'}]}");
    sl__history_release(&history);
}

static void addresses_and_videos(void **state)
{
    (void)state;
    struct sl__history history = SL__HISTORY_INIT;
    struct sl__turn turn = make_turn("stepfun", &history);
    char path[] = "/tmp/sightline-test-XXXXXX";
    struct sl__attachment *video = sl__attachment_new();
    struct sl__message *question = say(&history, SL__USER, "");
    int fd = mkstemp(path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(write(fd, "foob", 4), 4);
    assert_true(sl__attachment_take_file(video, fd));
    video->video = true;
    video->mime = "video/mp4";
    attach(question, video);
    attach(question, make_address("https://a.test/\"x\".mp4", true));
    attach(question, make_address("https://a.test/x.png?a&b", false));
    attach(question, make_address("stepfile://file-1", false));
    turn.effort = NULL;
    check_body(&turn, SL__CHAT,
               "{'model':'m','stream':true,'messages':[{'role':'user','content':["
               "{'type':'video_url','video_url':{'url':'data:video/mp4;base64,Zm9vYg=='}},"
               "{'type':'video_url','video_url':{'url':'https://a.test/\\'x\\'.mp4'}},"
               "{'type':'image_url','image_url':{'url':'https://a.test/x.png?a&b','detail':'high'}}"
               ",{'type':'image_url','image_url':{'url':'stepfile://file-1','detail':'high'}}]}]}");
    sl__history_release(&history);
}

/* A conversation may move to a provider that takes less. */
static void what_cannot_be_sent_is_named(void **state)
{
    (void)state;
    static const char *const providers[] = {"openrouter", "local"};
    for (size_t i = 0; i < sizeof providers / sizeof *providers; i++) {
        struct sl__history history = SL__HISTORY_INIT;
        struct sl__turn turn = make_turn(providers[i], &history);
        turn.stream = false;
        turn.effort = NULL;
        attach(say(&history, SL__USER, "What?"), make_address("stepfile://file-1", false));
        check_body(&turn, SL__CHAT,
                   "{'model':'m','messages':[{'role':'user','content':[{'type':'text','text':'[at "
                   "\\'home\\' was attached here, and cannot be shown again]'},{'type':'text',"
                   "'text':'What?'}]}]}");
        sl__history_release(&history);
    }
}

static void json_without_a_schema(void **state)
{
    (void)state;
    struct sl__history history = SL__HISTORY_INIT;
    struct sl__turn turn = make_turn("stepfun", &history);
    struct sl__abilities plain = *turn.abilities;
    cJSON *schema = cJSON_Parse("{}");
    say(&history, SL__USER, "x");
    turn.effort = NULL;
    turn.stream = false;
    turn.json = true;
    check_body(&turn, SL__CHAT,
               "{'model':'m','response_format':{'type':'json_object'},'messages':["
               "{'role':'user','content':'x'}]}");
    plain.takes &= ~(unsigned)SL__TAKES_SCHEMA;
    turn.abilities = &plain;
    turn.schema = schema;
    check_body(&turn, SL__CHAT,
               "{'model':'m','response_format':{'type':'json_object'},'messages':["
               "{'role':'user','content':'x'}]}");
    plain.takes &= ~(unsigned)SL__TAKES_JSON;
    check_body(&turn, SL__CHAT, "{'model':'m','messages':[{'role':'user','content':'x'}]}");
    cJSON_Delete(schema);
    sl__history_release(&history);
}

static void tools_with_the_default_choice(void **state)
{
    (void)state;
    struct sl__history history = SL__HISTORY_INIT;
    struct sl__turn turn = make_turn("stepfun", &history);
    struct sl__abilities fewer = *turn.abilities;
    say(&history, SL__USER, "x");
    turn.effort = NULL;
    turn.stream = false;
    turn.tools = &look_tool;
    turn.tool_count = 1;
    check_body(&turn, SL__CHAT,
               "{'model':'m'" TOOLS ",'tool_choice':'auto','messages':[{'role':"
               "'user','content':'x'}]}");
    fewer.takes &= ~(unsigned)SL__TAKES_TOOLS;
    turn.abilities = &fewer;
    check_body(&turn, SL__CHAT, "{'model':'m','messages':[{'role':'user','content':'x'}]}");
    sl__history_release(&history);
}

/* Servers parse what they are sent back, and some refuse the whole turn over it. */
static void broken_arguments_go_back_empty(void **state)
{
    (void)state;
    struct sl__history history = SL__HISTORY_INIT;
    struct sl__turn turn = make_turn("stepfun", &history);
    turn.effort = NULL;
    turn.stream = false;
    assert_int_equal(sl__message_call(say(&history, SL__ASSISTANT, "I"), "c", "look", "{\"x"), 0);
    check_body(&turn, SL__CHAT,
               "{'model':'m','messages':[{'role':'assistant','content':'I',"
               "'tool_calls':[{'id':'c','type':'function','function':{'name':"
               "'look','arguments':'{}'}}]}]}");
    sl__history_release(&history);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_talk_with_every_provider),
        cmocka_unit_test(all_settings_with_every_provider),
        cmocka_unit_test(what_was_sent_stays_in_front),
        cmocka_unit_test(a_turn_of_nothing_but_text),
        cmocka_unit_test(addresses_and_videos),
        cmocka_unit_test(what_cannot_be_sent_is_named),
        cmocka_unit_test(json_without_a_schema),
        cmocka_unit_test(tools_with_the_default_choice),
        cmocka_unit_test(broken_arguments_go_back_empty),
    };
    return run_cases(tests, argc, argv);
}
