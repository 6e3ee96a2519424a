#!/bin/sh
# http2.sh CASE: HTTP/2 over TLS, many streams on one connection.

# shellcheck source=tests/simulator/lib.sh
. "$SOURCE_DIR/tests/simulator/lib.sh"

case $(curl --version) in
*HTTP2*) ;;
*) skip "this curl speaks no HTTP/2" ;;
esac

start() {
    certificate
    simulator s --tls "$TEST_DIR/cert.pem" "$TEST_DIR/key.pem" "$@"
}

case_http2_is_chosen_by_alpn() {
    start
    stream "" --cacert "$TEST_DIR/cert.pem" >"$TEST_DIR/out"
    contains "$(cat "$TEST_DIR/head")" "HTTP/2 200" "the version"
    contains "$(cat "$TEST_DIR/head")" "content-type: text/event-stream" "the type"
    contains "$(said <"$TEST_DIR/out")" "no model runs here" "the answer"
    line=$(await_journal '"event":"request"')
    contains "$line" '"connection":1,"stream":1,"version":"HTTP/2"' "the journal"
    contains "$line" '"host":"127.0.0.1:' "the authority is the host"
    cmp "$TEST_DIR/body.json" "$TEST_DIR/s.bodies/1.body" || fail "the kept body differs"
    stream "" --http1.1 --cacert "$TEST_DIR/cert.pem" >/dev/null
    contains "$(cat "$TEST_DIR/head")" "HTTP/1.1 200" "a client that wants 1.1"
}

case_http2_can_be_switched_off() {
    start --http1
    stream "" --cacert "$TEST_DIR/cert.pem" >/dev/null
    contains "$(cat "$TEST_DIR/head")" "HTTP/1.1 200" "the version"
}

case_http2_takes_large_bodies() {
    start
    "$PICTURE" --noise jpg 2000 2000 00ff80 "$TEST_DIR/a.jpg"
    large_body a.jpg
    contains "$(ask "" --cacert "$TEST_DIR/cert.pem")" "Picture 1: JPEG, 2000×2000" "the picture"
    ask "" -T - --cacert "$TEST_DIR/cert.pem" -X POST <"$TEST_DIR/body.json" >/dev/null
    expect_status 200 "a body of unknown length"
}

# One config of curl's for each URL, so that each has its own limit of time.
transfer() {
    printf 'url = "%s%s%s"\ndata-binary = "@%s"\nheader = "Content-Type: application/json"\n' \
        "$SIMULATOR_URL" "$1" "$API" "$TEST_DIR/body.json"
    printf 'cacert = "%s"\nnoproxy = "*"\noutput = "%s"\nmax-time = %s\n' "$TEST_DIR/cert.pem" \
        "$TEST_DIR/out.$2" "$3"
}

# together INSTRUCTIONS MAX_TIME INSTRUCTIONS MAX_TIME: both over one connection
together() {
    {
        transfer "$1" 1 "$2"
        echo next
        transfer "$3" 2 "$4"
    } >"$TEST_DIR/config"
    curl -sS --parallel --config "$TEST_DIR/config" >/dev/null 2>"$TEST_DIR/curl.log" || true
    for id in 1 2; do
        await_journal "\"event\":\"end\",\"id\":$id," >/dev/null
    done
}

case_http2_serves_streams_at_once() {
    start
    body "$HELLO" '"stream":true'
    together /pace=20/lines=20 30 /pace=5/lines=2 30
    contains "$(said <"$TEST_DIR/out.1")" "Line 20 of 20" "the slow one"
    contains "$(said <"$TEST_DIR/out.2")" "Line 2 of 2" "the fast one"
    equal "$(lines_with '"event":"request".*"connection":1,' <"$TEST_DIR/s.journal")" 2 \
        "requests on one connection"
    contains "$(grep '"event":"end"' "$TEST_DIR/s.journal" | tail -n 1)" \
        "\"id\":$(sed -n 's/.*"event":"request","id":\([0-9]*\),.*lines=20.*/\1/p' \
            "$TEST_DIR/s.journal")," "the slow one ends last"
}

case_http2_is_fair() {
    start
    body "$HELLO" '"stream":true'
    together /lines=20000 30 /delay=100/lines=100 30
    last=$(grep '"event":"end"' "$TEST_DIR/s.journal" | tail -n 1)
    contains "$last" '"how":"complete"' "the large one"
    [ "$(echo "$last" | sed 's/.*"sent":\([0-9]*\),.*/\1/')" -gt 1000000 ] ||
        fail "the small answer waited for the large one"
}

case_http2_notices_a_reset_at_once() {
    start
    body "$HELLO" '"stream":true'
    together /stall=300 1 /pace=20/lines=40 30
    line=$(await_journal '"how":"client closed"')
    contains "$line" '"sent":300,' "the stream that was reset"
    contains "$(said <"$TEST_DIR/out.2")" "Line 40 of 40" "the other one"
    contains "$(grep '"event":"end"' "$TEST_DIR/s.journal" | tail -n 1)" '"how":"complete"' \
        "the other one went on"
}

case_http2_notices_who_goes() {
    start
    body "$HELLO" '"stream":true'
    id=0
    for path in /stall=300 /stall=0 /pace=60000 /delay=60000 /silent; do
        id=$((id + 1))
        send_in_background $path --cacert "$TEST_DIR/cert.pem"
        case $path in
        /delay* | /silent) await_journal "\"event\":\"request\",\"id\":$id," >/dev/null ;;
        *) await_journal "\"event\":\"answer\",\"id\":$id," >/dev/null ;;
        esac
        gone=$(date +%s%N)
        kill "$client"
        wait "$client" || true
        contains "$(await_journal "\"event\":\"end\",\"id\":$id,")" '"how":"client closed"' "$path"
        took=$((($(date +%s%N) - gone) / 1000000))
        [ $took -lt 1000 ] || fail "$path: noticed after $took ms"
    done
}

case_http2_notices_a_broken_upload() {
    start
    "$PICTURE" --noise png 600 600 00ff80 "$TEST_DIR/a.png"
    body "[$(image_part "$(data_url a.png)")]"
    send_in_background /slow-read=2000 --cacert "$TEST_DIR/cert.pem"
    break_upload
    line=$(await_journal '"event":"gone"')
    received=$(echo "$line" | sed 's/.*"received":\([0-9]*\).*/\1/')
    [ "$received" -lt 200000 ] || fail "the window was not kept: $received bytes came"
    equal "$(lines_with '"event":"request"' <"$TEST_DIR/s.journal")" 0 "requests received whole"
}

case_http2_goes_wrong_as_asked() {
    start
    body "$HELLO" '"stream":true'
    set -- --cacert "$TEST_DIR/cert.pem"
    ask /drop=500 "$@" >"$TEST_DIR/out"
    equal "$(cat "$TEST_DIR/curl")" 92 "curl's word for a stream that is reset"
    equal "$(($(wc -c <"$TEST_DIR/out")))" 500 "the bytes before it"
    contains "$(await_journal '"event":"end","id":1,')" '"how":"fault","sent":500,' "the journal"
    ask /refuse "$@" >/dev/null
    [ "$(cat "$TEST_DIR/curl")" -ne 0 ] || fail "an answer came from a connection that closes"
    ask /wrong-length=5 "$@" >/dev/null
    [ "$(cat "$TEST_DIR/curl")" -ne 0 ] || fail "curl took a length that is not kept"
    equal "$(ask /split=3 "$@" | said)" "$(ask "" "$@" | said)" "an answer in pieces"
    contains "$(ask /gzip --compressed "$@" | said)" "no model runs" "a compressed answer"
    contains "$(ask /error-event=2 "$@")" 'data: {"error":{"message":' "an error in the stream"
    ask /status=429/retry-after=3 "$@" >/dev/null
    contains "$(cat "$TEST_DIR/head")" "retry-after: 3" "a header"
}

# Two requests of one curl, one after another: how many came over the first's connection? curl may
# fail when the connection ends just as it begins the second.
requests_on_one_connection() {
    curl --noproxy '*' -sS --cacert "$TEST_DIR/cert.pem" -o /dev/null -o /dev/null \
        "$SIMULATOR_URL$1/v1/models" "$SIMULATOR_URL$1/v1/models" 2>"$TEST_DIR/curl.log" || true
    sed -n "s|.*\"connection\":\([0-9]*\),.*\"path\":\"$1/v1/models\".*|\1|p" \
        "$TEST_DIR/s.journal" | uniq -c | head -n 1 | sed 's/^ *//; s/ .*//'
}

case_http2_ends_its_connections() {
    start
    equal "$(requests_on_one_connection "")" 2 "requests on a connection that is kept"
    equal "$(requests_on_one_connection /goaway)" 1 "requests up to a GOAWAY"
    equal "$(requests_on_one_connection /disconnect=idle)" 1 "requests up to a silent close"
}

case_http2_ends_at_once() {
    start
    stream /stall=10 --cacert "$TEST_DIR/cert.pem" >/dev/null &
    await_journal '"event":"answer"' >/dev/null
    begun=$(date +%s%N)
    end_simulators
    took=$((($(date +%s%N) - begun) / 1000000))
    [ $took -lt 1000 ] || fail "with a stream being stalled, SIGTERM took $took ms"
    wait
}

run_case "$1"
