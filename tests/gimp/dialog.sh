#!/bin/sh
# The dialog, under an X server without a screen, driven by keys as a person would.
# Usage: dialog.sh CASE.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/gimp/gimp.sh
. "$SOURCE_DIR/tests/gimp/gimp.sh"
# shellcheck source=tests/gimp/display.sh
. "$SOURCE_DIR/tests/gimp/display.sh"

# The dialog for a new red image.
open_dialog() {
    gimp_start '(say "answer" (describe-in RUN-INTERACTIVE (new-image 300 200 200 50 50)))'
    focus '^Describe Image$'
}

# GIMP takes the key once it has noticed that the plug-in before has ended, and no earlier: it is
# pressed again every two seconds of until_true.
repeated() {
    if [ $((tries % 40)) -eq 0 ] && no_plug_in; then press ctrl+f; fi
    request_running "$1"
}

uptime_ms() {
    awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime
}

# stops_within KEY NUMBER: a key ends this request for the server, within 50 ms and what it takes to
# start the program that presses the key.
stops_within() {
    begin=$(uptime_ms)
    press "$1"
    pressed=$(uptime_ms)
    until_true 5 "request $2 has ended" request_ended "$2" "client closed"
    end=$(journal server end | sed -n "s/.*\"id\":$2,.*\"time_ms\":\([0-9]*\).*/\1/p")
    echo "$1: the server noticed $((end - begin)) ms after the start of xdotool," \
        "$((end - pressed)) ms after its end"
    [ $((end - pressed)) -le 50 ] || fail "the server noticed only $((end - pressed)) ms later"
}

case_dialog_streams() {
    simulator server
    use_simulator pace=20/lines=25
    open_dialog
    screenshot open
    xdotool type --delay 0 "Count the boats"
    press Return
    until_true 20 "the answer has begun" journal_has server answer 200
    until_true 20 "the answer is whole" request_ended 1 complete
    settle
    screenshot whole
    body_has 1 "Count the boats" || fail "the instruction was not sent"

    press alt+o
    settle
    paste_and_send
    until_true 20 "a second answer is whole" request_ended 2 complete
    body_has 2 "Line 25 of 25" || fail "the answer was not copied"
    settle
    close_dialog
    mean_is "$(said answer)" 200 50 50 "what the procedure returns"
}

case_dialog_in_chinese() {
    simulator server
    use_simulator
    speak zh_CN
    gimp_start '(say "answer" (describe-in RUN-INTERACTIVE (new-image 300 200 200 50 50)))'
    focus '^描述图像$'
    settle
    screenshot chinese
    close_dialog
}

# The keyboard belongs to the entry all the time: from the key that sends to the end of the answer.
case_dialog_typing() {
    simulator server
    use_simulator reasoning=0/pace=20/lines=60
    open_dialog
    xdotool type --delay 0 "Count"
    press Return
    xdotool type --delay 0 " the"
    until_true 20 "the answer has begun" request_running 1
    xdotool type --delay 0 " red boats"
    until_true 20 "the request has ended" request_ended 1 .
    request_ended 1 complete || fail "typing has stopped the request"
    settle
    xdotool type --delay 0 " here"
    press Return
    until_true 20 "there is a second request" request_running 2
    body_has 2 "Count the red boats here" || fail "what was typed is not in the entry"
    close_dialog
}

case_dialog_stop() {
    simulator server
    use_simulator reasoning=0/pace=10/lines=500
    open_dialog
    press Return
    until_true 20 "the answer has begun" journal_has server answer 200
    screenshot streaming
    stops_within alt+s 1
    settle
    screenshot stopped
    no_plug_in && fail "the dialog has gone"

    press alt+d
    until_true 20 "there is a second request" request_running 2
    stops_within Escape 2
    wait "$GIMP_PID" || true
    ! grep -q 'answer={' "$GIMP_LOG" || fail "a stopped answer was returned as if it were whole"
}

# What was asked and answered before goes along, and no other picture.
case_dialog_follow_up() {
    simulator server
    use_simulator reasoning=0
    open_dialog
    press Return
    until_true 20 "the answer is whole" request_ended 1 complete
    settle
    press alt+f
    xdotool type --delay 0 "Is it a boat?"
    press Return
    until_true 20 "the follow-up is answered" request_ended 2 complete
    settle
    screenshot follow-up
    body_has 2 "Is it a boat?" || fail "the question was not sent"
    body_has 2 "Mean colour" || fail "the answer that it follows was not sent"
    body_has 2 image_url || fail "the picture was not kept"
    # Without another click: the keyboard is still in the entry, which is empty.
    xdotool type --delay 0 "And now?"
    press Return
    until_true 20 "the second follow-up is answered" request_ended 3 complete
    body_has 3 "Is it a boat?" || fail "the first follow-up is not in the conversation"
    settle

    press alt+a ctrl+a ctrl+c
    settle
    paste_and_send
    until_true 20 "what is shown was sent" request_ended 4 complete
    body_has 4 "> Is it a boat?" || fail "the question is not in the text"
    body_has 4 "> And now?" || fail "the second question is not in the text"
    ! body_has 4 '"assistant"' || fail "Send has not begun anew"
    settle
    close_dialog
    contains "$(said answer)" "Simulated answer" "what the procedure returns"
}

# A follow-up can be stopped, and the conversation is as it was before.
case_dialog_stops_a_follow_up() {
    simulator server
    use_simulator reasoning=0/pace=5/lines=100
    open_dialog
    press Return
    until_true 20 "the answer is whole" request_ended 1 complete
    settle
    press alt+f
    xdotool type --delay 0 "First"
    press Return
    until_true 20 "the follow-up has begun" request_running 2
    stops_within alt+s 2
    settle
    xdotool type --delay 0 "Second"
    press Return
    until_true 20 "the next follow-up is answered" request_ended 3 complete
    body_has 3 Second || fail "the question was not sent"
    ! body_has 3 First || fail "the stopped question is in the conversation"
    settle
    close_dialog
}

# llama_ended NUMBER: that many answers of it have come to an end.
llama_ended() {
    [ "$(grep -c 'stop processing' "$TEST_DIR/server.log")" -ge "$1" ]
}

llama_works() {
    ! slot_is_free
}

case_local_follow_up() {
    use_llama --grammar "$GRAMMAR"
    open_dialog
    press Return
    until_true 20 "the answer is whole" llama_ended 1
    settle
    press alt+f
    xdotool type --delay 0 "Is it a boat?"
    press Return
    until_true 20 "the follow-up is answered" llama_ended 2
    settle
    screenshot local
    close_dialog
    contains "$(said answer)" "$SPOKEN" "what the procedure returns"
}

# An answer of random bytes that is cut, and one that is stopped.
case_local_stop() {
    use_llama
    open_dialog
    press Return
    until_true 20 "the answer was cut" llama_ended 1
    settle
    screenshot random-bytes
    use_local '"max_tokens": 7000'
    press alt+d
    until_true 20 "the next answer has begun" llama_works
    press alt+s
    slot_frees "what was stopped"
    settle
    close_dialog
    ! grep -q 'answer={' "$GIMP_LOG" || fail "a stopped answer was returned as if it were whole"
}

# Another task in the same dialog, here one of the user's own, which comes first by its title.
case_dialog_task() {
    simulator server
    use_simulator
    own_task boats 'title: A boat counter' 'media: image' '' 'Count the masts. {{instruction}}'
    own_task odd 'title: Odd' 'media: cheese' '' 'No.'
    open_dialog
    screenshot tasks
    press alt+k Home
    settle
    focus '^A boat counter$'
    press alt+i
    xdotool type --delay 0 "Red ones only."
    press Return
    until_true 20 "the answer is whole" request_ended 1 complete
    body_has 1 "Count the masts. Red ones only." || fail "the task's prompt was not sent"
    settle
    screenshot own-task
    close_dialog

    # Repeat does that again; the menu item begins with its own task, and another one knows nothing.
    gimp '(say "again" (describe-in RUN-WITH-LAST-VALS (new-image 64 64 40 180 60)))
          (say "other" (critique-in RUN-WITH-LAST-VALS (new-image 64 64 40 180 60)))'
    body_has 2 "Count the masts. Red ones only." || fail "the task was not repeated"
    ! body_has 3 "Red ones only." || fail "another procedure has the instruction of this one"
    open_dialog
    press Return
    until_true 20 "there is another request" request_ended 4 complete
    body_has 4 "Red ones only." || fail "the instruction was not remembered"
    ! body_has 4 "Count the masts." || fail "Describe Image has not begun with its own task"
    settle
    close_dialog
}

# Code is shown in columns, several files with their names.
case_dialog_code() {
    simulator server
    use_simulator fences=2
    gimp_start '(say "answer" (code-in RUN-INTERACTIVE (new-image 300 200 200 50 50)))'
    focus '^Screenshot to Code$'
    press alt+b Down
    settle
    press alt+d
    until_true 20 "the answer is whole" request_ended 1 complete
    settle
    screenshot code
    close_dialog
    contains "$(said answer)" "==> index.html <==" "the first file"
    contains "$(said answer)" "==> style.css <==" "the second file"
}

# Tab from the language goes over the preview, the buttons beside the answer and the reasoning's
# heading to what is in view: the answer, and
# once it is unfolded, the reasoning.
case_dialog_reasoning() {
    simulator server
    use_simulator reasoning=8
    open_dialog
    press Return
    until_true 20 "the answer is whole" request_ended 1 complete
    settle
    press alt+l Tab Tab Tab Tab Tab ctrl+a ctrl+c
    paste_and_send
    until_true 20 "there is a second answer" request_ended 2 complete
    body_has 2 "Mean colour" || fail "the reasoning was not folded away"
    settle
    press alt+r
    settle
    screenshot reasoning
    press alt+l Tab Tab Tab Tab Tab ctrl+a ctrl+c
    paste_and_send
    until_true 20 "there is a third answer" request_ended 3 complete
    body_has 3 "Thought 8 of 8" || fail "the reasoning was not unfolded"
    settle
    close_dialog
}

# Asked again after a pause, which the dialog tells.
case_dialog_waits() {
    simulator server
    use_simulator times=1/status=429/retry-after=3
    open_dialog
    press Return
    until_true 20 "the server is busy" journal_has server answer 429
    import -window "$WINDOW" "$SHOTS/gimp$GIMP_MAJOR-waiting.png"
    press alt+l Tab Tab Tab ctrl+c alt+i ctrl+v
    until_true 20 "it is answered after all" journal_has server answer 200
    settle
    press alt+d
    until_true 20 "what was shown was sent" request_ended 3 complete
    body_has 3 "s, then asked again" || fail "the dialog did not say that it waits"
    settle
    close_dialog
    mean_is "$(said answer)" 200 50 50 "the answer"
}

# Both parts are one text, also when the first attempt to continue came to nothing.
case_dialog_continues() {
    simulator server
    use_simulator reasoning=0/times=1/length=3/pace=10/lines=40
    open_dialog
    press Return
    until_true 20 "the answer was cut" request_ended 1 complete
    settle
    screenshot cut
    press alt+n
    until_true 20 "the rest begins to come" request_running 2
    stops_within alt+s 2
    settle
    press alt+n
    until_true 20 "the rest has come" request_ended 3 complete
    settle
    screenshot continued
    body_has 3 "cut off" || fail "the rest was not asked for"
    close_dialog
    contains "$(said answer)" "Picture 1Simulated answer" "the place where both parts are joined"
}

# closed_when NAME FAULT EVENT TEXT: closes the dialog when the server has journalled this.
closed_when() {
    simulator "$1"
    use_simulator "$2"
    open_dialog
    press Return
    until_true 20 "the server has come to $1" journal_has "$1" "$3" "$4"
    press Escape
    wait "$GIMP_PID" || true
    until_true 5 "the plug-in has ended" no_plug_in
    ! grep -q 'answer={' "$GIMP_LOG" || fail "$1: an answer was returned"
    ! grep -qi 'fatal\|sanitizer\|crash' "$GIMP_LOG" || fail "$1: the plug-in has crashed"
}

case_dialog_closes_any_time() {
    closed_when silence delay=60000 request completions
    closed_when waiting status=429/retry-after=60 answer 429
    closed_when thinking reasoning=500/pace=20 answer 200
    closed_when answering reasoning=0/lines=500/pace=20 answer 200
}

# nothing_is_left: no process, no request, no swap of GEGL's and no sign of a crash.
nothing_is_left() {
    until_true 5 "the plug-in has ended" no_plug_in
    ! journal_has server request completions || fail "something was sent"
    equal "$(find "$TEST_DIR" -name "$PLUG_IN_PID-*")" "" "the files that are left of it"
    # What GIMP's own plug-ins say when GIMP has gone is no matter of ours.
    ! grep -qi 'segmentation\|aborted\|bus error\|sanitizer' "$GIMP_LOG" || fail "the plug-in has crashed"
}

# find_plug_in: sets PLUG_IN_PID as soon as it runs.
find_plug_in() {
    until PLUG_IN_PID=$(plug_ins) && [ -n "$PLUG_IN_PID" ]; do
        kill -0 "$GIMP_PID" 2>/dev/null || fail "GIMP ended before the plug-in began"
    done
}

# until_it_holds MEGABYTES: of memory of its own, most of which are pixels. Without a pause, since all of
# them are there in half a second.
until_it_holds() {
    page=$(getconf PAGESIZE)
    held=0
    until [ "$held" -ge "$1" ]; do
        read -r _ pages shared _ <"/proc/$PLUG_IN_PID/statm" || fail "the plug-in ended at $held MB"
        held=$(((pages - shared) * page >> 20))
    done
}

# read_a_large_image: until some of it has been read.
read_a_large_image() {
    simulator server
    use_simulator
    gimp_start '(let ((image (new-image 9000 7000 200 50 50)))
                  (catch 0 (describe-in RUN-INTERACTIVE image))
                  (say "left" (state-of image)))'
    find_plug_in
    until_it_holds 60
}

# Before the pixel library is there, and in the midst of the pixels. No image of ours stays in GIMP.
case_dialog_closes_while_reading() {
    simulator server
    use_simulator
    gimp_start '(say "answer" (describe-in RUN-INTERACTIVE (new-image 9000 7000 200 50 50)))'
    find_plug_in
    focus '^Describe Image$'
    press Return Escape
    wait "$GIMP_PID" || true
    nothing_is_left
}

case_dialog_closes_between_strips() {
    read_a_large_image
    focus '^Describe Image$'
    press Escape
    wait "$GIMP_PID" || true
    nothing_is_left
    contains "$(said left)" "images 1," "what GIMP has open"
}

# It waits for pixels that never come.
case_dialog_gimp_killed_while_reading() {
    read_a_large_image
    kill -STOP "$GIMP_PID"
    kill -9 "$GIMP_PID"
    nothing_is_left
}

case_dialog_error() {
    simulator server --key right
    use_simulator
    export SIGHTLINE_API_KEY=wrong-one
    open_dialog
    press Return
    until_true 20 "the key is refused" journal_has server answer 401
    settle
    screenshot error

    # The sentence can be reached and copied with the keyboard alone.
    press alt+l Tab Tab Tab Tab ctrl+c alt+i ctrl+v
    settle
    press alt+d
    until_true 20 "the key is refused again" request_ended 2 complete
    body_has 2 401 || fail "the sentence is not in the dialog"
    settle
    close_dialog
    ! grep -q 'answer={' "$GIMP_LOG" || fail "an answer was returned"
}

# As above, in another language than core's.
case_dialog_error_in_chinese() {
    simulator server --key right
    use_simulator
    export SIGHTLINE_API_KEY=wrong-one
    speak zh_CN
    gimp_start '(describe-in RUN-INTERACTIVE (new-image 300 200 200 50 50))'
    focus '^描述图像$'
    press Return
    until_true 20 "the key is refused" journal_has server answer 401
    settle
    screenshot chinese-error
    press alt+l Tab Tab Tab Tab ctrl+c alt+i ctrl+v
    settle
    press alt+d
    until_true 20 "the key is refused again" request_ended 2 complete
    body_has 2 "返回 401：" || fail "the sentence is not in the dialog"
    close_dialog
}

case_dialog_remembers() {
    simulator server
    use_simulator
    open_dialog
    xdotool type --delay 0 "Count the boats"
    press alt+t Down Down alt+l
    xdotool type --delay 0 "Icelandic"
    press alt+d
    until_true 20 "the answer is whole" request_ended 1 complete
    settle
    close_dialog
    gimp '(say "answer" (describe-in RUN-WITH-LAST-VALS (new-image 64 64 40 180 60)))'
    mean_is "$(said answer)" 40 180 60 "the answer of the next session"
    for text in "Count the boats" "Icelandic" '"high"'; do
        body_has 1 "$text" || fail "$text was not sent"
        body_has 2 "$text" || fail "$text was not remembered"
    done
}

case_dialog_gimp_killed() {
    simulator server
    use_simulator stall=500
    open_dialog
    press Return
    until_true 20 "the answer has begun" journal_has server answer 200
    kill -9 "$GIMP_PID"
    until_true 5 "the server has noticed" request_ended 1 "client closed"
    until_true 5 "the plug-in has ended" no_plug_in
}

# Most of the body has not been sent yet.
case_dialog_gimp_killed_while_sending() {
    simulator server
    store_nothing
    use_simulator slow-read=5
    "$BUILD_DIR/bin/sightline-test-picture" --noise png 2400 1800 00ff80 "$TEST_DIR/a.png"
    gimp_start "(describe-in RUN-INTERACTIVE (open-image \"$TEST_DIR/a.png\"))"
    focus '^Describe Image$'
    press alt+t Down Down
    press alt+d
    until_true 20 "the upload has begun" test -s "$TEST_DIR/server.bodies/1.body"
    kill -9 "$GIMP_PID"
    until_true 5 "the server has noticed" journal_has server gone connection
    until_true 5 "the plug-in has ended" no_plug_in
}

# A GIMP with windows of its own, for what needs another hand than the script's. The menu item has a
# shortcut; nothing asks questions at the start.
start_with_windows() {
    shortcut=plug-in-sightline-describe-image
    case $GIMP_MAJOR in
    2)
        printf '(check-updates no)\n(show-tips no)\n' >>"$PROFILE/gimprc"
        echo "(gtk_accel_path \"<Actions>/plug-in/$shortcut\" \"<Primary><Alt>j\")" \
            >"$PROFILE/menurc"
        ;;
    *)
        version=$("$GIMP" --version | sed -n 's/.* \([0-9.]*[0-9]\)$/\1/p' | head -n 1)
        printf '(check-updates no)\n(config-version "%s")\n%s\n%s\n' "$version" \
            '(color-profile-policy keep)' '(show-welcome-dialog no)' >>"$PROFILE/gimprc"
        printf '(file-version 1)\n(action "%s" "<Primary><Alt>j")\n' "$shortcut" \
            >"$PROFILE/shortcutsrc"
        ;;
    esac
    "${GIMP%%-console*}${GIMP#*-console}" -n -s "$@" >"$GIMP_LOG" 2>&1 &
    GIMP_PID=$!
    STARTED="$STARTED $GIMP_PID"
}

# Its window over the whole screen, when it has opened its images.
main_window() {
    focus '(lighthouse|second)'
    xdotool windowmove "$WINDOW" 0 0 windowsize "$WINDOW" 1280 900
    settle
}

# described NUMBER: the picture that request sent.
described() {
    grep -o 'data:image[^"]*' "$TEST_DIR/server.bodies/$1.body" | cksum
}

# describe_once NUMBER [KEY…]: what is on the canvas now; the keys use the answer.
describe_once() {
    number=$1
    shift
    main_window
    press ctrl+alt+j
    focus '^Describe Image$'
    press alt+d
    until_true 20 "request $number is answered" request_ended "$number" complete
    settle
    for key do
        press "$key"
        settle
    done
    press Escape
    until_true 5 "the plug-in has ended" no_plug_in
}

# A text layer is in the picture, and one Undo takes it out again.
case_dialog_text_layer_is_one_step() {
    simulator server
    store_nothing
    use_simulator reasoning=0
    start_with_windows "$SOURCE_DIR/tests/samples/lighthouse.jpg"
    describe_once 1 alt+w t
    describe_once 2
    import -window root "$SHOTS/gimp$GIMP_MAJOR-text-layer.png"
    [ "$(described 1)" != "$(described 2)" ] || fail "the text is not in the picture"
    main_window
    press ctrl+z
    settle
    describe_once 3
    equal "$(described 3)" "$(described 1)" "the picture after one Undo"
}

# second_dialog FIRST
second_dialog() {
    WINDOW=$(xdotool search --onlyvisible --name '^Describe Image$' | grep -vx "$1")
    [ -n "$WINDOW" ]
}

# A request goes on, since its pixels were read already. The next one says what is the matter, which
# the test reads by pasting it into the dialog of an image that is still open.
case_dialog_image_closed() {
    simulator server
    store_nothing
    use_simulator reasoning=0/pace=20/lines=100
    cp "$SOURCE_DIR/tests/samples/lighthouse.jpg" "$TEST_DIR/second.jpg"
    start_with_windows "$TEST_DIR/second.jpg" "$SOURCE_DIR/tests/samples/lighthouse.jpg"
    main_window
    press ctrl+alt+j
    focus '^Describe Image$'
    first=$WINDOW
    xdotool windowmove "$WINDOW" 20 420
    press Return
    until_true 20 "the answer has begun" journal_has server answer 200
    import -window root "$SHOTS/gimp$GIMP_MAJOR-at-work.png"
    main_window
    press ctrl+w
    until_true 20 "the answer is whole" request_ended 1 complete

    focus '^Describe Image$'
    press alt+d
    settle
    screenshot image-closed
    press alt+l Tab Tab Tab Tab ctrl+c
    main_window
    press ctrl+alt+j
    until_true 20 "there is a second dialog" second_dialog "$first"
    take_keyboard
    press alt+i ctrl+v
    settle
    press alt+d
    until_true 20 "the other image is described" request_ended 2 complete
    body_has 2 "the image is no longer open in GIMP" || fail "the sentence is not in the dialog"
}

image_closed() {
    ! xdotool search --onlyvisible --name second >/dev/null 2>&1
}

# What is read is a copy that GIMP made in the first moment.
case_dialog_image_closed_while_reading() {
    simulator server
    use_simulator reasoning=0
    "$BUILD_DIR/bin/sightline-test-picture" png 6000 4000 c83232 "$TEST_DIR/second.png"
    start_with_windows "$TEST_DIR/second.png"
    main_window
    press ctrl+alt+j
    find_plug_in
    until_it_holds 45
    kill -STOP "$PLUG_IN_PID"
    main_window
    press ctrl+w
    until_true 10 "the image is closed" image_closed
    kill -CONT "$PLUG_IN_PID"
    focus '^Describe Image$'
    press alt+d
    until_true 20 "it is described all the same" request_ended 1 complete
    settle
    press Escape
    until_true 5 "the plug-in has ended" no_plug_in
}

# What has been edited meanwhile goes out as the next turn, below what was seen before.
case_dialog_looks_again() {
    simulator server
    store_nothing
    use_simulator reasoning=0
    start_with_windows "$SOURCE_DIR/tests/samples/lighthouse.jpg"
    main_window
    press ctrl+alt+j
    focus '^Describe Image$'
    press Return
    until_true 20 "the answer is whole" request_ended 1 complete
    settle
    main_window
    press ctrl+a Delete ctrl+shift+a
    settle
    focus '^Describe Image$'
    settle
    screenshot edited-meanwhile
    press alt+g
    until_true 20 "it was looked at again" request_ended 2 complete
    settle
    screenshot looked-again
    body_has 2 "I have edited the picture" || fail "the question is not in the request"
    body_has 2 "Mean colour" || fail "the answer before is not in the request"
    equal "$(grep -o 'data:image/[^"]*' "$TEST_DIR/server.bodies/2.body" | sort -u | wc -l)" 2 \
        "the different pictures in the request"

    press alt+f
    xdotool type --delay 0 "Is it white now?"
    press alt+g
    until_true 20 "it was looked at once more" request_ended 3 complete
    body_has 3 "Is it white now?" || fail "the question was not sent"
    equal "$(grep -o 'data:image/[^"]*' "$TEST_DIR/server.bodies/3.body" | wc -l)" 3 \
        "the pictures in the request"
}

title_is_clean() {
    case $(xdotool getwindowname "$WINDOW") in '*'*) false ;; esac
}

title_is_dirty() {
    ! title_is_clean
}

# Alt text, description and comment are one step in GIMP's own history.
case_dialog_undo_of_metadata() {
    simulator server
    use_simulator reasoning=0
    start_with_windows "$SOURCE_DIR/tests/samples/lighthouse.jpg"
    main_window
    title_is_clean || fail "the image is dirty before anything was done"
    press ctrl+alt+j
    focus '^Describe Image$'
    press Return
    until_true 20 "the answer is whole" request_ended 1 complete
    settle
    use m '^Alt Text and Description$'
    press alt+a Tab
    xdotool type --delay 0 "A lighthouse"
    settle
    press alt+s
    focus '^Describe Image$'
    settle
    main_window
    until_true 5 "the image is changed" title_is_dirty
    press ctrl+z
    until_true 5 "one undo brings all of it back" title_is_clean
}

# A server on another machine, to which everything goes through a proxy here: it tells of each try.
use_elsewhere() {
    unset SIGHTLINE_LOOPBACK_ONLY
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    printf '{"provider": "far", "providers": {"far": {"base_url": "https://elsewhere.example.com/v1", "proxy": "%s",
        "key": null, "retries": 0}}}' "$SIMULATOR_URL" >"$XDG_CONFIG_HOME/sightline/config.json"
}

agreed() {
    grep -qx 'https://elsewhere.example.com:443' "$XDG_STATE_HOME/sightline/consent" 2>/dev/null
}

# Nothing leaves the machine before the person agrees, and afterwards nobody is asked again.
case_consent_is_asked_once() {
    simulator server
    use_elsewhere
    open_dialog
    press Return
    focus '^Sightline$'
    settle
    screenshot consent
    press Escape
    focus '^Describe Image$'
    settle
    screenshot no-consent
    ! agreed || fail "No was taken for a Yes"
    equal "$(cat "$TEST_DIR/server.journal")" "" "the proxy after No"

    press alt+d
    focus '^Sightline$'
    press alt+s
    until_true 5 "the agreement is kept" agreed
    until_true 5 "the proxy was asked" journal_has server answer 400
    focus '^Describe Image$'
    settle
    screenshot consent-given
    press alt+d
    settle
    ! window_there '^Sightline$' || fail "it is asked again"
    equal "$(wc -l <"$XDG_STATE_HOME/sightline/consent")" 1 "the lines of the record"
    close_dialog
}

# The button at the right end of GIMP's status bar, which each version puts a little elsewhere.
click_cancel() {
    for x in 1035 1000; do
        xdotool mousemove "$x" 882 click 1
    done
}

# GIMP's Repeat (Ctrl+F) runs without a dialog: progress and Cancel are in GIMP's own window, and the
# answer in a message.
case_repeat_in_gimp() {
    simulator server
    store_nothing
    use_simulator reasoning=60/pace=20
    start_with_windows "$SOURCE_DIR/tests/samples/lighthouse.jpg"
    main_window
    press ctrl+alt+j
    focus '^Describe Image$'
    xdotool type --delay 0 "Count the boats"
    press Return
    until_true 20 "the answer is whole" request_ended 1 complete
    settle
    press Escape
    until_true 10 "the dialog has gone" no_plug_in

    main_window
    until_true 20 "the filter is repeated" repeated 2
    # The plug-in may be gone before the server has noted that all of it was sent.
    until_true 20 "the answer is repeated" request_ended 2 .
    body_has 2 "Count the boats" || fail "the instruction was not remembered"
    until_true 10 "GIMP shows the answer" window_there Message
    screenshot repeated
    press Escape

    main_window
    until_true 20 "there is a third request" repeated 3
    click_cancel
    until_true 5 "Cancel has reached the server" request_ended 3 "client closed"
    until_true 5 "the plug-in has ended" no_plug_in
}

own_profile
start_display
"case_$(echo "$1" | tr - _)"
