#!/bin/bash
# Makes a database in an empty PGDATA as the environment says, then serves it.
set -euo pipefail

fail() {
    echo "$1" >&2
    exit 1
}

# The value of variable $1, or the content of the file that $1_FILE names.
setting() {
    local value=${!1:-} file_variable=$1_FILE
    local file=${!file_variable:-}

    [[ -z $value || -z $file ]] || fail "Set $1 or $1_FILE, not both."
    [[ -z $file ]] || value=$(<"$file")
    echo "${value:-${2:-}}"
}

# initdb asks for the name of its user, also of users without one.
name_user() {
    getent passwd "$(id -u)" >/dev/null && return
    NSS_WRAPPER_PASSWD=$(mktemp)
    NSS_WRAPPER_GROUP=$(mktemp)
    LD_PRELOAD=$(find /usr/lib -name libnss_wrapper.so -print -quit)
    export NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP LD_PRELOAD
    echo "postgres:x:$(id -u):$(id -g):PostgreSQL:$PGDATA:/bin/false" >"$NSS_WRAPPER_PASSWD"
    echo "postgres:x:$(id -g):" >"$NSS_WRAPPER_GROUP"
}

run_script() {
    case $1 in
        *.sh) if [[ -x $1 ]]; then "$1"; else . "$1"; fi ;;
        *.sql) psql_local --file="$1" ;;
        *.sql.gz) gunzip --stdout "$1" | psql_local ;;
        *.sql.xz) xzcat "$1" | psql_local ;;
        *.sql.zst) zstd --decompress --stdout "$1" | psql_local ;;
        *) echo "Ignoring $1." ;;
    esac
}

psql_local() {
    PGHOST='' PGPASSWORD=$POSTGRES_PASSWORD psql --set=ON_ERROR_STOP=1 \
        --no-psqlrc --username="$POSTGRES_USER" --no-password \
        --dbname="${database:-$POSTGRES_DB}" "$@"
}

make_database() {
    local method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256} database

    [[ -n $POSTGRES_PASSWORD || $method = trust ]] || fail \
        "The database is new and has no password. Set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE."
    eval "initdb --username=\"\$POSTGRES_USER\" --pwfile=<(printf '%s\n' \"\$POSTGRES_PASSWORD\") ${POSTGRES_INITDB_ARGS:-}"
    echo "host all all all $method" >>"$PGDATA/pg_hba.conf"

    pg_ctl --options="-c listen_addresses='' -p 5432" --wait start
    if [[ $POSTGRES_DB != postgres ]]; then
        database=postgres psql_local --set=name="$POSTGRES_DB" <<<'CREATE DATABASE :"name";'
    fi
    for script in /docker-entrypoint-initdb.d/*; do
        [[ ! -f $script ]] || run_script "$script"
    done
    pg_ctl --mode=fast --wait stop
}

[[ ${1:-} != -* ]] || set -- postgres "$@"
[[ ${1:-} = postgres ]] || exec "$@"

mkdir -p "$PGDATA"
if [[ $(id -u) = 0 ]]; then
    find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres {} +
    chmod 0700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
chmod 0700 "$PGDATA" 2>/dev/null || true

if [[ ! -s $PGDATA/PG_VERSION ]]; then
    POSTGRES_USER=$(setting POSTGRES_USER postgres)
    POSTGRES_PASSWORD=$(setting POSTGRES_PASSWORD)
    POSTGRES_DB=$(setting POSTGRES_DB "$POSTGRES_USER")
    POSTGRES_INITDB_ARGS=$(setting POSTGRES_INITDB_ARGS)
    export POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB
    name_user
    make_database
    unset POSTGRES_PASSWORD
fi

exec "$@"
