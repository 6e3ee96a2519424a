#!/bin/sh
# What a screen reader says of each widget, and the keys that work it. Usage: names.sh CASE.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/gimp/gimp.sh
. "$SOURCE_DIR/tests/gimp/gimp.sh"
# shellcheck source=tests/gimp/display.sh
. "$SOURCE_DIR/tests/gimp/display.sh"

# looked_at SCRIPT TITLE: opens a dialog that is looked at.
looked_at() {
    export LD_PRELOAD="$BUILD_DIR/bin/gimp-widget-names.so"
    gimp_start "$1"
    unset LD_PRELOAD
    focus "$2"
    settle
}

# tells LINE
tells() {
    grep -qx -- "$1" "$WIDGET_NAMES" || fail "there is no «$1» in: $(cat "$WIDGET_NAMES")"
}

case_widgets_have_names() {
    simulator server
    use_simulator reasoning=0
    export WIDGET_NAMES="$TEST_DIR/names"
    looked_at '(code-in RUN-INTERACTIVE (new-image 60 40 200 50 50))' '^Screenshot to Code$'
    press alt+d
    until_true 20 "it is answered" request_ended 1 complete
    settle
    use m '^Alt Text and Description$'
    press Escape
    focus '^Screenshot to Code$'
    close_dialog
    looked_at '(settings-in RUN-INTERACTIVE "" "" "" "" "" "")' 'Settings'
    close_dialog
    looked_at '(batch-dialog)' '^Batch Describe$'
    close_dialog

    for line in 'GtkComboBoxText: Source:' 'GtkTextView: Answer.*' 'GtkEntry: Follow-up:' \
        'window: Alt Text and Description' 'GtkTextView: Alt text' 'GtkEntry: Key:' \
        'GtkTreeView: Pictures and their texts'; do
        tells "$line"
    done
    equal "$(grep -e '^unnamed' -e ': .*_' -e '^twice' -e '^markup' "$WIDGET_NAMES")" "" \
        "the widgets without a name, the keys that work two, and the labels that read markup"
}

own_profile
start_display
"case_$(echo "$1" | tr - _)"
