# Sourced after tests/lib.sh: sightline-editor on its own, with a shell for an editor.
#
# shellcheck shell=sh
# shellcheck disable=SC2034 # HELPER_PID is for who sources this

HELPER=$BUILD_DIR/bin/sightline-editor

# The helper reads from descriptor 3 and writes to the file `events`.
start_helper() {
    mkfifo wires
    "$HELPER" --vim <wires >events 2>helper.log &
    HELPER_PID=$!
    exec 3>wires
}

say() {
    printf '%s\n' "$1" >&3
}

# Requests go to the simulator, with these instructions in the path.
serve() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    provider='"base_url":"%s","model":"step-3.7-flash","key":null,"like":"stepfun"'
    # shellcheck disable=SC2059 # the address goes into it
    printf "{\"provider\":\"test\",\"providers\":{\"test\":{$provider}}}" \
        "$SIMULATOR_URL/$1/v1" >"$XDG_CONFIG_HOME/sightline/config.json"
}

# until_found PATTERN FILE
until_found() {
    await "«$1» in $2" grep -qs "$1" "$2"
}
