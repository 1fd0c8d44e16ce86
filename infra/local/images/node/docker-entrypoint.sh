#!/bin/sh
# Options and scripts are for node; a command is a command.
set -e

if [ "${1#-}" != "$1" ] || ! command -v "$1" >/dev/null; then
    set -- node "$@"
fi

exec "$@"
