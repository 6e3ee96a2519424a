#!/bin/sh
# Tests of the simulator by curl: `test.sh CASE`. Each case is a function named case_…, and a test
# named simulator.… in CTest.
#
# The quotation marks in what is expected are the simulator's own.
# shellcheck disable=SC1111
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"

PICTURE=$BUILD_DIR/bin/sightline-test-picture
GRID="ff0000 00ff00 0000ff ffff00 00ffff ff00ff 000000 808080 ffffff"
GRID_SAID="Grid: #ff0000 (red) #00ff00 (green) #0000ff (blue) / #ffff00 (yellow) #00ffff (cyan)"
GRID_SAID="$GRID_SAID #ff00ff (magenta) / #000000 (black) #808080 (grey) #ffffff (white)"

command -v curl >/dev/null || skip "curl is not installed"

# picture NAME.FORMAT WIDTH HEIGHT [option…]: nine colours
picture() {
    name=$1 width=$2 height=$3
    shift 3
    # shellcheck disable=SC2086 # nine words
    "$PICTURE" "$@" "${name##*.}" "$width" "$height" $GRID "$TEST_DIR/$name"
}

data_url() {
    case $1 in
    *.jpg) mime=jpeg ;;
    *) mime=${1##*.} ;;
    esac
    printf 'data:image/%s;base64,%s' "$mime" "$(base64 <"$TEST_DIR/$1" | tr -d '\n')"
}

image_part() {
    printf '{"type":"image_url","image_url":{"url":"%s","detail":"%s"}}' "$1" "${2:-low}"
}

# body CONTENT [more top-level fields]: a request whose user message has this content
body() {
    printf '{"model":"step-3.7-flash","messages":[{"role":"user","content":%s}]%s}' \
        "$1" "${2:+,$2}" >"$TEST_DIR/body.json"
}

HELLO='"Hello, what is this?"'

# ask INSTRUCTIONS [curl option…]: sends body.json; the answer's body goes to stdout, its head to
# $TEST_DIR/head and curl's own exit code to $TEST_DIR/curl
ask() {
    path=$1
    shift
    status=0
    curl --noproxy '*' -sSN -D "$TEST_DIR/head" -H 'Content-Type: application/json' \
        --data-binary "@$TEST_DIR/body.json" "$@" "$SIMULATOR_URL$path/v1/chat/completions" \
        2>"$TEST_DIR/curl.log" || status=$?
    echo "$status" >"$TEST_DIR/curl"
}

# The text that a stream says, still with JSON's escapes.
said() {
    sed -n '/"reasoning":/!s/.*"delta":{"role":"assistant","content":"\(.*\)"},"finish.*/\1/p' |
        tr -d '\n'
}

stream() {
    body "$HELLO" '"stream":true'
    ask "$@"
}

lines_with() {
    grep -c -- "$1" || true
}

expect_status() {
    contains "$(grep '^HTTP/' "$TEST_DIR/head" | tail -n 1)" " $1 " "$2"
}

# await_journal PATTERN: the line, once it is there; the simulator may write it a moment later
await_journal() {
    tries=0
    until line=$(grep -- "$1" "$TEST_DIR/s.journal"); do
        tries=$((tries + 1))
        [ $tries -lt 500 ] || fail "the journal never said $1"
        sleep 0.02
    done
    echo "$line"
}

# ms_of LINE: its time in whole milliseconds
ms_of() {
    echo "$1" | sed 's/.*"time_ms":\([0-9]*\).*/\1/'
}

# took_between FROM TO MIN MAX WHAT: the time between two journal lines
took_between() {
    took=$(($(ms_of "$2") - $(ms_of "$1")))
    if [ $took -lt "$3" ] || [ $took -gt "$4" ]; then
        fail "$5 took $took ms, not $3 to $4"
    fi
}

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

# refused WHAT MESSAGE: body.json is refused with 400 and this in the message
refused() {
    out=$(ask "/strict=stepfun")
    expect_status 400 "$1"
    contains "$out" '{"error":{"message":"' "$1"
    contains "$out" "$2" "$1"
    contains "$out" '"type":"request_params_invalid"' "$1"
}

refuse_field() {
    body "$HELLO" "$1"
    refused "$1" "$2"
}

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

refuse_body() {
    printf '%s' "$1" >"$TEST_DIR/body.json"
    refused "$1" "$2"
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

refuse_content() {
    body "$1"
    refused "$1" "$2"
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

# large_body FILE…: one request about these pictures, none of which passes through the shell
large_body() {
    {
        printf '{"model":"step-3.7-flash","messages":[{"role":"user","content":['
        for file in "$@"; do
            printf '{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,'
            base64 <"$TEST_DIR/$file" | tr -d '\n'
            printf '"}},'
        done
        printf '{"type":"text","text":"x"}]}]}'
    } >"$TEST_DIR/body.json"
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

case_knows_models() {
    simulator s
    out=$(curl --noproxy '*' -sS "$SIMULATOR_URL/v1/models")
    contains "$out" '{"object":"list","data":[{"id":"step-3.7-flash","object":"model"' "the list"
    out=$(curl --noproxy '*' -sS "$SIMULATOR_URL/v1/models/step-5-preview")
    contains "$out" '{"id":"step-5-preview","object":"model"' "one model"
    out=$(curl --noproxy '*' -sS "$SIMULATOR_URL/v1/models/x")
    contains "$out" '"type":"model_invalid"' "a model that is not"
    body "$HELLO"
    sed -i.orig 's/step-3.7-flash/step-9/' "$TEST_DIR/body.json"
    out=$(ask "")
    expect_status 404 "an unknown model"
    contains "$out" 'The model \"step-9\" does not exist' "an unknown model"
    picture a.png 9 9
    body "[$(image_part "$(data_url a.png)")]"
    sed -i.orig 's/step-3.7-flash/step-3.5-flash/' "$TEST_DIR/body.json"
    refused "a picture for a text model" "The model step-3.5-flash takes no images"
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

case_answers_each_error() {
    simulator s
    body "$HELLO"
    for error in 400:request_params_invalid 401:invalid_api_key 402:insufficient_quota 403: \
        404:model_invalid 429: 451:censorship_blocked 499: 500: 502: 503: 504:; do
        out=$(ask "/status=${error%:*}")
        expect_status "${error%:*}" "status=$error"
        contains "$out" "\"type\":\"${error#*:}" "status=$error"
        contains "$(cat "$TEST_DIR/head")" "X-Trace-Id: " "status=$error"
    done
    out=$(ask "/html=502")
    contains "$(cat "$TEST_DIR/head")" "Content-Type: text/html" "an HTML page"
    contains "$out" "<h1>502 Bad Gateway</h1>" "an HTML page"
    ask "/status=429/retry-after=7" >/dev/null
    contains "$(cat "$TEST_DIR/head")" "Retry-After: 7" "retry-after"
}

case_paces_and_delays() {
    simulator s
    stream /pace=10/lines=3/reasoning=20 >/dev/null
    took_between "$(await_journal '"event":"answer","id":1,')" \
        "$(await_journal '"event":"end","id":1,')" 300 3000 "a paced stream"
    stream /delay=200 >/dev/null
    took_between "$(await_journal '"event":"request","id":2,')" \
        "$(await_journal '"event":"answer","id":2,')" 199 2000 "a delayed answer"
}

case_drops() {
    simulator s
    stream /drop=500 >"$TEST_DIR/out"
    equal "$(cat "$TEST_DIR/curl")" 18 "curl's word for a broken body"
    equal "$(($(wc -c <"$TEST_DIR/out")))" 500 "the bytes that came"
    contains "$(await_journal '"event":"end"')" '"how":"fault","sent":500,' "the journal"
    body "$HELLO"
    ask /drop=20 >"$TEST_DIR/out"
    equal "$(cat "$TEST_DIR/curl")" 18 "curl's word for a length that is not kept"
    ask /drop=0 >"$TEST_DIR/out"
    equal "$(($(wc -c <"$TEST_DIR/out")))" 0 "the bytes after a head alone"
    expect_status 200 "a head alone"
    ask /refuse >/dev/null
    equal "$(cat "$TEST_DIR/curl")" 52 "curl's word for no answer"
}

# Sets `client` to the process that sends body.json and waits for the answer.
send_in_background() {
    curl --noproxy '*' -s -H 'Content-Type: application/json' -o /dev/null --data-binary \
        "@$TEST_DIR/body.json" "$SIMULATOR_URL$1/v1/chat/completions" &
    client=$!
}

# A client that goes is noticed at once, whatever the simulator is doing meanwhile. The client is
# killed once the journal says that the time has come.
case_notices_who_goes() {
    simulator s
    body "$HELLO" '"stream":true'
    id=0
    for path in /stall=300 /stall=0 /pace=60000 /delay=60000; do
        id=$((id + 1))
        send_in_background $path
        case $path in
        /delay*) await_journal "\"event\":\"request\",\"id\":$id," >/dev/null ;;
        *) await_journal "\"event\":\"answer\",\"id\":$id," >/dev/null ;;
        esac
        gone=$(date +%s%N)
        kill "$client"
        wait "$client" || true
        line=$(await_journal "\"event\":\"end\",\"id\":$id,")
        took=$((($(date +%s%N) - gone) / 1000000))
        contains "$line" '"how":"client closed"' "$path"
        [ $took -lt 1000 ] || fail "$path: noticed after $took ms"
    done
    contains "$(grep '"event":"end","id":1,' "$TEST_DIR/s.journal")" '"sent":300,' "a stall"
}

case_notices_a_broken_upload() {
    simulator s
    "$PICTURE" --noise png 600 600 00ff80 "$TEST_DIR/a.png"
    body "[$(image_part "$(data_url a.png)")]"
    send_in_background /slow-read=20
    tries=0
    until [ -s "$TEST_DIR/s.bodies/1.body" ]; do
        tries=$((tries + 1))
        [ $tries -lt 500 ] || fail "nothing of the upload was received"
        sleep 0.02
    done
    kill "$client"
    wait "$client" || true
    line=$(await_journal '"event":"gone"')
    contains "$line" '"how":"client closed"' "the journal"
    received=$(echo "$line" | sed 's/.*"received":\([0-9]*\).*/\1/')
    [ "$received" -gt 0 ] || fail "nothing of the upload was counted"
    equal "$(lines_with '"event":"request"' <"$TEST_DIR/s.journal")" 0 "requests received whole"
}

case_splits() {
    simulator s
    body "$HELLO" '"stream":true'
    plain=$(ask "" | said)
    equal "$(ask /split=1 | said)" "$plain" "a stream in single bytes"
    ask /split=7 --raw >"$TEST_DIR/out"
    equal "$(tr -d '\r' <"$TEST_DIR/out" | lines_with '........')" 0 "pieces longer than 7 bytes"
    [ "$(tr -d '\r' <"$TEST_DIR/out" | lines_with '^7$')" -gt 500 ] || fail "few pieces are 7 bytes"
}

case_ends_badly() {
    simulator s
    out=$(stream /no-end)
    equal "$(cat "$TEST_DIR/curl")" 0 "curl's word for a stream that is cut between events"
    case $out in
    *DONE* | *'"finish_reason":"stop"'*) fail "the stream has an end" ;;
    esac
    out=$(stream /error-event=2)
    equal "$(echo "$out" | lines_with '^data: {"id"')" 2 "chunks before the error"
    contains "$(echo "$out" | tail -n 2)" 'data: {"error":{"message":' "the error"
    out=$(stream /malformed=3)
    equal "$(echo "$out" | grep '^data' | sed -n 3p)" 'data: {"id":"broken","choices":[{' "chunk 3"
    contains "$(echo "$out" | tail -n 2)" "[DONE]" "the end after a malformed chunk"
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

case_takes_every_freedom_of_the_format() {
    simulator s
    plain=$(stream "" | said)
    stream /crlf >"$TEST_DIR/out"
    equal "$(head -c 3 "$TEST_DIR/out" | od -An -tx1 | tr -d ' ')" efbbbf "a byte order mark"
    cr=$(printf '\r')
    equal "$(lines_with "[^$cr]\$" <"$TEST_DIR/out")" 0 "lines without CR"
    contains "$(cat "$TEST_DIR/out")" ": a comment" "a comment"
    # Joined as the format says, the two lines of an event are the object again.
    joined=$(tr -d '\r' <"$TEST_DIR/out" | sed -n 's/^data: "object"/{"object"/p' | said)
    equal "$joined" "$plain" "the same text"
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

case_keeps_the_connection() {
    simulator s
    body "$HELLO" '"stream":true'
    url=$SIMULATOR_URL/v1/chat/completions
    curl --noproxy '*' -sS -H 'Content-Type: application/json' --data-binary \
        "@$TEST_DIR/body.json" "$url" "$url" -o /dev/null -o /dev/null
    equal "$(lines_with '"id":[12],"connection":1,' <"$TEST_DIR/s.journal")" 2 \
        "requests on the first connection"
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

case_takes_chunked_bodies() {
    simulator s
    body "$HELLO"
    ask "" -H 'Transfer-Encoding: chunked' >/dev/null
    expect_status 200 "a chunked request"
    cmp "$TEST_DIR/body.json" "$TEST_DIR/s.bodies/1.body" || fail "the chunks were not joined"
    ask "" -H 'Expect: 100-continue' --expect100-timeout 30 >/dev/null
    contains "$(cat "$TEST_DIR/head")" "HTTP/1.1 100 Continue" "the invitation"
    contains "$(cat "$TEST_DIR/head")" "HTTP/1.1 200 OK" "the answer after it"
}

certificate() {
    command -v openssl >/dev/null || skip "openssl is not installed"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout "$TEST_DIR/key.pem" \
        -out "$TEST_DIR/cert.pem" 2>"$TEST_DIR/openssl.log" || fail "openssl made no certificate"
}

case_speaks_tls() {
    certificate
    simulator s --tls "$TEST_DIR/cert.pem" "$TEST_DIR/key.pem"
    contains "$SIMULATOR_URL" "https://127.0.0.1:" "the address"
    stream "" --cacert "$TEST_DIR/cert.pem" >"$TEST_DIR/out"
    equal "$(cat "$TEST_DIR/curl")" 0 "curl's result"
    contains "$(said <"$TEST_DIR/out")" "no model runs here" "the answer"
    stream /drop=100 --cacert "$TEST_DIR/cert.pem" >"$TEST_DIR/out"
    equal "$(($(wc -c <"$TEST_DIR/out")))" 100 "the bytes before a break"
    [ "$(cat "$TEST_DIR/curl")" -ne 0 ] || fail "curl saw no break"
    stream "" >/dev/null
    equal "$(cat "$TEST_DIR/curl")" 60 "curl's word for a certificate that it does not know"
}

# raw BYTES: sent with their escapes resolved, and what comes back until the simulator closes
raw() {
    printf '%b' "$1" | openssl s_client -quiet -connect "${SIMULATOR_URL#https://}" 2>/dev/null
}

case_reads_http_strictly() {
    certificate
    simulator s --tls "$TEST_DIR/cert.pem" "$TEST_DIR/key.pem"
    get='GET /v1/models HTTP/1.1\r\nHost: x\r\n'
    equal "$(raw "$get\r\n${get}Connection: close\r\n\r\n" | lines_with "HTTP/1.1 200 OK")" 2 \
        "answers to two requests in one piece"
    contains "$(raw "GET /v1/models HTTP/1.0\r\n\r\n")" "200 OK" "HTTP/1.0"
    for bad in 'GET /v1/models\r\n\r\n' 'GET /v1/models HTTP/2.0\r\n\r\n' \
        'GET v1/models HTTP/1.1\r\nHost: x\r\n\r\n' 'GET /v1/models HTTP/1.1\r\n\r\n' \
        "${get}no colon\r\n\r\n" "${get} : x\r\n\r\n" "${get}Host: y\r\n\r\n" "$get\0001: x\r\n\r\n" \
        "${get}Content-Length: x\r\n\r\n" "${get}Content-Length: 1\r\nContent-Length: 1\r\n\r\nx" \
        "${get}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n" \
        "${get}Transfer-Encoding: gzip\r\n\r\n" "${get}Transfer-Encoding: chunked\r\n\r\nx\r\n" \
        "${get}Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n"; do
        contains "$(raw "$bad")" "HTTP/1.1 400 Bad Request" "$bad"
    done
    contains "$(raw "${get}Content-Length: 99999999999\r\n\r\n")" " 413 " "a body too large"
    contains "$(raw "${get}Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n")" " 413 " "a chunk"
    long=$(head -c 70000 /dev/zero | tr '\0' x)
    contains "$(raw "${get}X: $long\r\n\r\n")" " 431 " "a head too large"
}

case_ends_at_once() {
    simulator s
    stream /stall=10 >/dev/null &
    await_journal '"event":"answer"' >/dev/null
    start=$(date +%s%N)
    end_simulators
    took=$((($(date +%s%N) - start) / 1000000))
    [ $took -lt 1000 ] || fail "with an answer being stalled, SIGTERM took $took ms"
    wait
}

case_says_what_is_wrong() {
    command=$BUILD_DIR/bin/sightline-simulator
    contains "$("$command" --help)" "usage: sightline-simulator" "help"
    for options in --no-such "--port x" "--port 70000" "--pace -1" "--tls x" "argument" --key; do
        status=0
        # shellcheck disable=SC2086 # words
        "$command" $options >/dev/null 2>"$TEST_DIR/out" || status=$?
        equal "$status" 2 "the exit code for $options"
        contains "$(cat "$TEST_DIR/out")" "sightline-simulator: " "$options"
    done
    simulator s
    port=${SIMULATOR_URL##*:}
    status=0
    "$command" --port "$port" 2>"$TEST_DIR/out" || status=$?
    equal "$status" 1 "the exit code for a port that is taken"
    contains "$(cat "$TEST_DIR/out")" "cannot listen on port $port" "a port that is taken"
}

# A sanitizer's findings are in the exit code.
end_simulators() {
    for pid in $SIMULATORS; do
        status=0
        kill "$pid"
        wait "$pid" || status=$?
        equal "$status" 0 "the simulator's exit code after SIGTERM"
    done
    SIMULATORS=
}

"case_$(echo "$1" | tr - _)"
end_simulators
