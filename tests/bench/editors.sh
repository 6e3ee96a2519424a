# What a person who works in Neovim and Vim notices: how soon a request leaves and its answer is there, how
# long the editor's loop is away while an answer streams in, and what memory that takes. Part of ./dev bench.
#
# shellcheck shell=sh

# in_terminal Neovim|Vim SUBJECT SCRIPT: runs it in an editor, with keys from the standard input, and keeps
# the rows that it writes.
in_terminal() {
    case $1 in
    Neovim) program=nvim ;;
    Vim) program='vim -N' ;;
    esac
    rm -f "$BENCH_RESULT"
    # shellcheck disable=SC2086 # a program and its option
    BENCH_SUBJECT="$2, $1" TERM=xterm build/bench/bin/sightline-test-terminal -t 300 \
        $program -u NONE -i NONE -S "tests/bench/$3" >"$WORK/screen" 2>&1 || true
    : >"$BENCH_ENDED" # nobody types into an editor that is gone
    [ -e "$BENCH_RESULT" ] || {
        tail -n 30 "$WORK/screen" "$BENCH_JOURNAL" | cut -c 1-300 >&2
        die "bench: $3 in $1 did not end"
    }
    cat "$BENCH_RESULT" >>"$SAMPLES"
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

# feel EDITOR WHOSE COMMAND LINES [INSTRUCTION]: the simulator follows what its path says.
feel() {
    rm -f "$BENCH_STARTED" "$BENCH_ENDED"
    export BENCH_WHOSE="$2" BENCH_COMMAND="$3" BENCH_LINES="$4" BENCH_URL="${BENCH_BASE%/v1}/pace=5/${5-}/v1"
    type_keys | in_terminal "$1" "Gaps of the loop while 200 pieces a second come and 50 keys are typed" feel.vim
}

bench_feel() {
    for round in $(seq "$STARTS"); do
        say "Gaps of the loop, round $round in $1" >&2
        feel "$1" 'nothing runs' '' 8
        feel "$1" 'a spawned curl, 300 lines' peer 8 lines=300
        feel "$1" 'Sightline, 300 lines' "Sight describe $WORK/a.png" 8 lines=300
        feel "$1" 'Sightline, 300 lines below the cursor' "1Sight! describe $WORK/a.png" 8 lines=300
        feel "$1" 'Sightline, rewrite of 8 lines' '1,8Sight rewrite in capitals' 8 rewrite=upper
        feel "$1" 'Sightline, rewrite of 150 lines' '1,150Sight rewrite in capitals' 150 rewrite=upper
    done
}

# bench_commands EDITOR: a process is started anew with each editor. The answer takes its time, so that the
# place for it is there before its end.
bench_commands() {
    for scheme in http https; do
        start_scheme "$1-$scheme" "$scheme"
        export BENCH_JOURNAL="$JOURNAL" BENCH_URL="${URL%/v1}/pace=2/v1" BENCH_ROUNDS="$ROUNDS"
        for round in $(seq "$STARTS"); do
            say "From a command to its request, $scheme, round $round in $1" >&2
            in_terminal "$1" "From a command to its request at the server, $scheme" requests.vim </dev/null
        done
    done
}

bench_memory() {
    for round in $(seq "$STARTS"); do
        for BENCH_WHOSE in Sightline 'a spawned curl each'; do
            export BENCH_WHOSE
            say "Memory of $1, round $round: $BENCH_WHOSE" >&2
            in_terminal "$1" "Memory" memory.vim </dev/null
        done
    done
}

bench_lines() {
    say "Growth with lines in $1" >&2
    BENCH_ROUNDS=$STARTS in_terminal "$1" "By lines" growth.vim </dev/null
}

set_up_editors() {
    STARTS=${BENCH_STARTS:-5}
    export BENCH_STARTED="$WORK/started" BENCH_ENDED="$WORK/ended" BENCH_RESULT="$WORK/result"
    export BENCH_BODY="$WORK/body.json"
    start_simulator editors
    EDITORS_JOURNAL=$JOURNAL
    export BENCH_BASE="$URL"
}

bench_editors() {
    set_up_editors
    for editor in Neovim Vim; do
        export BENCH_JOURNAL="$EDITORS_JOURNAL" BENCH_URL="$BENCH_BASE"
        bench_memory "$editor"
        bench_lines "$editor"
        bench_feel "$editor"
        bench_commands "$editor"
    done
}
