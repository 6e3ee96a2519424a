#!/bin/sh
# How ./dev comes to the packages that are missing. No package manager runs: one is played.

. "$SOURCE_DIR/tests/lib.sh"
. "$SOURCE_DIR/tests/dev/tools.sh"

have_apt() {
    command -v apt-get >/dev/null || skip "the words of apt are what is looked for here"
}

# Only shellcheck is missing, and nothing can be installed: apt-get fails.
machine_without_shellcheck() {
    have_apt
    without shellcheck clang-format clang-tidy
    for tool in clang-format clang-tidy; do played $tool 0; done
    played apt-get 1
    played sudo 1
    printf '#!/bin/sh\necho %s\n' "$1" >"$TEST_DIR/id"
    rm "$TEST_DIR/bin/id"
    mv "$TEST_DIR/id" "$TEST_DIR/bin/id"
    chmod +x "$TEST_DIR/bin/id"
}

# at_a_terminal ANSWER COMMAND…
at_a_terminal() {
    answer=$1
    shift
    echo "$answer" | "$BUILD_DIR/bin/sightline-test-terminal" -t 50 "$@"
}

names_what_is_missing() {
    have_apt
    without cmake ninja
    played apt-get 0
    said=$(dev build editor 2>&1) && fail "build went on without CMake"
    contains "$said" "apt-get install -y --no-install-recommends cmake ninja-build" "the command"
    equal "$(calls)" "" "what was run"
}

asks_at_a_terminal() {
    machine_without_shellcheck 0
    said=$(at_a_terminal n "$SOURCE_DIR/dev" lint) && fail "lint went on after a no"
    contains "$said" "apt-get update" "the command shown"
    contains "$said" "Run it? [Y/n]" "the question"
    equal "$(calls)" "" "what was run"
}

yes_is_yes() {
    machine_without_shellcheck 0
    said=$(at_a_terminal n "$SOURCE_DIR/dev" -y lint) && fail "lint went on without shellcheck"
    case $said in *"Run it?"*) fail "-y was asked" ;; esac
    contains "$(calls)" "apt-get update" "what was run"
}

goes_on_without_one() {
    machine_without_shellcheck 0
    dev lint >/dev/null 2>&1 </dev/null && fail "lint went on without shellcheck"
    contains "$(calls)" "apt-get update" "what was run"
}

uses_sudo() {
    machine_without_shellcheck 1000
    dev lint >/dev/null 2>&1 </dev/null && fail "lint went on without shellcheck"
    contains "$(calls)" "sudo apt-get update" "what was run"
    rm "$TEST_DIR/bin/sudo" "$TEST_DIR/calls"
    said=$(dev lint 2>&1 </dev/null) && fail "lint went on without sudo"
    contains "$said" "as root, run: apt-get update" "the reason"
    equal "$(calls)" "" "what was run"
}

no_package_manager() {
    without shellcheck apt-get dnf pacman apk brew
    for command in "lint" "build editor"; do
        [ "$command" = lint ] || rm -f "$TEST_DIR/bin/cmake"
        # shellcheck disable=SC2086 # a command and its word
        said=$(dev $command 2>&1 </dev/null) && fail "$command went on"
        contains "$said" "issing here: " "the reason"
    done
    contains "$said" "cmake" "what is missing"
}

complete_machine() {
    have_apt
    without
    played apt-get 1
    played cmake 1
    dev build editor >/dev/null 2>&1 && fail "build went on without CMake's work"
    contains "$(calls)" "cmake --preset release" "what was run"
    case $(calls) in *apt-get*) fail "a package manager ran though nothing is missing" ;; esac
}

"$(echo "$1" | tr - _)"
