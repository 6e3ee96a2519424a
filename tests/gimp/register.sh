#!/bin/sh
# Installs the plug-in into the profile that all cases copy, starts GIMP once so that it is known,
# and looks at what GIMP knows of it.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/gimp/gimp.sh
. "$SOURCE_DIR/tests/gimp/gimp.sh"

find_gimp
use_profile "$GIMP_WARM_PROFILE"
mkdir -p "$PROFILE/plug-ins"
for folder in gradients brushes dynamics patterns palettes fonts tool-presets; do
    mkdir -p "$PROFILE/$folder"
done
cp -pR "$BUILD_DIR/gimp$GIMP_MAJOR/sightline" "$PROFILE/plug-ins/"

gimp '(say "ready" "yes")'
equal "$(said ready)" yes "GIMP's first start"

known=$(sed -n '/plug-ins\/sightline\/sightline"/,/^(plug-in-def/p' "$PROFILE/pluginrc")
for name in describe-image alt-text extract-text ask critique screenshot-to-code run-task; do
    contains "$known" "\"plug-in-sightline-$name\"" "what GIMP knows"
done
contains "$known" '<Image>/Filters/Sightline' "its menu"
for label in '_Describe Image' '_Alt Text' 'E_xtract Text' 'As_k About Image' _Critique \
    '_Screenshot to Code'; do
    contains "$known" "\"$label...\"" "its menu"
done
contains "$known" 'What is visible of the image, unsaved edits included' "its help"
for label in 'Extract Text to _Layers' '_Batch Describe' 'Se_ttings'; do
    contains "$known" "\"$label...\"" "its menu"
done

# Each procedure has its place in the help pages, and GIMP knows where those are.
contains "$(cat "$PROFILE/pluginrc")" "(help-def \"sightline\" \"file://$PROFILE/plug-ins/sightline/help\")" \
    "GIMP's help"
pages=$PROFILE/plug-ins/sightline/help/en
printf '%s\n' "$known" | sed -n 's/^(proc-def "\([^"]*\)".*/\1/p;s/^ *(proc-def "\([^"]*\)".*/\1/p' |
    sort -u | while read -r name; do
    anchor=$(sed -n "s/.*id=\"$name\" ref=\"sightline.html#\([a-z]*\)\".*/\1/p" "$pages/gimp-help.xml")
    grep -q "id=\"${anchor:-none}\"" "$pages/sightline.html" || fail "$name has no help page"
done
