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

# says MANAGER COMMAND: what is to be run there for a machine without CMake and all that pkg-config finds.
says() {
    played "$1" 0
    said=$(dev build editor 2>&1) && fail "build went on without CMake"
    equal "$(echo "$said" | tail -n 1)" "    $2" "the command of $1"
    lacks "$(calls)" "install" "what was run"
    rm "$TEST_DIR/bin/$1"
}

every_system() {
    without apt-get dnf pacman apk brew cmake ninja pkg-config pkgconf samu
    sudo=$([ "$(id -u)" -eq 0 ] || echo 'sudo ')
    says dnf "${sudo}dnf install -y cjson-devel cmake lcms2-devel libcurl-devel libdeflate-devel \
libjpeg-turbo-devel libpng-devel libwebp-devel msgpack-devel ninja-build pkgconf-pkg-config sqlite-devel"
    says pacman "${sudo}pacman -S --needed --noconfirm cjson cmake curl lcms2 libdeflate libjpeg-turbo \
libpng libwebp msgpack-c ninja pkgconf sqlite"
    says apk "${sudo}apk add cjson-dev cmake curl-dev lcms2-dev libdeflate-dev libjpeg-turbo-dev \
libpng-dev libwebp-dev msgpack-c-dev pkgconf samurai sqlite-dev"
    says brew "brew install cjson cmake curl jpeg-turbo libdeflate libpng little-cms2 msgpack ninja \
pkgconf sqlite webp"
}

# without_libraries WORD…: a pkg-config that finds nothing with these words, and otherwise what is there.
without_libraries() {
    real=$(command -v pkg-config) || skip "pkg-config is not here"
    without apt-get dnf pacman apk brew msgfmt
    rm "$TEST_DIR/bin/pkg-config"
    {
        echo '#!/bin/sh'
        for word in "$@"; do echo "case \$* in *$word*) exit 1 ;; esac"; done
        echo "exec $real \"\$@\""
    } >"$TEST_DIR/bin/pkg-config"
    chmod +x "$TEST_DIR/bin/pkg-config"
}

# The whole way, in a checkout of its own.
builds_with_what_is_there() {
    without_libraries libav libsw libtiff libheif librsvg gimp gexiv2
    mkdir "$TEST_DIR/checkout"
    (cd "$SOURCE_DIR" && cp -R CMakeLists.txt CMakePresets.json core dev plugins "$TEST_DIR/checkout")
    rm -rf "$TEST_DIR/checkout/plugins/editor/runtime/bin"
    said=$("$TEST_DIR/checkout/dev" build editor 2>&1) || fail "build: $said"
    contains "$said" "Without libavformat libswresample libswscale: no videos over 5 minutes" "the videos"
    contains "$said" "Without libheif librsvg-2.0 libtiff-4: not all of TIFF" "the pictures"
    cd "$TEST_DIR/checkout/plugins/editor/runtime/bin" || fail "nothing was built"
    equal "$(echo *)" "sightline-editor sightline-prepare.so" "what was built"
    contains "$(./sightline-editor --version)" "sightline" "what it says"
    said=$("$TEST_DIR/checkout/dev" build gimp 2>&1) && fail "GIMP's part was built without GIMP's headers"
    contains "$said" "missing here: gexiv2|gexiv2-0.16 gimp-3.0|gimp-2.0" "what GIMP's part needs"
}

every_shell() {
    for shell in 'busybox sh' dash bash ksh mksh yash; do
        # shellcheck disable=SC2086 # a program and its word
        command -v ${shell%% *} >/dev/null || continue
        # shellcheck disable=SC2086
        equal "$($shell "$SOURCE_DIR/dev" help)" "$(dev help)" "the help in $shell"
        for script in "$SOURCE_DIR"/dev $(find "$SOURCE_DIR/plugins" "$SOURCE_DIR/tests" -name '*.sh'); do
            # shellcheck disable=SC2086
            $shell -n "$script" || fail "$script in $shell"
        done
    done
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
