#!/bin/sh
# The main job on the shipped plan: load it, show what the graph says of it, serve it until Ctrl-C.
# Usage: make/first-light.sh PYTHON STORE HOST PORT
set -eu

python=$1 MANDATEGRAPH_STORE=$2 host=$3 port=$4
export MANDATEGRAPH_STORE

mandategraph() { "$python" -m mandategraph "$@"; }

show() {
    printf '\n$ mandategraph'
    for word in "$@"; do
        case $word in *' '*) printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n'
    # Findings are what a check is for: exit 1 is an answer, anything above is a fault.
    mandategraph "$@" || { status=$?; [ "$status" -le 1 ] || exit "$status"; }
}

mandategraph load cam
show status
show ask activities-for-paragraph 'paragraph=AG/RES. 2881, 33'
show check --profile report --summary
printf '\n'
exec "$python" -m mandategraph serve --host "$host" --port "$port"
