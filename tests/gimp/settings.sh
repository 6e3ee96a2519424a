#!/bin/sh
# Settings…, as a procedure and as a dialog. Usage: settings.sh CASE.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/gimp/gimp.sh
. "$SOURCE_DIR/tests/gimp/gimp.sh"
# shellcheck source=tests/gimp/display.sh
. "$SOURCE_DIR/tests/gimp/display.sh"

FILE=$XDG_CONFIG_HOME/sightline/config.json
KEYS=$XDG_CONFIG_HOME/sightline/keys.json

configure() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    printf '%s\n' "$1" >"$FILE"
}

open_settings() {
    gimp_start '(say "path" (settings-in RUN-INTERACTIVE "" "" "" "" "" ""))'
    focus '^Sightline Settings$'
    settle
}

case_settings_by_script() {
    configure '{ "mine": 1,  "effort": "high" }'
    gimp '(say "path" (settings-in RUN-NONINTERACTIVE "local" "http://127.0.0.1:9000/v1" "m" "low"
                                   "default" "French"))'
    equal "$(said path)" "$FILE" "what the procedure returns"
    equal "$(cat "$FILE")" '{ "mine": 1,  "provider": "local",  "providers": { "local": { "base_url": "http://127.0.0.1:9000/v1", "model": "m" } },  "detail": "low",  "language": "French" }' \
        "the file"
    gimp '(settings-in RUN-NONINTERACTIVE "nobody" "" "" "" "" "")'
    grep -q 'the provider “nobody” is not known' "$GIMP_LOG" || fail "no reason was given"
}

# The key is sent to the server, and is nowhere but in its file.
case_settings_dialog() {
    start_display
    simulator server --key sk-simulated-key-123
    export SIGHTLINE_BASE_URL="$SIMULATOR_URL/v1"
    configure '{
  "provider": "stepfun",
  "language": null
}'
    open_settings
    screenshot settings
    press alt+t
    until_true 20 "the provider was asked" journal_has server answer 401
    settle
    screenshot settings-refused
    press alt+k
    xdotool type --delay 0 "sk-simulated-key-123"
    press alt+g ctrl+a
    xdotool type --delay 0 "Welsh"
    settle
    screenshot settings-typed
    press alt+t
    until_true 20 "the provider takes the key" journal_has server answer 200
    settle
    screenshot settings-tested
    equal "$(stat -c %a "$KEYS")" 600 "the mode of keys.json"
    grep -q sk-simulated-key-123 "$KEYS" || fail "the key was not stored"
    press alt+i
    until_true 20 "the models were asked for" models_asked
    settle
    import -window root "$SHOTS/gimp$GIMP_MAJOR-settings-models.png"
    press Escape
    settle
    press alt+s
    wait "$GIMP_PID" || true
    equal "$(said path)" "$FILE" "what the procedure returns"
    equal "$(cat "$FILE")" '{
  "provider": "stepfun",
  "language": "Welsh"
}' "the file"
    ! grep -rq sk-simulated-key-123 "$PROFILE" "$GIMP_LOG" || fail "GIMP has the key"
}

# What core finds out is said in GIMP's language.
case_settings_test_in_chinese() {
    start_display
    simulator server --key right
    export SIGHTLINE_BASE_URL="$SIMULATOR_URL/v1" SIGHTLINE_API_KEY=wrong-one
    configure '{"provider": "stepfun"}'
    speak zh_CN
    gimp_start '(settings-in RUN-INTERACTIVE "" "" "" "" "" "")'
    focus '^Sightline 设置$'
    settle
    press alt+t
    until_true 20 "the provider was asked" journal_has server answer 401
    settle
    screenshot settings-chinese
    # The sentence is copied into the language, which is saved.
    press alt+g Tab ctrl+c alt+g ctrl+a ctrl+v
    settle
    press alt+s
    wait "$GIMP_PID" || true
    contains "$(cat "$FILE")" "服务商：127.0.0.1 返回 401：" "what the test found out"
}

models_asked() {
    [ "$(journal server answer | grep -c 200)" -ge 2 ]
}

own_profile
"case_$(echo "$1" | tr - _)"
