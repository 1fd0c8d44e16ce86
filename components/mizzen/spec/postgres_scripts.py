"""
What the administrator of a PostgreSQL server does, as programs.
"""

SETUP = """\
set -eu
cd "$0"
until pg_isready --quiet; do sleep 1; done
for file in password previous; do
    PGPASSWORD="$(cat "$file")"
    export PGPASSWORD
    if psql --no-psqlrc --quiet --command=SELECT >/dev/null; then
        exec psql --no-psqlrc --quiet --single-transaction \\
            --set=ON_ERROR_STOP=1 --file=accounts.sql
    fi
done
echo "The administrator's password is neither the one that the stack gives" \\
    "nor the one before it. Set its key with Previous at the end." >&2
exit 1
"""
"""
Runs the SQL of the accounts with the new password of the administrator, or
with the one that it takes the place of.
"""

# Psql's :owner is the owner of the database, and of all that is made in it:
# what one part makes, the others can use.
ACCOUNTS = r"""
SELECT format('CREATE ROLE %I', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
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
rm -f "$1"/*.part
pg_dump --format=custom --file="$name.part"
mv "$name.part" "$name.dump"
ls "$1"/*.dump | sort -r | tail -n +"$((KEEP + 1))" | xargs -r rm --
ls "$1"
"""
"""
Writes a copy of the database to its folder, and removes the oldest.
"""

RESTORE = """\
set -eu
PGPASSWORD="$(cat "$0/password")"
export PGPASSWORD
copy="$1/${BACKUP:-$(ls "$1" | grep '[.]dump$' | sort | tail -n 1)}"
copy="${copy%.dump}.dump"
if [ ! -f "$copy" ]; then
    echo "There is no backup $(basename "$copy" .dump); there are:" >&2
    ls "$1" >&2
    exit 1
fi
until pg_isready --quiet; do sleep 1; done
echo "Restoring $(basename "$copy" .dump)."
psql --no-psqlrc --quiet --single-transaction --set=ON_ERROR_STOP=1 \\
    --file="$0/accounts.sql"
pg_restore --clean --if-exists --no-owner --no-privileges \\
    --role="$PGDATABASE" --single-transaction --dbname="$PGDATABASE" "$copy"
"""
"""
Puts the database back to the copy that ``BACKUP`` names, or the last one,
with the accounts that it has now.
"""
