# What a person who works in Neovim and Vim notices: how soon a request leaves, and how long the editor's
# loop is away while an answer streams in. Part of ./dev bench.
#
# shellcheck shell=sh

# in_terminal EDITOR WHAT SCRIPT: runs it in an editor, with keys from the standard input, and shows the
# row of the table that it writes.
in_terminal() {
    case $1 in
    Neovim) program=nvim ;;
    Vim) program='vim -N' ;;
    esac
    rm -f "$BENCH_RESULT"
    # shellcheck disable=SC2086 # a program and its option
    BENCH_WHAT=$2 TERM=xterm build/bench/bin/sightline-test-terminal -t 120 \
        $program -u NONE -i NONE -S "tests/bench/$3" >"$WORK/screen" 2>&1 || true
    : >"$BENCH_ENDED" # nobody types into an editor that is gone
    [ -e "$BENCH_RESULT" ] || die "bench: $2 did not end; see $WORK/screen"
    cat "$BENCH_RESULT"
}

# type_keys: fifty a second, until the answer has ended; and says how many.
type_keys() {
    until [ -e "$BENCH_STARTED" ] || [ -e "$BENCH_ENDED" ]; do sleep 0.01; done
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
    export BENCH_COMMAND="$3" BENCH_LINES="$4"
    rm -f "$BENCH_STARTED" "$BENCH_ENDED"
    type_keys | in_terminal "$1" "$1: $2" feel.vim
}

bench_feel() {
    printf '\n### Gaps of the loop while somebody types 50 keys a second and 200 pieces a second come (ms)\n\n'
    printf '| | median | 99 %% | longest | keys lost |\n|---|---|---|---|---|\n'
    for editor in Neovim Vim; do
        feel "$editor" 'nothing runs' '' 8
        feel "$editor" 'two milliseconds of the same work, again and again' work 8
        export SIGHTLINE_BASE_URL="$base/pace=5/lines=300/v1"
        feel "$editor" 'describe, 300 lines' "Sight describe $WORK/a.png" 8
        feel "$editor" 'describe below a line, 300 lines' "1Sight! describe $WORK/a.png" 8
        export SIGHTLINE_BASE_URL="$base/pace=5/rewrite=upper/v1"
        feel "$editor" 'rewrite of 8 lines' '1,8Sight rewrite in capitals' 8
        feel "$editor" 'rewrite of 150 lines' '1,150Sight rewrite in capitals' 150
    done
}

bench_editor_requests() {
    printf '\n### From a command to its request at the server (ms), and memory of the editor (KB)\n\n'
    printf '| | first | later, median | a spawned curl | 100 requests | an answer of 3,000 lines |\n'
    printf '|---|---|---|---|---|---|\n'
    for editor in Neovim Vim; do
        export SIGHTLINE_BASE_URL="$base/v1"
        in_terminal "$editor" "$editor" requests.vim </dev/null
    done
}

bench_editors() {
    export SOURCE_DIR="$ROOT" BENCH_BIN="$ROOT/build/bench/bin" BENCH_JOURNAL="$WORK/editors.journal"
    export BENCH_STARTED="$WORK/started" BENCH_ENDED="$WORK/ended" BENCH_RESULT="$WORK/result"
    export BENCH_BODY="$WORK/body.json"
    start_simulator editors
    base=${URL%/v1}
    bench_editor_requests
    bench_feel
}
