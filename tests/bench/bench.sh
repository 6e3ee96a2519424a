# ./dev bench: measures beside what does the same without us, in the same run, and writes
# build/bench/results.md. Nothing here is a test: times belong to the machine, ratios less so.
#
# shellcheck shell=sh

# start_simulator NAME [option…]: sets URL.
start_simulator() {
    name=$1
    shift
    mkfifo "$WORK/$name.ready"
    build/bench/bin/sightline-simulator --port 0 --journal "$WORK/$name.journal" \
        "$@" >"$WORK/$name.ready" 2>"$WORK/$name.log" &
    STARTED="$STARTED $!"
    read -r line <"$WORK/$name.ready" || die "the simulator did not start"
    URL=${line#listening on }
}

# first_body: the body that the library sends for the picture, so that both send the same.
first_body() {
    start_simulator body --bodies "$WORK"
    SIGHTLINE_BASE_URL=$URL build/bench/bin/sightline-test-ask "$WORK/a.png" >/dev/null
    mv "$WORK"/*.body "$WORK/body.json"
}

# bench_request WORD [option…]
bench_request() {
    scheme=$1
    shift
    start_simulator "$scheme" "$@"
    printf '\n### Start of a request to its arrival, %s, kept connection (ms)\n\n' "$scheme"
    printf '| | median | 90 %% |\n|---|---|---|\n'
    SIGHTLINE_BASE_URL=$URL build/bench/bin/sightline-bench-request "$WORK/$scheme.journal" \
        "$WORK/good.pem" "$WORK/a.png" "$WORK/body.json"
}

make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \
        -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$WORK/good.key" -out "$WORK/good.pem" 2>/dev/null
}

bench_requests() {
    bench_request http
    bench_request https --tls "$WORK/good.pem" "$WORK/good.key"
}

# bench [PART…]: all of them when none is named.
bench() {
    . tests/bench/editors.sh
    . tests/bench/pictures.sh
    [ $# -gt 0 ] || set -- requests editors pictures
    need build editor hosts tests suite bench
    configure bench
    compile bench
    work_folder
    export SIGHTLINE_PROVIDER=simulator SIGHTLINE_CONFIG="$WORK/config.json" XDG_STATE_HOME="$WORK"
    printf '{"providers": {"simulator": {"ca_file": "%s"}}}' "$WORK/good.pem" >"$WORK/config.json"
    make_certificate
    build/bench/bin/sightline-test-picture png 60 40 336699 "$WORK/a.png"
    first_body
    {
        printf '# Measured %s\n' "$(date -u +%Y-%m-%d)"
        for part in "$@"; do
            case $part in
            requests | editors | pictures) "bench_$part" ;;
            *) die "bench: requests, editors or pictures, not $part" ;;
            esac
        done
    } | tee build/bench/results.md
}
