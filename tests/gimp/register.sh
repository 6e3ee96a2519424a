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
contains "$known" '"plug-in-sightline-describe-image"' "what GIMP knows"
contains "$known" '<Image>/Filters/Sightline' "its menu"
contains "$known" '_Describe Image...' "its menu"
contains "$known" 'Sends what is visible of the image' "its help"
