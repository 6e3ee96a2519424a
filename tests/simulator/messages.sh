#!/bin/sh
# messages.sh CASE: the Messages API.

# shellcheck source=tests/simulator/lib.sh
. "$SOURCE_DIR/tests/simulator/lib.sh"

API=/v1/messages

# message CONTENT [more top-level fields]
message() {
    messages "{\"role\":\"user\",\"content\":$1}" "\"max_tokens\":1000${2:+,$2}"
}

# The text that a stream says, still with JSON's escapes.
said_in_deltas() {
    sed -n 's/.*"delta":{"type":"text_delta","text":"\(.*\)"}}$/\1/p' | tr -d '\n'
}

events() {
    sed -n 's/^event: //p' | uniq | tr '\n' ' '
}

base64_part() {
    printf '{"type":"image","source":{"type":"base64","media_type":"image/png","data":"%s"}}' \
        "$(base64 <"$TEST_DIR/$1" | tr -d '\n')"
}

case_messages_answers_whole() {
    simulator s
    message "$HELLO" '"system":"Be brief."'
    out=$(ask "")
    contains "$out" '{"id":"msg_' "the id"
    contains "$out" '"type":"message","role":"assistant","model":"step-3.7-flash"' "the object"
    contains "$out" '"content":[{"type":"text","text":"Simulated answer: no model' "the text"
    contains "$out" '],"stop_reason":"end_turn","usage":{"input_tokens":8,"output_tokens":' "the end"
    message "$HELLO" '"system":[{"type":"text","text":"Be brief."}]'
    contains "$(ask "")" '"input_tokens":8' "a system of blocks"
}

case_messages_streams() {
    simulator s
    message "$HELLO" '"stream":true'
    out=$(ask "")
    contains "$(cat "$TEST_DIR/head")" "Content-Type: text/event-stream" "the type"
    equal "$(printf '%s\n' "$out" | events)" "message_start ping content_block_start content_block_delta \
content_block_stop message_delta message_stop " "the events"
    equal "$(printf '%s\n' "$out" | said_in_deltas)" \
        'Simulated answer: no model runs here.\n\nAsked: “Hello, what is this?”' "the text"
    contains "$out" '"type":"message_delta","stop_reason":"end_turn","usage":{' "StepFun's end"
    contains "$(ask /stop-in-delta)" '"type":"message_delta","delta":{"stop_reason":"end_turn"}' \
        "Anthropic's end"
    equal "$(ask /crlf | tr -d '\r' | events)" "$(printf '%s\n' "$out" | events)" "with every freedom"
    out=$(ask /reasoning=2)
    equal "$(printf '%s\n' "$out" | lines_with '"type":"thinking_delta","thinking":"Thought . of 2')" 2 \
        "thoughts"
    contains "$out" '"type":"signature_delta"' "a signature"
    contains "$(ask /no-usage)" '"stop_reason":"end_turn"}' "no usage"
}

case_messages_sees_pictures() {
    simulator s
    picture a.png 90 60
    message "[$(base64_part a.png),{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\
\"https://x/y.png\"}},{\"type\":\"text\",\"text\":\"See\"}]"
    out=$(ask "")
    contains "$out" "Picture 1: PNG, 90×60 pixels" "the first"
    contains "$out" "$GRID_SAID" "its colours"
    contains "$out" "Picture 2: https://x/y.png, which nobody fetched." "the second"
    contains "$out" '"input_tokens":339' "the tokens"
}

case_messages_calls_tools() {
    simulator s
    tools='"tools":[{"name":"look","input_schema":{"type":"object"}},
        {"name":"read","input_schema":{"type":"object","properties":{"file":{"type":"string"}}}}]'
    message "$HELLO" "$tools"
    contains "$(ask "")" '"type":"text"' "tools that are not wanted"
    out=$(ask /tools=1)
    contains "$out" '"name":"look","input":{"x":10,"y":20,"width":100,"height":80}}]' "the call"
    contains "$out" '"stop_reason":"tool_use"' "the reason"
    out=$(ask /tools=1/tools-at-once=2)
    contains "$out" '"name":"read","input":{"file":"simulated file"}}]' "a second call"
    contains "$(ask /tools=1/tools-stop)" '"stop_reason":"end_turn"' "a call with another reason"
    message "$HELLO" "$tools,\"stream\":true"
    out=$(ask /tools=1)
    contains "$out" '"content_block":{"type":"tool_use","id":"toolu_' "the block"
    equal "$(printf '%s\n' "$out" | lines_with input_json_delta)" 6 "pieces of the input"
    out=$(ask /tools=1/tools-whole)
    equal "$(printf '%s\n' "$out" | lines_with input_json_delta)" 2 "an empty piece and the whole input"
    called='{"role":"user","content":"Hello"},{"role":"assistant","content":[{"type":"tool_use",
        "id":"a","name":"look","input":{}}]},{"role":"user","content":[{"type":"tool_result",
        "tool_use_id":"a","content":[{"type":"text","text":"a cat"}]}]}'
    messages "$called" "\"max_tokens\":99,$tools"
    out=$(ask /tools=1)
    contains "$out" 'Tool result 1: “a cat”\n\nAsked: “Hello”' "the result"
    contains "$(ask /tools=2)" '"x":20,"y":40,"width":200,"height":160' "the next call"
}

refuse_message() {
    message "$1" "$2"
    out=$(ask /strict=stepfun)
    expect_status 400 "$1 $2"
    contains "$out" '{"type":"error","error":{"type":"invalid_request_error","message":"' "$1 $2"
    contains "$out" "$3" "$1 $2"
}

case_messages_refuses() {
    simulator s
    for field in thinking:{} tool_choice:{} metadata:{} seed:1 n:1 cache_control:{}; do
        refuse_message "$HELLO" "\"${field%%:*}\":${field#*:}" "Unknown parameter: ${field%%:*}"
    done
    refuse_message "$HELLO" '"temperature":3' "temperature must be from 0 to 2"
    refuse_message "$HELLO" '"top_p":0' "top_p must be from"
    refuse_message "$HELLO" '"top_k":501' "top_k must be from 0 to 500"
    refuse_message "$HELLO" '"stop_sequences":"x"' "stop_sequences must be an array"
    refuse_message "$HELLO" '"output_config":{"effort":"max"}' "output_config.effort must be one of"
    refuse_message "$HELLO" '"output_config":{"format":{}}' "Unknown parameter: output_config.format"
    refuse_message "$HELLO" '"tools":[{"name":"a b","input_schema":{"type":"object"}}]' "tools must"
    refuse_message "$HELLO" '"tools":[{"name":"a"}]' "parameter: tools[0].input_schema"
    refuse_message "$HELLO" '"system":7' "system must be a string"
    refuse_message '[]' "" "messages[0].content must not be empty"
    refuse_message '[{"type":"document"}]' "" "invalid messages[0].content[0].type: document"
    refuse_message '[{"type":"text","text":"x","cache_control":{}}]' "" "content[0].cache_control"
    refuse_message '[{"type":"image","source":{"type":"url","url":"stepfile://x"}}]' "" "must begin"
    refuse_message '[{"type":"image","source":{"type":"base64","media_type":"image/bmp","data":""}}]' \
        "" "source.media_type must be one of: image/jpeg"
    refuse_message '[{"type":"tool_result","tool_use_id":"x"}]' "" "there is no call with the id x"
    messages '{"role":"user","content":"x"}'
    contains "$(ask "")" "Missing required parameter: max_tokens" "no max_tokens"
    messages '{"role":"assistant","content":"x"}' '"max_tokens":1'
    contains "$(ask "")" "the first message must be the user's" "the assistant first"
    messages '{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use",
        "id":"a","name":"b","input":{}}]},{"role":"user","content":"y"}' '"max_tokens":1'
    contains "$(ask "")" "The call with the id a has no result just after it" "no result"
    message "$HELLO" '"tool_choice":{"type":"none"},"thinking":{"type":"disabled"}'
    ask "" >/dev/null
    expect_status 200 "Anthropic's own fields, where not only StepFun's are known"
}

case_messages_ends_in_each_way() {
    simulator s
    message "$HELLO" '"stop_sequences":["zzz","no model","model"]'
    contains "$(ask "")" '"stop_reason":"stop_sequence","stop_sequence":"no model"' "a stop sequence"
    messages '{"role":"user","content":"x"}' '"max_tokens":4'
    contains "$(ask "")" '"text":"Simulated answer"}],"stop_reason":"max_tokens"' "a small budget"
    message "$HELLO"
    contains "$(ask /length=2)" '"text":"Simulated answer: no model runs "}],"stop_reason":"max_tok' \
        "two chunks"
    contains "$(ask /refusal)" '"stop_reason":"refusal"' "a refusal"
    contains "$(ask /finish=pause_turn)" '"stop_reason":"pause_turn"' "another reason"
    message "$HELLO" '"stream":true'
    out=$(ask /no-end)
    lacks "$out" message_delta "no end"
    lacks "$out" message_stop "no end"
    out=$(ask /error-event=4)
    contains "$(printf '%s\n' "$out" | tail -n 2)" 'event: error
data: {"type":"error","error":{"type":"api_error","message":"The server met' "an error"
    contains "$(ask /malformed=5 | sed -n 14p)" 'data: {"id":"broken"' "a malformed event"
    ask /drop=600 >"$TEST_DIR/out"
    equal "$(($(wc -c <"$TEST_DIR/out")))" 600 "the bytes before a break"
}

case_messages_has_its_own_errors() {
    simulator s --key right
    message "$HELLO"
    for error in 400:invalid_request_error 401:authentication_error 402:billing_error \
        403:permission_error 404:not_found_error 429:rate_limit_error 500:api_error \
        503:overloaded_error 504:timeout_error; do
        out=$(ask "/status=${error%:*}")
        expect_status "${error%:*}" "status=$error"
        contains "$out" "{\"type\":\"error\",\"error\":{\"type\":\"${error#*:}\"" "status=$error"
    done
    ask "" -H 'x-api-key: wrong' >/dev/null
    expect_status 401 "a wrong key"
    ask "" -H 'x-api-key: right' >/dev/null
    expect_status 200 "the right key as Anthropic's client sends it"
    ask "" -H 'Authorization: Bearer right' >/dev/null
    expect_status 200 "the right key as StepFun shows it"
}

case_messages_counts_tokens() {
    simulator s
    messages '{"role":"user","content":"four bytes each"}'
    API=/v1/messages/count_tokens
    equal "$(ask "")" '{"input_tokens":4}' "a count"
    API=/v1/messages
    message '"A first question, long enough"'
    contains "$(ask "")" '"usage":{"input_tokens":8,' "the first time"
    contains "$(ask "")" '"usage":{"input_tokens":0,"cache_read_input_tokens":8,' "the second time"
}

case_messages_has_unknown_things() {
    simulator s
    message "$HELLO" '"stream":true'
    plain=$(ask "" | said_in_deltas)
    out=$(ask /unknown-fields)
    for unknown in '"type":"x_unknown"' 'event: x_unknown' '"x_null":null' 'x_unknown_delta'; do
        contains "$out" "$unknown" "unknown things"
    done
    equal "$(printf '%s\n' "$out" | sed 's/,"x_null".*/}}/' | said_in_deltas)" "$plain" "the same text"
    out=$(ask /annotations)
    contains "$out" '"type":"citations_delta","citation":{"type":"web_search_result_location"' \
        "a citation"
}

run_case "$1"
