#!/bin/sh
# program.sh CASE: the program: its options, its start and its end.

# shellcheck source=tests/simulator/lib.sh
. "$SOURCE_DIR/tests/simulator/lib.sh"

case_ends_at_once() {
    simulator s
    stream /stall=10 >/dev/null &
    await_journal '"event":"answer"' >/dev/null
    start=$(date +%s%N)
    end_simulators
    took=$((($(date +%s%N) - start) / 1000000))
    [ $took -lt 1000 ] || fail "with an answer being stalled, SIGTERM took $took ms"
    wait
}

case_says_what_is_wrong() {
    command=$BUILD_DIR/bin/sightline-simulator
    contains "$("$command" --help)" "usage: sightline-simulator" "help"
    for options in --no-such "--port x" "--port 70000" "--pace -1" "--tls x" "argument" --key; do
        status=0
        # shellcheck disable=SC2086 # words
        "$command" $options >/dev/null 2>"$TEST_DIR/out" || status=$?
        equal "$status" 2 "the exit code for $options"
        contains "$(cat "$TEST_DIR/out")" "sightline-simulator: " "$options"
    done
    simulator s
    port=${SIMULATOR_URL##*:}
    status=0
    "$command" --port "$port" 2>"$TEST_DIR/out" || status=$?
    equal "$status" 1 "the exit code for a port that is taken"
    contains "$(cat "$TEST_DIR/out")" "cannot listen on port $port" "a port that is taken"
}

run_case "$1"
