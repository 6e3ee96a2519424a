# What a person who types notices: how long the editor's loop is away while an answer streams in at 200
# pieces a second, beside the same editor in which nothing runs. Part of ./dev bench.
#
# shellcheck shell=sh

# type_keys: fifty a second, until the answer has ended; and says how many.
type_keys() {
    until [ -e "$BENCH_STARTED" ]; do sleep 0.01; done
    count=0
    until [ -e "$BENCH_ENDED" ]; do
        printf x
        count=$((count + 1))
        sleep 0.02
    done
    printf '\033:call Typed(%d)\r' "$count"

}

# feel EDITOR WHAT COMMAND LINES
feel() {
    BENCH_WHAT="$1: $2" BENCH_COMMAND=$3 BENCH_LINES=$4
    BENCH_STARTED=$WORK/started BENCH_ENDED=$WORK/ended BENCH_RESULT=$WORK/result
    export BENCH_WHAT BENCH_COMMAND BENCH_LINES BENCH_STARTED BENCH_ENDED BENCH_RESULT
    rm -f "$BENCH_STARTED" "$BENCH_ENDED" "$BENCH_RESULT"
    case $1 in
    Neovim) program=nvim ;;
    Vim) program='vim -N' ;;
    esac
    type_keys | TERM=xterm timeout 120 script -qec "$program -u NONE -i NONE -S tests/bench/feel.vim" \
        /dev/null >"$WORK/screen" 2>&1 || true
    [ -e "$BENCH_RESULT" ] || die "bench: $BENCH_WHAT did not end; see $WORK/screen"
    cat "$BENCH_RESULT"
}

bench_feel() {
    export SOURCE_DIR="$ROOT" BENCH_BIN="$ROOT/build/bench/bin"
    start_simulator feel
    base=${URL%/v1}
    printf '\n### Gaps of the editor'"'"'s loop while somebody types 50 keys a second (ms)\n\n'
    printf '| | median | 99 %% | longest | keys lost |\n|---|---|---|---|---|\n'
    for editor in Neovim Vim; do
        export SIGHTLINE_BASE_URL="$base/v1"
        feel "$editor" 'nothing runs' '' 8
        export SIGHTLINE_BASE_URL="$base/pace=5/lines=300/v1"
        feel "$editor" 'describe, 300 lines' "Sight describe $WORK/a.png" 8
        feel "$editor" 'describe below a line' "1Sight! describe $WORK/a.png" 8
        export SIGHTLINE_BASE_URL="$base/pace=5/rewrite=upper/v1"
        feel "$editor" 'rewrite of 8 lines' '1,8Sight rewrite in capitals' 8
        feel "$editor" 'rewrite of 150 lines' '1,150Sight rewrite in capitals' 150
    done
}
