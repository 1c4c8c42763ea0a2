#!/bin/sh
# Makes .venv with the first Python found that is new enough, or says in one sentence what is missing.
# Usage: make/environment.sh [PYTHON]
set -eu

oldest='3.11'
python=''

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if [ -n "${1:-}" ]; then
    new_enough "$1" || { echo "$1 is no Python $oldest or newer. Name another: make run PYTHON=/path/to/python3" >&2; exit 2; }
    python=$1
else
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if new_enough "$candidate"; then python=$candidate; break; fi
    done
fi
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo 'no Python 3')
    echo "Mandate Graph needs Python $oldest or newer; here is $found. Install one, or name one: make run PYTHON=/path/to/python3" >&2
    exit 2
fi

# Debian and Ubuntu leave out the part of Python that puts pip into a new environment.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo 'Installing python3-venv ...' >&2
        { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y python3-venv; } >&2 </dev/null || true
    fi
    "$python" -c 'import ensurepip, venv' 2>/dev/null || {
        echo "$python cannot make an environment with pip. On Debian or Ubuntu: sudo apt install python3-venv" >&2
        exit 2
    }
fi

# An environment that somebody made here by hand and that works is taken as it is.
if [ -e .venv/.place ] || ! new_enough .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo "Making .venv with $("$python" --version) ..." >&2
    "$python" -m venv --clear .venv
fi
printf '%s\n' "$(pwd)" > .venv/.place
