#!/bin/sh
# http2.sh PROGRAM…: runs it beside two simulators that speak TLS: one HTTP/2, the other not.
. "$SOURCE_DIR/tests/lib.sh"

command -v openssl >/dev/null || skip "openssl is not installed"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
    -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout "$TEST_DIR/key.pem" \
    -out "$TEST_DIR/cert.pem" 2>"$TEST_DIR/openssl.log" || fail "openssl made no certificate"
simulator http1 --http1 --tls "$TEST_DIR/cert.pem" "$TEST_DIR/key.pem"
HTTP1_URL=$SIMULATOR_URL
simulator http2 --tls "$TEST_DIR/cert.pem" "$TEST_DIR/key.pem"
HTTP1_URL=$HTTP1_URL HTTP1_JOURNAL=$TEST_DIR/http1.journal \
    HTTP2_URL=$SIMULATOR_URL HTTP2_JOURNAL=$TEST_DIR/http2.journal CA=$TEST_DIR/cert.pem "$@"
