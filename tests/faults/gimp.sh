#!/bin/sh
# gimp.sh: a column of the matrix: every fault that concerns pictures, one after the other in one GIMP
# without a display. What is expected is in faults.txt. GIMP sends no text without a picture, and no video.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/gimp/gimp.sh
. "$SOURCE_DIR/tests/gimp/gimp.sh"

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

at_rest() {
    [ "$(children)" -eq "$CHILDREN" ] && [ "$(descriptors)" -eq "$DESCRIPTORS" ]
}

answered() {
    [ "$(grep -c '"event":"request"' server.journal)" -eq "$(grep -c '"event":"end"' server.journal)" ]
}

# serve PATH PROVIDER FILES
serve() {
    printf '{"provider": "test", "files": {"policy": "%s"}, "providers": {"test": {"like": "stepfun", "model": "step-3.7-flash", "key": null, "base_url": "%s/v1", %s}}}' \
        "$3" "$SIMULATOR_URL${1:+/$1}" "$2" >"$XDG_CONFIG_HOME/sightline/config.json"
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

# cell PATH PROVIDER FILES TASK END SENTENCE
cell() {
    GOOD=yes
    serve "$1" "$2" "$3"
    began=$(milliseconds)
    ask "$4"
    took=$(($(milliseconds) - began))
    judge "$5" "$6"
    said=$(printf '%s' "$SAID" | sed 's/^"failed: *//;s/.*failed: *//;s/"$//;s/|/\//g;/^"done/s/.*//')
    serve "" '"retries": 0' never
    ask -
    case $SAID in *"Picture 1: "*) ;; *) wrong "the next request: $SAID" ;; esac
    now=$(look)
    [ "$now" = "$LOOK" ] || wrong "the image was «$LOOK» and is «$now»"
    until_true 20 "nothing is left in GIMP" at_rest
    echo "| $NAME | picture | GIMP | $5 | $said | $took | $GOOD |" >>"$TABLE"
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
    own_profile
    mkdir -p "$XDG_CONFIG_HOME/sightline" "$BUILD_DIR/faults" "$TEST_DIR/tmp"
    TMPDIR=$TEST_DIR/tmp
    export TMPDIR
    cd "$TEST_DIR"
    mkfifo wanted told
    gimp_start "$(cat "$SOURCE_DIR/tests/faults/gimp.scm") (serve)"
    exec 5>wanted 6<>told
}

start
: >"$TABLE"
: >wrong.log
show "(new-image 300 200 200 50 50)"
serve "" '"retries": 0' never
ask -
until_true 20 "the plug-in has ended" no_plug_in
CHILDREN=$(children) DESCRIPTORS=$(descriptors)
number=100000
grep -v '^#\|^$' "$SOURCE_DIR/tests/faults/faults.txt" | sed 's/ *| */|/g' >rows
while IFS='|' read -r path provider files media task end sentence <&7; do
    case " $media " in *" picture "* | " all ") ;; *) continue ;; esac
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
exec 5>&-
wait "$GIMP_PID" || true
[ ! -s wrong.log ] || fail "$(cat wrong.log)"
