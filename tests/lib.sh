# Sourced by the shell tests: a private home, a simulator on a port of its own, and a few words to
# say what is expected. Expects BUILD_DIR and SOURCE_DIR; leaves nothing behind.
#
# shellcheck shell=sh

set -eu

DEADLINE=$(($(date +%s) + TEST_SECONDS)) # when CTest is about to end the test
TEST_DIR=$(mktemp -d "${TMPDIR:-/tmp}/sightline-test.XXXXXX")
SIMULATORS=
HOME=$TEST_DIR/home
XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.local/state XDG_DATA_HOME=$HOME/.local/share
XDG_CACHE_HOME=$HOME/.cache XDG_RUNTIME_DIR=$TEST_DIR/run
export HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR
mkdir -p "$HOME" "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"
unset STEP_API_KEY AIMLAPI_API_KEY OPENROUTER_API_KEY SIGHTLINE_API_KEY SIGHTLINE_CONFIG
unset SIGHTLINE_PROVIDER SIGHTLINE_BASE_URL SIGHTLINE_MODEL SIGHTLINE_CONSENT

at_exit() {
    status=$?
    trap - EXIT
    for pid in $SIMULATORS; do
        kill "$pid" 2>/dev/null
        wait "$pid" || status=1
    done
    if [ "$status" -ne 0 ] && [ "$status" -ne 77 ]; then
        for file in "$TEST_DIR"/*.log "$TEST_DIR"/*.journal "$TEST_DIR/events"; do
            [ -s "$file" ] && { echo "--- ${file##*/}"; tail -n 200 "$file"; }
        done
    fi
    rm -rf "$TEST_DIR"
    exit "$status"
}
trap at_exit EXIT
trap 'exit 1' INT TERM HUP

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# await WHAT COMMAND…: until it succeeds
await() {
    what=$1
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$DEADLINE" ] || fail "waited in vain for $what"
        sleep 0.02
    done
}

skip() {
    echo "SKIPPED: $*"
    exit 77
}

# simulator NAME [option…]: starts one and sets SIMULATOR_URL to its base URL, without /v1. What it
# receives is told in $TEST_DIR/NAME.journal and kept in $TEST_DIR/NAME.bodies/.
simulator() {
    name=$1
    shift
    mkdir "$TEST_DIR/$name.bodies"
    mkfifo "$TEST_DIR/$name.ready"
    "$BUILD_DIR/bin/sightline-simulator" --port 0 --journal "$TEST_DIR/$name.journal" \
        --bodies "$TEST_DIR/$name.bodies" "$@" >"$TEST_DIR/$name.ready" 2>"$TEST_DIR/$name.log" &
    SIMULATORS="$SIMULATORS $!"
    read -r line <"$TEST_DIR/$name.ready" || fail "the simulator did not start"
    SIMULATOR_URL=${line#listening on }
    SIMULATOR_URL=${SIMULATOR_URL%/v1}
}

# lacks TEXT PART WHAT
lacks() {
    case $1 in
    *"$2"*) fail "$3: «$2» is in: $1" ;;
    esac
}

# contains TEXT PART WHAT
contains() {
    case $1 in
    *"$2"*) ;;
    *) fail "$3: expected to find «$2» in «$1»" ;;
    esac
}

# equal ACTUAL EXPECTED WHAT
equal() {
    [ "$1" = "$2" ] || fail "$3: expected «$2», got «$1»"
}

# clip SECONDS FILE [option…]: a key frame every five seconds
clip() {
    command -v ffmpeg >/dev/null || skip "ffmpeg is not installed"
    [ -e "$BUILD_DIR/bin/sightline-video.so" ] || skip "this build has no video module"
    seconds=$1 file=$2
    shift 2
    ffmpeg -nostdin -v error -f lavfi -i "testsrc=size=64x48:rate=2:duration=$seconds" \
        -f lavfi -i "sine=duration=$seconds" -c:v libx264 -preset ultrafast -g 10 -bf 2 \
        -c:a aac -aac_coder fast -b:a 16k "$@" "$TEST_DIR/$file"
}
