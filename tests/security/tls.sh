#!/bin/sh
# tls.sh CASE: what a server of the other side can talk us into.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"

cd "$TEST_DIR" || exit
command -v openssl >/dev/null || skip "openssl is not installed"
KEY=sk-that-goes-nowhere-else
export TEST_DIR

ask() {
    "$BUILD_DIR/bin/sightline-test-ask" "$@"
}

"$BUILD_DIR/bin/sightline-test-picture" png 30 20 ff0000 small.png
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    -keyout own.key -out own.pem 2>certificate.log || fail "$(cat certificate.log)"

# configure BASE_URL
configure() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    printf '{"provider":"test","providers":{"test":{"base_url":"%s","model":"step-3.7-flash","like":"stepfun","key_env":"MY_KEY","ca_file":"%s","retries":0,"timeouts":{"first_byte":5}}}}' \
        "$1" "$TEST_DIR/own.pem" >"$XDG_CONFIG_HOME/sightline/config.json"
    MY_KEY=$KEY
    export MY_KEY
}

# tls_server OPTION…: a server of openssl's; sets TLS_URL
tls_server() {
    openssl s_server -accept 127.0.0.1:0 -cert own.pem -key own.key -HTTP "$@" >accept.log 2>&1 &
    SIMULATORS="$SIMULATORS $!"
    deadline=$(($(date +%s) + 20))
    until TLS_PORT=$(sed -n 's/^ACCEPT .*:\([0-9]*\)$/\1/p' accept.log) && [ -n "$TLS_PORT" ]; do
        [ "$(date +%s)" -lt "$deadline" ] || fail "openssl does not listen: $(cat accept.log)"
        sleep 0.02
    done
    TLS_URL=https://127.0.0.1:$TLS_PORT
}

end_server() {
    pid=${SIMULATORS##* }
    SIMULATORS=${SIMULATORS% *}
    kill "$pid"
    wait "$pid" || :
}

# A system that allows old versions does not make us speak one.
case_an_old_version_is_refused() {
    printf 'openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = old\n[old]\nMinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n' \
        >old.cnf
    OPENSSL_CONF=$TEST_DIR/old.cnf
    export OPENSSL_CONF
    tls_server -tls1_1
    openssl s_client -connect "127.0.0.1:$TLS_PORT" </dev/null 2>&1 | grep -q 'TLSv1\.1' ||
        skip "nothing here speaks TLS 1.1 any more"
    configure "$TLS_URL/v1"
    answer=$(ask small.png) && fail "TLS 1.1 was spoken"
    contains "$answer" "failed “certificate” 0 $TLS_URL/v1" "the sentence"
    contains "$(cat accept.log)" "unsupported protocol" "the server's reason"
    end_server
}

# Neither the key nor a picture follows a redirect to another origin: to plain http on the same
# machine, or to another port.
case_a_redirect_takes_no_key_along() {
    simulator plain
    plain=$SIMULATOR_URL
    simulator other --tls own.pem own.key
    other=$SIMULATOR_URL
    for target in "$plain" "$other"; do
        name=first${target##*:}
        simulator "$name" --tls own.pem own.key
        configure "$SIMULATOR_URL/redirect=$(echo "$target" | sed 's|:|%3A|g; s|/|%2F|g')/v1"
        answer=$(ask small.png) && fail "the redirect to $target was followed"
        contains "$answer" "it points to $target/v1/chat/completions, which is not followed" "$target"
        contains "$(cat "$name.journal")" "Bearer $KEY" "the first server"
    done
    [ ! -s plain.journal ] || fail "plain http got: $(cat plain.journal)"
    [ ! -s other.journal ] || fail "another port got: $(cat other.journal)"
}

# A proxy is told where to connect to, and sees neither the key nor what is asked.
case_a_proxy_sees_no_key() {
    unset SIGHTLINE_LOOPBACK_ONLY http_proxy https_proxy all_proxy
    mkfifo port
    "$BUILD_DIR/bin/sightline-test-serve" "$TEST_DIR" proxy.log >port &
    SIMULATORS="$SIMULATORS $!"
    read -r number <port
    configure https://elsewhere.example.com/v1
    sed -i "s|\"key_env\"|\"proxy\":\"http://127.0.0.1:$number\",&|; s|^{|{\"consent\":true,|" \
        "$XDG_CONFIG_HOME/sightline/config.json"
    answer=$(ask small.png) && fail "there was an answer"
    contains "$answer" "the proxy answered 407" "the sentence"
    contains "$(cat proxy.log)" "CONNECT elsewhere.example.com:443" "what the proxy sees"
    lacks "$(cat proxy.log)" "$KEY" "what the proxy sees"
    lacks "$(cat proxy.log)" "POST" "what the proxy sees"
    end_server
}

# Without ca_file the system's authorities are believed, with one nobody but those in it. The system's are
# replaced in a namespace.
case_the_systems_authorities_are_believed_or_ones_own() {
    authorities=$(curl-config --ca 2>/dev/null) || :
    [ -f "${authorities:=/etc/ssl/certs/ca-certificates.crt}" ] || skip "libcurl's authorities are not known"
    unshare -rm true 2>/dev/null || skip "no file systems can be mounted here"
    simulator main --tls own.pem own.key
    cp own.pem systems.pem
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout other.key -out other.pem \
        2>certificate.log || fail "$(cat certificate.log)"
    configure "$SIMULATOR_URL/v1"
    cp "$XDG_CONFIG_HOME/sightline/config.json" config
    export BUILD_DIR
    status=0
    # shellcheck disable=SC2016 # expanded there
    unshare -rm sh -c 'mount --bind systems.pem "$1" || exit 77
        sed "s|,\"ca_file\":\"[^\"]*\"||" config >"$2"
        "$BUILD_DIR/bin/sightline-test-ask" small.png >system.txt
        sed "s|own.pem|other.pem|" config >"$2"
        "$BUILD_DIR/bin/sightline-test-ask" small.png >other.txt
        true' sh "$authorities" "$XDG_CONFIG_HOME/sightline/config.json" || status=$?
    [ "$status" -eq 0 ] || skip "a file cannot be mounted here"
    contains "$(cat system.txt)" "done step-3.7-flash" "the system's"
    contains "$(cat other.txt)" "its certificate cannot be trusted" "another's"
}

# A picture's address too may not lead from https to http; from https to https it may. libcurl's own
# authorities are replaced in a namespace, since what is got by its address has no ca_file.
case_an_address_is_not_led_to_plain_http() {
    authorities=$(curl-config --ca 2>/dev/null) || :
    [ -f "${authorities:=/etc/ssl/certs/ca-certificates.crt}" ] || skip "libcurl's authorities are not known"
    unshare -rm true 2>/dev/null || skip "no file systems can be mounted here"
    simulator main
    mkdir web
    cp small.png web/
    mkfifo port
    "$BUILD_DIR/bin/sightline-test-serve" web web.log >port &
    SIMULATORS="$SIMULATORS $!"
    read -r number <port
    tls_server -tls1_3
    printf 'HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n' | cat - small.png >secure.png
    printf 'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%s/small.png\r\nConnection: close\r\n\r\n' "$number" >down.png
    printf 'HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:%s/secure.png\r\nConnection: close\r\n\r\n' "$TLS_PORT" >across.png
    SIGHTLINE_PROVIDER=simulator SIGHTLINE_BASE_URL=$SIMULATOR_URL/v1
    export SIGHTLINE_PROVIDER SIGHTLINE_BASE_URL TLS_URL BUILD_DIR
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    echo '{"urls": "fetch"}' >"$XDG_CONFIG_HOME/sightline/config.json"
    status=0
    # shellcheck disable=SC2016 # expanded there
    unshare -rm sh -c 'mount --bind own.pem "$1" || exit 77
        "$BUILD_DIR/bin/sightline-test-ask" "$TLS_URL/across.png" >across.txt
        "$BUILD_DIR/bin/sightline-test-ask" "$TLS_URL/down.png" >down.txt
        true' sh "$authorities" || status=$?
    [ "$status" -eq 0 ] || skip "a file cannot be mounted here"
    contains "$(cat across.txt)" "done step-3.7-flash" "from https to https"
    contains "$(cat down.txt)" "failed “http” 0 down.png: it leads from https to plain http" "from https to http"
    [ ! -s web.log ] || fail "plain http was asked: $(cat web.log)"
    for _ in 1 2; do end_server; done
}

"case_$(echo "$1" | tr - _)"
