#!/bin/sh
# Answers as text layers. Usage: layers.sh CASE.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/gimp/gimp.sh
. "$SOURCE_DIR/tests/gimp/gimp.sh"
# shellcheck source=tests/gimp/display.sh
. "$SOURCE_DIR/tests/gimp/display.sh"

# line_of TEXT: x, y, width and height of the layer with that text.
line_of() {
    said layers | sed -n "s/^$1: //p" | grep . || fail "no layer «$1» in: $(said layers)"
}

# about NUMBER EXPECTED WHAT: within three pixels.
about() {
    if [ $(($1 - $2)) -gt 3 ] || [ $(($2 - $1)) -gt 3 ]; then fail "$3: expected $2, got $1"; fi
}

case_layers_stand_where_the_lines_are() {
    FONTS=
    simulator server
    use_simulator json=lines
    gimp '
        (let ((image (new-image 1000 500 20 20 60)))
          (say "text" (text-to-layers image))
          (say "layers" (layers-of image))
          (say "light" (describe image)))'
    equal "$(said text)" "Simulated sign
Second line" "what the procedure returns"
    # A box from 100, 25 to 600, 75, and one from 500, 400 to 950, 450.
    read -r x y width height <<END
$(line_of "Simulated sign")
END
    about "$x" 100 "x of the first line"
    about "$((y + height / 2))" 50 "the middle of the first line"
    [ "$height" -le 60 ] || fail "the first line is $height high"
    [ "$width" -le 510 ] || fail "the first line is $width wide"
    [ "$height" -ge 40 ] || [ "$width" -ge 480 ] || fail "the first line is $width×$height"
    read -r x y width height <<END
$(line_of "Second line")
END
    about "$x" 500 "x of the second line"
    about "$((y + height / 2))" 425 "the middle of the second line"
    equal "$(said layers | sed -n '1s/:.*//p;$=')" "-
4" "a group with both, above the layer that was there"
}

# The boxes are in the part that was sent.
case_layers_stand_in_the_selection() {
    FONTS=
    simulator server
    use_simulator json=lines
    gimp '
        (let ((image (new-image 1000 500 20 20 60)))
          (select-box image 200 100 400 200)
          (text-of-source-to-layers image "selection")
          (say "layers" (layers-of image)))'
    read -r x y width height <<END
$(line_of "Second line")
END
    about "$x" 400 "x of the second line"
    about "$((y + height / 2))" 270 "the middle of the second line"
    [ "$width" -le 190 ] || fail "the second line is $width wide"
}

# Inserted from the dialog.
case_layers_from_the_dialog() {
    FONTS=
    start_display
    simulator server
    use_simulator json=lines
    gimp_start '
        (let ((image (new-image 400 200 20 20 60)))
          (layers-in RUN-INTERACTIVE image)
          (say "layers" (layers-of image)))'
    focus '^Extract Text to Layers$'
    settle
    press alt+d
    until_true 20 "the answer is whole" request_ended 1 complete
    settle
    press alt+w
    settle
    press t
    settle
    screenshot layers
    press Escape
    wait "$GIMP_PID" || true
    read -r x y width height <<END
$(line_of "Simulated sign")
END
    about "$x" 40 "x of the first line"
}

# White text on what is dark, in the image's colours.
case_layers_stand_out() {
    FONTS=
    simulator server
    use_simulator json=lines
    gimp '
        (let ((dark (new-image 1000 500 20 20 60)) (bright (new-image 1000 500 250 250 200)))
          (text-to-layers dark)
          (text-to-layers bright)
          (say "colours" (string-append (text-colour dark) (text-colour bright))))'
    equal "$(said colours)" "white black " "the colours of the text"
}

case_layers_without_places_are_one() {
    FONTS=
    simulator server
    use_simulator json=invalid
    gimp '
        (let ((image (new-image 1000 500 20 20 60)))
          (text-to-layers image)
          (say "layers" (layers-of image)))
        (let ((image (new-image 1000 500 20 20 60)))
          (select-box image 300 100 400 350)
          (text-to-layers image)
          (say "selected" (layers-of image)))'
    geometry=$(said layers | sed -n 's/.*: \(20 20 960 [0-9]*\) *$/\1/p')
    [ -n "$geometry" ] || fail "not in the image with a margin: $(said layers)"
    [ "${geometry##* }" -le 470 ] || fail "it is too high: $geometry"
    geometry=$(said selected | sed -n 's/.*: \(300 100 400 [0-9]*\) *$/\1/p')
    [ -n "$geometry" ] || fail "not in the selection: $(said selected)"
    [ "${geometry##* }" -le 360 ] || fail "it is too high: $geometry"
    contains "$(said layers)" "Simulated answer" "the text of the layer"
}

case_layers_need_fonts() {
    simulator server
    use_simulator json=lines
    gimp '
        (let ((image (new-image 1000 500 20 20 60)))
          (say "before" (layers-of image))
          (say "why" (failure-of (lambda () (text-to-layers image))))
          (say "layers" (layers-of image)))'
    contains "$(said why)" 'GIMP has no fonts, so there can be no text layer' "the reason"
    equal "$(said layers)" "$(said before)" "the layers"
}

own_profile
"case_$(echo "$1" | tr - _)"
