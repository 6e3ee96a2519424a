#!/bin/sh
# key.sh CASE: where the key is while sightline-editor works, and where it is not.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/editors/process.sh
. "$SOURCE_DIR/tests/editors/process.sh"

cd "$TEST_DIR" || exit
# Forty bytes that no other case has, at the same time.
KEY=$(printf 'sk-a-key-that-nobody-else-has-%010d' $$)

# Requests go to the simulator with a key, from where the last argument says.
serve_with_key() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    printf '{"provider":"test","providers":{"test":{"base_url":"%s","model":"step-3.7-flash","like":"stepfun"%s}}}' \
        "$SIMULATOR_URL${1:+/$1}/v1" "${2-}" >"$XDG_CONFIG_HOME/sightline/config.json"
}

start_request() {
    say "[1,{\"method\":\"start\",\"id\":$1,\"task\":\"ask\",\"instruction\":\"what?\"}]"
}

end_helper() {
    exec 3>&-
    wait "$HELPER_PID" || fail "the helper ended with $?"
}

# in_memory TEXT: how often the helper's memory has its last 16 bytes: over the first of what is given back
# the allocator writes lists of its own.
in_memory() {
    end=$(printf '%s' "$1" | tail -c 16)
    while read -r range flags rest; do
        case $flags in
        rw*)
            first=$((0x${range%-*} / 4096)) last=$((0x${range#*-} / 4096))
            dd if="/proc/$HELPER_PID/mem" bs=4096 skip=$first count=$((last - first)) 2>/dev/null ||
                echo "unread: $rest"
            ;;
        esac
    done <"/proc/$HELPER_PID/maps" | grep -aoF "$end" | wc -l
}

# The sanitizers map more than can be read, keep what was freed, and end a crash in their own way.
is_not_sanitized() {
    ! grep -q '^SIGHTLINE_SANITIZE:STRING=.' "$BUILD_DIR/CMakeCache.txt" || skip "this build has sanitizers"
}

memory_can_be_read() {
    is_not_sanitized
    [ -r /proc/self/maps ] || skip "this system does not show a process's memory"
    dd if="/proc/$HELPER_PID/mem" bs=4096 count=1 \
        skip=$((0x$(sed -n 's/-.* rw.*\[heap\]$//p' "/proc/$HELPER_PID/maps") / 4096)) >/dev/null 2>&1 ||
        skip "the memory of another process cannot be read here"
}

# A key that is only passed on leaves nothing; one that is used stays as long as it is used.
case_a_key_that_was_stored_is_not_in_memory() {
    simulator main
    serve_with_key pace=20/lines=1000
    start_helper
    say '[1,{"method":"hello"}]'
    until_found ready events
    memory_can_be_read
    say "[1,{\"method\":\"set_key\",\"id\":1,\"key\":\"$KEY\"}]"
    until_found '"type":"done","id":1,' events
    grep -q "$KEY" "$XDG_CONFIG_HOME/sightline/keys.json" || fail "the key was not stored"
    equal "$(in_memory "$KEY")" 0 "the key, after it was stored"
    start_request 2
    until_found '"type":"text","id":2,' events
    [ "$(in_memory "$KEY")" -gt 0 ] || fail "a key in use cannot be seen either"
    end_helper
}

case_a_key_over_messagepack_is_not_in_memory() {
    simulator main
    serve_with_key
    mkfifo wires
    "$HELPER" --nvim <wires >events 2>helper.log &
    HELPER_PID=$!
    exec 3>wires
    # [2, "sightline", [{"method": "set_key", "id": 1, "key": KEY}]]
    printf '\223\002\251sightline\221\203\246method\247set_key\242id\001\243key\331\050%s' "$KEY" >&3
    until_found 'done' events
    memory_can_be_read
    grep -q "$KEY" "$XDG_CONFIG_HOME/sightline/keys.json" || fail "the key was not stored"
    equal "$(in_memory "$KEY")" 0 "the key, after it was stored"
    end_helper
}

# Nor does one that is read with a configuration which is not asked for it.
case_a_key_of_the_configuration_is_not_in_memory() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    {
        printf '{"provider":"test","providers":{"test":{"base_url":"http://127.0.0.1:9/v1","model":"m","key":"%s"}}' "$KEY"
        printf '%65536s}' ''
    } >"$XDG_CONFIG_HOME/sightline/config.json"
    chmod 600 "$XDG_CONFIG_HOME/sightline/config.json"
    start_helper
    say '[1,{"method":"info","id":1}]'
    until_found '"type":"done","id":1,' events
    memory_can_be_read
    equal "$(in_memory "$KEY")" 0 "the key, after the configuration was read"
    end_helper
}

# While an answer comes, the process that asked has the key in its memory, and nobody in an argument
# or a variable.
case_a_key_in_use_shows_nowhere() {
    simulator main
    printf '#!/bin/sh\nenv >%s/seen\ncat /proc/$$/cmdline >>%s/seen\necho %s\n' "$TEST_DIR" "$TEST_DIR" "$KEY" >give
    chmod +x give
    OTHER_KEY=sk-of-another-provider
    STEP_API_KEY=sk-of-stepfun
    export OTHER_KEY STEP_API_KEY
    serve_with_key pace=20/lines=1000 \
        ",\"key_command\":[\"$TEST_DIR/give\"]},\"other\":{\"base_url\":\"https://example.com/v1\",\"key_env\":\"OTHER_KEY\""
    mkdir tmp
    TMPDIR=$TEST_DIR/tmp
    export TMPDIR
    start_helper
    start_request 1
    until_found '"type":"text","id":1,' events
    contains "$(cat main.journal)" "Bearer $KEY" "what the server got"
    lacks "$(cat seen)" "sk-" "what the command saw"
    contains "$(cat seen)" "PATH=" "what the command saw"
    for process in /proc/[0-9]*; do
        for part in cmdline environ; do
            lacks "$({ tr '\0' '\n' <"$process/$part"; } 2>/dev/null)" "$KEY" "$process/$part"
        done
    done
    say '[1,{"method":"cancel","id":1}]'
    until_found '"type":"cancelled","id":1' events
    end_helper
    lacks "$(cat events helper.log)" "$KEY" "what the helper said"
    rm main.journal
    equal "$(grep -rlF "$KEY" . | sort | tr '\n' ' ')" "./give " "files that have the key"
}

# What the editor runs for the clipboard, the screen and the browser.
case_programs_run_without_keys() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    echo '{"providers":{"mine":{"base_url":"https://example.com/v1","key_env":"MY_OWN_KEY"}}}' \
        >"$XDG_CONFIG_HOME/sightline/config.json"
    for variable in SIGHTLINE_API_KEY STEP_API_KEY AIMLAPI_API_KEY OPENROUTER_API_KEY MY_OWN_KEY; do
        export "$variable=$KEY"
    done
    # shellcheck disable=SC2016 # for the other shell
    seen=$(OTHER=kept "$HELPER" --run sh -c 'env; tr "\0" "\n" </proc/$$/environ; echo "$1"' sh 'a b')
    lacks "$seen" "$KEY" "what a program sees"
    contains "$seen" "OTHER=kept" "what a program sees"
    contains "$seen" "a b" "its argument"
    status=0
    "$HELPER" --run /nonexistent 2>helper.log || status=$?
    equal "$status $(cat helper.log)" \
        "127 sightline-editor: /nonexistent cannot be run: No such file or directory" "one that is not there"
    echo '{' >"$XDG_CONFIG_HOME/sightline/config.json"
    "$HELPER" --run touch ran 2>helper.log && fail "whose keys are unknown, it ran"
    contains "$(cat helper.log)" "config.json" "the reason"
    [ ! -e ran ] || fail "whose keys are unknown, it ran"
}

case_no_core_file() {
    is_not_sanitized
    [ -r /proc/self/limits ] || skip "this system does not show a process's limits"
    grep -q '^Max core file size .* 0  *[a-z]* *$' /proc/self/limits && skip "nobody may leave a core file here"
    start_helper
    say '[1,{"method":"hello"}]'
    until_found ready events
    contains "$(tr -s ' ' <"/proc/$HELPER_PID/limits")" "Max core file size 1 1" "the limit"
    end_helper
}

# crash FOLDER COMMAND…: with core files of any size allowed; a core in the folder is one of it.
case_a_crash_leaves_no_core() {
    case $(cat /proc/sys/kernel/core_pattern 2>/dev/null) in
    '' | '|'* | */*) skip "this system puts core files elsewhere" ;;
    esac
    # shellcheck disable=SC3045 # dash, bash and busybox have it
    ulimit -c unlimited 2>/dev/null || skip "core files are not allowed here"
    is_not_sanitized
    mkdir other
    # shellcheck disable=SC2016 # for the other shell
    (cd other && sh -c 'kill -SEGV $$') >/dev/null 2>&1 || :
    [ -n "$(find other -type f)" ] || skip "nothing leaves a core file here"
    simulator main
    serve_with_key pace=20/lines=1000 ",\"key_env\":\"MY_OWN_KEY\""
    MY_OWN_KEY=$KEY
    export MY_OWN_KEY
    start_helper
    start_request 1
    until_found '"type":"text","id":1,' events
    kill -SEGV "$HELPER_PID"
    status=0
    wait "$HELPER_PID" || status=$?
    equal "$status" 139 "how it ended"
    equal "$(find . -path ./other -prune -o -name '*core*' -print)" "" "core files"
}

"case_$(echo "$1" | tr - _)"
