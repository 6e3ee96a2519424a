# From the start of a request to its arrival: the library, a bare libcurl program and a curl that is spawned.
# Part of ./dev bench.
#
# shellcheck shell=sh

# requests SUBJECT CASE SIZE kept|new COUNT ROUNDS: at the simulator that runs.
requests() {
    SIGHTLINE_BASE_URL=$URL samples "$1" "$2" "$3" "$BIN/sightline-bench-request" "$4" "$5" "$6" "$JOURNAL" "$BENCH_CA" \
        "$WORK/a.png" "$WORK/body.json"
}

bench_requests() {
    for scheme in http https; do
        start_scheme "$scheme" "$scheme"
        for connection in kept new; do
            requests "From the start of a request to the server" "$scheme, $connection connection" - \
                "$connection" 1 $((ROUNDS * 10))
        done
        for count in 1 2 4 8 16 32 64; do
            requests "Requests at once, from the first's start until the last is at the server" "$scheme" \
                "$count" kept "$count" "$ROUNDS"
        done
    done
}
