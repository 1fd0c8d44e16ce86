"""
The accounts and copies of PostgreSQL, in a real server.
"""

import os
import signal
import subprocess

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import psycopg
import pytest

from apps.conftest import Server, program

from mizzen import Backup, Image, Postgres, Worker

from .store_site import Site


def administering(site, database="postgres"):
    """
    A connection as the administrator of a PostgreSQL server.
    """
    return psycopg.connect(
        host="127.0.0.1",
        port=site.port,
        user="postgres",
        dbname=database,
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


@pytest.fixture(name="postgres_server")
def _postgres_server(postgres_site):
    """
    A new PostgreSQL server with an administrator.
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
    yield server
    server.crash()
    subprocess.run(
        ["rm", "-rf", data, data.with_suffix(".password")], check=True
    )


@pytest.fixture(name="postgres")
def _postgres(postgres_site, postgres_server):
    """
    A new PostgreSQL server with an empty database.
    """
    with administering(postgres_site) as connection:
        connection.execute("CREATE DATABASE app")
    return postgres_site


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


def databases(site):
    """
    The databases that take room on the disk, beside templates.
    """
    with administering(site) as connection:
        return {
            name
            for (name,) in connection.execute(
                "SELECT datname FROM pg_database WHERE NOT datistemplate"
            )
        }


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

    def test_long_names(self, postgres):
        """
        The name of an account is no longer than PostgreSQL has them.
        """
        image = Image("acme/it:v1")
        postgres.parts = [
            Worker(end * 52, image=image, uses=[postgres.store])
            for end in "ab"
        ]
        results = [postgres.set_up() for _ in range(2)]
        with sign_in(postgres, postgres.connection("a" * 52)) as connection:
            (user,) = connection.execute("SELECT session_user").fetchone()

        assert [(0, ""), (0, "")] == [
            (r.returncode, r.stderr) for r in results
        ]
        assert 61 == len(user)

    def test_powerful_owner(self, postgres):
        """
        Nobody may do more because a role of the name of the database may.
        """
        with administering(postgres) as connection:
            connection.execute("CREATE ROLE app SUPERUSER")
        result = postgres.set_up()

        assert 0 != result.returncode
        assert 'role "app" already exists' in result.stderr

    @pytest.mark.parametrize("restored", [False, True])
    def test_functions_of_parts(self, postgres, restored):
        """
        Wherever the database looks for functions first, the administrator
        calls none of those that parts have made.
        """
        postgres.set_up()
        with sign_in(postgres, postgres.connection("api")) as connection:
            connection.execute(
                "CREATE SCHEMA own;"
                "CREATE FUNCTION own.format(text, text, text) RETURNS text "
                "LANGUAGE plpgsql AS $$ BEGIN ALTER ROLE app SUPERUSER; "
                "RETURN pg_catalog.format($1, $2, $3); END $$;"
                "ALTER DATABASE app SET search_path TO own, pg_catalog"
            )
        if restored:
            postgres.back_up()
            postgres.restore()
        done = postgres.set_up()
        with administering(postgres) as connection:
            (powerful,) = connection.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = 'app'"
            ).fetchone()

        assert (0, "", False) == (done.returncode, done.stderr, powerful)

    def test_read_only(self, postgres):
        """
        A database that forbids to write by default has its accounts too.
        """
        with administering(postgres) as connection:
            connection.execute(
                "ALTER DATABASE app SET default_transaction_read_only TO on"
            )
        done = postgres.set_up()

        assert (0, "") == (done.returncode, done.stderr)

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

    def test_lost_database(self, postgres):
        """
        Where the database is lost, the errand makes it, as the image does
        on a new disk.
        """
        with administering(postgres) as connection:
            connection.execute("DROP DATABASE app")
        result = postgres.set_up()
        with sign_in(postgres, postgres.connection("api")) as connection:
            connection.execute("CREATE TABLE book ()")

        assert (0, "") == (result.returncode, result.stderr)

    def test_refused(self, postgres):
        """
        Where the server refuses something else than a password, the errand
        says what, and blames no password.
        """
        with administering(postgres, "app") as connection:
            connection.execute(
                "ALTER DATABASE postgres ALLOW_CONNECTIONS false"
            )
            result = postgres.set_up()

        assert 1 == result.returncode
        assert result.stderr.endswith(
            'FATAL:  database "postgres" is not currently accepting '
            "connections\n"
        )


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

    def test_waits(self, books, postgres_server):
        """
        A backup waits for a server that is not reachable yet: where network
        policies take seconds to let a new pod through, each try has a new
        pod.
        """
        postgres_server.stop()
        with ThreadPoolExecutor() as pool:
            backing_up = pool.submit(books.back_up)
            wait([backing_up], timeout=2)
            postgres_server.start()
            result = backing_up.result()

        assert (0, "") == (result.returncode, result.stderr)

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
        (folder / "lost+found").mkdir()
        result = books.restore("yesterday")

        assert 1 == result.returncode
        assert (
            "There is no backup yesterday; there are:\n2026-11-01T03-00-00Z\n"
        ) == result.stderr

    @pytest.mark.parametrize(
        "accident",
        [
            "CREATE TABLE review (book text REFERENCES book (title))",
            "CREATE VIEW titles AS SELECT * FROM book",
            "CREATE SCHEMA other",
            "ALTER TABLE book DROP COLUMN title CASCADE",
        ],
        ids=["table", "view", "schema", "column"],
    )
    def test_later(self, books, accident):
        """
        What was made since the copy neither stands in the way nor stays.
        """
        with sign_in(books, books.connection("migrate")) as connection:
            connection.execute("ALTER TABLE book ADD PRIMARY KEY (title)")
        books.back_up()
        with sign_in(books, books.connection("migrate")) as connection:
            connection.execute(accident)
        restored = books.restore()
        with sign_in(books, books.connection("api")) as connection:
            titles = connection.execute("SELECT title FROM book").fetchall()
            made = connection.execute(
                "SELECT relname FROM pg_class "
                "WHERE relname IN ('review', 'titles') "
                "UNION SELECT nspname FROM pg_namespace "
                "WHERE nspname = 'other'"
            ).fetchall()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert ([("Emma",)], []) == (titles, made)

    def test_owners(self, books):
        """
        What belonged to the administrator is the administrator's again,
        with extensions that nobody else may make; what belonged to somebody
        who is no more is everybody's.
        """
        with administering(books, "app") as connection:
            connection.execute("CREATE EXTENSION pg_stat_statements")
            connection.execute("CREATE TABLE audit ()")
            connection.execute("CREATE ROLE guest")
            connection.execute("CREATE TABLE scrap ()")
            connection.execute("ALTER TABLE scrap OWNER TO guest")
            connection.execute(
                'ALTER DATABASE app SET search_path TO "$user", public'
            )
        books.back_up()
        with administering(books, "app") as connection:
            connection.execute("DROP TABLE scrap")
            connection.execute("DROP ROLE guest")
        restored = books.restore()
        with sign_in(books, books.connection("api")) as connection:
            owners = connection.execute(
                "SELECT tablename, tableowner FROM pg_tables "
                "WHERE schemaname = 'public' ORDER BY 1"
            ).fetchall()
            extension = connection.execute(
                "SELECT FROM pg_extension WHERE extname = 'pg_stat_statements'"
            ).fetchall()
            path = connection.execute("SHOW search_path").fetchone()
            guest = connection.execute(
                "SELECT FROM pg_roles WHERE rolname = 'guest'"
            ).fetchall()

        assert (0, "") == (restored.returncode, restored.stderr)
        wanted = [("audit", "postgres"), ("book", "app"), ("scrap", "app")]
        assert wanted == owners
        assert ([()], []) == (extension, guest)
        assert ('"$user", public',) == path

    @pytest.mark.parametrize(
        ("granted", "made", "used"),
        [
            (
                (
                    "CREATE SCHEMA extensions;"
                    "CREATE EXTENSION citext SCHEMA extensions;"
                    "GRANT USAGE ON SCHEMA extensions TO app"
                ),
                "CREATE TABLE member (email extensions.citext)",
                "SELECT email::extensions.citext FROM member",
            ),
            (
                (
                    "CREATE EXTENSION postgres_fdw;"
                    "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO app"
                ),
                "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw",
                "CREATE SERVER near FOREIGN DATA WRAPPER postgres_fdw",
            ),
            (
                "CREATE SCHEMA shelves; GRANT ALL ON SCHEMA shelves TO app",
                "CREATE TABLE shelves.one ()",
                "CREATE TABLE shelves.two ()",
            ),
            (
                (
                    "CREATE SCHEMA tools; GRANT USAGE ON SCHEMA tools TO app;"
                    "CREATE FUNCTION tools.low(text) RETURNS text IMMUTABLE "
                    "LANGUAGE sql AS 'SELECT lower($1)'"
                ),
                (
                    "CREATE FUNCTION low(text) RETURNS text IMMUTABLE "
                    "LANGUAGE plpgsql AS 'BEGIN RETURN tools.low($1); END';"
                    "CREATE INDEX ON book (low(title))"
                ),
                "SELECT low(title) FROM book",
            ),
            (
                (
                    "CREATE TABLE price AS SELECT 5 AS pounds;"
                    "GRANT SELECT ON price TO app"
                ),
                "CREATE MATERIALIZED VIEW cheap AS SELECT * FROM price",
                "REFRESH MATERIALIZED VIEW cheap",
            ),
        ],
        ids=["extension", "wrapper", "schema", "index", "view"],
    )
    def test_granted(self, books, granted, made, used):
        """
        What parts made by a right that the administrator gave them is made
        again, and they have that right as before.
        """
        with administering(books, "app") as connection:
            connection.execute(granted)
        with sign_in(books, books.connection("migrate")) as connection:
            connection.execute(made)
        books.back_up()
        restored = books.restore()
        with sign_in(books, books.connection("api")) as connection:
            connection.execute(used)

        assert (0, "") == (restored.returncode, restored.stderr)

    def test_rights(self, books):
        """
        Others have the rights that they had, and those of one who is no
        more are nobody's.
        """
        with administering(books, "app") as connection:
            connection.execute('CREATE ROLE "Night Reader"; CREATE ROLE guest')
            connection.execute(
                'GRANT CONNECT ON DATABASE app TO "Night Reader"'
            )
            for role in ('"Night Reader"', "guest"):
                connection.execute(
                    f"GRANT SELECT ON book TO {role} WITH GRANT OPTION"
                )
            connection.execute(
                "CREATE FUNCTION secret() RETURNS int LANGUAGE sql "
                "AS 'SELECT 1';"
                "REVOKE ALL ON FUNCTION secret() FROM PUBLIC"
            )
        books.back_up()
        with administering(books, "app") as connection:
            connection.execute("DROP OWNED BY guest; DROP ROLE guest")
        restored = books.restore()
        with administering(books, "app") as connection:
            rights = connection.execute(
                "SELECT has_table_privilege(name, 'book', 'SELECT'), "
                "has_database_privilege(name, 'app', 'CONNECT'), "
                "has_function_privilege(name, 'secret()', 'EXECUTE') "
                "FROM (VALUES ('Night Reader')) AS role (name)"
            ).fetchone()
            rows = connection.execute(
                "SELECT FROM pg_roles WHERE rolname = 'guest'"
            ).fetchall()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert (True, True, False) == rights
        assert [] == rows

    def test_objects(self, books):
        """
        Policies that bind the owner too, publications, large objects and
        event triggers are made again, each for its owner.
        """
        with sign_in(books, books.connection("migrate")) as connection:
            connection.execute(
                "CREATE POLICY none ON book USING (false);"
                "ALTER TABLE book ENABLE ROW LEVEL SECURITY;"
                "ALTER TABLE book FORCE ROW LEVEL SECURITY;"
                "CREATE PUBLICATION news FOR TABLE book;"
                "SELECT lo_create(77)"
            )
        with administering(books, "app") as connection:
            connection.execute(
                "CREATE FUNCTION noted() RETURNS event_trigger "
                "LANGUAGE plpgsql AS 'BEGIN END';"
                "CREATE EVENT TRIGGER note ON ddl_command_end "
                "EXECUTE FUNCTION noted()"
            )
        books.back_up()
        restored = books.restore()
        owners = (
            "SELECT relname, relowner FROM pg_class WHERE relname = 'book' "
            "UNION ALL SELECT pubname, pubowner FROM pg_publication "
            "UNION ALL SELECT oid::text, lomowner "
            "FROM pg_largeobject_metadata "
            "UNION ALL SELECT evtname, evtowner FROM pg_event_trigger"
        )
        with administering(books, "app") as connection:
            found = connection.execute(
                f"SELECT name, pg_get_userbyid(owner) "
                f"FROM ({owners}) AS each (name, owner)"
            ).fetchall()
            titles = connection.execute("SELECT title FROM book").fetchall()
        with sign_in(books, books.connection("api")) as connection:
            seen = connection.execute("SELECT title FROM book").fetchall()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert {
            "book": "app",
            "news": "app",
            "77": "app",
            "note": "postgres",
        } == dict(found)
        assert ([("Emma",)], []) == (titles, seen)

    def test_database(self, books):
        """
        What was said of the database itself, to all or to one role, holds
        of the new one; what forbids to write does not stop its making.
        """
        read = (
            "SELECT datconnlimit, shobj_description(pg_database.oid, "
            "'pg_database'), array_agg(setrole::regrole || ':' || "
            "array_to_string(setconfig, ',') ORDER BY setrole) "
            "FROM pg_database JOIN pg_db_role_setting "
            "ON setdatabase = pg_database.oid "
            "WHERE datname = 'app' GROUP BY 1, 2"
        )
        with administering(books) as connection:
            connection.execute("CREATE ROLE reporting")
            connection.execute(
                "ALTER DATABASE app CONNECTION LIMIT 5;"
                "COMMENT ON DATABASE app IS 'It''s ours';"
                "ALTER DATABASE app SET default_transaction_read_only TO on;"
                "ALTER ROLE reporting IN DATABASE app "
                "SET statement_timeout TO '5min'"
            )
            before = connection.execute(read).fetchone()
        books.back_up()
        restored = books.restore()
        with administering(books) as connection:
            after = connection.execute(read).fetchone()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert (5, "It's ours", 2) == (before[0], before[1], len(before[2]))
        assert before == after

    def test_stopped(self, books):
        """
        A restore that is told to stop, even twice, does so at once, and
        leaves nothing of the new database.
        """
        with sign_in(books, books.connection("migrate")) as connection:
            connection.execute(
                "CREATE FUNCTION slow(text) RETURNS bool LANGUAGE plpgsql "
                "AS $$ BEGIN IF current_database() <> 'app' "
                "THEN PERFORM pg_sleep(50); END IF; RETURN true; END $$;"
                "ALTER TABLE book ADD CHECK (slow(title))"
            )
        books.back_up()
        restoring = books.begin_to_restore()
        with administering(books) as connection:
            sleeps = (
                "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            )
            while not connection.execute(sleeps).fetchall():
                assert restoring.poll() is None
            for _ in range(2):
                restoring.terminate()
            _, said = restoring.communicate(timeout=20)
            left = connection.execute(sleeps).fetchall()

        assert 143 == restoring.returncode, said
        assert [] == left
        assert {"app", "postgres"} == databases(books)

    def test_open_transactions(self, books):
        """
        Whoever holds the database open is sent away, and comes back to the
        copy; nobody may come who might not before.
        """
        books.back_up()
        with sign_in(books, books.connection("api")) as connection:
            connection.autocommit = False
            connection.execute("DELETE FROM book")
            restored = books.restore()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
        with administering(books, "app") as connection:
            rights = connection.execute(
                "SELECT datname, datacl::text LIKE '%,=%' FROM pg_database "
                "WHERE NOT datistemplate ORDER BY 1"
            ).fetchall()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert [("app", False), ("postgres", None)] == rights

    def test_dropped(self, books):
        """
        The database itself may be lost, or be left closed by a restore that
        was stopped.
        """
        books.back_up()
        with administering(books) as connection:
            connection.execute("DROP DATABASE app WITH (FORCE)")
            connection.execute('CREATE DATABASE "being-restored"')
        restored = books.restore()
        with sign_in(books, books.connection("api")) as connection:
            titles = connection.execute("SELECT title FROM book").fetchall()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert [("Emma",)] == titles

    def test_broken(self, books):
        """
        A copy that is not whole changes nothing.
        """
        books.back_up()
        (path,) = (books.folder / "backup").iterdir()
        path.write_bytes(path.read_bytes()[:-200])
        restored = books.restore()
        with sign_in(books, books.connection("api")) as connection:
            connection.execute("INSERT INTO book VALUES ('Persuasion')")

        assert 0 != restored.returncode
        assert {"app", "postgres"} == databases(books)

    def test_held(self, books):
        """
        Where somebody who cannot be sent away holds the old database, it
        is open again.
        """
        books.back_up()
        settings = books.connection("api")
        with sign_in(books, settings) as connection:
            backend = connection.info.backend_pid
            os.kill(backend, signal.SIGSTOP)
            restored = books.restore()
            os.kill(backend, signal.SIGCONT)
        with sign_in(books, settings) as connection:
            titles = connection.execute("SELECT title FROM book").fetchall()

        assert 1 == restored.returncode
        assert "is being accessed by other users" in restored.stderr
        assert [("Emma",)] == titles

    def test_no_room(self, books):
        """
        Where the disk has no room for the copy beside the database, nothing
        begins.
        """
        books.back_up()
        self.enlarge(books, 2**42)
        restored = books.restore()

        assert 1 == restored.returncode
        assert restored.stderr.startswith("The disk lacks 1")
        assert restored.stderr.endswith(
            "Enlarge it, by disk=, and restore then.\n"
        )

    def test_large(self, books):
        """
        Room is counted in numbers that are as large as copies.
        """
        books.back_up()
        self.enlarge(books, 2 * 10**9)
        restored = books.restore()

        assert "out of range" not in restored.stderr
        assert restored.returncode == 0 or "The disk lacks" in restored.stderr

    @staticmethod
    def enlarge(books, size):
        """
        Let the only copy have another size.
        """
        (path,) = (books.folder / "backup").iterdir()
        with path.open("r+b") as copy:
            copy.truncate(size)

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
