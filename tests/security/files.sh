#!/bin/sh
# files.sh CASE: what is written for the person, and what of a folder is believed.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/editors/process.sh
. "$SOURCE_DIR/tests/editors/process.sh"

cd "$TEST_DIR" || exit

ask() {
    "$BUILD_DIR/bin/sightline-test-ask" "$@"
}

# However loose the person's umask is.
case_files_are_the_persons_alone() {
    umask 000
    simulator main
    "$BUILD_DIR/bin/sightline-test-picture" --noise jpg 500 400 404040 a.jpg
    serve reasoning=0
    start_helper
    say '[1,{"method":"start","id":1,"task":"ask","instruction":"what?","conversation":1}]'
    until_found '"type":"done","id":1,' events
    say "[1,{\"method\":\"save\",\"id\":2,\"conversation\":1,\"path\":\"$HOME/talk.json\"}]"
    until_found '"type":"done","id":2,' events
    ask --repeat 2 a.jpg >stored.txt || fail "$(cat stored.txt)"
    contains "$(cat stored.txt)" "is stored" "the second time"
    rm "$XDG_CONFIG_HOME/sightline/config.json"
    say '[1,{"method":"agree","id":3,"base_url":"https://api.stepfun.ai/v1"}]'
    until_found '"type":"done","id":3,' events
    say '[1,{"method":"set_key","id":4,"key":"sk-stored"}]'
    until_found '"type":"done","id":4,' events
    written=$(find "$HOME" -type f | sed "s|$HOME/||" | sort | tr '\n' ' ')
    for name in .config/sightline/keys.json .local/state/sightline/consent \
        .local/state/sightline/files.db .local/state/sightline/usage.jsonl talk.json; do
        contains "$written" "$name" "what was written"
    done
    equal "$(find "$HOME" -type f -perm /077)" "" "files that others can read"
    equal "$(stat -c %a "$XDG_STATE_HOME/sightline")" 700 "the folder of state"
    exec 3>&-
    wait "$HELPER_PID" || fail "the helper ended with $?"
}

# A promise whose test has another name now is one that nobody can check.
case_the_readme_names_tests_that_are_there() {
    sed -n '/^## Security/,/^## Use/s/^|.*|\(.*\)|$/\1/p' "$SOURCE_DIR/README.md" | grep -oE '[a-z][a-z_.-]*-[a-z0-9-]+|ask\.[a-z]+' |
        sed 's/.*\.//; s/^gimp-//; s/-/_/g' >names
    [ "$(wc -l <names)" -gt 20 ] || fail "the section was not found"
    while read -r name; do
        grep -rqE "(case_|Test_|cmocka_unit_test[a-z_]*\()$name\\b" "$SOURCE_DIR/tests" || fail "there is no test $name"
    done <names
}

# hijack FILE: a task that would say something of its own.
hijack() {
    mkdir -p "${1%/*}"
    printf 'media: none, image+\noutput: text\n\nHIJACKED\n' >"$1"
}

# What lies in the folder that one works in counts for nothing.
case_a_projects_files_are_not_believed() {
    simulator main
    serve reasoning=0
    mkdir project
    cd project || exit
    for folder in . tasks .sightline .sightline/tasks sightline .config/sightline/tasks core/tasks; do
        hijack "$folder/describe.task"
        for name in config.json keys.json sightline.json .sightline.json; do
            printf '{"provider":"evil","tasks_dir":"tasks","providers":{"evil":{"base_url":"http://127.0.0.1:9/v1"}}}' \
                >"$folder/$name"
        done
    done
    "$BUILD_DIR/bin/sightline-test-picture" png 30 20 ff0000 small.png
    ask small.png >answer.txt || fail "$(cat answer.txt)"
    lacks "$(cat "$TEST_DIR"/main.bodies/*)" "HIJACKED" "what was asked"

    # A relative path is one beside the configuration, and not one of the folder that one works in.
    config=$XDG_CONFIG_HOME/sightline/config.json
    sed -i 's|^{|{"tasks_dir":"tasks",|' "$config"
    ask small.png >answer.txt || fail "$(cat answer.txt)"
    lacks "$(cat "$TEST_DIR"/main.bodies/*)" "HIJACKED" "what was asked, with a relative tasks_dir"
    hijack "$XDG_CONFIG_HOME/sightline/tasks/describe.task"
    ask small.png >answer.txt || fail "$(cat answer.txt)"
    contains "$(cat "$TEST_DIR"/main.bodies/*)" "HIJACKED" "what was asked, with a task of one's own"
}

"case_$(echo "$1" | tr - _)"
