# Sourced after tests/lib.sh: a llama-server on a port of its own, with a tiny vision-language model
# of random weights, as provider `local`. What it says are random bytes without an end.
#
# shellcheck shell=sh
# shellcheck disable=SC2034 # the variables are for those who source this

# blind_server [option…]: starts one that takes no pictures and sets LOCAL_URL to its address, without
# /v1. It has one slot: what is asked while it answers has to wait. It has one thread: two that wait
# for each other on a busy machine take a hundred times as long.
blind_server() {
    command -v llama-server >/dev/null || skip "llama-server is not installed (Debian: llama.cpp-tools)"
    "$BUILD_DIR/bin/sightline-test-model" "$TEST_DIR" || fail "the model could not be made"
    : >"$TEST_DIR/server.log"
    llama-server -m "$TEST_DIR/tiny.gguf" --alias tiny --offline --host 127.0.0.1 --port 0 --no-ui \
        -c 8192 -np 1 -t 1 --no-warmup --fit off --seed 1 --log-colors off \
        "$@" >>"$TEST_DIR/server.log" 2>&1 &
    SIMULATORS="$SIMULATORS $!"
    LOCAL_URL=$(tail -n +1 -f --pid="$!" "$TEST_DIR/server.log" |
        sed -n '/listening on http:/{s/.*listening on //p;q}')
    [ -n "$LOCAL_URL" ] || fail "llama-server did not start"
    contains "$(from_server health)" '"ok"' "the server's health"
}

# local_server [option…]: one that does.
local_server() {
    blind_server --mmproj "$TEST_DIR/mmproj.gguf" "$@"
}

from_server() {
    curl -s --noproxy '*' "$LOCAL_URL/$1"
}

# use_local [OPTIONS [MEMBERS]]: the configuration for it. OPTIONS are members of the provider's
# options besides the limit that an answer without an end needs, MEMBERS are further members of the
# provider.
use_local() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    cat >"$XDG_CONFIG_HOME/sightline/config.json" <<END
{"provider": "local", "providers": {"local": {"base_url": "$LOCAL_URL/v1", "model": "tiny",
 "options": {"max_tokens": 200${1:+, $1}}${2:+, $2}}}}
END
}

# The one answer that --grammar "$GRAMMAR" allows, where its text has to be known: in it are terminal
# controls, a change of the writing direction and a letter of two bytes.
GRAMMAR='root ::= "A red\x1B[2J\x07 \u202Esquare, très rouge."'
SPOKEN='A red␛[2J␇ �square, très rouge.'

# CLOSING: what ends strings, lists and objects is likelier than anything that makes them longer.
# Token 3 is byte 0.
CLOSING='"max_tokens": 4000, "extra": {"logit_bias": [[37, 14], [96, 14], [128, 14], [47, 14]]}'

# slot_is_free: the server works for nobody.
slot_is_free() {
    case $(from_server slots) in
    *'"is_processing":true'*) return 1 ;;
    *'"is_processing":false'*) ;;
    *) fail "the server does not say what its slot does" ;;
    esac
}

# slot_frees: it does within a second, long before the answer would have come to its end.
slot_frees() {
    begin=$(date +%s%N)
    until slot_is_free; do
        [ $(($(date +%s%N) - begin)) -lt 1000000000 ] || fail "the server still works on $1"
    done
    grep -q 'cancel task' "$TEST_DIR/server.log" || fail "the answer had come to its end: $1"
}
