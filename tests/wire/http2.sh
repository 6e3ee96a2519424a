#!/bin/sh
# http2.sh PROGRAM…: runs it beside a simulator that speaks TLS and HTTP/2.
. "$SOURCE_DIR/tests/lib.sh"

command -v openssl >/dev/null || skip "openssl is not installed"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
    -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout "$TEST_DIR/key.pem" \
    -out "$TEST_DIR/cert.pem" 2>"$TEST_DIR/openssl.log" || fail "openssl made no certificate"
simulator sim --tls "$TEST_DIR/cert.pem" "$TEST_DIR/key.pem"
HTTP2_URL=$SIMULATOR_URL HTTP2_CA=$TEST_DIR/cert.pem HTTP2_JOURNAL=$TEST_DIR/sim.journal "$@"
