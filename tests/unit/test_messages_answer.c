/* Answers of the Messages API, in every form that servers are known to give them. */
#include "answers.h"

#define EVENT(type, json) "event: " type "\ndata: " json "\n\n"
#define START                                                                                      \
    EVENT("message_start", "{'type':'message_start','message':{'id':'m','type':'message','role':"  \
                           "'assistant','content':[],'model':'step','stop_reason':null,'usage':{"  \
                           "'input_tokens':12,'output_tokens':1}}}")
#define BLOCK(index, members)                                                                      \
    EVENT("content_block_start",                                                                   \
          "{'type':'content_block_start','index':" index ",'content_block':{" members "}}")
#define DELTA(index, members)                                                                      \
    EVENT("content_block_delta",                                                                   \
          "{'type':'content_block_delta','index':" index ",'delta':{" members "}}")
#define TEXT(text) DELTA("0", "'type':'text_delta','text':'" text "'")
#define REASON(reason)                                                                             \
    EVENT("message_delta", "{'type':'message_delta','delta':{'stop_reason':'" reason               \
                           "'},'usage':{'output_tokens':9}}")
#define STOP EVENT("message_stop", "{'type':'message_stop'}")
#define CUT                                                                                        \
    "the answer was cut at the model's length limit; ask it to continue, or for a shorter one"

static const struct fixture streams[] = {
    {START EVENT("ping", "{'type':'ping'}") BLOCK("0", "'type':'text','text':''") TEXT("Hi")
         TEXT("!") EVENT("content_block_stop", "{'type':'content_block_stop','index':0}")
             REASON("end_turn") STOP,
     "<t>Hi! 12/-1/9/-1 = ok"},
    /* As the vendor shows it: the reason beside the delta. */
    {TEXT("T") EVENT("message_delta", "{'type':'message_delta','stop_reason':'end_turn','usage':{"
                                      "'output_tokens':3}}"),
     "<t>T -1/-1/3/-1 = ok"},
    /* Types by the events' names alone, and data without names of events. */
    {EVENT("content_block_delta",
           "{'index':0,'delta':{'type':'text_delta','text':'a'}}") "data: "
                                                                   "{'type':'content_block_delta','"
                                                                   "delta':{'type':'text_delta','"
                                                                   "text':'b'}}\n\n"
                                                                   "event: message_stop\ndata: "
                                                                   "{}\n\n",
     "<t>ab = ok"},
    {TEXT("caf\xc3") TEXT("\xa9") STOP, "<t>caf\xc3\xa9 = ok"},
    {TEXT("T") "data: [DONE]\n\n", "<t>T = ok"},

    /* Thinking. */
    {BLOCK("0", "'type':'thinking','thinking':'S','signature':''")
         DELTA("0", "'type':'thinking_delta','thinking':'o'")
             DELTA("0", "'type':'signature_delta','signature':'zz'")
                 BLOCK("1", "'type':'redacted_thinking','data':'zz'")
                     BLOCK("2", "'type':'text','text':'T'") STOP,
     "<r>So<t>T = ok"},

    /* Calls of tools. */
    {BLOCK("0", "'type':'text','text':'I look.'")
         BLOCK("1", "'type':'tool_use','id':'t1','name':'look','input':{}")
             DELTA("1", "'type':'input_json_delta','partial_json':''")
                 DELTA("1", "'type':'input_json_delta','partial_json':'{x'")
                     BLOCK("2", "'type':'tool_use','id':'t2','name':'look','input':{'y':2}")
                         DELTA("1", "'type':'input_json_delta','partial_json':':1}'")
                             REASON("tool_use") STOP,
     "<t>I look. {t1 look {x:1}} {t2 look {\"y\":2}} -1/-1/9/-1 = ok"},
    {BLOCK("0", "'type':'server_tool_use','id':'s','name':'web_search','input':{}")
         DELTA("0", "'type':'input_json_delta','partial_json':'{}'")
             BLOCK("1", "'type':'web_search_tool_result','content':[]")
                 BLOCK("2", "'type':'text','text':'T'") DELTA(
                     "2", "'type':'citations_delta','citation':{'url':'https://a.test/',"
                          "'title':'A'}") DELTA("2", "'type':'citations_delta','citation':{'url':"
                                                     "'https://a.test/'}") STOP,
     "<t>T<n>source: A, https://a.test/ = ok"},

    /* What it took: input by where it came from, counts that grow. */
    {EVENT("message_start", "{'type':'message_start','message':{'usage':{'input_tokens':10,"
                            "'cache_read_input_tokens':80,'cache_creation_input_tokens':5,"
                            "'output_tokens':1}}}") TEXT("T") REASON("end_turn") STOP,
     "<t>T 95/80/9/-1 = ok"},
    {START TEXT("T") EVENT("message_delta", "{'type':'message_delta','delta':{'stop_reason':"
                                            "'end_turn'},'usage':{'input_tokens':20,"
                                            "'cache_read_input_tokens':0,'output_tokens':2}}") STOP,
     "<t>T 20/0/2/-1 = ok"},

    /* How it ended. */
    {TEXT("T") REASON("stop_sequence"), "<t>T -1/-1/9/-1 = ok"},
    {TEXT("T") STOP, "<t>T = ok"},
    {TEXT("T") REASON("something_new") STOP,
     "<t>T<n>the server ended the answer with “something_new”; check that it is whole -1/-1/9/-1 = "
     "ok"},
    {TEXT("T") REASON("stop_sequence") STOP, "<t>T -1/-1/9/-1 = ok"},
    {TEXT("T") REASON("stop") STOP, "<t>T -1/-1/9/-1 = ok"},
    {TEXT("T") REASON("abort") STOP,
     "<t>T -1/-1/9/-1 = server: the server stopped in the middle of "
     "the answer; ask again"},
    {START TEXT("T"),
     "<t>T 12/-1/1/-1 = incomplete: the connection ended before the answer did; ask again"},
    {START BLOCK("0", "'type':'tool_use','id':'t','name':'look','input':{}"),
     " {t look } 12/-1/1/-1 = incomplete: the connection ended before the answer did; ask again"},
    {TEXT("T") REASON("max_tokens") STOP, "<t>T -1/-1/9/-1 = length: " CUT},
    {TEXT("T") REASON("model_context_window_exceeded"), "<t>T -1/-1/9/-1 = length: " CUT},
    {DELTA("0", "'type':'thinking_delta','thinking':'So'") REASON("max_tokens") STOP,
     "<r>So -1/-1/9/-1 = length: reasoning used up the model's length limit before the answer "
     "began; raise max_tokens or lower the effort"},
    {REASON("end_turn") STOP,
     " -1/-1/9/-1 = incomplete: the model answered with nothing; ask again"},
    {TEXT("T") REASON("pause_turn") STOP,
     "<t>T -1/-1/9/-1 = length: the server paused before the answer was whole; ask it to continue"},
    {TEXT("T") REASON("refusal") STOP,
     "<t>T -1/-1/9/-1 = refused: the model refused to answer; ask differently, or choose another "
     "model"},
    {TEXT("T") REASON("content_filter") STOP,
     "<t>T -1/-1/9/-1 = moderation: the provider's moderation stopped the answer; change the "
     "picture or the instruction"},

    /* Errors in the middle. */
    {TEXT("T") EVENT("error", "{'type':'error','error':{'type':'overloaded_error','message':"
                              "'Overloaded'}}") STOP,
     "<t>T = server: the server stopped in the middle of the answer: Overloaded; ask "
     "again"},
    {EVENT("error", "{'type':'error','error':{'type':'rate_limit_error','message':'Slowly'}}"),
     " = rate: the server sent an error instead of an answer: Slowly; wait a little and ask again"},
    {TEXT("T") EVENT("error", "gone"),
     "<t>T = server: the server stopped in the middle of the answer: gone; ask again"},
    {TEXT("T") "data: {'error':{'message':'no','type':'censorship_blocked'}}\n\n",
     "<t>T = moderation: the server stopped in the middle of the answer: no; change the picture or "
     "the instruction"},
    {TEXT("T") EVENT("content_block_delta", "{'type':'content_bl") TEXT("lost") STOP,
     "<t>T = protocol: the server sent something that is no JSON object in the middle of the "
     "answer; ask again, and check the base URL if it stays so"},
    {TEXT("T") EVENT("content_block_start", "[1]") TEXT("lost") STOP,
     "<t>T = protocol: the server sent something that is no JSON object in the middle of the "
     "answer; ask again, and check the base URL if it stays so"},
    {TEXT("T") "data: <html>\n\n",
     "<t>T = protocol: the server sent something that is no JSON object in the middle of the "
     "answer; ask again, and check the base URL if it stays so"},

    /* What disturbs nothing. */
    {": hello\n\n" EVENT("new_event", "{'type':'new_event','delta':{'type':'text_delta','text':"
                                      "'no'}}") EVENT("ping", "now")
         BLOCK("0", "'type':'new_block','text':'no'") DELTA("0", "'type':'new_delta','text':'no'")
             DELTA("0", "'type':'text_delta','text':'T','new':[{}]")
                 STOP EVENT("error", "{'type':'error'}"),
     "<t>T = ok"},
};

static void streams_at_every_cut(void **state)
{
    (void)state;
    check_streams(SL__MESSAGES, streams, sizeof streams / sizeof *streams);
}

static const struct fixture wholes[] = {
    {"{'id':'msg_1','type':'message','role':'assistant','model':'step','content':[{'type':"
     "'thinking','thinking':'So'},{'type':'text','text':'T','citations':[{'url':'u','title':'A'}]},"
     "{'type':'tool_use','id':'t','name':'look','input':{'x':1}},{'type':'new'}],'stop_reason':"
     "'tool_use','usage':{'input_tokens':5,'output_tokens':6}}",
     "<r>So<t>T<n>source: A, u {t look {\"x\":1}} 5/-1/6/-1 = ok"},
    {"{'content':[{'type':'text','text':'T'}],'stop_reason':'max_tokens'}", "<t>T = length: " CUT},
    {"{'content':[],'stop_reason':'end_turn'}",
     " = incomplete: the model answered with nothing; ask again"},
    {"{'content':[],'stop_reason':'refusal'}",
     " = refused: the model refused to answer; ask differently, or choose another model"},
    {"{'type':'error','error':{'type':'insufficient_quota','message':'Empty.'}}",
     " = balance: the server sent an error instead of an answer: Empty; top up the account"},
    {"{'choices':[]}", " = protocol: the server sent something that is no answer of the Messages "
                       "API; check the base URL and “protocol” in the configuration"},
    {"", " = protocol: the server sent something that is no answer of the Messages API; check the "
         "base URL and “protocol” in the configuration"},
};

static void whole_answers(void **state)
{
    (void)state;
    check_wholes(SL__MESSAGES, wholes, sizeof wholes / sizeof *wholes);
}

static void wrong_types_everywhere(void **state)
{
    (void)state;
    static const char *const templates[] = {
        "%",
        "{\"type\":%}",
        "{\"type\":\"message_start\",\"message\":%}",
        "{\"type\":\"message_start\",\"message\":{\"model\":%,\"usage\":%,\"content\":%,"
        "\"stop_reason\":%}}",
        "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":%,\"output_tokens\":"
        "%,\"cache_read_input_tokens\":%,\"cache_creation_input_tokens\":%},\"content\":[%]}}",
        "{\"type\":\"content_block_start\",\"index\":%,\"content_block\":%}",
        "{\"type\":\"content_block_start\",\"index\":%,\"content_block\":{\"type\":\"tool_use\","
        "\"id\":%,\"name\":%,\"input\":%}}",
        "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"text\",\"text\":%,"
        "\"citations\":[%]}}",
        "{\"type\":\"content_block_delta\",\"index\":%,\"delta\":%}",
        "{\"type\":\"content_block_delta\",\"index\":%,\"delta\":{\"type\":\"input_json_delta\","
        "\"partial_json\":%}}",
        "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"citations_delta\",\"citation\":{"
        "\"url\":%,\"title\":%}}}",
        "{\"type\":\"message_delta\",\"delta\":%,\"usage\":%,\"stop_reason\":%}",
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":%}}",
        "{\"type\":\"error\",\"error\":%}",
        "{\"content\":[{\"type\":%,\"text\":%,\"thinking\":%,\"input\":%}],\"usage\":%,"
        "\"stop_reason\":%}",
    };
    check_every_type(SL__MESSAGES, templates, sizeof templates / sizeof *templates);
}

static void nonsense(void **state)
{
    (void)state;
    const char *const bytes[] = {
        TEXT("\xff\xc0\xaf") STOP,
        BLOCK("9e15", "'type':'tool_use','id':'\xff','name':'\xff'")
            DELTA("9e15", "'type':'input_json_delta','partial_json':'\xff'") STOP,
        BLOCK("-1", "'type':'tool_use','name':'a'") BLOCK("-1", "'type':'tool_use','name':'b'")
            STOP,
        EVENT("error", "\xff\xff"),
    };
    check_hostile(SL__MESSAGES, bytes, sizeof bytes / sizeof *bytes);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_at_every_cut),
        cmocka_unit_test(whole_answers),
        cmocka_unit_test(wrong_types_everywhere),
        cmocka_unit_test(nonsense),
    };
    return run_cases(tests, argc, argv);
}
