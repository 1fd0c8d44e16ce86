#!/bin/sh
# Options and configuration files are for redis-server; a command is a command.
set -e

if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then
    set -- redis-server "$@"
fi

if [ "$1" = redis-server ]; then
    if [ "$(id -u)" = 0 ]; then
        find . \! -user redis -exec chown redis {} +
        exec setpriv --reuid=redis --regid=redis --clear-groups "$0" "$@"
    fi

    # The official image is built so that it serves other hosts by default.
    configured=no
    for word in "$@"; do
        case $word in
            *protected-mode*) configured=yes ;;
            *.conf) grep -qs '^ *protected-mode' "$word" && configured=yes ;;
        esac
    done
    if [ "$configured" = no ]; then
        set -- "$@" --protected-mode no
    fi
fi

exec "$@"
