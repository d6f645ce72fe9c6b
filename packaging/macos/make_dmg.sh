#!/usr/bin/env bash
# Make the .dmg of an app: packaging/macos/make_dmg.sh dist/clipdesk.app dist/clipdesk-VERSION-macos-arm64.dmg
# It has the app and a link to drag it onto. Needs nothing but macOS.
set -euo pipefail

app="$1"
target="$2"
stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT
ditto "$app" "$stage/clipdesk.app"
ln -s /Applications "$stage/Applications"
ditto "$app/Contents/Resources/licences" "$stage/Licences"
rm -f "$target"
hdiutil create -volname clipdesk -srcfolder "$stage" -fs HFS+ -format ULFO "$target"
hdiutil verify "$target"
