# ./dev fuzz: each libFuzzer target for a while, from its kept samples on.
#
# shellcheck shell=sh

# fuzz_one TARGET SECONDS SAMPLES. A drawing that takes too long is left after ten seconds, each of the
# four times that one is looked at: only what takes longer hangs.
fuzz_one() {
    found=build/fuzz/found/${1#fuzz_}
    mkdir -p "$found/new"
    say "$1 for $2 s"
    if ! build/fuzz/bin/"$1" -max_total_time="$2" -timeout=60 -rss_limit_mb=2048 -verbosity=0 \
        -print_final_stats=1 -artifact_prefix="$found/" "$found/new" "$3" >"$found/log" 2>&1; then
        tail -n 40 "$found/log"
        die "$1 found something; the input is in $found"
    fi
    sed -n 's/^stat::number_of_executed_units: */    runs: /p' "$found/log"
}

fuzz() {
    need build editor video images tests fuzz
    configure fuzz
    compile fuzz --target fuzzers
    for source in tests/fuzz/fuzz_*.c; do
        target=${source##*/}
        target=${target%.c}
        samples=tests/fuzz/corpus/${target#fuzz_}
        [ -d "$samples" ] || samples=tests/samples
        fuzz_one "$target" "${1-60}" "$samples"
    done
}
