# From the start of a request to its arrival: the library, a bare libcurl program and a curl that is spawned.
# Part of ./dev bench.
#
# shellcheck shell=sh

# requests SUBJECT CASE SIZE kept|new COUNT ROUNDS BODY [PICTURE]: at the simulator that runs.
requests() {
    subject=$1 case=$2 size=$3 how=$4 count=$5 times=$6
    shift 6
    SIGHTLINE_BASE_URL=$URL samples "$subject" "$case" "$size" "$BIN/sightline-bench-request" "$how" "$count" \
        "$times" "$JOURNAL" "$BENCH_CA" "$@"
}

set_up_requests() {
    PICTURE=$WORK/picture.jpg
    convert tests/samples/lighthouse.jpg -resize 700x700 "$PICTURE" # which is sent as it is
    store never # so that all send the same
    make_body "$WORK/picture.json" --task ask --instruction 'What is this?' "$PICTURE"
}

# single_requests SCHEME
single_requests() {
    for connection in kept new; do
        requests "$single" "$1, $connection connection, a question" - "$connection" 1 $((ROUNDS * 10)) "$WORK/body.json"
        requests "$single" "$1, $connection connection, a picture" - "$connection" 1 $((ROUNDS * 10)) \
            "$WORK/picture.json" "$PICTURE"
    done
}

# requests_at_once SCHEME
requests_at_once() {
    for count in 1 2 4 8 16 32 64; do
        requests "$at_once" "$1" $count kept $count "$ROUNDS" "$WORK/body.json"
    done
}

single="From the start of a request to the server"
at_once="Requests at once, from the first's start until the last is at the server"

bench_requests() {
    set_up_requests
    for scheme in http https; do
        start_scheme "$scheme" "$scheme"
        single_requests "$scheme"
        requests_at_once "$scheme"
    done
    write_config ''
}
