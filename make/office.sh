#!/bin/sh
# Finds LibreOffice for the tests that compare with it and read old Word files, or installs Debian's where possible.
# Without it those tests skip and say so, on a build server too: all else that they test is tested otherwise as well.
set -eu

found() {
    command -v soffice >/dev/null 2>&1 || command -v libreoffice >/dev/null 2>&1
}

found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo 'Installing LibreOffice for the tests that compare with it ...' >&2
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends libreoffice-writer-nogui; } >&2 </dev/null || true
fi
found && exit 0
echo 'No LibreOffice found: the tests that compare with it will skip. To run them: sudo apt install libreoffice-writer-nogui' >&2
