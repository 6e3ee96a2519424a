# Sourced by these tests after lib.sh: a PATH on which some programs are missing or play a part.
#
# shellcheck shell=sh

dev() {
    "$SOURCE_DIR/dev" "$@"
}

# without NAME…: all programs of this machine but those, in a folder of their own, as the only PATH.
without() {
    mkdir -p "$TEST_DIR/bin"
    for folder in /usr/sbin /usr/bin /sbin /bin; do
        ln -sf "$folder"/* "$TEST_DIR/bin/"
    done
    for name in "$@"; do
        rm -f "$TEST_DIR/bin/$name" "$TEST_DIR/bin/$name"-[0-9]*
    done
    PATH=$TEST_DIR/bin
    export PATH
}

# played NAME STATUS: a program that notes how it was called and does nothing.
played() {
    rm -f "$TEST_DIR/bin/$1"
    printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\nexit %s\n' "$1" "$TEST_DIR" "$2" >"$TEST_DIR/bin/$1"
    chmod +x "$TEST_DIR/bin/$1"
}

calls() {
    cat "$TEST_DIR/calls" 2>/dev/null || true
}
