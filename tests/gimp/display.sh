# Sourced after tests/gimp/gimp.sh: an X server without a screen, keys as a person presses them, and
# what the server `server` has received meanwhile.
#
# shellcheck shell=sh

SHOTS=$BUILD_DIR/screenshots

start_display() {
    for tool in Xvfb xdotool import; do
        command -v $tool >/dev/null || skip "$tool is not installed"
    done
    mkfifo "$TEST_DIR/display"
    # By itself it begins anew when the last client has left, as xdotool does all the time, and turns
    # away who comes meanwhile.
    Xvfb -noreset -displayfd 3 -screen 0 1280x900x24 -nolisten tcp 3>"$TEST_DIR/display" \
        >"$TEST_DIR/xvfb.log" 2>&1 &
    STARTED="$STARTED $!"
    read -r number <"$TEST_DIR/display" || fail "Xvfb did not start"
    export DISPLAY=":$number" NO_AT_BRIDGE=1
    # Where it calls forth no tooltip.
    xdotool mousemove 1279 899
    # A blinking cursor never rests.
    mkdir -p "$XDG_CONFIG_HOME/gtk-3.0"
    printf '[Settings]\ngtk-cursor-blink=0\n' >"$XDG_CONFIG_HOME/gtk-3.0/settings.ini"
    echo 'gtk-cursor-blink = 0' >"$HOME/.gtkrc-2.0"
    mkdir -p "$SHOTS"
}

window_there() {
    kill -0 "$GIMP_PID" 2>/dev/null || fail "GIMP ended before there was a window «$1»"
    WINDOW=$(xdotool search --onlyvisible --name "$1" 2>/dev/null | head -n 1)
    [ -n "$WINDOW" ]
}

# Raised as well, since what is covered cannot be looked at.
take_keyboard() {
    xdotool windowraise "$WINDOW" windowfocus --sync "$WINDOW"
}

# focus TITLE: waits for a window and gives it the keyboard.
focus() {
    until_true 40 "there is a window «$1»" window_there "$1"
    take_keyboard
}

press() {
    xdotool key --delay 0 "$@"
}

# A busy dialog moves its bar, and a button stays down for a moment: a few equal pictures in a row
# mean that the dialog is at rest.
at_rest() {
    before=$look
    look=$(import -window "$WINDOW" rgb:- | cksum)
    if [ "$before" = "$look" ]; then equal_looks=$((equal_looks + 1)); else equal_looks=0; fi
    [ "$equal_looks" -ge 3 ]
}

settle() {
    look=
    until_true 20 "the dialog is at rest" at_rest
}

screenshot() {
    import -window "$WINDOW" "$SHOTS/gimp$GIMP_MAJOR-$1.png"
}

close_dialog() {
    press Escape
    wait "$GIMP_PID" || true
}

# paste_and_send: the clipboard becomes the instruction, so that the test can read in the server's
# journal what the dialog shows.
paste_and_send() {
    press alt+i ctrl+a ctrl+v
    settle
    press alt+d
}

# use KEY TITLE: chooses this from the menu, and waits for the window that it opens.
use() {
    press alt+w
    settle
    press "$1"
    focus "$2"
    settle
}

# body_has NUMBER TEXT: what the server received as that request.
body_has() {
    grep -qF -- "$2" "$TEST_DIR/server.bodies/$1.body" 2>/dev/null
}

request_ended() {
    journal server end | grep "\"id\":$1," | grep -q "$2"
}

request_running() {
    journal_has server answer "\"id\":$1,"
}
