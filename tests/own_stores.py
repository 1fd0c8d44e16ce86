"""
Stores that mizzen does not know, as its users would write them.
"""

from typing import ClassVar

import attrs

from mizzen import (
    BACKUPS,
    ERRAND_FILES,
    Access,
    Errand,
    Port,
    Server,
    Store,
    quoted,
)


SECRETS = "/run/secrets/mysql"
ASK = """\
set -eu
sql() {
    mysql --host="$HOST" --port="$PORT" --protocol=tcp --user=root --batch \\
        --skip-column-names "$@"
}
reached() {
    mysqladmin --host="$HOST" --port="$PORT" --protocol=tcp \\
        --connect-timeout=5 ping
}
until reached >/dev/null 2>&1; do sleep 1; done
"""
SETUP = f"""\
{ASK}
for file in password previous; do
    MYSQL_PWD="$(cat "$0/$file")"
    export MYSQL_PWD
    if sql --execute="SELECT 1" >/dev/null 2>&1; then
        old="$(mktemp)"
        sql <"$0/accounts.sql" >"$old"
        MYSQL_PWD="$(cat "$0/password")"
        sql <"$old"
        exit
    fi
done
echo "Neither password of the administrator is right." >&2
exit 1
"""
NEW = """\
CREATE DATABASE IF NOT EXISTS mizzen;
CREATE TABLE IF NOT EXISTS mizzen.account (
    name varchar(32) PRIMARY KEY, until datetime
);
DROP TABLE IF EXISTS mizzen.known;
CREATE TABLE mizzen.known (name varchar(32));
"""
# Whoever is no longer known may sign in for one more day.
OLD = """\
INSERT IGNORE INTO mizzen.account (name) SELECT name FROM mizzen.known;
UPDATE mizzen.account SET until = now() + INTERVAL 1 DAY
WHERE until IS NULL AND name NOT IN (SELECT name FROM mizzen.known);
UPDATE mizzen.account SET until = NULL
WHERE name IN (SELECT name FROM mizzen.known);
SELECT concat(
    'DROP USER IF EXISTS ', quote(name), ';',
    'DELETE FROM mizzen.account WHERE name = ', quote(name), ';'
) FROM mizzen.account WHERE until < now();
"""
DUMP = f"""\
{ASK}
MYSQL_PWD="$(cat "$0/password")"
export MYSQL_PWD
name="$1/$(date -u +%Y-%m-%dT%H-%M-%SZ)"
mysqldump --host="$HOST" --port="$PORT" --protocol=tcp --user=root \\
    --single-transaction --routines "$DATABASE" >"$name.part"
mv "$name.part" "$name.sql"
"""
RESTORE = f"""\
{ASK}
MYSQL_PWD="$(cat "$0/password")"
export MYSQL_PWD
copy="$1/${{BACKUP:-$(ls "$1" | sed -n 's/[.]sql$//p' | sort | tail -n 1)}}.sql"
test -f "$copy"
sql --execute="DROP DATABASE IF EXISTS \\`$DATABASE\\`"
sql --execute="CREATE DATABASE \\`$DATABASE\\`"
sql "$DATABASE" <"$copy"
"""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MySql(Store):
    """
    A MySQL server with one database, in which each part has an account, and
    copies of it.
    """

    listens = (Port("mysql", 3306, application="tcp"),)
    scheme = "mysql"
    product = "MySQL"
    administrator = "root"
    usual_memory = "768Mi"
    has_accounts = True
    longest_user = 32
    restore: ClassVar = ("sh", "-c", RESTORE, ERRAND_FILES, BACKUPS)

    database_name: str = attrs.field(default="app", alias="database")

    def server(self, access: Access) -> Server:
        """
        The official image.
        """
        return Server(
            image=f"mysql:{self.version}",
            data="/var/lib/mysql",
            ready=["mysqladmin", "ping", "--host=127.0.0.1"],
            env={
                "MYSQL_DATABASE": self.database_name,
                "MYSQL_ROOT_PASSWORD_FILE": f"{SECRETS}/password",
            },
            secrets=SECRETS,
            files={"password": access.administrator.password},
            writable=["/var/run/mysqld", "/tmp"],
        )

    def _environment(self, access: Access) -> dict[str, str]:
        return {
            "HOST": access.host,
            "PORT": access.port,
            "DATABASE": self.database_name,
        }

    def setup(self, access: Access) -> Errand:
        """
        Give each part its account, and the administrator the new password.
        """
        statements = NEW
        for account in access.accounts:
            name = "'" + account.user + "'"
            password = quoted(account.password)
            statements += "CREATE USER IF NOT EXISTS " + name + ";\n"
            statements += "ALTER USER " + name + " IDENTIFIED BY " + password
            statements += f";\nGRANT ALL ON `{self.database_name}`.* TO "
            statements += name + ";\nINSERT INTO mizzen.known VALUES ("
            statements += name + ");\n"
        statements += OLD + "ALTER USER root IDENTIFIED BY "
        statements += quoted(access.administrator.password) + ";\n"

        return Errand(
            command=["sh", "-c", SETUP, ERRAND_FILES],
            env=self._environment(access),
            files={
                "password": access.administrator.password,
                "previous": access.administrator.previous,
                "accounts.sql": statements,
            },
        )

    def dump(self, access: Access) -> Errand:
        """
        Write a copy of the database.
        """
        return Errand(
            command=["sh", "-c", DUMP, ERRAND_FILES, BACKUPS],
            env=self._environment(access),
            files=self.server(access).files,
        )


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Shelf(Store):
    """
    A store that everybody shares as its administrator.
    """

    listens = (Port("shelf", 7000, application="tcp"),)
    scheme = "shelf"
    restore = ("put-back",)

    def server(self, access: Access) -> Server:
        """
        A server that reads no file.
        """
        assert access.host == self.name

        return Server(
            image="acme/shelf:1",
            data="/data",
            ready=["true"],
            env={"PASSWORD": access.administrator.password},
        )

    def dump(self, access: Access) -> Errand:
        """
        A program of its own.
        """
        return Errand(command=["copy", access.host])
