#!/bin/sh
# table.sh CASE: whether the matrix has every fault, and the table that its columns have written.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"

HERE=$SOURCE_DIR/tests/faults

# The first words of the instructions that faults.txt has.
tried() {
    grep -v '^#' "$HERE/faults.txt" | sed 's/ *|.*//' | tr / '\n' | sed "s/=.*//" | sort -u
}

# What the simulator's manual marks as a fault.
documented() {
    # shellcheck disable=SC2016 # backquotes of the manual
    sed -n 's/^| `\([a-z-]*\)[^`]*` \* |.*/\1/p' "$SOURCE_DIR/tests/simulator/README.md" | sort -u
}

case_every_fault_of_the_simulator_is_tried() {
    [ "$(documented | wc -l)" -gt 20 ] || fail "the simulator's manual could not be read"
    for fault in $(documented); do
        tried | grep -qx -- "$fault" || fail "$fault is in no row of faults.txt"
    done
}

case_every_documented_status_is_tried() {
    statuses=$(sed -n 's/^    {\([45][0-9][0-9]\), "[A-Z].*/\1/p' "$SOURCE_DIR/tests/simulator/failure.c")
    [ "$(echo "$statuses" | wc -l)" -gt 10 ] || fail "the simulator's table of errors could not be read"
    for status in $statuses; do
        grep -q "^status=$status |" "$HERE/faults.txt" || fail "status=$status is in no row of faults.txt"
    done
}

# Of the columns that were run, in one file.
case_table() {
    cd "$BUILD_DIR/faults" 2>/dev/null || skip "no column of the matrix was run"
    {
        echo "| Fault | What is sent | Host | End | Sentence | ms | As expected, and nothing left |"
        echo "|---|---|---|---|---|---|---|"
        cat ./*-*.md
    } >"$TEST_DIR/faults.md"
    mv "$TEST_DIR/faults.md" "$BUILD_DIR/faults.md"
    ! grep ' NO |$' "$BUILD_DIR/faults.md" || fail "see $BUILD_DIR/faults.md"
}

"case_$(echo "$1" | tr - _)"
