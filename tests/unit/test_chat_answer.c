/* Answers of Chat Completions, in every form that servers are known to give them. */
#include "answers.h"

#define DATA(json) "data: " json "\n\n"
#define DELTA(members) DATA("{'choices':[{'index':0,'delta':{" members "}}]}")
#define END(reason) DATA("{'choices':[{'index':0,'delta':{},'finish_reason':'" reason "'}]}")
#define DONE "data: [DONE]\n\n"
#define CUT                                                                                        \
    "the answer was cut at the model's length limit; ask it to continue, or for a shorter one"

static const struct fixture streams[] = {
    /* What the vendor shows: roles and empty texts, usage on every chunk, "" for no reason yet. */
    {DATA("{'id':'x','created':0,'model':'step-3.7-flash','choices':[{'index':0,'delta':{'role':"
          "'assistant','content':''},'finish_reason':''}],'usage':{'prompt_tokens':0,"
          "'completion_tokens':0},'agent':''}")
         DATA("{'choices':[{'index':0,'delta':{'role':'','content':'','reasoning':'So'},"
              "'finish_reason':null}],'usage':{'prompt_tokens':85,'completion_tokens':1}}")
             DATA("{'choices':[{'index':0,'delta':{'content':'Hi'}}],'usage':{'prompt_tokens':85,"
                  "'cached_tokens':64,'completion_tokens':2}}")
                 DATA("{'choices':[{'index':0,'delta':{'content':'!'},'finish_reason':'stop'}],"
                      "'usage':{'prompt_tokens':85,'completion_tokens':9}}") DONE,
     "<r>So<t>Hi! 85/64/9/-1 = ok"},

    /* Where reasoning stands. */
    {DELTA("'reasoning':'a','reasoning_content':'a'") DELTA("'reasoning':'b',"
                                                            "'reasoning_content':'b'")
         DELTA("'content':'T'") END("stop") DONE,
     "<r>ab<t>T = ok"},
    {DELTA("'reasoning_content':'a'") DELTA("'reasoning':'a','content':'T'") END("stop") DONE,
     "<r>a<t>T = ok"},
    {DELTA("'reasoning':'a','reasoning_content':'a'") DELTA("'reasoning_content':'b'")
         DELTA("'reasoning':'c','reasoning_details':[{'text':'c'}]")
             DELTA("'reasoning_details':[{'text':'abc'}],'content':'T'") END("stop") DONE,
     "<r>abc<t>T = ok"},
    {DELTA("'reasoning':'','reasoning_content':'a'") DELTA("'content':'T'") END("stop") DONE,
     "<r>a<t>T = ok"},
    {DELTA("'reasoning_details':[{'type':'reasoning.text','text':'a'},{'type':"
           "'reasoning.summary','summary':'b'},{'type':'reasoning.encrypted','data':'z'}]")
         DELTA("'reasoning':'ab'") DELTA("'content':'T'") END("stop") DONE,
     "<r>ab<t>T = ok"},
    {DELTA("'reasoning':'a','reasoning_details':[{'type':'reasoning.text','text':'a'}]")
         DELTA("'content':'T'") END("stop") DONE,
     "<r>a<t>T = ok"},

    /* Text in parts, cut characters, control characters. */
    {DELTA("'content':[{'type':'text','text':'a'},'b',{'type':'text','text':'c'}]") END("stop")
         DONE,
     "<t>abc = ok"},
    {DELTA("'content':'caf\xc3'") DELTA("'content':'\xa9\\u0000\\u001b[2J'") END("stop") DONE,
     "<t>caf\xc3\xa9\xe2\x90\x80\xe2\x90\x9b[2J = ok"},
    {DELTA("'content':'x\xe2\x82'") END("stop") DONE, "<t>x\xef\xbf\xbd\xef\xbf\xbd = ok"},

    /* Calls of tools. */
    {DELTA("'tool_calls':[{'index':0,'id':'c1','type':'function','function':{'name':'look',"
           "'arguments':''}}]") DELTA("'tool_calls':[{'index':0,'function':{'arguments':'{x:'}}]")
         DELTA("'tool_calls':[{'index':0,'function':{'arguments':'1}'}}]") END("tool_calls") DONE,
     " {c1 look {x:1}} = ok"},
    {DELTA("'content':'I look.'") DELTA("'tool_calls':[{'id':'c1','type':'function','function':{"
                                        "'name':'look','arguments':'{}'}},{'id':'c2','function':{"
                                        "'name':'look','arguments':'[]'}}]") END("stop") DONE,
     "<t>I look. {c1 look {}} {c2 look []} = ok"},
    {DELTA("'tool_calls':[{'function':{'name':'a','arguments':{'x':1}}}]")
         DELTA("'tool_calls':[{'function':{'name':'b','arguments':'{'}}]")
             DELTA("'tool_calls':[{'function':{'arguments':'}'}}]") END("tool_calls") DONE,
     " {call_1 a {\"x\":1}} {call_2 b {}} = ok"},
    {DELTA("'tool_calls':[{'index':0,'id':'c1','function':{'name':'a','arguments':'1'}}]")
         DELTA("'tool_calls':[{'index':0,'id':'c2','function':{'name':'b','arguments':'2'}}]")
             DELTA("'tool_calls':[{'index':0,'function':{'arguments':'3'}}]") END("stop") DONE,
     " {c1 a 1} {c2 b 23} = ok"},
    {DELTA("'tool_calls':[{'index':1,'id':'c2','function':{'name':'b','arguments':'2'}},"
           "{'index':0,'id':'c1','function':{'name':'a','arguments':'1'}}]")
         DELTA("'tool_calls':[{'index':1,'id':'c2','function':{'name':'b','arguments':'2'}}]")
             END("tool_calls") DONE,
     " {c2 b 22} {c1 a 1} = ok"},
    {DELTA("'tool_calls':[{'id':'c1','function':{'name':'a','arguments':'1'}}]")
         DELTA("'tool_calls':[{'id':'c1','function':{'arguments':'2'}}]") END("stop") DONE,
     " {c1 a 12} = ok"},
    {DELTA("'function_call':{'name':'a','arguments':'{'}") DELTA("'function_call':{'arguments':"
                                                                 "'}'}") END("function_call") DONE,
     " {call_1 a {}} = ok"},
    {DELTA("'tool_calls':[{'index':0,'id':'w','type':'web_search','function':{'name':"
           "'step_websearch','arguments':'{}','results':[{'index':1,'url':'https://a.test/1',"
           "'title':'One'}]}}]") DELTA("'tool_calls':[{'index':0,'function':{'arguments':'x'}}]")
         DELTA("'content':'T'") END("stop") DONE,
     "<n>source: One, https://a.test/1<t>T = ok"},

    /* Alternatives. */
    {DATA("{'choices':[{'index':0,'delta':{'content':'a\xc3'}},{'index':1,'delta':{'content':'x"
          "\xc3'}}]}") DATA("{'choices':[{'index':1,'delta':{'content':'\xa4'}},{'index':8,"
                            "'delta':{'content':'lost'}},{'index':0,'delta':{'content':'\xa9'}}]}")
         DATA("{'choices':[{'index':1,'delta':{},'finish_reason':'stop'}]}") END("stop"),
     "<t>a<t1>x\xc3\xa4<t>\xc3\xa9 = ok"},
    {DATA("{'choices':[{'index':0,'delta':{'content':'a'}},{'index':1,'delta':{'content':'x'}}]}")
         END("stop"),
     "<t>a<t1>x = incomplete: the connection ended before the answer did; ask again"},
    {DATA("{'choices':[{'index':0,'delta':{'content':'a'},'finish_reason':'stop'},{'index':1,"
          "'delta':{'content':'x'},'finish_reason':'length'}]}") DONE,
     "<t>a<t1>x = length: " CUT},

    /* How sure it was: of the first alternative, whatever else stands there. */
    {DATA("{'choices':[{'index':0,'delta':{'content':'Light'},'logprobs':{'content':[{'token':"
          "' "
          "Light','logprob':-0.01},{'token':'\\n','logprob':-9}]}},{'index':1,'delta':{'content':'"
          "x'},"
          "'logprobs':{'content':[{'token':'no','logprob':-9}]}}]}")
         DATA("{'choices':[{'index':0,'delta':{'content':'house'},'logprobs':{'content':[{'token':"
              "'house','logprob':-0.9},{'token':'is','logprob':-1.2},{'token':5,'logprob':-0.1},"
              "{'token':'1847','logprob':-3},{'token':'\\u001b','logprob':-1.5},{'token':'x','"
              "logprob':"
              "1},{'logprob':'y'},7],'refusal':null}},{'index':1,'delta':{},'finish_reason':'stop'}"
              "]}") END("stop") DONE,
     "<t>Light<t1>x<t>house<n>the model was 11 % sure of its words on average, least of “1847” (5 "
     "%), "
     "“is” (30 %), “house” (41 %) = ok"},
    {DATA("{'choices':[{'index':0,'delta':{'content':'T'},'logprobs':{'content':[{'token':'T',"
          "'logprob':-0.02}]},'finish_reason':'stop'}]}") DONE,
     "<t>T<n>the model was 98 % sure of its words on average = ok"},

    /* What it took. */
    {DELTA("'content':'T'") END("stop")
         DATA("{'choices':[],'usage':{'prompt_tokens':7,'prompt_tokens_details':{'cached_tokens':"
              "5},'completion_tokens':3,'completion_tokens_details':{'reasoning_tokens':2}}}") DONE,
     "<t>T 7/5/3/2 = ok"},
    {DELTA("'content':'T'") END("stop") DATA(
         "{'choices':[],'usage':{'prompt_tokens':7,'completion_tokens':3,'cost':0.00125}}") DONE,
     "<t>T 7/-1/3/-1 0.00125 USD = ok"},
    {DATA("{'choices':[{'delta':{'content':'T'},'finish_reason':'stop','usage':{'prompt_tokens':7,"
          "'completion_tokens':3,'prompt_cache_hit_tokens':6}}]}") DONE,
     "<t>T 7/6/3/-1 = ok"},

    /* How it ended. */
    {DELTA("'content':'T'") END("stop"), "<t>T = ok"},
    {DELTA("'content':'T'") DONE, "<t>T = ok"},
    {DELTA("'content':'T'") END("something\\u001b new") DONE,
     "<t>T<n>the server ended the answer with “something  new”; check that it is whole "
     "= "
     "ok"},
    {DELTA("'content':'T'") END("STOP") DONE, "<t>T = ok"},
    {DELTA("'content':'T'") END("eos_token") DONE, "<t>T = ok"},
    {DELTA("'content':'T'") END("MAX_TOKENS") DONE, "<t>T = length: " CUT},
    {DELTA("'content':'T'") END("SAFETY") DONE,
     "<t>T = moderation: the provider's moderation stopped the answer; change the picture or the "
     "instruction"},
    {DELTA("'content':'T'") END("abort") DONE,
     "<t>T = server: the server stopped in the middle of the answer; ask again"},
    {DELTA("'content':'T'") END("insufficient_system_resource") DONE,
     "<t>T = server: the server stopped in the middle of the answer; ask again"},
    {DELTA("'content':'T'") END("end_turn"), "<t>T = ok"},
    {DELTA("'content':'T'"),
     "<t>T = incomplete: the connection ended before the answer did; ask again"},
    {"", " = incomplete: the connection ended before the answer did; ask again"},
    {DELTA("'content':'T'") END("length") DONE, "<t>T = length: " CUT},
    {DELTA("'content':'T'") END("max_tokens") DONE, "<t>T = length: " CUT},
    {DELTA("'content':'T'") END("model_context_window_exceeded") DONE, "<t>T = length: " CUT},
    {DELTA("'content':'T','tool_calls':[{'index':0,'id':'c','function':{'name':'a','arguments':"
           "'{'}}]") END("length") DONE,
     "<t>T = length: " CUT},
    {DELTA("'reasoning':'So'") END("length") DONE,
     "<r>So = length: reasoning used up the model's length limit before the answer began; raise "
     "max_tokens or lower the effort"},
    {DELTA("'reasoning':'So'") END("stop") DONE,
     "<r>So = incomplete: the model answered with nothing; ask again"},
    {DELTA("'content':'T'") END("content_filter") DONE,
     "<t>T = moderation: the provider's moderation stopped the answer; change the picture or the "
     "instruction"},
    {END("content_filter") DONE, " = moderation: the provider's moderation stopped the answer; "
                                 "change the picture or the instruction"},
    {DELTA("'content':'T'") END("error") DONE,
     "<t>T = server: the server stopped in the middle of the answer; ask again"},

    /* The model's refusal. */
    {DELTA("'refusal':'I cannot'") DELTA("'refusal':' do this.'") END("stop") DONE,
     " = refused: the model refused to answer: I cannot do this; ask differently, or choose "
     "another model"},
    {DELTA("'refusal':null,'content':'T'") END("stop") DONE, "<t>T = ok"},
    {DELTA("'content':[{'type':'refusal','refusal':'No'}]") END("stop") DONE,
     " = refused: the model refused to answer: No; ask differently, or choose another model"},

    /* Sources, each once. */
    {DELTA("'content':'T','annotations':[{'type':'url_citation','url_citation':{'title':'A\\nB',"
           "'url':'https://a.test/'}},{'type':'url_citation','url_citation':{'url':"
           "'https://b.test/'}},{'type':'other'}]")
         DELTA("'annotations':[{'type':'url_citation','url_citation':{'title':'A','url':"
               "'https://a.test/'}}]") END("stop") DONE,
     "<t>T<n>source: A B, https://a.test/<n>source: https://b.test/ = ok"},

    /* Errors in the middle. */
    {DELTA("'content':'T'") DATA("{'error':{'message':'Overloaded.','type':'server_error'}}"),
     "<t>T = server: the server stopped in the middle of the answer: Overloaded; ask "
     "again"},
    {DATA("{'error':{'message':'blocked','type':'censorship_blocked'}}"),
     " = moderation: the server sent an error instead of an answer: blocked; change the picture or "
     "the instruction"},
    {DELTA("'content':'T'") DATA("{'error':'gone'}"),
     "<t>T = server: the server stopped in the middle of the answer: gone; ask again"},
    {DELTA("'content':'T'") "event: error\n" DATA("{'message':'gone'}"),
     "<t>T = server: the server stopped in the middle of the answer: gone; ask again"},
    {DELTA("'content':'T'") "event: error\ndata: out of cheese\n\n",
     "<t>T = server: the server stopped in the middle of the answer: out of cheese; ask "
     "again"},
    {DELTA("'content':'T'") DATA("{'object':'error','message':'gone','code':50001}"),
     "<t>T = server: the server stopped in the middle of the answer: gone; ask again"},
    {DELTA("'content':'T'") DATA("{'type':'error','error':{'type':'overloaded_error'}}"),
     "<t>T = server: the server stopped in the middle of the answer: it gave no reason; "
     "ask again"},
    {DATA("{'error':{'code':429,'message':'Rate limit'},'choices':[{'index':0,'delta':{'content':"
          "''},'finish_reason':'error'}]}"),
     " = rate: the server sent an error instead of an answer: Rate limit; wait a little and ask "
     "again"},
    {DATA("{'choices':[{'index':0,'delta':{'content':'T'},'finish_reason':'error','error':{'code':"
          "502,'message':'Upstream'}}]}"),
     "<t>T = server: the server stopped in the middle of the answer: Upstream; ask again"},
    {DELTA("'content':'T'") DATA("<html>"),
     "<t>T = protocol: the server sent something that is no JSON object in the middle of the "
     "answer; ask again, and check the base URL if it stays so"},

    /* What disturbs nothing. */
    {": keep-alive\n\ndata:\n\ndata: \n\nevent: ping\ndata: now\n\nevent: new\n" DATA("[1]")
         DATA("{'x':{'y':[]},'error':null,'usage':null,'choices':[{'index':0,'delta':{'content':"
              "'T','audio':{},'z':[{}]},'logprobs':{'content':[]},'native_finish_reason':'stop'}]}")
             DATA("{'error':{},'choices':null}") END("stop") DONE DATA("{'error':'late'}"),
     "<t>T = ok"},
};

static void streams_at_every_cut(void **state)
{
    (void)state;
    check_streams(SL__CHAT, streams, sizeof streams / sizeof *streams);
}

#define MESSAGE(members) "{'choices':[{'index':0,'finish_reason':'stop','message':{" members "}}]}"

static const struct fixture wholes[] = {
    {"{'model':'m','choices':[{'index':0,'finish_reason':'stop','message':{'role':'assistant',"
     "'content':'T','refusal':null,'reasoning':'So','reasoning_details':[{'type':'reasoning.text',"
     "'text':'So'}]}}],'usage':{'prompt_tokens':21,'completion_tokens':1319,"
     "'completion_tokens_details':{'reasoning_tokens':0},'prompt_tokens_details':{'cached_tokens':"
     "0}},'meta':{'usage':{'credits_used':3955,'usd_spent':0.0019775}}}",
     "<r>So<t>T 21/0/1319/0 0.0019775 USD = ok"},
    {MESSAGE("'content':'T','reasoning':'a','reasoning_content':'a'"), "<r>a<t>T = ok"},
    {MESSAGE("'content':[{'type':'text','text':'T'}],'annotations':[{'url_citation':{'url':'u'}}]"),
     "<t>T<n>source: u = ok"},
    {MESSAGE("'content':null,'tool_calls':[{'id':'c','type':'function','function':{'name':'look',"
             "'arguments':'{}'}},{'function':{'name':'look','arguments':'[]'}}]"),
     " {c look {}} {call_2 look []} = ok"},
    {"{'choices':[{'message':{'content':'T'},'logprobs':{'content':[{'token':'T','logprob':-0.25}]}"
     ","
     "'finish_reason':'stop'}]}",
     "<t>T<n>the model was 78 % sure of its words on average, least of “T” (78 %) = ok"},
    {MESSAGE("'content':null,'refusal':'No'"),
     " = refused: the model refused to answer: No; ask differently, or choose another model"},
    {"{'choices':[{'message':{'content':'a'}},{'message':{'content':'b'},'finish_reason':"
     "'stop'}]}",
     "<t>a<t1>b = ok"},
    {"{'choices':[{'message':{'content':'a'},'finish_reason':'length'}]}", "<t>a = length: " CUT},
    {"{'choices':[]}", " = incomplete: the model answered with nothing; ask again"},
    {"{'error':{'message':'no','type':'model_invalid'}}",
     " = model: the server sent an error instead of an answer: no; set “model” to one that this "
     "provider and key have"},
    {"{'status':'ok'}", " = protocol: the server sent something that is no answer of Chat "
                        "Completions; check the base URL and “protocol” in the configuration"},
    {"<html>",
     " = protocol: the server sent something that is no answer of Chat Completions; check "
     "the base URL and “protocol” in the configuration"},
};

static void whole_answers(void **state)
{
    (void)state;
    check_wholes(SL__CHAT, wholes, sizeof wholes / sizeof *wholes);
}

static void run_of(struct run *run, const char *bytes)
{
    char *text = quoted(bytes);
    begin_run(run, SL__CHAT);
    run_stream(run, text, strlen(text), 0);
    free(text);
}

static void what_a_conversation_keeps(void **state)
{
    (void)state;
    struct run run;
    run_of(&run, DATA("{'model':'step\\u001b','choices':[{'index':0,'delta':{'reasoning':'So '}},"
                      "{'index':1,'delta':{'content':'other'}}]}")
                     DELTA("'reasoning':'it','content':'A\\r\\n'")
                         DATA("{'model':'','choices':[{'index':0,'delta':{'content':'B'}}]}") DONE);
    assert_string_equal(sl__buf_text(&run.answer.text), "A\nB");
    assert_string_equal(sl__buf_text(&run.answer.reasoning), "So it");
    assert_string_equal(run.answer.model, "step ");
    end_run(&run);
}

static void check_details(const char *bytes, const char *expected)
{
    struct run run;
    run_of(&run, bytes);
    char *printed = cJSON_PrintUnformatted(run.answer.details), *wanted = quoted(expected);
    assert_string_equal(printed, wanted);
    cJSON_free(printed);
    free(wanted);
    end_run(&run);
}

static void pieces_of_details_are_joined(void **state)
{
    (void)state;
#define DETAIL(members) DELTA("'reasoning_details':[{" members "}]")
    check_details(DETAIL("'type':'reasoning.text','text':'a','format':'f','index':0")
                      DETAIL("'type':'reasoning.text','text':'b','format':'f','index':0")
                          DETAIL("'type':'reasoning.text','text':'','signature':'s','index':0")
                              DETAIL("'type':'reasoning.encrypted','data':'z','index':1")
                                  DETAIL("'type':'reasoning.summary','summary':'c','index':2")
                                      DETAIL("'type':'reasoning.summary','summary':'d','index':2")
                                          DELTA("'content':'T'") DONE,
                  "[{'type':'reasoning.text','text':'ab','format':'f','index':0,'signature':'s'},"
                  "{'type':'reasoning.encrypted','data':'z','index':1},"
                  "{'type':'reasoning.summary','summary':'cd','index':2}]");
    check_details(DETAIL("'type':'reasoning.text','text':'a','index':0")
                      DETAIL("'type':'reasoning.text','text':'b','index':1")
                          DETAIL("'type':'reasoning.text','text':'\xff','index':1")
                              DELTA("'reasoning_details':[1,null,[]]") DELTA("'content':'T'") DONE,
                  "[{'type':'reasoning.text','text':'a','index':0},"
                  "{'type':'reasoning.text','text':'b','index':1}]");
}

/* One that had not begun when the connection ended is as lost as one in its middle. */
static void all_alternatives_are_awaited(void **state)
{
    (void)state;
    static const char *const bytes[] = {
        DELTA("'content':'T'") END("stop"),
        DELTA("'content':'T'") END("stop") DONE,
        DELTA("'content':'T'") END("stop")
            DATA("{'choices':[{'index':1,'delta':{'content':'x'},'finish_reason':'stop'}]}"),
    };
    static const char *const reports[] = {
        "<t>T = incomplete: the connection ended before the answer did; ask again", "<t>T = ok",
        "<t>T<t1>x = ok"};
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
        struct run run;
        char *text = quoted(bytes[i]);
        begin_run(&run, SL__CHAT);
        run.answer.wanted = 2;
        run_stream(&run, text, strlen(text), 0);
        assert_string_equal(sl__buf_text(&run.report), reports[i]);
        free(text);
        end_run(&run);
    }
}

static void a_flood_of_calls_is_refused(void **state)
{
    (void)state;
    struct run run;
    int code = 0;
    begin_run(&run, SL__CHAT);
    for (int i = 0; i <= SL__MAX_CALLS && !code; i++) {
        char data[160];
        int len = snprintf(data, sizeof data,
                           "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":%d000000000,"
                           "\"function\":{\"name\":\"a\"}}]}}]}",
                           i);
        code = run.dialect->event(&run.answer, "message", data, (size_t)len, &run.error);
    }
    assert_int_equal(code, SL_E_TOO_LARGE);
    assert_int_equal(run.error.code, SL_E_TOO_LARGE);
    end_run(&run);
}

static void a_flood_of_arguments_is_refused(void **state)
{
    (void)state;
    struct run run;
    struct sl__buf data = SL__BUF_INIT(1u << 20);
    int code = 0;
    begin_run(&run, SL__CHAT);
    sl__buf_adds(&data, "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\","
                        "\"function\":{\"arguments\":\"");
    for (int i = 0; i < 4096; i++)
        sl__buf_adds(&data, "0123456789abcdef");
    sl__buf_adds(&data, "\"}}]}}]}");
    for (size_t i = 0; i <= SL__MAX_CALL / 65536 && !code; i++)
        code = run.dialect->event(&run.answer, "message", data.data, data.len, &run.error);
    assert_int_equal(code, SL_E_TOO_LARGE);
    sl__buf_release(&data);
    end_run(&run);
}

static int stop_at_once(const struct sl__part *part, void *context)
{
    (void)part, (void)context;
    return SL_E_CANCELLED;
}

static void what_the_host_returns_ends_it(void **state)
{
    (void)state;
    static const char data[] = "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}";
    struct sl__answer answer;
    struct sl_error error = SL_ERROR_INIT;
    sl__answer_init(&answer, stop_at_once, NULL);
    assert_int_equal(
        sl__dialects[SL__CHAT].event(&answer, "message", data, sizeof data - 1, &error),
        SL_E_CANCELLED);
    sl__answer_release(&answer);
}

static void wrong_types_everywhere(void **state)
{
    (void)state;
    static const char *const templates[] = {
        "%",
        "{\"choices\":%,\"usage\":%,\"model\":%,\"meta\":%}",
        "{\"choices\":[%],\"usage\":{\"prompt_tokens\":%,\"cost\":%}}",
        "{\"choices\":[],\"usage\":{\"prompt_tokens_details\":%,\"cached_tokens\":%}}",
        "{\"choices\":[{\"index\":%,\"delta\":%,\"message\":%,\"error\":%}]}",
        "{\"choices\":[{\"index\":%,\"delta\":{\"content\":\"x\"},\"finish_reason\":%}]}",
        "{\"choices\":[{\"delta\":{\"content\":%,\"refusal\":%,\"annotations\":%}}]}",
        "{\"choices\":[{\"delta\":{\"reasoning\":%,\"reasoning_content\":%}}]}",
        "{\"choices\":[{\"delta\":{\"reasoning_details\":%,\"tool_calls\":%}}]}",
        "{\"choices\":[{\"delta\":{\"function_call\":%,\"content\":[%,{\"text\":%}]}}]}",
        "{\"choices\":[{\"delta\":{\"reasoning_details\":[%,{\"text\":%},{\"summary\":%}]}}]}",
        "{\"choices\":[{\"delta\":{\"reasoning_details\":[{\"text\":\"a\",\"type\":%}]}}]}",
        "{\"choices\":[{\"delta\":{\"annotations\":[%,{\"url_citation\":%}]}}]}",
        "{\"choices\":[{\"delta\":{\"annotations\":[{\"url_citation\":{\"url\":%}}]}}]}",
        "{\"choices\":[{\"delta\":{\"tool_calls\":[%,{\"index\":%,\"id\":%,\"type\":%}]}}]}",
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":%,\"function\":%}]}}]}",
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":%}}]}}]}",
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":%}}]}}]}",
        "{\"choices\":[{\"logprobs\":%,\"delta\":{}},{\"index\":0,\"logprobs\":{\"content\":%}}]}",
        "{\"choices\":[{\"logprobs\":{\"content\":[%,{\"token\":%,\"logprob\":%}]}}]}",
        "{\"error\":%}",
        "{\"error\":{\"message\":%,\"type\":%,\"code\":%,\"metadata\":%}}",
        "{\"error\":{\"metadata\":{\"raw\":%}},\"message\":%,\"detail\":%,\"type\":%,\"code\":%}",
    };
    check_every_type(SL__CHAT, templates, sizeof templates / sizeof *templates);
}

static char *nested(size_t depth)
{
    struct sl__buf text = SL__BUF_INIT(1u << 20);
    sl__buf_adds(&text, "data: {\"choices\":");
    for (size_t i = 0; i < depth; i++)
        sl__buf_adds(&text, "[{\"delta\":");
    sl__buf_adds(&text, "\n\n");
    return sl__buf_take(&text);
}

static void nonsense(void **state)
{
    (void)state;
    char *deep = nested(20000);
    const char *const bytes[] = {
        deep,
        deep + 6,
        DATA("\xff\xfe{"),
        DATA("{'choices':[{'index':9e15,'delta':{'content':'\xc0\xaf\xed\xa0\x80'}}]}"),
        DELTA("'tool_calls':[{'index':9e15,'id':'\xff','function':{'name':'\xff','arguments':'"
              "\xff'}}]") DONE,
        DELTA("'content':'\\ud800'") END("\xff") DONE,
    };
    check_hostile(SL__CHAT, bytes, sizeof bytes / sizeof *bytes);
    free(deep);
}

/* As many members as an event can hold, in the places where they are compared with each other. */
static void crowds_take_no_time(void **state)
{
    (void)state;
    static const struct {
        const char *before, *item, *after;
    } crowds[] = {
        {"{\"choices\":[{\"delta\":{\"content\":\"T\",\"reasoning_details\":[", "{\"text\":\"a\"},",
         "1]}}]}"},
        {"{\"choices\":[{\"delta\":{\"content\":\"T\",\"reasoning_details\":[{\"text\":\"\"},{",
         "\"a\":0,", "\"text\":\"\"}]}}]}"},
        {"{\"choices\":[{\"delta\":{\"content\":\"T\",\"tool_calls\":[", "{\"id\":\"c\"},",
         "1]}}]}"},
        {"{\"choices\":[", "{\"delta\":{\"content\":\"T\"}},", "1]}"},
    };
    for (size_t i = 0; i < sizeof crowds / sizeof *crowds; i++) {
        struct sl__buf data = SL__BUF_INIT(SL__MAX_STREAM_EVENT);
        struct run run;
        sl__buf_adds(&data, crowds[i].before);
        for (int k = 0; k < 60000; k++)
            sl__buf_adds(&data, crowds[i].item);
        sl__buf_adds(&data, crowds[i].after);
        begin_run(&run, SL__CHAT);
        assert_int_equal(
            run.dialect->event(&run.answer, "message", data.data, data.len, &run.error), 0);
        run.answer.done = true;
        assert_int_equal(sl__answer_finish(&run.answer, &run.error), 0);
        assert_true(run.answer.text.len > 0);
        end_run(&run);
        sl__buf_release(&data);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_at_every_cut),
        cmocka_unit_test(whole_answers),
        cmocka_unit_test(what_a_conversation_keeps),
        cmocka_unit_test(pieces_of_details_are_joined),
        cmocka_unit_test(all_alternatives_are_awaited),
        cmocka_unit_test(a_flood_of_calls_is_refused),
        cmocka_unit_test(a_flood_of_arguments_is_refused),
        cmocka_unit_test(what_the_host_returns_ends_it),
        cmocka_unit_test(wrong_types_everywhere),
        cmocka_unit_test(nonsense),
        cmocka_unit_test(crowds_take_no_time),
    };
    return run_cases(tests, argc, argv);
}
