# Sourced by the simulator's tests, whose cases all go by curl: how a request is made, how an answer is
# read, and how the journal is waited for.
#
# shellcheck shell=sh disable=SC2034 # what is set here is used there

# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"

PICTURE=$BUILD_DIR/bin/sightline-test-picture
GRID="ff0000 00ff00 0000ff ffff00 00ffff ff00ff 000000 808080 ffffff"
GRID_SAID="Grid: #ff0000 (red) #00ff00 (green) #0000ff (blue) / #ffff00 (yellow) #00ffff (cyan)"
GRID_SAID="$GRID_SAID #ff00ff (magenta) / #000000 (black) #808080 (grey) #ffffff (white)"
HELLO='"Hello, what is this?"'
API=/v1/chat/completions

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

# messages JSON [more top-level fields]: a request with these messages
messages() {
    printf '{"model":"step-3.7-flash","messages":[%s]%s}' "$1" "${2:+,$2}" >"$TEST_DIR/body.json"
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

# ask INSTRUCTIONS [curl option…]: sends body.json; the answer's body goes to stdout, its head to
# $TEST_DIR/head and curl's own exit code to $TEST_DIR/curl
ask() {
    path=$1
    shift
    status=0
    curl --noproxy '*' -sSN -D "$TEST_DIR/head" -H 'Content-Type: application/json' \
        --data-binary "@$TEST_DIR/body.json" "$@" "$SIMULATOR_URL$path$API" \
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

# count_of WORD TEXT: how often it stands in there
count_of() {
    printf '%s' "$2" | grep -o -- "$1" | lines_with .
}

lacks() {
    case $1 in *"$2"*) fail "$3: did not expect «$2» in «$1»" ;; esac
}

# get PATH [curl option…]
get() {
    path=$1
    shift
    curl --noproxy '*' -sS -D "$TEST_DIR/head" "$@" "$SIMULATOR_URL$path"
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

refuse_body() {
    printf '%s' "$1" >"$TEST_DIR/body.json"
    refused "$1" "$2"
}

refuse_content() {
    body "$1"
    refused "$1" "$2"
}

# send_in_background INSTRUCTIONS [curl option…]: sets `client` to the process that sends body.json
# and waits for the answer
send_in_background() {
    path=$1
    shift
    curl --noproxy '*' -s -H 'Content-Type: application/json' -o /dev/null --data-binary \
        "@$TEST_DIR/body.json" "$@" "$SIMULATOR_URL$path$API" &
    client=$!
}

# Kills that process as soon as some of its first upload was received.
break_upload() {
    tries=0
    until [ -s "$TEST_DIR/s.bodies/1.body" ]; do
        tries=$((tries + 1))
        [ $tries -lt 500 ] || fail "nothing of the upload was received"
        sleep 0.02
    done
    kill "$client"
    wait "$client" || true
}

certificate() {
    command -v openssl >/dev/null || skip "openssl is not installed"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout "$TEST_DIR/key.pem" \
        -out "$TEST_DIR/cert.pem" 2>"$TEST_DIR/openssl.log" || fail "openssl made no certificate"
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

# run_case CASE
run_case() {
    "case_$(echo "$1" | tr - _)"
    end_simulators
}
