"""
The accounts and copies of a store that mizzen does not know, in a real
server: MariaDB, which reads what MySQL reads.
"""

import getpass
import os
import subprocess

import pytest

from apps.conftest import Server, program
from tests.own_stores import MySql

from .store_site import Site


def run(site, settings, statements):
    """
    Hand *statements* to the server as whom *settings* tell of.
    """
    return subprocess.run(
        [
            *("mysql", "--protocol=tcp", "--host=127.0.0.1"),
            *(f"--port={site.port}", f"--user={settings['user']}"),
            *("--batch", "--skip-column-names", "--execute", statements),
            settings.get("database", "mysql"),
        ],
        env={**os.environ, "MYSQL_PWD": settings["password"]},
        capture_output=True,
        text=True,
    )


def ask(site, settings, statements):
    """
    What *statements* answer, in lines.
    """
    done = run(site, settings, statements)
    assert 0 == done.returncode, done.stderr

    return done.stdout.splitlines()


def refused(site, settings, statements):
    """
    Why *statements* are refused.
    """
    done = run(site, settings, statements)
    assert 0 != done.returncode

    return done.stderr


def administrator(site):
    """
    Settings of the user who may do everything.
    """
    return {"user": "root", "password": site.administrator()["password"]}


@pytest.fixture(name="mysql")
def _mysql(tmp_path):
    """
    A new server with an administrator and an empty database.
    """
    folders = ["/usr/sbin", "/sbin"]
    server_program = program("mysqld", "mariadb-server-core", folders)
    for name in ("mysql", "mysqladmin", "mysqldump"):
        program(name, "mariadb-client")
    site = Site(MySql("db", version=8, disk="1Gi"), tmp_path)
    data = tmp_path / "data"
    user = f"--user={getpass.getuser()}"
    subprocess.run(
        [
            program("mysql_install_db", "mariadb-server-core", folders),
            *("--no-defaults", f"--datadir={data}", user, "--skip-test-db"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    first = tmp_path / "first.sql"
    first.write_text(
        f"CREATE USER root IDENTIFIED BY '{administrator(site)['password']}';\n"
        "GRANT ALL ON *.* TO root WITH GRANT OPTION;\n"
        "CREATE DATABASE app;\n"
    )
    server = Server(
        command=[
            *(server_program, "--no-defaults", f"--datadir={data}", user),
            *(f"--port={site.port}", "--bind-address=127.0.0.1"),
            *(f"--socket={tmp_path / 'socket'}", "--skip-name-resolve"),
            f"--init-file={first}",
        ],
        url="",
        ready=lambda: ask(site, administrator(site), "SELECT 1"),
    )
    try:
        server.start()
        yield site
    finally:
        server.crash()


class TestAccounts:
    def test_shared(self, mysql):
        """
        Each part signs in under a name of its own and finds what the others
        have made, and none may make users.
        """
        results = [mysql.set_up() for _ in range(2)]
        api, migrate = map(mysql.connection, ("api", "migrate"))
        ask(mysql, migrate, "CREATE TABLE book (title text)")
        ask(mysql, api, "INSERT INTO book VALUES ('Emma')")

        assert [(0, ""), (0, "")] == [
            (result.returncode, result.stderr) for result in results
        ]
        assert api["user"] != migrate["user"]
        assert ["Emma"] == ask(mysql, migrate, "SELECT title FROM book")
        assert "denied" in refused(mysql, api, "CREATE USER intruder")

    def test_rotated(self, mysql):
        """
        After the key has changed, the accounts before work for one more
        day, and the administrator has the new password alone.
        """
        mysql.set_up()
        old = mysql.connection("api")
        before = administrator(mysql)
        mysql.change_key()
        result = mysql.set_up()
        new = mysql.connection("api")
        said = refused(mysql, before, "SELECT 1")
        both = [ask(mysql, who, "SELECT 1") for who in (old, new)]
        ask(
            mysql,
            administrator(mysql),
            "UPDATE mizzen.account SET until = '2000-01-01' "
            "WHERE until IS NOT NULL",
        )
        again = mysql.set_up()

        assert (0, 0) == (result.returncode, again.returncode)
        assert "Access denied" in said
        assert [["1"], ["1"]] == both
        assert "Access denied" in refused(mysql, old, "SELECT 1")
        assert ["1"] == ask(mysql, new, "SELECT 1")

    def test_lost_password(self, mysql):
        """
        Where neither password is right, the errand fails.
        """
        mysql.key = mysql.previous = "unknown"

        assert 1 == mysql.set_up().returncode


def test_restored(mysql):
    """
    What was lost is back after a restore.
    """
    mysql.set_up()
    api = mysql.connection("api")
    ask(mysql, api, "CREATE TABLE book (title text)")
    ask(mysql, api, "INSERT INTO book VALUES ('Emma')")
    copied = mysql.back_up()
    ask(mysql, api, "DROP TABLE book")
    restored = mysql.restore()

    assert (0, "") == (copied.returncode, copied.stderr)
    assert (0, "") == (restored.returncode, restored.stderr)
    assert ["Emma"] == ask(mysql, api, "SELECT title FROM book")
