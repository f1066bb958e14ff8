#!/bin/sh
# See that a Chromium is on the PATH for the tests.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done
sh "$(dirname "$0")/packages.sh" "a browser for the tests" chromium
