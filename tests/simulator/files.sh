#!/bin/sh
# files.sh CASE: stored files, videos, models, tokens and the account.

# shellcheck source=tests/simulator/lib.sh
. "$SOURCE_DIR/tests/simulator/lib.sh"
# shellcheck source=tests/video.sh
. "$SOURCE_DIR/tests/video.sh"

case_knows_models() {
    simulator s
    out=$(curl --noproxy '*' -sS "$SIMULATOR_URL/v1/models")
    contains "$out" '{"object":"list","data":[{"id":"step-3.7-flash","object":"model"' "the list"
    out=$(curl --noproxy '*' -sS "$SIMULATOR_URL/v1/models/step-5-preview")
    contains "$out" '{"id":"step-5-preview","object":"model"' "one model"
    out=$(curl --noproxy '*' -sS "$SIMULATOR_URL/v1/models/x")
    contains "$out" '"type":"model_invalid"' "a model that is not"
    body "$HELLO"
    sed -i.orig 's/step-3.7-flash/step-9/' "$TEST_DIR/body.json"
    out=$(ask "")
    expect_status 404 "an unknown model"
    contains "$out" 'The model \"step-9\" does not exist' "an unknown model"
    picture a.png 9 9
    body "[$(image_part "$(data_url a.png)")]"
    sed -i.orig 's/step-3.7-flash/step-3.5-flash/' "$TEST_DIR/body.json"
    refused "a picture for a text model" "The model step-3.5-flash takes no images"
}

case_keeps_files() {
    simulator s
    picture a.png 90 60
    out=$(get /v1/files -F purpose=storage -F "file=@$TEST_DIR/a.png")
    id=$(printf '%s' "$out" | sed 's/.*"id":"\([^"]*\)".*/\1/')
    bytes=$(($(wc -c <"$TEST_DIR/a.png")))
    contains "$out" "\"object\":\"file\",\"bytes\":$bytes,\"created_at\":" "the file"
    contains "$out" '"filename":"a.png","purpose":"storage","status":"processed"}' "the file"
    equal "$(get "/v1/files/$id")" "$out" "the file again"
    equal "$(get /v1/files)" "{\"object\":\"list\",\"data\":[$out]}" "the list"
    body "[$(image_part "stepfile://$id" high)]"
    contains "$(ask /strict=stepfun)" "Picture 1: PNG, 90×60 pixels, $bytes bytes." "a reference"
    contains "$(ask "")" "$GRID_SAID" "a reference"
    get "/v1/files/$id/content" >/dev/null
    expect_status 404 "the content of what is stored"
    equal "$(get "/v1/files/$id" -X DELETE)" "{\"id\":\"$id\",\"object\":\"file\",\"deleted\":true}" \
        "the deletion"
    for method in GET DELETE; do
        contains "$(get "/v1/files/$id" -X $method)" "There is no file $id." "$method after it"
        expect_status 404 "$method after it"
    done
    refused_file=$(ask /strict=stepfun)
    contains "$refused_file" "there is no file stepfile://$id" "a reference after it"
    expect_status 400 "a reference after it"
    equal "$(get /v1/files)" '{"object":"list","data":[]}' "the list after it"
}

# upload FILE PURPOSE [INSTRUCTIONS]
upload() {
    get "${3-}/v1/files" -F "purpose=$2" -F "file=@$TEST_DIR/$1"
}

case_files_have_purposes() {
    simulator s
    echo "some words" >"$TEST_DIR/a.txt"
    echo "no video at all" >"$TEST_DIR/a.mov"
    out=$(upload a.txt file-extract)
    contains "$out" '"status":"success"' "a text"
    id=$(printf '%s' "$out" | sed 's/.*"id":"\([^"]*\)".*/\1/')
    equal "$(get "/v1/files/$id/content")" "some words" "a text's content"
    contains "$(upload a.txt file-extract /strict=stepfun)" "purpose must be storage" "only storage"
    contains "$(upload a.txt storage)" "The purpose storage does not take the file a.txt" "a text"
    contains "$(upload a.txt fine-tune)" "purpose must be storage" "an unknown purpose"
    contains "$(upload a.mov storage)" '"filename":"a.mov"' "a video, as the guide says"
    contains "$(upload a.mov storage /strict=stepfun)" "does not take the file a.mov" "strictly"
    : >"$TEST_DIR/empty.png"
    contains "$(upload empty.png storage)" "The file empty.png is empty" "an empty file"
    contains "$(get /v1/files -F "file=@$TEST_DIR/a.mov")" "parameter: purpose" "no purpose"
    contains "$(get /v1/files -F purpose=storage)" "parameter: file or url" "no file"
    contains "$(get /v1/files -F purpose=storage -F url=https://x/y.png)" "fetches nothing" "a URL"
    contains "$(get /v1/files -d x=y)" "must be multipart/form-data" "no form"
    expect_status 400 "no form"
}

case_reads_forms_strictly() {
    simulator s
    form='--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nstorage'
    while read -r bytes expected; do
        printf %b "$bytes" >"$TEST_DIR/form"
        contains "$(get /v1/files -H 'Content-Type: multipart/form-data; boundary=b' \
            --data-binary "@$TEST_DIR/form")" "$expected" "$bytes"
    done <<END
x The body does not begin with the boundary
--bx The form does not end with the boundary
--b\r\nx A part of the form does not end
--b\r\nX:\040y\r\n\r\nz\r\n--b-- A part of the form has no content-disposition
$(printf '%s' "$form" | sed 's/ /\\040/g')\r\n--b\r\nContent-Disposition:\040form-data;\040name="file";\040filename="\0377.png"\r\n\r\nx\r\n--b-- file must have a filename in UTF-8
$(printf '%s' "$form" | sed 's/ /\\040/g')\r\n--bx The form does not end with the boundary
$(printf '%s' "$form" | sed 's/ /\\040/g')\r\n--b--\r\n Missing required parameter: file or url
END
    contains "$(get /v1/files -H 'Content-Type: multipart/form-data' -d x)" "with a boundary" "none"
}

case_files_have_limits() {
    simulator s
    head -c 128000001 /dev/zero >"$TEST_DIR/a.mp4"
    contains "$(upload a.mp4 storage)" "is larger than 128000000 bytes" "a large file"
    head -c 20000000 /dev/zero >"$TEST_DIR/a.mp4"
    contains "$(upload a.mp4 storage)" '"bytes":20000000' "a smaller one"
    printf 'x' >"$TEST_DIR/a.png"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            for _ in 1 2 3 4 5 6 7 8 9 10; do
                printf 'url = "%s/v1/files"\nform = "purpose=storage"\nform = "file=@%s"\n' \
                    "$SIMULATOR_URL" "$TEST_DIR/a.png"
                printf 'noproxy = "*"\nnext\n'
            done
        done
    done | sed '$d' >"$TEST_DIR/config" # the last "next"
    curl -q --noproxy '*' -sS --config "$TEST_DIR/config" >"$TEST_DIR/out" 2>&1 || true
    contains "$(tail -c 200 "$TEST_DIR/out")" "There are 1000 files already" "the last"
    equal "$(count_of '"object":"file"' "$(cat "$TEST_DIR/out")")" 999 "files that were taken"
}

video_part() {
    printf '{"type":"video_url","video_url":{"url":"%s"}}' "$1"
}

# video FILE MIME: the request
video() {
    body "[$(video_part "data:$2;base64,$(base64 <"$TEST_DIR/$1" | tr -d '\n')"),
        {\"type\":\"text\",\"text\":\"What happens?\"}]"
}

MATROSKA="1549A96692 2AD7B1830F4240 448988 40C7700000000000 1654AE6B8C AE8A E088 B0820280 BA820168"

case_sees_videos() {
    simulator s
    mp4 isom 12 >"$TEST_DIR/a.mp4"
    mp4 'qt  ' 90 >"$TEST_DIR/a.mov"
    bytes "1A45DFA380 18538067A8 $MATROSKA" >"$TEST_DIR/a.mkv"
    bytes "1A45DFA380 1853806701FFFFFFFFFFFFFF $MATROSKA" >"$TEST_DIR/b.mkv"
    while read -r file mime said; do
        video "$file" "$mime"
        contains "$(ask /strict=stepfun)" \
            "Video 1: $said, $(($(wc -c <"$TEST_DIR/$file"))) bytes.\n\nAsked: “What happens?”" "$file"
    done <<'END'
a.mp4 video/mp4 MP4, 640×360 pixels, 12.0 s
a.mov video/quicktime QuickTime, 640×360 pixels, 90.0 s
a.mkv video/x-matroska Matroska, 640×360 pixels, 12.0 s
b.mkv video/x-matroska Matroska, 640×360 pixels, 12.0 s
END
    contains "$(ask "")" '"prompt_tokens":4516,' "the tokens of twelve seconds"
    body "[$(video_part https://x/y.mp4)]"
    contains "$(ask "")" "Video 1: https://x/y.mp4, which nobody fetched." "a URL"
    id=$(upload a.mp4 storage | sed 's/.*"id":"\([^"]*\)".*/\1/')
    body "[$(video_part "stepfile://$id")]"
    contains "$(ask "")" "Video 1: MP4, 640×360 pixels, 12.0 s" "a stored file"
}

case_refuses_wrong_videos() {
    simulator s
    mp4 isom 12 >"$TEST_DIR/a.mp4"
    video a.mp4 video/quicktime
    refused "a wrong type" "says video/quicktime but the bytes are video/mp4"
    mp4 isom 301 >"$TEST_DIR/long.mp4"
    video long.mp4 video/mp4
    refused "a long one" "the video lasts 301.0 s; it may last up to 300 s"
    mp4 isom 12 none >"$TEST_DIR/sound.mp4"
    video sound.mp4 video/mp4
    refused "no picture" "no picture track was found in it"
    head -c 60 "$TEST_DIR/a.mp4" >"$TEST_DIR/cut.mp4"
    video cut.mp4 video/mp4
    refused "a cut one" "the MP4 video cannot be read"
    picture a.png 9 9
    video a.png video/mp4
    refused "a picture" "are no MP4, QuickTime or Matroska video"
    url="data:video/mp4;base64,$(base64 <"$TEST_DIR/a.mp4" | tr -d '\n')"
    body "[$(video_part "$url"),$(video_part "$url")]"
    refused "two" "Too many videos: a request takes one"
    body "[$(video_part stepfile://none)]"
    refused "no such file" "there is no file stepfile://none"
    body "[$(video_part "$url")]"
    sed -i.orig 's|step-3.7-flash|step3-vl-10b|' "$TEST_DIR/body.json"
    contains "$(ask /strict=local)" "invalid messages[0].content[0].type: video_url" "a local server"
}

case_counts_tokens() {
    simulator s
    picture a.png 90 60
    API=/v1/token/count
    body "[$(image_part "$(data_url a.png)"),{\"type\":\"text\",\"text\":\"eight by\"}]"
    equal "$(ask "")" '{"data":{"total_tokens":171}}' "a picture and two tokens"
    body "$HELLO" '"stream":true'
    contains "$(ask "")" "Unknown parameter: stream" "a field of the answer"
}

case_tells_the_account() {
    simulator s --key right
    contains "$(get /v1/accounts -H 'Authorization: Bearer right')" \
        '{"object":"account","type":"prepaid","balance":12.5,' "the account"
    get /v1/accounts >/dev/null
    expect_status 401 "without the key"
}

run_case "$1"
