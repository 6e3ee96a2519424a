#!/bin/sh
# Batch Describe…, as a procedure and as a dialog. Usage: batch.sh CASE.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/gimp/gimp.sh
. "$SOURCE_DIR/tests/gimp/gimp.sh"
# shellcheck source=tests/gimp/display.sh
. "$SOURCE_DIR/tests/gimp/display.sh"

FOLDER=$TEST_DIR/pictures

# picture NAME RRGGBB: a file of that colour.
picture() {
    mkdir -p "$FOLDER"
    format=$(printf '%s\n' "${1##*.}" | tr '[:upper:]' '[:lower:]')
    "$BUILD_DIR/bin/sightline-test-picture" "$format" 60 40 "$2" "$FOLDER/$1"
}

requests() {
    journal server answer | wc -l | tr -d ' '
}

case_batch_sidecars() {
    simulator server
    use_simulator alt=colour/delay=300
    picture a.png c83232
    picture b.JPG 1e3cc8
    picture c.webp 28b43c
    echo "mine" >"$FOLDER/c.webp.txt"
    echo "no picture" >"$FOLDER/notes.txt"
    gimp "(say \"lines\" (batch \"$FOLDER\" \"alt\" \"sidecar\" \"\" \"yes\" \"no\"))"
    equal "$(said lines)" "a.png: A simulated red picture
b.JPG: A simulated blue picture" "what the procedure returns"
    equal "$(cat "$FOLDER/a.png.txt")" "A simulated red picture" "the first sidecar"
    equal "$(cat "$FOLDER/b.JPG.txt")" "A simulated blue picture" "the second sidecar"
    equal "$(cat "$FOLDER/c.webp.txt")" "mine" "the sidecar that was there"
    equal "$(requests)" 2 "the number of requests"
    second=$(grep -n '"event":"request","id":2,' "$TEST_DIR/server.journal")
    first=$(grep -n '"event":"answer","id":1,' "$TEST_DIR/server.journal")
    [ "${second%%:*}" -lt "${first%%:*}" ] || fail "the second request waited for the first"
}

# A picture that core reads by a module of its own, which lies beside the plug-in.
case_batch_svg() {
    [ -e "$BUILD_DIR/bin/sightline-svg.so" ] || skip "this build cannot read SVG"
    simulator server
    use_simulator alt=colour
    mkdir -p "$FOLDER"
    echo '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><rect width="90" height="60" fill="#28b43c"/></svg>' \
        >"$FOLDER/sign.svg"
    gimp "(say \"lines\" (batch \"$FOLDER\" \"alt\" \"sidecar\" \"\" \"yes\" \"no\"))"
    equal "$(said lines)" "sign.svg: A simulated green picture" "what the procedure returns"
}

case_batch_metadata() {
    simulator server
    use_simulator alt=colour
    picture a.png c83232
    picture b.jpg 1e3cc8
    gimp "(say \"lines\" (batch \"$FOLDER\" \"alt\" \"metadata\" \"\" \"yes\" \"no\"))
          (say \"why\" (failure-of (lambda () (batch \"$FOLDER\" \"alt\" \"metadata\" \"\" \"yes\" \"no\"))))
          (say \"again\" (batch \"$FOLDER\" \"alt\" \"metadata\" \"\" \"no\" \"no\"))"
    contains "$(said lines)" "a.png: A simulated red picture" "what the procedure returns"
    contains "$(said why)" 'all 2 pictures have a text already' "what is skipped"
    contains "$(said again)" "b.jpg: A simulated blue picture" "without skipping"
    equal "$(requests)" 4 "the number of requests"
    for file in a.png b.jpg; do
        grep -aq 'AltTextAccessibility' "$FOLDER/$file" || fail "$file has no alt text"
    done
}

# GIMP's own files, among others: what is visible of them, with all layers, and neither they nor what is
# open change.
case_batch_xcf() {
    simulator server
    use_simulator alt=colour
    picture a.png c83232
    case $GIMP_MAJOR in
    2) save='(gimp-xcf-save 0 image (top-layer image) file file)' ;;
    *) save='(gimp-file-save RUN-NONINTERACTIVE image file)' ;;
    esac
    gimp "(define (save image file) $save)
          (let ((image (new-image 60 40 200 50 50)))
            (fill-layer (add-layer image 60 40) 30 60 200)
            (save image \"$FOLDER/b.xcf\"))
          (say \"saved\" \"yes\")"
    said saved >/dev/null
    before=$(cksum "$FOLDER/b.xcf")
    echo "broken" >"$FOLDER/broken.xcf"
    gimp "(let ((image (new-image 60 40 40 180 60)))
            (say \"lines\" (batch \"$FOLDER\" \"alt\" \"sidecar\" \"\" \"yes\" \"no\"))
            (say \"left\" (state-of image)))"
    contains "$(said lines)" "a.png: A simulated red picture
b.xcf: A simulated blue picture
broken.xcf: failed: $FOLDER/broken.xcf: GIMP cannot open it" "what the procedure returns"
    contains "$(said left)" "images 1," "what GIMP has open"
    equal "$(cat "$FOLDER/b.xcf.txt")" "A simulated blue picture" "its sidecar"
    equal "$(cksum "$FOLDER/b.xcf")" "$before" "the file"

    # Metadata does not go into such a file, so that nothing is asked about it.
    gimp "(say \"lines\" (batch \"$FOLDER\" \"alt\" \"metadata\" \"\" \"yes\" \"no\"))"
    equal "$(said lines)" "a.png: A simulated red picture" "with metadata as the output"
    rm "$FOLDER/a.png"
    gimp "(batch \"$FOLDER\" \"alt\" \"metadata\" \"\" \"yes\" \"no\")"
    grep -q 'that metadata can be written into' "$GIMP_LOG" || fail "XCF files alone: no reason was given"
}

# A name that a spreadsheet would take for a formula, and a picture that is none.
case_batch_csv() {
    simulator server
    use_simulator alt=hostile
    picture '=cmd|calc.png' c83232
    picture 'b;=1.png' 1e3cc8
    picture '＝1.png' 1e3cc8
    echo "broken" >"$FOLDER/broken.jpg"
    gimp "(say \"lines\" (batch \"$FOLDER\" \"alt\" \"csv\" \"$TEST_DIR/out.csv\" \"yes\" \"no\"))
          (say \"why\" (failure-of
            (lambda () (batch \"$FOLDER\" \"alt\" \"csv\" \"$TEST_DIR/out.csv\" \"yes\" \"no\"))))
          (say \"json\" (batch \"$FOLDER\" \"alt\" \"json\" \"$TEST_DIR/out.json\" \"yes\" \"no\"))"
    contains "$(said lines)" "broken.jpg: failed: broken.jpg: " "the picture that is none"
    hostile="A \"\"red\"\" [one] *of* 5% {{x}} <b> & 'y', \\z"
    equal "$(tr -d '\r' <"$TEST_DIR/out.csv")" "file,alt
\"'=cmd|calc.png\",\"$hostile\"
\"b;'=1.png\",\"$(echo "$hostile" | sed s/red/blue/)\"
\"'＝1.png\",\"$(echo "$hostile" | sed s/red/blue/)\"" "the CSV file"
    contains "$(said why)" "out.csv: this file is there already" "what is not written over"
    json='A \"red\" [one] *of* 5% {{x}} <b> & '"'y', "'\\z'
    equal "$(cat "$TEST_DIR/out.json")" "[
  {\"file\": \"=cmd|calc.png\", \"alt\": \"$json\"},
  {\"file\": \"b;=1.png\", \"alt\": \"$(printf '%s' "$json" | sed 's/red/blue/')\"},
  {\"file\": \"＝1.png\", \"alt\": \"$(printf '%s' "$json" | sed 's/red/blue/')\"}
]" "the JSON file"
}

# What was there stays as it was, and nothing half-written beside it.
case_batch_on_a_full_disk() {
    simulator server
    use_simulator alt=colour
    on_a_full_disk
    FOLDER=$FULL.before
    picture a.png c83232
    picture b.jpg 1e3cc8
    echo "mine" >"$FOLDER/b.jpg.txt"
    (cd "$FULL.before" && cksum -- *) >"$TEST_DIR/before"
    gimp "(say \"beside\" (batch \"$FULL\" \"alt\" \"sidecar\" \"\" \"no\" \"no\"))
          (say \"within\" (batch \"$FULL\" \"alt\" \"metadata\" \"\" \"yes\" \"no\"))
          (say \"why\" (failure-of
            (lambda () (batch \"$FULL\" \"alt\" \"csv\" \"$FULL/out.csv\" \"yes\" \"no\"))))"
    for file in a.png b.jpg; do
        said beside | grep -q "^$file: failed: $FULL/$file.txt: cannot be written: .*No space left on device" ||
            fail "$file, a text beside it: $(said beside)"
        said within | grep -q "^$file: failed: $FULL/$file: .*No space left on device.*it stayed as it was" ||
            fail "$file, metadata: $(said within)"
    done
    contains "$(said why)" "$FULL/out.csv: cannot be written: " "a list"
    contains "$(said why)" "No space left on device" "a list"
    rm "$FULL.after/filler"
    equal "$(cd "$FULL.after" && ls -A)" "$(cd "$FULL.before" && ls -A)" "what is there"
    (cd "$FULL.after" && cksum -- *) >"$TEST_DIR/after"
    equal "$(cat "$TEST_DIR/after")" "$(cat "$TEST_DIR/before")" "the files"
}

case_batch_many_are_asked_about() {
    simulator server
    use_simulator alt=colour
    for number in 1 2 3 4 5 6 7 8 9 10 11; do
        picture "$number.png" c83232
    done
    gimp "(say \"why\" (failure-of (lambda () (batch \"$FOLDER\" \"alt\" \"sidecar\" \"\" \"yes\" \"no\"))))"
    contains "$(said why)" '11 pictures are sent, each as a request of its own' "the estimate"
    equal "$(requests)" 0 "the number of requests"
    gimp "(say \"lines\" (batch \"$FOLDER\" \"alt\" \"sidecar\" \"\" \"yes\" \"yes\"))"
    equal "$(said lines | grep -c 'A simulated red picture')" 11 "the number of texts"
}

# The images on the canvas, and what holds for all fails once.
case_batch_open_images() {
    simulator server
    use_simulator alt=by-colour
    gimp '
        (new-image 60 40 200 50 50)
        (new-image 60 40 30 60 200)
        (say "lines" (batch "" "alt" "metadata" "" "yes" "no"))
        (say "left" (batch "" "alt" "metadata" "" "yes" "no"))'
    contains "$(said lines)" ": A simulated red picture" "the red image"
    contains "$(said lines)" ": [decorative]" "the blue image"
    lacks "$(said left)" "red" "what is left"
    equal "$(requests)" 3 "the number of requests"
    gimp '
        (new-image 60 40 200 50 50)
        (say "unsaved" (batch "" "alt" "sidecar" "" "yes" "no"))'
    contains "$(said unsaved)" "it has no file that a text could stand beside" "an unsaved image"
    use_simulator status=401
    gimp '
        (new-image 60 40 200 50 50)
        (new-image 60 40 30 60 200)
        (batch "" "alt" "metadata" "" "yes" "no")'
    grep -q 'answered 401' "$GIMP_LOG" || fail "no reason was given"
}

case_batch_in_chinese() {
    simulator server
    use_simulator alt=colour
    picture a.png c83232
    echo "broken" >"$FOLDER/broken.jpg"
    speak zh_CN
    gimp "(say \"lines\" (batch \"$FOLDER\" \"alt\" \"sidecar\" \"\" \"yes\" \"no\"))"
    contains "$(cat "$GIMP_LOG")" "a.png: A simulated red picture" "the picture"
    contains "$(cat "$GIMP_LOG")" "broken.jpg：这不是可读取的图片；请使用 JPEG、PNG、WebP、GIF 或 BMP" \
        "the picture that is none"
}

written() {
    [ -s "$TEST_DIR/out.csv" ]
}

# Asked for, stopped, resumed, changed and written.
case_batch_dialog() {
    start_display
    simulator server
    use_simulator alt=colour/delay=1500
    gimp_start '(new-image 60 40 200 50 50) (new-image 60 40 30 60 200) (new-image 60 40 40 180 60)
                (say "lines" (batch-dialog))'
    focus '^Batch Describe$'
    settle
    screenshot batch-open
    press alt+o End Up
    press alt+f
    xdotool type --delay 0 "$TEST_DIR/out.csv"
    press alt+s
    until_true 20 "a picture is asked about" journal_has server request POST
    press alt+p
    until_true 20 "Stop has reached the server" journal_has server end "client closed"
    settle
    screenshot batch-stopped
    press alt+r
    until_true 20 "all are answered" all_texts 3
    settle
    screenshot batch-done
    press alt+w
    until_true 20 "the file is written" written
    settle
    screenshot batch-written
    press alt+c
    wait "$GIMP_PID" || true
    contains "$(said lines)" "A simulated green picture" "what the procedure returns"
    equal "$(tr -d '\r' <"$TEST_DIR/out.csv" | grep -c 'A simulated')" 3 "the texts"
}

all_texts() {
    [ "$(journal server end | grep -c complete)" -ge "$1" ]
}

own_profile
"case_$(echo "$1" | tr - _)"
