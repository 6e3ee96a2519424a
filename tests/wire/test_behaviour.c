/*
 * What a server does, and what the user is told: one table, over both protocols. Each row is served
 * in one piece and in pieces of seven bytes.
 */
#include "host.h"

/* Beginnings of answers. */
#define STREAMED STREAM "Connection: close\r\n\r\n"
#define WHOLE "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
#define STATUS(line, body)                                                                         \
    "HTTP/1.1 " line "\r\nContent-Type: application/json\r\nX-Trace-Id: t-1\r\n"                   \
    "Connection: close\r\n\r\n" body
#define PAGE(line)                                                                                 \
    "HTTP/1.1 " line "\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"                    \
    "<html><script>x</script></html>"
#define ERROR(type, message) "{\"error\":{\"message\":\"" message "\",\"type\":\"" type "\"}}"
#define WRAPPED(code, type, message)                                                               \
    "{\"error\":{\"message\":\"Provider returned error\",\"code\":" code ",\"metadata\":"          \
    "{\"raw\":\"{\\\"error\\\":{\\\"message\\\":\\\"" message "\\\",\\\"type\\\":\\\"" type        \
    "\\\"}}\",\"provider_name\":\"StepFun\"}}}"
#define DATA(json) "data: " json "\n\n"

/* A text in Chat Completions is DELTA, its end STOP and DONE. */
#define FINISH(reason) DATA("{\"choices\":[{\"delta\":{},\"finish_reason\":\"" reason "\"}]}")
#define CHAT(message, reason)                                                                      \
    "{\"choices\":[{\"message\":" message ",\"finish_reason\":\"" reason "\"}]}"

/* The same in the Messages API. */
#define EVENT(type, members) "event: " type "\n" DATA("{\"type\":\"" type "\"" members "}")
#define M_DELTA(text)                                                                              \
    EVENT("content_block_delta",                                                                   \
          ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" text "\"}")
#define M_FINISH(reason) EVENT("message_delta", ",\"delta\":{\"stop_reason\":\"" reason "\"}")
#define M_STOP M_FINISH("end_turn")
#define M_DONE EVENT("message_stop", "")
#define M_PING "event: ping\ndata: {\"type\":\"ping\"}\n\n"
#define MESSAGE(text, reason)                                                                      \
    "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"" text "\"}],"               \
    "\"stop_reason\":\"" reason "\"}"

/* The server's bytes over Chat Completions and over the Messages API. */
#define BOTH(bytes)                                                                                \
    {                                                                                              \
        bytes, bytes                                                                               \
    }

enum { CHAT_API, MESSAGES_API, APIS };

static const struct behaviour {
    const char *what;
    const char *answer[APIS];
    enum peer_end end;
    int code, status; /* of the error; 0 and 0: it is done */
    const char *text; /* of the answer; NULL: a part of it may have come */
    const char *sentence;
} behaviours[] = {
    /* Answers. */
    {"text",
     {STREAMED DELTA("One ") DELTA("two.") STOP DONE,
      STREAMED M_DELTA("One ") M_DELTA("two.") M_STOP M_DONE},
     PEER_CLOSE,
     0,
     0,
     "One two.",
     ""},
    {"no reason for its end",
     {STREAMED DELTA("Yes.") DONE, STREAMED M_DELTA("Yes.") M_DONE},
     PEER_CLOSE,
     0,
     0,
     "Yes.",
     ""},
    {"a reason for its end and no more",
     {STREAMED DELTA("Yes.") STOP, STREAMED M_DELTA("Yes.") M_STOP},
     PEER_CLOSE,
     0,
     0,
     "Yes.",
     ""},
    {"comments, pings and empty events",
     {STREAMED ": hello\n\n" DATA("") DELTA("Yes.") ": ping\n\n" STOP DONE,
      STREAMED ": hello\n\n" M_PING M_DELTA("Yes.") M_PING M_STOP M_DONE},
     PEER_CLOSE,
     0,
     0,
     "Yes.",
     ""},
    {"unknown fields and events",
     {STREAMED DATA("{\"choices\":[],\"surprise\":{\"a\":[1]}}") DELTA("Yes.") STOP DONE,
      STREAMED DATA("{\"type\":\"surprise\",\"a\":[1]}") M_DELTA("Yes.") M_STOP M_DONE},
     PEER_CLOSE,
     0,
     0,
     "Yes.",
     ""},
    {"an end that the connection does not follow",
     {STREAM "\r\n" DELTA("Yes.") STOP DONE, STREAM "\r\n" M_DELTA("Yes.") M_STOP M_DONE},
     PEER_HOLD,
     0,
     0,
     "Yes.",
     ""},
    {"more after the end",
     {STREAMED DELTA("Yes.") STOP DONE DELTA("No.") "data: {oops\n\n",
      STREAMED M_DELTA("Yes.") M_STOP M_DONE M_DELTA("No.") "data: {oops\n\n"},
     PEER_CLOSE,
     0,
     0,
     "Yes.",
     ""},
    {"control characters",
     {STREAMED DELTA("\\u001b[2J\\u0000\\u0007x") STOP DONE,
      STREAMED M_DELTA("\\u001b[2J\\u0000\\u0007x") M_STOP M_DONE},
     PEER_CLOSE,
     0,
     0,
     "\xe2\x90\x9b[2J\xe2\x90\x80\xe2\x90\x87x",
     ""},
    {"a whole answer",
     {WHOLE CHAT("{\"content\":\"Yes.\"}", "stop"), WHOLE MESSAGE("Yes.", "end_turn")},
     PEER_CLOSE,
     0,
     0,
     "Yes.",
     ""},

    /* Answers that end before they are whole. */
    {"a stream that ends",
     {STREAMED DELTA("Cut"), STREAMED M_DELTA("Cut")},
     PEER_CLOSE,
     SL_E_INCOMPLETE,
     0,
     "Cut",
     "the connection ended before the answer did; ask again"},
    {"a stream without an event", BOTH(STREAMED), PEER_CLOSE, SL_E_INCOMPLETE, 0, "",
     "the connection ended before the answer did; ask again"},
    {"a wrong Content-Length",
     {STREAM "Content-Length: 9999\r\n\r\n" DELTA("Short"),
      STREAM "Content-Length: 9999\r\n\r\n" M_DELTA("Short")},
     PEER_CLOSE,
     SL_E_INCOMPLETE,
     0,
     "Short",
     "the connection ended before the answer did"},
    {"a chunk that is cut",
     {STREAM "Transfer-Encoding: chunked\r\n\r\nfff\r\n" DELTA("Short"),
      STREAM "Transfer-Encoding: chunked\r\n\r\nfff\r\n" M_DELTA("Short")},
     PEER_CLOSE,
     SL_E_INCOMPLETE,
     0,
     "Short",
     "before the answer"},
    {"a cut chunk after a reason for the end",
     {STREAM "Transfer-Encoding: chunked\r\n\r\nfff\r\n" DELTA("Short") STOP,
      STREAM "Transfer-Encoding: chunked\r\n\r\nfff\r\n" M_DELTA("Short") M_STOP},
     PEER_CLOSE,
     SL_E_INCOMPLETE,
     0,
     "Short",
     "before the answer"},
    {"the server's own word for a stop in the middle",
     {STREAMED DELTA("Half") FINISH("abort") DONE,
      STREAMED M_DELTA("Half") M_FINISH("abort") M_DONE},
     PEER_CLOSE,
     SL_E_SERVER,
     0,
     "Half",
     "the server stopped in the middle of the answer; ask again"},
    {"a whole answer that is cut",
     BOTH("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"),
     PEER_CLOSE, SL_E_INCOMPLETE, 0, "", "the connection ended before the answer did; ask again"},
    {"nothing but an end",
     {STREAMED STOP DONE, STREAMED M_STOP M_DONE},
     PEER_CLOSE,
     SL_E_INCOMPLETE,
     0,
     "",
     "the model answered with nothing; ask again"},
    {"a length limit",
     {STREAMED DELTA("Long") FINISH("length") DONE,
      STREAMED M_DELTA("Long") M_FINISH("max_tokens") M_DONE},
     PEER_CLOSE,
     SL_E_LENGTH,
     0,
     "Long",
     "length limit"},
    {"a length limit in a whole answer",
     {WHOLE CHAT("{\"content\":\"Long\"}", "length"), WHOLE MESSAGE("Long", "max_tokens")},
     PEER_CLOSE,
     SL_E_LENGTH,
     0,
     "Long",
     "length limit"},
    {"moderation in the middle",
     {STREAMED DELTA("Half") FINISH("content_filter") DONE,
      STREAMED M_DELTA("Half") M_FINISH("content_filter") M_DONE},
     PEER_CLOSE,
     SL_E_MODERATION,
     0,
     "Half",
     "moderation stopped the answer"},
    {"a refusal",
     {STREAMED DATA("{\"choices\":[{\"delta\":{\"refusal\":\"I will not.\"}}]}") STOP DONE,
      STREAMED M_DELTA("I will not.") M_FINISH("refusal") M_DONE},
     PEER_CLOSE,
     SL_E_REFUSED,
     0,
     NULL,
     "the model refused to answer"},

    /* Errors in the middle. */
    {"an error in the middle",
     {STREAMED DELTA("Half") DATA(ERROR("x", "engine gone")),
      STREAMED M_DELTA("Half") "event: error\n" DATA(
          "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"engine gone\"}}")},
     PEER_CLOSE,
     SL_E_SERVER,
     0,
     "Half",
     "engine gone"},
    {"moderation as an error in the middle",
     {STREAMED DELTA("Half") DATA(ERROR("censorship_blocked", "blocked")),
      STREAMED M_DELTA("Half") DATA(ERROR("censorship_blocked", "blocked"))},
     PEER_CLOSE,
     SL_E_MODERATION,
     0,
     "Half",
     "blocked"},
    {"an error instead of an answer",
     {STREAMED DATA("{\"object\":\"error\",\"message\":\"out of memory\"}"),
      STREAMED DATA("{\"type\":\"error\",\"error\":{\"message\":\"out of memory\"}}")},
     PEER_CLOSE,
     SL_E_SERVER,
     0,
     "",
     "out of memory"},
    {"a bare error where a stream was to come",
     BOTH(STREAMED ERROR("censorship_blocked", "The content is blocked.") "\n"), PEER_CLOSE,
     SL_E_MODERATION, 0, "", "The content is blocked; change the picture"},
    {"a bare answer where a stream was to come",
     {STREAMED CHAT("{\"content\":\"Yes.\"}", "stop"), STREAMED MESSAGE("Yes.", "end_turn")},
     PEER_CLOSE,
     0,
     0,
     "Yes.",
     ""},
    {"half a bare error", BOTH(STREAMED "{\"error\":{\"message\":\"blo"), PEER_CLOSE,
     SL_E_INCOMPLETE, 0, "", "the connection ended before the answer did; ask again"},
    {"an error with a good status", BOTH(WHOLE ERROR("model_invalid", "no such model")), PEER_CLOSE,
     SL_E_MODEL, 0, "", "no such model"},
    {"something that is no JSON in the middle",
     {STREAMED DELTA("Half") "data: {oops\n\n", STREAMED M_DELTA("Half") "data: {oops\n\n"},
     PEER_CLOSE,
     SL_E_PROTOCOL,
     0,
     "Half",
     "something that is no JSON"},
    {"an event of the answer that is no JSON",
     {STREAMED DELTA("Half") "data: {\"choices\":[{\"delta\"\n\n" DELTA("gone") STOP DONE,
      STREAMED M_DELTA("Half") "event: content_block_delta\ndata: {\"type\":\"content_\n\n" M_DELTA(
          "gone") M_STOP M_DONE},
     PEER_CLOSE,
     SL_E_PROTOCOL,
     0,
     "Half",
     "something that is no JSON"},
    {"another event that is no JSON",
     {STREAMED "event: ping\ndata: now\n\n" DELTA("Yes.") STOP DONE,
      STREAMED "event: ping\ndata: now\n\n" M_DELTA("Yes.") M_STOP M_DONE},
     PEER_CLOSE,
     0,
     0,
     "Yes.",
     ""},
    {"a whole answer that is no JSON", BOTH(WHOLE "{oops"), PEER_CLOSE, SL_E_PROTOCOL, 0, "",
     "the server sent something that is no answer"},
    {"the JSON of something else", BOTH(WHOLE "{\"hello\":1}"), PEER_CLOSE, SL_E_PROTOCOL, 0, "",
     "the server sent something that is no answer"},

    /* Statuses. */
    {"a 400", BOTH(STATUS("400 Bad", ERROR("request_params_invalid", "max_tokens is bad."))),
     PEER_CLOSE, SL_E_HTTP, 400, "",
     "127.0.0.1 answered 400: max_tokens is bad; change what was asked or the model (trace t-1)"},
    {"a 401", BOTH(STATUS("401 No", ERROR("invalid_api_key", "Incorrect API key provided"))),
     PEER_CLOSE, SL_E_AUTH, 401, "",
     "401: Incorrect API key provided; run the set-up, or choose provider stepfun-cn if the key is "
     "from there (trace t-1)"},
    {"an empty 401", BOTH(STATUS("401 No", "")), PEER_CLOSE, SL_E_AUTH, 401, "",
     "answered 401 with an empty body; run the set-up"},
    {"a 402", BOTH(STATUS("402 Pay", ERROR("insufficient_quota", "Insufficient balance."))),
     PEER_CLOSE, SL_E_BALANCE, 402, "",
     "402: Insufficient balance; top up the account, or use provider step-plan"},
    {"a 429 about the balance", BOTH(STATUS("429 No", ERROR("quota_exceeded", "used up"))),
     PEER_CLOSE, SL_E_BALANCE, 429, "", "used up; top up the account"},
    {"a 403", BOTH(STATUS("403 No", ERROR("x", "not for you"))), PEER_CLOSE, SL_E_HTTP, 403, "",
     "not for you; the key may not use this"},
    {"a model that is not there", BOTH(STATUS("404 No", ERROR("model_invalid", "no such model"))),
     PEER_CLOSE, SL_E_MODEL, 404, "", "no such model; set “model”"},
    {"a wrong path", BOTH(PAGE("404 Not Found")), PEER_CLOSE, SL_E_MODEL, 404, "",
     "404 with a web page instead of an answer; check the base URL and the model's name"},
    {"a 413 of a proxy", BOTH(PAGE("413 Too Large")), PEER_CLOSE, SL_E_TOO_LARGE, 413, "",
     "send fewer or smaller pictures"},
    {"a 429", BOTH(STATUS("429 Too Many", "{\"error\":\"slow down\"}")), PEER_CLOSE, SL_E_RATE, 429,
     "", "429: slow down; too many requests; wait a little and ask again"},
    {"a 429 with a long wait",
     BOTH("HTTP/1.1 429 Too Many\r\nRetry-After: 600\r\nConnection: close\r\n\r\n"), PEER_CLOSE,
     SL_E_RATE, 429, "", "it wants no request for 10 min; ask again then"},
    {"a 451", BOTH(STATUS("451 No", ERROR("censorship_blocked", "The content is blocked."))),
     PEER_CLOSE, SL_E_MODERATION, 451, "", "The content is blocked; the provider's moderation"},
    {"a 499", BOTH(STATUS("499 Gone", "{}")), PEER_CLOSE, SL_E_SERVER, 499, "", "gave the request"},
    {"a 500", BOTH(STATUS("500 Oops", ERROR("x", "engine gone"))), PEER_CLOSE, SL_E_SERVER, 500, "",
     "500: engine gone; the server has a problem; wait a little and ask again (trace t-1)"},
    {"a 500 that is no JSON", BOTH(STATUS("500 Oops", "{oops")), PEER_CLOSE, SL_E_SERVER, 500, "",
     "answered 500 with something that is no answer"},
    {"a 502 of a proxy", BOTH(PAGE("502 Bad Gateway")), PEER_CLOSE, SL_E_SERVER, 502, "",
     "answered 502 with a web page instead of an answer; the server has a problem"},
    {"a 503", BOTH(STATUS("503 Busy", ERROR("x", "busy"))), PEER_CLOSE, SL_E_SERVER, 503, "",
     "503: busy; the server has a problem"},
    {"a 504", BOTH(PAGE("504 Timeout")), PEER_CLOSE, SL_E_SERVER, 504, "",
     "answered 504 with a web"},
    {"a status with a body that is cut",
     BOTH(
         "HTTP/1.1 500 Oops\r\nContent-Length: 999\r\nContent-Type: text/plain\r\n\r\nengine gone"),
     PEER_CLOSE, SL_E_SERVER, 500, "", "500: engine gone; the server has a problem"},
    {"a gateway's wrapped error", BOTH(STATUS("502 No", WRAPPED("451", "censorship_blocked", "b"))),
     PEER_CLOSE, SL_E_MODERATION, 451, "", "answered 451: b; the provider's moderation refused it"},
    {"a redirect elsewhere",
     BOTH("HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.2:9/x\r\nContent-Length: 0\r\n"
          "Connection: close\r\n\r\n"),
     PEER_CLOSE, SL_E_HTTP, 307, "", "it points to http://127.0.0.2:9/x, which is not followed"},

    /* Things that are no answer. */
    {"a page", BOTH(PAGE("200 OK")), PEER_CLOSE, SL_E_PROTOCOL, 200, "",
     "answered 200 with a web page instead of an answer; check the base URL"},
    {"nothing", BOTH("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), PEER_CLOSE, SL_E_PROTOCOL,
     200, "", "answered 200 with an empty body; check the base URL"},
    {"an empty JSON body", BOTH(WHOLE), PEER_CLOSE, SL_E_PROTOCOL, 200, "",
     "answered 200 with an empty body; check the base URL"},
    {"a 204", BOTH("HTTP/1.1 204 No Content\r\n\r\n"), PEER_CLOSE, SL_E_PROTOCOL, 204, "",
     "answered 204 with an empty body"},
    {"a closed connection", BOTH(""), PEER_CLOSE, SL_E_NETWORK, 0, "",
     "it closed the connection without an answer; everything was sent and may be billed, so it was "
     "not sent again; ask again"},
    {"a reset connection", BOTH(""), PEER_RESET, SL_E_NETWORK, 0, "",
     "the connection broke; everything was sent and may be billed, so it was not sent again"},
    {"half a status line", BOTH("HTTP/1."), PEER_CLOSE, SL_E_NETWORK, 0, "",
     "it closed the connection without an answer"},
    {"another protocol", BOTH("SSH-2.0-OpenSSH_9.2\r\n"), PEER_CLOSE, SL_E_PROTOCOL, 0, "",
     "it does not speak HTTP; check the base URL and the port"},
};

static void check(const struct behaviour *row, int api, size_t piece)
{
    static const char *const settings[APIS] = {"", ",\"protocol\":\"messages\""};
    struct peer_script script = {row->answer[api], row->end, piece};
    struct pair pair;
    struct seen seen;
    peer_start(&pair.peer, &script, 1);
    use_peer(&pair.peer, "stepfun", settings[api]);
    setenv("STEP_API_KEY", "sk-test", 1);
    pair.client = new_client();
    ask(pair.client, &seen);
    pair_stop(&pair);
    if (seen.terminal != (row->code ? SL_EVENT_FAILED : SL_EVENT_DONE) ||
        seen.error.code != row->code || seen.error.http_status != row->status ||
        !strstr(seen.error.message, row->sentence))
        fail_msg("%s, protocol %d, pieces of %zu: %d, %d, %d, «%s»", row->what, api, piece,
                 (int)seen.terminal, seen.error.code, seen.error.http_status, seen.error.message);
    if (row->text && strcmp(sl__buf_text(&seen.text), row->text) != 0)
        fail_msg("%s, protocol %d: «%s»", row->what, api, sl__buf_text(&seen.text));
    assert_int_equal(pair.peer.request_count, 1);
    peer_release(&pair.peer);
    seen_release(&seen);
}

static void check_all(int api, size_t piece)
{
    for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++)
        check(&behaviours[i], api, piece);
}

static void chat_completions(void **state)
{
    (void)state;
    check_all(CHAT_API, 0);
}

static void chat_completions_in_small_pieces(void **state)
{
    (void)state;
    check_all(CHAT_API, 7);
}

static void messages(void **state)
{
    (void)state;
    check_all(MESSAGES_API, 0);
}

static void messages_in_small_pieces(void **state)
{
    (void)state;
    check_all(MESSAGES_API, 7);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(chat_completions, make_place, remove_place),
        cmocka_unit_test_setup_teardown(chat_completions_in_small_pieces, make_place, remove_place),
        cmocka_unit_test_setup_teardown(messages, make_place, remove_place),
        cmocka_unit_test_setup_teardown(messages_in_small_pieces, make_place, remove_place),
    };
    return run_cases(tests, argc, argv);
}
