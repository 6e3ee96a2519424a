#!/bin/sh
# machine.sh CASE: what goes wrong on the person's machine, or between it and the server.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/editors/process.sh
. "$SOURCE_DIR/tests/editors/process.sh"

cd "$TEST_DIR" || exit
export TEST_DIR

ask() {
    "$BUILD_DIR/bin/sightline-test-ask" "$@"
}

picture() {
    "$BUILD_DIR/bin/sightline-test-picture" "$@" || fail "a test picture could not be made"
}

# configure MEMBERS-OF-THE-PROVIDER [MEMBERS]
configure() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    printf '{"provider": "test", "providers": {"test": {"like": "stepfun", "model": "step-3.7-flash", "key": null, %s, "retries": 0}}%s}' \
        "$1" "${2:+, $2}" >"$XDG_CONFIG_HOME/sightline/config.json"
}

# use [PLAN [MEMBERS [MEMBERS-OF-THE-PROVIDER]]]
use() {
    configure "\"base_url\": \"$SIMULATOR_URL${1:+/$1}/v1\"${3:+, $3}" "${2-}"
}

# kill_simulator: the last one, as a crash would end it.
kill_simulator() {
    pid=${SIMULATORS##* }
    SIMULATORS=${SIMULATORS% *}
    kill -9 "$pid"
    wait "$pid" || :
}

# held: the descriptors of the helper, by kind; an idle connection may be kept, or dropped late.
held() {
    for descriptor in /proc/"$HELPER_PID"/fd/*; do
        readlink "$descriptor" || :
    done | sed 's/:.*//' | grep -v socket | sort | uniq -c
}

holds_what_it_held() {
    [ "$(held)" = "$HELD" ]
}

# no_connection URL: none to this server, but for what the system remembers of one that was closed.
no_connection() {
    ! awk -v port="$(printf ':%04X' "${1##*:}")" \
        'substr($3, length($3) - 4) == port && $4 != "06" { found = 1 } END { exit !found }' /proc/net/tcp
}

# start_request ID PICTURE
start_request() {
    say "[1,{\"method\":\"start\",\"id\":$1,\"task\":\"describe\",\"media\":[\"$TEST_DIR/$2\"]}]"
}

# The next request of the same helper, to a server that is there.
next_request() {
    simulator "next$1"
    use
    start_request "$1" small.png
    until_found "\"type\":\"done\",\"id\":$1," events
}

case_server_is_killed() {
    picture png 30 20 ff0000 small.png
    picture --noise jpg 720 720 808080 large.jpg
    mkdir tmp
    TMPDIR=$TEST_DIR/tmp
    export TMPDIR
    start_helper
    next_request 1
    no_connection "$SIMULATOR_URL" && fail "the connections cannot be seen"
    HELD=$(held)
    id=1
    while read -r plan file moment sentence; do
        id=$((id + 1))
        kill_simulator
        simulator "killed$id"
        killed=$SIMULATOR_URL
        use "$plan"
        start_request $id "$file"
        until_found "\"id\":$id,.*$moment" events
        kill_simulator
        until_found "\"type\":\"failed\",\"id\":$id," events
        contains "$(grep "\"type\":\"failed\",\"id\":$id," events)" "$sentence" "killed while $moment"
        id=$((id + 1))
        next_request $id
        equal "$(grep -c "\"type\":\"\(failed\|done\)\",\"id\":$((id - 1))," events)" 1 "ends"
        await "what it held before" holds_what_it_held
        await "the end of the connection" no_connection "$killed"
        equal "$(ls tmp)" "" "temporary files"
    done <<'PLANS'
slow-read=100 large.jpg uploading ; ask again
delay=60000 small.png checking everything was sent and may be billed, so it was not sent again; ask again
pace=20/lines=1000 small.png answering ; ask again
PLANS
    kill_simulator # it has inherited the helper's wires
    exec 3>&-
    wait "$HELPER_PID" || fail "the helper ended with $?"
}

case_name_is_not_found() {
    unset SIGHTLINE_LOOPBACK_ONLY http_proxy https_proxy all_proxy
    picture png 30 20 ff0000 small.png
    configure '"base_url": "https://nobody.invalid/v1"' '"consent": true'
    answer=$(ask small.png) && fail "a name that is not there answered"
    contains "$answer" "failed “network” 0 https://nobody.invalid/v1: its name could not be found; check the base URL and the network" \
        "the sentence"
}

# certificate NAME SUBJECT
certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -addext "subjectAltName=$2" \
        -keyout "$1.key" -out "$1.pem" 2>certificate.log || fail "$(cat certificate.log)"
}

# expired_certificate NAME SUBJECT: of the year 2020, which only an authority can make.
expired_certificate() {
    certificate "$1" "$2"
    openssl req -new -key "$1.key" -subj "/CN=$1" -addext "subjectAltName=$2" -out "$1.csr"
    : >issued
    printf '[ca]\ndefault_ca = one\n[one]\ndatabase = issued\nnew_certs_dir = .\nrand_serial = yes\n' >ca.conf
    printf 'default_md = sha256\npolicy = any\ncopy_extensions = copy\n[any]\ncommonName = supplied\n' >>ca.conf
    openssl ca -config ca.conf -batch -selfsign -keyfile "$1.key" -in "$1.csr" -out "$1.pem" -notext \
        -startdate 20200101000000Z -enddate 20200102000000Z 2>certificate.log ||
        fail "$(cat certificate.log)"
}

# distrusted NAME
distrusted() {
    simulator "$1" --tls "$1.pem" "$1.key"
    use "" "" "\"ca_file\": \"$TEST_DIR/${2-$1}.pem\""
    answer=$(ask small.png) && fail "the certificate $1 was trusted"
    contains "$answer" "failed “certificate” 0 $SIMULATOR_URL/v1: its certificate cannot be trusted; check the base URL and the clock, or set ca_file for a private authority" \
        "the certificate $1"
    ! grep -qv '"event":"greeting"' "$1.journal" || fail "something was sent to $1"
}

case_certificates() {
    command -v openssl >/dev/null || skip "openssl is not installed"
    picture png 30 20 ff0000 small.png
    certificate good IP:127.0.0.1
    certificate unknown IP:127.0.0.1
    certificate elsewhere DNS:elsewhere.example.com
    expired_certificate expired IP:127.0.0.1
    distrusted unknown good
    distrusted elsewhere
    distrusted expired
    simulator trusted --tls good.pem good.key
    use "" "" "\"ca_file\": \"$TEST_DIR/good.pem\""
    contains "$(ask small.png)" "done step-3.7-flash" "a good certificate"
}

case_proxy_asks_for_a_password() {
    unset SIGHTLINE_LOOPBACK_ONLY http_proxy https_proxy all_proxy
    picture png 30 20 ff0000 small.png
    mkfifo port
    "$BUILD_DIR/bin/sightline-test-serve" "$TEST_DIR" proxy.log >port &
    SIMULATORS="$SIMULATORS $!"
    read -r number <port
    configure "\"base_url\": \"https://elsewhere.example.com/v1\", \"proxy\": \"http://someone:secret@127.0.0.1:$number\"" \
        '"consent": true'
    answer=$(ask small.png) && fail "there was an answer"
    contains "$answer" "failed “network” 0 https://elsewhere.example.com/v1: the proxy answered 407 instead of connecting; check “proxy” of the configuration and its password" \
        "the sentence"
    lacks "$answer" "secret" "the sentence"
    contains "$(cat proxy.log)" "CONNECT elsewhere.example.com:443" "the proxy"
    lacks "$(cat proxy.log)" "POST" "the proxy"
    kill_simulator
}

# in_namespace LINE…: a script, as root of a namespace of its own, where file systems can be mounted;
# `ask` is a word of it.
in_namespace() {
    unshare -rm true 2>/dev/null || skip "no file systems can be mounted here"
    {
        echo "ask() { \"$BUILD_DIR/bin/sightline-test-ask\" \"\$@\"; }"
        printf '%s\n' "$@"
    } >script
    status=0
    unshare -rm sh -u script || status=$?
    [ "$status" -ne 77 ] || skip "a file system cannot be mounted here"
}

# A disk with no room: the answer comes, what is not remembered is told, and what is made anew later works.
case_disk_full_for_state() {
    simulator main
    picture --noise jpg 500 400 404040 a.jpg
    use "" '"files": {"policy": "always"}, "budget": {"day": 5}'
    mkdir -p "$XDG_STATE_HOME"
    # shellcheck disable=SC2016 # expanded there
    in_namespace \
        'cd "$XDG_STATE_HOME/.." && mount -t tmpfs -o size=64k none "$XDG_STATE_HOME" || exit 77' \
        'cd "$TEST_DIR"' \
        'mkdir "$XDG_STATE_HOME/sightline"' \
        'yes "{\"page\": \"all but full\"}" | head -c 4075 >"$XDG_STATE_HOME/sightline/usage.jsonl"' \
        'cat /dev/zero >"$XDG_STATE_HOME/full" 2>error.log' \
        'ask a.jpg >full.txt' \
        'find "$XDG_STATE_HOME/sightline" -type f -size +0 ! -name usage.jsonl >left.txt' \
        'wc -c <"$XDG_STATE_HOME/sightline/usage.jsonl" >size.txt' \
        'ask --then "Still there?" --save "$XDG_STATE_HOME/talk.json" a.jpg >talk.txt' \
        'ls -A "$XDG_STATE_HOME" >beside.txt' \
        'rm "$XDG_STATE_HOME/full"' \
        'ask a.jpg >room.txt' \
        'ask --files >files.txt' \
        'cat "$XDG_STATE_HOME/sightline/usage.jsonl" >usage.txt'
    contains "$(cat full.txt)" "note nothing is stored with the provider: $XDG_STATE_HOME/sightline/files.db: the index of stored files cannot be used: database or disk is full" \
        "with no room"
    contains "$(cat full.txt)" "note budget.day does not count this: $XDG_STATE_HOME/sightline/usage.jsonl: cannot be written: No space left on device" \
        "with no room"
    contains "$(cat full.txt)" "done step-3.7-flash" "with no room"
    equal "$(cat left.txt)" "" "what is half written"
    equal "$(cat size.txt)" 4075 "the size of the usage, with no room for another line"
    contains "$(cat talk.txt)" "failed “file” 0 $XDG_STATE_HOME/talk.json: cannot be written: No space left on device" \
        "a conversation"
    lacks "$(cat beside.txt)" talk.json "half a conversation"
    contains "$(cat room.txt)" "done step-3.7-flash" "with room"
    contains "$(cat files.txt)" "ours kept a.jpg" "with room"
    equal "$(grep -vc '^{.*}$' usage.txt)" 0 "half lines of the usage"
}

# What cannot be prepared for want of room is told before anything is sent.
case_disk_full_for_temporary_files() {
    clip 130 long.mkv
    simulator main
    use
    mkdir tmp
    TMPDIR=$TEST_DIR/tmp
    export TMPDIR
    # shellcheck disable=SC2016 # expanded there
    in_namespace \
        'mount -t tmpfs -o size=16k none "$TMPDIR" || exit 77' \
        'ask --task video long.mkv >full.txt' \
        'ls -A "$TMPDIR" >left.txt'
    contains "$(cat full.txt)" "failed “file” 0 long.mkv: there is no room for a part of it in the temporary folder; free some, or set TMPDIR to another folder" \
        "with no room"
    equal "$(cat left.txt)" "" "what is left"
    [ ! -s main.journal ] || fail "something was sent"
    ask --task video long.mkv >room.txt || fail "with room: $(cat room.txt)"
}

# Nothing can be written where the person's files are.
case_read_only_home() {
    simulator main
    picture --noise jpg 500 400 404040 a.jpg
    use "" '"files": {"policy": "always"}'
    echo '[1,{"method":"set_key","id":1,"key":"sk-one"}]' >message
    # shellcheck disable=SC2016 # expanded there
    in_namespace \
        'mount --bind "$HOME" "$HOME" && mount -o remount,bind,ro "$HOME" || exit 77' \
        'ask --then "Still there?" a.jpg >answers.txt' \
        'ask --save "$HOME/talk.json" a.jpg >talk.txt' \
        'export SIGHTLINE_PROVIDER=stepfun' \
        "mkfifo keys; \"$HELPER\" --vim <keys >key.txt 2>&1 & exec 3>keys; cat message >&3" \
        'until grep -q "\"id\":1," key.txt; do sleep 0.02; done' \
        'exec 3>&-; wait'
    contains "$(cat answers.txt)" "note nothing is stored with the provider: $XDG_STATE_HOME/sightline/files.db: cannot be made: Read-only file system" \
        "the answers"
    equal "$(grep -c '^done step-3.7-flash' answers.txt)" 2 "answers"
    contains "$(cat talk.txt)" "failed “file” 0 $HOME/talk.json: cannot be written: Read-only file system" \
        "a conversation"
    contains "$(cat key.txt)" "Read-only file system" "a key"
    lacks "$(cat key.txt)" "sk-one" "a key"
}

# jump SECONDS: sets the clock of what has the library.
jump() {
    echo "$1" >jump
}

with_a_clock_that_jumps() {
    JUMP=$BUILD_DIR/lib/sightline-test-jump.so
    [ -e "$JUMP" ] || skip "this build has no clock that jumps"
    jump 0
    export JUMP_FILE="$TEST_DIR/jump"
}

# ask, by that clock.
ask_by_it() {
    LD_PRELOAD=$JUMP "$BUILD_DIR/bin/sightline-test-ask" "$@"
}

DAY=86400

# In the middle of an answer, and of a wait for one that does not come.
case_clock_jumps_during_a_request() {
    with_a_clock_that_jumps
    simulator main
    picture png 30 20 ff0000 small.png
    for seconds in $DAY -$DAY; do
        jump 0
        use pace=20/lines=40
        ask_by_it small.png >answer.txt &
        asking=$!
        until_found "^text " answer.txt
        jump "$seconds"
        wait $asking || fail "by $seconds s: $(cat answer.txt)"
        contains "$(sed -n 's/^text //p' answer.txt | tr -d '\n')" "Line 40 of 40" "by $seconds s"
        jump 0
        use silent "" '"timeouts": {"first_byte": 1}'
        ask_by_it small.png >answer.txt &
        asking=$!
        until_found "^phase checking" answer.txt
        jump "$seconds"
        wait $asking && fail "by $seconds s: an answer"
        contains "$(cat answer.txt)" "no answer began within 1 s" "by $seconds s"
    done
}

# A date of the server's is one by its own clock.
case_clock_is_wrong_by_a_day() {
    with_a_clock_that_jumps
    simulator main
    picture png 30 20 ff0000 small.png
    for seconds in $DAY -$DAY; do
        jump "$seconds"
        use "times=1/status=503/retry-after=date:2/lines=$((1 + (seconds > 0)))" "" '"retries": 2'
        answer=$(ask_by_it small.png) || fail "by $seconds s: $answer"
        contains "$answer" "answered 503; asking again in " "by $seconds s"
        lacks "$answer" "asking again in 0 s" "by $seconds s"
        use status=429/retry-after=date:3600 "" '"retries": 2'
        answer=$(ask_by_it small.png) && fail "by $seconds s: an answer"
        contains "$answer" "it wants no request for 60 min; ask again then" "by $seconds s"
    done
}

# The budget of a day is that of the day it is; the one before comes back with its sum.
case_clock_jumps_between_requests() {
    with_a_clock_that_jumps
    simulator main
    picture png 30 20 ff0000 small.png
    picture --noise jpg 500 400 404040 a.jpg
    use "" '"budget": {"day": 0.0003}'
    ask_by_it small.png >first.txt || fail "the first: $(cat first.txt)"
    while answer=$(ask_by_it small.png); do :; done
    contains "$answer" "were spent today, and budget.day allows 0.0003" "the budget"
    jump $DAY
    ask_by_it small.png >next.txt || fail "a day later: $(cat next.txt)"
    jump 0
    answer=$(ask_by_it small.png) && fail "back again, there was an answer"
    contains "$answer" "were spent today, and budget.day allows 0.0003" "back again"

    use "" '"files": {"policy": "auto"}'
    ask_by_it --repeat 2 a.jpg >stored.txt
    contains "$(cat stored.txt)" "note a.jpg is stored" "the second time"
    for seconds in $DAY -$DAY $((6 * DAY)) 0; do
        jump "$seconds"
        ask_by_it a.jpg >again.txt || fail "by $seconds s: $(cat again.txt)"
        contains "$(ask --files)" "a.jpg" "by $seconds s"
    done
    equal "$(grep -c '"method":"POST","path":"/v1/files"' main.journal)" 1 "uploads"
    equal "$(grep -c '"method":"DELETE"' main.journal)" 0 "deleted"
    jump $((30 * DAY))
    ask_by_it small.png >late.txt || fail "much later: $(cat late.txt)"
    await "what is due to be deleted" grep -q '"method":"DELETE"' main.journal
}

helpers() {
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/exe")" = "$HELPER" ] &&
            tr '\0' '\n' <"$process/environ" | grep -qx "HOME=$HOME" && echo "${process#/proc/}"
    done 2>/dev/null
    true
}

no_helper() {
    [ -z "$(helpers)" ]
}

# edit HOST FILE CASE: the editor, in the background as EDITOR_PID; `reached` has its number in time.
edit() {
    export CASE_FILE="$2" CASE="$3" ERRORS="$TEST_DIR/errors.log" SIMULATOR_URL
    export SIMULATOR_JOURNAL="$TEST_DIR/$SIMULATOR_NAME.journal"
    printf 'first\nsecond\nthird\n' >note.txt
    here=$SOURCE_DIR/tests/editors
    case $1 in
    nvim) nvim --headless -u NONE -i NONE -S "$here/helpers.vim" note.txt >screen.log 2>&1 & ;;
    vim)
        [ -p keys ] || mkfifo keys
        TERM=xterm vim -N -u NONE -i NONE --not-a-term -S "$here/helpers.vim" note.txt \
            <>keys >screen.txt 2>&1 &
        ;;
    esac
    EDITOR_PID=$!
}

# The helper ends with its editor, and the request with the helper.
editor_is_killed() {
    command -v "$1" >/dev/null || skip "$1 is not installed"
    picture png 96 64 ff0000 red.png
    mkdir tmp
    TMPDIR=$TEST_DIR/tmp
    export TMPDIR
    for phase in preparing uploading answering; do
        SIMULATOR_NAME=$phase
        simulator $phase
        rm -f reached
        edit "$1" "$SOURCE_DIR/tests/faults/killed.vim" $phase
        await "the editor" test -s reached
        no_helper && fail "the helper cannot be seen"
        kill -9 "$EDITOR_PID"
        wait "$EDITOR_PID" || :
        await "the end of the helper" no_helper
        await "the end for the server" all_ended $phase
        equal "$(find tmp -name 'sightline*')" "" "temporary files"
        equal "$(cat note.txt)" "first
second
third" "the text"
    done
}

all_ended() {
    touch "$1.journal"
    [ "$(grep -c '"event":"request"' "$1.journal")" -eq "$(grep -c '"event":"end"' "$1.journal")" ]
}

case_neovim_is_killed() {
    editor_is_killed nvim
}

case_vim_is_killed() {
    editor_is_killed vim
}

# has_stored HOST NUMBER: at least so many pictures.
has_stored() {
    number=$(cat "stored-by-$1" 2>/dev/null) || :
    [ "${number:-0}" -ge "$2" ]
}

children_of() {
    cat /proc/"$1"/task/*/children
}

# Both write the index all the time; one is killed with its helper, and the other goes on.
case_two_editors_share_the_index() {
    for host in nvim vim; do
        command -v $host >/dev/null || skip "$host is not installed"
    done
    SIMULATOR_NAME=main
    simulator main
    # A case configures as it goes along.
    XDG_CONFIG_HOME=$HOME/first
    edit nvim "$SOURCE_DIR/tests/faults/killed.vim" storing
    first=$EDITOR_PID
    XDG_CONFIG_HOME=$HOME/second
    edit vim "$SOURCE_DIR/tests/faults/killed.vim" storing
    second=$EDITOR_PID
    await "pictures of both" has_stored nvim 3
    await "pictures of both" has_stored vim 3
    # shellcheck disable=SC2046 # numbers
    kill -9 "$first" $(children_of "$first") || : # of whom one may have ended by itself
    wait "$first" || :
    await "the number of the first" has_stored nvim 3
    left=$number
    await "the number of the second" has_stored vim 3
    await "more pictures of the other" has_stored vim $((number + 3))
    touch enough
    wait "$second" || :
    [ -e errors.log ] || fail "the other editor did not come to the end"
    [ ! -s errors.log ] || fail "the other editor"
    [ ! -e "$XDG_STATE_HOME/sightline/files.db.damaged" ] || fail "the index was damaged"
    use
    ask --files >files.txt
    for number in $(seq "$left"); do
        grep -q "ours kept nvim-$number.jpg" files.txt || fail "nvim-$number.jpg is not known"
    done
    for number in $(seq "$(cat stored-by-vim)"); do
        grep -q "ours kept vim-$number.jpg" files.txt || fail "vim-$number.jpg is not known"
    done
    use "" '"files": {"policy": "always"}'
    ask "nvim-1.jpg" >/dev/null || fail "afterwards it does not work"
}

"case_$(echo "$1" | tr - _)"
