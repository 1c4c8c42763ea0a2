#!/bin/sh
# The main job on the shipped plan: load it, serve it until Ctrl-C, and show meanwhile what the graph says of it.
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
    "$python" -m mandategraph "$@" 2>&1 || true
}

"$python" -m mandategraph load cam

# The answers are gathered beside the service, so that the first page does not wait for them, and shown in one piece.
# $$ is this shell, which becomes the service: where that could not start, nothing more is said.
{
    answers=$(
        show status
        show ask activities-for-paragraph 'paragraph=AG/RES. 2881, 33'
        show check --profile report --format summary
    )
    kill -0 $$ 2>/dev/null && printf '%s\n\nServing on http://%s:%s until Ctrl-C.\n' "$answers" "$host" "$port"
} &

exec "$python" -m mandategraph serve --host "$host" --port "$port"
