#!/bin/sh
# test.sh CASE: the official clients, from npm, against the simulator: it must not become a server
# that only our own client understands.

USER_HOME=$HOME
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"

SDK=$BUILD_DIR/sdk

command -v node >/dev/null || skip "Node.js is not installed"
command -v npm >/dev/null || skip "npm is not installed"
[ "$(node -p 'process.versions.node.split(".")[0] >= 20')" = true ] ||
    skip "the official clients need Node.js 20, this is $(node --version)"

# The packages of package-lock.json, fetched once for each change of it. The tests' dead proxies are
# for what is tested; what this user's npm is configured with holds for npm.
install() {
    mkdir -p "$SDK"
    cp "$SOURCE_DIR/tests/simulator/sdk/package.json" "$SDK"
    [ ! -f "$SDK/installed" ] ||
        ! cmp -s "$SOURCE_DIR/tests/simulator/sdk/package-lock.json" "$SDK/installed" || return 0
    cp "$SOURCE_DIR/tests/simulator/sdk/package-lock.json" "$SDK"
    if ! (cd "$SDK" && env -u http_proxy -u https_proxy -u all_proxy HOME="$USER_HOME" npm ci \
        --ignore-scripts --no-audit --no-fund --prefer-offline --cache "$SDK/cache" \
        --fetch-retries 1 --fetch-retry-mintimeout 1000) \
        >"$TEST_DIR/npm.log" 2>&1; then
        if grep -qE 'EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH' \
            "$TEST_DIR/npm.log"; then
            skip "npm's registry cannot be reached, so the official clients cannot be fetched"
        fi
        fail "npm ci did not install the official clients"
    fi
    cp "$SDK/package-lock.json" "$SDK/installed"
}

run() {
    install
    cp "$SOURCE_DIR"/tests/simulator/sdk/*.mjs "$SDK"
    "$BUILD_DIR/bin/sightline-test-picture" png 60 40 ff0000 "$TEST_DIR/red.png"
    simulator s --key a-key
    export SIMULATOR_URL
    PICTURE=$TEST_DIR/red.png node "$SDK/$1.mjs" >"$TEST_DIR/$1.log" 2>&1 ||
        fail "$(grep -A8 -e FAILED -e Error "$TEST_DIR/$1.log" | head -40)"
    contains "$(cat "$TEST_DIR/$1.log")" "ok aborts" "$1"
}

# await_journal PATTERN: the simulator may write it a moment later
await_journal() {
    tries=0
    until grep -q -- "$1" "$TEST_DIR/s.journal"; do
        tries=$((tries + 1))
        [ $tries -lt 500 ] || fail "the journal never said $1"
        sleep 0.02
    done
}

case_openai() {
    run openai
    await_journal '"how":"client closed"'
}

case_anthropic() {
    run anthropic
    await_journal '"how":"client closed"'
}

"case_$1"
