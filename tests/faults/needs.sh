# A second simulator, which speaks HTTP/2: SECURE_URL, SECURE_JOURNAL.
#
# shellcheck shell=sh

if command -v openssl >/dev/null; then
    plain=$SIMULATOR_URL
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$TEST_DIR/key.pem" -out "$TEST_DIR/cert.pem" \
        2>openssl.log || fail "openssl made no certificate"
    simulator secure --tls "$TEST_DIR/cert.pem" "$TEST_DIR/key.pem"
    SECURE_URL=$SIMULATOR_URL SECURE_JOURNAL=$TEST_DIR/secure.journal SIMULATOR_URL=$plain
    export SECURE_URL SECURE_JOURNAL
fi
