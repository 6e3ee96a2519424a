#!/bin/sh
# shellcheck disable=SC2317 # the functions given to each_protocol
#
# talk.sh CASE: what a request does by itself, and conversations, against the simulator, whose
# journal and bodies say what was truly sent.
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/video.sh
. "$SOURCE_DIR/tests/video.sh"

ask() {
    "$BUILD_DIR/bin/sightline-test-ask" "$@"
}

picture() {
    "$BUILD_DIR/bin/sightline-test-picture" "$@"
}

# text_of ANSWER: its pieces joined.
text_of() {
    printf '%s\n' "$1" | sed -n 's/^text //p' | tr -d '\n'
}

# use PLAN…: the simulator with these instructions, over PROTOCOL.
use() {
    SIGHTLINE_PROVIDER=simulator
    SIGHTLINE_BASE_URL=$SIMULATOR_URL$(printf '/%s' "$@")/v1
    export SIGHTLINE_PROVIDER SIGHTLINE_BASE_URL
}

plain() {
    SIGHTLINE_PROVIDER=simulator SIGHTLINE_BASE_URL=$SIMULATOR_URL/v1
    export SIGHTLINE_PROVIDER SIGHTLINE_BASE_URL
}

# configure MEMBERS: of the simulator's entry; what else the file has follows in $2. Nothing is stored:
# all that is asked about stands in the bodies.
configure() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    printf '{"files": {"policy": "never"}, "providers": {"simulator": {%s}}%s}' "$1" "${2-}" \
        >"$XDG_CONFIG_HOME/sightline/config.json"
}
configure ''

# body N: the N-th body that the simulator received.
body() {
    find "$TEST_DIR/sim.bodies" -name '*.body' | sort -V | sed -n "${1}p" | xargs cat
}

bodies() {
    find "$TEST_DIR/sim.bodies" -name '*.body' | wc -l
}

# each_protocol FUNCTION: with both.
each_protocol() {
    for protocol in chat messages; do
        configure "\"protocol\": \"$protocol\""
        rm -f "$TEST_DIR/sim.bodies"/*
        "$1"
    done
}

# What the model asks to see comes from the original, at its full resolution, and is told.
case_the_model_looks_closer() {
    simulator sim
    picture png 2000 1000 ff0000 00ff00 0000ff ff0000 00ff00 0000ff ff0000 00ff00 0000ff \
        "$TEST_DIR/wide.png"
    looks() {
        use tools=1
        answer=$(ask --task ask --instruction "What is at the left?" --detail low \
            --save "$TEST_DIR/talk.json" "$TEST_DIR/wide.png")
        contains "$answer" "tool looks at " "$protocol: it is told"
        contains "$answer" "of wide.png" "$protocol: of which picture"
        contains "$answer" "done " "$protocol: and answered"
        # 100×80 of the 728 pixels that the model saw are 274×219 of the original's 2000.
        contains "$(text_of "$answer")" "274×219 pixels" "$protocol: at full resolution"
        contains "$(text_of "$answer")" "Picture 1: " "$protocol: beside the whole"
        contains "$(tr -d ' \t\n' <"$TEST_DIR/talk.json")" \
            '"width":274,"height":219,"source_width":274,' "$protocol: with nothing behind it"
        [ "$(bodies)" -eq 2 ] || fail "$protocol: $(bodies) bodies instead of two"
        # The other tasks that have it show 1512 of the 2000 pixels.
        for task in ocr code; do
            answer=$(ask --task "$task" "$TEST_DIR/wide.png")
            contains "$answer" "tool looks at 132×105 pixels at " "$protocol, $task: it is told"
            contains "$answer" "done " "$protocol, $task: and answered"
        done
    }
    each_protocol looks
}

# What lies where the picture was may be another by the time that the model asks.
case_another_picture_is_not_looked_at() {
    simulator sim
    plain
    picture png 2000 1000 ff0000 "$TEST_DIR/wide.png"
    picture png 1500 1000 00ff00 "$TEST_DIR/other.png"
    use tools=1 # by the follow-up, since only that has the tool
    answer=$(ask --task describe \
        --before-then "mv '$TEST_DIR/other.png' '$TEST_DIR/wide.png'" --then "And closer?" \
        --save "$TEST_DIR/talk.json" "$TEST_DIR/wide.png")
    contains "$answer" "done " "answered"
    contains "$(cat "$TEST_DIR/talk.json")" "this picture was changed since" "the model is told"
    lacks "$(cat "$TEST_DIR/talk.json")" "$TEST_DIR" "where the picture lay is not saved"
}

# A picture that was not scaled has nothing more to show.
case_nothing_to_look_at_no_tool() {
    simulator sim
    plain
    picture png 60 40 ff0000 "$TEST_DIR/small.png"
    ask --task ask --instruction "What is it?" "$TEST_DIR/small.png" >"$TEST_DIR/out.log"
    lacks "$(body 1)" '"tools"' "no tool is offered"
}

case_a_model_that_only_looks_is_told_to_answer() {
    simulator sim
    use tools=50
    picture png 2000 1000 ff0000 "$TEST_DIR/wide.png"
    answer=$(ask --task ask --instruction "What is it?" "$TEST_DIR/wide.png") || true
    [ "$(bodies)" -le 10 ] || fail "it was asked $(bodies) times"
    contains "$(body 8)" "you have looked enough" "told"
}

case_follow_ups_keep_the_picture_and_the_prefix() {
    simulator sim
    picture jpg 900 600 ff0000 "$TEST_DIR/red.jpg"
    follows() {
        plain
        answer=$(ask --task ask --instruction "What is it?" --then "And its size?" \
            --then "And its mood?" "$TEST_DIR/red.jpg")
        contains "$(body 3)" "And its mood?" "$protocol: the last question"
        [ "$(bodies)" -eq 3 ] || fail "$protocol: $(bodies) bodies instead of three"
        # What was said before is sent again byte for byte, so that the prompt cache finds it.
        first=$(body 1)
        stem=${first%\]*}
        case $(body 2) in
        "$stem"*) ;;
        *) fail "$protocol: the second body does not begin as the first" ;;
        esac
        contains "$answer" "usage " "$protocol: counted"
        cached=$(printf '%s\n' "$answer" | sed -n 's/^usage [0-9]* \([-0-9]*\) .*/\1/p' | tail -n 1)
        [ "$protocol" = messages ] || [ "$cached" -gt 0 ] || fail "$protocol: nothing was cached"
    }
    each_protocol follows
}

case_a_saved_conversation_goes_on() {
    simulator sim
    plain
    picture jpg 900 600 ff0000 "$TEST_DIR/red.jpg"
    ask --save "$TEST_DIR/talk.json" "$TEST_DIR/red.jpg" >"$TEST_DIR/out.log"
    contains "$(head -c 400 "$TEST_DIR/talk.json")" '"role":' "the turns come first"
    answer=$(ask --open "$TEST_DIR/talk.json" --task ask --instruction "And its size?")
    contains "$(text_of "$answer")" "Picture 1: JPEG, 728×485 pixels" "the picture is there again"
}

case_old_pictures_give_way_to_their_description() {
    simulator sim
    plain
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    configure '' ', "models": {"step-3.7-flash": {"max_pictures": 1}}'
    ask --save "$TEST_DIR/talk.json" "$TEST_DIR/a.png" >"$TEST_DIR/out.log"
    answer=$(ask --open "$TEST_DIR/talk.json" --task ask --instruction "Which is larger?" "$TEST_DIR/a.png")
    contains "$answer" "note this conversation has become too long" "told"
    contains "$answer" "done " "answered"
    [ "$(bodies)" -eq 3 ] || fail "$(bodies) bodies instead of three"
    contains "$(body 3)" "What was attached here, described: Simulated answer" "the description"
    [ "$(body 3 | grep -o 'base64,' | wc -l)" -eq 1 ] || fail "not one picture in the last body"
}

# By their tokens, too, and over both protocols; what was said of them stays.
case_a_full_context_gives_old_pictures_away() {
    simulator sim
    picture png 700 700 ff0000 "$TEST_DIR/a.png"
    overflows() {
        configure "\"protocol\": \"$protocol\"" \
            ', "models": {"step-3.7-flash": {"context": 1024, "max_output": 256}}'
        plain
        answer=$(ask --save "$TEST_DIR/talk.json" "$TEST_DIR/a.png")
        contains "$answer" "done " "$protocol: the first"
        answer=$(ask --open "$TEST_DIR/talk.json" --save "$TEST_DIR/talk.json" --task ask \
            --instruction "Which is larger?" "$TEST_DIR/a.png")
        contains "$answer" "note this conversation has become too long" "$protocol: told"
        contains "$answer" "done " "$protocol: answered"
        contains "$(body 3)" "What was attached here, described: Simulated answer" "$protocol: described"
        contains "$(body 3)" "Which is larger?" "$protocol: the question"
        contains "$(text_of "$answer")" "Picture 1: PNG" "$protocol: the new picture"
        lacks "$(text_of "$answer")" "Picture 2" "$protocol: the old one"
    }
    each_protocol overflows
}

# What the pictures of a body have together, as base64.
picture_bytes() {
    body "$1" | grep -o 'base64,[A-Za-z0-9+/=]*' | sed 's/^base64,//' | tr -d '\n' | wc -c
}

case_pictures_over_the_limit_of_bytes_are_sent_smaller() {
    simulator sim
    plain
    configure '' ', "models": {"step-3.7-flash": {"max_picture_mb": 0.1}}'
    cd "$SOURCE_DIR/tests/samples" || exit
    answer=$(ask --task compare --detail high gimp.png neovim.png lighthouse.jpg)
    contains "$answer" "done " "answered"
    contains "$answer" "note the pictures are over the 0.1 MB that a request may hold together: 1 of them \
is sent smaller" "told"
    contains "$(text_of "$answer")" "Picture 3: " "all are there"
    [ "$(picture_bytes 1)" -le 133400 ] || fail "$(picture_bytes 1) characters were sent"
    [ "$(picture_bytes 1)" -ge 66700 ] || fail "only $(picture_bytes 1) characters were sent"
}

case_pictures_over_the_limit_of_count_are_described_in_groups() {
    simulator sim
    use delay=300
    configure '' ', "models": {"step-3.7-flash": {"max_pictures": 2}}'
    for name in a b c d e; do picture png 60 40 ff0000 "$TEST_DIR/$name.png"; done
    cd "$TEST_DIR" || exit
    answer=$(ask --task compare a.png b.png c.png d.png e.png)
    contains "$answer" "done " "answered"
    contains "$answer" "note 5 pictures are more than step-3.7-flash takes at once" "told"
    [ "$(bodies)" -eq 4 ] || fail "$(bodies) bodies instead of four"
    [ "$(body 4 | grep -c 'base64,')" -eq 0 ] || fail "pictures are in the last body"
    contains "$(body 4)" "[pictures 4 to 5]\\nSimulated answer" "the descriptions"
    first=$(grep -n '"event":"end"' "$TEST_DIR/sim.journal" | head -n 1 | cut -d: -f1)
    [ "$(head -n "$first" "$TEST_DIR/sim.journal" | grep -c '"event":"request"')" -eq 3 ] ||
        fail "they were not asked about at the same time"
}

case_json_is_mended_once() {
    simulator sim
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    mends() {
        use json=repair
        answer=$(ask --task receipt "$TEST_DIR/a.png")
        contains "$answer" "note the answer is not in the form that receipt asks for" "$protocol: told"
        contains "$answer" "done " "$protocol: mended"
        contains "$(text_of "$answer")" '"merchant"' "$protocol: the JSON alone"
        [ "$(bodies)" -eq 2 ] || fail "$protocol: $(bodies) bodies instead of two"
        use json=invalid
        if answer=$(ask --task receipt "$TEST_DIR/a.png"); then fail "$protocol: no JSON was taken"; fi
        contains "$answer" "failed “format”" "$protocol: a clear end"
        lacks "$answer" "text " "$protocol: nothing of it is shown"
    }
    each_protocol mends
}

case_json_in_a_fence_is_found() {
    simulator sim
    use json=fenced
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    answer=$(ask --task chart "$TEST_DIR/a.png")
    contains "$answer" "done " "taken"
    lacks "$(text_of "$answer")" '```' "without the fence"
}

case_a_refused_schema_is_left_out() {
    simulator sim
    use no-schema
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    answer=$(ask --task receipt "$TEST_DIR/a.png")
    contains "$answer" "done " "answered"
    contains "$(body 1)" '"json_schema"' "the schema is tried"
    contains "$(body 2)" '"json_object"' "and then an object"
}

case_code_comes_without_fences() {
    simulator sim
    use fences
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    answer=$(ask --task code --stack html "$TEST_DIR/a.png")
    contains "$answer" "file " "a file begins"
    lacks "$(text_of "$answer")" '```' "no fence"
    use fences=3
    answer=$(ask --task code --stack html "$TEST_DIR/a.png")
    [ "$(printf '%s\n' "$answer" | grep -c '^file ')" -eq 3 ] || fail "not three files: $answer"
}

case_a_fence_inside_the_code_is_code() {
    simulator sim
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    keeps() {
        for plan in split=1 split=100; do
            use fence-inside "$plan"
            answer=$(ask --task code "$TEST_DIR/a.png")
            contains "$answer" "file  markdown" "$protocol: the file"
            # shellcheck disable=SC2016 # backticks of Markdown
            equal "$(text_of "$answer")" '# Simulated\n\n```sh\nmake\n```\n\nThat was it.' "$protocol: with its fence"
        done
    }
    each_protocol keeps
}

case_a_cut_answer_can_go_on() {
    simulator sim
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    cuts() {
        use length=3
        if answer=$(ask --save "$TEST_DIR/talk.json" "$TEST_DIR/a.png"); then
            fail "$protocol: a cut answer was taken for whole"
        fi
        contains "$answer" "failed “length”" "$protocol: said so"
        plain
        answer=$(ask --open "$TEST_DIR/talk.json" --task continue)
        contains "$answer" "done " "$protocol: and gone on"
        contains "$(body 2)" "Simulated" "$protocol: what came is in the conversation"
    }
    each_protocol cuts
}

# Both parts of a cut answer joined are the code, without a fence in between.
case_cut_code_goes_on_as_code() {
    simulator sim
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    use no-fence length=1
    if ask --task code --stack html --save "$TEST_DIR/talk.json" "$TEST_DIR/a.png" \
        >"$TEST_DIR/first.log"; then
        fail "a cut answer was taken for whole"
    fi
    use no-fence
    answer=$(ask --open "$TEST_DIR/talk.json" --task continue)
    contains "$answer" "done " "gone on"
    contains "$(cat "$TEST_DIR/talk.json")" '"code"' "the form is kept"
    if answer=$(ask --task continue); then fail "there was nothing to go on with"; fi
    contains "$answer" "failed “invalid” 0 continue goes on with an answer, and there is none yet" "said so"
}

case_alternatives_arrive_as_such() {
    simulator sim
    plain
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    answer=$(ask --options '{"n": 3}' "$TEST_DIR/a.png")
    contains "$(text_of "$answer")" "Simulated answer" "the first"
    contains "$answer" "other 1 " "the second"
    contains "$answer" "other 2 " "the third"
}

# Each would look elsewhere, and one of JSON is checked and mended.
case_alternatives_are_of_answers_alone() {
    simulator sim
    plain
    picture png 2000 1000 ff0000 "$TEST_DIR/wide.png"
    answer=$(ask --task ask --instruction "What is it?" --options '{"n": 2}' "$TEST_DIR/wide.png")
    contains "$answer" "other 1 " "the second"
    lacks "$(body 1)" '"tools"' "no tool is offered"
    answer=$(ask --task receipt --options '{"n": 2}' "$TEST_DIR/wide.png")
    contains "$answer" "note receipt wants JSON, of which one answer is checked and mended: n is left out" \
        "told"
    lacks "$(body 2)" '"n":' "left out"
    configure '"options": {"n": 3}' ', "models": {"step-3.7-flash": {"max_pictures": 1}}'
    answer=$(ask --save "$TEST_DIR/talk.json" "$TEST_DIR/wide.png")
    contains "$(body 3)" '"n":3' "the answer"
    answer=$(ask --open "$TEST_DIR/talk.json" --task ask --instruction "Which is larger?" "$TEST_DIR/wide.png")
    contains "$answer" "other 2 " "the answer again"
    lacks "$(body 4)" '"n":' "a description is needed once"
    contains "$(body 5)" '"n":3' "the answer to the follow-up"
}

# The older of two models knows no medium effort, another one none at all.
case_models_are_asked_for_efforts_that_they_know() {
    simulator sim
    plain
    efforts() {
        SIGHTLINE_MODEL=step-3.5-flash-2603
        export SIGHTLINE_MODEL
        answer=$(ask --task ask --instruction "What is new?") || fail "$protocol: refused: $answer"
        contains "$answer" "note step-3.5-flash-2603 knows no effort “medium”; it is asked for “high” instead" \
            "$protocol: told"
        contains "$(body 1)" 'effort":"high"' "$protocol: the next one"
        SIGHTLINE_MODEL=step-1o-turbo-vision
        ask --task ask --instruction "What is new?" >"$TEST_DIR/out.log"
        lacks "$(body 2)" 'effort' "$protocol: none"
        unset SIGHTLINE_MODEL
    }
    each_protocol efforts
}

# A request is held against what the provider documents, and nothing else.
case_each_provider_is_sent_what_it_documents() {
    simulator sim
    picture png 2000 1000 ff0000 "$TEST_DIR/wide.png"
    all='{"temperature": 0.5, "top_p": 0.9, "top_k": 40, "max_tokens": 900, "stop": ["END"], "seed": 7, "n": 2,
        "frequency_penalty": 0.5, "presence_penalty": 0.5, "logprobs": true, "top_logprobs": 2,
        "reasoning_exclude": true, "parallel_tool_calls": false, "tool_choice": "auto"}'
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    while read -r provider protocol model; do
        base=$SIMULATOR_URL/strict=${provider%-*}/tools=1/v1
        printf '{"providers": {"%s": {"base_url": "%s", "protocol": "%s", "model": "%s", "key": null}}}' \
            "$provider" "$base" "$protocol" "$model" >"$XDG_CONFIG_HOME/sightline/config.json"
        unset SIGHTLINE_BASE_URL
        SIGHTLINE_PROVIDER=$provider
        export SIGHTLINE_PROVIDER
        for stream in true false; do
            sed "s/\"key\"/\"stream\": $stream, \"key\"/" "$XDG_CONFIG_HOME/sightline/config.json" \
                >"$TEST_DIR/config.json"
            SIGHTLINE_CONFIG=$TEST_DIR/config.json
            export SIGHTLINE_CONFIG
            answer=$(ask --task ask --instruction "What?" --then "And then?" "$TEST_DIR/wide.png") ||
                fail "$provider, $protocol, $stream: $answer"
            contains "$answer" "tool looks at" "$provider, $protocol, $stream: a tool"
            answer=$(ask --task receipt --options "$all" "$TEST_DIR/wide.png") ||
                fail "$provider, $protocol, $stream, all settings: $answer"
            answer=$(ask --options "$all" "$TEST_DIR/wide.png") ||
                fail "$provider, $protocol, $stream, all settings, text: $answer"
            case $provider-$protocol in
            aimlapi-* | openrouter-* | local-chat)
                contains "$answer" "note the model was 78 % sure of its words on average, least of “" \
                    "$provider, $stream: logprobs"
                ;;
            *) contains "$answer" "does not document logprobs" "$provider, $protocol: told" ;;
            esac
        done
    done <<'END'
stepfun chat step-3.7-flash
stepfun messages step-3.7-flash
stepfun-cn chat step-3.7-flash
aimlapi chat stepfun/step-3.7-flash
openrouter chat stepfun/step-3.7-flash
local chat step3-vl-10b
local messages step3-vl-10b
END
}

case_what_is_not_documented_is_left_out() {
    simulator sim
    plain
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    answer=$(ask --options '{"seed": 3, "temperature": 0.5}' "$TEST_DIR/a.png")
    contains "$answer" "note simulator does not document seed for this protocol" "told"
    lacks "$(body 1)" '"seed"' "left out"
    contains "$(body 1)" '"temperature":0.5' "sent"
    if answer=$(ask --options '{"temperature": 9}' "$TEST_DIR/a.png"); then fail "9 was taken"; fi
    contains "$answer" "failed “invalid”" "refused before anything is sent"
}

case_extra_members_are_sent_as_they_are() {
    simulator sim
    plain
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    configure '"options": {"extra": {"reasoning_format": "general"}}'
    ask "$TEST_DIR/a.png" >"$TEST_DIR/out.log"
    contains "$(body 1)" '"reasoning_format":"general"' "sent"
    # More digits than a double has; the simulator knows no such field.
    configure '"options": {"extra": {"number": 12345678901234567890}}'
    ask "$TEST_DIR/a.png" >"$TEST_DIR/out.log" || true
    contains "$(body 2)" '"number":12345678901234567890' "with all its digits"
}

case_costs_are_counted_and_limited() {
    simulator sim
    plain
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    price='"models": {"step-3.7-flash": {"price": {"currency": "USD", "input": 1000, "output": 1000}}}'
    configure '' ", $price"
    contains "$(ask "$TEST_DIR/a.png")" " USD estimated" "an estimate"
    [ "$(stat -c %a "$XDG_STATE_HOME/sightline/usage.jsonl")" = 600 ] || fail "the record is not private"
    configure '' ", $price, \"budget\": {\"day\": 0.01}"
    if answer=$(ask "$TEST_DIR/a.png"); then fail "the day's budget was not kept"; fi
    contains "$answer" "failed “budget”" "the day's"
    configure '' ", $price, \"budget\": {\"request\": 0.0001}"
    if answer=$(ask "$TEST_DIR/a.png"); then fail "the request's budget was not kept"; fi
    contains "$answer" "failed “budget”" "the request's"
    [ "$(bodies)" -eq 1 ] || fail "a refused request was sent"
}

case_a_providers_own_figure_wins() {
    simulator sim
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    for plan in usd cost; do
        use $plan
        answer=$(ask "$TEST_DIR/a.png" | sed -n 's/^cost //p')
        contains "$answer" " USD" "$plan"
        lacks "$answer" "estimated" "$plan"
    done
}

case_a_whole_answer_instead_of_a_stream() {
    simulator sim
    plain
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    for protocol in chat messages; do
        configure "\"protocol\": \"$protocol\", \"stream\": false"
        answer=$(ask "$TEST_DIR/a.png")
        contains "$(text_of "$answer")" "PNG, 60×40 pixels" "$protocol"
        contains "$answer" "done " "$protocol"
    done
    lacks "$(body 1)" '"stream":true' "not asked for"
}

case_the_models_of_a_provider() {
    simulator sim
    plain
    contains "$(ask --models)" "step-3.7-flash" "listed"
}

case_addresses_go_out_as_they_are() {
    simulator sim
    plain
    answer=$(ask https://example.com/a.png)
    contains "$(body 1)" '"url":"https://example.com/a.png"' "sent"
    if answer=$(ask ftp://example.com/a.png); then fail "ftp was taken"; fi
    contains "$answer" "failed “unsupported”" "refused"
    configure '"protocol": "messages"'
    answer=$(ask stepfile://file-1) || true
    contains "$answer" "it goes over Chat Completions" "what one protocol lacks goes over the other"
}

# A video is sent from its file; one that can be neither sent nor decoded is refused before.
case_a_video_goes_out_from_its_file() {
    simulator sim
    plain
    mp4 isom 12 >"$TEST_DIR/clip.mp4"
    head -c 3000000 /dev/zero | tr '\0' v | box mdat >>"$TEST_DIR/clip.mp4"
    answer=$(ask --task video --memory "$TEST_DIR/clip.mp4")
    contains "$(text_of "$answer")" "Video 1: MP4, 640×360 pixels, 12.0 s" "as it was"
    contains "$(body 1 | head -c 400)" '{"type":"video_url","video_url":{"url":"data:video/mp4;base64,' \
        "before the text"
    configure '"protocol": "messages"'
    contains "$(ask --task video "$TEST_DIR/clip.mp4")" "it goes over Chat Completions" "adapted"
    if answer=$(ask --task describe "$TEST_DIR/clip.mp4"); then fail "describe took a video"; fi
    contains "$answer" "clip.mp4: describe takes pictures, not a video" "the wrong task"
    SIGHTLINE_PROVIDER=local
    if answer=$(ask --task video "$TEST_DIR/clip.mp4"); then fail "local took a video"; fi
    contains "$answer" "” 0 clip.mp4: " "refused"
    [ "$(bodies)" -eq 2 ] || fail "a refused video was sent"
}

# two_hundred: requests to the simulator that was started last.
two_hundred() {
    plain
    picture png 60 40 ff0000 "$TEST_DIR/a.png"
    ask --repeat 200 --memory "$TEST_DIR/a.png" | sed -n 's/^memory //p' >"$TEST_DIR/memory.log"
    [ "$(wc -l <"$TEST_DIR/memory.log")" -eq 200 ] || fail "not two hundred answers"
    early=$(sed -n 50p "$TEST_DIR/memory.log") late=$(sed -n 200p "$TEST_DIR/memory.log")
    # A sanitizer keeps what was freed.
    grep -q '^SIGHTLINE_SANITIZE:STRING=.' "$BUILD_DIR/CMakeCache.txt" || [ "$((late - early))" -le 512 ] ||
        fail "memory grew from $early to $late kilobytes"
    connections=$(sed -n 's/.*"connection":\([0-9]*\).*/\1/p' "$TEST_DIR/sim.journal" | sort -u | wc -l)
    [ "$connections" -eq 1 ] || fail "$connections connections instead of one"
}

case_two_hundred_requests_one_connection_flat_memory() {
    simulator sim
    two_hundred
}

case_two_hundred_requests_one_connection_flat_memory_over_http2() {
    command -v openssl >/dev/null || skip "openssl is not installed"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$TEST_DIR/key.pem" -out "$TEST_DIR/cert.pem" 2>/dev/null
    configure "\"ca_file\": \"$TEST_DIR/cert.pem\""
    simulator sim --tls "$TEST_DIR/cert.pem" "$TEST_DIR/key.pem"
    two_hundred
    equal "$(grep -c '"version":"HTTP/2"' "$TEST_DIR/sim.journal")" 200 "requests over HTTP/2"
}

"case_$(echo "$1" | tr - _)"
