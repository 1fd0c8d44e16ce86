"""
What the administrator of a PostgreSQL server does, as programs.
"""

# An owner may say of the database where its sessions look for functions, and
# that they only read: the administrator must hear of neither.
_START = r"""
set -eu
PGOPTIONS="--search-path=pg_catalog --default-transaction-read-only=off"
export PGOPTIONS
sql() {
    psql --no-psqlrc --quiet --no-align --tuples-only \
        --set=ON_ERROR_STOP=1 --set=owner="$PGDATABASE" "$@"
}
make() {
    sql --dbname=postgres <<'SQL'
SELECT format('CREATE DATABASE %I', :'owner')
WHERE :'owner' NOT IN (SELECT datname FROM pg_database) \gexec
SQL
}
extend() {
    sql --dbname="$1" --set=wanted="${EXTENSIONS:-}" <<'SQL'
SET client_min_messages = warning;
CREATE TEMPORARY VIEW wanted AS
SELECT name FROM unnest(string_to_array(:'wanted', ' ')) AS name;
SELECT format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA public CASCADE', name)
FROM wanted \gexec
SELECT format('ALTER EXTENSION %I UPDATE', name)
FROM wanted JOIN pg_available_extensions USING (name)
WHERE installed_version <> default_version \gexec
SQL
}
"""

# The database postgres is there whatever has become of that of the app.
SETUP = f"""{_START}
cd "$0"
until pg_isready --quiet; do sleep 1; done
refused=
for file in password previous; do
    PGPASSWORD="$(cat "$file")"
    export PGPASSWORD
    if said="$(sql --dbname=postgres --command=SELECT 2>&1)"; then
        make
        extend "$PGDATABASE"
        sql --single-transaction --file=accounts.sql
        exit
    fi
    case "$said" in
        *"password authentication failed"*) ;;
        *) refused="$said" ;;
    esac
done
if [ "$refused" ]; then
    echo "$refused" >&2
    exit 1
fi
echo "The administrator's password is neither the one that the stack gives" \\
    "nor the one before it. Set its key with Previous at the end." >&2
exit 1
"""
"""
Makes the database and the extensions that are missing, and runs the SQL of
the accounts, with the new password of the administrator, or with the one that
it takes the place of.
"""

# Psql's :owner is the owner of the database, and of all that is made in it:
# what one part makes, the others can use.
ACCOUNTS = r"""
SELECT format('CREATE ROLE %I', :'owner') WHERE :'owner' NOT IN (
    SELECT rolname FROM pg_roles WHERE NOT rolsuper AND NOT rolcanlogin
) \gexec
ALTER DATABASE :"owner" OWNER TO :"owner";
REVOKE ALL ON DATABASE :"owner" FROM PUBLIC;
SELECT format('CREATE ROLE %I LOGIN IN ROLE %I', name, :'owner')
FROM account WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec
SELECT format(
    'ALTER ROLE %I VALID UNTIL ''infinity'' PASSWORD %L', name, password
) FROM account \gexec
SELECT format('ALTER ROLE %I SET role TO %I', name, :'owner')
FROM account WHERE NOT administrator \gexec
CREATE TEMPORARY VIEW old AS
SELECT member.rolname AS name, member.rolvaliduntil AS until
FROM pg_roles owner
JOIN pg_auth_members ON pg_auth_members.roleid = owner.oid
JOIN pg_roles member ON pg_auth_members.member = member.oid
WHERE owner.rolname = :'owner' AND member.rolcanlogin
AND member.rolname NOT IN (SELECT name FROM account);
SELECT format('REASSIGN OWNED BY %I TO %I', name, :'owner'),
    format('DROP OWNED BY %I', name), format('DROP ROLE %I', name)
FROM old WHERE until < now() \gexec
SELECT format(
    'ALTER ROLE %I VALID UNTIL %L', name, now() + interval '1 day'
) FROM old WHERE until = 'infinity' \gexec
"""
"""
Gives the database an owner, and each part an account. Accounts that are no
longer known may be in use for one more day.
"""

# A copy has its name only when it is whole.
DUMP = """\
set -eu
PGPASSWORD="$(cat "$0/password")"
export PGPASSWORD
name="$1/$(date -u +%Y-%m-%dT%H-%M-%SZ)"
prune() {
    ls "$1" | grep '[.]dump$' | sort -r | tail -n +"$((KEEP + 1))" |
        while read -r old; do rm "$1/$old"; done
}
rm -f "$1"/*.part
prune "$1"
until pg_isready --quiet; do sleep 1; done
pg_dump --format=custom --file="$name.part"
mv "$name.part" "$name.dump"
prune "$1"
ls "$1"
"""
"""
Waits for the database, writes a copy of it to its folder, and removes those
that are too many; before it, too, where fewer are kept from now on.
"""

# The administrator makes all of it and then gives it to its owner, in a
# database of its own: whatever is in the old one, nothing stands in the way,
# and nothing is lost where it fails. What only an owner does, like filling an
# index, comes last, when owners and rights are those of the copy.
RESTORE = (
    _START  # noqa: S608 - of our own words
    + r"""
PGPASSWORD="$(cat "$0/password")"
PGOPTIONS="$PGOPTIONS --client-min-messages=warning"
export PGPASSWORD
folder="$1"
copies() { ls "$folder" | sed -n 's/[.]dump$//p' | sort; }
name="${BACKUP:-$(copies | tail -n 1)}"
name="${name%.dump}"
COPY="$folder/$name.dump"
export COPY
if [ ! -f "$COPY" ]; then
    echo "There is no backup $name; there are:" >&2
    copies >&2
    exit 1
fi
until pg_isready --quiet; do sleep 1; done
echo "Restoring $name."

make
sql --dbname=postgres <<'SQL'
ALTER DATABASE :"owner" ALLOW_CONNECTIONS true;
DROP DATABASE IF EXISTS "being-restored" WITH (FORCE);
DROP DATABASE IF EXISTS "being-replaced" WITH (FORCE);
SQL
sql --single-transaction --file="$0/accounts.sql"

missing="$(sql <<'SQL'
\set size `stat -c %s "$COPY"`
CREATE TEMPORARY TABLE free (kilobytes bigint);
COPY free FROM PROGRAM $$df -Pk . | tail -n 1 | awk '{print $4}'$$;
SELECT pg_size_pretty(needed - 1024 * kilobytes) FROM free,
(SELECT coalesce(sum(size), 0)::bigint AS written FROM pg_ls_waldir()) AS log,
LATERAL (SELECT greatest(
    pg_database_size(current_database()), 3::bigint * :size
) + greatest(
    pg_size_bytes(current_setting('max_wal_size')) - written, 0
) AS needed) AS room WHERE needed > 1024 * kilobytes;
SQL
)"
if [ "$missing" ]; then
    echo "The disk lacks $missing for a second database. Enlarge it, by" \
        "disk=, and restore then." >&2
    exit 1
fi

drop() {
    # Whoever hangs would hold it for ever; the next run drops it then.
    sql --dbname=postgres --command="SET statement_timeout = '30s'" \
        --command='DROP DATABASE IF EXISTS "being-restored" WITH (FORCE)' ||
        true
}
stop() {
    trap '' INT TERM
    if [ "$child" ]; then
        kill "$child" 2>/dev/null || true
        wait "$child" || true
    fi
    exit 143
}
granted() {
    pg_restore --list "$COPY" |
        sed -nE '/^[0-9]+; [0-9]+ [0-9]+ (DEFAULT )?ACL /p' |
        pg_restore --use-list=/dev/stdin --file=- "$COPY" |
        sed -nE 's/ WITH GRANT OPTION;$/;/
            s/^(GRANT|REVOKE|ALTER DEFAULT) .* (TO|FROM) (.*);$/\3/p' |
        sort -u
}
child=
trap drop EXIT
trap stop INT TERM
sql --dbname=postgres --set=granted="$(granted)" <<'SQL'
\set owners `pg_restore --list "$COPY" | sed -n 's/^[0-9].* //p' | sort -u`
SELECT format(
    'CREATE ROLE %I LOGIN IN ROLE %I VALID UNTIL ''2000-01-01''',
    name, :'owner'
) FROM (
    SELECT regexp_split_to_table(:'owners', '\n')
    UNION SELECT (parse_ident(quoted))[1]
    FROM regexp_split_to_table(:'granted', '\n') AS quoted
    WHERE quoted NOT IN ('', 'PUBLIC')
) AS role (name)
WHERE name <> '' AND name NOT IN (SELECT rolname FROM pg_roles) \gexec
CREATE DATABASE "being-restored" OWNER :"owner" TEMPLATE template0;
SELECT format(
    'ALTER %s "being-restored" SET %I TO %s',
    coalesce('ROLE ' || quote_ident(rolname) || ' IN ', '') || 'DATABASE', name,
    CASE WHEN name IN ('search_path', 'session_preload_libraries',
        'local_preload_libraries', 'temp_tablespaces')
    THEN value ELSE quote_literal(value) END
) FROM pg_database JOIN pg_db_role_setting ON setdatabase = pg_database.oid
LEFT JOIN pg_roles ON pg_roles.oid = setrole, unnest(setconfig) AS setting,
split_part(setting, '=', 1) AS name,
substr(setting, length(name) + 2) AS value
WHERE datname = :'owner' \gexec
SELECT format(
    'GRANT %s ON DATABASE "being-restored" TO %I%s', privilege_type, rolname,
    CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END
) FROM pg_database, aclexplode(datacl) JOIN pg_roles
ON pg_roles.oid = grantee WHERE datname = :'owner' \gexec
SELECT format(
    'ALTER DATABASE "being-restored" CONNECTION LIMIT %s', datconnlimit
), format(
    'COMMENT ON DATABASE "being-restored" IS %L',
    shobj_description(oid, 'pg_database')
) FROM pg_database WHERE datname = :'owner' \gexec
SQL
for section in pre-data data post-data; do
    # A shell heeds no signal before what it waits for by itself has ended.
    pg_restore --exit-on-error --section="$section" \
        --dbname=being-restored "$COPY" &
    child=$!
    wait "$child"
    child=
done
extend being-restored

trap '' INT TERM
sql --dbname=postgres <<'SQL' || swapped=no
ALTER DATABASE :"owner" ALLOW_CONNECTIONS false;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = :'owner' \g /dev/null
BEGIN;
ALTER DATABASE :"owner" RENAME TO "being-replaced";
ALTER DATABASE "being-restored" RENAME TO :"owner";
COMMIT;
DROP DATABASE "being-replaced";
SQL
if [ "${swapped:-}" ]; then
    sql --dbname=postgres \
        --command="ALTER DATABASE \"$PGDATABASE\" ALLOW_CONNECTIONS true"
    exit 1
fi
trap - EXIT
sql --single-transaction --file="$0/accounts.sql"
"""
)
"""
Makes the database anew from the copy that ``BACKUP`` names, or the last
one, and puts it in the place of the old one, with the accounts that it has
now.
"""
