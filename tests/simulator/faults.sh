#!/bin/sh
# faults.sh CASE: what goes wrong when the path asks for it.

# shellcheck source=tests/simulator/lib.sh
. "$SOURCE_DIR/tests/simulator/lib.sh"

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
    # More than kernels keep between the two, so that the client cannot be done already.
    "$PICTURE" --noise png 2400 1800 00ff80 "$TEST_DIR/a.png"
    body "[$(image_part "$(data_url a.png)")]"
    send_in_background /slow-read=5
    break_upload
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

case_limits_faults_to_some_times() {
    simulator s
    body "$HELLO"
    for expected in 503 503 200 200; do
        ask /times=2/status=503 >/dev/null
        expect_status $expected "times=2"
    done
    ask /times=2/status=503/lines=1 >/dev/null
    expect_status 503 "another base path, which counts for itself"
    ask /times=0/drop=10/status=500 >/dev/null
    expect_status 200 "times=0"
    for id in 1 2; do
        ask /times=1/drop=30 >"$TEST_DIR/out.$id"
    done
    equal "$(($(wc -c <"$TEST_DIR/out.1")))" 30 "the first, which is dropped"
    contains "$(cat "$TEST_DIR/out.2")" "no model runs here" "the second"
    out=$(ask /times=0/lines=2/reasoning=0/json=invalid)
    contains "$out" "Line 2 of 2" "what is no fault goes on"
    lacks "$out" '"reasoning"' "what is no fault goes on"
}

case_says_when_to_come_again() {
    simulator s
    body "$HELLO"
    ask /status=429/retry-after=date:90 >/dev/null
    date=$(sed -n 's/^Retry-After: \(.*\) GMT.*/\1/p' "$TEST_DIR/head")
    contains "$date" ", " "an HTTP date"
    ahead=$(($(date -u -d "$date" +%s) - $(date +%s)))
    if [ $ahead -lt 85 ] || [ $ahead -gt 90 ]; then
        fail "the date is $ahead s ahead"
    fi
    ask /retry-after=5 >/dev/null
    lacks "$(cat "$TEST_DIR/head")" "Retry-After" "an answer that is no error"
}

case_gives_errors_other_bodies() {
    simulator s
    body "$HELLO"
    equal "$(ask /status=503/bare-error)" "" "an empty body"
    expect_status 503 "an empty body"
    equal "$(ask /bare-error)" "" "an empty body alone"
    expect_status 500 "an empty body alone"
    equal "$(ask /wrapped/status=451)" '{"error":{"message":"Provider returned error","code":451,'\
'"metadata":{"raw":"{\"error\":{\"message\":\"The content you provided or machine outputted is '\
'blocked.\",\"type\":\"censorship_blocked\"}}","provider_name":"StepFun"}}}' "OpenRouter's error"
    expect_status 451 "OpenRouter's error"
    equal "$(ask /empty)" "" "no body"
    expect_status 200 "no body"
}

case_lies_about_lengths_and_codings() {
    simulator s
    stream /wrong-length=7 >"$TEST_DIR/out"
    equal "$(cat "$TEST_DIR/curl")" 18 "curl's word for a length that is not kept"
    len=$(($(wc -c <"$TEST_DIR/out")))
    contains "$(cat "$TEST_DIR/head")" "Content-Length: $((len + 7))" "the length"
    contains "$(said <"$TEST_DIR/out")" "no model runs here" "the whole stream"
    plain=$(stream "" | said)
    stream /gzip >"$TEST_DIR/out"
    contains "$(cat "$TEST_DIR/head")" "Content-Encoding: gzip" "the coding"
    equal "$(gzip -dc <"$TEST_DIR/out" | said)" "$plain" "the decoded stream"
    equal "$(stream /gzip/split=1 --compressed | said)" "$plain" "a coding in single bytes"
    contains "$(stream /gzip/wrong-length=3 --compressed 2>/dev/null | said)" "no model" "both"
}

case_sends_elsewhere() {
    simulator s
    body "$HELLO"
    out=$(ask /redirect=same)
    expect_status 307 "redirect=same"
    contains "$(cat "$TEST_DIR/head")" "Location: /v1/chat/completions" "redirect=same"
    contains "$(ask /redirect=same/lines=7 -L)" "Line 7 of 7" "followed, with the other instruction"
    ask /redirect=https%3A%2F%2Fexample.com%3A9%2Fx >/dev/null
    contains "$(cat "$TEST_DIR/head")" "Location: https://example.com:9/x/v1/chat/completions" \
        "another origin"
}

case_never_answers() {
    simulator s
    body "$HELLO"
    send_in_background /silent
    await_journal '"event":"request","id":1,' >/dev/null
    kill "$client"
    wait "$client" || true
    contains "$(await_journal '"event":"end","id":1,')" '"how":"client closed","sent":0' "the end"
    lacks "$(cat "$TEST_DIR/s.journal")" '"event":"answer"' "the journal"
}

case_writes_slowly() {
    simulator s
    body "$HELLO" '"stream":true'
    ask /slow-write=20 >"$TEST_DIR/out"
    took_between "$(await_journal '"event":"answer","id":1,')" \
        "$(await_journal '"event":"end","id":1,')" $((($(wc -c <"$TEST_DIR/out") / 256) * 20)) 10000 \
        "a slow answer"
}

# How many connections two requests of one curl take.
connections_with() {
    curl --noproxy '*' -sS -o /dev/null -o /dev/null "$SIMULATOR_URL$1/v1/models" \
        "$SIMULATOR_URL$1/v1/models" || fail "$1: a request failed"
    sed -n "s|.*\"connection\":\([0-9]*\),.*\"path\":\"$1/v1/models\".*|\1|p" \
        "$TEST_DIR/s.journal" | sort -u | lines_with .
}

case_leaves_after_an_answer() {
    simulator s
    equal "$(connections_with "")" 1 "connections that are kept"
    get /disconnect=idle/pace=0/v1/models >/dev/null
    lacks "$(cat "$TEST_DIR/head")" "Connection: close" "a connection that closes without a word"
    equal "$(connections_with /disconnect=idle)" 2 "connections that close without a word"
    get /goaway/v1/models >/dev/null
    contains "$(cat "$TEST_DIR/head")" "Connection: close" "goaway, over HTTP/1.1"
}

case_never_greets() {
    certificate
    simulator s --tls "$TEST_DIR/cert.pem" "$TEST_DIR/key.pem" --stall-hello
    body "$HELLO"
    ask "" --cacert "$TEST_DIR/cert.pem" --max-time 0.3 >/dev/null
    equal "$(cat "$TEST_DIR/curl")" 28 "curl's word for time that ran out"
    contains "$(cat "$TEST_DIR/curl.log")" "timed out" "curl's words"
    lacks "$(cat "$TEST_DIR/s.journal")" '"event"' "the journal"
}

run_case "$1"
