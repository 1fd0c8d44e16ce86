"""
The accounts and copies of PostgreSQL, in a real server.
"""

import os
import subprocess

from pathlib import Path

import psycopg
import pytest

from apps.conftest import Server, program

from mizzen import Backup, Postgres

from .store_site import Site


def administering(site):
    """
    A connection as the administrator of a PostgreSQL server.
    """
    return psycopg.connect(
        host="127.0.0.1",
        port=site.port,
        user="postgres",
        dbname="postgres",
        password=site.administrator()["password"],
        autocommit=True,
    )


def initialize(site, initdb, data, user):
    """
    Make the files of a PostgreSQL server, with its administrator.
    """
    subprocess.run(["install", "-d", "-o", user or "", str(data)], check=True)
    password = data.with_suffix(".password")
    password.write_text(site.administrator()["password"])
    password.chmod(0o644)
    subprocess.run(
        [
            *(initdb, "-D", data, "-U", "postgres", f"--pwfile={password}"),
            *("--auth=scram-sha-256", "--no-sync"),
        ],
        check=True,
        user=user,
        stdout=subprocess.DEVNULL,
    )


@pytest.fixture(name="postgres_site")
def _postgres_site(tmp_path_factory):
    """
    Where a PostgreSQL server that is backed up will be.
    """
    store = Postgres(
        "db",
        version=17,
        disk="1Gi",
        backup=Backup("0 3 * * *", disk="1Gi", keep=2),
    )
    return Site(store, tmp_path_factory.mktemp("pg"))


@pytest.fixture(name="postgres")
def _postgres(postgres_site):
    """
    A new PostgreSQL server with an administrator and an empty database.
    """
    site = postgres_site
    folders = [str(f) for f in Path("/usr/lib/postgresql").glob("*/bin")]
    user = "postgres" if os.geteuid() == 0 else None
    data = Path("/tmp") / f"mizzen-accounts-{site.port}"
    initialize(site, program("initdb", "postgresql", folders), data, user)

    def ready():
        with administering(site) as connection:
            return connection.execute("SELECT 1").fetchall()

    server = Server(
        command=[
            program("postgres", "postgresql", folders),
            *("-D", str(data), "-p", str(site.port)),
            *("-c", "unix_socket_directories=", "-c", "fsync=off"),
        ],
        url="",
        ready=ready,
        user=user,
    )
    server.start()
    with administering(site) as connection:
        connection.execute("CREATE DATABASE app")
    yield site
    server.crash()
    subprocess.run(
        ["rm", "-rf", data, data.with_suffix(".password")], check=True
    )


def sign_in(site, settings):
    """
    A connection to PostgreSQL with *settings*.
    """
    return psycopg.connect(
        host="127.0.0.1",
        port=site.port,
        user=settings["user"],
        dbname=settings["database"],
        password=settings["password"],
        autocommit=True,
    )


class TestPostgres:
    def test_shared(self, postgres):
        """
        Each part signs in under a name of its own, and what one makes the
        others can use, change and delete.
        """
        assert "" == postgres.set_up().stderr
        migrate = postgres.connection("migrate")
        api = postgres.connection("api")
        with sign_in(postgres, migrate) as connection:
            connection.execute("CREATE TABLE book (title text)")
        with sign_in(postgres, api) as connection:
            connection.execute("INSERT INTO book VALUES ('Emma')")
            connection.execute("ALTER TABLE book ADD COLUMN pages int")
            who = connection.execute(
                "SELECT session_user, current_user"
            ).fetchone()

        assert migrate["user"] != api["user"]
        assert (api["user"], "app") == who

    def test_rights(self, postgres):
        """
        No part may do what the administrator may.
        """
        postgres.set_up()
        with (
            sign_in(postgres, postgres.connection("api")) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("CREATE ROLE intruder")

    def test_again(self, postgres):
        """
        The errand may run at any time.
        """
        results = [postgres.set_up() for _ in range(2)]

        assert [(0, ""), (0, "")] == [
            (r.returncode, r.stderr) for r in results
        ]

    def test_rotated(self, postgres):
        """
        After the key has changed, both the old and the new accounts work,
        so that those who read them can be exchanged one by one; open
        connections go on; and the administrator has the new password alone.
        """
        postgres.set_up()
        old = postgres.connection("api")
        with sign_in(postgres, old) as open_connection:
            postgres.change_key()
            result = postgres.set_up()
            new = postgres.connection("api")

            assert (0, "api") == (result.returncode, new["user"][:3])
            assert old["user"] != new["user"]
            for settings in (old, new):
                with sign_in(postgres, settings) as connection:
                    assert connection.execute("SELECT 1").fetchone()
            assert open_connection.execute("SELECT 1").fetchone()
        # The new password is tried first, and the one before is not needed.
        postgres.previous = "lost"
        assert 0 == postgres.set_up().returncode

    def test_old_ones_end(self, postgres):
        """
        Old accounts may be used for one more day, and are then dropped with
        all that they hold.
        """
        postgres.set_up()
        old = postgres.connection("api")
        with sign_in(postgres, old) as connection:
            connection.execute("SET ROLE NONE")
            connection.execute("CREATE TEMPORARY TABLE own ()")
        postgres.change_key()
        postgres.set_up()
        administrator = {
            "user": "postgres",
            "database": "app",
            "password": postgres.administrator()["password"],
        }
        with sign_in(postgres, administrator) as connection:
            (left,) = connection.execute(
                "SELECT rolvaliduntil - now() < interval '1 day' "
                "FROM pg_roles WHERE rolname = %s",
                [old["user"]],
            ).fetchone()
            connection.execute(
                f"ALTER ROLE \"{old['user']}\" VALID UNTIL '2000-01-01'"
            )
            postgres.set_up()
            gone = connection.execute(
                "SELECT FROM pg_roles WHERE rolname = %s", [old["user"]]
            ).fetchall()

        assert left
        assert [] == gone

    def test_lost_password(self, postgres):
        """
        Where neither password is right, the errand says what to do.
        """
        postgres.key = postgres.previous = "unknown"
        result = postgres.set_up()

        assert 1 == result.returncode
        assert (
            "The administrator's password is neither the one that the stack "
            "gives nor the one before it. Set its key with Previous at the "
            "end."
        ) == result.stderr.splitlines()[-1]


class TestBackup:
    @pytest.fixture(name="books")
    def _books(self, postgres):
        """
        A server with accounts and a table of one of them.
        """
        postgres.set_up()
        with sign_in(postgres, postgres.connection("migrate")) as connection:
            connection.execute("CREATE TABLE book (title text)")
            connection.execute("INSERT INTO book VALUES ('Emma')")
        return postgres

    def test_lost(self, books):
        """
        What was lost is back after a restore, and everybody may use it as
        before.
        """
        backed_up = books.back_up()
        with sign_in(books, books.connection("api")) as connection:
            connection.execute("DROP TABLE book")
        restored = books.restore()
        with sign_in(books, books.connection("api")) as connection:
            connection.execute("INSERT INTO book VALUES ('Persuasion')")
            titles = connection.execute("SELECT title FROM book").fetchall()

        assert (0, "") == (backed_up.returncode, backed_up.stderr)
        assert (0, "") == (restored.returncode, restored.stderr)
        assert [("Emma",), ("Persuasion",)] == titles

    def test_chosen(self, books):
        """
        A backup can be chosen by its name.
        """
        books.back_up()
        (path,) = (books.folder / "backup").iterdir()
        path.rename(path.with_name("first.dump"))
        with sign_in(books, books.connection("api")) as connection:
            connection.execute("DELETE FROM book")
        books.back_up()
        result = books.restore("first")
        with sign_in(books, books.connection("api")) as connection:
            titles = connection.execute("SELECT title FROM book").fetchall()

        assert "Restoring first." in result.stdout
        assert [("Emma",)] == titles

    def test_unknown(self, books):
        """
        Where there is no such backup, the others are listed.
        """
        folder = books.folder / "backup"
        folder.mkdir(exist_ok=True)
        (folder / "2026-11-01T03-00-00Z.dump").write_text("")
        result = books.restore("yesterday")

        assert 1 == result.returncode
        assert (
            "There is no backup yesterday; there are:\n"
            "2026-11-01T03-00-00Z.dump\n"
        ) == result.stderr

    def test_keep(self, books):
        """
        The oldest copies are removed, and so is what is no whole copy.
        """
        folder = books.folder / "backup"
        folder.mkdir(exist_ok=True)
        for name in ("2001.dump", "2002.dump", "2003.part"):
            (folder / name).write_text("")
        books.back_up()
        names = sorted(path.name for path in folder.iterdir())

        assert 2 == len(names)
        assert "2002.dump" == names[0]
