# What a person notices of the plug-in for GIMP: how soon a picture is on its way, beside what GIMP
# itself takes to hand it out, and how long the dialog's loop is away meanwhile. Part of ./dev bench.
#
# shellcheck shell=sh

# in_gimp WORD…: tests/bench/gimp_run.sh with these, in a GIMP of its own.
in_gimp() {
    sh tests/bench/gimp_run.sh "$@" >"$WORK/gimp.txt" 2>&1 ||
        die "bench: GIMP did not come to its end: $(tail -n 5 "$WORK/gimp.txt")"
}

# described MODE CASE MEGAPIXELS
described() {
    say "GIMP, $3 megapixels, $2" >&2
    rm -f "$BENCH_WATCH".* "$BENCH_PROJECTION"
    in_gimp "$1" "$WORK/image.xcf" 7
    # In the order in which they began.
    files=$(grep -l "^sent" "$BENCH_WATCH".* | xargs grep -H "^start" | sort -t " " -k 2n | sed "s/:start.*//")
    # shellcheck disable=SC2086 # names without blanks
    awk -v SUBJECT="Ten layers in GIMP $GIMP_MAJOR, by megapixels" -v CASE="$2" -v SIZE="$3" \
        -f tests/bench/gimp_samples.awk "$BENCH_PROJECTION" $files >>"$SAMPLES"
}

# bench_gimp_size MEGAPIXELS WIDTH HEIGHT
bench_gimp_size() {
    in_gimp paint "$WORK/image.xcf" "$2" "$3"
    described at-once "sent as soon as the dialog is there" "$1"
    described looked-at "sent when the preview is there" "$1"
    described whole "with an answer of 300 lines" "$1"
}

set_up_gimp() {
    export BUILD_DIR="$ROOT/build/bench"
    export GIMP_WARM_PROFILE="$WORK/gimp-profile" BENCH_WATCH="$WORK/watch" BENCH_PROJECTION="$WORK/alone"
    GIMP_MAJOR=2
    [ ! -d "$BUILD_DIR/gimp3" ] || GIMP_MAJOR=3
    export GIMP_MAJOR
    sh tests/gimp/register.sh >"$WORK/gimp.txt" 2>&1 || die "bench: $(tail -n 5 "$WORK/gimp.txt")"
}

bench_gimp() {
    need gimp words
    configure bench -DSIGHTLINE_GIMP=ON
    compile bench
    set_up_gimp
    bench_gimp_size 1 1200 800
    bench_gimp_size 6 3000 2000
    bench_gimp_size 12 4200 2800
    bench_gimp_size 24 6000 4000
}
