#!/bin/sh
# shellcheck disable=SC2317 # the functions given to each_protocol
#
# ask.sh CASE: the library against a llama-server.
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/local/server.sh
. "$SOURCE_DIR/tests/local/server.sh"

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

# result_of ANSWER: its last line.
result_of() {
    printf '%s\n' "$1" | tail -n 1
}

# input_tokens ANSWER: of each request in it, as the server counted them.
input_tokens() {
    printf '%s\n' "$1" | sed -n 's/^usage \([0-9]*\) .*/\1/p'
}

# Random bytes: they are no UTF-8, and some are control characters.
harmless() {
    printf '%s' "$1" | iconv -f UTF-8 -t UTF-8 >/dev/null || fail "the answer is no UTF-8"
    case $1 in *'�'*) ;; *) fail "the bytes were none to replace: $1" ;; esac
    if printf '%s' "$1" | tr -d '\n\t' | LC_ALL=C grep -q '[[:cntrl:]]'; then
        fail "a control character came through"
    fi
}

# each_protocol FUNCTION: with each, streamed and not.
each_protocol() {
    for PROTOCOL in chat messages; do
        for STREAM in true false; do
            use_local "" "\"protocol\": \"$PROTOCOL\", \"stream\": $STREAM"
            "$1"
        done
    done
}

case_describe() {
    local_server --grammar "$GRAMMAR"
    picture png 60 40 ff0000 "$TEST_DIR/red.png"
    picture jpg 900 600 00ff00 "$TEST_DIR/green.jpg"
    use_local
    answer=$(ask "$TEST_DIR/red.png") || fail "$answer"
    equal "$(text_of "$answer")" "$SPOKEN" "the answer"
    contains "$answer" "done tiny " "the end"
    one=$(input_tokens "$answer")
    answer=$(ask "$TEST_DIR/red.png" "$TEST_DIR/green.jpg") || fail "$answer"
    # Each picture is 16 tokens to this model.
    [ "$(input_tokens "$answer")" -ge $((one + 16)) ] || fail "the second picture was not read"
}

case_both_protocols() {
    local_server --grammar "$GRAMMAR"
    picture png 60 40 ff0000 "$TEST_DIR/red.png"
    speaks() {
        answer=$(ask "$TEST_DIR/red.png") || fail "$PROTOCOL, stream $STREAM: $answer"
        equal "$(text_of "$answer")" "$SPOKEN" "$PROTOCOL, stream $STREAM"
        contains "$answer" "done tiny " "$PROTOCOL, stream $STREAM"
    }
    each_protocol speaks
}

case_random_bytes_and_a_cut() {
    local_server
    picture png 60 40 ff0000 "$TEST_DIR/red.png"
    babbles() {
        answer=$(ask "$TEST_DIR/red.png") && fail "$PROTOCOL: an endless answer was taken for whole"
        contains "$(result_of "$answer")" "failed “length” 0 the answer was cut at the model's" \
            "$PROTOCOL, stream $STREAM"
        harmless "$(text_of "$answer")"
    }
    each_protocol babbles
}

case_follow_up() {
    local_server --grammar "$GRAMMAR"
    picture png 60 40 ff0000 "$TEST_DIR/red.png"
    follows() {
        answer=$(ask --then "And the second?" --then "And the third?" --save "$TEST_DIR/talk.json" \
            "$TEST_DIR/red.png") || fail "$PROTOCOL, stream $STREAM: $answer"
        equal "$(printf '%s\n' "$answer" | grep -c '^done tiny')" 3 "$PROTOCOL, stream $STREAM: answers"
        # What was said before is sent again.
        input_tokens "$answer" | sort -nuC || fail "$PROTOCOL, stream $STREAM: tokens do not grow"
    }
    each_protocol follows
    answer=$(ask --task ask --open "$TEST_DIR/talk.json" --instruction "Once more") || fail "$answer"
    [ "$(input_tokens "$answer")" -gt 1500 ] || fail "the reopened conversation was not sent"
}

# llama-server holds the answer to the schema; core reads it once more.
case_json_by_schema() {
    local_server
    picture png 60 40 ff0000 "$TEST_DIR/red.png"
    use_local "$CLOSING"
    answer=$(ask --task chart "$TEST_DIR/red.png") || fail "$answer"
    contains "$(text_of "$answer")" '"uncertain_fields":' "the chart"
    answer=$(ask --task receipt "$TEST_DIR/red.png") || fail "$answer"
    contains "$(text_of "$answer")" '"total_amount":' "the receipt"
}

# The Messages API knows no schema: what is wrong is asked for once more, and told.
case_json_that_is_none() {
    local_server --grammar "$GRAMMAR"
    picture png 60 40 ff0000 "$TEST_DIR/red.png"
    use_local "" '"protocol": "messages"'
    answer=$(ask --task chart "$TEST_DIR/red.png") && fail "no JSON was taken for a chart"
    contains "$(result_of "$answer")" "failed “format” 0 the answer is not in the form that chart" \
        "the end"
    equal "$(grep -c 'processing task' "$TEST_DIR/server.log")" 2 "how often it was asked"
}

case_json_that_is_cut() {
    local_server
    picture png 60 40 ff0000 "$TEST_DIR/red.png"
    use_local
    answer=$(ask --task chart "$TEST_DIR/red.png") && fail "half a chart was taken for whole"
    contains "$(result_of "$answer")" "failed “" "the end"
    equal "$(text_of "$answer")" "" "what was shown of it"
}

case_cancel() {
    local_server
    picture png 60 40 ff0000 "$TEST_DIR/red.png"
    use_local '"max_tokens": 7000'
    answer=$(ask --cancel-at answering "$TEST_DIR/red.png") && fail "not cancelled: $answer"
    equal "$(result_of "$answer")" "cancelled" "the end"
    slot_frees "what was cancelled"
    use_local '"extra": {"logit_bias": [[2, 100]]}'
    answer=$(ask "$TEST_DIR/red.png") && fail "nothing was taken for an answer"
    contains "$(result_of "$answer")" "failed “incomplete” 0 the model answered with nothing" \
        "the next request, which ends at once"
}

case_models() {
    local_server
    use_local
    answer=$(ask --models) || fail "$answer"
    contains "$answer" "result tiny" "the list"
}

# What llama-server does not decode reaches it as a JPEG.
case_pictures_of_every_format() {
    local_server --grammar "$GRAMMAR"
    use_local
    for format in png jpg webp gif; do
        picture $format 60 40 ff0000 "$TEST_DIR/red.$format"
        answer=$(ask "$TEST_DIR/red.$format") || fail "$format: $answer"
    done
}

# refused SENTENCE ARGUMENT…: one failure, told at once in the server's own words.
refused() {
    sentence=$1
    shift
    answer=$(ask "$@") && fail "it was taken: $answer"
    contains "$(result_of "$answer")" "$sentence" "the refusal"
    case $answer in *"phase waiting"*) fail "it was asked again: $answer" ;; esac
}

case_refused_pictures() {
    local_server
    use_local
    picture png 60 40 ff0000 "$TEST_DIR/red.png"
    head -c 90 "$TEST_DIR/red.png" >"$TEST_DIR/cut.png"
    refused "failed “corrupt” 0 cut.png: " "$TEST_DIR/cut.png"
    if grep -q 'processing task' "$TEST_DIR/server.log"; then fail "the cut picture was sent"; fi
    refused " 400 127.0.0.1 answered 400: request (" --instruction \
        "$(head -c 9000 /dev/zero | tr '\0' a)" "$TEST_DIR/red.png"
}

case_a_model_without_eyes() {
    blind_server
    use_local
    picture png 60 40 ff0000 "$TEST_DIR/red.png"
    refused "500 127.0.0.1 answered 500: image input is not supported" "$TEST_DIR/red.png"
}

"case_$(echo "$1" | tr - _)"
