# What a person notices of the plug-in for GIMP: how soon a picture is on its way, beside what GIMP
# itself takes to hand it out, and how long the dialog's loop is away meanwhile. Part of ./dev bench.
#
# shellcheck shell=sh

# in_gimp WORD…: tests/bench/gimp_run.sh with these, in a GIMP of its own.
in_gimp() {
    sh tests/bench/gimp_run.sh "$@" >"$WORK/gimp.txt" 2>&1 ||
        die "bench: GIMP did not come to its end: $(tail -n 5 "$WORK/gimp.txt")"
}

# described MODE FILE WHAT: a row.
described() {
    rm -rf "$BENCH_WATCH" "$BENCH_PROJECTION"
    in_gimp "$1" "$2" 7
    # In the order in which they began.
    files=$(grep -l "^sent" "$BENCH_WATCH"/* | xargs grep -H "^start" | sort -t " " -k 2n | sed "s/:start.*//")
    # shellcheck disable=SC2086 # names without blanks
    awk -v WHAT="$3" -f tests/bench/gimp_table.awk "$BENCH_PROJECTION" $files
}

bench_gimp_size() {
    in_gimp paint "$WORK/image.xcf" "$2" "$3"
    described at-once "$WORK/image.xcf" "$1 megapixels, sent as soon as the dialog is there"
    described looked-at "$WORK/image.xcf" "$1 megapixels, sent when the preview is there"
    described whole "$WORK/image.xcf" "$1 megapixels, with an answer of 300 lines"
}

bench_gimp() {
    need gimp words
    configure bench -DSIGHTLINE_GIMP=ON
    compile bench
    export SOURCE_DIR="$ROOT" BUILD_DIR="$ROOT/build/bench" BENCH_BIN="$ROOT/build/bench/bin"
    export GIMP_WARM_PROFILE="$WORK/gimp-profile" BENCH_WATCH="$WORK/watch" BENCH_PROJECTION="$WORK/alone"
    GIMP_MAJOR=2
    [ ! -d "$BUILD_DIR/gimp3" ] || GIMP_MAJOR=3
    export GIMP_MAJOR
    sh tests/gimp/register.sh >"$WORK/gimp.txt" 2>&1 || die "bench: $(tail -n 5 "$WORK/gimp.txt")"
    printf '\n### Ten layers in GIMP %s: from Send to the first byte, and gaps of the dialog (ms)\n\n' \
        "$GIMP_MAJOR"
    printf '| | GIMP alone reads it | GEGL starts | Send to first byte | ratio to GIMP alone | to both '
    printf '| gap, median | 99 %% | longest | longest call into GIMP | longest besides | most of the processor |\n'
    printf '|---|---|---|---|---|---|---|---|---|---|---|---|\n'
    bench_gimp_size 1 1200 800
    bench_gimp_size 6 3000 2000
    bench_gimp_size 12 4200 2800
    bench_gimp_size 24 6000 4000
}
