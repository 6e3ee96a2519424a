#!/bin/sh
# simulator.sh CASE: the library against the simulator, which looks at what it was truly sent.
. "$SOURCE_DIR/tests/lib.sh"

ask() {
    "$BUILD_DIR/bin/sightline-test-ask" "$@"
}

picture() {
    "$BUILD_DIR/bin/sightline-test-picture" "$@"
}

# The answer's text, its pieces joined.
text_of() {
    printf '%s\n' "$1" | sed -n 's/^text //p' | tr -d '\n'
}

use() {
    SIGHTLINE_PROVIDER=simulator SIGHTLINE_BASE_URL=$1
    export SIGHTLINE_PROVIDER SIGHTLINE_BASE_URL
}

case_three_pictures_three_answers() {
    simulator sim
    use "$SIMULATOR_URL/v1"
    picture jpg 900 600 ff0000 "$TEST_DIR/red.jpg"
    picture png 300 200 00ff00 "$TEST_DIR/green.png"
    picture webp 1600 400 0000ff "$TEST_DIR/blue.webp"
    contains "$(text_of "$(ask "$TEST_DIR/red.jpg")")" "JPEG, 728×485 pixels" "scaled JPEG"
    contains "$(text_of "$(ask "$TEST_DIR/green.png")")" "PNG, 300×200 pixels" "PNG as it was"
    answer=$(ask "$TEST_DIR/blue.webp")
    contains "$(text_of "$answer")" "728×182 pixels" "scaled WebP"
    contains "$(text_of "$answer")" "blue" "the colour that was sent"
    contains "$answer" "done step-3.7-flash" "the end"
}

case_an_oriented_picture_arrives_upright() {
    simulator sim
    use "$SIMULATOR_URL/v1"
    picture --orientation 6 jpg 400 200 ff0000 ff0000 ff0000 00ff00 00ff00 00ff00 0000ff 0000ff 0000ff \
        "$TEST_DIR/turned.jpg"
    answer=$(text_of "$(ask "$TEST_DIR/turned.jpg")")
    contains "$answer" "200×400 pixels" "turned"
    # Stored as rows of red, green and blue: turned clockwise, each row is blue, green, red.
    contains "$(printf '%s' "$answer" | sed 's/#[0-9a-f]* //g')" "Grid: (blue) (green) (red) / " "the first row"
}

case_transparency_is_white() {
    simulator sim
    use "$SIMULATOR_URL/v1"
    picture --alpha png 60 60 ff000000 "$TEST_DIR/clear.png"
    contains "$(text_of "$(ask "$TEST_DIR/clear.png")")" "#ffffff" "laid on white"
}

case_several_pictures() {
    simulator sim
    use "$SIMULATOR_URL/v1"
    picture png 30 20 ff0000 "$TEST_DIR/a.png"
    picture png 40 20 0000ff "$TEST_DIR/b.png"
    answer=$(text_of "$(ask "$TEST_DIR/a.png" "$TEST_DIR/b.png")")
    contains "$answer" "Picture 1: PNG, 30×20" "the first"
    contains "$answer" "Picture 2: PNG, 40×20" "the second"
}

# What a llama-server can make nothing of is not sent to it, nor sent again.
case_provider_local_is_spared() {
    simulator sim
    use "$SIMULATOR_URL/v1"
    SIGHTLINE_PROVIDER=local
    picture webp 60 40 0000ff "$TEST_DIR/blue.webp"
    contains "$(text_of "$(ask --repeat 2 "$TEST_DIR/blue.webp")")" "JPEG, 60×40 pixels" "a WebP"
    connections=$(sed -n 's/.*"connection":\([0-9]*\).*/\1/p' "$TEST_DIR/sim.journal" | sort -u | wc -l)
    equal "$connections" 2 "connections of two requests"
    SIGHTLINE_BASE_URL=$SIMULATOR_URL/status=500/v1
    answer=$(ask "$TEST_DIR/blue.webp") && fail "it was taken for good: $answer"
    case $answer in *"phase waiting"*) fail "it was asked again: $answer" ;; esac
}

case_an_animation_is_its_first_frame() {
    simulator sim
    use "$SIMULATOR_URL/v1"
    picture --frames 3 gif 30 20 ff0000 "$TEST_DIR/moving.gif"
    answer=$(ask "$TEST_DIR/moving.gif")
    contains "$answer" "note moving.gif is an animation; its first frame is sent" "said so"
    contains "$answer" "done " "accepted"
}

# What a server does, by the simulator's name for it, and what is told of it.
case_faults() {
    simulator sim --key right
    picture png 30 20 ff0000 "$TEST_DIR/a.png"
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    for protocol in chat messages; do
        printf '{"providers": {"simulator": {"retries": 0, "protocol": "%s"}}}' $protocol \
            >"$XDG_CONFIG_HOME/sightline/config.json"
        check_faults
    done
}

check_faults() {
    SIGHTLINE_API_KEY=right
    export SIGHTLINE_API_KEY
    while IFS='|' read -r plan expected; do
        use "$SIMULATOR_URL/reasoning=3/$plan/v1"
        answer=$(ask "$TEST_DIR/a.png") && fail "$protocol, $plan: it was taken for good: $answer"
        contains "$(printf '%s\n' "$answer" | tail -n 1)" "$expected" "$protocol, $plan"
    done <<'END'
status=400|failed “http” 400
status=402|failed “balance” 402
status=404|failed “model” 404
status=429|failed “rate” 429
status=451|failed “moderation” 451
status=500|failed “server” 500
status=503|failed “server” 503
html=502|with a web page instead of an answer
drop=200|the connection ended before the answer did; ask again
no-end|failed “incomplete” 0 the connection ended before the answer did; ask again
error-event=5|failed “server” 0 the server stopped in the middle of the answer
malformed=5|failed “protocol” 0 the server sent something that is no JSON
gzip/status=451|failed “moderation” 451 127.0.0.1 answered 451: The content
bare-error/status=500|failed “server” 500 127.0.0.1 answered 500 with an empty body
empty|failed “protocol” 200 127.0.0.1 answered 200 with an empty body
wrapped/status=451|failed “moderation” 451 127.0.0.1 answered 451: The content you provided
refusal|failed “refused” 0 the model refused to answer
finish=abort|failed “server” 0 the server stopped in the middle of the answer; ask again
finish=length|failed “length” 0 the answer was cut at the model's length limit
finish=content_filter|failed “moderation” 0 the provider's moderation stopped the answer
refuse|it closed the connection without an answer; everything was sent and may be billed
END
    use "$SIMULATOR_URL/v1"
    SIGHTLINE_API_KEY=wrong
    answer=$(ask "$TEST_DIR/a.png") && fail "a wrong key was taken"
    contains "$answer" "failed “key refused” 401" "a wrong key"
    SIGHTLINE_API_KEY=right
    ask "$TEST_DIR/a.png" >/dev/null || fail "the next request did not work"
}

# What must not disturb.
case_oddities() {
    simulator sim
    picture png 30 20 ff0000 "$TEST_DIR/a.png"
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    use "$SIMULATOR_URL/v1"
    plain=$(text_of "$(ask "$TEST_DIR/a.png")")
    for protocol in chat messages; do
        printf '{"providers": {"simulator": {"protocol": "%s"}}}' $protocol \
            >"$XDG_CONFIG_HOME/sightline/config.json"
        check_oddities
    done
}

check_oddities() {
    for plan in split=1 split=7 crlf crlf/split=1 no-usage reasoning=0 unknown-fields gzip stop-in-delta; do
        use "$SIMULATOR_URL/$plan/v1"
        equal "$(text_of "$(ask "$TEST_DIR/a.png")")" "$plain" "$protocol, $plan"
    done
    use "$SIMULATOR_URL/controls/v1"
    answer=$(ask "$TEST_DIR/a.png") || fail "$protocol, control characters: $answer"
    case $answer in *"$(printf '\033')"*) fail "$protocol: an escape came through" ;; esac
    contains "$(text_of "$answer")" "␛" "$protocol: the picture of an escape"
}

case_cancel_in_each_phase() {
    picture png 30 20 ff0000 "$TEST_DIR/a.png"
    picture --noise jpg 1500 1500 808080 "$TEST_DIR/large.jpg"
    simulator sim
    while read -r phase plan file; do
        use "$SIMULATOR_URL/$plan/v1"
        answer=$(ask --cancel-at "$phase" "$TEST_DIR/$file") && fail "$phase: not cancelled"
        equal "$(printf '%s\n' "$answer" | tail -n 1)" "cancelled" "$phase"
    done <<'END'
preparing pace=5 large.jpg
uploading slow-read=50 large.jpg
checking delay=20000 a.png
thinking reasoning=500/pace=20 a.png
answering lines=500/pace=20 a.png
END
}

# The server has the end of an upload at once, whatever the system has still in its buffers.
case_a_cancelled_upload_ends_for_the_server() {
    picture --noise jpg 720 720 808080 "$TEST_DIR/large.jpg"
    simulator sim
    use "$SIMULATOR_URL/slow-read=1000/v1"
    ask --cancel-at checking "$TEST_DIR/large.jpg" >"$TEST_DIR/answer.log" && fail "not cancelled"
    asked=$(date +%s%N)
    until grep -q '"event":"gone"' "$TEST_DIR/sim.journal" 2>/dev/null; do
        [ $(($(date +%s%N) - asked)) -lt 20000000000 ] || fail "the server did not notice"
    done
    # It reads 16 KiB a second of half a megabyte: noticed by then, it was told, not left to read.
    received=$(sed -n 's/.*"event":"gone".*"received":\([0-9]*\).*/\1/p' "$TEST_DIR/sim.journal")
    [ "$received" -lt 100000 ] || fail "the server went on reading: $received bytes"
}

case_an_endless_answer_is_cut_off() {
    picture png 30 20 ff0000 "$TEST_DIR/a.png"
    simulator sim
    use "$SIMULATOR_URL/lines=1000000/v1"
    ask "$TEST_DIR/a.png" >"$TEST_DIR/answer.txt" && fail "it was taken for good"
    contains "$(tail -n 1 "$TEST_DIR/answer.txt")" "failed “too large” 0 the answer does not end" "cut off"
}

certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -addext "subjectAltName=$2" \
        -keyout "$TEST_DIR/$1.key" -out "$TEST_DIR/$1.pem" 2>/dev/null
}

case_tls_is_trusted_by_its_own_authority_only() {
    command -v openssl >/dev/null || skip "openssl is not installed"
    picture png 30 20 ff0000 "$TEST_DIR/a.png"
    certificate good IP:127.0.0.1
    certificate other DNS:elsewhere.example.com
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    simulator good --tls "$TEST_DIR/good.pem" "$TEST_DIR/good.key"
    use "$SIMULATOR_URL/v1"
    answer=$(ask "$TEST_DIR/a.png") && fail "an unknown certificate was trusted"
    contains "$answer" "failed “certificate” 0 $SIMULATOR_URL/v1: its certificate cannot be trusted" \
        "unknown"
    printf '{"providers": {"simulator": {"ca_file": "%s"}}}' "$TEST_DIR/good.pem" \
        >"$XDG_CONFIG_HOME/sightline/config.json"
    contains "$(ask "$TEST_DIR/a.png")" "done step-3.7-flash" "trusted by ca_file"
    simulator other --tls "$TEST_DIR/other.pem" "$TEST_DIR/other.key"
    use "$SIMULATOR_URL/v1"
    printf '{"providers": {"simulator": {"ca_file": "%s"}}}' "$TEST_DIR/other.pem" \
        >"$XDG_CONFIG_HOME/sightline/config.json"
    answer=$(ask "$TEST_DIR/a.png") && fail "a certificate of another name was trusted"
    contains "$answer" "failed “certificate”" "wrong name"
}

# proxied MEMBERS: asks a server of another name by these members of the provider; ANSWER is what comes.
proxied() {
    printf '{"consent":true,"provider":"test","providers":{"test":{"like":"stepfun","model":"step-3.7-flash","key":null,"base_url":"https://model.invalid:%s/v1","ca_file":"%s","retries":0%s}}}' \
        "${SIMULATOR_URL##*:}" "$TEST_DIR/model.invalid.pem" "$1" >"$XDG_CONFIG_HOME/sightline/config.json"
    ANSWER=$(ask "$TEST_DIR/a.png") || :
}

case_a_server_behind_a_proxy() {
    command -v openssl >/dev/null || skip "openssl is not installed"
    unset SIGHTLINE_LOOPBACK_ONLY http_proxy https_proxy all_proxy
    picture png 30 20 ff0000 "$TEST_DIR/a.png"
    certificate model.invalid DNS:model.invalid
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    simulator sim --tls "$TEST_DIR/model.invalid.pem" "$TEST_DIR/model.invalid.key"
    mkfifo "$TEST_DIR/port"
    "$BUILD_DIR/bin/sightline-test-serve" "$TEST_DIR" "$TEST_DIR/proxy.log" "${SIMULATOR_URL##*:}" \
        >"$TEST_DIR/port" &
    SIMULATORS="$SIMULATORS $!"
    read -r number <"$TEST_DIR/port"
    proxy=http://someone:secret@127.0.0.1:$number
    proxied ",\"proxy\":\"$proxy\""
    contains "$ANSWER" "done step-3.7-flash" "by the setting"
    https_proxy=$proxy
    export https_proxy
    proxied ""
    contains "$ANSWER" "done step-3.7-flash" "by the environment"
    equal "$(grep -c "^CONNECT model.invalid:${SIMULATOR_URL##*:} " "$TEST_DIR/proxy.log")" 2 "tunnels"
    equal "$(grep -c '"version":"HTTP/2","method":"POST"' "$TEST_DIR/sim.journal")" 2 "requests over HTTP/2"
    # Both say that it is to be reached without one, which it cannot be.
    proxied ',"proxy":""'
    contains "$ANSWER" "its name could not be found" "none by the setting"
    no_proxy=model.invalid
    export no_proxy
    proxied ""
    contains "$ANSWER" "its name could not be found" "none by the environment"
    equal "$(grep -c '^CONNECT ' "$TEST_DIR/proxy.log")" 2 "tunnels at the end"
    pid=${SIMULATORS##* }
    SIMULATORS=${SIMULATORS% *}
    kill "$pid"
    wait "$pid" || :
}

# What a person gives that is no picture: a sentence each, and nothing is sent.
case_bad_pictures() {
    simulator sim
    use "$SIMULATOR_URL/v1"
    echo "some words" >"$TEST_DIR/words.png"
    picture jpg 300 200 ff0000 "$TEST_DIR/whole.jpg"
    head -c 2000 "$TEST_DIR/whole.jpg" >"$TEST_DIR/cut.jpg"
    picture --header-only 0x0 png 8 8 ff0000 "$TEST_DIR/none.png"
    picture --header-only 30000x30000 png 8 8 ff0000 "$TEST_DIR/bomb.png"
    : >"$TEST_DIR/empty.png"
    while IFS='|' read -r file expected; do
        answer=$(ask "$TEST_DIR/$file") && fail "$file was taken"
        contains "$answer" "$file: " "$file"
        contains "$answer" "$expected" "$file"
    done <<'END'
missing.jpg|failed “file”
words.png|failed “unsupported”
cut.jpg|failed “corrupt”
none.png|failed “corrupt”
bomb.png|failed “too large”
empty.png|failed
END
    answer=$(ask "$TEST_DIR") && fail "a folder was taken"
    contains "$answer" "failed" "a folder"
    if [ -s "$TEST_DIR/sim.journal" ]; then fail "something was sent"; fi
}

# A picture without what reads it; a question of text needs it not.
case_pictures_without_their_module() {
    simulator sim
    use "$SIMULATOR_URL/v1"
    picture png 30 20 ff0000 "$TEST_DIR/a.png"
    mkdir "$TEST_DIR/alone"
    cp "$BUILD_DIR/bin/sightline-test-ask" "$TEST_DIR/alone/"
    ask() { "$TEST_DIR/alone/sightline-test-ask" "$@"; }
    if answer=$(ask "$TEST_DIR/a.png"); then fail "the picture was taken"; fi
    contains "$answer" "a.png: sightline-prepare.so, which reads pictures, cannot be used (it is not there); \
install what is missing, or Sightline again, and start this program anew" "what to do"
    contains "$(ask --check)" "pictures: sightline-prepare.so, which reads pictures, cannot be used" "examined"
    contains "$(text_of "$(ask --task ask --instruction "Who are you?")")" "Answer the question" "a question of text"
    echo "no module" >"$TEST_DIR/alone/sightline-prepare.so"
    if answer=$(ask "$TEST_DIR/a.png"); then fail "the picture was taken"; fi
    contains "$answer" "a.png: sightline-prepare.so, which reads pictures, cannot be used (" "a broken one"
}

"case_$(echo "$1" | tr - _)"
