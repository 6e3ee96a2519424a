# Sourced after tests/lib.sh: a GIMP with a profile of its own. Expects GIMP_MAJOR and
# GIMP_WARM_PROFILE.
#
# shellcheck shell=sh

# shellcheck source=tests/local/server.sh
. "$SOURCE_DIR/tests/local/server.sh"

GIMP_LOG=$TEST_DIR/gimp.log
PLUG_IN=sightline/sightline
STARTED=
FONTS=-f # GIMP starts faster without; empty for what needs them

# What was started here ends before at_exit cleans up the rest and passes the status on.
stop_started() {
    status=$?
    for pid in $STARTED; do
        if kill -9 "$pid" 2>/dev/null; then wait "$pid" || true; fi
    done
    (exit "$status") || at_exit
    at_exit
}
trap stop_started EXIT

find_gimp() {
    case $GIMP_MAJOR in
    2) set -- gimp-console-2.10 gimp-console ;;
    *) set -- gimp-console-3.2 gimp-console-3.0 gimp-console ;;
    esac
    for GIMP do
        command -v "$GIMP" >/dev/null && return
    done
    skip "GIMP $GIMP_MAJOR is not installed"
}

# use_profile DIRECTORY
use_profile() {
    PROFILE=$1
    export "GIMP${GIMP_MAJOR}_DIRECTORY=$PROFILE"
}

# A copy of the warm profile, so that cases may run at the same time.
own_profile() {
    find_gimp
    cp -a "$GIMP_WARM_PROFILE" "$TEST_DIR/profile"
    use_profile "$TEST_DIR/profile"
}

# use_simulator [segment…]: the server that the plug-in talks to, with faults as path segments.
use_simulator() {
    export SIGHTLINE_PROVIDER=simulator "SIGHTLINE_BASE_URL=$SIMULATOR_URL${1:+/$1}/v1"
}

# Every question has its picture.
store_nothing() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    echo '{"files": {"policy": "never"}}' >"$XDG_CONFIG_HOME/sightline/config.json"
}

# own_task NAME LINE…: a task of the user's own, with these lines.
own_task() {
    folder=$XDG_CONFIG_HOME/sightline
    mkdir -p "$folder/tasks"
    echo "{\"tasks_dir\": \"$folder/tasks\"}" >"$folder/config.json"
    file=$folder/tasks/$1.task
    shift
    printf '%s\n' "$@" >"$file"
}

# use_llama [option…]: a llama-server instead.
# shellcheck disable=SC2119 # the options of both are for others
use_llama() {
    local_server "$@"
    use_local
}

# speak LANGUAGE: a locale of its own, since few machines have one of every language.
speak() {
    mkdir "$TEST_DIR/locales"
    localedef -i "$1" -f UTF-8 "$TEST_DIR/locales/$1.UTF-8" || skip "there is no locale of $1 here"
    export LOCPATH="$TEST_DIR/locales" LC_ALL="$1.UTF-8"
}

# gimp_start SCRIPT: runs it in a GIMP without a window of its own, in the background as $GIMP_PID. All
# that GIMP says is in $GIMP_LOG.
gimp_start() {
    script="$(cat "$SOURCE_DIR/tests/gimp/prelude$GIMP_MAJOR.scm" "$SOURCE_DIR/tests/gimp/prelude.scm")
$1"
    case $GIMP_MAJOR in
    2) set -- -b '(gimp-quit 1)' ;;
    *) set -- --quit ;;
    esac
    # shellcheck disable=SC2086 # an option or none
    "$GIMP" -i -d $FONTS -s --batch-interpreter=plug-in-script-fu-eval -b "$script" "$@" \
        >"$GIMP_LOG" 2>&1 &
    GIMP_PID=$!
    STARTED="$STARTED $GIMP_PID"
}

# gimp SCRIPT: the same, and waits for its end. GIMP's exit status says nothing.
gimp() {
    gimp_start "$1"
    wait "$GIMP_PID" || true
}

# on_a_full_disk: what GIMP and its plug-ins see as the folder $FULL from now on has what $FULL.before holds
# and no room for more. What it has when GIMP ends is copied to $FULL.after.
on_a_full_disk() {
    FULL=$TEST_DIR/full
    mkdir -p "$FULL" "$FULL.before" "$FULL.after"
    unshare -rm --pid --fork --kill-child mount -t tmpfs none "$FULL" 2>/dev/null ||
        skip "no file systems can be mounted here"
    cat >"$TEST_DIR/gimp-on-a-full-disk" <<'END'
#!/bin/sh
exec unshare -rm --pid --fork --kill-child sh -c '
    mount -t tmpfs -o size=256k none "$FULL" && cp -a "$FULL.before/." "$FULL"
    cat /dev/zero >"$FULL/filler" 2>/dev/null
    "$GIMP_ITSELF" "$@"
    cp -a "$FULL/." "$FULL.after"' sh "$@"
END
    chmod +x "$TEST_DIR/gimp-on-a-full-disk"
    export FULL GIMP_ITSELF="$GIMP"
    GIMP=$TEST_DIR/gimp-on-a-full-disk
}

# make_room: on that disk, while GIMP runs.
make_room() {
    rm "/proc/$GIMP_PID/root$FULL/filler"
}

# said NAME: what the script said under that name; fails when it did not get that far.
said() {
    text=$(awk -v start="-Warning: $1={" '
        !on { at = index($0, start); if (!at) next; on = 1; $0 = substr($0, at + length(start)) }
        { end = sub(/}$/, ""); print; if (end) exit }' "$GIMP_LOG")
    [ -n "$text" ] || fail "the script did not say «$1»: $(tail -n 5 "$GIMP_LOG")"
    printf '%s\n' "$text"
}

# mean_is TEXT RED GREEN BLUE WHAT: the mean colour that the server found. JPEG costs a little.
mean_is() {
    mean=$(printf '%s\n' "$1" | sed -n 's/.*Mean colour #\([0-9a-f]\{6\}\).*/\1/p')
    [ -n "$mean" ] || fail "$5: no mean colour in «$1»"
    near $((0x$mean >> 16)) "$2" "$5, red of #$mean"
    near $((0x$mean >> 8 & 255)) "$3" "$5, green of #$mean"
    near $((0x$mean & 255)) "$4" "$5, blue of #$mean"
}

near() {
    if [ $(($1 - $2)) -gt 4 ] || [ $(($2 - $1)) -gt 4 ]; then fail "$3: expected $2, got $1"; fi
}

# plug_ins: the process numbers of the plug-in that runs from this profile.
plug_ins() {
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/exe")" != "$PROFILE/plug-ins/$PLUG_IN" ] || echo "${process#/proc/}"
    done
}

# until_true SECONDS WHAT COMMAND…: polls, since none of the hosts here can tell.
until_true() {
    tries=$(($1 * 20))
    what=$2
    shift 2
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "waited in vain until $what"
        sleep 0.05
    done
}

# journal NAME EVENT: the lines of a simulator's journal about an event.
journal() {
    grep "\"event\":\"$2\"" "$TEST_DIR/$1.journal"
}

journal_has() {
    journal "$1" "$2" | grep -q -- "$3"
}

no_plug_in() {
    [ -z "$(plug_ins)" ]
}
