#!/bin/sh
# Prints what is to be translated, as a template for msginit and msgmerge: the texts of the plug-in,
# and the titles of the tasks that come with the core. Usage: extract.sh >sightline.pot; then, for
# each language, msgmerge --update --backup=none zh_CN.po sightline.pot.

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
xgettext --from-code=UTF-8 --keyword=_ --keyword=N_ --add-comments=Translators \
    --sort-by-file --add-location=file --package-name=sightline --output=- -- plugins/gimp/src/*.c "$words/titles.c" |
    sed "s|$words/||"
