#!/bin/sh
# The terminal that other tests run in.

. "$SOURCE_DIR/tests/lib.sh"

terminal() {
    "$BUILD_DIR/bin/sightline-test-terminal" "$@"
}

case_what_is_typed_and_shown() {
    # shellcheck disable=SC2016 # for the shell in the terminal
    said=$(echo word | terminal sh -c 'test -t 0 && stty size && read -r line && echo "<$line>"; exit 3') &&
        fail "the program's status was lost"
    equal "$?" 3 "the status"
    equal "$(echo "$said" | tr -d '\r' | tr '\n' ' ')" "24 80 <word> " "the screen"
}

case_what_hangs_is_ended_and_told() {
    said=$(terminal -t 1 sh -c 'trap "" HUP TERM; printf "\033[1mhere"; sleep 60 & wait' 2>&1 >screen </dev/null) &&
        fail "a hang was a success"
    equal "$?" 124 "the status"
    contains "$said" "the screen got last" "the reason"
    contains "$said" '^[[1mhere' "the screen"
}

cd "$TEST_DIR" || exit
"case_$(echo "$1" | tr - _)"
