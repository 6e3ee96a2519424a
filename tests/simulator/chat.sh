#!/bin/sh
# chat.sh CASE: what Chat Completions answers to what it was sent.

# shellcheck source=tests/simulator/lib.sh
. "$SOURCE_DIR/tests/simulator/lib.sh"

case_streams_an_answer() {
    simulator s
    picture a.png 90 60
    body "[$(image_part "$(data_url a.png)"),{\"type\":\"text\",\"text\":\"Say\\n what  it is\"}]" \
        '"stream":true'
    ask "" >"$TEST_DIR/out"
    expect_status 200 "a stream"
    contains "$(cat "$TEST_DIR/head")" "Content-Type: text/event-stream" "the type"
    contains "$(cat "$TEST_DIR/head")" "X-Trace-Id: " "the trace"
    bytes=$(($(wc -c <"$TEST_DIR/a.png")))
    expected="Simulated answer: no model runs here.\\n\\nPicture 1: PNG, 90×60 pixels, $bytes bytes."
    expected="$expected Mean colour #808080 (grey).\\n$GRID_SAID\\n\\nAsked: “Say what it is”"
    equal "$(said <"$TEST_DIR/out")" "$expected" "the answer"
    contains "$(head -n 1 "$TEST_DIR/out")" '"delta":{"role":"assistant","content":""}' "chunk 1"
    equal "$(lines_with '"reasoning":"Thought . of 3.*"reasoning_content":"Thought' \
        <"$TEST_DIR/out")" 3 "chunks of reasoning"
    equal "$(lines_with '"usage":{"prompt_tokens":173,' <"$TEST_DIR/out")" \
        "$(lines_with chat.completion.chunk <"$TEST_DIR/out")" "chunks with usage"
    equal "$(lines_with '"finish_reason":"stop"' <"$TEST_DIR/out")" 1 "chunks that finish"
    equal "$(tail -n 2 "$TEST_DIR/out")" "data: [DONE]" "the end"
    contains "$(await_journal '"event":"end"')" '"how":"complete"' "the journal"
    cmp "$TEST_DIR/body.json" "$TEST_DIR/s.bodies/1.body" || fail "the kept body differs"
}

case_answers_whole() {
    simulator s
    body "$HELLO"
    out=$(ask "")
    contains "$out" '"object":"chat.completion"' "the object"
    contains "$out" '"content":"Simulated answer: no model runs here.\n\nAsked: “Hello' "the text"
    contains "$out" '"usage":{"prompt_tokens":5,"completion_tokens":' "the usage"
}

case_sees_each_format() {
    simulator s
    for format in jpg:JPEG png:PNG webp:WebP gif:GIF; do
        picture "a.${format%:*}" 300 150
        body "[$(image_part "$(data_url "a.${format%:*}")" high)]"
        out=$(ask "")
        bytes=$(($(wc -c <"$TEST_DIR/a.${format%:*}")))
        contains "$out" "Picture 1: ${format#*:}, 300×150 pixels, $bytes bytes." "$format"
        contains "$out" "(red)" "$format"
        contains "$out" "(yellow) #00ffff (cyan)" "$format"
        contains "$out" '"prompt_tokens":337' "$format: the tokens of a 2:1 picture"
    done
    contains "$out" "$GRID_SAID" "the last one"
}

case_sees_several_pictures() {
    simulator s
    "$PICTURE" png 8 8 aa5500 "$TEST_DIR/a.png"
    "$PICTURE" --gray jpg 9 7 c0c0c0 "$TEST_DIR/b.jpg"
    body "[$(image_part "$(data_url a.png)"),$(image_part "$(data_url b.jpg)")]"
    out=$(ask "")
    contains "$out" "Picture 1: PNG, 8×8 pixels" "the first"
    contains "$out" "Mean colour #aa5500 (brown)" "the first's colour"
    contains "$out" "Picture 2: JPEG, 9×7 pixels" "the second"
    contains "$out" "Mean colour #c0c0c0 (light grey)" "the second's colour"
}

case_sees_transparency_as_black() {
    simulator s
    for format in png webp gif; do
        "$PICTURE" --alpha $format 30 30 ff000000 00ff00ff ff000000 00ff00ff 00ff00ff 00ff00ff \
            ff000000 00ff00ff ff000000 "$TEST_DIR/a.$format"
        body "[$(image_part "$(data_url a.$format)")]"
        contains "$(ask "")" "Grid: #000000 (black) #00ff00 (green) #000000 (black) / " $format
    done
}

case_does_not_turn_by_metadata() {
    simulator s
    picture a.jpg 48 96 --orientation 6
    body "[$(image_part "$(data_url a.jpg)")]"
    contains "$(ask "")" "JPEG, 48×96 pixels" "a picture that EXIF turns"
}

case_shapes_the_answer() {
    simulator s
    equal "$(stream /reasoning=5 | lines_with '"reasoning":"Thought')" 5 "chunks of reasoning"
    equal "$(stream /reasoning=0 | lines_with '"reasoning":"')" 0 "chunks of no reasoning"
    contains "$(stream /lines=12 | said)" 'Line 12 of 12 of a simulated answer.' "the last line"
    contains "$(stream /finish=length)" '"finish_reason":"length"' "the finish"
    equal "$(stream /no-usage | lines_with usage)" 0 "chunks with usage"
    text=$(stream /controls | said)
    for control in '\u0000' '\u001b]0;title\u0007' '\u0008' '\u000d' 'vim: set filetype=sh:' \
        "$(printf '\342\200\256')" "$(printf '\302\233')" "$(printf '\177')"; do
        contains "$text" "$control" "controls"
    done
}

case_keeps_to_a_budget() {
    simulator s
    body "$HELLO" '"max_tokens":4'
    out=$(ask "/reasoning=1")
    contains "$out" '"content":""' "a budget that the reasoning uses up"
    contains "$out" '"finish_reason":"length"' "a budget that the reasoning uses up"
    contains "$out" '"completion_tokens":4,' "a budget that the reasoning uses up"
    contains "$(ask "/reasoning=0")" '"content":"Simulated answer"' "a budget for the answer"
    body "$HELLO" '"stop":["zzz","no model"]'
    contains "$(ask "")" '"content":"Simulated answer: ","' "a stop sequence"
    body "$HELLO" '"response_format":{"type":"json_object"}'
    contains "$(ask "")" '"content":"{\"simulated\":true,\"answer\":\"Simulated answer' "JSON mode"
}

case_serves_many_at_once() {
    simulator s
    picture a.jpg 300 200
    body "[$(image_part "$(data_url a.jpg)")]" '"stream":true'
    clients=
    for client in 1 2 3 4 5 6 7 8; do
        curl --noproxy '*' -sS -H 'Content-Type: application/json' -o "$TEST_DIR/out.$client" \
            --data-binary "@$TEST_DIR/body.json" \
            "$SIMULATOR_URL/pace=5/lines=$client/v1/chat/completions" &
        clients="$clients $!"
    done
    for client in $clients; do
        wait "$client" || fail "a client among many was not answered"
    done
    for client in 1 2 3 4 5 6 7 8; do
        contains "$(said <"$TEST_DIR/out.$client")" "Line $client of $client of" "client $client"
    done
}

case_gives_alternatives() {
    simulator s
    body "$HELLO" '"n":3'
    out=$(ask "")
    contains "$out" '{"index":2,"finish_reason":"stop","message":' "the third"
    contains "$out" 'Alternative 3 of 3.' "its text"
    body "$HELLO" '"n":2,"stream":true'
    ask /reasoning=0 >"$TEST_DIR/out"
    order=$(sed -n 's/.*"choices":\[{"index":\(.\).*/\1/p' "$TEST_DIR/out" | head -n 8 | tr -d '\n')
    equal "$order" 01010101 "alternatives take turns"
    equal "$(grep '"index":1,' "$TEST_DIR/out" | said)" \
        'Simulated answer: no model runs here.\n\nAsked: “Hello, what is this?”\n\nAlternative 2 of 2.' \
        "the second's text"
    equal "$(lines_with '"finish_reason":"stop"' <"$TEST_DIR/out")" 2 "ends"
}

case_tells_what_was_cached() {
    simulator s
    cached() {
        ask "" | sed 's/.*"cached_tokens":\([0-9]*\).*/\1/'
    }
    first='{"role":"system","content":"Four tokens, no?"},{"role":"user","content":"And these?"}'
    messages "$first"
    equal "$(cached)" 0 "the first time"
    equal "$(cached)" 7 "the second time"
    messages "$first,{\"role\":\"assistant\",\"content\":\"x\"},{\"role\":\"user\",\"content\":\"y\"}"
    equal "$(cached)" 7 "a conversation that goes on"
    messages '{"role":"system","content":"Four tokens, no!"},{"role":"user","content":"And these?"}'
    equal "$(cached)" 0 "another prefix"
    messages "$first" '"tools":[{"type":"function","function":{"name":"a"}}]'
    equal "$(cached)" 0 "other tools"
}

case_shows_reasoning_in_each_way() {
    simulator s
    body "$HELLO"
    out=$(ask /reasoning-style=reasoning)
    contains "$out" '"reasoning":"Thought' "reasoning"
    lacks "$out" '"reasoning_content"' "reasoning"
    lacks "$(ask /reasoning-style=content)" '"reasoning":' "content"
    out=$(ask /reasoning-style=details)
    contains "$out" '"reasoning_details":[{"type":"reasoning.text","text":"Thought' "details"
    lacks "$out" '"reasoning":' "details"
    equal "$(count_of 'Thought 1 of 3' "$(ask /reasoning-style=all)")" 3 "all"
    body "$HELLO" '"reasoning":{"exclude":true}'
    out=$(ask "")
    lacks "$out" Thought "reasoning that is excluded"
    contains "$out" '"reasoning_tokens":27' "and is paid for"
    body "$HELLO" '"reasoning":{"max_tokens":2}'
    contains "$(ask "")" '"reasoning":"Thought ",' "reasoning that is limited"
}

case_tells_usage_in_each_way() {
    simulator s
    body "$HELLO" '"stream":true'
    out=$(ask /usage=last)
    equal "$(printf '%s\n' "$out" | lines_with '"usage"')" 1 "chunks with usage=last"
    contains "$(printf '%s\n' "$out" | grep '"usage"')" '"choices":[],"usage":{' "no choices there"
    body "$HELLO"
    out=$(ask /usage=flat)
    contains "$out" ',"cached_tokens":5}' "flat"
    lacks "$out" details "flat"
    contains "$(ask /usage=nested)" '"prompt_tokens_details":{"cached_tokens":5}' "nested"
    contains "$(ask /usd)" '"meta":{"usage":{"credits_used":' "aimlapi's"
    contains "$(ask /usd)" '"usd_spent":' "aimlapi's"
    contains "$(ask /cost)" '"cost":' "OpenRouter's"
}

case_adds_what_others_have() {
    simulator s
    body "$HELLO"
    out=$(ask /refusal)
    contains "$out" '"content":null,"refusal":"Simulated refusal: nobody can help' "a refusal"
    contains "$(ask /annotations)" '"annotations":[{"type":"url_citation","url_citation":{"url":"ht' \
        "annotations"
    body "$HELLO" '"logprobs":true'
    contains "$(ask "")" '"logprobs":{"content":[{"token":"Simulated answer","logprob":-0.25' "logprobs"
    body "$HELLO" '"stream":true,"logprobs":true'
    out=$(ask "")
    contains "$out" '"logprobs":{"content":[{"token":"Simulated answer"' "streamed logprobs"
    contains "$(ask /annotations)" '"delta":{"role":"assistant","content":"","annotations":[{' \
        "streamed annotations"
    contains "$(ask /refusal)" '"content":"","refusal":"Simulated refusa"' "a streamed refusal"
    body "$HELLO" '"stream":true'
    plain=$(ask "" | said)
    out=$(ask /unknown-fields)
    for unknown in 'event: x_unknown' '"x_null":null' 'retry: 10' '"x_deep":[1,'; do
        contains "$out" "$unknown" "unknown things"
    done
    equal "$(printf '%s\n' "$out" | sed 's/,"x_null".*/},"finish/' | said)" "$plain" "the same text"
}

case_cuts_at_a_length() {
    simulator s
    body "$HELLO"
    out=$(ask /length=2)
    contains "$out" '"content":"Simulated answer: no model runs "' "two chunks"
    contains "$out" '"finish_reason":"length"' "the reason"
    body "$HELLO" '"max_completion_tokens":4'
    contains "$(ask /reasoning=0)" '"content":"Simulated answer"' "the budget's other name"
}

# What each provider documents, and nothing else.
case_keeps_to_each_provider() {
    simulator s
    while read -r field providers; do
        body "$HELLO" "$field"
        for provider in stepfun aimlapi openrouter local; do
            case $provider in
            aimlapi | openrouter) model=stepfun/step-3.7-flash ;;
            local) model=step3-vl-10b ;;
            *) model=step-3.7-flash ;;
            esac
            sed "s|\"model\":\"[^\"]*\"|\"model\":\"$model\"|" "$TEST_DIR/body.json" \
                >"$TEST_DIR/body.new"
            mv "$TEST_DIR/body.new" "$TEST_DIR/body.json"
            ask /strict=$provider >/dev/null
            case " $providers " in
            *" $provider "*) expect_status 200 "$provider takes $field" ;;
            *) expect_status 400 "$provider does not know $field" ;;
            esac
        done
        ask "" >/dev/null
        expect_status 200 "$field is known to someone"
    done <<'END'
"reasoning_effort":"low" stepfun
"reasoning_format":"general" stepfun
"reasoning":{"effort":"high"} aimlapi openrouter
"seed":7 aimlapi openrouter local
"max_completion_tokens":500 aimlapi openrouter local
"presence_penalty":0.5 aimlapi openrouter local
"stream_options":{"include_usage":true} aimlapi openrouter local
"parallel_tool_calls":true aimlapi openrouter local
"top_k":5 openrouter local
"n":2 stepfun aimlapi local
"normalize_tool_schemas":true aimlapi
"chat_template_kwargs":{} local
"max_tokens":500 stepfun aimlapi openrouter local
END
}

# replay FIELD PROVIDER STATUS: an answer that is sent back with this field
replay() {
    case $2 in
    openrouter | aimlapi) model=stepfun/step-3.7-flash ;;
    *) model=step-3.7-flash ;;
    esac
    messages "{\"role\":\"user\",\"content\":\"x\"},
        {\"role\":\"assistant\",\"content\":\"y\",$1},{\"role\":\"user\",\"content\":\"z\"}"
    sed -i.orig "s|step-3.7-flash|$model|" "$TEST_DIR/body.json"
    ask "/strict=$2" >/dev/null
    expect_status "$3" "$2: $1"
}

case_takes_its_own_answers_back() {
    simulator s
    replay '"reasoning_content":"because"' stepfun 200
    replay '"reasoning":"because"' openrouter 200
    replay '"reasoning_details":[{"type":"reasoning.text","text":"because"}]' openrouter 200
    replay '"reasoning_details":[]' stepfun 400
    replay '"reasoning_content":"because"' aimlapi 400
    replay '"refusal":null' aimlapi 200
    messages '{"role":"developer","content":"Be brief."},{"role":"user","content":"x"}'
    ask "" >/dev/null
    expect_status 200 "a developer, whom others than StepFun know"
}

run_case "$1"
