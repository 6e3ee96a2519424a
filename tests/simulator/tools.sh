#!/bin/sh
# tools.sh CASE: tools, JSON and code: what is asked of a model beside a text.
#
# shellcheck disable=SC2016 # dollar signs and backticks that are meant

# shellcheck source=tests/simulator/lib.sh
. "$SOURCE_DIR/tests/simulator/lib.sh"

LOOK='{"type":"function","function":{"name":"look","parameters":{"type":"object"}}}'
READ='{"type":"function","function":{"name":"read","parameters":{"type":"object","properties":
    {"file":{"type":"string"},"line":{"type":"integer","minimum":3}},"required":["line"]}}}'

# called ID RESULT: the messages of a call and its result
called() {
    printf '{"role":"assistant","content":null,"tool_calls":[{"id":"%s","type":"function",' "$1"
    printf '"function":{"name":"look","arguments":"{}"}}]},'
    printf '{"role":"tool","tool_call_id":"%s","content":"%s"}' "$1" "$2"
}

case_calls_tools_in_turn() {
    simulator s
    body "$HELLO" "\"tools\":[$LOOK]"
    contains "$(ask "")" '"content":"Simulated answer' "tools that are not wanted"
    out=$(ask /tools=2)
    contains "$out" '"finish_reason":"tool_calls","message":{"role":"assistant","content":null' \
        "the message"
    contains "$out" '"tool_calls":[{"id":"call_' "the id"
    contains "$out" '"name":"look","arguments":"{\"x\":10,\"y\":20,\"width\":100,\"height\":80}"' \
        "the first call"
    messages "{\"role\":\"user\",\"content\":\"Hello\"},$(called a "a cat")" "\"tools\":[$LOOK]"
    contains "$(ask /tools=2)" '\"x\":20,\"y\":40,\"width\":200,\"height\":160' "the second call"
    contains "$(ask /tools=1)" 'Tool result 1: “a cat”\n\nAsked: “Hello”' "the answer"
    body "$HELLO"
    contains "$(ask /tools=1)" '"content":"Simulated' "no tools were offered"
}

case_chooses_tools() {
    simulator s
    body "$HELLO" "\"tools\":[$LOOK,$READ],\"tool_choice\":\"required\""
    contains "$(ask "")" '"name":"look"' "a call that is required"
    body "$HELLO" "\"tools\":[$LOOK,$READ],\"tool_choice\":\"none\""
    contains "$(ask /tools=1)" '"content":"Simulated' "no call allowed"
    body "$HELLO" "\"tools\":[$LOOK,$READ],\"tool_choice\":{\"type\":\"function\",
        \"function\":{\"name\":\"read\"}}"
    contains "$(ask "")" '"name":"read","arguments":"{\"line\":3}"' "a call that is named"
    body "$HELLO" "\"tools\":[$LOOK,$READ]"
    equal "$(count_of '"type":"function"' "$(ask /tools=1/tools-at-once=2)")" 2 "calls at once"
    body "$HELLO" "\"tools\":[$LOOK,$READ],\"parallel_tool_calls\":false"
    equal "$(count_of '"type":"function"' "$(ask /tools=1/tools-at-once=2)")" 1 "calls one by one"
}

case_streams_calls_in_each_way() {
    simulator s
    body "$HELLO" "\"tools\":[$LOOK],\"stream\":true"
    out=$(ask /tools=1/reasoning=0)
    contains "$out" '"tool_calls":[{"index":0,"id":"call_' "the first piece"
    arguments=$(printf '%s\n' "$out" | sed -n 's/.*"arguments":"\(.*\)"}}\]}.*/\1/p' | tr -d '\n')
    equal "$arguments" '{\"x\":10,\"y\":20,\"width\":100,\"height\":80}' "the pieces joined"
    equal "$(printf '%s\n' "$out" | lines_with '"tool_calls":\[')" 6 "pieces"
    contains "$out" '"finish_reason":"tool_calls"' "the end"
    equal "$(ask /tools=1/tools-whole | lines_with '"tool_calls":\[')" 1 "pieces when whole"
    out=$(ask /tools=1/tools-no-index)
    lacks "$out" '"tool_calls":[{"index"' "no index"
    equal "$(printf '%s\n' "$out" | lines_with '"tool_calls":\[{"id":"call_')" 6 "pieces with an id"
    out=$(ask /tools=1/tools-stop)
    contains "$out" '"finish_reason":"stop"' "a call with another reason"
    lacks "$out" '"finish_reason":"tool_calls"' "a call with another reason"
}

refuse_messages() {
    messages "$1" "$2"
    refused "$1" "$3"
}

case_refuses_wrong_calls() {
    simulator s
    user='{"role":"user","content":"x"}'
    refuse_messages "$user,{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"x\"}" "" \
        "there is no call with the id a just before it"
    refuse_messages "$user,$(called a x),{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"x\"}" \
        "" "there is no call with the id a just before it"
    call='{"id":"a","type":"function","function":{"name":"b","arguments":"{}"}}'
    refuse_messages "$user,{\"role\":\"assistant\",\"tool_calls\":[$call]},$user" "" \
        "The call with the id a has no result just after it"
    refuse_messages "$user,{\"role\":\"assistant\",\"tool_calls\":[$call]}" "" \
        "The call with the id a has no result just after it"
    refuse_messages "$user,{\"role\":\"assistant\",\"tool_calls\":[$call,$call]}" "" "stands twice"
    refuse_messages "$user,{\"role\":\"assistant\",\"content\":null}" "" \
        "messages[1] has neither content nor tool_calls"
    refuse_messages "$user,{\"role\":\"assistant\",\"tool_calls\":[]}" "" "that is not empty"
    refuse_messages "$user,{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",
        \"function\":{\"name\":\"b\",\"arguments\":\"{\"}}]}" "" "arguments must be JSON"
    refuse_messages "$user" '"tools":[]' "tools must not be empty"
    refuse_messages "$user" "\"tools\":[$LOOK,$LOOK]" "the tool look stands twice"
    refuse_messages "$user" '"tools":[{"type":"function","function":{"name":"9"}}]' "must match ^"
    refuse_messages "$user" '"tools":[{"type":"function","function":{"name":"a",
        "parameters":{"type":"array"}}}]' 'parameters must be a JSON Schema'
    for choice in '"required"' '"none"' '{"type":"function","function":{"name":"look"}}'; do
        refuse_messages "$user" "\"tools\":[$LOOK],\"tool_choice\":$choice" "tool_choice must be"
    done
    body "$HELLO" "\"tools\":[$LOOK],\"tool_choice\":{\"type\":\"function\",
        \"function\":{\"name\":\"x\"}}"
    contains "$(ask "")" "there is no tool named x" "a tool that is not offered"
    body "$HELLO" '"tools":[{"type":"web_search","function":{"description":"when to search"}}]'
    contains "$(ask /strict=stepfun/tools=1)" '"content":"Simulated' "a tool of the server's"
}

# schema SCHEMA: a request for an answer that fits it
schema() {
    body "$HELLO" "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",
        \"schema\":$1}}"
}

# fits SCHEMA EXPECTED: the object's own text, with JSON's escapes
fits() {
    schema "$1"
    contains "$(ask /reasoning=0)" "\"content\":\"$2\"" "$1"
}

case_fits_schemas() {
    simulator s
    said='Simulated answer: no model runs here.\\n\\nAsked: “Hello, what is this?”'
    fits '{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"},
        "c":{"type":"boolean"}},"required":["a","b"]}' \
        "{\\\"a\\\":\\\"$said\\\",\\\"b\\\":\\\"simulated b\\\"}"
    fits '{"type":"object","properties":{"a":{"type":"integer","minimum":7},"b":{"type":"number",
        "maximum":-2},"c":{"type":["integer","null"],"multipleOf":4},"d":{"type":"null"}}}' \
        '{\"a\":7,\"b\":-2,\"c\":4,\"d\":null}'
    fits '{"type":"object","properties":{"a":{"enum":["x","y"]},"b":{"const":5},
        "c":{"anyOf":[{"type":"boolean"},{"type":"null"}]}}}' '{\"a\":\"x\",\"b\":5,\"c\":true}'
    fits '{"type":"object","properties":{"a":{"type":"array","minItems":2,"items":{"$ref":
        "#/$defs/p"}},"b":{"type":"array","maxItems":0}},"$defs":{"p":{"type":"object",
        "properties":{"d":{"type":"string","format":"date"}}}}}' \
        '{\"a\":[{\"d\":\"2026-01-31\"},{\"d\":\"2026-01-31\"}],\"b\":[]}'
    fits '{"allOf":[{"type":"object","properties":{"a":{"type":"string","maxLength":6}}},
        {"type":"object","properties":{"b":{"type":"string","minLength":14,"pattern":"."}}}]}' \
        '{\"a\":\"simula\",\"b\":\"simulated b...\"}'
    schema '{"type":"object","properties":{"a":{"$ref":"#"},"b":{"type":"array","minItems":9,
        "items":{"$ref":"#"}}}}'
    ask "" >/dev/null
    expect_status 200 "a schema without an end"
    contains "$(ask /no-schema)" "json_schema is not supported by this model" "no-schema"
    expect_status 400 "no-schema"
    body "$HELLO" '"response_format":{"type":"json_schema","json_schema":{"name":"x"}}'
    refused "no schema" "Missing required parameter: response_format.json_schema.schema"
}

case_gives_json_in_each_way() {
    simulator s
    object='"content":"{\"simulated\":true,\"answer\":\"Simulated answer'
    body "$HELLO" '"response_format":{"type":"json_object"}'
    contains "$(ask "")" "$object" "JSON mode"
    contains "$(ask /json=invalid)" '"content":"Simulated answer' "json=invalid"
    contains "$(ask /json=repair)" '"content":"Simulated answer' "json=repair, the first time"
    contains "$(ask /json=fenced)" '"content":"Here it is:\n\n```json\n{\"simulated\":true' "fenced"
    messages '{"role":"user","content":"x"},{"role":"assistant","content":"y"},
        {"role":"user","content":"z"}' '"response_format":{"type":"json_object"}'
    contains "$(ask /json=repair)" "$object" "json=repair, the second time"
    contains "$(ask /json=invalid)" '"content":"Simulated answer' "json=invalid, ever"
}

case_gives_code_in_each_way() {
    simulator s
    body "$HELLO"
    out=$(ask /fences)
    contains "$out" 'this?”\n\n```html\n<main>\n  <p>' "prose and code"
    contains "$out" '</main>\n```\n\nThat is all."' "prose after it"
    out=$(ask /fences=4)
    for heading in index.html style.css script.js part2/index.html; do
        contains "$out" "### $heading\\n\\n\`\`\`" "a named file"
    done
    contains "$(ask /fence-inside)" '````markdown\n# Simulated\n\n```sh\nmake\n```\n\nThat was' \
        "a fence inside"
    contains "$(ask /no-fence)" '"content":"<main>\n  <p>Simulated page 1.</p>\n</main>\n"' "bare"
}

case_rewrites_a_selection() {
    simulator s
    messages '{"role":"user","content":"x <selection>\n<selection>\none é\n  two\n</selection>"}'
    contains "$(ask /rewrite=upper)" '\n\n`````\nONE é\n  TWO\n`````"' "upper"
    contains "$(ask /rewrite=twice)" '`````\none é\none é\n  two\n  two\n`````"' "twice"
    contains "$(ask /rewrite=none)" '\n\n`````\n`````"' "none"
    body "$HELLO"
    contains "$(ask /rewrite=upper)" '`````\n\n`````"' "no selection"
}

run_case "$1"
