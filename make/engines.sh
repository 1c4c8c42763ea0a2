#!/bin/sh
# Finds Virtuoso for the tests that run everything on an engine of others, or installs Debian's where that is possible.
# Only its programs, no service: the tests start it themselves. Without it those tests skip and say so; on a build
# server (CI=true) that is a failure.
set -eu

found() {
    command -v virtuoso-t >/dev/null 2>&1 && command -v isql-vt >/dev/null 2>&1
}

found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo 'Installing Virtuoso for the tests that run on it ...' >&2
    { timeout 300 apt-get -qq update && DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -qq install -y --no-install-recommends virtuoso-opensource-7-bin; } >&2 </dev/null || true
fi
found && exit 0
echo 'No Virtuoso found: the tests that run on it will skip. To run them: sudo apt install virtuoso-opensource-7-bin' >&2
[ -z "${CI:-}" ]
