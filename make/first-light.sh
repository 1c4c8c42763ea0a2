#!/bin/sh
# The main job on the shipped plan: load it, serve it, show what the graph says of it, go on serving until Ctrl-C.
# Usage: make/first-light.sh PYTHON STORE HOST PORT
set -eu

python=$1 MANDATEGRAPH_STORE=$2 host=$3 port=$4
export MANDATEGRAPH_STORE

show() {
    printf '\n$ mandategraph'
    for word in "$@"; do
        case $word in *' '*) printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n'
    # Findings are what a check is for: status 1 is an answer, anything above is a fault.
    "$python" -m mandategraph "$@" || { status=$?; [ "$status" -le 1 ] || exit "$status"; }
}

"$python" -m mandategraph load cam

# The service starts while the answers are shown, so that the first page does not wait for them.
"$python" -m mandategraph serve --host "$host" --port "$port" &
service=$!
trap 'kill "$service" 2>/dev/null || true' INT TERM EXIT

show status
show ask activities-for-paragraph 'paragraph=AG/RES. 2881, 33'
show check --profile report --format summary

kill -0 "$service" 2>/dev/null && printf '\nServing on http://%s:%s until Ctrl-C.\n' "$host" "$port"
# A signal ends the first wait; the second one lets the service finish what it is doing.
wait "$service" || wait "$service" || true
