#!/bin/sh
# alone.sh [LAUNCHER…] PROGRAM CASE: runs a copy of it in a folder of its own, without modules beside it but
# what the case wants there.
. "$SOURCE_DIR/tests/lib.sh"

mkdir "$TEST_DIR/alone"
for word; do
    shift
    case $word in
    "$BUILD_DIR"/bin/test_*)
        cp "$word" "$TEST_DIR/alone/program"
        word=$TEST_DIR/alone/program
        ;;
    esac
    set -- "$@" "$word"
done
case $word in
broken_modules)
    for name in tiff heif svg; do echo "no module" >"$TEST_DIR/alone/sightline-$name.so"; done
    ;;
a_library_that_is_missing) cp "$BUILD_DIR/absent/sightline-heif.so" "$TEST_DIR/alone/" ;;
esac
"$@"
