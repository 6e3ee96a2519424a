#!/bin/sh
# What goes out and what becomes of an answer, in the dialog. Usage: uses.sh CASE.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/gimp/gimp.sh
. "$SOURCE_DIR/tests/gimp/gimp.sh"
# shellcheck source=tests/gimp/display.sh
. "$SOURCE_DIR/tests/gimp/display.sh"

command -v exiftool >/dev/null || skip "exiftool is not installed"

PICTURE=$TEST_DIR/boat.jpg

# dialog_for IMAGE: the dialog for alt text of what this expression is, and an answer in it. What the
# script does afterwards is in the second argument.
answered() {
    simulator server
    use_simulator reasoning=0
    gimp_start "(let ((image $1)) (mark-clean image) (alt-in RUN-INTERACTIVE image) ${2-})"
    focus '^Alt Text$'
    press Return
    until_true 20 "the answer is whole" request_ended 1 complete
    settle
}

# write_answer TEXT: in place of the model's.
write_answer() {
    press alt+a ctrl+a
    xdotool type --delay 0 "$1"
    settle
}

# type_path PATH: into a dialog that asks for a file.
type_path() {
    press ctrl+a
    xdotool type --delay 0 "$1"
    settle
    press Return
}

gone() {
    ! xdotool search --onlyvisible --name "$1" >/dev/null 2>&1
}

# tag FILE NAME: what exiftool reads there.
tag() {
    exiftool -b "-$2" "$1"
}

# alt_is FILE TEXT: as the standard has it: a text with a language.
alt_is() {
    equal "$(tag "$1" XMP-iptcCore:AltTextAccessibility)" "$2" "the alt text of $1"
    exiftool -b -XMP "$1" | tr -d '\n' |
        grep -q "AltTextAccessibility> *<rdf:Alt> *<rdf:li xml:lang=.x-default.>" ||
        fail "$1: the alt text has no language"
}

# preview_is COLOUR: the middle of the picture at the upper right, as srgb(200,50,50).
preview_is() {
    shown=$(import -window "$WINDOW" -gravity NorthEast -crop 1x1+100+72 +repage \
        -format "%[pixel:p{0,0}]" info:-)
    case $shown in "$1"*) ;; *) false ;; esac
}

shows_preview() {
    until_true 20 "the picture is shown" preview_is "srgb($1"
    settle
}

# The picture that is shown is the one that goes out: its size and bytes are those of the request.
case_preview() {
    simulator server
    use_simulator reasoning=0
    gimp_start '(describe-in RUN-INTERACTIVE (new-image 1500 900 200 50 50))'
    focus '^Describe Image$'
    shows_preview 200,50,5
    screenshot preview
    press alt+l Tab ctrl+c alt+i ctrl+v
    settle
    press alt+d
    until_true 20 "it was sent" request_ended 1 complete
    bytes=$(grep -o 'base64,[^"]*' "$TEST_DIR/server.bodies/1.body" | cut -d, -f2 | base64 -d | wc -c)
    body_has 1 "728 × 437 pixels, $(((bytes + 999) / 1000)) KB" ||
        fail "the dialog shows another picture than the one of $bytes bytes"
    body_has 1 "tokens" || fail "the dialog does not say what it costs"
    settle
    close_dialog
}

# Another source is read when it is chosen.
case_preview_of_another_source() {
    simulator server
    use_simulator reasoning=0
    gimp_start '(let ((image (new-image 300 200 200 50 50)))
                  (new-image 60 60 40 180 60)
                  (select-rectangle image 10 10 80 40)
                  (describe-in RUN-INTERACTIVE image))'
    focus '^Describe Image$'
    settle
    press alt+u Down
    settle
    screenshot selection
    press alt+l Tab ctrl+c alt+i ctrl+v
    settle
    press alt+u End
    settle
    screenshot images
    press alt+d
    until_true 20 "all images were sent" request_ended 1 complete
    body_has 1 "80 × 40 pixels" || fail "the selection was not shown"
    equal "$(grep -o 'data:image' "$TEST_DIR/server.bodies/1.body" | wc -l)" 2 "the pictures sent"
    settle
    close_dialog
}

case_copy_what_was_edited() {
    answered '(new-image 300 200 200 50 50)'
    write_answer "A red boat"
    screenshot edited
    press alt+o
    paste_and_send
    until_true 20 "it was sent" request_ended 2 complete
    body_has 2 "A red boat" || fail "the edited answer was not copied"
    ! body_has 2 "Mean colour" || fail "more than the answer was copied"
    settle
    close_dialog
}

case_save_to_file() {
    answered '(new-image 300 200 200 50 50)'
    write_answer "A red boat"
    use s '^Save the Answer$'
    screenshot save
    type_path "$TEST_DIR/answer.txt"
    until_true 5 "the file is there" test -s "$TEST_DIR/answer.txt"
    equal "$(cat "$TEST_DIR/answer.txt")" "A red boat" "the file"
    focus '^Alt Text$'
    settle
    screenshot saved
    close_dialog
}

# The answer stays in the dialog, and can be saved once there is room.
case_save_on_a_full_disk() {
    on_a_full_disk
    echo "mine" >"$FULL.before/mine.txt"
    answered '(new-image 300 200 200 50 50)'
    write_answer "A red boat"
    use s '^Save the Answer$'
    type_path "$FULL/answer.txt"
    focus '^Alt Text$'
    settle
    screenshot save-on-a-full-disk
    equal "$(ls -A "/proc/$GIMP_PID/root$FULL")" "filler
mine.txt" "what is on the full disk"
    make_room
    use s '^Save the Answer$'
    type_path "$FULL/answer.txt"
    until_true 5 "the file is there" test -s "/proc/$GIMP_PID/root$FULL/answer.txt"
    focus '^Alt Text$'
    settle
    close_dialog
    equal "$(cat "$FULL.after/answer.txt")" "A red boat" "the file"
    equal "$(cat "$FULL.after/mine.txt")" "mine" "the file beside it"
}

case_save_to_metadata() {
    answered '(new-image 300 200 200 50 50)' "
        (say \"dirty\" (is-dirty image))
        (export image \"$TEST_DIR/exported.png\")"
    write_answer "A red boat"
    use m '^Alt Text and Description$'
    screenshot metadata
    press alt+d
    settle
    press Tab
    xdotool type --delay 0 "A boat that is red"
    settle
    screenshot metadata-both
    press alt+s
    focus '^Alt Text$'
    settle
    screenshot metadata-saved
    use m '^Alt Text and Description$'
    screenshot metadata-again
    press Escape
    focus '^Alt Text$'
    settle
    close_dialog
    equal "$(tag "$TEST_DIR/exported.png" XMP-iptcCore:AltTextAccessibility)" "A red boat" \
        "the alt text of an export"
    equal "$(tag "$TEST_DIR/exported.png" XMP-dc:Description)" "A boat that is red" \
        "the description in an export"
    equal "$(tag "$TEST_DIR/exported.png" PNG:Comment)" "A boat that is red" \
        "the comment in an export"
    contains "$(said dirty)" "yes" "the dirty flag"
}

# export_as ENDING: as out.ENDING, with "A red boat" as its alt text.
export_as() {
    use e '^Export with Alt Text$'
    type_path "$TEST_DIR/out.$1"
    focus '^Alt Text and Description$'
    settle
    press alt+e
    until_true 20 "it is exported" grep -q AltText "$TEST_DIR/out.$1"
    focus '^Alt Text$'
    settle
    alt_is "$TEST_DIR/out.$1" "A red boat"
}

case_export() {
    answered '(new-image 300 200 200 50 50)' '(say "dirty" (is-dirty image))'
    write_answer "A red boat"
    export_as jpg
    screenshot exported
    use e '^Export with Alt Text$'
    type_path "$TEST_DIR/out.bmp"
    until_true 10 "the question for a file is answered" gone '^Export with Alt Text$'
    focus '^Alt Text$'
    settle
    screenshot not-exported
    [ ! -e "$TEST_DIR/out.bmp" ] || fail "it was exported all the same"
    close_dialog
    contains "$(said dirty)" "no" "the dirty flag"
}

case_export_to_other_formats() {
    answered '(new-image 300 200 200 50 50)'
    write_answer "A red boat"
    for ending in png webp tif; do export_as $ending; done
    close_dialog
}

# Only the metadata changes, and what was in it stays.
case_write_into_file() {
    cp "$SOURCE_DIR/tests/samples/lighthouse.jpg" "$PICTURE"
    exiftool -q -overwrite_original -Artist="Somebody" -XMP-iptcCore:AltTextAccessibility="Old" \
        "$PICTURE"
    chmod 640 "$PICTURE"
    coded=$(exiftool -b -all= -o - "$PICTURE" | cksum)
    answered "(open-image \"$PICTURE\")"
    write_answer "A lighthouse"
    use w '^Write Into File on Disk$'
    screenshot choose-file
    # GIMP 3 does not know the file of an image that a script has opened.
    if [ "$GIMP_MAJOR" -ge 3 ]; then
        press ctrl+l
        settle
        type_path "$PICTURE"
    else
        press alt+o
    fi
    focus '^Alt Text and Description$'
    settle
    screenshot write
    press alt+w
    until_true 5 "the file is changed" grep -q "A lighthouse" "$PICTURE"
    focus '^Alt Text$'
    settle
    screenshot written
    close_dialog
    alt_is "$PICTURE" "A lighthouse"
    equal "$(tag "$PICTURE" Artist)" Somebody "the artist"
    equal "$(exiftool -b -all= -o - "$PICTURE" | cksum)" "$coded" "the coded picture"
    equal "$(stat -c %a "$PICTURE")" 640 "the mode"
}

own_profile
start_display
"case_$(echo "$1" | tr - _)"
