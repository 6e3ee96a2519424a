#!/bin/sh
# http1.sh CASE: HTTP/1.1, with and without TLS.

# shellcheck source=tests/simulator/lib.sh
. "$SOURCE_DIR/tests/simulator/lib.sh"

case_keeps_the_connection() {
    simulator s
    body "$HELLO" '"stream":true'
    url=$SIMULATOR_URL/v1/chat/completions
    curl --noproxy '*' -sS -H 'Content-Type: application/json' --data-binary \
        "@$TEST_DIR/body.json" "$url" "$url" -o /dev/null -o /dev/null
    equal "$(lines_with '"id":[12],"connection":1,' <"$TEST_DIR/s.journal")" 2 \
        "requests on the first connection"
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

case_speaks_tls() {
    certificate
    simulator s --tls "$TEST_DIR/cert.pem" "$TEST_DIR/key.pem"
    contains "$SIMULATOR_URL" "https://127.0.0.1:" "the address"
    stream "" --http1.1 --cacert "$TEST_DIR/cert.pem" >"$TEST_DIR/out"
    equal "$(cat "$TEST_DIR/curl")" 0 "curl's result"
    contains "$(said <"$TEST_DIR/out")" "no model runs here" "the answer"
    stream /drop=100 --http1.1 --cacert "$TEST_DIR/cert.pem" >"$TEST_DIR/out"
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

run_case "$1"
