# ./dev lint: format, static checks, and the rules of the house that a machine can check.
#
# shellcheck shell=sh

# c_files: ours, and nothing that a build made.
c_files() {
    find core plugins tests -name '*.[ch]'
}

shell_files() {
    printf '%s\n' dev .ci/run
    find core plugins tests -name '*.sh'
}

text_files() {
    c_files
    shell_files
    find . \( -path ./build -o -path ./.git \) -prune -o \
        \( -name '*.vim' -o -name '*.lua' -o -name '*.cmake' -o -name CMakeLists.txt -o -name '*.json' \
        -o -name '*.task' -o -name '*.md' -o -name '.clang-*' -o -name .editorconfig \) -print
}

# check NAME COMMAND…: says how it went, and what it said when it went wrong.
check() {
    label=$1
    shift
    if output=$("$@" 2>&1); then
        say "ok       $label"
    else
        say "FAILED   $label"
        printf '%s\n' "$output"
        LINT_FAILED=1
    fi
}

# none COMMAND…: passes when it finds nothing and has nothing to complain of.
none() {
    output=$("$@" 2>&1) || true
    [ -z "$output" ] || { printf '%s\n' "$output" && return 1; }
}

check_format() {
    c_files | xargs clang-format --dry-run -Werror
}

check_shell() {
    shell_files | xargs shellcheck -x
}

# Only what this machine compiles is in the list: the other GIMP's file is checked where that one is.
# One file a run, since the analyzer of version 14 mixes up the va_lists of several.
check_c() {
    sed -n 's/^ *"file": "\(.*\)",*$/\1/p' build/dev/compile_commands.json | grep -v "^$ROOT/build/" |
        xargs -P 2 -n 1 clang-tidy --quiet -p build/dev
}

# An adapter that needs more than the public headers shows that the public API lacks something.
adapters_reach_into_core() {
    grep -nE 'core/src|#include "(\.\./)' -r plugins --include='*.[ch]' --include=CMakeLists.txt
}

core_knows_a_host() {
    grep -nE '#include <(libgimp|gtk|gdk|glib|gegl|msgpack)' -r core --include='*.[ch]'
}

tabs_or_trailing_blanks() {
    text_files | xargs grep -nE "$(printf '\t')|[ $(printf '\t')]+\$"
}

paths_of_a_machine() {
    text_files | grep -v -e tests/lint.sh | xargs grep -nE '(^|[^[:alnum:]_.~-])/(work|root|home/[a-z]+)/'
}

lint() {
    LINT_FAILED=
    need build editor gimp tests lint
    configure dev
    check "format (clang-format)" check_format
    check "shell (shellcheck)" check_shell
    check "C (clang-tidy)" check_c
    check "adapters include only sightline/*.h" none adapters_reach_into_core
    check "core knows no host" none core_knows_a_host
    check "no tabs, no trailing blanks" none tabs_or_trailing_blanks
    check "no path of one machine" none paths_of_a_machine
    [ -z "$LINT_FAILED" ] || die "lint: something to mend, see above"
}
