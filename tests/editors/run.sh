#!/bin/sh
# run.sh nvim|vim FILE CASE: one function Test_CASE of a Vimscript file in a real editor, with the real
# helper and a simulator of its own. Neovim runs without a screen, Vim in a terminal. What the cases need
# besides is in the script needs.sh beside them.

# shellcheck source=tests/lib.sh
. "${0%/*}/../lib.sh"

EDITOR_UNDER_TEST=$1 CASE_FILE=$2 CASE=$3
ERRORS=$TEST_DIR/errors.log
export CASE_FILE CASE ERRORS TEST_DIR BUILD_DIR SOURCE_DIR
command -v "$EDITOR_UNDER_TEST" >/dev/null || skip "$EDITOR_UNDER_TEST is not installed"

picture() {
    "$BUILD_DIR/bin/sightline-test-picture" "$@" || fail "a test picture could not be made"
}

cd "$TEST_DIR" || exit
picture png 96 64 ff0000 red.png
picture jpg 640 480 00a000 green.jpg
picture webp 64 64 0000ff blue.webp
printf 'first\nsecond\nthird\n' >note.txt

simulator main
export SIMULATOR_URL SIMULATOR_JOURNAL="$TEST_DIR/main.journal"
# shellcheck source=tests/faults/needs.sh
[ ! -e "${CASE_FILE%/*}/needs.sh" ] || . "${CASE_FILE%/*}/needs.sh"

# The helpers of this test, which alone have its home in their environment.
helpers() {
    for process in /proc/[0-9]*; do
        {
            [ "$(cat "$process/comm")" = sightline-edito ] &&
                tr '\0' '\n' <"$process/environ" | grep -qx "HOME=$HOME" && echo "${process#/proc/}"
        } 2>/dev/null
    done
    true
}

here=$SOURCE_DIR/tests/editors
case $EDITOR_UNDER_TEST in
nvim) nvim --headless -u NONE -i NONE -S "$here/helpers.vim" note.txt >screen.log 2>&1 ;;
vim)
    # A little less than what CTest gives a case, so that a Vim that hangs says where.
    TERM=xterm "$BUILD_DIR/bin/sightline-test-terminal" -t "$TEST_SECONDS" \
        vim -N -u NONE -i NONE -S "$here/helpers.vim" note.txt </dev/null >screen.txt
    ;;
esac || true

[ ! -e skipped ] || skip "$(cat skipped)"
[ -e "$ERRORS" ] || fail "the editor did not come to the end of the case"
[ ! -s "$ERRORS" ] || fail "$CASE"

deadline=$(($(date +%s) + 5))
while [ -n "$(helpers)" ]; do
    [ "$(date +%s)" -lt "$deadline" ] || fail "a helper outlived its editor: $(helpers)"
    sleep 0.05
done
