#!/bin/sh
# Finds a browser for the tests that open pages, or installs Debian's where that is possible.
# Without one those tests skip and say so; on a build server (CI=true) that is a failure.
set -eu

found() {
    for name in chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo 'Installing chromium for the tests that open pages ...' >&2
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium; } >&2 </dev/null || true
fi
found && exit 0
echo 'No chromium found: the tests that open pages will skip. To run them: sudo apt install chromium' >&2
[ -z "${CI:-}" ]
