#!/bin/sh
# gimp.sh CASE: what goes wrong while GIMP asks. The column of the matrix has every fault that concerns
# pictures, one after the other in one GIMP without a display; what is expected is in faults.txt. GIMP
# sends no text without a picture, and no video.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/gimp/gimp.sh
. "$SOURCE_DIR/tests/gimp/gimp.sh"
# shellcheck source=tests/gimp/display.sh
. "$SOURCE_DIR/tests/gimp/display.sh"

TABLE=$BUILD_DIR/faults/gimp-picture.md

# gimp_says FORM: has GIMP carry it out, and sets SAID.
gimp_says() {
    printf '%s\n' "$1" >&5
    read -r SAID <&6
}

children() {
    cat /proc/"$GIMP_PID"/task/*/children | wc -w
}

descriptors() {
    set -- /proc/"$GIMP_PID"/fd/*
    echo $#
}

# Scripts run on, and what loaded GIMP's own icons ends when it has had nothing to do for a while.
scripts_alone() {
    # shellcheck disable=SC2013 # numbers, all in a line
    for child in $(cat /proc/"$GIMP_PID"/task/*/children); do
        grep -q script-fu "/proc/$child/cmdline" || return 1
    done
}

left_nothing() {
    [ "$(children)" -eq "$CHILDREN" ] && [ "$(descriptors)" -eq "$DESCRIPTORS" ]
}

answered() {
    [ "$(grep -c '"event":"request"' "$JOURNAL")" -eq "$(grep -c '"event":"end"' "$JOURNAL")" ]
}

# way NAME: how it is asked from now on, see faults.txt.
way() {
    URL=$SIMULATOR_URL JOURNAL=server.journal MEMBERS='"protocol": "chat"' WORDS=
    case $1 in
    messages) URL=$SIMULATOR_URL/api MEMBERS='"protocol": "messages"' WORDS=', Messages' ;;
    http2) URL=$SECURE_URL JOURNAL=secure.journal MEMBERS="\"ca_file\": \"$TEST_DIR/cert.pem\"" WORDS=', HTTP/2' ;;
    esac
}

# serve PATH PROVIDER FILES
serve() {
    printf '{"provider": "test", "files": {"policy": "%s"}, "providers": {"test": {"like": "stepfun", "model": "step-3.7-flash", "key": null, "base_url": "%s/v1", %s, %s}}}' \
        "$3" "$URL${1:+/$1}" "$MEMBERS" "$2" >"$XDG_CONFIG_HOME/sightline/config.json"
}

# As it is on the screen, as it would be saved, and what GIMP has of it.
look() {
    gimp_says "(begin (snapshot IMAGE \"$TEST_DIR/snapshot\") (state-of IMAGE))"
    echo "$SAID $(cksum <snapshot) $(ls "$TMPDIR")"
}

ask() {
    case $1 in
    json) gimp_says '(attempt (lambda () (run-task IMAGE "chart" "")))' ;;
    *) gimp_says '(attempt (lambda () (describe IMAGE)))' ;;
    esac
    until_true 20 "the server has seen the end" answered
}

wrong() {
    echo "$NAME: $*" >>wrong.log
    GOOD=NO
}

# judge END SENTENCE
judge() {
    case $1.$SAID in
    done.\"done:*) ;;
    done.*) wrong "it failed: $SAID" ;;
    *.\"done:*) wrong "it did not fail: $SAID" ;;
    *)
        # shellcheck disable=SC2254 # a pattern
        case $SAID in *$2*) ;; *) wrong "expected «$2», got $SAID" ;; esac
        ;;
    esac
}

# By the system's up-time, which tells hundredths of a second.
milliseconds() {
    read -r up _ </proc/uptime
    echo "${up%.*}${up#*.}0"
}

# as_before: the image and GIMP, and the next request works.
as_before() {
    serve "" '"retries": 0' never
    ask -
    case $SAID in *"Picture 1: "*) ;; *) wrong "the next request: $SAID" ;; esac
    now=$(look)
    [ "$now" = "$LOOK" ] || wrong "the image was «$LOOK» and is «$now»"
    until_true 20 "nothing is left in GIMP" left_nothing
}

# cell PATH PROVIDER FILES TASK END SENTENCE
cell() {
    GOOD=yes
    serve "$1" "$2" "$3"
    began=$(milliseconds)
    ask "$4"
    took=$(($(milliseconds) - began))
    judge "$5" "$6"
    said=$(printf '%s' "$SAID" | sed 's/^"failed: *//;s/.*failed: *//;s/"$//;s/|/\//g;/^"done/s/.*//')
    as_before
    echo "| $NAME | picture$WORDS | GIMP | $5 | $said | $took | $GOOD |" >>"$TABLE"
}

# show FORM: the image that is asked about from now on, and how it is to stay.
show() {
    gimp_says "(begin (set! IMAGE $1) (mark-clean IMAGE) \"\")"
    LOOK=$(look)
}

# One that is large enough to be stored and was not there before.
show_another() {
    "$BUILD_DIR/bin/sightline-test-picture" --noise jpg 500 400 "$1" "$TEST_DIR/$1.jpg" ||
        fail "a test picture could not be made"
    gimp_says '(begin (gimp-image-delete IMAGE) "")'
    show "(open-image \"$TEST_DIR/$1.jpg\")"
}

start() {
    simulator server
    # shellcheck source=tests/faults/needs.sh
    . "$SOURCE_DIR/tests/faults/needs.sh"
    way chat
    own_profile
    mkdir -p "$XDG_CONFIG_HOME/sightline" "$BUILD_DIR/faults" "$TEST_DIR/tmp"
    TMPDIR=$TEST_DIR/tmp
    export TMPDIR
    cd "$TEST_DIR"
    mkfifo wanted told
    gimp_start "$(cat "$SOURCE_DIR/tests/faults/gimp.scm") (serve)"
    exec 5>wanted 6<>told
}

# The first request, after which GIMP holds what it will hold.
begin() {
    start
    : >wrong.log
    NAME=first
    show "(new-image 300 200 200 50 50)"
    serve "" '"retries": 0' never
    ask -
    until_true 60 "GIMP is at rest" scripts_alone
    CHILDREN=$(children) DESCRIPTORS=$(descriptors)
}

finish() {
    exec 5>&-
    wait "$GIMP_PID" || true
    [ ! -s wrong.log ] || fail "$(cat wrong.log)"
}

# rows WAY STEP: every so many of those that concern pictures.
rows() {
    way "$1"
    sed 's/ *| */|/g' "$SOURCE_DIR/tests/faults/faults.txt" | awk -F'|' -v way="$1" -v "step=$2" '
        function has(list, word) { return list == "all" || index(" " list " ", " " word " ") }
        !/^#|^$/ && has($4, "picture") && has($5, way) && ++count % step == 0' >rows
    while IFS='|' read -r path provider files _ _ task end sentence <&7; do
        NAME=$path
        if [ "$files" = - ]; then
            files=never
        else
            number=$((number + 1))
            show_another $number
            NAME="$path (stored)"
        fi
        [ "$provider" != - ] || provider='"retries": 0'
        cell "$path" "$provider" "$files" "$task" "$end" "$sentence"
    done 7<rows
}

# GIMP starts the plug-in anew for each request: ./dev faults tries all, in each way, the suite one row in
# four.
case_picture() {
    begin
    : >"$TABLE"
    number=100000
    if [ -z "${SIGHTLINE_ALL_FAULTS-}" ]; then
        rows chat 4
    else
        for way in chat messages ${SECURE_URL+http2}; do
            rows "$way" 1
        done
    fi
    finish
}

plug_in_there() {
    PLUG_IN_PID=$(plug_ins)
    [ -n "$PLUG_IN_PID" ]
}

case_plug_in_is_killed() {
    begin
    for plan in slow-read=1000 delay=60000 pace=20/lines=1000; do
        NAME=$plan
        show_another $((number = ${number-200000} + 1))
        serve $plan '"retries": 0' never
        gone=$(grep -c '"how":"client closed"' server.journal || :)
        printf '%s\n' '(attempt (lambda () (describe IMAGE)))' >&5
        until_true 20 "the plug-in runs" plug_in_there
        case $plan in
        slow-*) until_true 20 "something is sent" connected ;;
        *) until_true 20 "the server was asked" grep -q "\"path\":\"/$plan/" server.journal ;;
        esac
        contains "$(tr -s ' ' <"/proc/$PLUG_IN_PID/limits")" "Max core file size 1 1" "the limit"
        kill -9 "$PLUG_IN_PID"
        read -r SAID <&6
        case $SAID in \"failed:*) ;; *) wrong "it did not fail: $SAID" ;; esac
        until_true 20 "the server has noticed" noticed $((gone + 1))
        as_before
    done
    finish
}

# connected: the server has somebody else than who waits for one.
connected() {
    awk -v port="$(printf ':%04X' "${SIMULATOR_URL##*:}")" \
        'substr($3, length($3) - 4) == port && $4 == "01" { found = 1 } END { exit !found }' /proc/net/tcp
}

noticed() {
    [ "$(grep -c '"how":"client closed"' server.journal)" -ge "$1" ]
}

asked_more_than() {
    [ "$(grep -c '"event":"request"' server.journal)" -gt "$1" ] && answered
}

# The sentence is in the dialog, from where it is copied into the next question.
case_dialog() {
    start_display
    begin
    while IFS='|' read -r path provider sentence <&7; do
        NAME=$path
        serve "$path" "$provider" never
        count=$(grep -c '"event":"request"' server.journal)
        printf '%s\n' '(attempt (lambda () (describe-in RUN-INTERACTIVE IMAGE)))' >&5
        focus '^Describe Image$'
        press Return
        until_true 20 "the server was asked" asked_more_than "$count"
        settle
        press alt+l Tab Tab Tab Tab ctrl+c alt+i ctrl+v
        settle
        serve "" '"retries": 0' never
        press alt+d
        until_true 20 "the server was asked again" asked_more_than $((count + 1))
        body_has $((count + 2)) "$sentence" || wrong "the dialog does not say «$sentence»"
        settle
        press Escape
        read -r SAID <&6
        as_before
    done 7<<'ROWS'
status=503|"retries": 0|answered 503: The server is overloaded, please try again later; the server has a problem; wait a little and ask again
refuse|"retries": 0|everything was sent and may be billed, so it was not sent again; ask again
silent|"retries": 0, "timeouts": {"first_byte": 1}|no answer began within 1 s; ask for less at once
empty|"retries": 0|answered 200 with an empty body; check the base URL
ROWS
    finish
}

"case_$(echo "$1" | tr - _)"
