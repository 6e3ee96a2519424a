#!/bin/sh
# Prints what is to be translated, as a template for msginit and msgmerge: the texts of the plug-in,
# the sentences of the core, and the titles of the tasks that come with it. Usage: extract.sh
# >sightline.pot; then, for each language, msgmerge --update --backup=none zh_CN.po sightline.pot.

set -eu
cd "$(dirname "$0")/../../.."

# The titles as a C file that xgettext reads; it names the tasks as their places.
titles() {
    awk '/^title:/ {
        sub(/^title: */, "")
        printf "#line %d \"%s\"\n_(\"%s\")\n", FNR, FILENAME, $0
    }' core/tasks/*.task
}

words=$(mktemp -d)
trap 'rm -rf "$words"' EXIT
titles >"$words/titles.c"

extract() {
    xgettext --from-code=UTF-8 --add-comments=Translators --sort-by-file --add-location=file \
        --package-name=sightline "$@"
}
extract --keyword=_ --keyword=N_ --output="$words/host.pot" -- plugins/gimp/src/*.c "$words/titles.c"
# A sentence is a format whether it has conversions or not: the catalogue is checked accordingly.
extract --keyword --keyword=sl__tr --keyword=SL__TR_NOOP --keyword=sl_error_set:3 \
    --keyword=sl__request_note:3 --keyword=sl__request_tool:2 --flag=sl_error_set:3:c-format \
    --flag=sl__request_note:3:c-format --flag=sl__request_tool:2:c-format \
    --output="$words/core.pot" -- core/src/*.c core/src/*/*.c
# What only passes a text on is none.
msgcat --use-first --add-location=file "$words/host.pot" "$words/core.pot" |
    msggrep --invert-match --msgid --extended-regexp --regexp='^%(\.\*)?s$' | sed "s|$words/||"
