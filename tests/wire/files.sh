#!/bin/sh
# files.sh CASE: what is stored with the provider, and referred to, against the simulator's Files API.
. "$SOURCE_DIR/tests/lib.sh"

INDEX=$XDG_STATE_HOME/sightline/files.db
MARK=0

ask() {
    "$BUILD_DIR/bin/sightline-test-ask" "$@"
}

# noise NAME SEED: a JPEG of 100 KB or so that is sent as it is
noise() {
    "$BUILD_DIR/bin/sightline-test-picture" --noise jpg 500 400 "$2" "$TEST_DIR/$1"
}

# use [PLAN]: the simulator with this instruction.
use() {
    SIGHTLINE_PROVIDER=simulator
    SIGHTLINE_BASE_URL=$SIMULATOR_URL${1:+/$1}/v1
    export SIGHTLINE_PROVIDER SIGHTLINE_BASE_URL
}

configure() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    printf '{%s}' "$1" >"$XDG_CONFIG_HOME/sightline/config.json"
}

# requests [METHOD PATH]: how many of them came, and what their bodies had: "N BYTES"
requests() {
    sed -n "/\"event\":\"request\"/s#.*\"method\":\"${1:-[A-Z]*}\",\"path\":\"${2:-[^\"]*}\".*\"body_bytes\":\([0-9]*\).*#\1#p" \
        "$TEST_DIR/sim.journal" | awk '{ n++; sum += $1 } END { print n + 0, sum + 0 }'
}

# sent_since MARK: bytes of bodies and heads that came after the first MARK lines of the journal
sent_since() {
    tail -n +$(($1 + 1)) "$TEST_DIR/sim.journal" | grep '"event":"request"' |
        sed 's/.*"body_bytes":\([0-9]*\).*/\1/' | awk '{ sum += $1 } END { print sum + 0 }'
}

mark() {
    wc -l <"$TEST_DIR/sim.journal"
}

stored() {
    ask --files | sed -n 's/^stored //p'
}

case_a_picture_is_stored_when_it_is_sent_again() {
    simulator sim
    use
    noise a.jpg 111111
    answer=$(ask "$TEST_DIR/a.jpg")
    equal "$(requests POST /v1/files)" "0 0" "stored at the first time"
    lacks "$answer" "is stored" "said"
    first=$(printf '%s\n' "$answer" | sed -n 's/^text //p' | tr -d '\n')
    answer=$(ask "$TEST_DIR/a.jpg")
    contains "$answer" "note a.jpg is stored with simulator for seven days, so that it is not sent again" \
        "said so"
    equal "$(count POST /v1/files)" 1 "uploads"
    before=$(mark)
    answer=$(ask "$TEST_DIR/a.jpg")
    equal "$(printf '%s\n' "$answer" | sed -n 's/^text //p' | tr -d '\n')" "$first" "the same is seen"
    sent=$(sent_since "$before")
    [ "$sent" -lt 2000 ] || fail "the third question sent $sent bytes"
    [ "$sent" -gt 100 ] || fail "nothing was counted: $sent"
    contains "$(stored)" "ours passing a.jpg" "listed"
}


# Which requests came since the MARK, in their order: "POST files", "POST chat", …
order() {
    tail -n +$((MARK + 1)) "$TEST_DIR/sim.journal" |
        sed -n '/"event":"request"/s#.*"method":"\([A-Z]*\)","path":"[^"]*/v1/\([a-z]*\).*#\1 \2#p' |
        tr '\n' ',' | sed 's/,$//'
}

# joined: what `ask` prints, with the text, whose pieces are cut anywhere, in one.
joined() {
    awk '/^text / { printf "%s", substr($0, 6); next } { printf "\n%s", $0 }'
}

count() {
    requests "$@" | cut -d ' ' -f 1
}

api() {
    curl --noproxy '*' -sS "$@"
}

case_a_video_is_stored_at_once() {
    simulator sim
    use
    clip 20 clip.mp4
    answer=$(ask --task video "$TEST_DIR/clip.mp4")
    contains "$answer" "note clip.mp4 is stored with simulator for seven days" "said so"
    contains "$(printf '%s\n' "$answer" | joined)" "Video 1: MP4, 64×48 pixels, 20.0 s" "it is seen"
    equal "$(order)" "POST files,POST chat" "what was sent"
    size=$(wc -c <"$TEST_DIR/clip.mp4")
    sent=$(requests POST '[^"]*/files' | cut -d ' ' -f 2)
    if [ "$sent" -le "$size" ] || [ "$sent" -ge $((size + 700)) ]; then
        fail "$sent bytes for a video of $size"
    fi
    before=$(mark)
    ask --task video --then "And then?" "$TEST_DIR/clip.mp4" >"$TEST_DIR/again.txt"
    contains "$(joined <"$TEST_DIR/again.txt")" "20.0 s" "it is seen again"
    equal "$(count POST '[^"]*/files')" 1 "uploads"
    sent=$(sent_since "$before")
    [ "$sent" -lt 6000 ] || fail "two more questions sent $sent bytes"
    lacks "$(cat "$TEST_DIR"/sim.bodies/*.body | tr -d '\0')" "clip.mp4" "what the provider heard"
}

case_policies() {
    simulator sim
    use
    noise a.jpg 222222
    configure '"files": {"policy": "always"}'
    answer=$(ask "$TEST_DIR/a.jpg")
    equal "$(order)" "POST files,POST chat" "always"
    lacks "$answer" "seven days" "what is kept"
    contains "$(stored)" "ours kept a.jpg" "kept"
    before=$(mark)
    ask "$TEST_DIR/a.jpg" >/dev/null
    sent=$(sent_since "$before")
    [ "$sent" -lt 2000 ] || fail "the second question sent $sent bytes"
    configure '"files": {"policy": "never"}'
    before=$(mark)
    ask "$TEST_DIR/a.jpg" >/dev/null
    sent=$(sent_since "$before")
    [ "$sent" -gt 50000 ] || fail "never: $sent bytes were sent"
    configure '"files": {"policy": "sometimes"}'
    answer=$(ask "$TEST_DIR/a.jpg") && fail "a strange policy was taken"
    contains "$answer" "“policy” must be one of auto, always, never" "a strange policy"
    configure '"files": {"policy": "always"}, "providers": {"simulator": {"protocol": "messages"}}'
    before=$(mark)
    ask "$TEST_DIR/a.jpg" >/dev/null
    [ "$(sent_since "$before")" -gt 50000 ] || fail "a protocol without stored files was sent one"
    SIGHTLINE_PROVIDER=step-plan
    configure '"files": {"policy": "always"}'
    before=$(mark)
    ask "$TEST_DIR/a.jpg" >/dev/null
    [ "$(sent_since "$before")" -gt 50000 ] || fail "a provider without stored files was sent one"
}

# The same content twice in one question is not a second use.
case_the_same_picture_twice_in_one_question() {
    simulator sim
    use
    noise a.jpg 909090
    cp "$TEST_DIR/a.jpg" "$TEST_DIR/b.jpg"
    answer=$(ask "$TEST_DIR/a.jpg" "$TEST_DIR/b.jpg")
    equal "$(order)" "POST chat" "what was sent"
    contains "$answer" "Picture 2: JPEG, 500×400" "both are seen"
    configure '"files": {"policy": "always"}'
    MARK=$(mark)
    answer=$(ask "$TEST_DIR/b.jpg" "$TEST_DIR/a.jpg")
    equal "$(order)" "POST files,POST chat" "stored once"
    contains "$answer" "Picture 2: JPEG, 500×400" "both are seen"
}

# Small ones are not worth it.
case_a_small_picture_is_sent_each_time() {
    simulator sim
    use
    configure '"files": {"policy": "always"}'
    "$BUILD_DIR/bin/sightline-test-picture" png 30 20 ff0000 "$TEST_DIR/small.png"
    ask --repeat 3 "$TEST_DIR/small.png" >/dev/null
    equal "$(order)" "POST chat,POST chat,POST chat" "what was sent"
}

case_a_person_lists_shows_stores_and_deletes() {
    simulator sim
    use
    noise a.jpg 333333
    size=$(wc -c <"$TEST_DIR/a.jpg")
    equal "$(stored)" "" "nothing is there"
    answer=$(ask --store "$TEST_DIR/a.jpg")
    id=$(printf '%s\n' "$answer" | sed -n 's/^result //p')
    contains "$answer" "phase uploading" "progress"
    contains "$(ask --store "$TEST_DIR/a.jpg")" "result $id" "the same again"
    equal "$(count POST '[^"]*/files')" 1 "uploads"
    api -F purpose=storage -F "file=@$TEST_DIR/a.jpg;filename=theirs.jpg" \
        "$SIMULATOR_URL/v1/files" >/dev/null
    list=$(stored | sort -k 3)
    contains "$list" "$id " "ours"
    contains "$list" " ours kept a.jpg" "ours by its name"
    contains "$list" " $size other kept theirs.jpg" "another's"
    contains "$(ask --show "$id")" "stored $id " "shown"
    lacks "$(ask --show "$id")" "theirs.jpg" "shown alone"
    answer=$(ask --show file-none) && fail "an unknown file was shown"
    contains "$answer" "there is no file file-none" "an unknown file"
    for wrong in "a/b" "../models" "a b" "" ".."; do
        answer=$(ask --show "$wrong") && fail "«$wrong» was taken for an id"
        contains "$answer" "failed “invalid”" "«$wrong»"
    done
    answer=$(ask --delete "$id" file-none) || fail "not deleted: $answer"
    lacks "$(stored)" "$id" "deleted"
    contains "$(stored)" "theirs.jpg" "another's stays"
    configure '"files": {"policy": "always"}'
    ask "$TEST_DIR/a.jpg" >/dev/null
    equal "$(stored | grep -c ' ours kept a.jpg$')" 1 "stored anew after it was deleted"
    SIGHTLINE_PROVIDER=openrouter
    answer=$(ask --files) && fail "a provider without files listed some"
    contains "$answer" "openrouter stores no files" "a provider without"
}

# What the index knows is told without asking for it.
case_the_examination_tells_what_is_stored() {
    simulator sim
    use
    contains "$(ask --check)" "note stored files: none with simulator" "nothing yet"
    [ ! -e "$INDEX" ] || fail "an index was made"
    noise a.jpg 313131
    noise b.jpg 323232
    ask --store "$TEST_DIR/b.jpg" >/dev/null
    contains "$(ask --check)" " with simulator, 0.199 MB together; they stay until somebody deletes them" \
        "what a person stored"
    ask --repeat 2 "$TEST_DIR/a.jpg" >/dev/null
    MARK=$(mark)
    contains "$(ask --check)" \
        "note stored files: 2 with simulator, 0.398 MB together; the first of them goes in 7 days" "two"
    equal "$(order)" "GET models" "what was asked"
    while read -r hours words; do
        "$BUILD_DIR/bin/sightline-test-age" "$INDEX" $((hours * 3600)) >/dev/null
        contains "$(ask --check)" "the first of them goes $words" "$hours hours later"
    done <<'END'
132 in 2 days
12 in 1 day
20 in 4 hours
3 in 1 hour
1 with the next question
END
    SIGHTLINE_PROVIDER=openrouter
    SIGHTLINE_BASE_URL=$SIMULATOR_URL/v1
    SIGHTLINE_API_KEY=any
    export SIGHTLINE_API_KEY
    lacks "$(ask --check)" "stored files" "a provider without"
    SIGHTLINE_PROVIDER=simulator
    echo "this is no database, but it is there" >"$INDEX"
    contains "$(ask --check)" "note stored files: $INDEX was damaged" "a damaged index"
}

# Somebody deleted it behind our back.
case_a_stale_file_is_stored_again() {
    simulator sim
    use
    noise a.jpg 444444
    configure '"files": {"policy": "always"}'
    ask "$TEST_DIR/a.jpg" >"$TEST_DIR/first.txt"
    id=$(stored | cut -d ' ' -f 1)
    api -X DELETE "$SIMULATOR_URL/v1/files/$id" >/dev/null
    MARK=$(mark)
    answer=$(ask "$TEST_DIR/a.jpg") || fail "it was not mended: $answer"
    contains "$answer" "note simulator does not have what was stored any more; it is sent again" "said"
    contains "$answer" "JPEG, 500×400" "it is seen"
    equal "$(order)" "POST chat,GET files,POST files,POST chat" "what was asked"
    MARK=$(mark)
    ask "$TEST_DIR/a.jpg" >/dev/null
    equal "$(order)" "POST chat" "afterwards"
    # What is refused for another reason is not asked again.
    MARK=$(mark)
    use times=1/status=400
    configure '"files": {"policy": "always"}, "providers": {"simulator": {"retries": 0}}'
    answer=$(ask "$TEST_DIR/a.jpg") && fail "a refusal was taken for good"
    contains "$answer" "failed “http” 400" "its own reason"
    equal "$(order)" "POST chat,GET files" "asked once"
}

case_what_cannot_be_stored_goes_with_the_question() {
    simulator sim
    noise a.jpg 555555
    configure '"files": {"policy": "always"}'
    use times=1/status=400
    answer=$(ask "$TEST_DIR/a.jpg") || fail "the question failed: $answer"
    contains "$answer" "note a.jpg is not stored, and goes with the question: 127.0.0.1 answered 400" \
        "said"
    equal "$(order)" "POST files,GET files,POST chat" "what was asked"
    MARK=$(mark)
    rm "$INDEX"
    mkdir "$INDEX"
    use
    answer=$(ask "$TEST_DIR/a.jpg") || fail "the question failed: $answer"
    contains "$answer" "note nothing is stored with the provider: $INDEX: the index" "no index"
    equal "$(order)" "POST chat" "without an index"
    rmdir "$INDEX"
    echo "this is no database, but it is there" >"$INDEX"
    answer=$(ask "$TEST_DIR/a.jpg")
    contains "$answer" "files.db was damaged and is begun anew" "a damaged index"
    contains "$answer" "JPEG, 500×400" "with an answer"
}

# A key that is refused is told, and not sent once more with the question.
case_a_refused_key_ends_it() {
    simulator sim --key right
    noise a.jpg 666666
    configure '"files": {"policy": "always"}'
    use
    SIGHTLINE_API_KEY=wrong
    export SIGHTLINE_API_KEY
    answer=$(ask "$TEST_DIR/a.jpg") && fail "a wrong key was taken"
    contains "$answer" "failed “key refused” 401" "told"
    equal "$(order)" "POST files" "what was asked"
    lacks "$(tr -d '\0' <"$INDEX")" "wrong" "the index"
}

case_two_at_once_store_it_once() {
    simulator sim
    noise a.jpg 777777
    configure '"files": {"policy": "always"}'
    use slow-read=50
    for i in 1 2 3; do
        ask "$TEST_DIR/a.jpg" >"$TEST_DIR/$i.txt" &
        eval "asking$i=\$!"
    done
    for i in 1 2 3; do
        eval "wait \$asking$i" || fail "the ${i}th: $(cat "$TEST_DIR/$i.txt")"
        contains "$(cat "$TEST_DIR/$i.txt")" "JPEG, 500×400" "the ${i}th"
    done
    equal "$(count POST '[^"]*/files')" 1 "uploads"
    equal "$(count POST '[^"]*/chat/completions')" 3 "questions"
    equal "$(find "${INDEX%/*}" -name 'storing-*')" "" "what is left"
    contains "$(cat "$TEST_DIR"/[123].txt)" "a.jpg is being stored by another request" "told"
}

case_a_cancelled_upload_leaves_nothing() {
    simulator sim
    noise a.jpg 121212
    configure '"files": {"policy": "always"}'
    use slow-read=100
    answer=$(ask --cancel-at uploading "$TEST_DIR/a.jpg") && fail "not cancelled"
    equal "$(printf '%s\n' "$answer" | tail -n 1)" "cancelled" "the end"
    equal "$(find "${INDEX%/*}" -name 'storing-*')" "" "what is left"
    use
    equal "$(stored)" "" "what is stored"
    ask "$TEST_DIR/a.jpg" >/dev/null
    equal "$(stored | wc -l)" 1 "stored at the next time"
}

being_stored() {
    [ -n "$(find "${INDEX%/*}" -name 'storing-*' 2>/dev/null)" ]
}

# Who is killed while it stores something keeps nobody else from it.
case_a_killed_upload_is_taken_over() {
    simulator sim
    noise a.jpg 888888
    configure '"files": {"policy": "always"}'
    use slow-read=500
    "$BUILD_DIR/bin/sightline-test-ask" "$TEST_DIR/a.jpg" >"$TEST_DIR/killed.txt" &
    killed=$!
    await "the upload to begin" being_stored
    kill -9 "$killed"
    wait "$killed" || :
    use
    answer=$(ask "$TEST_DIR/a.jpg") || fail "not taken over: $answer"
    equal "$(stored | wc -l)" 1 "stored"
    equal "$(count POST '[^"]*/files')" 1 "whole uploads"
}

case_what_is_due_is_deleted_in_passing() {
    simulator sim
    use
    noise a.jpg 101010
    noise b.jpg 202020
    ask --repeat 2 "$TEST_DIR/a.jpg" >/dev/null
    id=$("$BUILD_DIR/bin/sightline-test-age" "$INDEX" $((6 * 86400)))
    use lines=30/pace=20
    ask "$TEST_DIR/b.jpg" >/dev/null
    equal "$(count DELETE)" 0 "deleted too early"
    "$BUILD_DIR/bin/sightline-test-age" "$INDEX" $((2 * 86400)) >/dev/null
    answer=$(ask "$TEST_DIR/b.jpg")
    contains "$answer" "note b.jpg is stored" "what is asked goes on"
    equal "$(count DELETE "[^\"]*/files/$id")" 1 "deleted"
    equal "$(stored | grep -c a.jpg)" 0 "of the account"
    # What a person stored stays, and so does what is being asked about.
    use
    kept=$(ask --store "$TEST_DIR/a.jpg" | sed -n 's/^result //p')
    "$BUILD_DIR/bin/sightline-test-age" "$INDEX" $((30 * 86400)) >/dev/null
    use lines=30/pace=20
    ask --repeat 2 "$TEST_DIR/b.jpg" >/dev/null
    contains "$(stored)" "$kept" "what a person stored"
    contains "$(stored)" "b.jpg" "what is asked about"
}

# A question of text alone needs no index: what is due goes all the same, and a damaged index stays
# for one that does.
case_what_is_due_is_deleted_beside_a_question_of_text() {
    simulator sim
    use
    noise a.jpg 101010
    ask --repeat 2 "$TEST_DIR/a.jpg" >/dev/null
    id=$("$BUILD_DIR/bin/sightline-test-age" "$INDEX" $((8 * 86400)))
    use lines=30/pace=20
    ask --task ask --instruction "Who is there?" >/dev/null || fail "the question failed"
    equal "$(count DELETE "[^\"]*/files/$id")" 1 "deleted"
    echo "this is no database, but it is there" >"$INDEX"
    answer=$(ask --task ask --instruction "Who is there?") || fail "the question failed: $answer"
    lacks "$answer" "damaged" "what is said"
    contains "$(cat "$INDEX")" "this is no database" "the index"
}

case_deleted_after_use() {
    simulator sim
    use
    clip 20 clip.mp4
    noise a.jpg 303030
    configure '"files": {"delete_after_use": true}'
    answer=$(ask --task video --then "And then?" "$TEST_DIR/clip.mp4")
    lacks "$answer" "seven days" "what is said"
    equal "$(order)" \
        "POST files,POST chat,DELETE files,POST files,POST chat,DELETE files" "what was asked"
    equal "$(stored)" "" "what is left"
    MARK=$(mark)
    ask --repeat 2 "$TEST_DIR/a.jpg" >/dev/null
    equal "$(order)" "POST chat,POST chat" "a picture is sent"
    configure '"files": {"policy": "always", "delete_after_use": true}'
    MARK=$(mark)
    ask "$TEST_DIR/a.jpg" "$TEST_DIR/a.jpg" >/dev/null
    equal "$(order)" "POST files,POST chat,DELETE files" "the same picture twice"
}

# A full account: the oldest of ours gives way, and nothing of others'.
case_a_full_account_makes_room() {
    simulator sim
    use
    noise a.jpg 404040
    noise b.jpg 505050
    configure '"files": {"policy": "always"}'
    ask "$TEST_DIR/a.jpg" >/dev/null
    echo x >"$TEST_DIR/x.mp4"
    for i in $(seq 999); do
        [ "$i" -gt 1 ] && echo next
        printf 'url = "%s/v1/files"\nform = "purpose=storage"\nform = "file=@%s;filename=other.mp4"\noutput = /dev/null\nnoproxy = "*"\nsilent\n' \
            "$SIMULATOR_URL" "$TEST_DIR/x.mp4"
    done >"$TEST_DIR/curl.config"
    api -K "$TEST_DIR/curl.config"
    MARK=$(mark)
    answer=$(ask "$TEST_DIR/b.jpg") || fail "it failed: $answer"
    equal "$(order)" "POST files,GET files,DELETE files,POST files,POST chat" "what was asked"
    equal "$(stored | grep -c ' ours ')" 1 "ours"
    contains "$(stored | grep ' ours ')" "b.jpg" "the newer"
    equal "$(stored | wc -l)" 1000 "all"
    # Where nothing is ours the question has it.
    ask --delete "$(stored | grep ' ours ' | cut -d ' ' -f 1)" >/dev/null
    api -F purpose=storage -F "file=@$TEST_DIR/x.mp4;filename=other.mp4" "$SIMULATOR_URL/v1/files" \
        >/dev/null
    MARK=$(mark)
    answer=$(ask "$TEST_DIR/a.jpg") || fail "it failed: $answer"
    contains "$answer" "a.jpg is not stored, and goes with the question" "told"
    equal "$(order)" "POST files,GET files,POST chat" "nobody's file was deleted"
}

case_a_conversation_refers_to_what_is_stored() {
    simulator sim
    use
    noise a.jpg 606060
    ask --then "What else?" --then "And else?" "$TEST_DIR/a.jpg" >"$TEST_DIR/talk.txt"
    equal "$(order)" "POST chat,POST files,POST chat,POST chat" "what was sent"
    last=$(tail -n 20 "$TEST_DIR/sim.journal" | sed -n 's/.*"body_bytes":\([0-9]*\).*/\1/p' | tail -n 1)
    [ "$last" -lt 4000 ] || fail "the third question sent $last bytes"
    contains "$(tail -n 30 "$TEST_DIR/talk.txt")" "JPEG, 500×400" "it is seen still"
}

# Five pictures for a model that takes two: three groups, and the question about what they say.
case_pictures_in_groups_are_stored() {
    simulator sim
    use
    few='"models": {"step-3.7-flash": {"max_pictures": 2}}'
    configure "$few"
    for i in 1 2 3 4 5; do
        noise "$i.jpg" "$i$i$i$i$i$i"
    done
    ask "$TEST_DIR"/[1-5].jpg >"$TEST_DIR/first.txt"
    equal "$(order)" "POST chat,POST chat,POST chat,POST chat" "the first time"
    answer=$(ask "$TEST_DIR"/[1-5].jpg)
    contains "$answer" "note 4.jpg and 1 more are stored with simulator for seven days, so that they are" \
        "said so"
    equal "$(printf '%s\n' "$answer" | grep -c 'stored with')" 3 "how often"
    equal "$(count POST '[^"]*/files')" 5 "uploads"
    before=$(mark)
    answer=$(ask "$TEST_DIR"/[1-5].jpg) || fail "the third time: $answer"
    sent=$(sent_since "$before")
    [ "$sent" -lt 16000 ] || fail "four questions sent $sent bytes"
    contains "$(tail -n +$((before + 1)) "$TEST_DIR/sim.journal")" '"method":"POST"' "asked"
    api -X DELETE "$SIMULATOR_URL/v1/files/$(stored | sed -n 's/ .* 3.jpg$//p')" >/dev/null
    MARK=$(mark)
    answer=$(ask "$TEST_DIR"/[1-5].jpg) || fail "it was not mended: $answer"
    contains "$answer" "does not have what was stored any more; it is sent again" "said"
    equal "$(order | tr ',' '\n' | sort | uniq -c | tr -s ' \n' ' ' | sed 's/ $//')" \
        " 1 GET files 5 POST chat 1 POST files" "what was asked"
    configure "$few"', "files": {"policy": "always", "delete_after_use": true}'
    answer=$(ask "$TEST_DIR"/[1-5].jpg) || fail "not deleted after use: $answer"
    equal "$(stored)" "" "what is left"
}

# What is stored when one group fails stays usable, and the failure is told.
case_a_refused_key_ends_all_groups() {
    simulator sim --key right
    noise a.jpg 666666
    noise b.jpg 676767
    noise c.jpg 686868
    configure '"models": {"step-3.7-flash": {"max_pictures": 2}}, "files": {"policy": "always"}'
    use
    SIGHTLINE_API_KEY=wrong
    export SIGHTLINE_API_KEY
    answer=$(ask "$TEST_DIR"/[abc].jpg) && fail "a wrong key was taken"
    contains "$answer" "failed “key refused” 401 pictures " "told"
    lacks "$(order)" "POST chat" "what was asked"
}

case_a_saved_conversation_refers_to_what_is_stored() {
    simulator sim
    use
    noise a.jpg 616161
    configure '"files": {"policy": "always"}'
    ask --save "$TEST_DIR/talk.json" "$TEST_DIR/a.jpg" >"$TEST_DIR/talk.txt"
    equal "$(order)" "POST files,POST chat" "what was sent"
    before=$(mark)
    answer=$(ask --task ask --instruction "And else?" --open "$TEST_DIR/talk.json")
    contains "$answer" "JPEG, 500×400" "it is seen"
    sent=$(sent_since "$before")
    [ "$sent" -lt 2000 ] || fail "the question after loading sent $sent bytes"
    equal "$(count POST '[^"]*/files')" 1 "uploads"
    api -X DELETE "$SIMULATOR_URL/v1/files/$(stored | cut -d ' ' -f 1)" >/dev/null
    MARK=$(mark)
    answer=$(ask --task ask --instruction "And else?" --open "$TEST_DIR/talk.json")
    contains "$answer" "does not have what was stored any more; it is sent again" "said"
    contains "$answer" "JPEG, 500×400" "it is seen again"
    equal "$(order)" "POST chat,GET files,POST files,POST chat" "mended"
}

# A video is not in the file, and is seen as long as it is stored.
case_a_saved_conversation_sees_a_stored_video() {
    simulator sim
    use
    clip 20 clip.mp4
    ask --task video --save "$TEST_DIR/talk.json" "$TEST_DIR/clip.mp4" >/dev/null
    lacks "$(cat "$TEST_DIR/talk.json")" "$TEST_DIR" "what is written"
    rm "$TEST_DIR/clip.mp4"
    before=$(mark)
    answer=$(ask --task ask --instruction "And then?" --open "$TEST_DIR/talk.json" \
        --save "$TEST_DIR/again.json")
    contains "$(printf '%s\n' "$answer" | joined)" "20.0 s" "it is seen"
    [ "$(sent_since "$before")" -lt 6000 ] || fail "sent again"
    contains "$(ask --task ask --instruction "And then?" --open "$TEST_DIR/again.json" | joined)" "20.0 s" \
        "it is seen in what was saved again"
    api -X DELETE "$SIMULATOR_URL/v1/files/$(stored | cut -d ' ' -f 1)" >/dev/null
    MARK=$(mark)
    answer=$(ask --task ask --instruction "And then?" --open "$TEST_DIR/talk.json")
    contains "$answer" "does not have what was stored any more; it cannot be shown again" "said"
    lacks "$answer" "20.0 s" "it is not seen"
    equal "$(order)" "POST chat,GET files,POST chat" "mended once"
    answer=$(ask --task ask --instruction "And then?" --open "$TEST_DIR/talk.json")
    contains "$answer" "clip.mp4 is not stored with simulator any more and cannot be shown again" "told"
    contains "$answer" "done " "answered"
    sed 's/"sha256":.*/"sha256": "abc",/' "$TEST_DIR/talk.json" >"$TEST_DIR/bad.json"
    answer=$(ask --task ask --instruction "And?" --open "$TEST_DIR/bad.json") && fail "taken"
    contains "$answer" "the digest of a video in it is none" "a damaged one"
}

case_parts_of_a_long_video_are_stored() {
    simulator sim
    use
    clip 310 long.mp4
    ask --task video "$TEST_DIR/long.mp4" >"$TEST_DIR/first.txt"
    equal "$(order)" \
        "POST files,POST chat,POST files,POST chat,POST files,POST chat,POST chat" "what was sent"
    MARK=$(mark)
    ask --task video "$TEST_DIR/long.mp4" >"$TEST_DIR/again.txt"
    equal "$(order)" "POST chat,POST chat,POST chat,POST chat" "the second time"
}

"case_$(echo "$1" | tr - _)"
