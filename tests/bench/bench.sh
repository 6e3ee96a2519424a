# ./dev bench: measures beside what does the same without us, in turn and in the same run. What was measured
# goes to build/bench/samples.tsv; of that table.md, ratios.svg and growth.svg are made. Nothing here is a
# test: times belong to the machine, ratios less so.
#
# shellcheck shell=sh

PARTS="requests videos editors pictures gimp"
BIN=build/bench/bin
ROUNDS=${BENCH_ROUNDS:-11}
SAMPLES=build/bench/samples.tsv

# start_simulator NAME [option…]: sets URL, and JOURNAL to its journal.
start_simulator() {
    JOURNAL=$WORK/$1.journal
    mkfifo "$WORK/$1.ready"
    name=$1
    shift
    "$BIN/sightline-simulator" --port 0 --journal "$JOURNAL" "$@" >"$WORK/$name.ready" 2>"$WORK/$name.log" &
    STARTED="$STARTED $!"
    read -r line <"$WORK/$name.ready" || die "the simulator did not start"
    URL=${line#listening on }
}

# start_scheme NAME http|https: a simulator that is spoken to in that way.
start_scheme() {
    case $2 in
    http) start_simulator "$1" ;;
    https) start_simulator "$1" --tls "$WORK/good.pem" "$WORK/good.key" ;;
    esac
}

# samples SUBJECT CASE SIZE COMMAND…: runs it, and keeps the rows that it prints.
samples() {
    prefix=$(printf '%s\t%s\t%s\t' "$1" "$2" "$3")
    say "$1${2:+, $2}" >&2
    shift 3
    "$@" >"$WORK/rows" || die "bench: this failed: $*"
    sed "s|^|$prefix|" "$WORK/rows" >>"$SAMPLES"
}

# race SUBJECT CASE SIZE time|cost|printed NAME COMMAND [NAME COMMAND…]: see bench_race.c.
race() {
    subject=$1 case=$2 size=$3
    shift 3
    samples "$subject" "$case" "$size" "$BIN/sightline-bench-race" "$ROUNDS" "$@"
}

make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \
        -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$WORK/good.key" -out "$WORK/good.pem" 2>/dev/null
}

# make_body FILE ARGUMENT…: FILE becomes what the library sends when it is asked so, that others may send the
# same.
make_body() {
    file=$1
    shift
    mkdir "$WORK/bodies"
    start_simulator "body-${file##*/}" --bodies "$WORK/bodies"
    SIGHTLINE_BASE_URL=$URL "$BIN/sightline-test-ask" "$@" >/dev/null
    find "$WORK/bodies" -name '*.body' -exec mv {} "$file" \;
    rmdir "$WORK/bodies"
}

# write_config MEMBERS: of Sightline, with these besides the certificate.
write_config() {
    printf '{"providers": {"simulator": {"ca_file": "%s"}}%s}' "$BENCH_CA" "$1" >"$SIGHTLINE_CONFIG"
}

# store never|always: files that are sent, with the provider.
store() {
    write_config ", \"files\": {\"policy\": \"$1\", \"delete_after_use\": true}"
}

set_up_bench() {
    work_folder
    export SIGHTLINE_PROVIDER=simulator SIGHTLINE_CONFIG="$WORK/config.json" XDG_STATE_HOME="$WORK"
    export SOURCE_DIR="$ROOT" BENCH_BIN="$ROOT/$BIN" BENCH_CA="$WORK/good.pem"
    write_config ''
    make_certificate
    "$BIN/sightline-test-picture" png 60 40 336699 "$WORK/a.png"
    make_body "$WORK/body.json" --task ask --instruction 'What is this?'
    : >"$SAMPLES"
}

report() {
    scripts=tests/bench
    awk -v DATE="$(date -u +%Y-%m-%d)" -f $scripts/samples.awk -f $scripts/table.awk "$SAMPLES" >build/bench/table.md
    for plot in ratios growth; do
        awk -f $scripts/samples.awk -f $scripts/svg.awk -f $scripts/$plot.awk "$SAMPLES" >"build/bench/$plot.svg"
    done
    say "The table is build/bench/table.md, the plots are build/bench/ratios.svg and build/bench/growth.svg."
}

# bench [PART…]: all of them when none is named.
bench() {
    # shellcheck source=/dev/null
    for part in $PARTS; do . "tests/bench/$part.sh"; done
    # shellcheck disable=SC2086 # words
    [ $# -gt 0 ] || set -- $PARTS
    for part in "$@"; do
        case " $PARTS " in
        *" $part "*) ;;
        *) die "bench: $part is no part of it; these are: $PARTS" ;;
        esac
    done
    need build editor hosts tests suite bench
    configure bench
    compile bench
    set_up_bench
    for part in "$@"; do "bench_$part"; done
    report
}
