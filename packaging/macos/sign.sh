#!/usr/bin/env bash
# Sign clipdesk.app with a Developer ID, and have Apple notarise it. For releases; a build for yourself needs neither.
#
#   packaging/macos/sign.sh dist/clipdesk.app            # signs every library inside, then the app
#   packaging/macos/sign.sh --notarise dist/clipdesk.dmg # sends a signed .dmg to Apple, waits, staples the ticket to it
#
# Secrets come from the environment: CLIPDESK_SIGN_IDENTITY ("Developer ID Application: NAME (TEAM)", in the keychain);
# for notarising CLIPDESK_APPLE_ID, CLIPDESK_APPLE_TEAM and CLIPDESK_APPLE_PASSWORD (an app-specific password).
# What is missing ends this with an error: nothing unsigned gets out by accident.
set -euo pipefail

need() {
    for name in "$@"; do
        if [ -z "${!name:-}" ]; then
            echo "sign.sh: $name is not set; releases for macOS must be signed and notarised" >&2
            exit 1
        fi
    done
}

here="$(cd "$(dirname "$0")" && pwd)"

if [ "${1:-}" = "--notarise" ]; then
    need CLIPDESK_APPLE_ID CLIPDESK_APPLE_TEAM CLIPDESK_APPLE_PASSWORD
    xcrun notarytool submit "$2" --wait --apple-id "$CLIPDESK_APPLE_ID" --team-id "$CLIPDESK_APPLE_TEAM" \
        --password "$CLIPDESK_APPLE_PASSWORD"
    xcrun stapler staple "$2"
    exit 0
fi

need CLIPDESK_SIGN_IDENTITY
app="$1"
# From the inside out: a signature covers what lies below it.
find "$app/Contents" \( -name '*.dylib' -o -name '*.so' \) -type f -print0 |
    xargs -0 -n 50 codesign --force --timestamp --options runtime --sign "$CLIPDESK_SIGN_IDENTITY"
find "$app/Contents/Frameworks" -name '*.framework' -type d -prune -print0 |
    xargs -0 -n 1 codesign --force --timestamp --options runtime --sign "$CLIPDESK_SIGN_IDENTITY"
codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" \
    --sign "$CLIPDESK_SIGN_IDENTITY" "$app"
codesign --verify --deep --strict "$app"
