#!/bin/sh
# One image in GIMP, described again and again. Part of ./dev bench gimp; expects what the tests of
# GIMP do, and BENCH_BIN. Usage: gimp_run.sh paint FILE WIDTH HEIGHT, or
# gimp_run.sh at-once|looked-at|whole FILE RUNS, which leaves in $BENCH_WATCH and $BENCH_PROJECTION
# what was seen.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/gimp/gimp.sh
. "$SOURCE_DIR/tests/gimp/gimp.sh"
# shellcheck source=tests/gimp/display.sh
. "$SOURCE_DIR/tests/gimp/display.sh"

words=$(cat "$SOURCE_DIR/tests/bench/gimp_image.scm")
case $GIMP_MAJOR in
2)
    save="(define (save image file) (gimp-xcf-save 0 image (top-layer image) file file))"
    project="(define (project image)
        (plug-in-sightline-bench-projection RUN-NONINTERACTIVE image (top-layer image)))"
    ;;
*)
    save="(define (save image file) (gimp-file-save RUN-NONINTERACTIVE image file))"
    project="(define (project image)
        (plug-in-sightline-bench-projection #:image image #:drawables (vector (top-layer image))))"
    ;;
esac

paint() {
    gimp "$words $save (save (paint-image $2 $3) \"$1\") (say \"painted\" \"yes\")"
    said painted >/dev/null
}

sent() {
    grep -qs '^sent' "$BENCH_WATCH".*
}

# describe_once MODE NUMBER: the dialog is there, or will be.
describe_once() {
    focus '^Describe Image$'
    [ "$1" = at-once ] || settle
    press alt+d
    until_true 20 "something was sent" sent
    [ "$1" != whole ] || until_true 20 "the answer is whole" request_ended "$2" complete
    mkdir -p "$BENCH_WATCH"
    press Escape
    until_true 10 "the plug-in has ended" no_plug_in
    mv "$BENCH_WATCH".* "$BENCH_WATCH/"
}

# runs MODE FILE RUNS: before each, what GIMP alone takes; the first time it composes the layers.
runs() {
    export LD_PRELOAD="$BENCH_BIN/sightline-bench-watch.so" BENCH_PROGRAM=sightline
    export GDK_CORE_DEVICE_EVENTS=1
    mkdir -p "$PROFILE/plug-ins/sightline-bench-projection"
    cp "$BENCH_BIN/sightline-bench-projection" "$PROFILE/plug-ins/sightline-bench-projection/"
    script=
    for _ in $(seq "$3"); do
        script="$script (project image) (describe-in RUN-INTERACTIVE image)"
    done
    gimp_start "$project (let ((image (open-image \"$2\"))) (project image) $script)"
    for number in $(seq "$3"); do describe_once "$1" "$number"; done
    wait "$GIMP_PID" || true
}

own_profile
case $1 in
paint) paint "$2" "$3" "$4" ;;
*)
    start_display
    simulator server
    store_nothing
    use_simulator pace=5/lines=300
    runs "$@"
    ;;
esac
