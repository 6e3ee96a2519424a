#!/bin/sh
# secret.sh PROGRAM…: runs it beside a session bus and a keyring of their own.
. "$SOURCE_DIR/tests/lib.sh"

for tool in dbus-run-session gnome-keyring-daemon secret-tool; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
done

# shellcheck disable=SC2016 # expanded by the inner shell
dbus-run-session -- sh -c '
    echo password | gnome-keyring-daemon --unlock --components=secrets >/dev/null
    SECRET_SERVICE_BUS=$DBUS_SESSION_BUS_ADDRESS "$@"
' sh "$@" 2>"$TEST_DIR/bus.log"
