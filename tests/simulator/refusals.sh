#!/bin/sh
# refusals.sh CASE: what is refused, and by which words.

# shellcheck source=tests/simulator/lib.sh
. "$SOURCE_DIR/tests/simulator/lib.sh"

case_refuses_wrong_fields() {
    simulator s
    refuse_field '"seed":1' "Unknown parameter: seed"
    refuse_field '"stream_options":{}' "Unknown parameter: stream_options"
    refuse_field '"stream":1' "stream must be true or false"
    refuse_field '"stream":true,"stream":true' "stream stands twice"
    refuse_field '"max_tokens":0' "max_tokens must be from 1"
    refuse_field '"max_tokens":1.5' "max_tokens must be a whole number"
    refuse_field '"max_tokens":"9"' "max_tokens must be a number"
    refuse_field '"temperature":2.1' "temperature must be from 0 to 2"
    refuse_field '"top_p":-0.1' "top_p must be from 0 to 1"
    refuse_field '"n":17' "n must be from 1 to 16"
    refuse_field '"stop":[1]' "stop must be a string"
    refuse_field '"frequency_penalty":-3' "frequency_penalty must be from -2 to 2"
    refuse_field '"response_format":{"type":"xml"}' "invalid response_format.type: xml"
    refuse_field '"reasoning_format":"x"' "reasoning_format must be one of: general"
    refuse_field '"reasoning_effort":"none"' "reasoning_effort must be one of: low, medium, high"
    refuse_field '"tools":[{"type":"x"}]' "invalid tools[0].type: x"
    refuse_field '"tool_choice":"none"' "tool_choice must be one of: auto"
}

case_refuses_wrong_bodies() {
    simulator s
    refuse_body '' "The body is not JSON from byte 0 on"
    refuse_body '{"model":"step-3.7-flash",}' "not JSON from byte 26 on"
    refuse_body '{"model":"a
b"}' "not JSON from byte 11 on"
    refuse_body '{"model":"\ud800"}' "not JSON from byte 16 on"
    refuse_body "$(printf '{"model":"\303("}')" "not JSON from byte 10 on"
    refuse_body '{"model":01}' "not JSON from byte 10 on"
    refuse_body '{} {}' "not JSON from byte 3 on"
    refuse_body '[]' "The body must be an object"
    refuse_body '{}' "Missing required parameter: model"
    refuse_body '{"model":"step-3.7-flash"}' "Missing required parameter: messages"
    refuse_body '{"model":"step-3.7-flash","messages":[]}' "messages must hold at least one"
    for role in function developer; do
        refuse_body "{\"messages\":[{\"role\":\"$role\",\"content\":\"x\"}]}" \
            "invalid messages[0].role: $role"
    done
    refuse_body '{"messages":[{"role":"user","content":"x","name":"y"}]}' \
        "Unknown parameter: messages[0].name"
    refuse_body '{"messages":[{"role":"system","content":null}]}' \
        "messages[0].content must be a string"
    refuse_body '{"messages":[{"role":"tool","content":"x"}]}' \
        "Missing required parameter: messages[0].tool_call_id"
    out=$(curl --noproxy '*' -sS -D "$TEST_DIR/head" -H 'Content-Type: text/plain' --data '{}' \
        "$SIMULATOR_URL/v1/chat/completions")
    expect_status 400 "a text/plain body"
    contains "$out" "content-type must be application/json" "a text/plain body"
}

case_refuses_wrong_parts() {
    simulator s
    refuse_content '7' "messages[0].content must be a string or an array"
    refuse_content '[]' "messages[0].content must not be empty"
    refuse_content '["x"]' "messages[0].content[0] must be an object"
    refuse_content '[{"text":"x"}]' "Missing required parameter: messages[0].content[0].type"
    refuse_content '[{"type":"input_text","text":"x"}]' "invalid messages[0].content[0].type"
    refuse_content '[{"type":"video_url","video_url":{}}]' \
        "Missing required parameter: messages[0].content[0].video_url.url"
    refuse_content '[{"type":"input_audio","input_audio":{}}]' "no model here takes input_audio"
    refuse_content '[{"type":"image_url","image_url":"https://x/"}]' "image_url must be an object"
    refuse_content '[{"type":"image_url","image_url":{}}]' \
        "Missing required parameter: messages[0].content[0].image_url.url"
    refuse_content "[$(image_part stepfile://x)]" "there is no file stepfile://x"
    refuse_content "[$(image_part file:///x.png)]" "must be a URL: http://…"
    refuse_content "[$(image_part data:image/png,x)]" "must be a URL: http://…"
    for base64 in "" AAA AAAAA "AA=A" "A===" "AB==" "AA A" "AAA-"; do
        refuse_content "[$(image_part "data:image/png;base64,$base64")]" "base64 is not valid"
    done
    picture a.png 9 9
    url=$(data_url a.png)
    refuse_content "[$(image_part "$url" auto)]" "image_url.detail must be one of: low, high"
    refuse_content "[$(image_part "data:image/jpeg;${url#*;}")]" \
        "says image/jpeg but the bytes are image/png"
    refuse_content "[$(image_part "data:image/jpg;${url#*;}")]" "says image/jpg but the bytes"
}

case_refuses_damaged_pictures() {
    simulator s
    for format in jpg png webp gif; do
        picture whole.$format 200 200
        len=$(($(wc -c <"$TEST_DIR/whole.$format")))
        head -c $((len * 2 / 3)) "$TEST_DIR/whole.$format" >"$TEST_DIR/cut.$format"
        refuse_content "[$(image_part "$(data_url cut.$format)")]" "picture cannot be used"
        picture large.$format 20 20 --header-only 5000x30
        refuse_content "[$(image_part "$(data_url large.$format)")]" "it is 5000×30 pixels"
    done
    "$PICTURE" png 4097 1 ff0000 "$TEST_DIR/wide.png"
    refuse_content "[$(image_part "$(data_url wide.png)")]" "it is 4097×1 pixels"
    picture moving.gif 20 20 --frames 2
    refuse_content "[$(image_part "$(data_url moving.gif)")]" "it is animated"
    echo "a text, not a picture" >"$TEST_DIR/text.png"
    refuse_content "[$(image_part "$(data_url text.png)")]" "are no JPEG, PNG, WebP or GIF"
}

case_limits_number_and_bytes() {
    simulator s
    "$PICTURE" webp 1 1 ff0000 "$TEST_DIR/a.webp"
    part=$(image_part "$(data_url a.webp)")
    parts=$part
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 \
        31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59; do
        parts="$parts,$part"
    done
    body "[$parts]"
    contains "$(ask "")" "Picture 60: WebP" "sixty pictures"
    refuse_content "[$parts,$part]" "Too many images"
    "$PICTURE" --noise jpg 3600 3600 00ff80 "$TEST_DIR/b.jpg"
    [ $(($(wc -c <"$TEST_DIR/b.jpg"))) -gt 10000000 ] || fail "the noisy picture is too small"
    large_body b.jpg
    contains "$(ask "")" "Picture 1: JPEG, 3600×3600" "a large picture"
    large_body b.jpg b.jpg
    refused "two large pictures" "larger than 20000000 bytes together"
}

case_checks_the_key() {
    simulator s --key right-key
    body "$HELLO"
    out=$(ask "" -H 'Authorization: Bearer wrong-key')
    expect_status 401 "a wrong key"
    contains "$out" '"type":"invalid_api_key"' "a wrong key"
    ask "" >/dev/null
    expect_status 401 "no key"
    ask "" -H 'Authorization: Bearer right-key' >/dev/null
    expect_status 200 "the right key"
    await_journal '"authorization":"Bearer wrong-key"' >/dev/null
}

case_checks_path_and_method() {
    simulator s
    curl --noproxy '*' -sS -D "$TEST_DIR/head" -o /dev/null "$SIMULATOR_URL/v1/nothing"
    expect_status 404 "a wrong path"
    curl --noproxy '*' -sS -D "$TEST_DIR/head" -o /dev/null "$SIMULATOR_URL/v1/chat/completions"
    expect_status 405 "a wrong method"
    for path in /no-such=1 /pace=x /pace= /pace /no-end=1 /status=418 /split=0; do
        curl --noproxy '*' -sS -D "$TEST_DIR/head" -o "$TEST_DIR/out" "$SIMULATOR_URL$path/v1/models"
        expect_status 400 "the instruction $path"
    done
    out=$(curl --noproxy '*' -sS "$SIMULATOR_URL/pace=1/no-such/v1/models")
    contains "$out" 'it knows pace=, delay=, status=' "an unknown instruction"
}

run_case "$1"
