#!/bin/sh
# helper.sh CASE: sightline-editor on its own, with a shell for an editor.

# shellcheck source=tests/lib.sh
. "${0%/*}/../lib.sh"
# shellcheck source=tests/editors/process.sh
. "${0%/*}/process.sh"

cd "$TEST_DIR" || exit

describe() {
    "$BUILD_DIR/bin/sightline-test-picture" png 96 64 ff0000 red.png
    serve "$1"
    say "[1,{\"method\":\"start\",\"id\":1,\"task\":\"describe\",\"media\":[\"$TEST_DIR/red.png\"]}]"
}

case_options() {
    version=$("$HELPER" --version) || fail "--version fails"
    equal "$version" "sightline-editor $(sed -n 's/^let s:version = .\(.*\).$/\1/p' \
        "$SOURCE_DIR/plugins/editor/runtime/autoload/sightline.vim")" "the version"
    contains "$("$HELPER" --help)" "--nvim" "--help"
    status=0
    "$HELPER" </dev/null >out 2>usage.log || status=$?
    equal "$status $(wc -c <out)" "2 0" "no option"
    contains "$(cat usage.log)" "usage:" "no option"
}

case_end_of_input_ends_everything() {
    simulator main
    start_helper
    describe stall=3000/lines=100
    until_found '"type":"text"' events
    exec 3>&-
    wait "$HELPER_PID" || fail "the helper ended with $?"
    until_found '"how":"client closed"' main.journal
}

case_hostile_messages_are_refused() {
    start_helper
    for message in '' 'x' '[' '{}' '[1]' '[1,2]' '[1,{}]' '[1,{"method":7}]' '[1,{"method":"paint"}]' \
        '[1,{"method":"start"}]' '[1,{"method":"start","id":"1"}]' '[1,{"method":"start","id":-1}]' \
        '[1,{"method":"start","id":1.5}]' '[1,{"method":"cancel","id":1e99}]'; do
        say "$message"
    done
    say '[1,{"method":"start","id":1}]'
    say '[1,{"method":"start","id":2,"task":"describe","media":"no list"}]'
    say '[1,{"method":"start","id":3,"task":"describe","media":[1]}]'
    say '[1,{"method":"start","id":4,"task":"no task","media":[]}]'
    say '[1,{"method":"set_key","id":5,"key":{}}]'
    say '[1,{"method":"cancel","id":6}]'
    say '[1,{"method":"start","id":7,"task":"ask","instruction":7}]'
    say '[1,{"method":"start","id":8,"task":"ask","conversation":"x"}]'
    say '[1,{"method":"start","id":9,"task":"ask","conversation":0}]'
    say '[1,{"method":"start","id":10,"task":"ask","conversation":7,"continues":true}]'
    say '[1,{"method":"start","id":11,"task":"ask","options":[1]}]'
    say '[1,{"method":"start","id":12,"task":"ask","media":["no address"]}]'
    say '[1,{"method":"save","id":13,"conversation":7,"path":"/tmp/x"}]'
    say '[1,{"method":"save","id":14,"conversation":1}]'
    say '[1,{"method":"open","id":15,"conversation":1,"path":"x"}]'
    say '[1,{"method":"open","id":16,"path":"/"}]'
    say '[1,{"method":"open","id":17,"conversation":1,"path":"/"}]'
    say '[1,{"method":"agree","id":18}]'
    say '[1,{"method":"agree","id":19,"base_url":["https://api.stepfun.ai/v1"]}]'
    say '[1,{"method":"agree","id":20,"base_url":"https://elsewhere.example.com/v1"}]'
    say '[1,{"method":"choose","id":21}]'
    say '[1,{"method":"choose","id":22,"provider":7,"model":{}}]'
    say '[1,{"method":"choose","id":23,"provider":"nobody"}]'
    say '[1,{"method":"forget","conversation":3}]'
    say '[1,{"method":"forget"}]'
    say '[1,{"method":"hello"}]'
    until_found '"type":"ready"' events
    equal "$(grep -c '"type":"error"' events)" 15 "the errors"
    for id in 1 2 3 4 5 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
        until_found "\"type\":\"failed\",\"id\":$id,\|\"id\":$id,.*\"type\":\"failed\"" events
    done
    [ ! -e "$XDG_STATE_HOME/sightline/consent" ] || fail "nonsense was taken for an agreement"
    exec 3>&-
    wait "$HELPER_PID" || fail "the helper ended with $?"
}

case_too_long_a_message_ends_it() {
    head -c 5000000 /dev/zero | tr '\0' x >long
    status=0
    "$HELPER" --vim <long >events 2>helper.log || status=$?
    equal "$status" 1 "the status"
    contains "$(cat helper.log)" "over 4 MB" "the reason"
}

# An editor that does not read holds up the answer, and gets all of it later, in short messages.
case_slow_reader_gets_everything() {
    simulator main
    mkfifo wires results
    "$HELPER" --vim <wires >results 2>helper.log &
    HELPER_PID=$!
    exec 3>wires 4<results
    describe lines=30000
    until_found '"status":200' main.journal
    cat <&4 >events 3>&- &
    until_found '"type":"done"' events
    text=$(sed -n 's/.*"type":"text".*"text":"\(.*\)","alternative":0}]$/\1/p' events | tr -d '\n')
    equal "$(echo "$text" | grep -o 'of 30000' | wc -l)" 30000 "the lines"
    longest=$(LC_ALL=C awk '{ if (length($0) > most) most = length($0) } END { print most + 1 }' events)
    [ "$longest" -le 16384 ] || fail "a message has $longest bytes"
    exec 3>&- 4<&-
    wait "$HELPER_PID" || fail "the helper ended with $?"
}

case_every_field_reaches_the_server() {
    simulator main
    start_helper
    serve reasoning=0
    question='"instruction":"INSTRUCTION","selection":"SELECTION","context":"CONTEXT"'
    settings='"language":"LANGUAGE","detail":"high","effort":"high","filetype":"FILETYPE"'
    options='"options":{"n":2,"temperature":0.5}'
    say "[1,{\"method\":\"start\",\"id\":1,\"task\":\"ask\",\"media\":[\"http://127.0.0.1:9/a.png\"],\"typed\":[\"http://127.0.0.1:9/a.png\"],$question,$settings,$options}]"
    until_found '"type":"done"' events
    body=$(cat main.bodies/*)
    for part in http://127.0.0.1:9/a.png INSTRUCTION LANGUAGE '"detail":"high"' \
        '"reasoning_effort":"high"' SELECTION CONTEXT FILETYPE '"n":2' '"temperature":0.5'; do
        contains "$body" "$part" "the request"
    done
    until_found 'f 2\.","alternative":1' events
    until_found '"cost":{"amount":0\.0.*"currency":"USD","estimated":true}' events
    exec 3>&-
    wait "$HELPER_PID" || fail "the helper ended with $?"
}

# ask_in CONVERSATION ID CONTINUES
ask_in() {
    say "[1,{\"method\":\"start\",\"id\":$2,\"task\":\"ask\",\"instruction\":\"what?\",\"conversation\":$1,\"continues\":$3}]"
    until_found "\"type\":\"\(done\|failed\)\",\"id\":$2," events
}

case_conversations_are_bounded() {
    simulator main
    start_helper
    serve reasoning=0
    for number in $(seq 65); do
        ask_in "$number" "$number" false
    done
    ask_in 65 66 true
    ask_in 1 67 true
    equal "$(grep -c 'longest ago is not kept any more' events)" 1 "the notes"
    until_found '"type":"done","id":66,' events
    contains "$(tail -n 1 events)" "this conversation is not kept any more" "the first one"
    say '[1,{"method":"forget","conversation":65}]'
    ask_in 65 99 true
    until_found '"id":99,.*not kept any more' events
    exec 3>&-
    wait "$HELPER_PID" || fail "the helper ended with $?"
}

case_tasks_and_models_are_listed() {
    simulator main
    start_helper
    serve reasoning=0
    say '[1,{"method":"tasks","id":1}]'
    until_found '"type":"done","id":1,' events
    until_found '"name":"describe","title":".*","output":"text","min_media":1,.*"images":true,"videos":false,"own":false' events
    until_found '"name":"ask",.*"min_media":0,.*"videos":true' events
    until_found '"type":"stacks","id":1,"list":\[.*"name":"react-tailwind","title":".*","filetype":"typescriptreact"' events
    equal "$(grep -c '"type":"tasks","id":1,' events)" 2 "messages for 17 tasks"
    say '[1,{"method":"models","id":2}]'
    until_found '"type":"done","id":2,"text":""' events
    until_found '"type":"text","id":2,"text":"step-3.7-flash\\n' events
    exec 3>&-
    wait "$HELPER_PID" || fail "the helper ended with $?"
}

# Quotes are the worst: JSON doubles them.
case_pictures_fit_into_messages() {
    start_helper
    quotes=$(printf '%1000s' '' | sed 's/ /\\"/g')
    text="[![$quotes$quotes](<$quotes> '$quotes$quotes')](<$quotes$quotes>)\\n\\n![](<$quotes$quotes>)"
    say "[1,{\"method\":\"pictures\",\"id\":1,\"filetype\":\"markdown\",\"text\":\"$text\",\"first\":1,\"last\":9}]"
    until_found '"type":"done"' events
    equal "$(grep -c '"type":"picture"' events)" 2 "pictures"
    contains "$(cat events)" '"fixed":"its address is over 1 KB long"' "a long address"
    longest=$(awk '{ if (length($0) > most) most = length($0) } END { print most }' events)
    { [ "$longest" -gt 4000 ] && [ "$longest" -le 16384 ]; } ||
        fail "the longest message has $longest bytes"
    say '[1,{"method":"pictures","id":2,"filetype":"markdown","text":"![](a)","first":2,"last":2}]'
    until_found '"id":2,"text":""' events
    say '[1,{"method":"pictures","id":3,"filetype":"markdown.x","text":7}]'
    until_found '"id":3,"code":"invalid"' events
    say '[1,{"method":"start","id":4,"task":"alt","alt":{"style":1}}]'
    until_found 'alt must be the form of a picture' events
    equal "$(grep -c '"type":"picture"' events)" 2 "pictures after all"
}

"case_$(echo "$1" | tr - _)"
