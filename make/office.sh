#!/bin/sh
# Finds LibreOffice for the tests that compare with it, read old Word files and have a worksheet saved by another program,
# or installs Debian's where possible. Without it those tests skip and say so, on a build server too: all else that they
# test is tested otherwise as well.
set -eu

writes() {
    command -v soffice >/dev/null 2>&1 || command -v libreoffice >/dev/null 2>&1
}

# The spreadsheet program is a library beside the others: the command is there without it.
calculates() {
    writes && program=$(dirname "$(readlink -f "$(command -v soffice || command -v libreoffice)")") && [ -e "$program/libsclo.so" ]
}

missing=
writes || missing=libreoffice-writer-nogui
calculates || missing="$missing libreoffice-calc-nogui"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo 'Installing LibreOffice for the tests that compare with it ...' >&2
    # shellcheck disable=SC2086 # two names of packages
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing; } >&2 </dev/null || true
fi
writes || echo 'No LibreOffice found: the tests that compare with it will skip. To run them: sudo apt install libreoffice-writer-nogui' >&2
calculates || echo 'No LibreOffice Calc found: a test of worksheets will skip. To run it: sudo apt install libreoffice-calc-nogui' >&2
