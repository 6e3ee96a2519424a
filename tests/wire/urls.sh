#!/bin/sh
# urls.sh CASE: media by their addresses, from a web server on this machine, against the simulator.
. "$SOURCE_DIR/tests/lib.sh"

ask() {
    "$BUILD_DIR/bin/sightline-test-ask" "$@"
}

picture() {
    "$BUILD_DIR/bin/sightline-test-picture" "$@"
}

# use [PLAN]: the simulator with this instruction.
use() {
    SIGHTLINE_PROVIDER=simulator
    SIGHTLINE_BASE_URL=$SIMULATOR_URL${1:+/$1}/v1
    SIGHTLINE_API_KEY=sk-that-stays-here
    export SIGHTLINE_PROVIDER SIGHTLINE_BASE_URL SIGHTLINE_API_KEY
}

configure() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    printf '{%s}' "$1" >"$XDG_CONFIG_HOME/sightline/config.json"
}

# serve: a web server for $TEST_DIR/web; sets SITE
serve() {
    mkdir -p "$TEST_DIR/web"
    mkfifo "$TEST_DIR/port"
    "$BUILD_DIR/bin/sightline-test-serve" "$TEST_DIR/web" "$TEST_DIR/web.log" >"$TEST_DIR/port" &
    SERVER=$!
    trap 'kill $SERVER; at_exit' EXIT
    read -r port <"$TEST_DIR/port"
    SITE=http://127.0.0.1:$port
}

text_of() {
    printf '%s\n' "$1" | sed -n 's/^text //p' | tr -d '\n'
}

asked_for() {
    sed -n 's/^GET \([^ ]*\) .*/\1/p' "$TEST_DIR/web.log" 2>/dev/null | tr '\n' ' ' | sed 's/ $//'
}

case_who_gets_what() {
    simulator sim
    serve
    use
    picture --alpha png 60 60 ff000000 "$TEST_DIR/web/clear.png"
    picture jpg 90 60 00ff00 "$TEST_DIR/web/green.jpg"
    cp "$TEST_DIR/web/clear.png" "$TEST_DIR/web/picture"
    answer=$(text_of "$(ask "$SITE/clear.png")")
    contains "$answer" "60×60 pixels" "got here"
    contains "$answer" "#ffffff" "and laid on white"
    contains "$(text_of "$(ask "$SITE/picture?x=1")")" "#ffffff" "one without an ending"
    equal "$(asked_for)" "/clear.png /picture?x=1" "what was got"
    contains "$(text_of "$(ask "$SITE/green.jpg?size=1")")" "$SITE/green.jpg?size=1, which nobody fetched" \
        "a JPEG is passed"
    contains "$(text_of "$(ask --task video "$SITE/clip.mp4")")" "which nobody fetched" "a video too"
    configure '"urls": "pass"'
    contains "$(text_of "$(ask "$SITE/clear.png")")" "which nobody fetched" "pass"
    equal "$(asked_for)" "/clear.png /picture?x=1" "nothing more was got"
    configure '"urls": "fetch"'
    contains "$(text_of "$(ask "$SITE/green.jpg")")" "JPEG, 90×60 pixels" "fetch"
    configure '"urls": "perhaps"'
    answer=$(ask "$SITE/green.jpg") && fail "a strange policy was taken"
    contains "$answer" "“urls” must be one of auto, pass, fetch" "a strange policy"
    lacks "$(cat "$TEST_DIR/web.log")" "sk-that-stays-here" "the web server was told"
    lacks "$(cat "$TEST_DIR/web.log")" "uthorization" "the web server was told"
}

case_a_provider_that_takes_no_addresses() {
    simulator sim
    serve
    use
    SIGHTLINE_PROVIDER=local
    picture jpg 90 60 00ff00 "$TEST_DIR/web/green.jpg"
    contains "$(text_of "$(ask "$SITE/green.jpg")")" "JPEG, 90×60 pixels" "got here"
}

# Its server cannot reach it, as it would be with an intranet's.
case_what_the_server_cannot_download_is_got_here() {
    simulator sim
    serve
    picture jpg 90 60 00ff00 "$TEST_DIR/web/green.jpg"
    configure '"providers": {"simulator": {"retries": 0}}'
    use times=1/status=400
    answer=$(ask --save "$TEST_DIR/talk.json" "$SITE/green.jpg") || fail "not mended: $answer"
    contains "$(text_of "$answer")" "JPEG, 90×60 pixels" "got here"
    contains "$answer" "note simulator could not use an address; what it leads to is sent instead" "said"
    equal "$(grep -c '"event":"request"' "$TEST_DIR/sim.journal")" 2 "asked once more"
    lacks "$(cat "$TEST_DIR/talk.json")" "$SITE" "the conversation has the picture"
    # Where it cannot be got here either, the server's refusal is what is told.
    use times=1/status=400/split=1000
    answer=$(ask "$SITE/missing.jpg") && fail "it was taken for good"
    contains "$answer" "note missing.jpg: its server answered 404" "why not here"
    contains "$(printf '%s\n' "$answer" | tail -n 1)" "failed “http” 400 127.0.0.1 answered 400" "why"
    use status=400
    : >"$TEST_DIR/web.log"
    answer=$(ask "$SITE/green.jpg") && fail "it was taken for good"
    equal "$(asked_for)" "/green.jpg" "got once"
}

# Of pictures that are described in groups too, in the group that was refused.
case_what_the_server_cannot_download_of_a_group() {
    simulator sim
    serve
    for name in a b c; do
        picture jpg 90 60 00ff00 "$TEST_DIR/web/$name.jpg"
    done
    configure '"providers": {"simulator": {"retries": 0}},
        "models": {"step-3.7-flash": {"max_pictures": 2}}'
    use times=1/status=400
    answer=$(ask "$SITE/a.jpg" "$SITE/b.jpg" "$SITE/c.jpg") || fail "not mended: $answer"
    contains "$answer" "note simulator could not use an address; what it leads to is sent instead" "said"
    equal "$(grep -c '"event":"request"' "$TEST_DIR/sim.journal")" 4 "two groups, one again, the question"
    case $(asked_for) in
    /a.jpg | '/b.jpg /c.jpg') ;;
    *) fail "got here: $(asked_for)" ;;
    esac
}

case_what_cannot_be_got() {
    simulator sim
    serve
    use
    answer=$(ask "$SITE/missing.png") || fail "it is not left to the server: $answer"
    contains "$answer" "note missing.png: its server answered 404; save what it leads to and name the \
file; simulator is given its address instead" "left to the server"
    configure '"urls": "fetch"'
    echo "some words" >"$TEST_DIR/web/words.png"
    : >"$TEST_DIR/web/empty.png"
    while IFS='|' read -r path expected; do
        answer=$(ask "$SITE$path") && fail "$path was taken"
        contains "$answer" "$expected" "$path"
    done <<END_OF_ROWS
/missing.png|failed “http” 404 missing.png: its server answered 404
/words.png|failed “unsupported” 0 words.png:
/empty.png|empty.png: the address leads to nothing
/endless|failed “too large” 0 endless: what the address leads to is over 128 MB
/to?$SITE/to?$SITE/to?$SITE/to?$SITE/to?$SITE/to?$SITE/x|leads from one address to the next
/to?ftp://127.0.0.1/x|could not be got
/to?file:///etc/passwd|could not be got
END_OF_ROWS
}

# Redirects within what the person wrote are followed, and lead nowhere else in the own network.
case_the_own_network_is_reached_by_a_written_address_alone() {
    simulator sim
    serve
    use
    configure '"urls": "fetch"'
    picture png 60 40 ff0000 "$TEST_DIR/web/red.png"
    contains "$(text_of "$(ask "$SITE/to?$SITE/red.png")")" "PNG, 60×40" "a redirect on the same host"
    : >"$TEST_DIR/web.log"
    answer=$(ask --found "$SITE/red.png") && fail "an address of a document was followed"
    contains "$answer" "failed “invalid” 0 red.png: it leads into a private network" "of a document"
    equal "$(asked_for)" "" "nothing was connected"
    for other in "http://127.0.0.2:${SITE##*:}/red.png" "http://localhost:${SITE##*:}/red.png" \
        "http://[::1]:${SITE##*:}/red.png" "http://2130706433:${SITE##*:}/red.png?" \
        "http://169.254.169.254/latest" "http://[::ffff:10.0.0.1]/x" "http://printer.local/x"; do
        answer=$(ask "$SITE/to?$other") && case $other in *2130706433*) continue ;; esac && fail "$other was reached"
        contains "$answer" "it leads into a private network" "$other"
    done
    configure ''
    answer=$(ask --found "$SITE/red.png") && fail "it was told the server"
    lacks "$(cat "$TEST_DIR"/sim.bodies/*.body)" "red.png" "what the server was told"
}

"case_$(echo "$1" | tr - _)"
