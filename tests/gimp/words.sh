#!/bin/sh
# What the plug-in says in other languages. Usage: words.sh CASE.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"

# Nothing is untranslated, and nothing waits for somebody to look at it.
case_words_are_complete() {
    command -v xgettext >/dev/null || skip "xgettext is not installed"
    sh "$SOURCE_DIR/plugins/gimp/po/extract.sh" >"$TEST_DIR/all.pot"
    for language in "$SOURCE_DIR"/plugins/gimp/po/*.po; do
        msgcmp "$language" "$TEST_DIR/all.pot" || fail "${language##*/} is not complete"
        msgmerge --quiet --no-fuzzy-matching -o "$TEST_DIR/merged.po" "$language" "$TEST_DIR/all.pot"
        msgattrib --only-obsolete "$TEST_DIR/merged.po" >"$TEST_DIR/old"
        [ ! -s "$TEST_DIR/old" ] || fail "${language##*/} has texts that are said no more"
    done
}

# Two widgets of a form or a menu with the same key would take turns instead of being reached.
case_words_have_keys_as_in_english() {
    for language in "$SOURCE_DIR"/plugins/gimp/po/*.po; do
        msgcat --no-wrap "$language" | awk '
            function key(text) { return match(text, /_[A-Za-z]/) ? tolower(substr(text, RSTART + 1, 1)) : "" }
            /^msgid "/ { from = $0; sub(/^msgid /, "", from) }
            /^msgstr "/ { if (key(from) != key($0)) { print from " has another key in " $0; bad = 1 } }
            END { exit bad }' || fail "${language##*/}: keys differ"
    done
}

# Every sentence about a failure can be translated.
case_words_are_marked() {
    for file in "$SOURCE_DIR"/plugins/gimp/src/*.c; do
        awk 'BEGIN { RS = ";\n" }
            /sl_error_set\(/ && !/[^a-z]_\(|ngettext\(|"(%s(: )?)+"/ { print; bad = 1 }
            END { exit bad }' "$file" || fail "${file##*/}: a sentence is not marked with _()"
    done
}

# In the core a text of several words is marked for translation (core/src/translate.h), or it is
# told to a model, as schema.c does.
case_words_of_the_core_are_marked() {
    for file in "$SOURCE_DIR"/core/src/*.c "$SOURCE_DIR"/core/src/*/*.c; do
        [ "${file##*/}" != schema.c ] || continue
        awk 'BEGIN { RS = ";\n"; literal = "\"([^\"\\\\]|\\\\.)*\""; texts = "(" literal "[ \n]*)+" }
            /sl__buf_add|sl__message_new|\.description =|_Static_assert|png_error/ { next }
            {
                gsub(/\/\*([^*]|\*[^\/])*\*\//, "")
                gsub("(sl__tr|SL__TR_NOOP)\\([ \n]*" texts "\\)", "")
                gsub("(sl_error_set|sl__request_note|sl__request_tool|sl__error_set_plain)\\([^\"]*" texts, "")
                while (match($0, literal)) {
                    text = substr($0, RSTART, RLENGTH)
                    $0 = substr($0, RSTART + RLENGTH)
                    if (text ~ /[a-z],? [a-z]+ [a-z]/) { print text; bad = 1 }
                }
            }
            END { exit bad }' "$file" || fail "${file##*/}: a text is not marked for translation"
    done
}

"case_$(echo "$1" | tr - _)"
